// SPDX-License-Identifier: Apache-2.0
/**
 * What is still to be sent, in the order it was written, kept in the platform's storage so that neither a lost network
 * nor a closed program loses it. Each item has a client id of its own from the first: the server takes the same id
 * once, however often it is sent.
 *
 * States of an item: `waiting`, `uploading`, `sending`, `failed` (by the server's own word; only the customer sends it
 * again).
 */
const limit = 200;

class Outbox {
  constructor(platform, name) {
    this.platform = platform;
    this.key = `${name}.outbox`;
    this.load();
  }

  load() {
    let kept = null;
    try {
      kept = JSON.parse(this.platform.read(this.key) || "null");
    } catch (error) {
      kept = null;
    }
    this.items = (Array.isArray(kept) ? kept : []).filter((item) => item && item.client_id);
    // What was under way when the program ended is sent again.
    for (const item of this.items) if (item.state !== "failed") item.state = "waiting";
  }

  /** @returns whether it is kept: the platform's storage may be full */
  save() {
    return this.platform.write(this.key, JSON.stringify(this.items));
  }

  get isFull() {
    return this.items.length >= limit;
  }

  /** Throws where there is no room: the customer is told. @param isFirst before all that waits */
  add(content, isFirst) {
    if (this.isFull) throw new Error("full");
    const item = Object.assign({ client_id: freshID(), at: new Date().toISOString(), state: "waiting", tries: 0 },
      content);
    if (isFirst) this.items.unshift(item);
    else this.items.push(item);
    if (!this.save()) {
      // What is not kept would be lost with the program: better not taken.
      this.items = this.items.filter((other) => other !== item);
      throw new Error("full");
    }
    return item;
  }

  find(clientID) {
    return this.items.find((item) => item.client_id === clientID) || null;
  }

  /** The one to send now: the first that has not failed. One at a time keeps the order. */
  next() {
    return this.items.find((item) => item.state !== "failed") || null;
  }

  change(item, change) {
    Object.assign(item, change);
    this.save();
  }

  /** It is on the server's disk, or the customer does not want it any more. */
  settle(clientID) {
    const item = this.find(clientID);
    if (!item) return null;
    this.items = this.items.filter((other) => other !== item);
    this.save();
    return item;
  }

  /** Sends a failed one again, after those that wait. */
  again(clientID) {
    const item = this.find(clientID);
    if (!item || item.state !== "failed") return false;
    this.items = this.items.filter((other) => other !== item).concat(item);
    this.change(item, { state: "waiting", tries: 0, reason: undefined });
    return true;
  }

  /** Somebody else is signed in on this phone: what another wrote is not theirs to send. */
  keepOnlyOf(customer) {
    this.items = this.items.filter((item) => !item.owner || item.owner === customer);
    this.save();
  }
}

let counter = 0;

/** Unique among all ends of a customer: time, a counter, and 52 bits of chance. */
function freshID() {
  counter += 1;
  const chance = Math.floor(Math.random() * 2 ** 52).toString(36);
  return `mp-${Date.now().toString(36)}-${counter.toString(36)}-${chance}`;
}

module.exports = { Outbox, freshID };
