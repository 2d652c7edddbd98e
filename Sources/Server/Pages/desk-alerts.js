// SPDX-License-Identifier: Apache-2.0
import { el, keyed, setText } from "./dom.js";

/** What makes an alert's instance: its rule and labels. */
export const alertKey = (alert) => JSON.stringify([alert.id, Object.entries(alert.labels ?? {}).sort()]);

/** The alerts that are up and concern whoever is signed in, above all views until they are over. */
export class Alerts {
  constructor(root, store, words, attempt) {
    this.root = root;
    this.store = store;
    this.words = words;
    this.attempt = attempt;
  }

  render() {
    const { alerts } = this.store;
    this.root.hidden = alerts.length === 0;
    keyed(this.root, alerts, alertKey, () => el("li", { class: "alert" }, el("strong"), el("span"), el("small"), el("button", { type: "button", class: "button plain" })),
      (node, alert) => this.fill(node, alert));
  }

  fill(node, alert) {
    const t = (key, values) => this.words.t(key, values);
    const [name, why, more, button] = node.children;
    node.dataset.severity = alert.severity;
    setText(name, this.words.alert(alert));
    setText(why, alert.why);
    const by = alert.acknowledged_by && t("alert.seen", { name: alert.acknowledged_by });
    setText(more, [t("alert.since", { time: this.words.texts.full(alert.since) }), by].filter(Boolean).join(" · "));
    button.hidden = Boolean(by) || !this.store.may("answer");
    setText(button, t("alert.see"));
    button.onclick = () => this.attempt(() => this.store.acknowledge(alert));
  }
}
