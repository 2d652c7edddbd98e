// SPDX-License-Identifier: Apache-2.0
/**
 * What is known of the conversation: session, messages by id, the seq up to which they are whole, and whether the desk
 * has older ones. The same frame twice changes nothing.
 */
const kept = 200;
const order = { queued: 0, sent: 1, delivered: 2, read: 3 };

class Memory {
  constructor(platform, name) {
    this.platform = platform;
    this.sessionKey = `${name}.session`;
    this.pastKey = `${name}.past`;
    this.load();
  }

  load() {
    this.session = this.stored(this.sessionKey);
    const past = this.stored(this.pastKey);
    /** Whose past this is; also while there is no session. */
    this.customer = this.session ? this.session.customer_id : past ? past.customer : null;
    const isOurs = past && past.customer === this.customer;
    this.seq = isOurs ? past.seq : 0;
    this.readUpTo = isOurs ? past.readUpTo : 0;
    this.state = isOurs ? past.state : "bot";
    this.agent = isOurs ? past.agent : null;
    this.entries = new Map((isOurs ? past.entries : []).map((entry) => [entry.id, entry]));
    /** Whether the desk has older messages than those here; before which seq, where a page said so. */
    this.isCut = isOurs ? (past.isCut === undefined ? past.entries.length >= kept : past.isCut) : false;
    this.before = null;
    /** What was asked for before a load does not fit what is here after it. */
    this.life = (this.life || 0) + 1;
  }

  stored(key) {
    try {
      return JSON.parse(this.platform.read(key) || "null");
    } catch (error) {
      return null;
    }
  }

  /** @returns whether the session is of another customer than before, or of the first */
  begin(session) {
    const isOther = this.customer !== session.customer_id;
    this.save();
    this.platform.write(this.sessionKey, JSON.stringify(session));
    this.load();
    return isOther;
  }

  /** What is here is another's: none of it stays on this phone. */
  leave() {
    for (const key of [this.sessionKey, this.pastKey]) this.platform.remove(key);
    this.load();
  }

  /** The token is not good any more; whose it was is still known. */
  end() {
    this.session = null;
    this.platform.remove(this.sessionKey);
  }

  save() {
    if (!this.customer) return;
    const past = {
      customer: this.customer, seq: this.seq, readUpTo: this.readUpTo, state: this.state, agent: this.agent,
      isCut: this.isCut || this.entries.size > kept, entries: this.sorted().slice(-kept),
    };
    this.platform.write(this.pastKey, JSON.stringify(past));
  }

  /** The journal went back behind us (a restored backup): what we remember counts no more. */
  forget() {
    this.platform.remove(this.pastKey);
    this.load();
  }

  sorted() {
    return Array.from(this.entries.values()).sort((a, b) => a.seq - b.seq);
  }

  /**
   * As a screen shows it, with what is still to be sent: in the desk's order, that at the end, but what was overtaken
   * by what was written after it stays where it stood, also when the desk has it.
   */
  shown(pending) {
    const placeOf = (entry) => entry.place || entry.seq || Infinity;
    const isBefore = (a, b) => (placeOf(a) === placeOf(b) ? (a.order || 0) - (b.order || 0) : placeOf(a) - placeOf(b));
    return this.sorted().concat(pending).sort(isBefore);
  }

  /** The seq before which nothing is here; null where nothing is. */
  get oldest() {
    const [first] = this.sorted();
    return this.before || (first ? first.seq : null);
  }

  /** Those whose attachments' addresses are good for no more than a minute, in order of seq. */
  aged(now) {
    return this.sorted().filter((entry) => {
      const until = /"\/media\/[^"]*[?&]until=(\d+)/.exec(JSON.stringify(entry.fields || null));
      return until && Number(until[1]) * 1000 < now + 60000;
    });
  }

  /** Takes in a page of what was said before. @param page `{ items, next_cursor }` */
  applyOlder(page) {
    for (const frame of page.items || []) {
      if (frame.type === "message") this.applyMessage(frame);
      else if (frame.type === "event") this.applyEvent(frame);
    }
    this.isCut = Boolean(page.next_cursor);
    this.before = Number(page.next_cursor) || null;
  }

  /** Messages to the customer that they have not seen. */
  get unread() {
    return this.sorted().filter((entry) => entry.direction === "out" && entry.seq > this.readUpTo);
  }

  /** @param item ours, if the frame is of what we sent @returns the message if it is a new one */
  apply(frame, item) {
    let fresh = null;
    if (frame.type === "message") fresh = this.applyMessage(frame, item);
    else if (frame.type === "delivery") this.applyDelivery(frame.message_id, frame.delivery, frame.reason);
    else if (frame.type === "event") this.applyEvent(frame);
    // An ack says nothing of what came before it on other ends.
    if (frame.type !== "ack" && frame.type !== "ready" && frame.seq > this.seq) this.seq = frame.seq;
    return fresh;
  }

  applyMessage(frame, item) {
    if (frame.direction !== "in" && frame.direction !== "out") return null;
    const message = Object.assign({}, frame);
    delete message.type;
    const known = this.entries.get(message.id);
    const standing = known || item;
    if (standing && standing.order) Object.assign(message, { order: standing.order, place: standing.place });
    if (!known) {
      this.entries.set(message.id, message);
      return message;
    }
    // The addresses of its attachments may be newer than those here.
    this.applyDelivery(message.id, message.delivery);
    const { delivery, reason } = this.entries.get(message.id);
    this.entries.set(message.id, Object.assign(message, { delivery, reason }));
    return null;
  }

  /** Our own words may be acknowledged before they come back as a message: then our copy stands in their place. */
  acknowledge(item, frame) {
    if (this.entries.has(frame.message_id)) return;
    this.entries.set(frame.message_id, {
      id: frame.message_id, seq: frame.seq, direction: "in", kind: item.kind, text: item.text, fields: item.fields
        || {}, at: item.at,
      client_id: item.client_id, delivery: "sent", order: item.order, place: item.place,
    });
  }

  applyDelivery(id, delivery, reason) {
    const message = this.entries.get(id);
    if (!message || !delivery) return;
    const isFurther = delivery === "failed" || (order[delivery] || 0) > (message.delivery in order
      ? order[message.delivery] : -1);
    if (isFurther) this.entries.set(id, Object.assign({}, message, { delivery, reason }));
  }

  applyEvent(frame) {
    const payload = frame.payload || {};
    const to = {
      "conversation.queued": "queued", "conversation.assigned": "assigned", "conversation.returned_to_bot": "bot",
      "conversation.resolved": "resolved", "conversation.pending": "pending", "conversation.reopened": payload.to
        || "bot",
    }[frame.kind];
    if (!to) return;
    if (frame.seq > this.seq) {
      this.state = to;
      if (to === "assigned") this.agent = payload.agent_name || null;
      else if (to !== "pending") this.agent = null;
    }
    if (frame.kind === "conversation.reopened" || payload.from === to) return;
    this.entries.set(`e${frame.seq}`, { id: `e${frame.seq}`, seq: frame.seq, at: frame.at, notice: to,
      name: payload.agent_name || null });
  }

  /** @returns the seq to tell the server, or null where nothing new was seen */
  markRead() {
    const unread = this.unread;
    if (unread.length === 0) return null;
    this.readUpTo = unread[unread.length - 1].seq;
    return this.readUpTo;
  }
}

module.exports = { Memory };
