// SPDX-License-Identifier: Apache-2.0

/**
 * Makes an element. Strings become text, never markup; null and false children are left out.
 * `on` holds listeners by event name; `true` sets an empty attribute, null, undefined and false set none.
 */
export function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (key === "on") for (const [event, f] of Object.entries(value)) node.addEventListener(event, f);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** The element with this id, which must be in the page. */
export const byId = (id) => document.getElementById(id);

/** Sets the text only where it differs, so that screen readers and selections are left in peace. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Gives a node other children; who stands on one of its buttons or links stands on the same one afterwards. */
export function refill(node, ...children) {
  const controls = () => [...node.querySelectorAll("button, a[href]")];
  const place = node.contains(document.activeElement) ? controls().indexOf(document.activeElement) : -1;
  node.replaceChildren(...children);
  if (place >= 0) controls()[place]?.focus({ preventScroll: true });
}

/**
 * Brings the children of `parent` in line with `items`, keeping the nodes of items that stay: focus and scroll survive.
 * `make(item)` builds a node, `update(node, item)` fills it, also right after it was built.
 */
export function keyed(parent, items, keyOf, make, update) {
  const old = new Map();
  for (const child of parent.children) old.set(child.dataset.key, child);
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let node = old.get(key);
    if (node) old.delete(key);
    else {
      node = make(item);
      node.dataset.key = key;
    }
    update(node, item);
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
  }
  for (const node of old.values()) node.remove();
}

const icons = {
  clock: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M8 4.6V8l2.4 1.5",
  sent: "M3.2 8.4l3 3 6.6-7",
  both: "M1.2 8.4l3 3 6.6-7M8 11.2l.2.2 6.6-7",
  failed: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M8 4.8v4M8 11v.2",
  clip: "M12.6 7.2l-5 5a3 3 0 0 1-4.3-4.2l5.6-5.6a2 2 0 0 1 2.9 2.8l-5.5 5.6a1 1 0 0 1-1.4-1.4l4.7-4.8",
  microphone: "M8 1.8a2 2 0 0 1 2 2v3.8a2 2 0 0 1-4 0V3.8a2 2 0 0 1 2-2M3.8 7.4a4.2 4.2 0 0 0 8.4 0M8 11.6v2.6M5.8 14.2h4.4",
  lock: "M4.4 7.2V5.4a3.6 3.6 0 0 1 7.2 0v1.8M3.4 7.2h9.2v6.2H3.4z",
};

/** A line icon, hidden from screen readers: the text beside it must say the same. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", icons[name]);
  svg.append(path);
  return svg;
}

/** One of eight colours that stays the same for an id. */
export function hueOf(id) {
  let sum = 0;
  for (const char of String(id ?? "")) sum = (sum * 31 + char.codePointAt(0)) >>> 0;
  return `hue-${sum % 8}`;
}

/** Calls `f` once, `ms` after the last of many calls. */
export function calmly(ms, f) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => f(...values), ms);
  };
}

/** An id that two ends will not make twice; works on plain http too, where `randomUUID` is missing. */
export function freshID() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
