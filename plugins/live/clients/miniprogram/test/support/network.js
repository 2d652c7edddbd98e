// SPDX-License-Identifier: Apache-2.0
// What a phone's network does, for the simulated platforms: requests, uploads and sockets over real HTTP, which a test
// can take away.
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { URL } = require("node:url");
const { WebSocketClient } = require("./websocket.js");

class Network {
  constructor() {
    this.isUp = true;
    /** A company's or a provider's proxy that lets no socket through. */
    this.blocksSockets = false;
    /** What we say gets through, what is answered does not: as a network is just before it breaks. */
    this.isDeaf = false;
    /** Uploads stop half way, until `letUploads`. */
    this.holdsUploads = false;
    this.heldUploads = new Set();
    this.sockets = new Set();
    this.requests = new Set();
    this.log = [];
    this.listeners = new Set();
  }

  /** @returns `{ abort() }`; `done(error, { status, headers, text })` is called once */
  request({ method, url, headers, body, told }, done) {
    this.log.push(`${method} ${new URL(url).pathname}`);
    let isOver = false;
    let request = null;
    const finish = (error, answer) => {
      if (isOver) return;
      isOver = true;
      this.requests.delete(request);
      // Never within the call itself, as on a phone.
      setImmediate(() => done(error, answer));
    };
    if (!this.isUp) {
      setImmediate(() => finish(new Error("no network")));
      return { abort() {} };
    }
    const target = new URL(url);
    const bytes = body === undefined ? null : Buffer.from(body);
    request = http.request({
      method, host: target.hostname, port: target.port, path: target.pathname + target.search, agent: false,
      headers: Object.assign({}, headers, bytes ? { "Content-Length": bytes.length } : {}),
    }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("error", finish);
      response.on("end", () => this.isDeaf ? finish(new Error("answer lost")) : finish(null, {
        status: response.statusCode, headers: response.headers, text: Buffer.concat(parts).toString("utf8"),
      }));
    });
    this.requests.add(request);
    request.on("error", finish);
    if (told) this.trickle(request, bytes, told);
    else request.end(bytes || undefined);
    return {
      abort() {
        request.destroy(new Error("abort"));
        finish(new Error("abort"));
      },
    };
  }

  /** A body in two halves, of which the second may wait. @param told listeners of `{ progress }`, in percent */
  trickle(request, bytes, told) {
    const tell = (progress, sent) => Array.from(told).forEach((listener) =>
      listener({ progress, totalBytesSent: sent, totalBytesExpectedToSend: bytes.length }));
    const half = Math.floor(bytes.length / 2);
    const finish = () => {
      this.heldUploads.delete(finish);
      request.end(bytes.subarray(half), () => tell(100, bytes.length));
    };
    request.write(bytes.subarray(0, half), () => {
      tell(50, half);
      if (this.holdsUploads) this.heldUploads.add(finish);
      else finish();
    });
    request.on("close", () => this.heldUploads.delete(finish));
  }

  letUploads() {
    this.holdsUploads = false;
    for (const finish of Array.from(this.heldUploads)) finish();
  }

  /** A form with one file, as all platforms send it. */
  upload({ url, file, name, headers, formData }, done) {
    const told = new Set();
    const task = { abort() {}, onProgressUpdate: (listener) => told.add(listener) };
    if (!fs.existsSync(file)) {
      setImmediate(() => done(new Error("file not found")));
      return task;
    }
    const boundary = `----sim${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
    const fields = Object.entries(formData || {}).map(([key, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`);
    const head = `${fields.join("")}--${boundary}\r\n`
      + `Content-Disposition: form-data; name="${name}"; filename="${path.basename(file)}"\r\n`
      + "Content-Type: application/octet-stream\r\n\r\n";
    const body = Buffer.concat([Buffer.from(head), fs.readFileSync(file), Buffer.from(`\r\n--${boundary}--\r\n`)]);
    const all = Object.assign({}, headers, { "Content-Type": `multipart/form-data; boundary=${boundary}` });
    return Object.assign(task, this.request({ method: "POST", url, headers: all, body, told }, done));
  }

  socket(url, events) {
    this.log.push("SOCKET");
    if (!this.isUp || this.blocksSockets) {
      const dead = { send() { throw new Error("not open"); }, close() {}, cut() {} };
      setImmediate(() => {
        events.error(new Error("no network"));
        events.close(1006);
      });
      return dead;
    }
    const socket = new WebSocketClient(url, Object.assign({}, events, {
      message: (text) => {
        if (!this.isDeaf) events.message(text);
      },
      close: (code) => {
        this.sockets.delete(socket);
        events.close(code);
      },
    }));
    this.sockets.add(socket);
    return socket;
  }

  /** The phone loses its network: what is open breaks without a goodbye. */
  down() {
    this.isUp = false;
    this.cut();
    for (const listener of this.listeners) listener(false);
  }

  up() {
    this.isUp = true;
    for (const listener of this.listeners) listener(true);
  }

  cut() {
    for (const socket of Array.from(this.sockets)) socket.cut();
    for (const request of Array.from(this.requests)) request.destroy(new Error("network lost"));
  }

  async flushed() {
    while (this.requests.size > 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

module.exports = { Network };
