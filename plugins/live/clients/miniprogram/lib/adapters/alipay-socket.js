// SPDX-License-Identifier: Apache-2.0
/** The one socket that an old Alipay base library has for the whole program, under the face of a socket of our own. */
class GlobalSocket {
  constructor(api, url, events, textOf) {
    this.api = api;
    this.events = events;
    this.isOver = false;
    this.listeners = {
      Open: () => events.open(),
      Message: (answer) => events.message(textOf(answer)),
      Error: () => this.end(1006),
      Close: (answer) => this.end((answer && answer.code) || 1006),
    };
    for (const name of Object.keys(this.listeners)) api[`onSocket${name}`](this.listeners[name]);
    api.connectSocket({ url, success() {}, fail: () => this.end(1006) });
  }

  send(text) {
    this.api.sendSocketMessage({ data: text, success() {}, fail: () => this.end(1006) });
  }

  close() {
    if (this.isOver) return;
    this.forget();
    this.api.closeSocket({});
  }

  end(code) {
    if (this.isOver) return;
    this.forget();
    this.events.close(code);
  }

  /** Without this the next socket's events would come here too. */
  forget() {
    this.isOver = true;
    for (const name of Object.keys(this.listeners)) {
      const off = this.api[`offSocket${name}`];
      if (typeof off === "function") off.call(this.api, this.listeners[name]);
    }
  }
}

module.exports = { GlobalSocket };
