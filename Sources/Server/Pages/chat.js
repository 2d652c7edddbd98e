// SPDX-License-Identifier: Apache-2.0
import { byId, calmly, el, hueOf, icon, keyed, refill, setText } from "./dom.js";
import { Texts, keepLanguage } from "./language.js";
import { Live } from "./live.js";
import { contentOf, lineOf } from "./message.js";
import { ChatStore } from "./chat-store.js";
import { Recorder, takeFiles, upload } from "./upload.js";
import { chatChips, chatTexts } from "./chat-texts.js";

const channel = new URLSearchParams(location.search).get("channel") || "web";
const texts = new Texts(chatTexts);
const t = (key, values) => texts.t(key, values);
const store = new ChatStore(channel);
const scroller = byId("scroller");
const words = byId("words");
const inFlight = new Map();
let unread = 0;
let refusals = 0;
let banner = null;
let readSent = 0;

const live = new Live({
  canPoll: true,
  token: () => store.session.token,
  after: () => store.seq,
  onState: stateChanged,
  onFrame: handle,
});

// Session

/** Only one of several tabs asks for a session; the others find it in the store they share. */
async function connect() {
  const alone = navigator.locks ? (f) => navigator.locks.request(`${store.name}.session`, f) : (f) => f();
  let wait = 1000;
  while (!store.session) {
    const problem = await alone(async () => {
      store.load();
      return store.session ? null : openSession();
    });
    if (!problem) break;
    showBanner(problem.status === 404 ? "banner.channel" : navigator.onLine ? "banner.unavailable" : "banner.offline");
    if (problem.status === 404) return showState("offline");
    showState("offline");
    await pause(wait * (0.5 + Math.random() / 2));
    wait = Math.min(20_000, wait * 2);
  }
  live.start();
}

async function openSession() {
  try {
    const answer = await fetch("/v1/live/sessions", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ channel, identity: { language: texts.language } }),
    });
    if (!answer.ok) return { status: answer.status };
    store.begin(await answer.json());
    // Rules may greet whoever comes in for the first time.
    store.add({ kind: "event", text: "", fields: { name: "enter" } });
    return null;
  } catch {
    return { status: 0 };
  }
}

/** Waits, but no longer than until the network is back. */
function pause(ms) {
  return new Promise((done) => {
    const timer = setTimeout(finish, ms);
    function finish() {
      clearTimeout(timer);
      removeEventListener("online", finish);
      done();
    }
    addEventListener("online", finish);
  });
}

async function renewSession() {
  refusals += 1;
  if (store.isOutdated) store.load();
  else {
    store.end();
    showBanner("banner.fresh");
    setTimeout(() => banner === "banner.fresh" && showBanner(null), 8000);
  }
  render();
  if (refusals > 2) await pause(10_000);
  connect();
}

function stateChanged(state) {
  clearFlights();
  if (state === "refused") return void renewSession();
  if (state === "online") {
    refusals = 0;
    if (banner !== "banner.fresh") showBanner(null);
    flush();
  } else {
    showTyping(false);
    if (!navigator.onLine) showBanner("banner.offline");
    else if (state === "offline") showBanner("banner.unavailable");
  }
  showState(state === "refused" ? "connecting" : state);
  render();
}

// Sending

function say(content) {
  store.add(content);
  sendTyping(false);
  flush();
  render({ toEnd: true });
}

/** Sends what is waiting, in order; what was sent and not acknowledged within 10 s means a dead connection. */
function flush() {
  if (!live.isOnline) return;
  for (const item of store.waiting()) {
    if (item.failure || inFlight.has(item.client_id)) continue;
    const { client_id, kind, text, fields } = item;
    if (!live.send({ type: "message", client_id, kind, text, ...(fields ? { fields } : {}) })) return;
    inFlight.set(client_id, setTimeout(() => live.restart(), 10_000));
  }
}

function land(clientID) {
  clearTimeout(inFlight.get(clientID));
  inFlight.delete(clientID);
}

function clearFlights() {
  for (const clientID of [...inFlight.keys()]) land(clientID);
}

const passing = new Set(["limited", "full", "unavailable", "429", "503"]);

function refused(frame) {
  const item = store.pending.get(frame.client_id);
  if (!item) return;
  land(frame.client_id);
  const tries = (item.tries ?? 0) + 1;
  if (passing.has(frame.code) && tries < 8) {
    store.keepPending({ ...item, tries });
    setTimeout(flush, Math.min(20_000, 500 * 2 ** tries));
  } else store.keepPending({ ...item, failure: frame.message || frame.code || "failed" });
}

function again(clientID) {
  const { failure, tries, ...item } = store.pending.get(clientID);
  store.keepPending(item);
  flush();
  render({ toEnd: true });
  words.focus();
}

// Receiving

const save = calmly(150, () => store.save());

function handle(frame) {
  if (frame.type === "error") {
    if (frame.client_id) refused(frame);
    return render();
  }
  if (frame.type === "typing") {
    if (!String(frame.by ?? "").startsWith("customer:")) showTyping(frame.on !== false);
    return;
  }
  if (frame.type === "ready") {
    if (typeof frame.seq === "number" && frame.seq < store.seq) {
      store.forget();
      return live.restart();
    }
    byId("log").removeAttribute("aria-busy");
    return render({ toEnd: true });
  }
  if (frame.type === "message" && frame.client_id) land(frame.client_id);
  if (frame.type === "ack") land(frame.client_id);
  const fresh = store.apply(frame);
  save();
  if (fresh && fresh.direction === "out") {
    showTyping(false);
    if (document.visibilityState !== "visible") unread += 1;
  }
  renderSoon(fresh);
}

const isAtEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;

/** Tells the server how far the customer has read: only what was really on the screen. */
function markRead() {
  if (document.visibilityState !== "visible" || !live.isOnline || !isAtEnd()) return;
  unread = 0;
  showTitle();
  byId("newer").hidden = true;
  const newest = Math.max(0, ...store.sorted().filter((entry) => entry.direction === "out").map((entry) => entry.seq));
  if (newest <= Math.max(store.readUpTo, readSent)) return;
  if (live.send({ type: "read", seq: newest })) {
    readSent = newest;
    store.readUpTo = newest;
    save();
  }
}

// Typing

let typingSince = 0;
const stopTyping = calmly(4000, () => sendTyping(false));

function sendTyping(on) {
  if (on && Date.now() - typingSince > 3000) {
    if (live.send({ type: "typing", on: true })) typingSince = Date.now();
  } else if (!on && typingSince) {
    live.send({ type: "typing", on: false });
    typingSince = 0;
  }
  if (on) stopTyping();
}

const hideTyping = calmly(8000, () => showTyping(false));

function showTyping(on) {
  const node = byId("typing");
  if (on) hideTyping();
  if (node.hidden !== on) return;
  const wasAtEnd = isAtEnd();
  node.hidden = !on;
  if (wasAtEnd) scroller.scrollTop = scroller.scrollHeight;
}

// What is seen

function showState(state) {
  const key = state === "online"
    ? { queued: "status.queued", assigned: "status.agent", pending: "status.agent", resolved: "status.resolved" }[store.state] ?? "status.bot"
    : `status.${state}`;
  setText(byId("status"), t(key, { name: store.agent?.name || t("agent") }));
  byId("status").dataset.state = state;
}

function showBanner(key) {
  banner = key;
  byId("banner").hidden = !key;
  setText(byId("banner"), key ? t(key) : "");
}

function showTitle() {
  document.title = unread ? `${t("unread", { n: unread })} · ${t("title")}` : t("title");
}

function authorOf(entry) {
  if (entry.direction === "in") return { key: "me", name: t("you") };
  if (String(entry.author ?? "").startsWith("bot:") || entry.author === "system") return { key: "bot", name: t("bot") };
  return { key: entry.author ?? "agent", name: entry.author_name || store.names[entry.author] || t("agent") };
}

/** All that stands in the log, in order: days, notices, messages, and at the end what is still to be sent. */
function timeline() {
  const rows = [];
  let day = null;
  let last = null;
  const pending = store.waiting().map((item) => ({ ...item, id: item.client_id, direction: "in", isPending: true }));
  for (const entry of [...store.sorted(), ...pending]) {
    if (entry.kind === "event" && entry.direction === "in") continue;
    const today = new Date(entry.at).toDateString();
    if (today !== day) {
      rows.push({ key: `d${today}`, day: entry.at });
      day = today;
      last = null;
    }
    if (entry.notice) {
      rows.push({ key: entry.id, entry });
      last = null;
      continue;
    }
    const author = authorOf(entry);
    const isFirst = !last || last.author.key !== author.key || new Date(entry.at) - new Date(last.entry.at) > 300_000;
    if (last && !isFirst) last.isLast = false;
    last = { key: (entry.direction === "in" && entry.client_id) || entry.id, entry, author, isFirst, isLast: true };
    rows.push(last);
  }
  return rows;
}

function makeRow() {
  return el("li");
}

function updateRow(node, row) {
  const canChoose = Array.isArray(row.entry?.fields?.options) && row.isUnanswered;
  const mark = JSON.stringify([row.day && texts.day(row.day), row.entry, row.author, row.isFirst, row.isLast, canChoose, texts.language,
    row.entry?.isPending && live.isOnline]);
  if (node.mark === mark) return;
  node.mark = mark;
  if (row.day) {
    node.className = "day";
    return setText(node, texts.day(row.day));
  }
  const { entry } = row;
  if (entry.notice) {
    node.className = "notice";
    return setText(node, t(`notice.${entry.notice}`, { name: entry.name || t("agent") }));
  }
  const isMine = entry.direction === "in";
  const state = !entry.isPending ? entry.delivery : entry.failure ? "failed" : live.isOnline ? "sending" : "waiting";
  node.className = ["said", isMine && "mine", row.isFirst && "first", entry.isPending && !entry.failure && "pending", isMine && state === "failed" && "failed",
    !row.isLast && state !== "failed" && "quiet"].filter(Boolean).join(" ");
  node.dataset.state = state ?? "";
  node.dataset.direction = entry.direction;
  const parts = [
    el("p", { class: "who" },
      !isMine && el("span", { class: `avatar ${row.author.key === "bot" ? "hue-5" : hueOf(row.author.key)}`, "aria-hidden": "true" }, [...row.author.name][0]),
      el("span", {}, row.author.name)),
    isMine && el("span", { class: "for-readers" }, `${t("you")}: `),
    el("div", { class: "bubble" }, contentOf(entry, t, canChoose ? choose : null)),
    el("p", { class: "under" },
      el("time", { datetime: entry.at, title: texts.full(entry.at) }, texts.time(entry.at)),
      isMine && deliveryOf(state, entry)),
  ];
  refill(node, ...parts.filter(Boolean));
}

function deliveryOf(state, entry) {
  const name = { waiting: "clock", sending: "clock", queued: "clock", sent: "sent", delivered: "both", read: "both", failed: "failed" }[state] ?? "sent";
  const picture = icon(name);
  if (state === "read") picture.classList.add("read");
  const key = state === "queued" ? "delivery.sent" : `delivery.${state ?? "sent"}`;
  return [
    picture,
    el("span", { class: state === "read" ? "read-word" : "", title: entry.failure }, t(key)),
    entry.isPending && entry.failure && el("button", { type: "button", class: "again", on: { click: () => again(entry.client_id) } }, t("again")),
  ];
}

// Files and voice

let uploads = 0;

/** Uploaded at once: a file that cannot be sent is better known now than when the page is closed. */
async function sendFile(file) {
  if (!store.session) return;
  uploads += 1;
  showBanner("banner.uploading");
  try {
    say(await upload(file, store.session.token));
    uploads -= 1;
    if (uploads === 0 && banner === "banner.uploading") showBanner(null);
  } catch (problem) {
    uploads -= 1;
    showBanner(problem.reason === "large" ? "banner.large" : "banner.upload");
    setTimeout(() => ["banner.large", "banner.upload"].includes(banner) && showBanner(null), 8000);
  }
}

const recorder = new Recorder();

async function record() {
  const button = byId("record");
  if (button.getAttribute("aria-pressed") === "true") return recorder.stop(true);
  try {
    button.setAttribute("aria-pressed", "true");
    showBanner("banner.recording");
    const file = await recorder.start();
    if (file) await sendFile(file);
  } catch {
    showBanner("banner.microphone");
    setTimeout(() => banner === "banner.microphone" && showBanner(null), 8000);
  } finally {
    button.setAttribute("aria-pressed", "false");
    if (banner === "banner.recording") showBanner(null);
  }
}

function choose(option) {
  say({ kind: "text", text: option.text, fields: { option: option.id } });
}

let renderAsked = false;
let freshToShow = false;

/** Many frames at once (a resume) are drawn once. */
function renderSoon(fresh) {
  if (fresh?.direction === "out") freshToShow = true;
  if (renderAsked) return;
  renderAsked = true;
  queueMicrotask(() => {
    renderAsked = false;
    render();
  });
}

function render({ toEnd = false } = {}) {
  const wasAtEnd = isAtEnd();
  const rows = timeline();
  // A menu can be answered until the customer has said something else.
  const lastOwn = rows.findLastIndex((row) => row.entry?.direction === "in");
  rows.forEach((row, index) => { row.isUnanswered = index > lastOwn; });
  if (rows.length === 0) rows.push({ key: "welcome" });
  keyed(byId("said"), rows, (row) => row.key, makeRow, (node, row) => (row.key === "welcome" ? welcome(node) : updateRow(node, row)));
  showState(live.state === "refused" ? "connecting" : live.state);
  if (wasAtEnd || toEnd) scroller.scrollTop = scroller.scrollHeight;
  else if (freshToShow) byId("newer").hidden = false;
  freshToShow = false;
  markRead();
  showTitle();
}

function welcome(node) {
  node.className = "welcome";
  node.replaceChildren(el("img", { src: "/assets/favicon.svg", alt: "", width: 56, height: 56 }), el("p", {}, t("welcome")));
}

function showTexts() {
  texts.fill();
  const button = byId("language");
  setText(button, t("language"));
  button.setAttribute("aria-label", t("language.label"));
  setText(byId("newer"), t("newer"));
  showBanner(banner);
  byId("chips").replaceChildren(...chatChips[texts.language].map(([label, text]) =>
    el("li", {}, el("button", { type: "button", class: "chip", title: text, on: { click: () => say({ kind: "text", text }) } }, label))));
  render();
}

// Hands and keys

function submit() {
  const text = words.value.trim();
  if (!text) return;
  words.value = "";
  fit();
  say({ kind: "text", text });
}

function fit() {
  words.style.height = "auto";
  words.style.height = `${Math.min(150, words.scrollHeight + 2)}px`;
}

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
  words.focus();
});
words.addEventListener("keydown", (event) => {
  // 229: Safari ends a composition before the key that ended it arrives.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  submit();
});
words.addEventListener("input", () => {
  fit();
  sendTyping(words.value.trim() !== "");
});
takeFiles(byId("attach"), byId("files"), document.body, sendFile);
byId("attach").replaceChildren(icon("clip"));
byId("record").replaceChildren(icon("microphone"));
byId("record").hidden = !Recorder.isPossible;
byId("record").addEventListener("click", record);
addEventListener("keydown", (event) => event.key === "Escape" && recorder.stop(false));
byId("language").addEventListener("click", () => {
  const next = texts.language === "en" ? "zh-CN" : "en";
  keepLanguage(next);
  texts.use(next);
  showTexts();
});
byId("newer").addEventListener("click", () => {
  scroller.scrollTop = scroller.scrollHeight;
  markRead();
});
let stays = true;
scroller.addEventListener("scroll", () => { stays = isAtEnd(); }, { passive: true });
scroller.addEventListener("scroll", calmly(120, markRead), { passive: true });
// A keyboard that opens on a phone must not cover the latest message.
const staying = new ResizeObserver(() => stays && (scroller.scrollTop = scroller.scrollHeight));
staying.observe(scroller);
// Nor must a picture that has just been loaded push it out of sight.
staying.observe(byId("said"));
document.addEventListener("visibilitychange", markRead);
addEventListener("focus", markRead);
addEventListener("offline", () => showBanner("banner.offline"));
addEventListener("pagehide", () => store.save());
addEventListener("storage", (event) => {
  if (event.key === `${store.name}.session` && store.isOutdated && event.newValue) {
    live.stop();
    store.load();
    connect();
  } else if (event.key?.startsWith(`${store.name}.out.`) && event.newValue === null) {
    const clientID = event.key.slice(`${store.name}.out.`.length);
    if (store.pending.has(clientID) && !inFlight.has(clientID)) store.pending.delete(clientID);
    render();
  }
});

showTexts();
connect();
