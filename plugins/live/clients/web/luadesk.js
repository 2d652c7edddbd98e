// SPDX-License-Identifier: Apache-2.0
/*
 * LuaDesk for web pages: customer service in a corner of any page, with one script tag.
 *
 *   <script src="https://desk.example/clients/web/luadesk.js" data-channel="web" async></script>
 *
 * One file on purpose, so that a page needs nothing else and no build step. Top down: options, texts, small tools, what is kept,
 * the live connection, files and voice, how messages look, the style, the panel, what the page may call.
 * Everything shown lives in a shadow root; nothing here ever turns text into markup. README.md is for the page's developer.
 */
(() => {
  "use strict";
  if (window.LuaDesk?.version) return;
  const version = "1.0";

  // Options: window.LuaDesk = {…} before the script, data- attributes of its tag, in an iframe the address.

  const script = document.currentScript;
  const given = Object(window.LuaDesk);
  const isFrame = script?.dataset.mode === "frame";
  const address = new URLSearchParams(isFrame ? location.search : "");

  /** One option by its name in camelCase. An address may not say which desk to talk to. */
  function option(name) {
    if (given[name] !== undefined) return given[name];
    const dashed = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return (name !== "desk" && address.get(dashed)) || script?.dataset[name];
  }
  const isOn = (name, usual) => ({ true: true, false: false, "": true })[String(option(name) ?? usual)] ?? usual;

  /** The desk: where this script came from, with whatever path a proxy puts before it. */
  const desk = (option("desk") ?? script?.src.replace(/\/clients\/web\/.*$/, "") ?? location.origin).replace(/\/+$/, "");
  const channel = option("channel") || "web";

  // Texts

  const languages = {
    "zh-CN": {
      title: "在线客服", other: "EN", switch: "Switch to English", open: "打开在线客服", openUnread: "打开在线客服，{n} 条未读消息", close: "关闭",
      log: "对话记录", write: "输入消息", hint: "请输入您的问题…", send: "发送", attach: "发送图片或文件", record: "语音留言",
      discard: "放弃录音", sendRecording: "发送录音", recording: "正在录音 {time}", typing: "对方正在输入", faq: "常见问题", newer: "有新消息",
      dismiss: "不再显示", today: "今天", yesterday: "昨天", you: "您", bot: "智能助手", agent: "客服", drop: "松开即可发送",
      greeting: "您好！请问有什么可以帮您？", retry: "重新发送", remove: "移除",
      older: "查看更早的消息", olderLoading: "正在加载…", olderFailed: "加载失败，点此重试", olderShown: "已显示更早的 {n} 条消息",
      "status.bot": "智能助手为您服务", "status.queued": "正在为您接入人工客服", "status.agent": "{name} 正在为您服务",
      "status.resolved": "有问题随时留言", "status.connecting": "正在连接…", "status.offline": "未连接", "status.idle": "有问题随时留言",
      "banner.offline": "网络已断开。您仍可以写消息，恢复后会自动发出。", "banner.unavailable": "暂时无法连接客服，正在重试…",
      "banner.channel": "此客服入口不存在或未开放。", "banner.forbidden": "无法确认您的身份，请重新登录后再试。",
      "banner.fresh": "会话已过期，已为您开启新的会话。",
      "banner.denied": "麦克风未获许可。请在浏览器地址栏的网站设置中允许使用麦克风，然后再试。", "banner.noMicrophone": "没有找到麦克风，无法录音。",
      "banner.large": "“{name}”太大，无法发送。", "banner.unsendable": "无法发送此文件。",
      "notice.queued": "已为您转接人工客服，请稍候", "notice.assigned": "{name} 已接入，为您服务", "notice.bot": "智能助手继续为您服务",
      "notice.resolved": "本次服务已结束，如有需要请继续留言", "notice.pending": "客服正在跟进您的问题，有进展会在这里告诉您",
      "delivery.waiting": "等待发送", "delivery.sending": "发送中", "delivery.uploading": "上传中 {n}%", "delivery.sent": "已发送",
      "delivery.delivered": "已送达", "delivery.read": "已读", "delivery.failed": "未发送",
      "kind.image": "图片", "kind.voice": "语音", "kind.video": "视频", "kind.file": "文件", "kind.location": "位置", "kind.card": "卡片",
      "kind.menu": "菜单", "kind.event": "事件", "kind.unsupported": "暂不支持显示的消息", "kind.text": "消息",
    },
    en: {
      title: "Customer service", other: "中", switch: "切换到中文", open: "Open customer service",
      openUnread: "Open customer service, {n} unread", close: "Close", log: "Conversation", write: "Write a message",
      hint: "How can we help?", send: "Send", attach: "Send a picture or file", record: "Voice message", discard: "Discard the recording",
      sendRecording: "Send the recording", recording: "Recording {time}", typing: "Typing", faq: "Common questions", newer: "New messages",
      dismiss: "Dismiss", today: "Today", yesterday: "Yesterday", you: "You", bot: "Assistant", agent: "Agent", drop: "Drop to send",
      greeting: "Hello! What can we do for you?", retry: "Send again", remove: "Remove",
      older: "Show earlier messages", olderLoading: "Loading…", olderFailed: "Could not load them. Try again",
      olderShown: "{n} earlier messages are shown",
      "status.bot": "Our assistant is here", "status.queued": "Finding a person for you", "status.agent": "{name} is here for you",
      "status.resolved": "Write any time", "status.connecting": "Connecting…", "status.offline": "Not connected",
      "status.idle": "Write any time",
      "banner.offline": "You are offline. Keep writing: it will be sent when you are back.",
      "banner.unavailable": "We cannot reach our desk just now. Trying again…",
      "banner.channel": "There is no customer service here at the moment.",
      "banner.forbidden": "We could not confirm who you are. Please sign in again.",
      "banner.fresh": "Your session had expired; this is a new one.",
      "banner.denied": "The microphone is not allowed. Allow it in the site settings beside the browser's address, then try again.",
      "banner.noMicrophone": "No microphone was found, so there is nothing to record with.",
      "banner.large": "“{name}” is too large to send.", "banner.unsendable": "This file cannot be sent.",
      "notice.queued": "A person will be with you shortly", "notice.assigned": "{name} joined the conversation",
      "notice.bot": "Our assistant is back", "notice.resolved": "This conversation is closed. Write again any time",
      "notice.pending": "We are looking into it and will write to you here",
      "delivery.waiting": "Waiting to be sent", "delivery.sending": "Sending", "delivery.uploading": "Uploading {n}%",
      "delivery.sent": "Sent", "delivery.delivered": "Delivered", "delivery.read": "Read", "delivery.failed": "Not sent",
      "kind.image": "Picture", "kind.voice": "Voice message", "kind.video": "Video", "kind.file": "File", "kind.location": "Location",
      "kind.card": "Card", "kind.menu": "Menu", "kind.event": "Event", "kind.unsupported": "This message cannot be shown here",
      "kind.text": "Message",
    },
  };

  const known = (language) => (/^zh/i.test(language) ? "zh-CN" : "en");
  const chosen = read(localStorage_(), "luadesk.web.language");
  let language = known(option("lang") || chosen || document.documentElement.lang || navigator.language);
  let clocks = {};

  function useLanguage(next) {
    language = known(next);
    const format = (options) => new Intl.DateTimeFormat(language, options);
    clocks = {
      time: format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
      day: format({ month: "long", day: "numeric", weekday: "short" }),
      full: format({ dateStyle: "medium", timeStyle: "short" }),
    };
  }
  useLanguage(language);

  /** The text for a key, the page's own first, with `{name}` filled in. */
  function t(key, values = {}) {
    const text = given.texts?.[language]?.[key] ?? languages[language][key] ?? key;
    return String(text).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  }

  /** An option that may differ by language: `"…"` or `{"zh-CN": "…", en: "…"}`. */
  function worded(name) {
    const value = option(name);
    return typeof value === "object" && value && !Array.isArray(value) ? value[language] : value;
  }

  function dayOf(at) {
    const date = new Date(at);
    const midnight = (value) => new Date(value.getFullYear(), value.getMonth(), value.getDate());
    const days = Math.round((midnight(new Date()) - midnight(date)) / 86_400_000);
    return days === 0 ? t("today") : days === 1 ? t("yesterday") : clocks.day.format(date);
  }

  // Small tools

  /** Makes an element. Strings become text, never markup; `on` holds listeners; null and false are left out. */
  function el(name, attributes, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes ?? {})) {
      if (key === "on") for (const [event, f] of Object.entries(value)) node.addEventListener(event, f);
      else if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
    }
    node.append(...children.flat().filter((child) => child || child === 0));
    return node;
  }

  function setText(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  /** Brings the children of `parent` in line with `items`; nodes of items that stay are kept, so focus and scroll survive. */
  function keyed(parent, items, update) {
    const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
    let place = parent.firstElementChild;
    for (const item of items) {
      let node = old.get(item.key);
      if (node) old.delete(item.key);
      else {
        node = el("li");
        node.dataset.key = item.key;
      }
      update(node, item);
      if (node === place) place = place.nextElementSibling;
      else parent.insertBefore(node, place);
    }
    for (const node of old.values()) node.remove();
  }

  const icons = {
    chat: "M21 11.4a8.4 8.4 0 0 1-8.6 8.2c-1.4 0-2.8-.3-4-.9L3.4 20l1.4-4.3a8 8 0 0 1-1-4.3A8.4 8.4 0 0 1 12.4 3 8.4 8.4 0 0 1 21 11.4z",
    close: "M6 6l12 12M18 6L6 18",
    down: "M6 9l6 6 6-6",
    send: "M12 19V5M5.5 11.5L12 5l6.5 6.5",
    clip: "M20 11.2l-8.3 8.3a5.2 5.2 0 0 1-7.4-7.4l8.6-8.6a3.5 3.5 0 0 1 5 5l-8.6 8.5a1.8 1.8 0 0 1-2.5-2.5l7.6-7.6",
    microphone: "M12 3a3 3 0 0 1 3 3v5.5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3",
    bin: "M4.5 6.5h15M9.5 6.5V4h5v2.5M6.5 6.5l.8 13h9.4l.8-13",
    clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M12 7.5V12l3 2",
    sent: "M5 12.5l4.5 4.5L19 7",
    both: "M2 12.5l4.5 4.5L16 7M11.5 16.6l.4.4L21.5 7",
    failed: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M12 7.5v5.5M12 16.2v.3",
    file: "M13.5 3H7v18h11V7.5L13.5 3v4.5H18",
    place: "M12 21s-7-6.3-7-11.3a7 7 0 0 1 14 0C19 14.7 12 21 12 21M12 12.3a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5",
  };

  /** A line picture, hidden from screen readers: the words beside it must say the same. */
  function icon(name) {
    const made = (tag, attributes) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
      return node;
    };
    const picture = made("svg", { viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true" });
    picture.append(made("path", { d: icons[name] }));
    return picture;
  }

  /** Calls `f` once, `ms` after the last of many calls. */
  function calmly(ms, f) {
    let timer;
    return (...values) => {
      clearTimeout(timer);
      timer = setTimeout(() => f(...values), ms);
    };
  }

  function freshID() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** Waits, but no longer than until the network is back. */
  function pause(ms) {
    return new Promise((done) => {
      const finish = () => {
        clearTimeout(timer);
        removeEventListener("online", finish);
        done();
      };
      const timer = setTimeout(finish, ms);
      addEventListener("online", finish);
    });
  }

  // What is kept

  /** Storage may be missing, full or forbidden: then the kit works and forgets with the page. */
  function localStorage_() {
    try {
      return window.localStorage;
    } catch {
      return null;
    }
  }

  function read(storage, key) {
    try {
      return JSON.parse(storage.getItem(key));
    } catch {
      return null;
    }
  }

  /** Returns whether it is kept now. */
  function write(storage, key, value) {
    try {
      if (value === null) storage.removeItem(key);
      else storage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false; // What is in memory still counts.
    }
  }

  const kept = 100;
  const rank = { queued: 0, sent: 1, delivered: 2, read: 3 };

  /**
   * What this browser knows of its customer on this channel: the session, the messages so far with the seq up to which they are
   * whole, and what is still to be sent. Tabs share all of it. Each message to be sent has a key of its own, so that tabs never
   * overwrite each other's; its client id makes the desk take it once, whichever tab sends it.
   */
  class Store {
    constructor(name) {
      this.name = name;
      this.storage = localStorage_();
      /** Files that are not uploaded yet, by client id; they live as long as the page. */
      this.files = new Map();
      /** Client ids of messages that only this page has: the storage is full or forbidden, or their file is not uploaded. */
      this.unstored = new Set();
      this.load();
    }

    get(key) {
      return read(this.storage, `${this.name}.${key}`);
    }

    put(key, value) {
      return write(this.storage, `${this.name}.${key}`, value);
    }

    load() {
      /** What was asked for before a load does not fit what is here after it. */
      this.life = (this.life ?? 0) + 1;
      this.session = this.get("session") ?? this.memory ?? null;
      const past = this.get("past");
      const isOurs = past && past.customer === this.session?.customer_id;
      const { seq = 0, state = "bot", agent = null, names = {}, readUpTo = 0, entries = [], isCut = entries.length >= kept } = isOurs ? past : {};
      /** `isCut`: the desk has older messages than those here; `before`: older than this seq, null: than the oldest here. */
      Object.assign(this, { seq, state, agent, names, readUpTo, isCut, before: null });
      this.entries = new Map(entries.map((entry) => [entry.id, entry]));
      this.pending = new Map([...(this.pending ?? [])].filter(([id]) => this.unstored.has(id)));
      for (const key of this.keys("out.")) {
        const item = read(this.storage, key);
        if (item?.client_id) this.pending.set(item.client_id, item);
      }
    }

    keys(prefix) {
      try {
        return Object.keys(this.storage).filter((key) => key.startsWith(`${this.name}.${prefix}`));
      } catch {
        return [];
      }
    }

    begin(session) {
      this.memory = session;
      this.put("session", session);
      this.load();
    }

    /** @param withPending also what was still to be sent: the next customer is another person. */
    end(withPending) {
      this.memory = null;
      this.put("session", null);
      this.put("past", null);
      if (withPending) for (const id of [...this.pending.keys()]) this.settle(id);
      this.load();
    }

    /** The journal went back behind us, as after a restored backup: what we remember counts no more. */
    forget() {
      this.put("past", null);
      this.load();
    }

    save() {
      if (!this.session) return;
      const { seq, readUpTo, state, agent, names } = this;
      const entries = this.sorted().slice(-kept);
      const isCut = this.isCut || this.entries.size > kept;
      this.put("past", { customer: this.session.customer_id, seq, readUpTo, state, agent, names, isCut, entries });
    }

    /** The seq before which nothing is here. */
    get oldest() {
      return this.before ?? Math.min(...this.sorted().slice(0, 1).map((entry) => entry.seq));
    }

    /** Takes in a page of what was said before. Returns how many messages are new. */
    applyOlder({ items = [], next_cursor }) {
      const count = this.entries.size;
      for (const frame of items) {
        if (frame.type === "message") this.applyMessage(frame);
        else if (frame.type === "event") this.applyEvent(frame);
      }
      this.isCut = Boolean(next_cursor);
      this.before = Number(next_cursor) || null;
      return this.entries.size - count;
    }

    sorted() {
      return [...this.entries.values()].sort((a, b) => a.seq - b.seq);
    }

    /** What is still to be sent, in the order it was written. */
    waiting() {
      return [...this.pending.values()].sort((a, b) => a.order - b.order);
    }

    /**
     * As a screen shows it: in the desk's order, what is still to be sent at the end. Only what was overtaken by what was written after
     * it, as a long upload is by the words that follow, stays where it stood (`place`), also when the desk has it.
     */
    shown(pending) {
      const placeOf = (entry) => entry.place ?? entry.seq ?? Infinity;
      const isBefore = (a, b) => (placeOf(a) === placeOf(b) ? (a.order ?? 0) - (b.order ?? 0) : placeOf(a) - placeOf(b));
      return [...this.sorted(), ...pending].sort(isBefore);
    }

    /** Answers of the desk that nobody has seen yet, on any of the customer's screens. */
    get unread() {
      const isUnread = (entry) => entry.direction === "out" && entry.seq > this.readUpTo && entry.delivery !== "read";
      return this.sorted().filter(isUnread);
    }

    get nextOrder() {
      return Math.max(Date.now(), ...this.waiting().map((item) => item.order + 1));
    }

    add(content, file) {
      const item = { client_id: freshID(), order: this.nextOrder, at: new Date().toISOString(), tab, ...content };
      if (file) this.files.set(item.client_id, file);
      this.keep(item);
      return item;
    }

    keep(item) {
      const id = item.client_id;
      this.pending.set(id, item);
      if (!this.files.has(id) && this.put(`out.${id}`, item)) this.unstored.delete(id);
      else this.unstored.add(id);
    }

    /** The desk has a message of ours. Returns what its entry keeps: where it stands among our own. */
    arrived(id, seq) {
      const item = this.pending.get(id);
      this.settle(id);
      if (!item) return null;
      const overtaken = this.waiting().filter((other) => other.order < item.order && !other.place);
      for (const other of overtaken) this.keep({ ...other, place: seq - 0.5 });
      return { order: item.order, place: item.place };
    }

    settle(id) {
      this.pending.delete(id);
      this.files.delete(id);
      this.unstored.delete(id);
      this.put(`out.${id}`, null);
    }

    /** Takes in a frame; the same one twice changes nothing. Returns the message if it is a new one. */
    apply(frame) {
      let fresh = null;
      if (frame.type === "message") fresh = this.applyMessage(frame);
      else if (frame.type === "delivery") this.applyDelivery(frame.message_id, frame.delivery);
      else if (frame.type === "event") this.applyEvent(frame);
      else if (frame.type === "ack") this.applyAck(frame);
      if (frame.type !== "ack" && frame.seq > this.seq) this.seq = frame.seq;
      return fresh;
    }

    applyMessage({ type, ...message }) {
      if (message.direction === "note") return null;
      const before = this.entries.get(message.id);
      const standing = message.client_id && message.direction === "in" ? this.arrived(message.client_id, message.seq) : null;
      if (message.author_name) this.names[message.author] = message.author_name;
      this.entries.set(message.id, { ...message, ...(standing ?? (before && { order: before.order, place: before.place })) });
      if (before) this.applyDelivery(message.id, before.delivery);
      return before ? null : message;
    }

    /** The ack may come before the message itself: then our copy stands in its place. */
    applyAck(frame) {
      const item = this.pending.get(frame.client_id);
      const standing = this.arrived(frame.client_id, frame.seq);
      if (!item || this.entries.has(frame.message_id)) return;
      const { kind, text, fields, at, client_id } = item;
      this.entries.set(frame.message_id, {
        id: frame.message_id, seq: frame.seq, direction: "in", kind, text, fields, at, client_id, delivery: "sent", ...standing,
      });
    }

    applyDelivery(id, delivery) {
      const message = this.entries.get(id);
      if (!message || !delivery) return;
      const isNews = delivery === "failed" || (rank[delivery] ?? 0) > (rank[message.delivery] ?? -1);
      if (isNews) this.entries.set(id, { ...message, delivery });
    }

    applyEvent(frame) {
      const payload = frame.payload ?? {};
      const to = {
        "conversation.queued": "queued", "conversation.assigned": "assigned", "conversation.returned_to_bot": "bot",
        "conversation.resolved": "resolved", "conversation.pending": "pending", "conversation.reopened": payload.to ?? "bot",
      }[frame.kind];
      if (!to) return;
      if (payload.agent_name) this.names[`agent:${payload.agent}`] = payload.agent_name;
      if (frame.seq > this.seq) {
        this.state = to;
        this.agent = to === "assigned" ? payload.agent_name ?? null : to === "pending" ? this.agent : null;
      }
      if (frame.kind === "conversation.reopened" || payload.from === to) return;
      const id = `e${frame.seq}`;
      this.entries.set(id, { id, seq: frame.seq, at: frame.at, notice: to, name: payload.agent_name ?? null });
    }
  }

  // The live connection

  /**
   * A WebSocket that comes back by itself, or a long poll where sockets do not get through.
   *
   * States given to `onState`: `connecting`, `online`, `offline` (waits to try again), `refused` (the token is not accepted; stays
   * down until `start`). Resumes after the last seq that was handled; a frame may come twice, the receiver goes by id and seq.
   */
  class Live {
    /** @param door `{token(), after(), onFrame(frame), onState(state)}` */
    constructor(door) {
      Object.assign(this, { door, tries: 0, neverOpened: 0, state: "offline", generation: 0 });
      addEventListener("online", () => this.retryNow());
      addEventListener("offline", () => this.isWanted && this.drop("offline"));
      document.addEventListener("visibilitychange", () => this.wokeUp());
    }

    get isOnline() {
      return this.state === "online";
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
      if (document.visibilityState !== "visible") this.hiddenAt = Date.now();
      else if (!this.isOnline) this.retryNow();
      else if (this.hiddenAt && Date.now() - this.hiddenAt > 120_000) this.restart();
    }

    drop(state) {
      this.generation += 1;
      clearTimeout(this.timer);
      clearTimeout(this.openTimer);
      this.polling?.abort();
      this.isPolling = false;
      const { socket } = this;
      this.socket = null;
      socket?.close(1000);
      this.change(state);
    }

    change(state) {
      if (this.state === state) return;
      this.state = state;
      this.door.onState(state);
    }

    /** 0.4 s, doubled each time up to 20 s, of that a random half to whole: a restart is not met by everyone at once. */
    later() {
      const wait = Math.min(20_000, 400 * 2 ** this.tries) * (0.5 + Math.random() / 2);
      this.tries += 1;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.connect(), wait);
    }

    connect() {
      if (!this.isWanted) return;
      this.change("connecting");
      // Two sockets that never opened: something between does not let them through, so it is tried without.
      if (this.neverOpened >= 2) this.poll();
      else this.open();
    }

    open() {
      const mine = this.generation;
      const isMine = () => mine === this.generation;
      let opened = false;
      const socket = new WebSocket(`${desk.replace(/^http/, "ws")}/v1/live`);
      this.socket = socket;
      this.openTimer = setTimeout(() => socket.close(), 10_000);
      socket.onopen = () => {
        if (!isMine()) return;
        opened = true;
        this.neverOpened = 0;
        socket.send(JSON.stringify({ type: "hello", token: this.door.token(), after: this.door.after() }));
      };
      socket.onmessage = (event) => isMine() && this.receive(event.data);
      socket.onclose = (event) => {
        if (!isMine()) return;
        if (!opened) this.neverOpened += 1;
        clearTimeout(this.openTimer);
        this.socket = null;
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
      } else if (frame.type === "error" && ["unauthorized", "forbidden"].includes(frame.code) && !this.isOnline) {
        return this.drop("refused");
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
        const { signal } = this.polling;
        const answer = await ask(`events?after=${this.door.after()}&wait=${wait}`, this.door.token(), { signal });
        if (!isMine()) return;
        if (answer.status === 401 || answer.status === 403) return this.drop("refused");
        if (!answer.ok) {
          // Neither way works: begin again with sockets.
          this.neverOpened = 0;
          this.drop("offline");
          return this.later();
        }
        for (const frame of answer.value.items ?? []) this.door.onFrame(frame);
        const seq = Number(answer.value.next_cursor);
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
    post({ type, ...body }, mine) {
      this.posting = (this.posting ?? Promise.resolve()).then(async () => {
        if (mine !== this.generation) return;
        const answer = await ask(type === "message" ? "messages" : type, this.door.token(), {}, body);
        if (mine !== this.generation) return;
        const { value } = answer;
        if (answer.status === 401) this.drop("refused");
        else if (answer.status === 0) this.restart();
        else if (type !== "message") return;
        else if (answer.ok) this.door.onFrame({ ...value, type: "ack", client_id: body.client_id });
        else this.door.onFrame({ type: "error", code: value.code ?? "", message: value.detail, client_id: body.client_id });
      });
    }
  }

  /** A request to the live channel: `{ok, status, value, wait}`; status 0 where nobody answered. */
  async function ask(path, token, options = {}, body) {
    try {
      const answer = await fetch(`${desk}/v1/live/${path}`, {
        ...options, cache: "no-store", credentials: "omit", method: body ? "POST" : "GET", body: body && JSON.stringify(body),
        headers: { ...(token && { Authorization: `Bearer ${token}` }), ...(body && { "Content-Type": "application/json" }) },
      });
      const value = await answer.json().catch(() => ({}));
      return { ok: answer.ok, status: answer.status, value, wait: Number(answer.headers.get("Retry-After")) || 0 };
    } catch {
      return { ok: false, status: 0, value: {}, wait: 0 };
    }
  }

  // Files and voice

  const kindOf = (type) => ({ image: "image", audio: "voice", video: "video" })[String(type).split("/")[0]] ?? "file";

  /** Uploads a file. Gives the fields of a message that shows it; throws `{reason: large | refused | lost | unknown}`, the last for the token. */
  function upload(file, token, onProgress) {
    return new Promise((resolve, reject) => {
      const name = (file.name || "").slice(-100);
      const request = new XMLHttpRequest();
      request.open("POST", `${desk}/v1/live/media${name ? `?name=${encodeURIComponent(name)}` : ""}`);
      request.setRequestHeader("Authorization", `Bearer ${token}`);
      request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
      // A minute without a byte: nobody is there any more.
      let silence;
      const listen = () => {
        clearTimeout(silence);
        silence = setTimeout(() => request.abort(), 60_000);
      };
      request.upload.onprogress = ({ loaded, total }) => {
        listen();
        if (total > 0) onProgress(Math.floor((loaded / total) * 100));
      };
      request.onloadend = () => clearTimeout(silence);
      request.onerror = request.onabort = () => reject({ reason: "lost" });
      request.onload = () => {
        if (request.status === 401) return reject({ reason: "unknown" });
        if (request.status === 413) return reject({ reason: "large" });
        if (request.status === 429 || request.status >= 500) return reject({ reason: "lost" });
        if (request.status !== 201) return reject({ reason: "refused" });
        const { media_id, content_type, byte_count, url } = JSON.parse(request.responseText);
        resolve({ media_id, content_type, byte_count, ...(name && { name }), url });
      };
      listen();
      request.send(file);
    });
  }

  /** A recording of the microphone, at most two minutes. */
  class Recorder {
    static get isPossible() {
      return Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);
    }

    /**
     * Resolves with a file, or null if it was thrown away, also while the browser was still asking. One at a time: null for another.
     * Throws what the browser throws where there is no microphone for us.
     */
    async start(onBegin) {
      if (this.isAsking) return null;
      Object.assign(this, { isAsking: true, isKept: true });
      const asked = navigator.mediaDevices.getUserMedia({ audio: true });
      const stream = await asked.finally(() => { this.isAsking = false; });
      try {
        return this.isKept ? await this.listen(stream, onBegin) : null;
      } finally {
        for (const track of stream.getTracks()) track.stop();
      }
    }

    listen(stream, onBegin) {
      const type = ["audio/webm", "audio/ogg", "audio/mp4"].find((each) => MediaRecorder.isTypeSupported(each));
      this.recorder = new MediaRecorder(stream, type ? { mimeType: type } : {});
      const parts = [];
      this.recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
      const limit = setTimeout(() => this.stop(true), 120_000);
      const done = new Promise((resolve) => this.recorder.addEventListener("stop", () => {
        clearTimeout(limit);
        const kind = (this.recorder.mimeType || "audio/webm").split(";")[0];
        const file = new File(parts, `voice.${kind.split("/")[1]}`, { type: kind });
        resolve(this.isKept && file.size > 0 ? file : null);
      }));
      this.recorder.start();
      onBegin();
      return done;
    }

    stop(isKept) {
      this.isKept = isKept;
      if (this.recorder?.state === "recording") this.recorder.stop();
    }
  }

  // How messages look. All of it may come from a stranger.

  /** Pictures of files that are still on their way. */
  const previews = new Map();

  function previewOf(id, file) {
    if (!previews.has(id)) previews.set(id, URL.createObjectURL(file));
    return previews.get(id);
  }

  function dropPreview(id) {
    if (previews.has(id)) URL.revokeObjectURL(previews.get(id));
    previews.delete(id);
  }

  const isOurs = (link) => /^\/media\/[\w-]+\?/.test(link);

  /** The address if it may stand behind a link; else null. Whatever runs code (`javascript:`, `data:`) is refused. */
  function safeLink(link) {
    if (isOurs(link)) return desk + link;
    try {
      const url = new URL(String(link));
      return ["http:", "https:", "weixin:"].includes(url.protocol) ? url.href : null;
    } catch {
      return null;
    }
  }

  /** The address if a picture may be loaded from it; else null. */
  function safePicture(link) {
    if (isOurs(link)) return desk + link;
    if ([...previews.values()].includes(link)) return link;
    return /^https:\/\//i.test(link) || /^data:image\/(png|jpeg|gif|webp);base64,/.test(link) ? safeURL(link) : null;
  }

  function safeURL(link) {
    try {
      return new URL(link).href;
    } catch {
      return null;
    }
  }

  function linkTo(href, ...children) {
    return el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, ...children);
  }

  /** An address without what ends the sentence around it; a bracket that it opened itself stays. */
  function withoutStop(address) {
    const count = (letter) => address.split(letter).length;
    let surplus = count(")") - count("(");
    let end = address.length;
    while (".,;:!?])".includes(address[end - 1]) && (address[end - 1] !== ")" || surplus-- > 0)) end -= 1;
    return address.slice(0, end);
  }

  function textWithLinks(text) {
    const nodes = [];
    let end = 0;
    for (const match of text.matchAll(/\bhttps?:\/\/[^\s<>"'`“”\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]+/g)) {
      const found = withoutStop(match[0]);
      const href = safeLink(found);
      if (!href) continue;
      nodes.push(text.slice(end, match.index), linkTo(href, found));
      end = match.index + found.length;
    }
    return [...nodes, text.slice(end)];
  }

  const words = (text) => el("p", { class: "text" }, ...textWithLinks(text));

  /** @param choose called with `{id, text}` when an entry of a menu is picked; without it entries are plain text. */
  function contentOf(message, choose) {
    const fields = Object(message.fields);
    const text = String(message.text ?? "");
    switch (message.kind) {
      case "image": return picture(text, fields) ?? attachment(message.kind, text, fields);
      case "voice":
      case "video": return player(message.kind, text, fields) ?? attachment(message.kind, text, fields);
      case "file": return attachment("file", text, fields);
      case "location": {
        const at = [fields.latitude, fields.longitude].filter((value) => typeof value === "number").join(", ");
        return el("div", { class: "file" }, icon("place"),
          el("span", {}, el("strong", {}, String(fields.label || text || t("kind.location"))), at && el("small", {}, at)));
      }
      case "card": return card(text, fields);
      case "event":
      case "unsupported": return el("p", { class: "text quiet" }, text || t(`kind.${message.kind}`));
    }
    if (message.kind === "menu" || Array.isArray(fields.options)) return menu(text, fields, choose);
    if (!Array.isArray(fields.attachments) || !fields.attachments.length) return words(text);
    return el("div", {}, words(text), ...fields.attachments.map((file) => attachment("file", "", Object(file))));
  }

  function picture(text, fields) {
    const src = safePicture(String(fields.url ?? fields.thumb_url ?? ""));
    if (!src) return null;
    const alt = String(text || fields.name || t("kind.image"));
    const on = { error: renewLinks, load: settleScroll };
    const image = el("img", { class: "picture", src, alt, referrerpolicy: "no-referrer", on });
    return src.startsWith("blob:") ? image : linkTo(src, image);
  }

  /** Sound or film that browsers play; only what the desk keeps itself. */
  function player(kind, text, fields) {
    const src = String(fields.url ?? "");
    const isPlayable = /^(audio\/(mpeg|ogg|wav|mp4|webm)|video\/(mp4|webm))$/.test(String(fields.playable_type ?? fields.content_type ?? ""));
    const isKnown = isOurs(src) || [...previews.values()].includes(src);
    if (!isPlayable || !isKnown) return null;
    return el(kind === "video" ? "video" : "audio", {
      class: "player", controls: true, preload: "metadata", src: isOurs(src) ? desk + src : src,
      "aria-label": String(text || t(`kind.${kind}`)), on: { error: renewLinks },
    });
  }

  function attachment(kind, text, fields) {
    const label = t(`kind.${kind}`);
    const name = String(fields.name || text || label);
    const href = fields.url ? safeLink(String(fields.url)) : null;
    const size = fields.byte_count > 0 ? sizeOf(fields.byte_count) : name === label ? "" : label;
    const parts = [icon("file"), el("span", {}, el("strong", {}, name), size && el("small", {}, size))];
    const node = href ? linkTo(href, ...parts) : el("div", {}, ...parts);
    node.className = "file";
    return node;
  }

  const sizeOf = (bytes) => (bytes < 1_048_576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`);

  function card(text, fields) {
    const thumb = fields.thumb_url && safePicture(String(fields.thumb_url));
    const href = safeLink(String(fields.url ?? ""));
    const parts = [
      thumb && el("img", { src: thumb, alt: "", referrerpolicy: "no-referrer", on: { load: settleScroll } }),
      el("span", {}, el("strong", {}, String(fields.title ?? text)),
        fields.description && el("small", {}, String(fields.description)), fields.price && el("b", {}, String(fields.price))),
    ];
    const node = href ? linkTo(href, ...parts) : el("div", {}, ...parts);
    node.className = "card";
    return node;
  }

  function menu(text, fields, choose) {
    const entries = Array.isArray(fields.options) ? fields.options : [];
    return el("div", {}, text && words(text), el("ul", { class: "menu" }, entries.map((entry) => {
      const label = String(entry?.text ?? entry?.id ?? "");
      const pick = () => choose({ id: String(entry?.id ?? label), text: label });
      return el("li", {}, choose ? el("button", { type: "button", class: "option", on: { click: pick } }, label)
        : el("span", { class: "option" }, label));
    })));
  }

  /** One line that stands for a message. */
  function lineOf(message) {
    const fields = Object(message.fields);
    return String(message.text || fields.title || fields.label || "").replace(/\s+/g, " ").trim() || t(`kind.${message.kind}`);
  }

  // The style. What the page may set are the custom properties that begin with --luadesk-.

  const style = `
:host {
  all: initial !important; display: block !important; direction: ltr !important;
  --brand: var(--luadesk-color, #0c6b58);
  --on-brand: var(--luadesk-on-color, var(--found-on-brand, #fff));
  --link: var(--found-link, var(--brand));
  --radius: var(--luadesk-radius, 16px);
  --paper: var(--luadesk-paper, #f6f6f3); --sheet: var(--luadesk-sheet, #fff); --ink: var(--luadesk-ink, #1c2320);
  --soft: #59635e; --line: #dfe1dc; --warn: #8a4b00; --warn-soft: #fdf0dd; --bad: #b3261e; --good: #4ade80;
  --z: var(--luadesk-z, 2147483000); color-scheme: light;
}
:host([data-scheme=dark]) {
  --paper: var(--luadesk-paper, #151917); --sheet: var(--luadesk-sheet, #212725); --ink: var(--luadesk-ink, #e9edea);
  --soft: #a7b2ac; --line: #343d39; --warn: #f3b96f; --warn-soft: #33270f; --bad: #ff8f86; color-scheme: dark;
}
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
.kit {
  font: 15px/1.5 var(--luadesk-font, system-ui, -apple-system, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei",
    "Noto Sans CJK SC", sans-serif);
  color: var(--ink); text-align: start; -webkit-text-size-adjust: 100%;
}
h2, p, ul, ol { margin: 0; padding: 0; list-style: none; font-size: inherit; }
button, textarea { font: inherit; color: inherit; margin: 0; }
button { cursor: pointer; border: 0; background: none; padding: 0; }
a { color: var(--link); }
:focus-visible { outline: 3px solid color-mix(in srgb, var(--link) 75%, white); outline-offset: 2px; }
.readers {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap;
}
.icon {
  width: 20px; height: 20px; flex: none; fill: none; stroke: currentcolor; stroke-width: 1.8; stroke-linecap: round;
  stroke-linejoin: round;
}

.corner {
  position: fixed; z-index: var(--z); display: flex; flex-direction: column; align-items: flex-end; gap: 12px;
  inset: auto var(--luadesk-right, 24px) max(var(--luadesk-bottom, 24px), env(safe-area-inset-bottom)) var(--luadesk-left, auto);
}
:host([data-position=left]) { --luadesk-right: auto; --luadesk-left: 24px; }
:host([data-position=left]) .corner { align-items: flex-start; }
.launcher {
  position: relative; width: 60px; height: 60px; border-radius: 30px; display: grid; place-items: center;
  color: var(--on-brand);
  background: var(--brand); box-shadow: 0 2px 6px rgb(0 0 0 / 16%), 0 10px 28px rgb(0 0 0 / 20%);
  transition: transform .16s;
}
.launcher:hover { transform: translateY(-2px); }
.launcher .icon { width: 28px; height: 28px; }
.badge {
  position: absolute; top: -4px; right: -4px; min-width: 22px; height: 22px; padding: 0 6px; border-radius: 11px;
  background: #d92d20;
  color: #fff; font-size: 12.5px; font-weight: 700; line-height: 22px; text-align: center;
  box-shadow: 0 0 0 2px var(--sheet);
}
.teaser {
  position: relative; max-width: min(300px, calc(100vw - 48px)); border-radius: var(--radius); background: var(--sheet);
  border: 1px solid var(--line); box-shadow: 0 10px 30px rgb(0 0 0 / 16%); animation: rise .2s ease-out;
}
.teaser .words { display: block; padding: 12px 40px 12px 16px; text-align: start; overflow-wrap: anywhere; }
.teaser b { display: block; font-size: 12.5px; color: var(--soft); font-weight: 600; }
.teaser .said-text { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
.teaser .dismiss {
  position: absolute; top: 6px; right: 6px; width: 28px; height: 28px; display: grid; place-items: center;
  color: var(--soft); border-radius: 8px;
}
.teaser .dismiss .icon { width: 16px; height: 16px; }

.panel {
  position: fixed; z-index: var(--z); display: flex; flex-direction: column; overflow: hidden; background: var(--paper);
  inset: auto var(--luadesk-right, 24px) var(--luadesk-bottom, 24px) var(--luadesk-left, auto);
  width: var(--luadesk-width, 400px); max-width: calc(100vw - 48px);
  height: var(--luadesk-height, 660px); max-height: calc(100vh - 48px); max-height: calc(100dvh - 48px);
  border-radius: var(--radius); box-shadow: 0 4px 12px rgb(0 0 0 / 10%), 0 20px 60px rgb(0 0 0 / 22%);
  animation: rise .2s ease-out;
  outline: none;
}
@keyframes rise { from { opacity: 0; transform: translateY(14px); } }
@media (max-width: 520px), (max-height: 480px) {
  .panel {
    inset: var(--phone-top, 0) 0 auto 0; width: 100%; max-width: none; height: var(--phone-height, 100dvh);
    max-height: none;
    border-radius: 0; box-shadow: none;
  }
  .corner { right: var(--luadesk-right, 16px); bottom: max(var(--luadesk-bottom, 16px), env(safe-area-inset-bottom)); }
}
.frame .corner { display: none; }
.frame .panel {
  inset: 0; width: 100%; max-width: none; height: 100%; max-height: none; border-radius: 0; box-shadow: none;
  animation: none;
}

.top {
  display: flex; align-items: center; gap: 12px; padding: max(14px, env(safe-area-inset-top)) 10px 14px 16px;
  color: var(--on-brand);
  background: var(--brand); flex: none;
}
.logo {
  width: 40px; height: 40px; border-radius: 50%; flex: none; display: grid; place-items: center; overflow: hidden;
  background: color-mix(in srgb, var(--on-brand) 18%, transparent);
}
.logo img { width: 100%; height: 100%; object-fit: cover; display: block; }
.logo .icon { width: 22px; height: 22px; }
.top-words { flex: 1; min-width: 0; }
.top h2 {
  font-size: 16.5px; line-height: 1.3; font-weight: 650; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap;
}
.status {
  font-size: 13px; line-height: 1.4; padding-left: 2px; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap;
}
.status::before {
  content: ""; display: inline-block; width: 8px; height: 8px; margin: 0 8px 1px 0; border-radius: 50%;
  vertical-align: middle;
  background: color-mix(in srgb, var(--on-brand) 55%, transparent);
  box-shadow: 0 0 0 2px color-mix(in srgb, var(--on-brand) 28%, transparent);
}
.status[data-state=online]::before { background: var(--good); }
.status[data-state=offline]::before { background: #f87171; }
.close { margin-left: -8px; }
.top button {
  min-width: 40px; height: 40px; border-radius: 12px; display: grid; place-items: center; flex: none;
  font-size: 14px; font-weight: 600;
}
.top button:hover { background: color-mix(in srgb, var(--on-brand) 16%, transparent); }
.top button:focus-visible { outline-color: var(--on-brand); outline-offset: -3px; }

.banner {
  padding: 8px 16px; background: var(--warn-soft); color: var(--warn); font-size: 13.5px; text-align: center;
  flex: none;
}
.scroller {
  flex: 1; min-height: 0; overflow-y: auto; padding: 8px 14px 12px; overscroll-behavior: contain;
  scrollbar-width: thin; scrollbar-color: var(--line) transparent;
}
.scroller:focus-visible { outline-offset: -4px; }
.older {
  display: block; margin: 4px auto; padding: 6px 14px; min-height: 34px; border-radius: 99px; color: var(--link);
  font-size: 13.5px; font-weight: 600;
}
.older:hover { background: color-mix(in srgb, var(--link) 8%, transparent); }
.said { display: flex; flex-direction: column; gap: 3px; }
.day, .notice {
  align-self: center; margin: 12px 0 6px; padding: 2px 12px; font-size: 12.5px; color: var(--soft);
  text-align: center;
}
.notice { border-radius: 99px; background: color-mix(in srgb, var(--ink) 6%, transparent); }
.greeting {
  display: flex; flex-direction: column; align-items: center; gap: 14px; margin: 34px 12px 18px; text-align: center;
  font-size: 17px;
}
.greeting .logo { width: 60px; height: 60px; background: var(--brand); color: var(--on-brand); }
.greeting .logo .icon { width: 30px; height: 30px; }
.one { display: flex; flex-direction: column; align-items: flex-start; max-width: 84%; }
.one.first { margin-top: 10px; }
.one.mine { align-self: flex-end; align-items: flex-end; }
.who { margin: 0 4px 3px; font-size: 12.5px; color: var(--soft); }
.one:not(.first) .who, .mine .who { display: none; }
.bubble {
  padding: 8px 13px; border-radius: 6px var(--bubble) var(--bubble) 6px; background: var(--sheet); max-width: 100%;
  --bubble: min(var(--radius), 18px);
  box-shadow: 0 1px 2px rgb(0 0 0 / 7%);
}
.one.first .bubble { border-top-left-radius: var(--bubble); }
.one.last .bubble { border-bottom-left-radius: var(--bubble); }
.mine .bubble { background: var(--brand); color: var(--on-brand); border-radius: var(--bubble) 6px 6px var(--bubble); }
.mine.first .bubble { border-top-right-radius: var(--bubble); border-bottom-left-radius: var(--bubble); }
.mine.last .bubble { border-bottom-right-radius: var(--bubble); }
.mine .bubble a:not(.card) { color: inherit; }
.mine.pending .bubble { opacity: .75; }
.mine.failed .bubble {
  background: var(--sheet); color: var(--ink); box-shadow: inset 0 0 0 1.5px var(--bad); opacity: 1;
}
.bubble.bare { padding: 4px; }
.under { display: flex; align-items: center; gap: 5px; margin: 3px 5px 0; font-size: 11.5px; color: var(--soft); }
.under span { display: inline-flex; }
.under .icon { width: 14px; height: 14px; stroke-width: 2.2; }
.quiet-under .under { display: none; }
.read-mark { color: var(--link); }
.failed .under { color: var(--bad); }
.again { padding: 4px 2px; color: var(--bad); font-size: 12.5px; font-weight: 650; text-decoration: underline; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; }
.text.quiet { opacity: .75; font-style: italic; }
.picture {
  display: block; max-width: 100%; max-height: 260px; min-width: 48px; min-height: 48px;
  border-radius: calc(min(var(--radius), 18px) - 4px); background: var(--line); color: var(--ink);
}
.player { display: block; width: 250px; max-width: 100%; }
audio.player { height: 40px; }
video.player { max-height: 260px; border-radius: 10px; }
.file, .card {
  display: flex; gap: 10px; align-items: center; color: inherit; text-decoration: none; overflow-wrap: anywhere;
}
.file > span, .card > span { display: flex; flex-direction: column; min-width: 0; line-height: 1.4; }
.file strong, .card strong { font-weight: 600; }
.file small, .card small { font-size: 12.5px; opacity: .8; }
a.file strong { text-decoration: underline; }
.card { min-width: 200px; padding: 4px 0; color: var(--ink); }
.card img { width: 60px; height: 60px; object-fit: cover; border-radius: 8px; background: var(--line); flex: none; }
.card b { color: var(--warn); }
a.card:hover strong { text-decoration: underline; }
.menu { display: flex; flex-direction: column; gap: 6px; margin: 8px 0 4px; }
.option {
  display: block; width: 100%; padding: 8px 12px; border: 1px solid var(--line); border-radius: 10px;
  text-align: start; overflow-wrap: anywhere;
}
.option { color: var(--soft); }
button.option { color: var(--link); font-weight: 550; }
button.option:hover { border-color: var(--link); background: color-mix(in srgb, var(--link) 7%, transparent); }
.typing {
  display: inline-flex; gap: 4px; margin-top: 10px; padding: 12px 14px; border-radius: 16px;
  background: var(--sheet); box-shadow: 0 1px 2px rgb(0 0 0 / 7%);
}
.typing i { width: 7px; height: 7px; border-radius: 50%; background: var(--soft); animation: blink 1.2s infinite; }
.typing i:nth-child(2) { animation-delay: .2s; }
.typing i:nth-child(3) { animation-delay: .4s; }
@keyframes blink { 0%, 60%, 100% { opacity: .25; } 30% { opacity: 1; } }
.newer {
  position: absolute; left: 50%; bottom: 128px; transform: translateX(-50%); display: flex; gap: 6px;
  align-items: center; padding: 6px 14px;
  border-radius: 99px; background: var(--sheet); color: var(--link); font-size: 13.5px; font-weight: 600;
  box-shadow: 0 4px 16px rgb(0 0 0 / 18%);
}
.newer .icon { width: 16px; height: 16px; }

.bottom {
  flex: none; background: var(--sheet); border-top: 1px solid var(--line);
  padding: 10px 12px max(12px, env(safe-area-inset-bottom));
}
.faq {
  display: flex; flex-wrap: wrap; gap: 8px; padding-bottom: 10px; max-height: 138px; overflow-y: auto;
  scrollbar-width: thin; scrollbar-color: var(--line) transparent;
}
.faq button {
  padding: 6px 13px; min-height: 34px; border: 1px solid color-mix(in srgb, var(--link) 40%, var(--line));
  border-radius: 99px; color: var(--link);
  font-size: 13.5px; text-align: start; overflow-wrap: anywhere;
}
.faq button:hover { background: color-mix(in srgb, var(--link) 8%, transparent); border-color: var(--link); }
.talked .faq { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; padding: 3px 3px 10px; margin: -3px -3px 0; }
.talked .faq button { white-space: nowrap; }
.composer { display: flex; align-items: flex-end; gap: 2px; }
.composer textarea {
  flex: 1; min-width: 0; height: 44px; max-height: 132px; padding: 10px 14px; border: 1px solid var(--line);
  border-radius: min(var(--radius), 22px);
  background: var(--paper); font-size: 16px; line-height: 22px; resize: none; outline: none; scrollbar-width: thin;
}
.composer textarea:focus { border-color: var(--link); box-shadow: 0 0 0 1px var(--link); }
.composer textarea::placeholder { color: var(--soft); opacity: 1; }
.tool {
  width: 40px; height: 44px; display: grid; place-items: center; border-radius: 12px; color: var(--soft); flex: none;
}
.tool:hover { color: var(--ink); background: color-mix(in srgb, var(--ink) 7%, transparent); }
.go {
  width: 44px; height: 44px; margin-left: 6px; border-radius: 22px; display: grid; place-items: center; flex: none;
  color: var(--on-brand); background: var(--brand);
}
.go:hover { filter: brightness(1.08); }
.recording { display: flex; align-items: center; gap: 10px; min-height: 44px; }
.recording p { flex: 1; display: flex; align-items: center; gap: 10px; font-variant-numeric: tabular-nums; }
.recording p::before {
  content: ""; width: 10px; height: 10px; border-radius: 50%; background: var(--bad); animation: blink 1.2s infinite;
}
.drop {
  position: absolute; inset: 8px; z-index: 1; display: grid; place-items: center; border: 2px dashed var(--link);
  border-radius: var(--radius);
  background: color-mix(in srgb, var(--sheet) 92%, transparent); color: var(--link); font-weight: 650;
  pointer-events: none;
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
@media (forced-colors: active) { .launcher, .bubble, .panel, .go { border: 1px solid CanvasText; } }
`;

  // The panel

  const tab = freshID();
  const store = new Store(`luadesk.web.${desk.replace(/^https?:\/\//, "")}.${channel}`);
  const listeners = new Map();
  const recorder = new Recorder();
  const inFlight = new Map();
  const uploads = new Map();
  const behaviours = [];
  let identity = given.identity ?? null;
  let isOpen = false;
  let banner = null;
  let refusals = 0;
  let readSent = 0;
  let unreadTold = -1;
  let enterTold = false;
  let faqOfDesk = store.session?.faq ?? [];
  let returnTo = null;

  const live = new Live({ token: () => store.session.token, after: () => store.seq, onState: stateChanged, onFrame: handle });

  const host = document.createElement("luadesk-chat");
  const root = host.attachShadow({ mode: "open" });
  const button = (name, classes, key, f) =>
    el("button", { type: "button", class: classes, "data-label": key, on: f && { click: f } }, icon(name));

  const badge = el("span", { class: "badge", "aria-hidden": "true", hidden: true });
  const click = (f) => ({ click: () => f() });
  const launcher = el("button", { type: "button", class: "launcher", "aria-haspopup": "dialog", on: click(open) },
    icon("chat"), badge);
  const teaserWho = el("b");
  const teaserText = el("span", { class: "said-text" });
  const teaser = el("div", { class: "teaser", hidden: true },
    el("button", { type: "button", class: "words", on: { click: () => open() } }, teaserWho, teaserText),
    button("close", "dismiss", "dismiss", () => {
      teaser.hidden = true;
      launcher.focus({ preventScroll: true });
    }));
  const spoken = el("p", { class: "readers", role: "status" });
  const corner = el("div", { class: "corner" }, teaser, launcher);

  const title = el("h2", { id: "title" });
  const status = el("p", { class: "status", role: "status" });
  const logo = () => {
    const src = option("logo") && safeURL(new URL(option("logo"), location.href));
    return el("span", { class: "logo", "aria-hidden": "true" }, src ? el("img", { src, alt: "" }) : icon("chat"));
  };
  const switchLanguage = () => setLanguage(language === "en" ? "zh-CN" : "en");
  const switcher = el("button", { type: "button", class: "language", on: click(switchLanguage) });
  const closer = button(isFrame ? "close" : "down", "close", "close", () => close());
  const bannerLine = el("p", { class: "banner", role: "alert", hidden: true });
  const said = el("ol", { class: "said" });
  const typing = el("p", { class: "typing", role: "status", hidden: true },
    el("i"), el("i"), el("i"), el("span", { class: "readers", "data-text": "typing" }));
  const log = el("div", { role: "log", "aria-live": "polite", "aria-relevant": "additions", "data-label": "log" }, said);
  const older = el("button", { type: "button", class: "older", hidden: true, "data-text": "older", on: click(showOlder) });
  const olderSaid = el("p", { class: "readers", role: "status" });
  const scroller = el("div", { class: "scroller", tabindex: "0", role: "region", "data-label": "log" }, older, log, typing);
  const newer = el("button", { type: "button", class: "newer", hidden: true, on: click(showNewest) },
    icon("down"), el("span", { "data-text": "newer" }));
  const faq = el("ul", { class: "faq", "data-label": "faq" });
  const files = el("input", { type: "file", multiple: true, hidden: true, "aria-hidden": "true", tabindex: "-1" });
  const input = el("textarea",
    { id: "words", rows: "1", maxlength: "4000", enterkeyhint: "send", autocomplete: "off", "data-hint": "hint" });
  const composer = el("form", { class: "composer" },
    el("label", { for: "words", class: "readers", "data-text": "write" }),
    button("clip", "tool attach", "attach", () => files.click()), files, input,
    button("microphone", "tool record", "record", record),
    el("button", { type: "submit", class: "go send", "data-label": "send" }, icon("send")));
  const recordTime = el("p", { role: "timer" });
  const recording = el("div", { class: "recording", hidden: true },
    button("bin", "tool discard", "discard", () => recorder.stop(false)), recordTime,
    button("send", "go keep", "sendRecording", () => recorder.stop(true)));
  const drop = el("p", { class: "drop", hidden: true, "data-text": "drop" });
  const panel = el("section", { class: "panel", role: "dialog", "aria-labelledby": "title", tabindex: "-1", hidden: true },
    el("header", { class: "top" }, logo(), el("div", { class: "top-words" }, title, status), switcher, closer),
    bannerLine, scroller, newer, olderSaid, el("footer", { class: "bottom" }, faq, composer, recording), drop);
  const kit = el("div", { class: isFrame ? "kit frame" : "kit" }, corner, spoken, panel);

  function mount() {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(style);
      root.adoptedStyleSheets = [sheet];
    } catch {
      root.append(el("style", {}, style));
    }
    root.append(kit);
    host.dataset.version = version;
    if (option("position") === "left") host.dataset.position = "left";
    setTheme({ ...given.theme });
    for (const name of themeNames) {
      const value = given.theme?.[name] ?? option(name);
      if (typeof value === "string") setTheme({ [name]: value });
    }
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const paint = () => {
      const scheme = option("scheme") ?? "light";
      host.dataset.scheme = scheme === "auto" ? (dark.matches ? "dark" : "light") : scheme;
      tune();
    };
    dark.addEventListener?.("change", paint);
    document.body.append(host);
    paint();
    launcher.hidden = !isOn("launcher", true);
    composer.querySelector(".record").hidden = !Recorder.isPossible;
    closer.hidden = isFrame && parent === window;
    showTexts();
  }

  // The theme

  const themeNames = [
    "color", "onColor", "radius", "font", "paper", "sheet", "ink", "width", "height", "right", "left", "bottom", "z",
  ];

  function setTheme(values) {
    for (const [name, value] of Object.entries(values)) {
      if (!themeNames.includes(name)) continue;
      host.style.setProperty(`--luadesk-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, String(value));
    }
  }

  /** Black or white on the brand's colour, and the brand's colour dark or light enough to be read as text. */
  function tune() {
    const brand = colorOf("var(--brand)");
    const sheet = colorOf("var(--sheet)");
    host.style.setProperty("--found-on-brand", contrast(brand, [255, 255, 255]) >= 3.4 ? "#fff" : "#10140f");
    let link = brand;
    const end = brightness(sheet) > 0.4 ? 0 : 255;
    for (let step = 0; step < 12 && contrast(link, sheet) < 4.6; step += 1) {
      link = link.map((part) => Math.round(part + (end - part) * 0.15));
    }
    host.style.setProperty("--found-link", `rgb(${link.join(" ")})`);
  }

  function colorOf(value) {
    const probe = el("i", { hidden: true });
    probe.style.backgroundColor = value;
    kit.append(probe);
    const computed = getComputedStyle(probe).backgroundColor;
    probe.remove();
    const numbers = (computed.match(/[\d.]+/g) ?? [0, 0, 0]).slice(0, 3).map(Number);
    if (/^rgb/.test(computed)) return numbers;
    if (/^color\(srgb /.test(computed)) return numbers.map((part) => part * 255);
    return [12, 107, 88];
  }

  function brightness(color) {
    const linear = (part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = color.map((part) => linear(part / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  /** WCAG 2: 1 to 21. */
  function contrast(one, other) {
    const [low, high] = [brightness(one), brightness(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  }

  function setLanguage(next) {
    useLanguage(next);
    write(localStorage_(), "luadesk.web.language", language);
    showTexts();
    emit("language", language);
  }

  /** Fills all words: `data-text`, `data-label` (name and tip), `data-hint`. */
  function showTexts() {
    kit.lang = language;
    for (const node of kit.querySelectorAll("[data-text]")) setText(node, t(node.dataset.text));
    for (const node of kit.querySelectorAll("[data-label]")) {
      node.setAttribute("aria-label", t(node.dataset.label));
      if (node.localName === "button") node.title = t(node.dataset.label);
    }
    input.placeholder = t(input.dataset.hint);
    setText(title, worded("title") || t("title"));
    setText(switcher, t("other"));
    switcher.setAttribute("aria-label", t("switch"));
    switcher.lang = language === "en" ? "zh-CN" : "en";
    if (isFrame) document.title = title.textContent;
    showBanner(banner?.key, banner?.values);
    showFAQ();
    render();
  }

  function showFAQ() {
    let list = worded("faq") ?? (Array.isArray(faqOfDesk) ? faqOfDesk : Object(faqOfDesk)[language]);
    if (typeof list === "string") list = list.split("|");
    const entries = (Array.isArray(list) ? list : []).map((entry) => (typeof entry === "string" ? { text: entry.trim() } : Object(entry)));
    faq.replaceChildren(...entries.filter((entry) => entry.text).map(({ label, text }) => {
      const pick = () => pickText({ text: String(text) });
      return el("li", {}, el("button", { type: "button", title: label ? text : null, on: click(pick) }, String(label ?? text)));
    }));
    fitFAQ();
  }

  /** Questions for the bot are of no use while a person answers. */
  function fitFAQ() {
    faq.hidden = !faq.childElementCount || ["queued", "assigned", "pending"].includes(store.state);
    const hasTalked = [...store.entries.values(), ...store.pending.values()].some(
      (entry) => entry.direction !== "out" && !entry.notice && entry.kind !== "event");
    kit.classList.toggle("talked", hasTalked);
  }

  // Opening and closing

  const isPhone = () => matchMedia("(max-width: 520px), (max-height: 480px)").matches && !isFrame;
  let pageOverflow = null;

  /** @param options `{draft}`: words to begin with; `{focus: false}` leaves the focus where it is. */
  function open(options = {}) {
    if (options.draft && !input.value) input.value = String(options.draft);
    if (!isOpen) {
      isOpen = true;
      returnTo = document.activeElement === host ? null : document.activeElement;
      panel.hidden = false;
      corner.hidden = true;
      teaser.hidden = true;
      setText(spoken, "");
      tune();
      fitPhone();
      write(tabStorage(), `${store.name}.open`, true);
      connect();
      render();
      toEnd();
      emit("open");
      tellFrame("open");
    }
    fit();
    if (options.focus !== false) focusIn(Boolean(options.draft));
  }

  /** @param toWrite there are words to go on with. Else: on a phone the keyboard would cover what is to be read. */
  function focusIn(toWrite) {
    const isTouched = matchMedia("(pointer: coarse)").matches && !toWrite;
    (isTouched ? panel : input).focus({ preventScroll: true });
  }

  function close() {
    if (!isOpen) return;
    isOpen = false;
    recorder.stop(false);
    sendTyping(false);
    if (!isFrame) {
      const hadFocus = document.activeElement === host;
      panel.hidden = true;
      corner.hidden = false;
      fitPhone();
      const back = returnTo?.isConnected && returnTo !== document.body ? returnTo : launcher;
      if (hadFocus) back.focus({ preventScroll: true });
    }
    write(tabStorage(), `${store.name}.open`, null);
    render();
    emit("close");
    tellFrame("close");
  }

  function tabStorage() {
    try {
      return window.sessionStorage;
    } catch {
      return null;
    }
  }

  /** Full screen on a phone: the page behind does not scroll, and the keyboard leaves the panel the rest of the screen. */
  function fitPhone() {
    const page = document.documentElement.style;
    const isFull = isOpen && isPhone();
    if (isFull && pageOverflow === null) {
      pageOverflow = page.overflow;
      page.overflow = "hidden";
    } else if (!isFull && pageOverflow !== null) {
      page.overflow = pageOverflow;
      pageOverflow = null;
    }
    panel.setAttribute("aria-modal", String(isFull));
    const seen = window.visualViewport;
    if (isFull && seen && seen.scale === 1) {
      host.style.setProperty("--phone-height", `${seen.height}px`);
      host.style.setProperty("--phone-top", `${seen.offsetTop}px`);
    }
  }

  function keyPressed(event) {
    // What is typed here is no shortcut of the page.
    event.stopPropagation();
    if (event.type !== "keydown" || event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      if (!recording.hidden) recorder.stop(false);
      else close();
    } else if (event.key === "Tab" && !isFrame) keepFocus(event);
  }

  /** Tab goes round within the panel; Escape is the way out. */
  function keepFocus(event) {
    const all = panel.querySelectorAll("button, textarea, a[href], audio, video, [tabindex='0']");
    const stops = [...all].filter((node) => node.getClientRects().length);
    const [first, last] = [stops[0], stops[stops.length - 1]];
    const now = root.activeElement;
    if (event.shiftKey ? now === first || now === panel : now === last) {
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    }
  }

  // The session

  let isConnecting = false;

  /** Only one of several tabs asks for a session; the others find it in the storage they share. */
  async function connect() {
    if (isConnecting || live.isWanted) return;
    isConnecting = true;
    const alone = navigator.locks ? (f) => navigator.locks.request(`${store.name}.session`, f) : (f) => f();
    let wait = 1000;
    const isSettled = () => store.session && isOfIdentity(store.session) && !isChanged;
    while (!isSettled()) {
      const problem = await alone(async () => {
        store.load();
        return isSettled() ? null : openSession();
      });
      if (!problem) break;
      const isFinal = { 403: "banner.forbidden", 404: "banner.channel", 422: "banner.channel" }[problem.status];
      showBanner(isFinal ?? (navigator.onLine ? "banner.unavailable" : "banner.offline"));
      showStatus("offline");
      if (isFinal) {
        emit("error", problem);
        isConnecting = false;
        return;
      }
      await pause(Math.max(wait * (0.5 + Math.random() / 2), problem.wait * 1000));
      wait = Math.min(20_000, wait * 2);
    }
    isConnecting = false;
    live.start();
  }

  const printOf = (who) => {
    let sum = 0;
    for (const letter of JSON.stringify(who ?? null)) sum = (sum * 31 + letter.charCodeAt(0)) | 0;
    return sum;
  };

  let identityIsKnown = given.identity !== undefined;
  /** The same customer with other attributes: the session is asked for once more, so that the desk hears of them. */
  let isChanged = false;

  /** Whether a session is this customer's. An identity without an external id only colours a new session, it chooses none. */
  const isOfIdentity = (session) =>
    identity?.external_id ? session.external_id === identity.external_id : !session.external_id || !identityIsKnown;

  async function openSession() {
    const isNew = !store.session || (store.session.external_id ?? null) !== (identity?.external_id ?? null);
    const answer = await ask("sessions", null, {}, { channel, identity: { language, ...identity } });
    if (!answer.ok) return { status: answer.status, code: answer.value.code, message: answer.value.detail, wait: answer.wait };
    const whose = identity?.external_id && { external_id: identity.external_id, print: printOf(identity) };
    store.begin({ ...answer.value, ...whose });
    isChanged = false;
    faqOfDesk = answer.value.faq ?? [];
    showFAQ();
    // Rules may greet whoever comes in for the first time.
    if (isNew && !enterTold) store.add({ kind: "event", text: "", fields: { name: "enter" } });
    enterTold = true;
    emit("session", { customer_id: store.session.customer_id, conversation_id: store.session.conversation_id });
    return null;
  }

  /** Who the customer is, proven by the shop's server; null: nobody any more. */
  function identify(next) {
    identity = next && typeof next === "object" ? next : null;
    identityIsKnown = true;
    const session = store.session;
    if (!session) return void (isOpen && connect());
    const isSame = Boolean(identity?.external_id) && session.external_id === identity.external_id;
    isChanged = isSame && session.print !== printOf(identity);
    if (isOfIdentity(session) && !isChanged) return;
    if (!isChanged) {
      // What an unknown visitor wrote goes along; what another customer wrote does not.
      recorder.stop(false);
      store.end(Boolean(session.external_id));
      enterTold = false;
      readSent = 0;
    }
    live.stop();
    showBanner(null);
    render();
    if (isOpen || identity?.external_id) connect();
  }

  async function renewSession() {
    refusals += 1;
    const isOutdated = store.get("session") && store.get("session").token !== store.session?.token;
    if (isOutdated) store.load();
    else {
      store.end(false);
      enterTold = true;
      showBanner("banner.fresh");
      setTimeout(() => banner?.key === "banner.fresh" && showBanner(null), 8000);
    }
    live.stop();
    render();
    if (refusals > 2) await pause(10_000);
    connect();
  }

  function stateChanged(state) {
    for (const id of [...inFlight.keys()]) land(id);
    emit("state", state);
    if (state === "refused") return void renewSession();
    if (state === "online") {
      refusals = 0;
      if (banner?.key !== "banner.fresh") showBanner(null);
      if (older.dataset.text === "olderFailed") labelOlder("older");
      flush(true);
      for (const frame of behaviours.splice(0)) live.send(frame);
    } else {
      showTyping(false);
      if (!navigator.onLine) showBanner("banner.offline");
      else if (state === "offline" && live.isWanted) showBanner("banner.unavailable");
    }
    render();
  }

  // Sending

  function say(content, file) {
    store.add(content, file);
    sendTyping(false);
    connect();
    flush();
    render();
    toEnd();
  }

  /**
   * Sends what is waiting, in order; files wait for those before them, words for no file. What was sent and not acknowledged within
   * 10 s means a dead connection. What another tab wrote a moment ago is left to that tab, unless `all`.
   */
  function flush(all) {
    if (!live.isOnline) return;
    let isFileUnderWay = false;
    for (const item of store.waiting()) {
      const { client_id, kind, text, fields } = item;
      if (all && item.failure === "lost") delete item.failure;
      isFileUnderWay ||= store.files.has(client_id) && !item.failure;
      if (item.failure || inFlight.has(client_id) || uploads.has(client_id)) continue;
      if (!all && item.tab !== tab && Date.now() - new Date(item.at) < 10_000) continue;
      const file = store.files.get(client_id);
      if (file) {
        sendFile(item, file);
        continue;
      }
      if (fields?.media_id && isFileUnderWay) continue;
      inFlight.set(client_id, setTimeout(() => live.restart(), 10_000));
      if (!live.send({ type: "message", client_id, kind, text, ...(fields && { fields }) })) return land(client_id);
    }
  }

  function land(id) {
    clearTimeout(inFlight.get(id));
    inFlight.delete(id);
  }

  /** Uploads the file of a message; the message itself follows as soon as it is there. */
  async function sendFile(item, file) {
    const id = item.client_id;
    const { token } = store.session;
    /** It may have been overtaken meanwhile, or belong to a customer who has signed out. */
    const change = (fields) => store.pending.has(id) && store.keep({ ...store.pending.get(id), ...fields });
    uploads.set(id, 0);
    render();
    try {
      const fields = await upload(file, token, (percent) => {
        uploads.set(id, percent);
        renderSoon();
      });
      store.files.delete(id);
      change({ kind: item.kind === "voice" ? "voice" : kindOf(fields.content_type), fields });
      dropPreview(id);
    } catch ({ reason }) {
      if (reason === "large") showPassing("banner.large", { name: file.name });
      if (reason === "refused") showPassing("banner.unsendable");
      if (reason === "unknown" && store.session?.token === token) live.drop("refused");
      // Lost on the way and the network gone, or with a token that has ended: it waits like any other message.
      else if (reason !== "unknown" && (reason !== "lost" || live.isOnline)) change({ failure: reason ?? "failed" });
    }
    uploads.delete(id);
    flush();
    render();
  }

  const passing = new Set(["limited", "full", "unavailable", "429", "503"]);

  function refused(frame) {
    const item = store.pending.get(frame.client_id);
    if (!item) return;
    land(frame.client_id);
    const tries = (item.tries ?? 0) + 1;
    if (passing.has(frame.code) && tries < 8) {
      store.keep({ ...item, tries });
      setTimeout(flush, Math.min(20_000, 500 * 2 ** tries));
    } else store.keep({ ...item, failure: frame.message || frame.code || "failed" });
  }

  function again(id) {
    // As if it were written now.
    const { failure, tries, place, ...item } = store.pending.get(id);
    store.keep({ ...item, tab, order: store.nextOrder, at: new Date().toISOString() });
    flush();
    render();
    input.focus();
  }

  function remove(id) {
    dropPreview(id);
    store.settle(id);
    render();
    input.focus();
  }

  function track(behaviour, fields) {
    const { name, ...rest } = typeof behaviour === "object" && behaviour ? behaviour : { name: behaviour, fields };
    if (typeof name !== "string" || !name) return;
    const frame = { type: "behaviour", name: name.slice(0, 100), fields: Object(rest.fields ?? rest) };
    if (live.send(frame)) return;
    behaviours.push(frame);
    if (behaviours.length > 20) behaviours.shift();
  }

  // Receiving

  const save = calmly(150, () => store.save());

  function handle(frame) {
    if (frame.type === "error") {
      if (frame.client_id) refused(frame);
      return render();
    }
    if (frame.type === "typing") {
      if (!String(frame.by ?? "").startsWith("customer:")) showTyping(frame.on !== false);
      return;
    }
    if (frame.type === "ready") {
      if (typeof frame.seq === "number" && frame.seq < store.seq) {
        store.forget();
        return live.restart();
      }
      if (frame.faq) {
        faqOfDesk = frame.faq;
        showFAQ();
      }
      if (store.sorted().some(isStale)) renewLinks();
      return render();
    }
    if ((frame.type === "message" || frame.type === "ack") && frame.client_id) {
      land(frame.client_id);
      dropPreview(frame.client_id);
    }
    const fresh = store.apply(frame);
    save();
    if (fresh) {
      emit("message", { id: fresh.id, direction: fresh.direction, kind: fresh.kind, text: fresh.text, author: fresh.author_name });
      if (fresh.direction === "out") arrived(fresh);
    }
    renderSoon();
  }

  let freshToShow = false;

  function arrived(message) {
    showTyping(false);
    freshToShow = true;
    if (isOpen || isFrame || message.delivery === "read") return;
    setText(teaserWho, authorOf(message).name);
    setText(teaserText, lineOf(message));
    teaser.hidden = launcher.hidden;
    setText(spoken, `${teaserWho.textContent}: ${teaserText.textContent}`);
  }

  /** Addresses of attachments are good for some hours; those that are kept here may be older. */
  const isStale = (entry) => {
    const until = /"\/media\/[^"]*[?&]until=(\d+)/.exec(JSON.stringify(entry.fields ?? null));
    return until && Number(until[1]) * 1000 < Date.now() + 60_000;
  };
  let renewedAt = 0;

  async function renewLinks() {
    if (!store.session || Date.now() - renewedAt < 60_000) return;
    renewedAt = Date.now();
    const addressed = store.sorted().filter((entry) => JSON.stringify(entry.fields ?? null).includes('"/media/'));
    if (!addressed.length) return;
    let before = addressed[addressed.length - 1].seq + 1;
    while (before > addressed[0].seq) {
      const { ok, value } = await ask(`events?before=${before}&limit=500`, store.session?.token);
      if (!ok) break;
      const known = value.items.filter((frame) => frame.type === "message" && store.entries.has(frame.id));
      for (const frame of known) store.applyMessage(frame);
      before = Number(value.next_cursor);
    }
    save();
    render();
  }

  /** Tells the desk how far the customer has read: only what was really on the screen. */
  function markRead() {
    if (!isOpen || document.visibilityState !== "visible" || !isAtEnd()) return;
    newer.hidden = true;
    const newest = Math.max(0, ...store.sorted().filter((entry) => entry.direction === "out").map((entry) => entry.seq));
    if (newest <= Math.max(store.readUpTo, readSent) || !live.send({ type: "read", seq: newest })) return;
    readSent = newest;
    store.readUpTo = newest;
    save();
    showUnread();
  }

  function showUnread() {
    const count = store.unread.length;
    badge.hidden = !count;
    setText(badge, count > 99 ? "99+" : String(count));
    launcher.setAttribute("aria-label", count ? t("openUnread", { n: count }) : t("open"));
    launcher.title = t("open");
    if (!count) teaser.hidden = true;
    if (count === unreadTold) return;
    unreadTold = count;
    emit("unread", count);
    tellFrame("unread", { count });
  }

  // Typing

  let typingSince = 0;
  const stopTyping = calmly(4000, () => sendTyping(false));

  function sendTyping(on) {
    if (on && Date.now() - typingSince > 3000) {
      if (live.send({ type: "typing", on: true })) typingSince = Date.now();
    } else if (!on && typingSince) {
      live.send({ type: "typing", on: false });
      typingSince = 0;
    }
    if (on) stopTyping();
  }

  const hideTyping = calmly(8000, () => showTyping(false));

  function showTyping(on) {
    if (on) hideTyping();
    if (typing.hidden !== on) return;
    const wasAtEnd = isAtEnd();
    typing.hidden = !on;
    if (wasAtEnd) toEnd();
  }

  // What is seen

  function isAtEnd() {
    return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
  }

  function toEnd() {
    stays = true;
    scroller.scrollTop = scroller.scrollHeight;
    markRead();
  }

  let stays = true;
  let heightSeen = 0;

  /** Whoever reads the end stays there while pictures load and keyboards open. */
  function settleScroll() {
    if (stays) scroller.scrollTop = scroller.scrollHeight;
    heightSeen = scroller.scrollHeight;
  }

  /** Only a scroll over what was there before is a person's wish. */
  function scrolled() {
    if (scroller.scrollHeight === heightSeen) stays = isAtEnd();
    else settleScroll();
    if (isOpen && !stays && scroller.scrollTop < 400 && older.dataset.text === "older") showOlder();
  }

  // What was said before what is kept here

  function labelOlder(key) {
    older.dataset.text = key;
    setText(older, t(key));
  }

  /** Fetches a page of older messages: for who scrolls up, and for who presses the button over them. */
  async function showOlder() {
    if (!store.isCut || !store.session || older.dataset.text === "olderLoading") return;
    labelOlder("olderLoading");
    const { life } = store;
    const answer = await ask(`events?before=${store.oldest}&limit=100`, store.session.token);
    labelOlder(answer.ok || life !== store.life ? "older" : "olderFailed");
    if (!answer.ok || life !== store.life) return;
    const count = store.applyOlder(answer.value);
    const hadFocus = root.activeElement === older;
    keepPlace(render);
    setText(olderSaid, t("olderShown", { n: count }));
    if (hadFocus && older.hidden) scroller.focus({ preventScroll: true });
  }

  /** Puts something over what is read, without moving that, and without reading it out as if it were new. */
  function keepPlace(change) {
    const edge = scroller.getBoundingClientRect().top;
    const isRead = (node) => node.getBoundingClientRect().bottom > edge;
    const read = [...said.querySelectorAll(".bubble, .notice")].find(isRead);
    const top = read?.getBoundingClientRect().top;
    stays = false;
    log.setAttribute("aria-live", "off");
    // A browser that keeps the place by itself would keep it twice.
    scroller.style.overflowAnchor = "none";
    change();
    if (read?.isConnected) scroller.scrollTop += read.getBoundingClientRect().top - top;
    heightSeen = scroller.scrollHeight;
    setTimeout(() => {
      log.setAttribute("aria-live", "polite");
      scroller.style.overflowAnchor = "";
    }, 500);
  }

  function showStatus(state = live.isWanted || isConnecting ? live.state : "idle") {
    const ofConversation = { queued: "queued", assigned: "agent", pending: "agent", resolved: "resolved" }[store.state] ?? "bot";
    const key = state === "online" ? ofConversation : state === "refused" ? "connecting" : state;
    setText(status, t(`status.${key}`, { name: store.agent || t("agent") }));
    status.dataset.state = state;
  }

  function showBanner(key, values) {
    banner = key ? { key, values } : null;
    bannerLine.hidden = !key;
    setText(bannerLine, key ? t(key, values) : "");
  }

  function showPassing(key, values) {
    showBanner(key, values);
    setTimeout(() => banner?.key === key && showBanner(null), 10_000);
  }

  function authorOf(entry) {
    if (entry.direction === "in") return { key: "me", name: t("you") };
    if (/^(bot:|system$)/.test(entry.author ?? "")) return { key: "bot", name: t("bot") };
    return { key: entry.author ?? "agent", name: String(entry.author_name || store.names[entry.author] || t("agent")) };
  }

  /** All that stands in the log, in order: days, notices, messages, and at the end what is still to be sent. */
  function timeline() {
    const rows = [];
    const days = new Set();
    let day = null;
    let last = null;
    const pending = store.waiting().map((item) => {
      const file = store.files.get(item.client_id);
      const local = file && { url: previewOf(item.client_id, file), name: file.name, content_type: file.type, byte_count: file.size };
      return { ...item, id: item.client_id, direction: "in", isPending: true, ...(file && { fields: local }) };
    });
    for (const entry of store.shown(pending)) {
      if (entry.kind === "event" && entry.direction === "in") continue;
      const today = dayOf(entry.at);
      // Clocks differ, and what is sent late was written earlier: a day is told once.
      const key = `d${new Date(entry.at).toDateString()}`;
      if (today !== day && !days.has(key)) rows.push({ key, day: today });
      days.add(key);
      if (today !== day || entry.notice) last = null;
      day = today;
      if (entry.notice) {
        rows.push({ key: entry.id, entry });
        continue;
      }
      const author = authorOf(entry);
      const isFirst = !last || last.author.key !== author.key || new Date(entry.at) - new Date(last.entry.at) > 300_000;
      if (last && !isFirst) last.isLast = false;
      last = { key: (entry.direction === "in" && entry.client_id) || entry.id, entry, author, isFirst, isLast: true };
      rows.push(last);
    }
    return rows;
  }

  function greetingRow(node) {
    if (node.mark === language) return;
    node.mark = language;
    node.className = "greeting";
    node.replaceChildren(logo(), el("p", {}, worded("greeting") || t("greeting")));
  }

  function updateRow(node, row) {
    if (row.key === "greeting") return greetingRow(node);
    const { entry } = row;
    if (row.day || entry.notice) {
      node.className = row.day ? "day" : "notice";
      return setText(node, row.day ?? t(`notice.${entry.notice}`, { name: entry.name || t("agent") }));
    }
    const isMine = entry.direction === "in";
    const isMenu = entry.kind === "menu" || Array.isArray(entry.fields?.options);
    const canChoose = isMenu && row.isUnanswered && !isMine;
    const percent = uploads.get(entry.client_id);
    const state = stateOf(entry, percent);
    const isFailed = state === "failed";
    node.className = ["one", isMine && "mine", row.isFirst && "first", row.isLast && "last",
      entry.isPending && !isFailed && "pending", isMine && isFailed && "failed", !row.isLast && !isFailed && "quiet-under",
    ].filter(Boolean).join(" ");
    node.dataset.state = state ?? "";
    // The bubble is built anew only when its content changes: a voice message goes on playing while it becomes "read".
    const mark = JSON.stringify([entry.kind, entry.text, entry.fields, row.author, canChoose, language]);
    if (node.mark !== mark) {
      node.mark = mark;
      const bubble = el("div", { class: "bubble" }, contentOf(entry, canChoose ? choose : null));
      bubble.classList.toggle("bare", Boolean(bubble.querySelector(".picture, video")));
      const who = isMine ? el("span", { class: "readers" }, `${t("you")}: `) : el("p", { class: "who" }, row.author.name);
      node.replaceChildren(who, bubble, el("p", { class: "under" }));
      node.underMark = null;
    }
    const under = JSON.stringify([state, percent, entry.at, entry.failure]);
    if (node.underMark === under) return;
    node.underMark = under;
    const at = new Date(entry.at);
    const time = el("time", { datetime: entry.at, title: clocks.full.format(at) }, clocks.time.format(at));
    node.lastElementChild.replaceChildren(time, ...(isMine ? deliveryOf(state, entry, percent) : []));
  }

  /** How far a message has got: with the desk what the desk says, before that what this page knows. */
  function stateOf(entry, percent) {
    if (!entry.isPending) return entry.delivery;
    if (entry.failure) return "failed";
    if (percent !== undefined) return "uploading";
    return live.isOnline ? "sending" : "waiting";
  }

  function deliveryOf(state, entry, percent) {
    const pictures = { waiting: "clock", sending: "clock", uploading: "clock", delivered: "both", read: "both", failed: "failed" };
    const key = !state || state === "queued" ? "sent" : state;
    return [
      el("span", { class: state === "read" ? "read-mark" : null }, icon(pictures[state] ?? "sent")),
      el("span", { class: "state" }, t(`delivery.${key}`, { n: percent })),
      ...(entry.isPending && entry.failure ? [wayOut(entry)] : []),
    ];
  }

  /** What is too large, or no file for us, will not get through the second time either. */
  function wayOut({ client_id, failure }) {
    const act = (name, key, f) => el("button", { type: "button", class: `again ${name}`, on: { click: () => f(client_id) } }, t(key));
    return ["large", "refused"].includes(failure) ? act("remove", "remove", remove) : act("retry", "retry", again);
  }

  function choose(picked) {
    pickText({ text: picked.text, fields: { option: picked.id } });
  }

  /** Says what a button says. The button may be gone after it, so the focus goes on to where one writes. */
  function pickText(content) {
    say({ kind: "text", ...content });
    focusIn(false);
  }

  function showNewest() {
    toEnd();
    focusIn(false);
  }

  let renderAsked = false;
  let renderCost = 0;

  /** Many frames at once (a resume) are drawn once. Each comes as a task of its own, so what is slow to draw waits for more of them. */
  function renderSoon() {
    if (renderAsked) return;
    renderAsked = true;
    const draw = () => {
      const begun = performance.now();
      renderAsked = false;
      render();
      renderCost = performance.now() - begun;
    };
    if (renderCost < 4) queueMicrotask(draw);
    else setTimeout(draw, Math.min(500, renderCost * 4));
  }

  function render() {
    const wasAtEnd = stays || isAtEnd();
    const rows = timeline();
    // A menu can be answered until the customer has said something else.
    const lastOwn = rows.reduce((found, row, index) => (row.entry?.direction === "in" ? index : found), -1);
    rows.forEach((row, index) => { row.isUnanswered = index > lastOwn; });
    older.hidden = !store.isCut;
    if (!rows.some((row) => row.entry && !row.entry.notice)) rows.unshift({ key: "greeting" });
    keyed(said, rows, updateRow);
    fitFAQ();
    showStatus();
    if (wasAtEnd) settleScroll();
    else if (freshToShow && isOpen) newer.hidden = false;
    freshToShow = false;
    markRead();
    showUnread();
  }

  // Hands

  function submit() {
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    fit();
    say({ kind: "text", text });
  }

  function fit() {
    input.style.height = "44px";
    input.style.height = `${Math.min(132, input.scrollHeight + 2)}px`;
  }

  function take(list) {
    for (const file of list) say({ kind: kindOf(file.type), text: "" }, file);
  }

  async function record() {
    const begun = Date.now();
    let ticking;
    const tick = () => {
      const seconds = Math.floor((Date.now() - begun) / 1000);
      setText(recordTime, t("recording", { time: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` }));
    };
    try {
      const file = await recorder.start(() => {
        composer.hidden = true;
        recording.hidden = false;
        tick();
        ticking = setInterval(tick, 500);
        recording.querySelector(".keep").focus();
      });
      if (file) say({ kind: "voice", text: "" }, file);
    } catch (problem) {
      showPassing(problem.name === "NotFoundError" ? "banner.noMicrophone" : "banner.denied");
    }
    clearInterval(ticking);
    composer.hidden = false;
    recording.hidden = true;
    if (isOpen) input.focus();
  }

  for (const type of ["keydown", "keyup", "keypress"]) panel.addEventListener(type, keyPressed);
  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    input.focus();
  });
  input.addEventListener("keydown", (event) => {
    // 229: Safari ends a composition before the key that ended it arrives.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });
  input.addEventListener("input", () => {
    fit();
    sendTyping(input.value.trim() !== "");
  });
  files.addEventListener("change", () => {
    take(files.files);
    files.value = "";
  });
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  panel.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    drop.hidden = false;
  });
  panel.addEventListener("dragleave", (event) => { if (!panel.contains(event.relatedTarget)) drop.hidden = true; });
  panel.addEventListener("drop", (event) => {
    drop.hidden = true;
    if (!hasFiles(event)) return;
    event.preventDefault();
    take(event.dataTransfer.files);
  });
  panel.addEventListener("paste", (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (!pasted.length) return;
    event.preventDefault();
    take(pasted);
  });
  scroller.addEventListener("scroll", scrolled, { passive: true });
  scroller.addEventListener("scroll", calmly(120, markRead), { passive: true });
  if (window.ResizeObserver) for (const node of [scroller, said]) new ResizeObserver(settleScroll).observe(node);
  document.addEventListener("visibilitychange", () => markRead());
  addEventListener("resize", fitPhone);
  window.visualViewport?.addEventListener("resize", fitPhone);
  window.visualViewport?.addEventListener("scroll", fitPhone);
  addEventListener("pagehide", () => store.save());
  // A file lives as long as its page: whoever leaves before it is with the desk is asked.
  addEventListener("beforeunload", (event) => {
    if (store.waiting().some((item) => store.files.has(item.client_id) && !item.failure)) event.preventDefault();
  });

  /** What other tabs of the same visitor do. */
  addEventListener("storage", (event) => {
    if (event.storageArea !== store.storage || !event.key?.startsWith(`${store.name}.`)) return;
    const key = event.key.slice(store.name.length + 1);
    if (key === "session") {
      const session = store.get("session");
      if (session && session.customer_id === store.session?.customer_id) store.session = session;
      if (session?.token === store.session?.token) return;
      live.stop();
      store.load();
      if (store.session) connect();
      render();
    } else if (key.startsWith("out.")) {
      const item = read(store.storage, event.key);
      if (item) store.pending.set(item.client_id, item);
      else store.pending.delete(key.slice(4));
      render();
      if (item) setTimeout(flush, 10_500);
    }
  });

  // What the page may call

  function emit(name, value) {
    for (const f of listeners.get(name) ?? []) {
      try {
        f(value);
      } catch (error) {
        // The page's own mistake must not stop the conversation; its console shows it.
        setTimeout(() => { throw error; });
      }
    }
  }

  /** Listens to an event; gives a function that ends it. */
  function on(name, f) {
    if (!listeners.has(name)) listeners.set(name, new Set());
    listeners.get(name).add(f);
    return () => listeners.get(name).delete(f);
  }

  /** In an iframe the page around is told how it stands: never what was said. */
  function tellFrame(type, more) {
    if (isFrame && parent !== window) parent.postMessage({ luadesk: type, ...more }, "*");
  }

  function listenToPage() {
    addEventListener("message", ({ source, data }) => {
      if (source !== parent || parent === window || typeof data?.luadesk !== "string") return;
      const calls = {
        open: () => open(data), close: () => close(), identify: () => identify(data.identity),
        track: () => track(data.name, data.fields),
        language: () => setLanguage(data.language), theme: () => { setTheme(Object(data.theme)); tune(); },
      };
      calls[data.luadesk]?.();
    });
    tellFrame("ready", { version });
  }

  const api = {
    version, open, close, toggle: () => (isOpen ? close() : open()), identify, track, on, setLanguage,
    setTheme: (values) => { setTheme(values); tune(); },
    get isOpen() { return isOpen; },
    get unread() { return store.unread.length; },
  };

  function begin() {
    mount();
    window.LuaDesk = api;
    if (isFrame) listenToPage();
    if (identityIsKnown) identify(identity);
    const wasOpen = read(tabStorage(), `${store.name}.open`) && !isPhone();
    if (isOn("open", isFrame) || wasOpen) open({ focus: isFrame && parent === window });
    else if (store.session) connect();
    if (typeof given.ready === "function") given.ready(api);
    window.dispatchEvent(new CustomEvent("luadesk:ready", { detail: api }));
  }

  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
})();
