// SPDX-License-Identifier: Apache-2.0
/**
 * What a page shows of a client, as plain data for `setData`: the status line, a hint, and the messages with their
 * marks.
 */
const { needsUpload } = require("./outbox.js");
const { languageOf, textIn } = require("./texts.js");

/** After so long a silence the time is shown again. */
const gap = 5 * 60 * 1000;

/**
 * @param client a LiveClient
 * @param language `zh-CN` or `en`
 * @param now ms
 */
function viewOf(client, language, now) {
  const t = (key, values) => textIn(language, key, values);
  const items = client.memory.shown(client.outbox.items).filter(isShown).map((entry) =>
    entry.id ? itemOf(entry, client.base, t) : waitingItem(entry, client.base, t));
  // A menu can be answered until the customer has said something else.
  const lastOwn = items.reduce((found, item, place) => (item.side === "mine" ? place : found), -1);
  items.forEach((item, place) => {
    if (item.kind === "menu") item.isAnswered = place < lastOwn;
  });
  let last = 0;
  for (const item of items) {
    const at = Date.parse(item.at) || now;
    item.time = at - last > gap ? timeOf(new Date(at), new Date(now), language, t) : "";
    last = at;
  }
  return {
    items, status: statusOf(client, t), hint: hintOf(client, items, t), isTyping: client.isTyping,
    // Questions for the bot are of no use while a person answers.
    isWithPerson: ["queued", "assigned", "pending"].includes(client.memory.state),
    unread: client.unreadCount,
    badge: client.unreadCount > 99 ? "99+" : client.unreadCount > 0 ? String(client.unreadCount) : "",
    lastKey: items.length ? items[items.length - 1].key : "", hasOlder: client.hasOlder,
  };
}

/** That a customer came in is told to the desk, not to them. */
function isShown(entry) {
  return entry.notice || entry.kind !== "event";
}

function statusOf(client, t) {
  const state = client.memory.state;
  return t(`status.${state}`, { name: client.memory.agent || t("agent") });
}

/** One line over the messages, or none: what the customer should know and could not see. */
function hintOf(client, items, t) {
  if (client.problem === "channel") return t("hint.channel");
  if (!client.isStarted) return "";
  if (client.isFresh) return t("hint.fresh");
  if (client.state === "online") {
    const last = items[items.length - 1];
    const isAnswered = !last || last.side !== "mine" || client.isTyping;
    // A bot answers at once; that a person will, is worth saying.
    return !isAnswered && client.memory.state !== "bot" && ["sent", "delivered", "read"].includes(last.mark)
      ? t("hint.waiting") : "";
  }
  if (client.problem === "unavailable") return t("hint.unavailable");
  return client.state === "connecting" || client.isConnecting ? t("hint.connecting") : t("hint.offline");
}

function itemOf(entry, base, t) {
  // An id in a template may not begin with a digit. Our own words keep the one that they had while they waited.
  const isOwn = entry.direction === "in" && /^[\w-]+$/.test(entry.client_id || "");
  const item = { key: isOwn ? `o-${entry.client_id}` : `m-${entry.id}`, at: entry.at };
  if (entry.notice) return Object.assign(item, { side: "notice", kind: "notice", options: [],
    text: t(`notice.${entry.notice}`, { name: entry.name || t("agent") }) });
  item.side = entry.direction === "in" ? "mine" : "theirs";
  if (item.side === "mine") addMark(item, entry.delivery, t);
  else item.author = entry.author_name || (/^agent:/.test(entry.author || "") ? t("agent") : t("bot"));
  // A template's loop wants a list.
  return Object.assign(item, { options: [] }, contentOf(entry, base, t));
}

function waitingItem(item, base, t) {
  const shown = { key: `o-${item.client_id}`, clientID: item.client_id, at: item.at, side: "mine" };
  addMark(shown, item.state, t);
  if (item.progress > 0) shown.markText = `${shown.markText} ${item.progress}%`;
  // It would be refused again.
  shown.isHopeless = item.state === "failed" && item.reason === "too_large";
  if (shown.isHopeless) shown.markText = t("reason.too_large");
  const content = contentOf(item, base, t);
  if (needsUpload(item)) {
    if (item.kind === "image") Object.assign(content, { kind: "image", image: item.file.path });
    else Object.assign(content, { kind: "voice", voice: item.file.path });
  }
  return Object.assign(shown, { options: [] }, content);
}

function addMark(item, mark, t) {
  item.mark = mark === "queued" || !mark ? "sent" : mark;
  item.markText = t(`mark.${item.mark}`);
}

/** What a message says, in fields that the template asks for. */
function contentOf(entry, base, t) {
  const fields = entry.fields || {};
  const text = entry.text || "";
  const address = addressOf(fields.url, base);
  switch (entry.kind) {
    case "image": return address ? { kind: "image", image: address, text }
      : { kind: "text", text: text || t("kind.image") };
    case "voice":
      return { kind: "voice", voice: address || "", seconds: fields.duration
        ? `${Math.max(1, Math.round(fields.duration))}″` : "", text: text || t("kind.voice") };
    case "card":
      return {
        kind: "card", text: String(fields.title || text || t("kind.card")),
        description: String(fields.description || ""),
        price: String(fields.price || ""), image: addressOf(fields.thumb_url, base) || "",
        page: String(fields.path || fields.page || ""), link: address || "",
      };
    case "location": return { kind: "text", text: String(fields.label || text || t("kind.location")) };
    case "text":
    case "menu": {
      const options = Array.isArray(fields.options) ? fields.options : [];
      if (options.length === 0) return { kind: "text", text };
      return { kind: "menu", text, options: options.map((option) =>
        ({ id: String(option.id || option.text), text: String(option.text || option.id) })) };
    }
    case "video":
      if (address && /^video\/mp4\b/.test(String(fields.playable_type || fields.content_type))) {
        return { kind: "video", video: address, text: text || fields.name || t("kind.video") };
      }
      return fileOf(entry, address, t);
    case "file": return fileOf(entry, address, t);
    default: return { kind: "text", text: text || t("kind.unsupported") };
  }
}

/** A file to open: `type` is the end of its name, of the content where that has none. */
function fileOf(entry, address, t) {
  const fields = entry.fields || {};
  const name = String(fields.name || entry.text || "");
  const end = (/\.(\w{2,5})$/.exec(name) || /\.(\w{2,5})$/.exec(String(fields.url || "").split(/[?#]/)[0]) || [])[1];
  const type = end ? end.toLowerCase() : /^application\/pdf\b/.test(String(fields.content_type)) ? "pdf" : "";
  return { kind: "file", text: entry.text || fields.name || t(`kind.${entry.kind}`), link: address || "", type };
}

/** An address to load from: one of the desk's own, or https. Everything else may come from a stranger. */
function addressOf(url, base) {
  const text = String(url || "");
  if (/^\/media\/[0-9a-f]+\?/.test(text)) return base + text;
  return /^https:\/\//.test(text) ? text : null;
}

function timeOf(at, now, language, t) {
  const two = (number) => String(number).padStart(2, "0");
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
  const dayOf = (date) => Math.floor((date.getTime() - date.getTimezoneOffset() * 60000) / 86400000);
  const days = dayOf(now) - dayOf(at);
  if (days === 0) return clock;
  if (days === 1) return `${t("yesterday")} ${clock}`;
  return languageOf(language) === "en" ? `${two(at.getDate())}/${two(at.getMonth() + 1)} ${clock}`
    : `${at.getMonth() + 1}月${at.getDate()}日 ${clock}`;
}

module.exports = { viewOf };
