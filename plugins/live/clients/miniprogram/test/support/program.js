// SPDX-License-Identifier: Apache-2.0
// What the tests of the chat share: phones, programs opened on them, and what a customer sees there.
const { LiveClient, adapterFor, viewOf } = require("../../lib/index.js");
const { Desk, until } = require("./desk.js");
const { Phone } = require("./simulated.js");

/** Pauses that fit a person's patience are of no use in a test. */
const timing = { pause: 20, longest: 200, greeting: 5000, poll: 1, ack: 5000 };

/** A desk with phones; `close` ends and removes all of it. */
class World {
  static async start() {
    const world = new World();
    world.clients = new Set();
    world.phones = new Set();
    world.desk = await Desk.start();
    world.api = await world.desk.api();
    return world;
  }

  async close() {
    for (const client of this.clients) client.stop();
    for (const phone of this.phones) phone.remove();
    await this.desk.remove();
  }

  phone(name, user) {
    const phone = new Phone(name, this.desk.platforms, user);
    this.phones.add(phone);
    return phone;
  }

  /** The program on a phone is started, and the chat in it. */
  open(phone, more) {
    const client = new LiveClient(Object.assign({
      desk: this.desk.url, channel: "web", login: `mini-${phone.name}`, greet: false, timing,
      platform: adapterFor(phone.name, phone.launch()),
    }, more));
    this.clients.add(client);
    client.start();
    return client;
  }

  /** What the desk has of this customer, in its order. */
  async inbound(client) {
    const messages = await this.api.messages(client.memory.session.conversation_id);
    return messages.filter((message) => message.direction === "in");
  }

  /** An agent at the desk, on a socket of their own. */
  async agent() {
    if (!this.agentAPI) this.agentAPI = await this.desk.api("agent", "Lin");
    const frames = [];
    const socket = await new Promise((resolve, reject) => {
      const made = this.phone("qq").network.socket(`${this.desk.url.replace(/^http/, "ws")}/v1/live`, {
        open: () => resolve(made), message: (text) => frames.push(JSON.parse(text)), error: reject, close() {},
      });
    });
    const send = (frame) => socket.send(JSON.stringify(frame));
    send({ type: "hello", token: this.agentAPI.token });
    await until("the agent is greeted", () => frames.some((frame) => frame.type === "ready"));
    return { frames, send, close: () => socket.close(1000) };
  }
}

const online = (client) => until("online", () => client.state === "online");
const items = (client) => viewOf(client, "zh-CN", Date.now()).items;
const mine = (client) => items(client).filter((item) => item.side === "mine");
const theirs = (client) => items(client).filter((item) => item.side === "theirs");
const settled = (client) => until("everything is sent", () => client.outbox.items.length === 0);

module.exports = { World, until, online, items, mine, theirs, settled };
