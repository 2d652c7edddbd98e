// SPDX-License-Identifier: Apache-2.0
// One customer on each of the six platforms, from the first login to the answer, against a real desk.
const assert = require("node:assert");
const { test, before, after, describe } = require("node:test");
const { adapterFor } = require("../lib/index.js");
const { World, until, online, items, mine, theirs, settled } = require("./support/program.js");
const { globalNames } = require("./support/simulated.js");

const names = Object.keys(globalNames);
const picture = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex");

let world;
let desk;
let api;
const phoneOf = (name) => world.phone(name);
const open = (phone, more) => world.open(phone, more);
const inbound = (client) => world.inbound(client);

before(async () => {
  world = await World.start();
  ({ desk, api } = world);
});

after(() => world && world.close());

for (const name of names) {
  describe(name, () => {
    test("a login gives a session; a text is acknowledged and the bot answers; the same customer comes back",
      async () => {
      const phone = phoneOf(name);
      const client = open(phone);
      await online(client);
      client.sendText("多久发货？");
      await until("the bot's answer", () => theirs(client).length > 0);
      assert.equal(mine(client)[0].text, "多久发货？");
      assert.ok(["sent", "delivered", "read"].includes(mine(client)[0].mark));
      assert.match(theirs(client)[0].text, /48 小时/);
      assert.equal(client.outbox.items.length, 0);
      const customer = client.memory.session.customer_id;
      client.stop();
      // The storage was cleared; the platform still knows who it is.
      phone.storage.clear();
      const again = open(phone);
      await online(again);
      assert.equal(again.memory.session.customer_id, customer);
      await until("the history", () => theirs(again).length > 0);
      assert.equal(mine(again)[0].text, "多久发货？");
      again.stop();
      assert.ok(desk.platforms.logins.filter((platform) => platform === name).length >= 2);
    });

    test("a picture and a recording are uploaded and reach the desk as they were", async () => {
      const phone = phoneOf(name);
      const client = open(phone);
      await online(client);
      phone.picture = picture;
      const [path] = await client.platform.chooseImages(1);
      client.sendImage(path);
      const recorder = client.platform.recorder();
      await recorder.start();
      const sound = await recorder.stop();
      assert.equal(sound.duration, 2400);
      client.sendVoice(sound.path, sound.duration);
      await settled(client);
      const [image, voice] = await inbound(client);
      assert.equal(image.kind, "image");
      assert.equal(image.fields.content_type, "image/png");
      assert.deepEqual((await api.get(`/v1/media/${image.fields.media_id}`)).bytes, picture);
      assert.equal(voice.kind, "voice");
      assert.equal(voice.fields.content_type, "audio/aac");
      assert.equal(voice.fields.duration, 2.4);
      assert.deepEqual((await api.get(`/v1/media/${voice.fields.media_id}`)).bytes, phone.sound);
      // It is shown from the desk's address now.
      await until("addresses", () => mine(client).every((item) =>
        (item.image || item.voice || "").startsWith(`${desk.url}/media/`)));
      client.stop();
    });

    test("a customer who changes their mind, or forbids the microphone, is no error of ours", async () => {
      const phone = phoneOf(name);
      const platform = adapterFor(name, phone.api);
      await assert.rejects(platform.chooseImages(1), (error) => error.cancelled === true);
      phone.microphoneIsAllowed = false;
      await assert.rejects(platform.recorder().start());
      phone.microphoneIsAllowed = true;
      await platform.recorder().start();
      assert.ok((await platform.recorder().stop()).path);
    });

    test("what is written without a network is kept, also when the program ends, and arrives once and in order",
      async () => {
      const phone = phoneOf(name);
      let client = open(phone);
      await online(client);
      client.sendText("在线");
      await settled(client);
      phone.network.down();
      await until("offline", () => client.state !== "online");
      phone.picture = picture;
      client.sendText("离线一");
      const [path] = await client.platform.chooseImages(1);
      client.sendImage(path);
      await until("the picture is kept", () => client.outbox.items.every((item) => !item.file || item.file.isKept));
      client.sendText("离线二");
      assert.deepEqual(mine(client).map((item) => item.mark).slice(-3), ["waiting", "waiting", "waiting"]);
      client.stop();
      phone.clearTemporary();

      client = open(phone);
      assert.equal(client.outbox.items.length, 3);
      client.sendText("离线三");
      phone.network.up();
      await settled(client);
      const said = await inbound(client);
      // Words do not wait for a picture; on the screen it stays where it was put.
      assert.deepEqual(said.filter((message) => message.kind === "text").map((message) => message.text),
        ["在线", "离线一", "离线二", "离线三"]);
      assert.equal(said.filter((message) => message.kind === "image").length, 1);
      assert.equal(new Set(said.map((message) => message.client_id)).size, 5);
      assert.deepEqual(mine(client).map((item) => (item.kind === "image" ? "image" : item.text)),
        ["在线", "离线一", "image", "离线二", "离线三"]);
      client.stop();
    });

    test("who was away gets what was said meanwhile, once", async () => {
      const phone = phoneOf(name);
      let client = open(phone);
      await online(client);
      client.sendText("人工");
      await until("a person is wanted", () => client.memory.state !== "bot");
      client.stop();
      const conversation = client.memory.session.conversation_id;
      for (const text of ["第一句", "第二句"]) {
        assert.equal((await api.post(`/v1/conversations/${conversation}/messages`, { kind: "text", text })).status,
          201);
      }
      client = open(phone);
      await until("both", () => theirs(client).filter((item) => /^第.句$/.test(item.text)).length === 2);
      assert.equal(client.unreadCount >= 2, true);
      const before = items(client).map((item) => item.key);
      phone.network.cut();
      await until("the connection is made anew", () => client.state !== "online");
      await online(client);
      assert.deepEqual(items(client).map((item) => item.key), before);
      client.stop();
    });

    test("hidden, it lets the network go; shown again, it catches up", async () => {
      const phone = phoneOf(name);
      const client = open(phone);
      await online(client);
      client.sendText("人工");
      await until("a person is wanted", () => client.memory.state !== "bot");
      phone.hide();
      phone.network.cut();
      await until("offline", () => client.state === "offline");
      const asked = phone.network.log.length;
      await api.post(`/v1/conversations/${client.memory.session.conversation_id}/messages`,
        { kind: "text", text: "您在吗" });
      assert.equal(phone.network.log.length, asked, "nothing is tried while hidden");
      phone.show();
      await until("the words", () => theirs(client).some((item) => item.text === "您在吗"));
      // A socket that died unseen is found out by asking.
      assert.equal(client.state, "online");
      phone.hide();
      phone.show();
      await online(client);
      client.stop();
    });

    test("where sockets do not get through, a long poll does the same", async () => {
      const phone = phoneOf(name);
      phone.network.blocksSockets = true;
      const client = open(phone);
      await online(client);
      assert.equal(client.connection.isPolling, true);
      for (const text of ["多久发货？", "二", "三"]) client.sendText(text);
      await settled(client);
      await until("the bot's answer", () => theirs(client).some((item) => /48 小时/.test(item.text)));
      assert.deepEqual((await inbound(client)).map((message) => message.text), ["多久发货？", "二", "三"]);
      client.stop();
    });

    test("typing and reading are seen on the other side, both ways", async () => {
      const phone = phoneOf(name);
      const client = open(phone);
      await online(client);
      client.sendText("人工");
      await until("a person is wanted", () => client.memory.state !== "bot");
      const conversation = client.memory.session.conversation_id;
      const agent = await world.agent();
      client.typing();
      await until("the agent sees typing", () => agent.frames.some((frame) => frame.type === "typing"
        && frame.conversation_id === conversation && frame.on));
      agent.send({ type: "typing", conversation_id: conversation, on: true });
      await until("the customer sees typing", () => client.isTyping);
      agent.send({ type: "message", client_id: `a-${name}`, conversation_id: conversation, kind: "text",
        text: "您好，我是小林" });
      await until("the words", () => theirs(client).some((item) => item.text === "您好，我是小林"));
      assert.equal(client.isTyping, false);
      const words = (await api.messages(conversation)).find((message) => message.text === "您好，我是小林");
      assert.notEqual(words.delivery, "read");
      client.seen(true);
      assert.equal(client.unreadCount, 0);
      await until("the desk knows it was read", async () => (await api.messages(conversation)).find((message) =>
        message.id === words.id).delivery === "read");
      agent.send({ type: "read", conversation_id: conversation, seq: words.seq });
      await until("the customer sees it was read", () => mine(client)[0].mark === "read");
      agent.close();
      client.stop();
    });
  });
}
