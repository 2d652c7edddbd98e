// SPDX-License-Identifier: Apache-2.0
import { el } from "./dom.js";
import { hunks } from "./diff.js";

const most = 400;

/** The difference of two texts of a file as rows, for people. */
export function diffView(path, oldText, nowText, t) {
  const rows = hunks(oldText, nowText).flatMap((hunk, index) => [
    ...(index ? [el("div", { class: "diff-gap", "aria-hidden": "true" }, "⋯")] : []),
    ...hunk.map((line) => el("div", { class: `diff-line ${line.kind}` },
      el("span", { class: "diff-number", "aria-hidden": "true" }, String(line.now ?? line.old)),
      el("span", { class: "diff-sign" }, { same: " ", old: "−", new: "+" }[line.kind]), el("span", { class: "diff-text" }, line.text))),
  ]);
  const added = rows.filter((row) => row.classList.contains("new")).length;
  const removed = rows.filter((row) => row.classList.contains("old")).length;
  const rest = rows.length - most;
  return el("details", { class: "diff", open: rows.length <= 120, "data-path": path },
    el("summary", {}, el("strong", {}, path), " ", el("span", { class: "plus" }, `+${added}`), " ", el("span", { class: "minus" }, `−${removed}`)),
    el("div", { class: "diff-body", tabindex: "0", role: "group", "aria-label": path }, rows.slice(0, most), rest > 0 && el("p", { class: "soft" }, t("more", { n: rest }))));
}
