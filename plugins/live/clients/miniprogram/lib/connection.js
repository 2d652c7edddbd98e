// SPDX-License-Identifier: Apache-2.0
/**
 * The live connection: a socket that comes back by itself, or a long poll where sockets do not get through.
 *
 * States given to `onState`: `connecting`, `online`, `offline` (waits to try again, or is paused), `refused` (the
 * token is not good any more; down until `start` is called again).
 */
const defaults = {
  /** First pause before another try, ms; doubled each time up to `longest`, and of that a random half to whole. */
  pause: 400,
  longest: 20000,
  /** How long a socket may take to be greeted, ms. */
  greeting: 10000,
  /** Sockets in a row that never opened before a long poll is tried. */
  patience: 2,
  /** How long one poll waits, s. */
  poll: 25,
  /**
   * After so long without a word the socket is asked whether it lives, ms; the system's own pings are not seen here.
   */
  silence: 120000,
};

class Connection {
  /** @param door `{ platform, base, timing, token(), after(), onFrame(frame), onState(state) }` */
  constructor(door) {
    this.door = door;
    this.timing = Object.assign({}, defaults, door.timing);
    this.state = "offline";
    this.generation = 0;
    this.tries = 0;
    this.neverOpened = 0;
    this.isWanted = false;
    this.isPaused = false;
  }

  get isOnline() {
    return this.state === "online";
  }

  start() {
    this.isWanted = true;
    if (this.isPaused) {
      this.change("offline");
      return;
    }
    this.drop("connecting");
    this.connect();
  }

  stop() {
    this.isWanted = false;
    this.drop("offline");
  }

  /** The program is hidden: what is open may stay, but nothing new is tried and no poll is left waiting. */
  pause() {
    this.isPaused = true;
    clearTimeout(this.timer);
    if (this.isPolling) this.drop("offline");
  }

  /** The program is shown again: a socket that looks open may have died unseen, so it is asked. */
  resume() {
    this.isPaused = false;
    if (!this.isWanted) return;
    this.neverOpened = 0;
    if (this.isOnline) this.probe();
    else this.retryNow();
  }

  retryNow() {
    if (!this.isWanted || this.isPaused || this.isOnline || this.state === "refused") return;
    this.tries = 0;
    this.drop("connecting");
    this.connect();
  }

  /** Drops what gives no sign of life and makes another. */
  restart() {
    if (!this.isWanted) return;
    this.drop("connecting");
    this.later();
  }

  /** Asks for what came later; whoever answers lives. */
  probe() {
    if (!this.isOnline || this.isPolling) return;
    this.send({ type: "resume", after: this.door.after() });
    const mine = this.generation;
    clearTimeout(this.probing);
    this.probing = setTimeout(() => {
      if (mine === this.generation) this.restart();
    }, Math.min(5000, this.timing.greeting));
  }

  /** Whether the frame went on its way; whether it arrived only an `ack` tells. */
  send(frame) {
    if (!this.isOnline) return false;
    if (this.isPolling) this.post(frame, this.generation);
    else this.socket.send(JSON.stringify(frame));
    return true;
  }

  drop(state) {
    this.generation += 1;
    for (const timer of [this.timer, this.opening, this.probing, this.listening]) clearTimeout(timer);
    if (this.polling) this.polling.abort();
    this.polling = null;
    this.isPolling = false;
    const socket = this.socket;
    this.socket = null;
    if (socket) socket.close();
    this.change(state);
  }

  change(state) {
    if (this.state === state) return;
    this.state = state;
    this.door.onState(state);
  }

  later() {
    clearTimeout(this.timer);
    if (!this.isWanted || this.isPaused) {
      this.change("offline");
      return;
    }
    const wait = Math.min(this.timing.longest, this.timing.pause * 2 ** this.tries) * (0.5 + Math.random() / 2);
    this.tries += 1;
    this.timer = setTimeout(() => this.connect(), wait);
  }

  connect() {
    if (!this.isWanted || this.isPaused) return;
    this.change("connecting");
    if (this.neverOpened >= this.timing.patience) this.poll();
    else this.open();
  }

  open() {
    const mine = this.generation;
    const isMine = () => mine === this.generation;
    let isOpen = false;
    this.opening = setTimeout(() => {
      if (!isMine()) return;
      if (!isOpen) this.neverOpened += 1;
      this.restart();
    }, this.timing.greeting);
    this.socket = this.door.platform.socket(`${this.door.base.replace(/^http/, "ws")}/v1/live`, {
      open: () => {
        if (!isMine()) return;
        isOpen = true;
        this.neverOpened = 0;
        // In the first frame and not in the address: addresses are logged.
        this.socket.send(JSON.stringify({ type: "hello", token: this.door.token(), after: this.door.after() }));
      },
      message: (text) => {
        if (isMine()) this.receive(text);
      },
      close: (code) => {
        if (!isMine()) return;
        if (!isOpen) this.neverOpened += 1;
        this.socket = null;
        if (code === 4401) {
          this.drop("refused");
          return;
        }
        this.drop(isOpen ? "connecting" : "offline");
        this.later();
      },
    });
  }

  receive(text) {
    let frame;
    try {
      frame = JSON.parse(text);
    } catch (error) {
      return;
    }
    clearTimeout(this.probing);
    this.listenOn();
    if (frame.type === "ready") {
      clearTimeout(this.opening);
      this.tries = 0;
      this.change("online");
    } else if (frame.type === "error" && !this.isOnline && (frame.code === "unauthorized"
      || frame.code === "forbidden")) {
      this.drop("refused");
      return;
    }
    this.door.onFrame(frame);
  }

  listenOn() {
    clearTimeout(this.listening);
    this.listening = setTimeout(() => this.probe(), this.timing.silence);
  }

  // Without sockets

  ask(method, path, body, timeout) {
    const headers = { Authorization: `Bearer ${this.door.token()}`, Accept: "application/json" };
    if (body) headers["content-type"] = "application/json";
    return this.door.platform.request({
      method, url: `${this.door.base}/v1/live/${path}`, headers, body: body ? JSON.stringify(body) : undefined, timeout,
    });
  }

  async poll() {
    const mine = this.generation;
    const isMine = () => mine === this.generation;
    this.isPolling = true;
    let wait = 0;
    while (isMine()) {
      this.polling = this.ask("GET", `events?after=${this.door.after()}&wait=${wait}`, null, (wait + 15) * 1000);
      const answer = await this.polling.catch(() => null);
      if (!isMine()) return;
      if (answer && (answer.status === 401 || answer.status === 403)) {
        this.drop("refused");
        return;
      }
      const page = answer && answer.status === 200 ? parsed(answer.text) : null;
      if (!page) {
        // Neither way works: begin again with sockets.
        this.neverOpened = 0;
        this.drop("offline");
        this.later();
        return;
      }
      for (const frame of page.items || []) this.door.onFrame(frame);
      if (!isMine()) return;
      this.door.onFrame({ type: "cursor", seq: Number(page.next_cursor) || 0 });
      if (!this.isOnline) {
        this.tries = 0;
        this.change("online");
        this.door.onFrame({ type: "ready", seq: Number(page.next_cursor) || 0 });
      }
      wait = this.timing.poll;
    }
  }

  /** One request at a time, so that things arrive in the order they were said. */
  post(frame, mine) {
    const { type, ...body } = frame;
    const path = type === "message" ? "messages" : type;
    const before = this.posting || Promise.resolve();
    this.posting = before.then(async () => {
      if (mine !== this.generation) return;
      const answer = await this.ask("POST", path, body, 15000);
      if (mine !== this.generation) return;
      if (answer.status === 401) this.drop("refused");
      else if (type === "message" && answer.status < 300) this.door.onFrame(Object.assign({ type: "ack" },
        parsed(answer.text)));
      else if (type === "message") {
        const problem = parsed(answer.text) || {};
        this.door.onFrame({ type: "error", code: problem.code || String(answer.status), message: problem.detail,
          client_id: body.client_id });
      }
    }).catch(() => {
      if (mine === this.generation) this.restart();
    });
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return null;
  }
}

module.exports = { Connection, parsed };
