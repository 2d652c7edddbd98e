// SPDX-License-Identifier: Apache-2.0
// The built component of each platform, in that platform's runtime, against a real desk: what a customer does with it,
// and sees.
const assert = require("node:assert");
const { test, before, after } = require("node:test");
const { Program, tap } = require("./support/runtime.js");
const { World, until } = require("./support/program.js");
const { globalNames } = require("./support/simulated.js");

let world;
before(async () => {
  world = await World.start();
});
after(() => world && world.close());

/** The program on a phone is started, with the chat on its first page. */
function start(name, options) {
  const phone = world.phone(name);
  const chat = new Program(phone).show(Object.assign({ desk: world.desk.url, channel: "web", login: `mini-${name}` },
    options));
  if (chat.client) world.clients.add(chat.client);
  return { phone, chat };
}

const write = (chat, text) => {
  chat.onInput({ detail: { value: text } });
  chat.onSend();
};
const hasArrived = (item) => ["sent", "delivered", "read"].includes(item.mark);
const shown = (chat, side) => chat.data.items.filter((item) => item.side === side);

for (const name of Object.keys(globalNames)) {
  test(`${name}: entry, text, answer, common questions, picture, voice, badge`, async () => {
    const { phone, chat } = start(name);
    assert.equal(chat.data.isOpen, false);
    assert.equal(chat.data.t.send, "发送");
    // Who only looks at a page is no customer, and nobody is asked about them.
    assert.equal(chat.client.isStarted, false);
    chat.onEntry();
    assert.equal(chat.client.isStarted, true);
    assert.equal(chat.data.isOpen, true);
    assert.deepEqual(JSON.parse(JSON.stringify(chat.told[0])), ["open", {}]);

    write(chat, "  ");
    assert.equal(chat.data.items.length, 0);
    write(chat, "发票怎么开？");
    assert.equal(chat.data.draft, "");
    await until("the bot's answer", () => shown(chat, "theirs").some((item) => /电子发票/.test(item.text)));
    const [mine] = shown(chat, "mine");
    assert.match(mine.markText, /^(已发送|已送达|已读)$/);

    chat.onChip(tap({ place: 0 }));
    await until("the answer to a common question", () => shown(chat, "theirs").some((item) => /48 小时/.test(item.text)));
    assert.equal(shown(chat, "mine")[1].text, chat.data.chips[0].text);

    phone.picture = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
    await chat.onPicture();
    await until("the picture", () => shown(chat, "mine").some((item) => item.kind === "image" && hasArrived(item)));
    const picture = shown(chat, "mine").find((item) => item.kind === "image");
    chat.onImage(tap({ key: picture.key }));
    assert.deepEqual(phone.previews, [picture.image]);

    chat.onMode();
    await chat.onHold(tap());
    assert.equal(chat.data.isRecording, true);
    chat.onMove(tap({}, 480));
    await chat.onRelease(tap());
    await until("the recording", () => shown(chat, "mine").some((item) => item.kind === "voice" && hasArrived(item)));
    const voice = shown(chat, "mine").find((item) => item.kind === "voice");
    assert.equal(voice.seconds, "2″");
    chat.onPlay(tap({ key: voice.key }));
    assert.deepEqual(phone.played, [voice.voice]);

    // Slid up it is thrown away; too short it is none.
    await chat.onHold(tap());
    chat.onMove(tap({}, 300));
    assert.equal(chat.data.isLeaving, true);
    await chat.onRelease(tap());
    phone.duration = 200;
    await chat.onHold(tap());
    await chat.onRelease(tap());
    assert.equal(chat.data.notice, "说话时间太短");
    phone.microphoneIsAllowed = false;
    await chat.onHold(tap());
    assert.equal(chat.data.notice, "无法录音，请检查麦克风权限。");
    assert.equal(chat.data.isRecording, false);
    assert.equal(shown(chat, "mine").filter((item) => item.kind === "voice").length, 1);

    chat.onClose();
    assert.equal(chat.data.badge, "");
    const conversation = chat.client.memory.session.conversation_id;
    await world.api.post(`/v1/conversations/${conversation}/messages`, { kind: "text", text: "还需要什么吗？" });
    await until("the badge", () => Number(chat.data.badge) >= 1);
    await until("the page is told", () => chat.told.some(([what, detail]) => what === "unread" && detail.count >= 1));
    chat.onEntry();
    await until("no badge", () => chat.data.badge === "");
    chat.detach();
    chat.client.stop();
  });
}

test("a menu's entry is chosen, a card is told to the page, what failed is sent again", async () => {
  const { phone, chat } = start("wechat");
  chat.onEntry();
  write(chat, "人工");
  await until("queued", () => shown(chat, "notice").length > 0);
  const conversation = chat.client.memory.session.conversation_id;
  const post = (body) => world.api.post(`/v1/conversations/${conversation}/messages`, body);
  const menu = await post({ kind: "menu", text: "请选择",
    fields: { options: [{ id: "a", text: "查订单" }, { id: "b", text: "退货" }] } });
  assert.equal(menu.status, 201, String(menu.bytes));
  await post({ kind: "card", text: "", fields: { title: "托特包", path: "pages/item?id=1",
    thumb_url: "javascript:alert(1)", url: "http://evil.example/x" } });
  await until("the card", () => chat.data.items.some((item) => item.kind === "card"));
  const choice = chat.data.items.find((item) => item.kind === "menu" && item.text === "请选择");
  chat.onOption(tap({ key: choice.key, place: "1" }));
  await until("the choice arrives", async () => (await world.inbound(chat.client)).some((message) =>
    message.text === "退货" && message.fields.option === "b"));
  const card = chat.data.items.find((item) => item.kind === "card");
  assert.deepEqual([card.image, card.link], ["", ""]);
  chat.onCard(tap({ key: card.key }));
  assert.equal(chat.told[chat.told.length - 1][1].page, "pages/item?id=1");

  // The desk wants no such file: what is too large will be so the next time, and a tap takes it away.
  phone.picture = Buffer.from("89504e470d0a1a0a", "hex");
  const { upload } = chat.client.platform;
  const failing = async (status) => {
    chat.client.platform.upload = () => Promise.resolve({ status, text: "{}" });
    await chat.onPicture();
    return until("it failed", () => shown(chat, "mine").find((item) => item.mark === "failed"));
  };
  const large = await failing(413);
  assert.equal(large.markText, "文件太大，点此移除");
  chat.onMark(tap({ key: large.key }));
  await until("it is gone", () => !shown(chat, "mine").some((item) => item.kind === "image"));
  const failed = await failing(403);
  assert.equal(failed.markText, "未发送，点此重试");
  chat.client.platform.upload = upload;
  chat.onMark(tap({ key: failed.key }));
  await until("it arrives", async () => (await world.inbound(chat.client)).some((message) => message.kind === "image"));
  chat.detach();
  chat.client.stop();
});

test("English, a place of its own, questions of one's own; options may come late", async () => {
  for (const name of ["wechat", "alipay"]) {
    const { chat } = start(name, { desk: "", inline: true, language: "en-US",
      questions: [{ label: "Size", text: "Which sizes are there?" }], title: "Bags" });
    assert.equal(chat.client, undefined);
    assert.equal(chat.data.t.send, "Send");
    assert.equal(chat.data.heading, "Bags");
    assert.deepEqual(chat.data.chips.map((chip) => chip.label), ["Size"]);
    chat.change({ desk: world.desk.url });
    world.clients.add(chat.client);
    await until("online", () => chat.client.state === "online" && chat.data.hint === "");
    chat.change({ hideQuestions: true });
    assert.deepEqual(JSON.parse(JSON.stringify(chat.data.chips)), []);
    chat.detach();
    chat.client.stop();
  }
});

test("without a network the customer is told, and writes on", async () => {
  const { phone, chat } = start("qq");
  chat.onEntry();
  await until("online", () => chat.client.state === "online");
  phone.network.down();
  await until("the hint", () => chat.data.hint === "网络已断开。您仍可以写消息，恢复后会自动发出。");
  write(chat, "多久发货？");
  await until("it waits", () => shown(chat, "mine").some((item) => item.markText === "等待发送"));
  phone.network.up();
  await until("answered", () => shown(chat, "theirs").some((item) => /48 小时/.test(item.text)));
  assert.equal(chat.data.hint, "");
  chat.detach();
  chat.client.stop();
});

/** What an agent sends: a file of the desk's, as the workspace uploads it. */
async function sendFile(conversation, kind, name, content) {
  const upload = await world.api.upload(name, content);
  const sent = await world.api.post(`/v1/conversations/${conversation}/messages`, { kind, text: "",
    fields: Object.assign({ name }, upload.json) });
  assert.equal(sent.status, 201, String(sent.bytes));
}

const pdf = Buffer.from("%PDF-1.4\n1 0 obj\n<<>>\nendobj\n");
const film = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from("ftypisom\0\0\0\0isommp42"), Buffer.alloc(64)]);

for (const name of Object.keys(globalNames)) {
  test(`${name}: a film plays in the chat, a document opens in the platform's reader, all else as a link`, async () => {
    const { phone, chat } = start(name);
    const copied = [];
    chat.onEntry();
    write(chat, "人工");
    await until("queued", () => shown(chat, "notice").length > 0);
    chat.client.platform.copy = (link) => {
      copied.push(link);
      return Promise.resolve();
    };
    const conversation = chat.client.memory.session.conversation_id;
    await sendFile(conversation, "video", "use.mp4", film);
    await sendFile(conversation, "file", "发票.PDF", pdf);
    await sendFile(conversation, "file", "table.xlsx", Buffer.from("PK\x03\x04"));
    await sendFile(conversation, "file", "note.txt", Buffer.from("words"));
    const files = await until("the files", () => {
      const found = shown(chat, "theirs").filter((item) => item.kind === "file");
      return found.length === 3 && found;
    });
    const video = shown(chat, "theirs").find((item) => item.kind === "video");
    assert.match(video.video, /^http:\/\/127\.0\.0\.1:\d+\/media\//);
    for (const file of files) await chat.onFile(tap({ key: file.key }));
    const opened = { alipay: ["pdf"], kuaishou: [] }[name] || ["pdf", "xlsx"];
    assert.deepEqual(phone.opened, opened);
    assert.deepEqual(copied, files.slice(opened.length).map((file) => file.link));

    // The domain is not allowed in the console: the link is still there.
    phone.network.allowed = "https://elsewhere.example";
    copied.length = 0;
    await chat.onFile(tap({ key: files[0].key }));
    assert.deepEqual([copied, chat.data.notice], [[files[0].link], "链接已复制，请在浏览器中打开"]);
    chat.detach();
    chat.client.stop();
  });
}
