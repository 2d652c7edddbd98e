// SPDX-License-Identifier: Apache-2.0
import { el } from "./dom.js";

/** How a set that is tried, or is new, does beside what was before; and the buttons that end the trial. */
export class Rollout {
  /** @param door `{attempt(f), sure(title, words, button), toast(text), changed(), changes(report)}` */
  constructor(root, store, texts, door) {
    Object.assign(this, { root, store, texts, door });
  }

  t(key, values) {
    return this.texts.t(key, values);
  }

  /** Draws it, and again every few seconds while it can be seen. */
  async render() {
    clearTimeout(this.timer);
    const status = await this.door.attempt(() => this.store.api.get("rules/rollout"));
    if (!status || !this.root.isConnected) return;
    const parts = [];
    if (status.candidate) parts.push(...this.candidate(status.candidate, status.live));
    if (status.watch) {
      parts.push(el("p", { id: "watched" }, this.t("rollout.watched", { time: this.texts.short(status.watch.until), id: status.watch.previous.slice(0, 12) })),
        this.vitals([["rollout.before", status.watch.before], ["rollout.now", status.live.vitals]]));
    }
    this.root.hidden = parts.length === 0;
    this.root.replaceChildren(el("h2", {}, this.t("rollout.title")), ...parts);
    if (parts.length) this.timer = setTimeout(() => this.root.offsetParent && this.render(), 2000);
  }

  candidate(tried, live) {
    const id = tried.id.slice(0, 12);
    const percent = `${Math.round((tried.share ?? 0) * 1000) / 10} %`;
    const until = tried.until ? this.t("rollout.until", { time: this.texts.full(tried.until) }) : "";
    const parts = [el("p", { id: "tried" }, el("strong", {}, this.t(`rollout.${tried.plan}`, { id, percent })), " ", until)];
    if (tried.vitals) parts.push(this.vitals([["rollout.live", live.vitals], ["rollout.tried", tried.vitals]]));
    if (tried.report) {
      parts.push(el("p", { id: "shadow-report" }, this.t("replay.done", { n: tried.report.decisions, changed: tried.report.changed, percent: `${Math.round(tried.report.share * 1000) / 10} %` }), tried.report.reworded ? ` ${this.t("replay.reworded", { n: tried.report.reworded })}` : ""),
        tried.report.skipped > 0 && el("p", { class: "soft" }, this.t("replay.skipped", { n: tried.report.skipped })), this.door.changes(tried.report));
    }
    if (this.store.mayEdit) {
      parts.push(el("p", { class: "row" },
        el("button", { type: "button", id: "promote", class: "button main", on: { click: () => this.promote(id) } }, this.t("do.promote")),
        el("button", { type: "button", id: "stop-rollout", class: "button", on: { click: () => this.stop() } }, this.t("do.stop_rollout"))));
    }
    return parts.filter(Boolean);
  }

  vitals(rows) {
    const share = (part, whole) => (whole ? `${Math.round(part / whole * 1000) / 10} %` : "—");
    return el("div", { class: "table-frame" }, el("table", { class: "vitals" },
      el("thead", {}, el("tr", {}, ["", ...["settlements", "failed", "mean", "fallback"].map((key) => this.t(`vitals.${key}`))].map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, rows.map(([name, vitals]) => el("tr", {}, [this.t(name), vitals.settlements, share(vitals.failed, vitals.settlements), `${Math.round(vitals.mean_us)} µs`,
        share(vitals.fallen_back, vitals.arrived)].map((cell) => el("td", {}, String(cell))))))));
  }

  async promote(id) {
    if (!await this.door.sure(this.t("sure.promote", { id }), this.t("sure.promote_words"), this.t("do.promote"))) return;
    if (!await this.door.attempt(() => this.store.api.post("rules/rollout/promote", {}))) return;
    await this.door.changed();
    await this.render();
    this.door.toast(this.t("done.activate", { id }));
  }

  async stop() {
    const done = await this.door.attempt(async () => {
      await this.store.api.call("DELETE", "rules/rollout");
      return true;
    });
    if (!done) return;
    await this.render();
    this.door.toast(this.t("done.stop_rollout"));
  }
}
