// SPDX-License-Identifier: Apache-2.0
// Who the customer is, by a program's own sign-in, and what is shown of a conversation's state: against a real desk.
const assert = require("node:assert");
const crypto = require("node:crypto");
const { test, before, after } = require("node:test");
const { Program, tap } = require("./support/runtime.js");
const { World, until, online, settled, mine, items } = require("./support/program.js");
const { viewOf } = require("../lib/index.js");

let world;
before(async () => {
  world = await World.start();
});
after(() => world && world.close());

const identityOf = (id) => ({
  external_id: id, signature: crypto.createHmac("sha256", "shop-secret").update(id).digest("hex"),
});
const guest = (phone, more) => world.open(phone, Object.assign({ channel: "shop", login: undefined }, more));
const isKnownAs = (client, id) => until(`known as ${id}`, () => client.memory.session
  && client.memory.session.external_id === id && client.state === "online");
const texts = (client) => mine(client).map((item) => item.text);
const kept = (phone) => JSON.stringify(Array.from(phone.storage.values()));

test("a guest who signs in is that customer; what was not sent goes along, what was said before stays the guest's",
  async () => {
  for (const name of ["wechat", "alipay"]) {
    const phone = world.phone(name);
    const id = `u-${name}-${Date.now()}`;
    let client = guest(phone);
    await online(client);
    client.sendText("游客说的");
    await settled(client);
    const before = client.memory.session.customer_id;
    phone.network.down();
    client.sendText("登录前写的");
    client.identify(identityOf(id));
    assert.deepEqual(texts(client), ["登录前写的"]);
    phone.network.up();
    await isKnownAs(client, id);
    await settled(client);
    assert.notEqual(client.memory.session.customer_id, before);
    assert.deepEqual((await world.inbound(client)).map((message) => message.text), ["登录前写的"]);
    client.stop();

    // Opened again: the same customer, without another session.
    const asked = phone.network.log.filter((line) => line.endsWith("/sessions")).length;
    client = guest(phone, { identity: identityOf(id) });
    await online(client);
    assert.deepEqual(texts(client), ["登录前写的"]);
    assert.equal(phone.network.log.filter((line) => line.endsWith("/sessions")).length, asked);
    client.stop();
  }
});

test("another customer of the program on the same phone sees and sends nothing of the first, also without a network",
  async () => {
  const phone = world.phone("qq");
  const stamp = Date.now();
  let client = guest(phone, { identity: identityOf(`a-${stamp}`) });
  await isKnownAs(client, `a-${stamp}`);
  client.sendText("甲说的");
  await settled(client);
  const first = client.memory.session.customer_id;
  phone.network.down();
  client.sendText("甲没发出的");
  client.stop();

  client = guest(phone, { identity: identityOf(`b-${stamp}`) });
  await until("nothing of the first is shown", () => items(client).length === 0);
  assert.doesNotMatch(kept(phone), /甲/);
  phone.network.up();
  await isKnownAs(client, `b-${stamp}`);
  client.sendText("乙说的");
  await settled(client);
  assert.deepEqual((await world.inbound(client)).map((message) => message.text), ["乙说的"]);
  assert.notEqual(client.memory.session.customer_id, first);

  client.identify(identityOf(`a-${stamp}`));
  await isKnownAs(client, `a-${stamp}`);
  await until("what the first said", () => texts(client).includes("甲说的"));
  assert.equal(client.memory.session.customer_id, first);
  client.identify(null);
  assert.equal(items(client).length, 0);
  assert.doesNotMatch(kept(phone), /甲|乙/);
  await until("a guest", () => client.state === "online" && client.memory.session.external_id === null);
  assert.notEqual(client.memory.session.customer_id, first);
  client.stop();
});

test("a picture that is under way when its customer signs out is not sent by the next", async () => {
  const phone = world.phone("wechat");
  const stamp = Date.now();
  const client = guest(phone, { identity: identityOf(`c-${stamp}`) });
  await isKnownAs(client, `c-${stamp}`);
  phone.network.holdsUploads = true;
  phone.picture = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex");
  const [path] = await client.platform.chooseImages(1);
  client.sendImage(path);
  await until("half of it is there", () => phone.network.heldUploads.size === 1);
  client.identify(identityOf(`d-${stamp}`));
  await isKnownAs(client, `d-${stamp}`);
  phone.network.letUploads();
  await until("the upload is over", () => phone.network.requests.size === 0);
  client.sendText("我是另一个人");
  await settled(client);
  assert.deepEqual((await world.inbound(client)).map((message) => message.kind), ["text"]);
  client.stop();
});

test("a sign-in that cannot be asked for a while takes nothing from who is known", async () => {
  const phone = world.phone("baidu");
  const id = `e-${Date.now()}`;
  let client = guest(phone, { identity: () => Promise.resolve(identityOf(id)) });
  await isKnownAs(client, id);
  client.sendText("一句");
  await settled(client);
  client.stop();
  client = guest(phone, { identity: () => Promise.reject(new Error("the program's server is down")) });
  await online(client);
  assert.deepEqual(texts(client), ["一句"]);
  client.stop();
});

test("the component takes an identity that comes late, and one that goes", async () => {
  for (const name of ["wechat", "alipay"]) {
    const phone = world.phone(name);
    const id = `f-${name}-${Date.now()}`;
    const chat = new Program(phone).show({ desk: world.desk.url, channel: "shop" });
    world.clients.add(chat.client);
    assert.equal(chat.client.isStarted, false);
    chat.change({ identity: identityOf(id) });
    await isKnownAs(chat.client, id);
    const customer = chat.client.memory.session.customer_id;
    // The same again is no change.
    chat.change({ identity: identityOf(id) });
    assert.equal(chat.client.memory.session.customer_id, customer);
    chat.change({ identity: null });
    assert.equal(chat.client.isStarted, false);
    assert.equal(chat.client.memory.session, null);
    chat.onEntry();
    await until("a guest", () => chat.client.state === "online" && chat.client.memory.session.external_id === null);
    chat.detach();
    chat.client.stop();
  }
});

test("a guest whose token has ended is told that a new conversation begins, and what they wrote is sent", async () => {
  const phone = world.phone("douyin");
  let client = guest(phone);
  await online(client);
  client.sendText("之前");
  await settled(client);
  const before = client.memory.session.customer_id;
  client.stop();
  const key = Array.from(phone.storage.keys()).find((stored) => stored.endsWith(".session"));
  const session = JSON.parse(phone.storage.get(key));
  phone.storage.set(key, JSON.stringify(Object.assign(session, { token: `${session.token.slice(0, -4)}AAAA` })));
  client = guest(phone);
  client.sendText("之后");
  await settled(client);
  assert.notEqual(client.memory.session.customer_id, before);
  assert.equal(viewOf(client, "zh-CN", Date.now()).hint, "会话已过期，已为您开启新的会话。");
  assert.deepEqual((await world.inbound(client)).map((message) => message.text), ["之后"]);
  client.stop();
});

test("who comes in for the first time is not told that there is no network", async () => {
  const phone = world.phone("kuaishou");
  const chat = new Program(phone).show({ desk: world.desk.url, channel: "shop" });
  world.clients.add(chat.client);
  assert.equal(chat.data.hint, "");
  const { client } = chat;
  chat.onEntry();
  const hints = new Set([viewOf(client, "zh-CN", Date.now()).hint]);
  client.listen(() => hints.add(viewOf(client, "zh-CN", Date.now()).hint));
  await online(client);
  assert.deepEqual(Array.from(hints).filter((hint) => /断开/.test(hint)), []);
  client.stop();
});

test("common questions are the channel's; none while a person answers; a menu is answered once; a file's link is copied",
  async () => {
  const phone = world.phone("wechat");
  const chat = new Program(phone).show({ desk: world.desk.url, channel: "shop" });
  world.clients.add(chat.client);
  chat.onEntry();
  await until("the channel's questions", () => chat.data.chips.length === 2);
  assert.deepEqual(chat.data.chips.map((chip) => chip.text), ["运费多少？", "多久到账？"]);
  await until("the greeting", () => chat.data.items.some((item) => item.kind === "menu"));
  const [greeting] = chat.data.items;
  assert.equal(greeting.isAnswered, false);
  const place = String(greeting.options.length - 1);
  chat.onOption(tap({ key: greeting.key, place }));
  await until("it is answered", () => chat.data.items.find((item) => item.key === greeting.key).isAnswered);
  chat.onOption(tap({ key: greeting.key, place: "0" }));
  await settled(chat.client);
  assert.equal((await world.inbound(chat.client)).filter((message) => message.kind === "text").length, 1);

  chat.onInput({ detail: { value: "人工" } });
  chat.onSend();
  await until("no questions", () => chat.client.memory.state !== "bot" && chat.data.chips.length === 0);
  const path = `/v1/conversations/${chat.client.memory.session.conversation_id}/messages`;
  const sent = await world.api.post(path, { kind: "file", text: "",
    fields: { name: "发票.pdf", url: "https://shop.example/invoice.pdf" } });
  assert.equal(sent.status, 201);
  const file = await until("the file", () => chat.data.items.find((item) => item.kind === "file"));
  assert.deepEqual([file.text, file.link], ["发票.pdf", "https://shop.example/invoice.pdf"]);
  const copied = [];
  phone.api.setClipboardData = (wish) => {
    copied.push(wish.data);
    wish.success({});
  };
  chat.onFile(tap({ key: file.key }));
  await until("it is said", () => /复制/.test(chat.data.notice));
  assert.deepEqual(copied, ["https://shop.example/invoice.pdf"]);
  chat.detach();
  chat.client.stop();
});
