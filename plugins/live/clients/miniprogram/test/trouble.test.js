// SPDX-License-Identifier: Apache-2.0
// What goes wrong between a phone and the desk, and that nothing is lost, doubled or out of order for it.
const assert = require("node:assert");
const { test, before, after } = require("node:test");
const { LiveClient, adapterFor } = require("../lib/index.js");
const { World, until, online, items, mine, theirs, settled } = require("./support/program.js");
const { globalNames } = require("./support/simulated.js");

const names = Object.keys(globalNames);
let world;

before(async () => {
  world = await World.start();
});

after(() => world && world.close());

test("the desk loses its power while six customers write, and comes back: everything arrives once and in order",
  async () => {
  const clients = [];
  for (const name of names) {
    const phone = world.phone(name);
    // One behind a proxy without sockets, one on an old Alipay with a single socket.
    phone.network.blocksSockets = name === "kuaishou";
    phone.isOld = name === "alipay";
    clients.push(world.open(phone));
  }
  for (const client of clients) await online(client);
  const said = (from, to) => Array.from({ length: to - from }, (_, index) => `第 ${from + index} 句`);
  for (const client of clients) for (const text of said(0, 20)) client.sendText(text);
  // Somewhere in the middle.
  await until("some have arrived", () => clients.every((client) => client.outbox.items.length < 17));
  // What is said in the same breath cannot have been acknowledged.
  for (const client of clients) for (const text of said(20, 22)) client.sendText(text);
  const stopped = world.desk.stop("SIGKILL");
  assert.ok(clients.every((client) => client.outbox.items.length > 0));
  await stopped;
  for (const client of clients) for (const text of said(22, 25)) client.sendText(text);
  await until("offline", () => clients.every((client) => client.state !== "online"));
  await world.desk.restart();
  for (const client of clients) await settled(client);
  for (const client of clients) {
    const arrived = (await world.inbound(client)).map((message) => message.text);
    assert.deepEqual(arrived, said(0, 25));
    await until("shown once and in order", () => mine(client).length === 25);
    assert.deepEqual(mine(client).map((item) => item.text), said(0, 25));
    client.stop();
  }
});

test("an ack that is lost on its way doubles nothing: the same message is sent again and taken once", async () => {
  for (const name of names) {
    const phone = world.phone(name);
    phone.network.blocksSockets = name === "douyin";
    phone.isOld = name === "alipay";
    const client = world.open(phone);
    await online(client);
    phone.network.isDeaf = true;
    client.sendText("只有一次");
    await until("the desk has it", async () => (await world.inbound(client)).length === 1);
    assert.equal(client.outbox.items.length, 1);
    phone.network.isDeaf = false;
    phone.network.cut();
    client.sendText("第二句");
    await settled(client);
    assert.deepEqual((await world.inbound(client)).map((message) => message.text), ["只有一次", "第二句"]);
    assert.deepEqual(mine(client).map((item) => item.text), ["只有一次", "第二句"]);
    client.stop();
  }
});

test("hidden, a long poll is not left waiting", async () => {
  const phone = world.phone("kuaishou");
  phone.network.blocksSockets = true;
  const client = world.open(phone, { timing: { pause: 20, longest: 200, poll: 50 } });
  await online(client);
  await until("it waits", () => phone.network.requests.size === 1);
  phone.hide();
  await until("nothing is open", () => phone.network.requests.size === 0 && client.state === "offline");
  client.sendText("写在后台");
  phone.show();
  await settled(client);
  client.stop();
});

test("an orderly restart of the desk is met by coming back with the last seq", async () => {
  const client = world.open(world.phone("wechat"));
  await online(client);
  client.sendText("重启之前");
  await settled(client);
  const seq = client.memory.seq;
  await world.desk.stop("SIGTERM");
  await until("offline", () => client.state !== "online");
  await world.desk.restart();
  await online(client);
  assert.ok(client.memory.seq >= seq);
  assert.deepEqual(mine(client).map((item) => item.text), ["重启之前"]);
  client.stop();
});

test("a token that is not good any more is renewed by a new login; the customer stays the same", async () => {
  for (const name of names) {
    const phone = world.phone(name);
    let client = world.open(phone);
    await online(client);
    client.sendText("之前");
    await settled(client);
    const { customer_id: customer, token } = client.memory.session;
    client.stop();
    const key = Array.from(phone.storage.keys()).find((stored) => stored.endsWith(".session"));
    const session = JSON.parse(phone.storage.get(key));
    phone.storage.set(key, JSON.stringify(Object.assign(session, { token: `${token.slice(0, -4)}AAAA` })));
    phone.network.blocksSockets = name === "baidu" || name === "alipay";
    client = world.open(phone);
    client.sendText("之后");
    await settled(client);
    assert.equal(client.memory.session.customer_id, customer);
    assert.notEqual(client.memory.session.token, session.token);
    assert.deepEqual((await world.inbound(client)).map((message) => message.text), ["之前", "之后"]);
    client.stop();
  }
});

test("a platform that does not answer for a while is asked again", async () => {
  const phone = world.phone("qq");
  const answer = world.desk.platforms.answer;
  let refused = 0;
  world.desk.platforms.answer = () => {
    refused += 1;
    return { errcode: -1, errmsg: "system busy" };
  };
  const client = world.open(phone);
  client.sendText("你好");
  await until("refused twice", () => refused >= 2);
  await until("it is told", () => client.problem === "unavailable");
  world.desk.platforms.answer = answer;
  await settled(client);
  await until("that is over", () => client.problem === null);
  client.stop();
});

test("a channel that does not exist is told and not asked for again", async () => {
  const phone = world.phone("wechat");
  const client = world.open(phone, { channel: "nowhere" });
  await until("it is told", () => client.problem === "channel");
  const asked = phone.network.log.length;
  client.sendText("你好");
  await phone.network.flushed();
  assert.equal(phone.network.log.length, asked);
  client.stop();
});

test("a journal that went back (a restored backup) is read anew", async () => {
  const phone = world.phone("douyin");
  let client = world.open(phone);
  await online(client);
  client.sendText("一句");
  await settled(client);
  client.stop();
  const key = Array.from(phone.storage.keys()).find((stored) => stored.endsWith(".past"));
  const past = JSON.parse(phone.storage.get(key));
  phone.storage.set(key, JSON.stringify(Object.assign(past, { seq: 1e12, entries: [{ id: "m999", seq: 1e12,
    direction: "out", kind: "text", text: "gone", delivery: "sent" }] })));
  client = world.open(phone);
  await until("only what is there", () => mine(client).length === 1
    && !items(client).some((item) => item.text === "gone"));
  assert.equal(mine(client)[0].text, "一句");
  client.stop();
});

test("a guest of Douyin is known by the anonymous code", async () => {
  const phone = world.phone("douyin");
  phone.isGuest = true;
  const client = world.open(phone);
  await online(client);
  client.sendText("游客");
  await settled(client);
  client.stop();
});

test("another customer on the same phone neither sees nor sends what the first wrote", async () => {
  const phone = world.phone("wechat");
  let client = world.open(phone);
  await online(client);
  client.sendText("甲说的");
  await settled(client);
  phone.network.down();
  client.sendText("甲没发出的");
  client.stop();
  phone.user = `${phone.user}-b`;
  phone.storage.delete("luadesk.web.session");
  phone.network.up();
  client = world.open(phone);
  await online(client);
  client.sendText("乙说的");
  await settled(client);
  assert.deepEqual((await world.inbound(client)).map((message) => message.text), ["乙说的"]);
  assert.deepEqual(mine(client).map((item) => item.text), ["乙说的"]);
  client.stop();
});

test("two ends of one customer are in step", async () => {
  const user = `both-${Date.now()}`;
  const first = world.open(world.phone("alipay", user));
  const second = world.open(world.phone("alipay", user));
  await online(first);
  await online(second);
  first.sendText("在手机上写的");
  await until("on the other end", () => mine(second).some((item) => item.text === "在手机上写的"));
  second.sendText("在平板上写的");
  await until("on the first", () => mine(first).some((item) => item.text === "在平板上写的"));
  await settled(first);
  await settled(second);
  await until("the same, in the same order", () =>
    JSON.stringify(items(first).map((item) => item.key)) === JSON.stringify(items(second).map((item) => item.key)));
  first.stop();
  second.stop();
});

test("what the server refuses for good is marked, and neither blocks nor is lost", async () => {
  const phone = world.phone("qq");
  const client = world.open(phone);
  await online(client);
  client.send({ kind: "image", text: "", fields: { media_id: "0".repeat(32) } });
  client.sendText("之后的");
  await until("the second arrives", async () => (await world.inbound(client)).length === 1
    && client.outbox.items.length === 1);
  await until("the first is marked", () => mine(client).some((item) => item.mark === "failed"));
  const [failed] = mine(client).filter((item) => item.mark === "failed");
  assert.equal(failed.markText, "未发送，点此重试");
  client.discard(failed.clientID);
  assert.equal(client.outbox.items.length, 0);
  client.stop();
});

test("a file that is gone is given up after some tries, and what comes behind it arrives", async () => {
  const client = world.open(world.phone("kuaishou"));
  await online(client);
  client.platform.keepFile = (path) => Promise.resolve(path);
  client.sendImage("/nowhere/picture.png");
  client.sendText("之后的");
  await until("given up", () => mine(client).some((item) => item.mark === "failed"));
  await until("the text arrives", async () => (await world.inbound(client)).length === 1);
  client.stop();
});

test("the first visit is told to the desk, so that rules may greet; the second is not", async () => {
  const phone = world.phone("wechat");
  let client = world.open(phone, { greet: true });
  await until("the greeting", () => theirs(client).length > 0);
  assert.equal(mine(client).length, 0);
  client.stop();
  client = world.open(phone, { greet: true });
  await online(client);
  client.sendText("多久发货？");
  await settled(client);
  assert.deepEqual((await world.inbound(client)).filter((message) => message.kind === "event").length, 1);
  client.stop();
});

test("what a customer looks at reaches the desk", async () => {
  const client = world.open(world.phone("baidu"));
  // The program has just begun: there is no connection yet.
  assert.equal(client.behaviour("viewed_product", { sku: "A-16" }), false);
  await online(client);
  assert.equal(client.behaviour("viewed_product", { sku: "A-17" }), true);
  const customer = client.memory.session.customer_id;
  await until("the trail", async () => {
    const answer = await world.api.get("/v1/events?after=0&limit=200&kind=customer.behaviour");
    const all = answer.json && answer.json.items ? answer.json.items : [];
    const own = all.filter((event) => event.customer_id === customer);
    return JSON.stringify(own.map((event) => event.payload.sku)) === JSON.stringify(["A-16", "A-17"]);
  });
  client.stop();
});

test("one client serves all pages, and 200 waiting messages are enough", () => {
  const phone = world.phone("wechat");
  const options = { desk: "https://desk.example.com", platform: adapterFor("wechat", phone.api) };
  const client = LiveClient.shared(options);
  assert.equal(LiveClient.shared(options), client);
  assert.throws(() => new LiveClient({ desk: "desk.example.com", platform: options.platform }), /https/);
  for (let count = 0; count < 200; count += 1) client.sendText(`${count}`);
  assert.throws(() => client.sendText("one too many"), /full/);
});

test("what the phone has no room to keep is not taken, and nothing that was kept is lost", () => {
  const phone = world.phone("wechat");
  const client = new LiveClient({ desk: "https://desk.example.com", platform: adapterFor("wechat", phone.api) });
  client.sendText("fits");
  phone.api.setStorageSync = () => {
    throw new Error("setStorageSync:fail exceed max size");
  };
  assert.throws(() => client.sendText("does not"), /full/);
  assert.deepEqual(client.outbox.items.map((item) => item.text), ["fits"]);
  client.outbox.load();
  assert.deepEqual(client.outbox.items.map((item) => item.text), ["fits"]);
});
