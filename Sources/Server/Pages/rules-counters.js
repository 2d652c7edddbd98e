// SPDX-License-Identifier: Apache-2.0
import { el } from "./dom.js";
import { table } from "./rules-review.js";

const orders = {
  top: { isShown: (rule) => rule.matches > 0, by: (a, b) => b.matches - a.matches },
  slow: { isShown: (rule) => rule.calls > 0, by: (a, b) => b.p99_us - a.p99_us || b.p50_us - a.p50_us },
  dead: { isShown: (rule) => rule.matches === 0 && rule.kind !== "alert", by: (a, b) => b.candidates - a.candidates || (a.rule < b.rule ? -1 : 1) },
  noisy: { isShown: (rule) => rule.errors > 0 || rule.set_asides > 0, by: (a, b) => b.errors - a.errors },
};

/** What each rule of the live set has done: the most used, the slowest, those that never match, those that fail. */
export class Counters {
  /** @param door `{attempt(f), goTo(path, line)}` */
  constructor(root, store, texts, door) {
    Object.assign(this, { root, store, texts, door, order: "top" });
  }

  t(key, values) {
    return this.texts.t(key, values);
  }

  async render() {
    const found = await this.door.attempt(() => this.store.api.get("rules/statistics"));
    if (!found || this.root.hidden) return;
    const { isShown, by } = orders[this.order];
    const focused = this.root.contains(document.activeElement) ? document.activeElement.id : null;
    const choices = Object.keys(orders).map((order) => el("button", {
      type: "button", id: `order-${order}`, class: "mode", "aria-pressed": String(order === this.order), on: { click: () => {
        this.order = order;
        this.render();
      } },
    }, this.t(`counters.${order}`)));
    const rules = found.items.filter(isShown).sort(by).slice(0, 200);
    const columns = ["rule", "kind", "matches", "evaluations", "errors", "p50", "p99", "last"];
    this.root.replaceChildren(
      el("h1", {}, this.t("counters.title")),
      el("p", { class: "soft" }, this.t("counters.since", { time: this.texts.full(found.since), id: found.rule_set.slice(0, 12) })),
      el("div", { class: "reply-modes", role: "group", "aria-label": this.t("counters.title") }, choices),
      rules.length ? table("counted", columns.map((key) => this.t(`counters.${key}`)), rules.map((rule) => this.row(rule)))
        : el("p", { class: "nothing" }, this.t("counters.none")));
    if (focused) document.getElementById(focused)?.focus();
  }

  row(rule) {
    const path = this.store.pathOf(rule.file);
    const last = rule.last_match && el("time", { datetime: rule.last_match, title: this.texts.full(rule.last_match) }, this.texts.short(rule.last_match));
    return [
      el("span", {}, el("button", { type: "button", class: "side-link", title: `${path}:${rule.line}`, on: { click: () => this.door.goTo(path, rule.line) } }, rule.rule),
        rule.resting_until && el("span", { class: "mark wrong" }, this.t("counters.aside", { time: this.texts.short(rule.resting_until) }))),
      this.t(`kind.${rule.kind}`), rule.matches, rule.evaluations, rule.errors, rule.p50_us ? `<${rule.p50_us}` : "", rule.p99_us ? `<${rule.p99_us}` : "", last || "",
    ];
  }
}
