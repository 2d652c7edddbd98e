// SPDX-License-Identifier: Apache-2.0
// A picture that takes long, on a real desk behind a network that stops half way: what is written meanwhile goes at
// once, nothing changes its place, nothing is doubled or lost.
const assert = require("node:assert");
const { test, before, after } = require("node:test");
const { World, until, online, items, mine, settled } = require("./support/program.js");
const { globalNames } = require("./support/simulated.js");

const names = Object.keys(globalNames);
const picture = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex");

let world;

before(async () => {
  world = await World.start();
});

after(() => world && world.close());

const said = (item) => (item.kind === "text" || item.kind === "menu" ? item.text : item.kind);
const onScreen = (client) => mine(client).map(said);
const atDesk = async (client) => (await world.inbound(client)).map((message) => message.text || message.kind);
const isThere = (item) => ["sent", "delivered", "read"].includes(item.mark);

async function choose(client, phone) {
  phone.picture = picture;
  const [path] = await client.platform.chooseImages(1);
  client.sendImage(path);
}

async function speak(client) {
  const recorder = client.platform.recorder();
  await recorder.start();
  const sound = await recorder.stop();
  client.sendVoice(sound.path, sound.duration);
}

for (const name of names) {
  test(`${name}: words go while a picture and a voice are uploaded; these show how far they are, and keep their places`,
    async () => {
    const phone = world.phone(name);
    phone.network.blocksSockets = name === "kuaishou";
    phone.isOld = name === "alipay";
    const client = world.open(phone);
    await online(client);
    client.sendText("这个坏了");
    await settled(client);
    phone.network.holdsUploads = true;
    await choose(client, phone);
    await speak(client);
    client.sendText("多久发货？");
    await until("half of both is there", () => phone.network.heldUploads.size === 2
      && mine(client).filter((item) => item.markText === "上传中 50%").length === 2);
    await until("the words are sent and answered", () => mine(client).some((item) => item.text === "多久发货？"
      && isThere(item)) && items(client)[items(client).length - 1].side === "theirs");
    assert.deepEqual(onScreen(client), ["这个坏了", "image", "voice", "多久发货？"]);
    assert.deepEqual(await atDesk(client), ["这个坏了", "多久发货？"]);
    const keys = items(client).map((item) => item.key);

    // The connection comes back meanwhile, and the uploads go on: no second one begins.
    client.connection.restart();
    await online(client);
    client.sendText("还在吗？");
    await until("these words, too", async () => (await atDesk(client)).length === 3);
    assert.equal(phone.network.log.filter((line) => line.endsWith("/v1/live/media")).length, 2);
    phone.network.letUploads();
    await settled(client);
    assert.deepEqual(await atDesk(client), ["这个坏了", "多久发货？", "还在吗？", "image", "voice"]);
    assert.deepEqual(items(client).map((item) => item.key).slice(0, keys.length), keys);
    assert.deepEqual(onScreen(client), ["这个坏了", "image", "voice", "多久发货？", "还在吗？"]);
    client.stop();

    // As it was on this screen, also when the program is opened again.
    const again = world.open(phone);
    await online(again);
    assert.deepEqual(onScreen(again), ["这个坏了", "image", "voice", "多久发货？", "还在吗？"]);
    again.stop();
  });
}

test("a program that is closed in the middle of an upload sends the picture when it is opened again, once, in its place",
  async () => {
  for (const name of names) {
    const phone = world.phone(name);
    let client = world.open(phone);
    await online(client);
    phone.network.holdsUploads = true;
    await choose(client, phone);
    await until("half of it is there", () => phone.network.heldUploads.size === 1);
    client.sendText("看得清吗？");
    await until("the words are sent", async () => (await atDesk(client)).length === 1
      && client.outbox.items.length === 1);
    client.stop();
    phone.network.cut();
    phone.clearTemporary();
    phone.network.letUploads();
    client = world.open(phone);
    await settled(client);
    assert.deepEqual(await atDesk(client), ["看得清吗？", "image"]);
    assert.deepEqual(onScreen(client), ["image", "看得清吗？"]);
    client.stop();
  }
});

test("an upload that fails is marked and holds nobody up; sent again it stands behind what was written since", async () => {
  const phone = world.phone("wechat");
  const client = world.open(phone);
  await online(client);
  const { uploadFile } = phone.api;
  phone.api.uploadFile = (wish) => {
    setImmediate(() => wish.fail({ errMsg: "uploadFile:fail" }));
    return {};
  };
  await choose(client, phone);
  await choose(client, phone);
  await until("both failed", () => mine(client).filter((item) => item.mark === "failed").length === 2);
  client.sendText("发不出去");
  await until("the words are sent", async () => (await atDesk(client)).length === 1 && client.outbox.items.length === 2);
  assert.deepEqual(onScreen(client), ["image", "image", "发不出去"]);
  phone.api.uploadFile = uploadFile;
  const [first] = mine(client);
  client.again(first.clientID);
  await until("it is sent", async () => (await atDesk(client)).length === 2 && client.outbox.items.length === 1);
  assert.deepEqual(onScreen(client), ["image", "发不出去", "image"]);
  assert.deepEqual(mine(client).map((item) => item.mark === "failed"), [true, false, false]);
  client.stop();
});

test("an upload of which nothing is heard any more is tried again", async () => {
  const phone = world.phone("qq");
  const client = world.open(phone, { timing: { pause: 20, longest: 200, stall: 150 } });
  await online(client);
  phone.network.holdsUploads = true;
  await choose(client, phone);
  await until("it is tried twice", () => phone.network.log.filter((line) => line.endsWith("/media")).length >= 2);
  phone.network.letUploads();
  await settled(client);
  assert.deepEqual(await atDesk(client), ["image"]);
  client.stop();
});

test("pictures arrive in the order they were chosen, however long each takes; at most three go at once", async () => {
  const phone = world.phone("wechat");
  const client = world.open(phone);
  await online(client);
  phone.network.holdsUploads = true;
  for (let number = 0; number < 5; number += 1) await choose(client, phone);
  await until("three are half there", () => phone.network.heldUploads.size === 3);
  const ids = client.outbox.items.map((item) => item.client_id);
  // The last of them is the first to be done.
  Array.from(phone.network.heldUploads).pop()();
  await until("a fourth begins", () => phone.network.log.filter((line) => line.endsWith("/media")).length === 4);
  phone.network.letUploads();
  await settled(client);
  assert.deepEqual((await world.inbound(client)).map((message) => message.client_id), ids);
  client.stop();
});
