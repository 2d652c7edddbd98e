// SPDX-License-Identifier: Apache-2.0
// How the content of a message looks, for customers and agents alike. All of it may come from a stranger.
import { el } from "./dom.js";
import { reasonIn } from "./reasons.js";

const linkSchemes = new Set(["http:", "https:", "weixin:"]);

/** The address if it may stand behind a link; else null. Whatever runs code (`javascript:`, `data:`) is refused. */
export function safeLink(address) {
  try {
    // Attachments of ours have no scheme and no host; nothing else goes without.
    const url = /^\/media\/[0-9a-f]+\?/.test(address) ? new URL(address, location.origin) : new URL(String(address));
    return linkSchemes.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** The address if a picture may be loaded from it; else null. */
export function safePicture(address) {
  // Nothing would mean this page.
  if (!address) return null;
  try {
    const url = new URL(String(address), location.origin);
    if (url.protocol === "https:" || url.origin === location.origin) return url.href;
    return /^data:image\/(png|jpeg|gif|webp);base64,/.test(url.href) ? url.href : null;
  } catch {
    return null;
  }
}

function link(address, ...children) {
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, ...children);
}

/** An address without what ends the sentence around it; a bracket that it opened itself stays. */
function withoutStop(address) {
  const count = (letter) => address.split(letter).length;
  let surplus = count(")") - count("(");
  let end = address.length;
  while (".,;:!?])".includes(address[end - 1]) && (address[end - 1] !== ")" || surplus-- > 0)) end -= 1;
  return address.slice(0, end);
}

/** Text as nodes, with addresses turned into links. They end where Chinese, Japanese or Korean words begin. */
export function textWithLinks(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(/\bhttps?:\/\/[^\s<>"'`“”\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]+/g)) {
    const address = withoutStop(match[0]);
    const href = safeLink(address);
    if (!href) continue;
    nodes.push(text.slice(end, match.index), link(href, address));
    end = match.index + address.length;
  }
  nodes.push(text.slice(end));
  return nodes.filter((node) => node !== "");
}

/**
 * The content of a message as an element.
 * `t` gives texts; `choose(option)` is called when somebody picks an entry of a menu, without it the entries are plain text.
 */
export function contentOf(message, t, choose) {
  const fields = message.fields ?? {};
  const text = message.text ?? "";
  switch (message.kind) {
    case "image": {
      const picture = safePicture(fields.url ?? fields.thumb_url ?? "");
      if (!picture) return attachment(t("kind.image"), text, fields);
      const name = text || fields.name || t("kind.image");
      return link(picture, el("img", { class: "picture", src: picture, alt: name, loading: "lazy", referrerpolicy: "no-referrer" }));
    }
    case "voice":
    case "video":
      return player(message.kind, t(`kind.${message.kind}`), text, fields) ?? attachment(t(`kind.${message.kind}`), text, fields);
    case "file":
      return attachment(t(`kind.${message.kind}`), text, fields);
    case "location": {
      const place = fields.label || text || t("kind.location");
      const at = [fields.latitude, fields.longitude].filter((value) => typeof value === "number").join(", ");
      return el("div", { class: "attachment" }, el("strong", {}, place), at && el("small", {}, at));
    }
    case "card":
      return card(text, fields);
    case "menu":
      return menu(text, fields, choose);
    case "event":
    case "unsupported":
      return el("p", { class: "text quiet" }, text || t(`kind.${message.kind}`));
    default:
      if (Array.isArray(fields.options)) return menu(text, fields, choose);
      if (Array.isArray(fields.attachments) && fields.attachments.length) {
        return el("div", { class: "attachments" }, el("p", { class: "text" }, ...textWithLinks(text)),
          ...fields.attachments.map((file) => attachment(t("kind.file"), "", file)));
      }
      return el("p", { class: "text" }, ...textWithLinks(text));
  }
}

/** Sound or film that browsers play; only what we keep ourselves. */
function player(kind, label, text, fields) {
  const type = String(fields.playable_type ?? fields.content_type ?? "");
  if (!/^(audio\/(aac|mpeg|ogg|wav|mp4|webm)|video\/(mp4|webm))$/.test(type) || !/^\/media\//.test(fields.url ?? "")) return null;
  const name = text || fields.name || label;
  return el(kind === "video" ? "video" : "audio", { class: "player", controls: true, preload: "metadata", src: fields.url, "aria-label": name });
}

function attachment(label, text, fields) {
  const name = fields.name || text || label;
  const href = fields.url ? safeLink(fields.url) : null;
  return el("div", { class: "attachment" }, href ? link(href, name) : el("strong", {}, name), name !== label && el("small", {}, label),
    fields.withheld && el("small", { class: "withheld" }, reasonIn(document.documentElement.lang, fields.withheld)));
}

function card(text, fields) {
  const picture = safePicture(fields.thumb_url ?? "");
  const href = safeLink(fields.url ?? "");
  const parts = [
    fields.thumb_url && picture && el("img", { src: picture, alt: "", loading: "lazy", referrerpolicy: "no-referrer" }),
    el("span", { class: "card-words" },
      el("strong", {}, String(fields.title ?? text)),
      fields.description && el("small", {}, String(fields.description)),
      fields.price && el("span", { class: "price" }, String(fields.price))),
  ];
  if (!href) return el("div", { class: "card" }, ...parts);
  const node = link(href, ...parts);
  node.className = "card";
  return node;
}

function menu(text, fields, choose) {
  const options = Array.isArray(fields.options) ? fields.options : [];
  return el("div", { class: "menu" },
    text && el("p", { class: "text" }, ...textWithLinks(text)),
    el("ul", {}, options.map((option) => {
      const words = String(option?.text ?? option?.id ?? "");
      return el("li", {}, choose
        ? el("button", { type: "button", class: "option", on: { click: () => choose({ id: String(option?.id ?? words), text: words }) } }, words)
        : el("span", { class: "option" }, words));
    })));
}

/** One line that stands for a message in a list. */
export function lineOf(message, t) {
  const text = (message.text || message.fields?.title || message.fields?.label || "").replace(/\s+/g, " ").trim();
  return message.kind === "text" || text ? text : t(`kind.${message.kind}`);
}
