// SPDX-License-Identifier: Apache-2.0
/** Translates WeChat's template into another platform's. */
const { parse, write } = require("./markup.js");

/** Events by WeChat's name, where Alipay's is not just `on` and the same word. */
const alipayEvents = {
  tap: "Tap", longpress: "LongTap", input: "Input", confirm: "Confirm", focus: "Focus", blur: "Blur", change: "Change",
  scroll: "Scroll",
  touchstart: "TouchStart", touchmove: "TouchMove", touchend: "TouchEnd", touchcancel: "TouchCancel",
  scrolltoupper: "ScrollToUpper",
  scrolltolower: "ScrollToLower", load: "Load", error: "Error",
};

/** What Baidu binds both ways, by element. */
const swanTwoWay = { input: ["value"], textarea: ["value"],
  "scroll-view": ["scroll-top", "scroll-left", "scroll-into-view"] };

/** Attributes that only some know; elsewhere they would be warned of. */
const onlyOn = { "cursor-spacing": ["wechat", "douyin", "baidu", "qq", "kuaishou"],
  "confirm-hold": ["wechat", "douyin", "baidu", "qq", "alipay"] };

function translate(source, name, target) {
  const parts = parse(source).map((part) => {
    if (!part.open) return part;
    const attributes = part.attributes.filter(([attribute]) => !onlyOn[attribute] || onlyOn[attribute].includes(name));
    const translated = target.isSwan ? swanAttributes(part.open, attributes)
      : attributes.map(([key, value, gap]) => [attributeName(key, target), value, gap]);
    return Object.assign({}, part, { attributes: translated });
  });
  return write(parts);
}

function attributeName(key, target) {
  if (key.startsWith("wx:")) return target.prefix + key.slice(3);
  const event = /^(bind|catch):?([a-z]+)$/.exec(key);
  if (!event || target.events !== "on") return key;
  const word = alipayEvents[event[2]];
  if (!word) throw new Error(`${key}: Alipay's name of this event is not known here.`);
  return `${event[1] === "catch" ? "catch" : "on"}${word}`;
}

/** `s-for` takes item, place and key in one; conditions go without braces. */
function swanAttributes(element, attributes) {
  const given = new Map(attributes.map(([key, value]) => [key, value]));
  const out = [];
  for (const [key, value, gap] of attributes) {
    if (key === "wx:for") {
      const item = given.get("wx:for-item") || "item";
      const place = given.get("wx:for-index");
      const by = given.get("wx:key");
      const track = !by ? "" : by === "*this" ? ` trackBy ${item}` : ` trackBy ${item}.${by}`;
      out.push(["s-for", `${item}${place ? `, ${place}` : ""} in ${bare(value)}${track}`, gap]);
    } else if (/^wx:(for-item|for-index|key)$/.test(key)) continue;
    else if (/^wx:(if|elif)$/.test(key)) out.push([`s-${key.slice(3)}`, bare(value), gap]);
    else if (key === "wx:else") out.push(["s-else", null, gap]);
    else if ((swanTwoWay[element] || []).includes(key) && /^\{\{.*\}\}$/.test(value)) {
      out.push([key, `{= ${bare(value)} =}`, gap]);
    }
    else out.push([key, value, gap]);
  }
  return out;
}

function bare(value) {
  return value.replace(/^\{\{\s*|\s*\}\}$/g, "");
}

module.exports = { translate };
