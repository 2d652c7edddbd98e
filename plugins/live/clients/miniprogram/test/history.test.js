// SPDX-License-Identifier: Apache-2.0
// What was said before what a phone keeps: fetched from a real desk for who scrolls up, at their reading place.
const assert = require("node:assert");
const { test, before, after } = require("node:test");
const { Program, tap } = require("./support/runtime.js");
const { World, until, online, settled, mine, theirs } = require("./support/program.js");
const { globalNames } = require("./support/simulated.js");

let world;
before(async () => {
  world = await World.start();
});
after(() => world && world.close());

/** The agent says so many lines to a customer. */
async function fill(client, count) {
  const lines = Array.from({ length: count }, (_, index) => `第 ${index + 1} 行`);
  const path = `/v1/conversations/${client.memory.session.conversation_id}/messages`;
  for (const text of lines) assert.equal((await world.api.post(path, { kind: "text", text })).status, 201);
  await until("all of them", () => theirs(client).some((item) => item.text === lines[count - 1]));
  return lines;
}

const linesOf = (items) => items.map((item) => item.text).filter((text) => /^第 \d+ 行$/.test(text));

for (const name of Object.keys(globalNames)) {
  test(`${name}: a program that was closed asks for what it did not keep, back to the first message, and keeps its order`,
    async () => {
    const phone = world.phone(name);
    phone.network.blocksSockets = name === "baidu";
    let client = world.open(phone);
    await online(client);
    client.sendText("第一句话");
    await settled(client);
    const lines = await fill(client, 320);
    assert.equal(client.hasOlder, false);
    client.stop();

    client = world.open(phone);
    await online(client);
    assert.deepEqual(linesOf(theirs(client)), lines.slice(-200));
    assert.equal(client.hasOlder, true);
    const seen = client.unreadCount;
    while (client.hasOlder) assert.equal(await client.older(), true);
    assert.deepEqual(linesOf(theirs(client)), lines);
    assert.deepEqual(mine(client).map((item) => item.text), ["第一句话"]);
    assert.ok(["sent", "delivered", "read"].includes(mine(client)[0].mark));
    assert.equal(client.unreadCount >= seen, true);
    // Nobody is asked for what cannot be there.
    const asked = phone.network.log.length;
    assert.equal(await client.older(), true);
    assert.equal(phone.network.log.slice(asked).filter((line) => line === "GET /v1/live/events").length
      <= (phone.network.blocksSockets ? 1 : 0), true);
    client.stop();
  });
}

test("without a network older messages are not there, and the next try brings them", async () => {
  const phone = world.phone("wechat");
  let client = world.open(phone);
  await online(client);
  await fill(client, 210);
  client.stop();
  client = world.open(phone);
  await online(client);
  phone.network.down();
  assert.equal(await client.older(), false);
  assert.equal(client.hasOlder, true);
  phone.network.up();
  await online(client);
  assert.equal(await client.older(), true);
  assert.equal(client.hasOlder, false);
  client.stop();
});

test("what is drawn moves with the reader, stays small, and what comes meanwhile takes nobody away", async () => {
  for (const name of ["wechat", "alipay"]) {
    const phone = world.phone(name);
    const options = { desk: world.desk.url, channel: "web", login: `mini-${name}` };
    let chat = new Program(phone).show(options);
    world.clients.add(chat.client);
    chat.onEntry();
    await online(chat.client);
    const lines = await fill(chat.client, 420);
    assert.equal(chat.data.target, chat.lastKey);
    chat.detach();
    chat.client.stop();

    phone.launch();
    chat = new Program(phone).show(options);
    world.clients.add(chat.client);
    chat.onEntry();
    await online(chat.client);
    assert.equal(chat.data.items.length, 100);
    assert.equal(chat.data.older, "查看更早的消息");
    // The list that goes to its end when it is opened is no finger.
    await chat.onUpper();
    assert.equal(chat.data.items.length, 100);

    let most = 0;
    for (let tries = 0; chat.data.older && tries < 30; tries += 1) {
      const first = chat.data.items[0];
      await chat.onOlder();
      // What was read stands where it was: at the upper end.
      assert.equal(chat.data.target, first.key);
      assert.ok(chat.data.items.some((item) => item.key === first.key));
      most = Math.max(most, chat.data.items.length);
    }
    assert.equal(chat.data.older, "");
    assert.ok(most <= 200);
    assert.equal(linesOf(chat.data.items)[0], lines[0]);

    const path = `/v1/conversations/${chat.client.memory.session.conversation_id}/messages`;
    const { target } = chat.data;
    await world.api.post(path, { kind: "text", text: "您还在吗？" });
    await until("it is told", () => chat.data.hasNewer);
    assert.equal(chat.data.target, target);
    // It was not seen yet.
    assert.equal(chat.client.unreadCount, 1);
    for (let tries = 0; chat.topKey && tries < 30; tries += 1) chat.onLower();
    assert.equal(chat.data.hasNewer, false);
    assert.equal(chat.data.items[chat.data.items.length - 1].text, "您还在吗？");
    assert.equal(chat.data.target, chat.data.items[chat.data.items.length - 1].key);
    await until("it was read", () => chat.client.unreadCount === 0);

    // Up once more, and who writes is with the newest again.
    await chat.onOlder();
    chat.onInput({ detail: { value: "在的" } });
    chat.onSend();
    assert.equal(chat.topKey, null);
    await until("it is shown", () => chat.data.items[chat.data.items.length - 1].side !== "theirs"
      || chat.data.items.some((item) => item.text === "在的"));
    chat.detach();
    chat.client.stop();
  }
});

test("the row over the oldest says what happens, and a tap tries again", async () => {
  const phone = world.phone("qq");
  const options = { desk: world.desk.url, channel: "web", login: "mini-qq", language: "en" };
  let chat = new Program(phone).show(options);
  world.clients.add(chat.client);
  chat.onEntry();
  await online(chat.client);
  await fill(chat.client, 260);
  chat.detach();
  chat.client.stop();
  phone.launch();
  chat = new Program(phone).show(options);
  world.clients.add(chat.client);
  chat.onEntry();
  await online(chat.client);
  await chat.onOlder();
  await chat.onOlder();
  assert.equal(chat.data.items.length, 200);
  phone.network.down();
  const trying = chat.onOlder();
  assert.equal(chat.data.older, "Loading…");
  await trying;
  assert.equal(chat.data.older, "Could not load them, tap to retry");
  phone.network.up();
  await online(chat.client);
  const first = chat.data.items[0].text;
  await chat.onOlder(tap());
  assert.notEqual(chat.data.items[0].text, first);
  chat.detach();
  chat.client.stop();
});

test("pictures whose addresses have run out are shown again after the program was opened", async () => {
  const phone = world.phone("douyin");
  let client = world.open(phone);
  await online(client);
  phone.picture = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex");
  const [path] = await client.platform.chooseImages(1);
  client.sendImage(path);
  await settled(client);
  await until("it is shown from the desk", () => /until=\d+/.test(mine(client)[0].image));
  client.stop();
  const key = Array.from(phone.storage.keys()).find((stored) => stored.endsWith(".past"));
  phone.storage.set(key, phone.storage.get(key).replace(/until=\d+/g, "until=1000"));
  client = world.open(phone);
  assert.match(mine(client)[0].image, /until=1000/);
  await until("a new address", () => Number(/until=(\d+)/.exec(mine(client)[0].image)[1]) > Date.now() / 1000);
  client.stop();
});
