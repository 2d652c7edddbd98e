// SPDX-License-Identifier: Apache-2.0
/**
 * What is still to be sent, in the order it was written, kept in the platform's storage so that neither a lost network
 * nor a closed program loses it. Each item has a client id of its own from the first: the server takes the same id
 * once, however often it is sent.
 *
 * States of an item: `waiting`, `uploading`, `sending`, `failed` (by the server's own word; only the customer sends it
 * again).
 *
 * `order` grows with each item. An item that was overtaken on its way to the desk, as a picture is by the words that
 * follow it, has a `place`: the seq before which it stands on this screen.
 */
const limit = 200;
/** So many uploads at once: platforms allow ten requests, and a phone's network little. */
const uploads = 3;

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
    for (const item of this.items) {
      if (item.state !== "failed") item.state = "waiting";
      delete item.progress;
    }
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
    const item = Object.assign({ client_id: freshID(), state: "waiting", tries: 0 }, this.standing(), content);
    if (isFirst) this.items.unshift(item);
    else this.items.push(item);
    if (!this.save()) {
      // What is not kept would be lost with the program: better not taken.
      this.items = this.items.filter((other) => other !== item);
      throw new Error("full");
    }
    return item;
  }

  /** Where what is written now stands: at the end. */
  standing() {
    const orders = this.items.map((item) => item.order || 0);
    return { at: new Date().toISOString(), order: Math.max(Date.now(), ...orders.map((order) => order + 1)) };
  }

  find(clientID) {
    return this.items.find((item) => item.client_id === clientID) || null;
  }

  /** The one that is on its way. One at a time keeps the order. */
  get sending() {
    return this.items.find((item) => item.state === "sending") || null;
  }

  /**
   * The one to send now: the first that waits for nothing. What has a file waits for that, and for the files before it,
   * so that pictures come in their order; words wait for no file.
   */
  next() {
    if (this.sending) return null;
    let isFileUnderWay = false;
    for (const item of this.items) {
      if (item.state === "failed") continue;
      if (needsUpload(item)) isFileUnderWay = true;
      else if (item.state === "waiting" && !(item.file && isFileUnderWay)) return item;
    }
    return null;
  }

  /** Those whose files may be uploaded now. @param isReady whether one's turn has come */
  nextUploads(isReady) {
    const room = uploads - this.items.filter((item) => item.state === "uploading").length;
    return this.items.filter((item) => item.state === "waiting" && needsUpload(item) && isReady(item)).slice(0,
      Math.max(0, room));
  }

  /** The desk has an item, at this seq: what was written before it and is still on its way keeps its place before it. */
  overtakenBy(item, seq) {
    const overtaken = this.items.slice(0, this.items.indexOf(item)).filter((other) => !other.place);
    for (const other of overtaken) other.place = seq - 0.5;
    if (overtaken.length > 0) this.save();
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

  /** Sends a failed one again, as if it were written now. */
  again(clientID) {
    const item = this.find(clientID);
    if (!item || item.state !== "failed") return false;
    this.items = this.items.filter((other) => other !== item).concat(item);
    this.change(item, Object.assign(this.standing(), { state: "waiting", tries: 0, reason: undefined,
      place: undefined }));
    return true;
  }

  /** Those that may go along with the next customer. @returns those that are gone */
  leave(isGoingAlong) {
    const gone = isGoingAlong ? [] : this.items;
    this.items = isGoingAlong ? this.items : [];
    for (const item of this.items) item.owner = undefined;
    this.save();
    return gone;
  }

  /** Somebody else is signed in on this phone: what another wrote is not theirs to send. */
  keepOnlyOf(customer) {
    this.items = this.items.filter((item) => !item.owner || item.owner === customer);
    this.save();
  }
}

function needsUpload(item) {
  return Boolean(item.file && !item.file.isUploaded);
}

let counter = 0;

/** Unique among all ends of a customer: time, a counter, and 52 bits of chance. */
function freshID() {
  counter += 1;
  const chance = Math.floor(Math.random() * 2 ** 52).toString(36);
  return `mp-${Date.now().toString(36)}-${counter.toString(36)}-${chance}`;
}

module.exports = { Outbox, freshID, needsUpload };
