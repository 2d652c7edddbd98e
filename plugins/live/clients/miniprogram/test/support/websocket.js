// SPDX-License-Identifier: Apache-2.0
// A WebSocket client (RFC 6455) over node's own http: Node 18 and 20 have none. Text frames, answers to pings, close
// codes.
const crypto = require("node:crypto");
const http = require("node:http");
const { URL } = require("node:url");

class WebSocketClient {
  /** @param events `{ open(), message(text), error(error), close(code) }`; `close` comes once, whatever happened */
  constructor(url, events) {
    this.events = events;
    this.isOver = false;
    this.rest = Buffer.alloc(0);
    this.parts = [];
    const target = new URL(url);
    const key = crypto.randomBytes(16).toString("base64");
    this.request = http.request({
      host: target.hostname, port: target.port, path: target.pathname + target.search, agent: false,
      headers: { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key },
    });
    this.request.on("upgrade", (response, socket, head) => {
      const expected = crypto.createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
      if (response.headers["sec-websocket-accept"] !== expected) return this.fail(new Error("wrong accept"), socket);
      if (this.isOver) return socket.destroy();
      this.socket = socket;
      socket.setNoDelay(true);
      socket.on("data", (data) => this.read(data));
      socket.on("error", () => {});
      socket.on("close", () => this.end(1006));
      events.open();
      if (head.length) this.read(head);
      return undefined;
    });
    this.request.on("response", (response) => {
      response.resume();
      this.fail(new Error(`HTTP ${response.statusCode}`));
    });
    this.request.on("error", (error) => this.fail(error));
    this.request.end();
  }

  fail(error, socket) {
    if (socket) socket.destroy();
    if (this.isOver) return;
    this.events.error(error);
    this.end(1006);
  }

  read(data) {
    this.rest = Buffer.concat([this.rest, data]);
    while (this.rest.length >= 2) {
      const fin = (this.rest[0] & 0x80) !== 0;
      const opcode = this.rest[0] & 0x0f;
      let length = this.rest[1] & 0x7f;
      let start = 2;
      if (length === 126) {
        if (this.rest.length < 4) return;
        length = this.rest.readUInt16BE(2);
        start = 4;
      } else if (length === 127) {
        if (this.rest.length < 10) return;
        length = Number(this.rest.readBigUInt64BE(2));
        start = 10;
      }
      if (this.rest.length < start + length) return;
      const payload = this.rest.subarray(start, start + length);
      this.rest = this.rest.subarray(start + length);
      this.take(opcode, fin, payload);
    }
  }

  take(opcode, fin, payload) {
    if (this.isOver) return;
    if (opcode === 0x8) {
      this.frame(0x8, payload.subarray(0, 2));
      this.socket.end();
      this.end(payload.length >= 2 ? payload.readUInt16BE(0) : 1005);
    } else if (opcode === 0x9) this.frame(0xa, payload);
    else if (opcode <= 0x1) {
      this.parts.push(payload);
      if (!fin) return;
      const text = Buffer.concat(this.parts).toString("utf8");
      this.parts = [];
      this.events.message(text);
    }
  }

  send(text) {
    if (this.isOver || !this.socket) throw new Error("not open");
    this.frame(0x1, Buffer.from(text, "utf8"));
  }

  frame(opcode, payload) {
    const head = [0x80 | opcode];
    if (payload.length < 126) head.push(0x80 | payload.length);
    else if (payload.length < 65536) head.push(0x80 | 126, payload.length >> 8, payload.length & 0xff);
    else head.push(0x80 | 127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((shift) => (payload.length >>> shift) & 0xff));
    const mask = crypto.randomBytes(4);
    const masked = Buffer.from(payload.map((byte, index) => byte ^ mask[index % 4]));
    this.socket.write(Buffer.concat([Buffer.from(head), mask, masked]));
  }

  close(code) {
    if (this.isOver) return;
    if (this.socket) {
      this.frame(0x8, Buffer.from([code >> 8, code & 0xff]));
      this.socket.end();
    } else this.request.destroy();
    this.end(code);
  }

  /** As when the network is gone: nobody is told goodbye. */
  cut() {
    if (this.socket) this.socket.destroy();
    else this.request.destroy();
  }

  end(code) {
    if (this.isOver) return;
    this.isOver = true;
    this.events.close(code);
  }
}

module.exports = { WebSocketClient };
