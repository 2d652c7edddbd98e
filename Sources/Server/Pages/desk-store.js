// SPDX-License-Identifier: Apache-2.0
import { calmly } from "./dom.js";
import { alertKey } from "./desk-alerts.js";
import { ApiProblem } from "./desk-api.js";

/** So long the addresses of a conversation's files are trusted, in ms; they are good for at least six hours. */
const addressLife = 3600000;
const order = { queued: 0, sent: 1, delivered: 2, read: 3 };

/** One conversation's messages and events, once somebody has looked at it. */
class Talk {
  constructor() {
    this.messages = new Map();
    this.events = new Map();
    this.pending = new Map();
    /** Attachments that the desk has fetched from the platform since, by message: `{url, content_type, name?, …}`, or `{reason}` why it could not. */
    this.media = new Map();
    this.isLoaded = false;
    /** When it was read last, in ms: addresses of files are good for hours only. */
    this.readAt = 0;
  }

  get newestIncoming() {
    return Math.max(0, ...[...this.messages.values()].filter((message) => message.direction === "in").map((message) => message.seq ?? 0));
  }
}

/**
 * What the desk knows: read once through the API, then kept up to date by frames of the live socket.
 *
 * `onChange(topics)` is called once for many changes; topics: `lists`, `talk`, `side`, `tickets`, `alerts`, `me`. `onNews(kind,
 * conversation, detail)` tells what an agent may want to hear: `queued`, `assigned` (by somebody else), `message`, `notified` (by a rule), `alert`.
 */
export class DeskStore {
  constructor(api, door) {
    this.api = api;
    this.door = door;
    this.seq = undefined;
    this.me = null;
    this.agents = new Map();
    this.teams = new Map();
    this.conversations = new Map();
    this.customers = new Map();
    this.tickets = new Map();
    /** Up, not silenced, and our business. */
    this.alerts = [];
    this.talks = new Map();
    this.typing = new Map();
    this.unread = new Map();
    this.previews = new Map();
    this.selected = null;
    this.topics = new Set();
  }

  changed(...topics) {
    if (this.topics.size === 0) queueMicrotask(() => {
      const all = new Set(this.topics);
      this.topics.clear();
      this.door.onChange(all);
    });
    for (const topic of topics) this.topics.add(topic);
  }

  /** Whether the server would let us: `answer`, `workTickets`. It is asked in any case. */
  may(permission) {
    return this.me?.permissions?.includes(permission) ?? false;
  }

  isMine(conversation) {
    return Boolean(this.me?.agent_id) && conversation?.agent_id === this.me.agent_id;
  }

  // Reading

  async open() {
    this.me = await this.api.get("me");
    const [agents, teams] = await Promise.all([this.api.list("agents"), this.api.list("teams")]);
    this.agents = new Map(agents.map((agent) => [agent.id, agent]));
    this.teams = new Map(teams.map((team) => [team.id, team]));
    this.changed("me");
  }

  /** Everything that is open, read anew: after signing in, and when the socket could not resume. */
  async refresh() {
    const states = ["queued", "assigned", "pending", "bot"];
    const lists = await Promise.all(states.map((state) => this.api.list("conversations", { state }, 300)));
    const open = new Map(lists.flat().map((conversation) => [conversation.id, conversation]));
    if (this.selected && !open.has(this.selected) && this.conversations.has(this.selected)) {
      open.set(this.selected, this.conversations.get(this.selected));
    }
    this.conversations = open;
    this.changed("lists", "talk", "side");
    for (const conversation of open.values()) this.needCustomer(conversation.customer_id);
    await Promise.all([this.refreshTickets(), this.refreshAlerts()]);
    await this.readPreviews();
  }

  /** What was said last where somebody waits for a person, one request after the other; the socket tells what comes later. */
  async readPreviews() {
    const { queued, mine } = this.lists();
    for (const conversation of [...mine, ...queued].slice(0, 100)) {
      if (this.previews.has(conversation.id)) continue;
      const messages = await this.api.list(`conversations/${conversation.id}/messages`, { limit: 200 }, 200);
      for (const message of this.previews.has(conversation.id) ? [] : messages) this.putPreview(message);
      this.changed("lists");
    }
  }

  async refreshTickets() {
    const tickets = await this.api.list("tickets", {}, 300);
    this.tickets = new Map(tickets.map((ticket) => [ticket.id, ticket]));
    this.changed("tickets", "side");
  }

  /** Whether a rule that names these means us: a team of ours, us ourselves. Leads see to all alerts. */
  concerns(names = []) {
    const agent = this.agents.get(this.me?.agent_id);
    const ours = agent ? [`agent:${agent.id}`, `agent:${agent.name}`, ...(agent.teams ?? []).map((team) => `team:${team}`)] : [];
    return names.some((name) => ours.includes(name));
  }

  async refreshAlerts() {
    const isLead = this.may("editRules");
    const known = new Set(this.alerts.map(alertKey));
    const all = await this.api.list("alerts", {}, 1000);
    this.alerts = all.filter((alert) => alert.state === "raised" && !alert.silenced_until && (isLead || this.concerns(alert.notify)));
    for (const alert of this.alerts) if (!known.has(alertKey(alert))) this.door.onNews("alert", null, alert);
    this.changed("alerts");
  }

  alertsSoon = calmly(80, () => this.refreshAlerts().catch(() => {}));

  async acknowledge(alert) {
    await this.api.post(`alerts/${alert.id}/acknowledge`, { labels: alert.labels ?? {} });
    await this.refreshAlerts();
  }

  /** Reads a customer once; many calls at the same time make one request. */
  needCustomer(id) {
    if (!id || this.customers.has(id)) return;
    this.customers.set(id, { id });
    this.readCustomer(id);
  }

  async readCustomer(id) {
    try {
      this.customers.set(id, await this.api.get(`customers/${id}`));
      this.changed("lists", "talk", "side");
    } catch (problem) {
      if (problem.status === 0) this.customers.delete(id);
    }
  }

  async readConversation(id) {
    const conversation = await this.api.get(`conversations/${id}`);
    this.takeConversation(conversation);
    return conversation;
  }

  takeConversation(conversation) {
    if (!conversation?.id || !conversation.state) return;
    this.conversations.set(conversation.id, conversation);
    this.needCustomer(conversation.customer_id);
    this.changed("lists", "talk", "side");
  }

  talk(id) {
    if (!this.talks.has(id)) this.talks.set(id, new Talk());
    return this.talks.get(id);
  }

  /** A day at the desk sees many conversations: those looked at last are kept, the others are read again when wanted. */
  pruneTalks() {
    for (const [id, talk] of this.talks) {
      if (this.talks.size <= 30) return;
      if (id !== this.selected && talk.pending.size === 0) this.talks.delete(id);
    }
  }

  async select(id) {
    this.selected = id;
    this.unread.delete(id);
    this.changed("lists", "talk", "side");
    if (!id) return;
    const talk = this.talk(id);
    this.talks.delete(id);
    this.talks.set(id, talk);
    this.pruneTalks();
    if (!this.conversations.has(id)) await this.readConversation(id);
    if (!talk.isLoaded || Date.now() - talk.readAt > addressLife) await this.readTalk(id);
    this.readHistory(this.conversations.get(id)?.customer_id);
  }

  async readTalk(id) {
    const talk = this.talk(id);
    const [messages, events] = await Promise.all([
      this.api.list(`conversations/${id}/messages`, { limit: 200 }, 4000),
      this.api.list(`conversations/${id}/events`, { limit: 200 }, 4000).catch((problem) => {
        if (problem instanceof ApiProblem && problem.status !== 0) return [];
        throw problem;
      }),
    ]);
    for (const message of messages) this.putMessage(talk, message);
    for (const event of events) this.putEvent(talk, event);
    talk.isLoaded = true;
    talk.readAt = Date.now();
    this.changed("talk");
  }

  async readHistory(customer) {
    if (!customer) return;
    const earlier = await this.api.list("conversations", { customer_id: customer }, 50).catch(() => []);
    this.history = { customer, items: earlier };
    this.changed("side");
  }

  // Frames

  handle(frame) {
    if (frame.seq > (this.seq ?? -1) && frame.type !== "ack") this.seq = frame.seq;
    switch (frame.type) {
      case "ready":
        this.seq = Math.max(this.seq ?? 0, frame.seq ?? 0);
        break;
      case "message": return this.handleMessage(frame);
      case "delivery": return this.handleDelivery(frame);
      case "typing": return this.handleTyping(frame);
      case "presence": return this.handlePresence(frame.agent_id ?? frame.agent, frame.presence);
      case "event": return this.handleEvent(frame);
    }
  }

  handleMessage(frame) {
    const { type, ...message } = frame;
    const id = message.conversation_id;
    const talk = this.talks.get(id);
    const isNew = !talk?.messages.has(message.id);
    if (talk) this.putMessage(talk, message);
    const isSaid = message.kind !== "event";
    this.putPreview(message);
    if (talk && message.direction === "out" && message.delivery === "queued") this.askWhy(id, message.id);
    if (message.direction === "in") this.typing.delete(id);
    this.readSoon(id);
    this.changed("talk", "lists");
    if (isNew && isSaid && message.direction === "in") {
      if (id !== this.selected || document.visibilityState !== "visible") this.unread.set(id, (this.unread.get(id) ?? 0) + 1);
      this.door.onNews("message", id, message);
    }
  }

  /** A reply that is not gone in a moment waits for something: the desk knows for what. */
  askWhy(id, message) {
    setTimeout(async () => {
      const isQueued = () => this.talks.get(id)?.messages.get(message)?.delivery === "queued";
      if (!isQueued()) return;
      const now = await this.api.get(`messages/${message}`).catch(() => null);
      if (!now || !isQueued()) return;
      this.putMessage(this.talk(id), now);
      this.changed("talk");
    }, 1500);
  }

  /** What stands in the lists: the last that a person said; what the bot said last only where nobody did. */
  putPreview(message) {
    if (message.direction === "note" || message.kind === "event") return;
    const isBot = message.author?.startsWith("bot:");
    if (!isBot || !this.previews.has(message.conversation_id)) this.previews.set(message.conversation_id, message);
  }

  putMessage(talk, message) {
    if (message.client_id) talk.pending.delete(message.client_id);
    const known = talk.messages.get(message.id);
    const isBehind = known && (order[known.delivery] ?? 9) > (order[message.delivery] ?? 9);
    // A frame does not say what a message waits for.
    const whole = known?.waits ? { waits: known.waits, ...message } : message;
    talk.messages.set(message.id, isBehind ? { ...whole, delivery: known.delivery } : whole);
  }

  putEvent(talk, event) {
    if (["message.media", "message.media_failed"].includes(event.kind)) talk.media.set(event.payload.message, event.payload);
    else if (!event.kind.startsWith("message.")) talk.events.set(event.seq, event);
  }

  handleDelivery(frame) {
    const ids = frame.conversation_id ? [frame.conversation_id] : [...this.talks.keys()];
    for (const id of ids) {
      const talk = this.talks.get(id);
      const message = talk?.messages.get(frame.message_id);
      if (!message) continue;
      const isLater = frame.delivery === "failed" || message.delivery === "failed" || (order[frame.delivery] ?? 0) > (order[message.delivery] ?? -1);
      if (isLater) talk.messages.set(message.id, { ...message, delivery: frame.delivery, failure: frame.reason ?? frame.failure });
      this.changed("talk");
    }
  }

  handleTyping(frame) {
    const by = String(frame.by ?? "customer:");
    if (!by.startsWith("customer:")) return;
    if (frame.on === false) this.typing.delete(frame.conversation_id);
    else {
      this.typing.set(frame.conversation_id, Date.now() + 8000);
      setTimeout(() => this.changed("talk", "lists"), 8100);
    }
    this.changed("talk", "lists");
  }

  handlePresence(id, presence) {
    const agent = this.agents.get(id);
    if (!agent) return;
    this.agents.set(id, { ...agent, presence });
    this.changed("me", "side");
  }

  isTyping(id) {
    return (this.typing.get(id) ?? 0) > Date.now();
  }

  handleEvent(frame) {
    const payload = frame.payload ?? {};
    const talk = this.talks.get(frame.conversation_id);
    if (talk) this.putEvent(talk, frame);
    if (frame.kind.startsWith("conversation.")) {
      this.readSoon(frame.conversation_id);
      if (frame.kind === "conversation.queued" && payload.from !== "queued") this.door.onNews("queued", frame.conversation_id);
      const isGiven = frame.kind === "conversation.assigned" && payload.agent === this.me?.agent_id && frame.actor !== `agent:${payload.agent}`;
      if (payload.agent && isGiven) this.door.onNews("assigned", frame.conversation_id);
    } else if (frame.kind === "customer.changed") this.reviseCustomer(frame.customer_id);
    else if (frame.kind === "customer.merged" || frame.kind === "customer.unmerged") this.rejoin(frame.customer_id, payload.from ?? payload.other);
    else if (frame.kind === "agent.presence") this.handlePresence(payload.agent, payload.presence);
    else if (frame.kind === "agent.changed" || frame.kind === "team.changed") this.open().catch(() => {});
    else if (frame.kind.startsWith("ticket.")) this.ticketsSoon();
    else if (frame.kind.startsWith("alert.")) this.alertsSoon();
    else if (frame.kind === "notification.sent" && this.concerns(payload.to)) this.door.onNews("notified", frame.conversation_id, payload.text);
    this.changed("talk");
  }

  /** A conversation that an event touched is read again: its row is the truth, not our guess of what the event did to it. */
  readSoon(id) {
    if (!id) return;
    this.toRead ??= new Set();
    this.toRead.add(id);
    this.readNow ??= calmly(40, async () => {
      const ids = [...this.toRead];
      this.toRead.clear();
      if (ids.length > 25) return void this.refresh().catch(() => {});
      await Promise.all(ids.map((each) => this.readConversation(each).catch(() => {})));
    });
    this.readNow();
  }

  ticketsSoon = calmly(80, () => this.refreshTickets().catch(() => {}));

  // Writing

  async act(id, action, body = {}) {
    const conversation = await this.api.post(`conversations/${id}/${action}`, body);
    this.takeConversation(conversation);
    return conversation;
  }

  async change(id, fields) {
    this.takeConversation(await this.api.patch(`conversations/${id}`, fields));
  }

  async changeCustomer(id, fields) {
    const customer = await this.api.patch(`customers/${id}`, fields);
    this.customers.set(id, { ...this.customers.get(id), ...customer });
    this.changed("side", "lists", "talk");
  }

  /** What a customer agreed to says where replies can go. */
  reviseCustomer(id) {
    this.readCustomer(id);
    for (const conversation of this.conversations.values()) if (conversation.customer_id === id && conversation.reply_quota) this.readSoon(conversation.id);
  }

  /** Two customers became one, or two again: both are read again, and whose the conversations are. */
  rejoin(...ids) {
    for (const id of ids) if (this.customers.has(id)) this.readCustomer(id);
    for (const conversation of this.conversations.values()) if (ids.includes(conversation.customer_id)) this.readSoon(conversation.id);
    this.ticketsSoon();
    this.readHistory(this.conversations.get(this.selected)?.customer_id);
  }

  async mergeCustomer(id, other) {
    await this.api.post(`customers/${id}/merge`, { other });
    this.rejoin(id, other);
  }

  /** @param from who is to be another person again; the one merged last if not given */
  async unmergeCustomer(id, from) {
    const { other } = await this.api.post(`customers/${id}/unmerge`, from ? { other: from } : {});
    this.rejoin(id, other.id);
  }

  /** Customers whom these words may mean; without words those whom somebody talked to last. */
  async findCustomers(words) {
    return (await this.api.get("customers", { query: words, limit: 9 })).items ?? [];
  }

  /** What happened to a ticket, comments included, in order. */
  ticketHistory(id) {
    return this.api.list(`tickets/${id}/events`, {}, 1000);
  }

  comment(id, text, isPublic) {
    return this.api.post(`tickets/${id}/comments`, { text, public: isPublic });
  }

  async openTicket(draft) {
    const ticket = await this.api.post("tickets", draft);
    this.tickets.set(ticket.id, ticket);
    this.changed("tickets", "side");
    return ticket;
  }

  async changeTicket(id, fields) {
    try {
      this.tickets.set(id, await this.api.patch(`tickets/${id}`, fields));
    } finally {
      this.changed("tickets", "side");
    }
  }

  /** Sends a reply or note; the item stands in the timeline at once and is sent again under the same id until it is taken. */
  async reply(id, item) {
    const talk = this.talk(id);
    talk.pending.set(item.client_id, { ...item, state: "sending" });
    this.changed("talk");
    try {
      const body = { kind: "text", text: item.text, client_id: item.client_id, ...(item.note ? { note: true } : {}) };
      const message = await this.api.post(`conversations/${id}/messages`, body, item.client_id);
      this.putMessage(talk, message);
      talk.pending.delete(item.client_id);
    } catch (problem) {
      if (talk.pending.has(item.client_id)) {
        const state = problem.status === 0 ? "waiting" : "failed";
        talk.pending.set(item.client_id, { ...item, state, failure: problem.message });
      }
    }
    this.changed("talk");
  }

  /** What could not be sent for want of a network. */
  resend() {
    for (const [id, talk] of this.talks) {
      for (const item of talk.pending.values()) if (item.state === "waiting") this.reply(id, item);
    }
  }

  // Lists

  /** The four lists of the left column. Waiting: longest first. */
  lists() {
    const all = [...this.conversations.values()];
    const since = (conversation) => Date.parse(conversation.person_wanted_since ?? conversation.queued_at ?? conversation.updated_at);
    const newest = (a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at);
    const withPerson = all.filter((each) => each.state === "assigned" || each.state === "pending");
    return {
      queued: all.filter((each) => each.state === "queued").sort((a, b) => since(a) - since(b)),
      mine: withPerson.filter((each) => this.isMine(each)).sort(newest),
      bot: all.filter((each) => each.state === "bot").sort(newest),
      others: withPerson.filter((each) => !this.isMine(each)).sort(newest),
    };
  }

  /** When the wait of this conversation began, in ms; null if nobody waits. */
  waitingSince(conversation) {
    const at = conversation.state === "queued" ? conversation.person_wanted_since ?? conversation.queued_at : conversation.waiting_since;
    return at ? Date.parse(at) : null;
  }
}
