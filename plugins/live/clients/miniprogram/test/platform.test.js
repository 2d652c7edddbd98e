// SPDX-License-Identifier: Apache-2.0
// The adapters alone: one interface over six platforms, their refusals, and which of them this is.
const assert = require("node:assert");
const http = require("node:http");
const { test, before, after } = require("node:test");
const { adapterFor, detect } = require("../lib/index.js");
const { until } = require("./support/desk.js");
const { PlatformServer } = require("./support/platform-server.js");
const { Phone, globalNames } = require("./support/simulated.js");

const names = Object.keys(globalNames);
const phones = new Set();
let platforms;
let server;
let address;
let uploads = 0;

before(async () => {
  platforms = await PlatformServer.start();
  server = http.createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      if (request.url === "/slow") return undefined;
      if (request.url === "/empty") return response.writeHead(204).end();
      if (request.url === "/upload") uploads += 1;
      const status = Number((/^\/status\/(\d+)/.exec(request.url) || [])[1]) || 200;
      response.writeHead(status, { "Content-Type": "application/json" });
      const { authorization } = request.headers;
      return response.end(JSON.stringify({ method: request.method, body: Buffer.concat(parts).toString("latin1"),
        type: request.headers["content-type"], authorization }));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${server.address().port}`;
});

after(async () => {
  for (const phone of phones) phone.remove();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await platforms.stop();
});

function start(name) {
  const phone = new Phone(name, platforms);
  phones.add(phone);
  return { phone, platform: adapterFor(name, phone.api) };
}

for (const name of names) {
  test(`${name}: what was posted arrives as it was; every answer is one, whatever its status; abort ends it`,
    async () => {
    const { phone, platform } = start(name);
    const ask = (path, method = "GET", body = undefined) => platform.request({
      method, url: address + path, body, timeout: 60000, headers: { Authorization: "Bearer x",
        "content-type": "application/json" },
    });
    const posted = await ask("/", "POST", '{"a":1}');
    assert.equal(posted.status, 200);
    assert.deepEqual(JSON.parse(posted.text), { method: "POST", body: '{"a":1}', type: "application/json",
      authorization: "Bearer x" });
    for (const status of [401, 404, 422, 503]) {
      const answer = await ask(`/status/${status}`);
      assert.equal(answer.status, status);
      assert.equal(JSON.parse(answer.text).method, "GET");
    }
    assert.deepEqual(await ask("/empty", "POST", "{}"), { status: 204, text: "" });
    const slow = ask("/slow");
    slow.abort();
    await assert.rejects(slow);
    phone.network.down();
    await assert.rejects(ask("/"), /request/);
    assert.equal(await platform.isOnline(), false);
    phone.network.up();
    assert.equal(await platform.isOnline(), true);
  });

  test(`${name}: storage holds texts, and says so when it does not`, () => {
    const { phone, platform } = start(name);
    assert.equal(platform.read("k"), null);
    assert.equal(platform.write("k", '{"a":"字"}'), true);
    assert.equal(platform.read("k"), '{"a":"字"}');
    platform.remove("k");
    platform.remove("k");
    assert.equal(platform.read("k"), null);
    phone.api.setStorageSync = name === "alipay" ? () => ({ error: 3, errorMessage: "full" })
      : () => { throw new Error("setStorage:fail exceed quota"); };
    assert.equal(platform.write("k", "x"), false);
    phone.api.getStorageSync = () => { throw new Error("getStorage:fail"); };
    assert.equal(platform.read("k"), null);
  });

  test(`${name}: an upload is a form with the file and its token`, async () => {
    const { phone, platform } = start(name);
    const before = uploads;
    const answer = await platform.upload({ url: `${address}/upload`,
      path: phone.file(Buffer.from("bytes of a picture"), ".png"), kind: "image",
      headers: { Authorization: "Bearer t" } });
    assert.equal(answer.status, 200);
    const told = JSON.parse(answer.text);
    assert.match(told.type, /^multipart\/form-data; boundary=/);
    assert.match(told.body, /filename="tmp_\w+\.png"[\s\S]*bytes of a picture/);
    assert.equal(told.authorization, "Bearer t");
    assert.equal(uploads, before + 1);
    await assert.rejects(platform.upload({ url: `${address}/upload`, path: "/nowhere", kind: "image", headers: {} }),
      /uploadFile/);
  });

  test(`${name}: the login's code is the platform's, and good once`, async () => {
    const { platform } = start(name);
    const { code } = await platform.login();
    assert.ok(platforms.redeem(code, name));
    assert.equal(platforms.redeem(code, name), null);
  });

  test(`${name}: a recording that was thrown away is not the next one; one that ended by itself is`, async () => {
    const { phone, platform } = start(name);
    const recorder = platform.recorder();
    await recorder.start();
    recorder.cancel();
    phone.sound = Buffer.from("second");
    await recorder.start();
    const second = await recorder.stop();
    assert.deepEqual(require("node:fs").readFileSync(second.path), phone.sound);
    await recorder.start();
    // The longest time is over.
    recorder.manager.stop();
    await until("it ended", () => recorder.early);
    assert.equal((await recorder.stop()).duration, 2400);
  });

  test(`${name}: a socket that is refused ends once, and one that was closed by us says nothing more`, async () => {
    const { phone, platform } = start(name);
    const ends = [];
    platform.socket(`${address.replace("http", "ws")}/`, { open: () => ends.push("open"), message() {},
      close: (code) => ends.push(code) });
    await until("its end", () => ends.length > 0);
    phone.network.blocksSockets = true;
    const closed = platform.socket("ws://127.0.0.1:1/", { open: () => ends.push("open"), message() {}, close: (code) =>
      ends.push(code) });
    closed.close();
    const third = [];
    platform.socket("ws://127.0.0.1:1/", { open() {}, message() {}, close: (code) => third.push(code) });
    await until("the third's end", () => third.length > 0);
    assert.deepEqual(ends, [1006]);
    assert.deepEqual(third, [1006]);
  });
}

test("an old Alipay has one socket: the next one does not hear the last one's events", async () => {
  const { phone, platform } = start("alipay");
  phone.isOld = true;
  const heard = [];
  const made = (name) => platform.socket(`${address.replace("http", "ws")}/`,
    { open() {}, message() {}, close: (code) => heard.push(`${name} ${code}`) });
  made("first");
  await until("the first's end", () => heard.length === 1);
  made("second");
  await until("the second's end", () => heard.length === 2);
  assert.deepEqual(heard, ["first 1006", "second 1006"]);
});

test("Alipay tells an error status in words only on some versions", () => {
  const { platform } = start("alipay");
  assert.equal(platform.answerOfFailure({ error: 19, errorMessage: "http status error 401" }).status, 401);
  assert.equal(platform.answerOfFailure({ error: 12, errorMessage: "timeout after 500 ms" }), null);
  assert.equal(platform.answerOfFailure({ error: 19, errorMessage: "http status error" }), null);
});

test("WeChat without chooseMedia, Baidu without getLoginCode", async () => {
  const wechat = start("wechat");
  delete wechat.phone.api.chooseMedia;
  wechat.phone.api.chooseImage = (wish) => wish.success({ tempFilePaths: ["a", "b"] });
  assert.deepEqual(await wechat.platform.chooseImages(2), ["a", "b"]);
  const baidu = start("baidu");
  delete baidu.phone.api.getLoginCode;
  await assert.rejects(baidu.platform.login(), /login/);
  baidu.phone.api.login = (wish) => wish.success({ code: "old" });
  assert.deepEqual(await baidu.platform.login(), { code: "old" });
});

test("each platform is known by its own object, also where it answers to wx; elsewhere it is said", () => {
  assert.throws(() => detect(), /no mini program/);
  for (const name of names) {
    const { phone } = start(name);
    try {
      global[globalNames[name]] = phone.api;
      if (name !== "wechat") global.wx = start("wechat").phone.api;
      assert.equal(detect().name, name);
    } finally {
      delete global[globalNames[name]];
      delete global.wx;
    }
  }
  assert.throws(() => adapterFor("nokia", {}), /nokia/);
});
