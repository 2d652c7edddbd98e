// SPDX-License-Identifier: Apache-2.0

/**
 * The live connection of one end, customer or agent: a WebSocket that comes back by itself, or a long poll where sockets do not
 * get through.
 *
 * States given to `onState`: `connecting`, `online`, `offline` (waits to try again), `refused` (the token is not accepted; stays
 * down until `start` is called again).
 * Resuming: `after()` says the last seq that was handled; the server then sends what came later, in order. Frames may come twice
 * after a reconnection on the way to being handled: the receiver handles by id or seq. A frame of our own, `cursor`, says that
 * everything up to its seq has been given.
 */
export class Live {
  /** @param door `{token(), after(), onFrame(frame), onState(state), canPoll}` */
  constructor(door) {
    this.door = door;
    this.tries = 0;
    this.neverOpened = 0;
    this.state = "offline";
    this.generation = 0;
    addEventListener("online", () => this.retryNow());
    addEventListener("offline", () => this.drop("offline"));
    document.addEventListener("visibilitychange", () => this.wokeUp());
  }

  start() {
    this.isWanted = true;
    this.drop("connecting");
    this.connect();
  }

  stop() {
    this.isWanted = false;
    this.drop("offline");
  }

  get isOnline() {
    return this.state === "online";
  }

  /** Sends a frame now. Returns whether it went on its way; whether it arrived only an `ack` tells. */
  send(frame) {
    if (!this.isOnline) return false;
    if (this.isPolling) this.post(frame, this.generation);
    else this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** Drops a connection that gives no sign of life and makes another. */
  restart() {
    if (!this.isWanted) return;
    this.drop("connecting");
    this.later();
  }

  retryNow() {
    if (!this.isWanted || this.isOnline || this.state === "refused") return;
    this.tries = 0;
    this.drop("connecting");
    this.connect();
  }

  /** A page that slept may hold a socket that died meanwhile: nothing tells, so it is made anew. */
  wokeUp() {
    if (document.visibilityState !== "visible") {
      this.hiddenAt = Date.now();
      return;
    }
    if (!this.isOnline) this.retryNow();
    else if (this.hiddenAt && Date.now() - this.hiddenAt > 120_000) this.restart();
  }

  drop(state) {
    this.generation += 1;
    clearTimeout(this.timer);
    clearTimeout(this.openTimer);
    this.polling?.abort();
    this.polling = null;
    this.isPolling = false;
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
    this.change(state);
  }

  change(state) {
    if (this.state === state) return;
    this.state = state;
    this.door.onState(state);
  }

  /** 0.4 s, doubled each time up to 20 s, and of that a random half to whole, so that a restart is not met by everyone at once. */
  later() {
    const wait = Math.min(20_000, 400 * 2 ** this.tries) * (0.5 + Math.random() / 2);
    this.tries += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), wait);
  }

  connect() {
    if (!this.isWanted) return;
    this.change("connecting");
    // Two sockets that never opened, while the server answers otherwise: something between does not let them through.
    if (this.door.canPoll && this.neverOpened >= 2) this.poll();
    else this.open();
  }

  open() {
    const mine = this.generation;
    let opened = false;
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/live`);
    this.socket = socket;
    this.openTimer = setTimeout(() => socket.close(), 10_000);
    const isMine = () => mine === this.generation;
    socket.onopen = () => {
      if (!isMine()) return;
      opened = true;
      this.neverOpened = 0;
      const after = this.door.after();
      socket.send(JSON.stringify({ type: "hello", token: this.door.token(), ...(after === undefined ? {} : { after }) }));
    };
    socket.onmessage = (event) => {
      if (isMine()) this.receive(event.data);
    };
    socket.onclose = (event) => {
      if (!isMine()) return;
      if (!opened) this.neverOpened += 1;
      clearTimeout(this.openTimer);
      this.socket = null;
      if (this.state === "refused" || !this.isWanted) return;
      if (event.code === 4401) return this.drop("refused");
      this.change(event.code === 1001 || opened ? "connecting" : "offline");
      this.later();
    };
  }

  receive(data) {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    if (frame.type === "ready") {
      clearTimeout(this.openTimer);
      this.tries = 0;
      this.change("online");
    } else if (frame.type === "error" && ["unauthorized", "expired", "forbidden"].includes(frame.code) && !this.isOnline) {
      this.drop("refused");
      return;
    }
    this.door.onFrame(frame);
  }

  async poll() {
    const mine = this.generation;
    const isMine = () => mine === this.generation;
    this.polling = new AbortController();
    this.isPolling = true;
    let wait = 0;
    while (isMine()) {
      let answer;
      try {
        answer = await fetch(`/v1/live/events?after=${this.door.after() ?? 0}&wait=${wait}`, {
          headers: { Authorization: `Bearer ${this.door.token()}` }, signal: this.polling.signal, cache: "no-store",
        });
      } catch {
        answer = null;
      }
      if (!isMine()) return;
      if (answer?.status === 401 || answer?.status === 403) {
        this.drop("refused");
        return;
      }
      if (!answer?.ok) {
        // Neither way works: begin again with sockets.
        this.neverOpened = 0;
        this.drop("offline");
        this.later();
        return;
      }
      const page = await answer.json().catch(() => ({}));
      if (!isMine()) return;
      for (const frame of page.items ?? []) this.door.onFrame(frame);
      const seq = Number(page.next_cursor);
      if (seq) this.door.onFrame({ type: "cursor", seq });
      if (!this.isOnline && isMine()) {
        this.tries = 0;
        this.change("online");
        this.door.onFrame({ type: "ready" });
      }
      wait = 25;
    }
  }

  /** One request at a time, so that messages arrive in the order they were written. */
  post(frame, mine) {
    const { type, ...body } = frame;
    const path = type === "message" ? "messages" : type;
    this.posting = (this.posting ?? Promise.resolve()).then(async () => {
      if (mine !== this.generation) return;
      const answer = await fetch(`/v1/live/${path}`, {
        method: "POST", body: JSON.stringify(body),
        headers: { Authorization: `Bearer ${this.door.token()}`, "Content-Type": "application/json" },
      });
      const result = await answer.json().catch(() => ({}));
      if (mine !== this.generation) return;
      if (answer.ok && type === "message") {
        this.door.onFrame({ type: "ack", client_id: body.client_id, seq: result.seq, message_id: result.message_id ?? result.id });
      } else if (answer.status === 401) this.drop("refused");
      else if (!answer.ok && type === "message") {
        this.door.onFrame({ type: "error", code: result.code ?? String(answer.status), message: result.detail, client_id: body.client_id });
      }
    }).catch(() => this.restart());
  }
}
