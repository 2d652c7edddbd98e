// SPDX-License-Identifier: Apache-2.0
/**
 * The customer's end of the live channel inside a mini program: session, connection, what is still to be sent, what
 * was said.
 *
 *     const client = LiveClient.shared({ desk: "https://desk.example.com", channel: "web", login: "shop-wechat" });
 *     const off = client.listen(() => render(client));
 *     client.start();
 *     client.sendText("多久发货？");
 */
const { detect } = require("./platform.js");
const { Connection, parsed } = require("./connection.js");
const { Memory } = require("./memory.js");
const { Outbox } = require("./outbox.js");

const defaults = {
  /** How long a message may wait for its ack before the connection is made anew, ms. */
  ack: 15000,
  /** How often typing is told while it goes on, and after how long without a key it is over, ms. */
  typing: 3000,
  idle: 5000,
  /** How long a sign that the other side types is shown, ms. */
  typingShown: 8000,
  /** A file that could not be uploaded so many times has failed. */
  uploads: 5,
  /** An upload of which nothing was heard for so long is lost, ms. */
  stall: 60000,
  pause: 400,
  longest: 20000,
};

const shared = new Map();

class LiveClient {
  /**
   * @param options `desk` (https address), `channel` (the live channel's id), `login` (the platform's channel, whose
   * plugin checks the code), or `identity` (an object, or a function that gives a promise of one); `language`; `greet`
   * (tell the desk that the customer came in for the first time; true if not given); `timing` (see `defaults` here and
   * in `connection.js`); `platform` (an adapter). Without an identity, null or not given, whoever was known stays so:
   * `identify(null)` signs out
   */
  constructor(options) {
    if (!/^https?:\/\//.test(options.desk || "")) throw new Error("desk: the address of the desk is needed, https://…");
    this.options = options;
    this.base = options.desk.replace(/\/+$/, "");
    this.channel = options.channel || "web";
    this.platform = options.platform || detect();
    this.timing = Object.assign({}, defaults, options.timing);
    const name = `luadesk.${this.channel}`;
    this.memory = new Memory(this.platform, name);
    this.outbox = new Outbox(this.platform, name);
    this.listeners = new Set();
    this.viewers = new Set();
    /** Uploads that were lost wait a while; files that are being moved to where they stay: timers, or null, by id. */
    this.held = new Map();
    this.isTyping = false;
    this.problem = null;
    this.isStarted = false;
    /** What the customer looked at before there was a connection. */
    this.trail = [];
    /** Grows with each `identify`: what was asked for an earlier customer does not count. */
    this.turn = 0;
    /** Whether a guest's token had ended, so that a new conversation begins: told for a while. */
    this.isFresh = false;
    this.connection = new Connection({
      platform: this.platform, base: this.base, timing: options.timing, token: () => this.memory.session.token,
      after: () => this.memory.seq, onFrame: (frame) => this.receive(frame),
      onState: (state) => this.stateChanged(state),
    });
  }

  /** One client for a desk and channel, however many pages show it. */
  static shared(options) {
    const key = `${options.desk} ${options.channel || "web"}`;
    if (!shared.has(key)) shared.set(key, new LiveClient(options));
    return shared.get(key);
  }

  /** Calls back after each change; returns what ends it. */
  listen(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed() {
    for (const listener of Array.from(this.listeners)) listener(this);
  }

  get state() {
    return this.connection.state;
  }

  /**
   * The channel's common questions in a language, as texts; null where the desk has none for it.
   *
   * @param language `zh-CN` or `en`
   */
  questions(language) {
    const faq = this.memory.session ? this.memory.session.faq : null;
    const list = Array.isArray(faq) ? faq : faq && faq[language];
    return Array.isArray(list) ? list.map(String) : null;
  }

  get unreadCount() {
    return this.memory.unread.length;
  }

  // Life

  start() {
    if (this.isStarted) return;
    this.isStarted = true;
    this.endings = [
      this.platform.onShow(() => this.show()),
      this.platform.onHide(() => this.hide()),
      this.platform.onNetwork((isConnected) => this.networkChanged(isConnected)),
    ];
    this.connect();
  }

  stop() {
    if (!this.isStarted) return;
    this.isStarted = false;
    for (const end of this.endings) end();
    const timers = ["session", "ack", "retry", "idle", "typing", "save", "fresh"];
    for (const name of timers) clearTimeout(this[`${name}Timer`]);
    this.unhold();
    this.connection.stop();
    this.memory.save();
  }

  /** The program comes to the front; called by the platform, or by a page where the platform has no such event. */
  show() {
    this.connection.resume();
    if (!this.memory.session && this.isStarted) this.connect();
  }

  hide() {
    this.memory.save();
    this.connection.pause();
  }

  networkChanged(isConnected) {
    if (isConnected) this.connection.retryNow();
    else if (this.connection.isWanted) {
      this.connection.drop("offline");
      this.connection.later();
    }
  }

  /** Who the customer is from now on, as `options.identity`; null: nobody any more, and nothing of them stays here. */
  identify(identity) {
    this.turn += 1;
    this.options = Object.assign({}, this.options, { identity });
    const { session } = this.memory;
    const isOther = identity ? identity.external_id && session && session.external_id !== identity.external_id
      : session && session.external_id;
    // At once: what one customer said is not shown to another while the desk is asked.
    if (isOther) this.leave();
    this.problem = null;
    if (this.isStarted) this.connect();
    this.changed();
  }

  async identity() {
    const { identity } = this.options;
    return (typeof identity === "function" ? await identity() : identity) || null;
  }

  /** The session is not this customer's. What a guest has not sent goes along; what another customer wrote does not. */
  leave() {
    const gone = this.outbox.leave(this.memory.session.external_id === null);
    for (const { file } of gone) if (file && file.isKept) this.platform.forgetFile(file.path);
    clearTimeout(this.saveTimer);
    this.connection.stop();
    this.unsent();
    this.memory.leave();
  }

  /** Whether the kept session is of whom the customer says to be. */
  async isOurs() {
    const { session } = this.memory;
    if (!session || this.options.login || !this.options.identity) return Boolean(session);
    const identity = await this.identity();
    return !identity || !identity.external_id || session.external_id === identity.external_id;
  }

  /**
   * Gets a session where there is none, then connects. Tries until it works; what the desk refuses for good is told.
   */
  async connect() {
    if (this.isConnecting) return;
    this.isConnecting = true;
    clearTimeout(this.sessionTimer);
    const { turn } = this;
    // Who cannot be asked now is who they were.
    const isOurs = await this.isOurs().catch(() => Boolean(this.memory.session));
    if (!isOurs && this.memory.session && turn === this.turn) this.leave();
    const isThere = isOurs || (turn === this.turn && await this.openSession());
    this.isConnecting = false;
    if (!this.isStarted) return;
    if (turn !== this.turn) return this.connect();
    if (isThere) {
      this.problem = null;
      this.connection.start();
    } else if (this.problem !== "channel") this.connectLater();
    this.changed();
  }

  connectLater() {
    if (!this.isStarted) return;
    this.sessionTries = (this.sessionTries || 0) + 1;
    const whole = Math.min(this.timing.longest, this.timing.pause * 2 ** (this.sessionTries - 1));
    const wait = whole * (0.5 + Math.random() / 2);
    clearTimeout(this.sessionTimer);
    this.sessionTimer = setTimeout(() => this.connect(), wait);
  }

  async openSession() {
    const { turn } = this;
    try {
      const body = { channel: this.channel };
      let externalID = null;
      if (this.options.login) {
        // A code is good once and for minutes: a new one each time.
        body.login = Object.assign({ channel: this.options.login }, await this.platform.login());
      } else {
        body.identity = Object.assign({}, await this.identity());
        externalID = body.identity.external_id || null;
        if (this.options.language) body.identity.language = this.options.language;
      }
      const answer = await this.platform.request({
        method: "POST", url: `${this.base}/v1/live/sessions`, headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        timeout: 20000,
      });
      const session = parsed(answer.text);
      if (turn !== this.turn) return false;
      if (answer.status !== 201 || !session || !session.token) {
        // 404: no such channel; 403 and 422: this desk will not take us, however often we ask.
        this.problem = [403, 404, 422].includes(answer.status) ? "channel" : "unavailable";
        return false;
      }
      const wasGuest = Boolean(this.memory.customer) && !externalID && !this.options.login;
      const isFirst = this.memory.begin(Object.assign(session, { external_id: externalID }));
      if (isFirst && wasGuest) this.tellFresh();
      // Who is known by the platform may be another than before; a guest is the same person with a new name.
      if (isFirst && (this.options.login || this.options.identity)) this.outbox.keepOnlyOf(session.customer_id);
      const isGreeted = isFirst && this.options.greet !== false;
      if (isGreeted) this.outbox.add({ kind: "event", text: "", fields: { name: "enter" } }, true);
      return true;
    } catch (error) {
      this.problem = "unavailable";
      return false;
    }
  }

  tellFresh() {
    this.isFresh = true;
    clearTimeout(this.freshTimer);
    this.freshTimer = setTimeout(() => {
      this.isFresh = false;
      this.changed();
    }, this.timing.typingShown);
  }

  stateChanged(state) {
    if (state === "refused") {
      // The token is not taken any more: another login gives another one, for the same customer.
      this.memory.end();
      this.unsent();
      this.connectLater();
    } else if (state === "online") this.sessionTries = 0;
    else this.unsent();
    this.changed();
  }

  /** What was on its way is sent again, with the same client id. */
  unsent() {
    clearTimeout(this.ackTimer);
    const item = this.outbox.sending;
    if (item) this.outbox.change(item, { state: "waiting" });
  }

  // What comes in

  receive(frame) {
    if (frame.type === "ready") this.greeted(frame);
    else if (frame.type === "ack") this.acknowledged(frame);
    else if (frame.type === "error") this.refused(frame);
    else if (frame.type === "typing") this.shownTyping(frame);
    const own = frame.type === "message" && frame.direction === "in" ? this.outbox.find(frame.client_id) : null;
    const fresh = this.memory.apply(frame, own);
    if (own) this.settle(own, frame.seq);
    if (fresh && fresh.direction === "out") this.isTyping = false;
    if (frame.type === "ready") {
      if (frame.faq) this.memory.session.faq = frame.faq;
      this.unhold();
      for (const told of this.trail.splice(0)) this.connection.send(told);
      this.renewAddresses();
    }
    if (frame.type === "ready" || frame.type === "cursor") this.flush();
    this.markRead();
    this.saveSoon();
    this.changed();
  }

  greeted(frame) {
    if (frame.seq === undefined || frame.seq >= this.memory.seq) return;
    this.memory.forget();
    this.connection.send({ type: "resume", after: 0 });
  }

  saveSoon() {
    clearTimeout(this.saveTimer);
    this.saveTimer = setTimeout(() => this.memory.save(), 300);
  }

  shownTyping(frame) {
    this.isTyping = frame.on !== false;
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => {
      this.isTyping = false;
      this.changed();
    }, this.timing.typingShown);
  }

  // What goes out

  sendText(text) {
    const words = String(text).trim();
    if (!words) return null;
    this.typingEnds();
    return this.send({ kind: "text", text: words.slice(0, 5000) });
  }

  /** What the customer picked from a menu: its words, and which entry it was. */
  choose(option) {
    return this.send({ kind: "text", text: String(option.text), fields: { option: String(option.id) } });
  }

  sendImage(path) {
    return this.sendFile({ kind: "image", text: "", file: { path } });
  }

  /** @param duration ms */
  sendVoice(path, duration) {
    const seconds = Math.round(duration / 100) / 10;
    return this.sendFile({ kind: "voice", text: "", fields: { duration: seconds }, file: { path } });
  }

  /**
   * The file is moved at once to where it stays: platforms clear temporary ones away, and the program may be closed
   * before it is with the desk.
   */
  sendFile(content) {
    const item = this.add(content);
    this.keepFile(item);
    this.changed();
    return item.client_id;
  }

  async keepFile(item) {
    this.held.set(item.client_id, null);
    const path = await this.platform.keepFile(item.file.path);
    this.held.delete(item.client_id);
    const isKept = path !== item.file.path;
    if (this.outbox.find(item.client_id)) this.outbox.change(item, { file: { path, isKept } });
    else if (isKept) this.platform.forgetFile(path);
    this.flush();
    this.changed();
  }

  /** Keeps it first, then sends. Throws `full` where 200 wait already. */
  send(content) {
    const item = this.add(content);
    this.flush();
    this.changed();
    return item.client_id;
  }

  add(content) {
    return this.outbox.add(Object.assign({ owner: this.memory.customer }, content));
  }

  again(clientID) {
    if (this.outbox.again(clientID)) this.flush();
    this.changed();
  }

  /** Takes back what was not sent. */
  discard(clientID) {
    const item = this.outbox.settle(clientID);
    if (item && item.file && item.file.isKept) this.platform.forgetFile(item.file.path);
    this.flush();
    this.changed();
  }

  /** Sends the first that waits, the next one when this is acknowledged; uploads go beside it. */
  flush() {
    if (!this.connection.isOnline) return;
    for (const item of this.outbox.nextUploads((each) => !this.held.has(each.client_id))) this.upload(item);
    const item = this.outbox.next();
    if (!item) return;
    const frame = { type: "message", client_id: item.client_id, kind: item.kind, text: item.text };
    if (item.fields) frame.fields = item.fields;
    if (!this.connection.send(frame)) return;
    this.outbox.change(item, { state: "sending" });
    clearTimeout(this.ackTimer);
    this.ackTimer = setTimeout(() => this.connection.restart(), this.timing.ack);
  }

  async upload(item) {
    this.outbox.change(item, { state: "uploading", progress: 0 });
    this.changed();
    const token = this.memory.session.token;
    let answer = null;
    let stall = null;
    try {
      const uploading = this.platform.upload({
        url: `${this.base}/v1/live/media`, path: item.file.path, kind: item.kind === "voice" ? "audio" : "image",
        headers: { Authorization: `Bearer ${token}` },
        progress: (percent) => {
          listen();
          item.progress = percent;
          this.changed();
        },
      });
      const listen = () => {
        clearTimeout(stall);
        stall = setTimeout(() => uploading.abort(), this.timing.stall);
      };
      listen();
      answer = await uploading;
    } catch (error) {
      answer = null;
    }
    clearTimeout(stall);
    delete item.progress;
    if (!this.outbox.find(item.client_id)) return;
    const media = answer && answer.status === 201 ? parsed(answer.text) : null;
    if (media) await this.uploaded(item, media);
    else if (answer && answer.status === 401) {
      this.outbox.change(item, { state: "waiting" });
      if (this.memory.session && this.memory.session.token === token) this.connection.drop("refused");
    } else if (answer && answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
      this.fail(item, answer.status === 413 ? "too_large" : "refused");
    } else this.uploadLater(item);
    this.changed();
  }

  async uploaded(item, media) {
    const file = item.file;
    // With the address it is shown from there until the message itself comes back.
    const { media_id, url, content_type } = media;
    this.outbox.change(item, {
      state: "waiting", fields: Object.assign({}, item.fields, { media_id, url, content_type }),
      file: Object.assign({}, file, { isUploaded: true }),
    });
    if (file.isKept) this.platform.forgetFile(file.path);
    this.flush();
  }

  /** It was lost on its way: once more in a while, and when the connection comes back; a few times in all. */
  uploadLater(item) {
    const tries = item.tries + 1;
    if (tries >= this.timing.uploads && this.connection.isOnline) {
      this.fail(item, "upload");
      return;
    }
    this.outbox.change(item, { state: "waiting", tries });
    this.held.set(item.client_id, setTimeout(() => {
      this.held.delete(item.client_id);
      this.flush();
    }, Math.min(this.timing.longest, this.timing.pause * 2 ** tries)));
  }

  /** What waits after a lost upload need not wait any longer. */
  unhold() {
    for (const [id, timer] of Array.from(this.held)) {
      if (timer === null) continue;
      clearTimeout(timer);
      this.held.delete(id);
    }
  }

  fail(item, reason) {
    this.outbox.change(item, { state: "failed", reason });
    this.flush();
  }

  acknowledged(frame) {
    const item = this.outbox.find(frame.client_id);
    if (!item) return;
    this.memory.acknowledge(item, frame);
    this.settle(item, frame.seq);
  }

  /** It is on the server's disk. */
  settle(item, seq) {
    if (this.outbox.sending === item) clearTimeout(this.ackTimer);
    this.outbox.overtakenBy(item, seq);
    this.outbox.settle(item.client_id);
    this.flush();
  }

  /** The server does not take a frame: for now, or for good. */
  refused(frame) {
    const item = frame.client_id ? this.outbox.find(frame.client_id) : null;
    if (!item) return;
    clearTimeout(this.ackTimer);
    if (["limited", "unavailable", "429", "503"].includes(frame.code)) {
      this.outbox.change(item, { state: "waiting" });
      clearTimeout(this.retryTimer);
      this.retryTimer = setTimeout(() => this.flush(), this.timing.pause * 2);
    } else if (frame.code === "unauthorized") {
      this.outbox.change(item, { state: "waiting" });
      this.connection.drop("refused");
    } else this.fail(item, frame.code || "refused");
  }

  // What was said before what is kept here

  get hasOlder() {
    return this.memory.isCut;
  }

  /** Fetches a page of older messages. @returns a promise: whether there are no more to ask for, or they came */
  async older() {
    if (!this.hasOlder) return true;
    const page = await this.pageBefore(this.memory.oldest);
    if (!page) return false;
    this.memory.applyOlder(page);
    this.changed();
    return true;
  }

  /** @returns `{ items, next_cursor }`; null where it did not come, or what is known here is another's by now */
  async pageBefore(seq) {
    if (!this.memory.session) return null;
    const { life } = this.memory;
    const answer = await this.connection.ask("GET", `events?before=${seq}&limit=100`, null, 15000).catch(() => null);
    return answer && answer.status === 200 && life === this.memory.life ? parsed(answer.text) : null;
  }

  /** Addresses of attachments are good for some hours; those that were kept here may be older: asks for new ones. */
  async renewAddresses() {
    const aged = this.memory.aged(Date.now());
    if (aged.length === 0) return;
    let before = aged[aged.length - 1].seq + 1;
    while (before > aged[0].seq) {
      const page = await this.pageBefore(before);
      if (!page) return;
      for (const frame of page.items) if (frame.type === "message" && this.memory.entries.has(frame.id)) {
        this.memory.applyMessage(frame);
      }
      before = Number(page.next_cursor) || 0;
    }
    this.saveSoon();
    this.changed();
  }

  // Signs

  /** The customer presses keys. */
  typing() {
    const now = Date.now();
    if (!this.typingTold || now - this.typingTold >= this.timing.typing) {
      this.typingTold = now;
      this.connection.send({ type: "typing", on: true });
    }
    clearTimeout(this.idleTimer);
    this.idleTimer = setTimeout(() => this.typingEnds(), this.timing.idle);
  }

  typingEnds() {
    clearTimeout(this.idleTimer);
    if (!this.typingTold) return;
    this.typingTold = 0;
    this.connection.send({ type: "typing", on: false });
  }

  /**
   * Whether the customer sees the messages now: then all that is there and all that comes counts as read.
   *
   * @param viewer on which page, where several show this client
   */
  seen(isSeen, viewer) {
    if (isSeen) this.viewers.add(viewer || this);
    else this.viewers.delete(viewer || this);
    this.markRead();
    this.changed();
  }

  markRead() {
    const seq = this.viewers.size > 0 ? this.memory.markRead() : null;
    if (seq !== null) {
      this.readOwed = seq;
      this.saveSoon();
    }
    if (this.readOwed && this.connection.send({ type: "read", seq: this.readOwed })) this.readOwed = 0;
  }

  /**
   * What the customer looks at: `client.behaviour("viewed_product", { sku: "A-17" })`. Before there is a connection the
   * last 20 are kept, for as long as the program runs.
   *
   * @returns whether it went on its way
   */
  behaviour(name, fields) {
    const frame = { type: "behaviour", name, fields: fields || {} };
    if (this.connection.send(frame)) return true;
    this.trail = this.trail.concat(frame).slice(-20);
    return false;
  }
}

module.exports = { LiveClient };
