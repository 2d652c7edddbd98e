// SPDX-License-Identifier: Apache-2.0
/** Reads WXML into parts and writes them again; a template that is not well formed is refused with its line. */
class MarkupError extends Error {}

/**
 * @returns parts in order: `{ text }`, `{ comment }`, `{ open, attributes, isEmpty }`, `{ close }`; an attribute is its
 * name, its value or null, and the white space before it
 */
function parse(source) {
  const parts = [];
  const stack = [];
  let at = 0;
  const fail = (words) => {
    throw new MarkupError(`line ${source.slice(0, at).split("\n").length}: ${words}`);
  };
  while (at < source.length) {
    if (source.startsWith("<!--", at)) {
      const end = source.indexOf("-->", at);
      if (end < 0) fail("a comment without an end");
      parts.push({ comment: source.slice(at + 4, end) });
      at = end + 3;
    } else if (source[at] === "<") {
      const close = /^<\/([\w-]+)\s*>/.exec(source.slice(at));
      if (close) {
        if (stack.pop() !== close[1]) fail(`</${close[1]}> closes nothing that is open`);
        parts.push({ close: close[1] });
        at += close[0].length;
      } else {
        const open = /^<([\w-]+)((?:\s+[\w:@-]+(?:\s*=\s*"[^"]*")?)*)\s*(\/?)>/.exec(source.slice(at));
        if (!open) fail("no tag");
        const attributes = Array.from(open[2].matchAll(/(\s+)([\w:@-]+)(?:\s*=\s*"([^"]*)")?/g),
          (found) => [found[2], found[3] === undefined ? null : found[3], found[1]]);
        if (!open[3]) stack.push(open[1]);
        parts.push({ open: open[1], attributes, isEmpty: open[3] === "/" });
        at += open[0].length;
      }
    } else {
      // A < within braces is an expression's.
      const text = /^(?:\{\{[\s\S]*?\}\}|[^<{]|\{(?!\{))+/.exec(source.slice(at));
      if (!text) fail("braces without an end");
      parts.push({ text: text[0] });
      at += text[0].length;
    }
  }
  if (stack.length) fail(`<${stack.pop()}> is never closed`);
  return parts;
}

function write(parts) {
  return parts.map((part) => {
    if (part.text !== undefined) return part.text;
    if (part.comment !== undefined) return `<!--${part.comment}-->`;
    if (part.close) return `</${part.close}>`;
    const attributes = part.attributes.map(([name, value, gap]) =>
      `${gap || " "}${name}${value === null ? "" : `="${value}"`}`).join("");
    return `<${part.open}${attributes}${part.isEmpty ? " /" : ""}>`;
  }).join("");
}

module.exports = { parse, write, MarkupError };
