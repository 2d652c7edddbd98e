// SPDX-License-Identifier: Apache-2.0
import { byId, el } from "./dom.js";
import { diffView } from "./rules-diff.js";
import { table } from "./rules-review.js";

/** What was live and who did it; a way back to any of it. */
export class History {
  /** @param door `{attempt(f), sure(title, words, button), toast(text), changed()}` */
  constructor(root, store, texts, door) {
    Object.assign(this, { root, store, texts, door });
  }

  t(key, values) {
    return this.texts.t(key, values);
  }

  async render() {
    const { api } = this.store;
    const found = await this.door.attempt(() => Promise.all([api.get("rules/history", { limit: 50 }), api.get("rules/log", { limit: 100 })]));
    if (!found) return;
    const [sets, log] = found.map((answer) => answer.items);
    const t = (key) => this.t(key);
    this.root.replaceChildren(
      el("h1", {}, t("history.title")),
      table("sets", ["id", "name", "accepted", "activated", "by"].map((key) => t(`history.${key}`)).concat(""), sets.map((set) => this.row(set))),
      el("h2", {}, t("history.log")),
      log.length ? el("ol", { id: "log", class: "log" }, log.map((event) => this.entry(event))) : el("p", { class: "soft" }, t("history.no_log")));
  }

  row(set) {
    const time = (at) => (at ? el("time", { datetime: at, title: this.texts.full(at) }, this.texts.short(at)) : "");
    const name = el("code", { title: set.id }, set.id.slice(0, 12));
    return [
      set.is_active ? el("span", {}, name, " ", el("span", { class: "state state-assigned" }, this.t("history.live"))) : name,
      set.name, time(set.accepted_at), time(set.activated_at), this.who(set.by),
      set.is_active ? "" : el("span", { class: "row" },
        el("button", { type: "button", class: "button small", on: { click: () => this.compare(set) } }, this.t("do.compare")),
        this.store.mayEdit && set.activated_at && el("button", { type: "button", class: "button small", on: { click: () => this.rollBack(set) } }, this.t("do.rollback"))),
    ];
  }

  who(name) {
    return this.texts.has(`by.${name}`) ? this.t(`by.${name}`) : name ?? "";
  }

  entry(event) {
    const { payload } = event;
    const files = (payload.files ?? []).map((file) => `${this.t(`change.${file.change}`)} ${file.path}`).join(" · ");
    const words = payload.reason ?? payload.rule ?? (files || (payload.id ?? "").slice(0, 12));
    return el("li", { "data-kind": event.kind }, el("time", { datetime: event.at, title: this.texts.full(event.at) }, this.texts.short(event.at)),
      el("span", { class: "log-who" }, this.who(payload.by ?? "")), el("span", {}, this.t(`log.${event.kind}`), payload.step ? ` (${this.t(`step.${payload.step}`)})` : "", payload.forced ? this.t("log.forced") : ""),
      el("span", { class: "log-words" }, words));
  }

  /** What that set has, beside what is live now. */
  async compare(set) {
    const { api } = this.store;
    await this.door.attempt(async () => {
      const { files } = await api.get("rules/diff", { to: set.id });
      const text = async (path, of) => (await api.get(`rules/files/${path.split("/").map(encodeURIComponent).join("/")}`, { set: of }).catch(() => ({ text: "" }))).text;
      const parts = [];
      for (const { path } of files) parts.push(diffView(path, await text(path, "live"), await text(path, set.id), (key, values) => this.t(key, values)));
      byId("compare-title").textContent = `${this.t("history.live")} → ${set.id.slice(0, 12)}`;
      byId("compare-body").replaceChildren(...(parts.length ? parts : [el("p", {}, this.t("history.nothing"))]));
      byId("compare").showModal();
    });
  }

  async rollBack(set) {
    const id = set.id.slice(0, 12);
    if (!await this.door.sure(this.t("sure.rollback", { id }), this.t("sure.rollback_words"), this.t("do.rollback"))) return;
    const done = await this.door.attempt(() => this.store.api.post("rules/rollback", { to: set.id }));
    if (!done) return;
    // Last: that other rules are live is told on the way, and this says why.
    await this.door.changed();
    await this.render();
    this.door.toast(this.t("done.rollback", { id }));
  }
}
