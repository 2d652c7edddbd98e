// SPDX-License-Identifier: Apache-2.0
import { reasonIn } from "./reasons.js";

/** Names and phrases that several parts of the desk need. */
export class Words {
  constructor(texts, store) {
    this.texts = texts;
    this.store = store;
  }

  t(key, values) {
    return this.texts.t(key, values);
  }

  customer(id) {
    const customer = this.store.customers.get(id);
    return customer?.name || this.t("anonymous", { id: String(id ?? "").slice(-4) });
  }

  agent(id) {
    return this.store.agents.get(id)?.name ?? id ?? "";
  }

  team(id) {
    return this.store.teams.get(id)?.name ?? id ?? "";
  }

  /** VIP level of a customer; 0 for the others. */
  vip(id) {
    const customer = this.store.customers.get(id);
    const level = Number(customer?.attributes?.vip_level ?? 0);
    return level > 0 ? level : customer?.tags?.includes("vip") ? 1 : 0;
  }

  /** `customer:…`, `agent:…`, `bot:rule`, `token:name`, `system` as people say it. */
  actor(text) {
    const [kind, ...rest] = String(text ?? "system").split(":");
    const id = rest.join(":");
    if (kind === "customer") return this.customer(id);
    if (kind === "agent") return id === this.store.me?.agent_id ? this.t("who.me") : this.agent(id);
    if (kind === "bot") return id ? `${this.t("who.bot")} · ${id}` : this.t("who.bot");
    return kind === "token" ? id : this.t("who.system");
  }

  /** 0:07, 12:40, 3:05:00 */
  wait(ms) {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    const two = (value) => String(value).padStart(2, "0");
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  }

  /** 47 h 58 min, 12 min, 0:07: what remains of a time. */
  span(ms) {
    const minutes = Math.floor(ms / 60000);
    if (minutes < 60) return minutes < 10 ? this.wait(ms) : this.t("span.minutes", { m: minutes });
    return this.t("span.hours", { h: Math.floor(minutes / 60), m: minutes % 60 });
  }

  /** A reason of the desk, a channel or a platform, as far as it can be said in the page's language. */
  reason(reason) {
    return this.texts.has(`because.${reason}`) ? this.t(`because.${reason}`) : reasonIn(this.texts.language, reason);
  }

  /** An alert's name, and which team, channel, … it is about. */
  alert({ id, labels }) {
    const places = Object.entries(labels ?? {}).map(([name, value]) => (name === "team" ? this.team(value) : value));
    return [id, ...places].join(" · ");
  }

  /** What became of a message that we sent, and why; the desk's own reasons in words. */
  delivery(message, state) {
    const plain = (reason) => this.reason(reason) || "?";
    if (state === "queued" && message.waits) {
      return this.t(`delivery.waits.${message.waits.for}`, { reason: plain(message.waits.reason) });
    }
    return this.t(`delivery.${state}`, { reason: plain(message.failure) });
  }

  /** A merge was taken back: where the words of both are. */
  parted({ from, since, conversation }) {
    this.store.needCustomer(from);
    return this.t(conversation ? "event.parted.elsewhere" : "event.parted.here", { other: this.customer(from), since: this.texts.full(since) });
  }

  /** What an event of the journal says in the timeline; null for those that say nothing to an agent. */
  event(event) {
    const key = `event.${event.kind}`;
    const payload = event.payload ?? {};
    if (!this.texts.has(key)) return null;
    if (payload.parted) return this.parted(payload.parted);
    const names = (fields) => Object.keys(fields).filter((name) => !["id", "from", "to"].includes(name)).join(", ");
    const team = payload.team ? ` · ${this.team(payload.team)}` : "";
    return this.t(key, {
      team, reason: payload.reason && event.actor !== `bot:${payload.reason}` ? ` · ${payload.reason}` : "", agent: this.agent(payload.agent) || this.actor(event.actor),
      wait: payload.wait_ms > 999 ? this.t("event.waited", { time: this.wait(payload.wait_ms) }) : "",
      fields: names(payload), n: payload.number ?? "", subject: payload.subject ?? "", rule: payload.rule ?? "",
      flow: payload.flow ?? "", to: [payload.to ?? []].flat().join(", "), alert: payload.alert ?? "", name: payload.name ?? "",
    });
  }
}
