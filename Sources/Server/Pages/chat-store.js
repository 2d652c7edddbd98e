// SPDX-License-Identifier: Apache-2.0
import { freshID } from "./dom.js";

const kept = 300;
const order = { queued: 0, sent: 1, delivered: 2, read: 3 };

/** Storage that may be missing or full: then the page works, and forgets when it is closed. */
const storage = {
  read(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {
      // Full or forbidden: what is in memory still counts.
    }
  },
  remove(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing was kept.
    }
  },
  keys(prefix) {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    } catch {
      return [];
    }
  },
};

/**
 * What one customer's page knows about its channel: the session, the messages so far with the seq up to which they are whole, and
 * what is still to be sent.
 *
 * All tabs of a browser share the session. Each message to be sent has a key of its own, so that tabs never overwrite each other's;
 * its client id makes the server take it once, whichever tab sends it.
 */
export class ChatStore {
  constructor(channel) {
    this.name = `luadesk.chat.${channel}`;
    this.load();
  }

  load() {
    this.session = storage.read(`${this.name}.session`);
    const past = storage.read(`${this.name}.past`);
    const isOurs = past && this.session && past.customer === this.session.customer_id;
    this.seq = isOurs ? past.seq : 0;
    this.readUpTo = isOurs ? past.readUpTo : 0;
    this.state = isOurs ? past.state : "bot";
    this.agent = isOurs ? past.agent : null;
    this.names = isOurs ? past.names ?? {} : {};
    this.entries = new Map((isOurs ? past.entries : []).map((entry) => [entry.id, entry]));
    this.pending = new Map();
    for (const key of storage.keys(`${this.name}.out.`)) {
      const item = storage.read(key);
      if (item?.client_id) this.pending.set(item.client_id, item);
    }
  }

  /** Whether another tab has begun another session since `load`. */
  get isOutdated() {
    return storage.read(`${this.name}.session`)?.token !== this.session?.token;
  }

  begin(session) {
    storage.write(`${this.name}.session`, session);
    this.load();
  }

  end() {
    storage.remove(`${this.name}.session`);
    storage.remove(`${this.name}.past`);
    this.load();
  }

  /** The journal went back behind us (a restored backup): what we remember counts no more. */
  forget() {
    storage.remove(`${this.name}.past`);
    this.load();
  }

  save() {
    if (!this.session) return;
    const entries = this.sorted().slice(-kept);
    const { seq, readUpTo, state, agent, names } = this;
    storage.write(`${this.name}.past`, { customer: this.session.customer_id, seq, readUpTo, state, agent, names, entries });
  }

  /** Messages and notices in the journal's order. */
  sorted() {
    return [...this.entries.values()].sort((a, b) => a.seq - b.seq);
  }

  /** What is still to be sent, in the order it was written. */
  waiting() {
    return [...this.pending.values()].sort((a, b) => a.order - b.order);
  }

  add(content) {
    const last = Math.max(0, ...this.waiting().map((item) => item.order));
    const item = { client_id: freshID(), order: Math.max(last + 1, Date.now()), at: new Date().toISOString(), ...content };
    this.keepPending(item);
    return item;
  }

  keepPending(item) {
    this.pending.set(item.client_id, item);
    storage.write(`${this.name}.out.${item.client_id}`, item);
  }

  settle(clientID) {
    this.pending.delete(clientID);
    storage.remove(`${this.name}.out.${clientID}`);
  }

  /** Takes in a frame; the same one twice changes nothing. Returns the message if it is a new one. */
  apply(frame) {
    let fresh = null;
    if (frame.type === "message") fresh = this.applyMessage(frame);
    else if (frame.type === "delivery") this.applyDelivery(frame.message_id, frame.delivery);
    else if (frame.type === "event") this.applyEvent(frame);
    else if (frame.type === "ack") this.applyAck(frame);
    if (frame.type !== "ack" && frame.seq > this.seq) this.seq = frame.seq;
    return fresh;
  }

  applyMessage(frame) {
    const { type, ...message } = frame;
    if (message.direction === "note") return null;
    if (message.client_id && message.direction === "in") this.settle(message.client_id);
    if (message.author_name) this.names[message.author] = message.author_name;
    const known = this.entries.get(message.id);
    if (known) {
      this.applyDelivery(message.id, message.delivery);
      if (known.isOwnCopy) this.entries.set(message.id, { ...message, delivery: this.entries.get(message.id).delivery });
      return null;
    }
    this.entries.set(message.id, message);
    return message;
  }

  /** The ack may come before the message itself: then our copy stands in its place. */
  applyAck(frame) {
    const item = this.pending.get(frame.client_id);
    this.settle(frame.client_id);
    if (!item || this.entries.has(frame.message_id)) return;
    this.entries.set(frame.message_id, {
      id: frame.message_id, seq: frame.seq, direction: "in", kind: item.kind, text: item.text, fields: item.fields, at: item.at, client_id: item.client_id,
      delivery: "sent", isOwnCopy: true,
    });
  }

  applyDelivery(id, delivery) {
    const message = this.entries.get(id);
    if (!message || !delivery) return;
    if (delivery === "failed" || (order[delivery] ?? 0) > (order[message.delivery] ?? -1)) this.entries.set(id, { ...message, delivery });
  }

  applyEvent(frame) {
    const payload = frame.payload ?? frame;
    const to = {
      "conversation.queued": "queued", "conversation.assigned": "assigned", "conversation.returned_to_bot": "bot",
      "conversation.resolved": "resolved", "conversation.pending": "pending", "conversation.reopened": payload.to ?? "bot",
    }[frame.kind];
    if (!to) return;
    if (payload.agent_name) this.names[`agent:${payload.agent}`] = payload.agent_name;
    if (frame.seq > this.seq) {
      this.state = to;
      this.agent = to === "assigned" ? { id: payload.agent ?? null, name: payload.agent_name ?? null } : to === "pending" ? this.agent : null;
    }
    const notice = { queued: "queued", assigned: "assigned", bot: "returned", resolved: "resolved", pending: "pending" }[to];
    if (frame.kind === "conversation.reopened" || payload.from === to) return;
    this.entries.set(`e${frame.seq}`, { id: `e${frame.seq}`, seq: frame.seq, at: frame.at, notice, name: payload.agent_name ?? null });
  }
}
