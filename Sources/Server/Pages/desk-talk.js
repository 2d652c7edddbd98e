// SPDX-License-Identifier: Apache-2.0
import { byId, calmly, el, freshID, hueOf, icon, keyed, refill, setText } from "./dom.js";
import { contentOf } from "./message.js";
import { takeFiles, upload } from "./upload.js";

const shownAtOnce = 150;

/** The middle: one conversation's head with what can be done, its timeline, and the composer. */
export class TalkView {
  /** @param door `{send(frame), run(action), transfer(), ticket(), side(), attempt(f)}` */
  constructor(store, words, door) {
    Object.assign(this, { store, words, door });
    this.scroller = byId("talk-scroller");
    this.field = byId("reply-words");
    this.isNote = false;
    this.drafts = new Map();
    this.limits = new Map();
    this.readSent = new Map();
    this.typingSince = 0;
    this.listen();
  }

  get conversation() {
    return this.store.conversations.get(this.store.selected);
  }

  /** A colleague's conversation is taken over first; one that nobody has becomes the agent's with the reply. */
  get mayReply() {
    const { store, conversation } = this;
    return store.may("answer") && conversation?.state !== "resolved" && (!conversation?.agent_id || store.isMine(conversation) || !store.me.agent_id);
  }

  render() {
    const { conversation } = this;
    byId("nothing").hidden = Boolean(conversation);
    byId("talk-body").hidden = !conversation;
    if (!conversation) return;
    if (this.shown !== conversation.id) this.arrive(conversation);
    this.renderHead(conversation);
    this.renderTimeline(conversation);
    this.renderReply(conversation);
    this.renderQuota(conversation);
    byId("customer-types").hidden = !this.store.isTyping(conversation.id);
    if (this.wasAtEnd) this.toEnd();
    this.markRead();
  }

  arrive(conversation) {
    if (this.shown) this.drafts.set(this.shown, { text: this.field.value, isNote: this.isNote });
    this.shown = conversation.id;
    const draft = this.drafts.get(conversation.id);
    this.field.value = draft?.text ?? "";
    this.isNote = draft?.isNote ?? false;
    byId("timeline").replaceChildren();
    this.wasAtEnd = true;
  }

  // Head

  renderHead(conversation) {
    const { store, words } = this;
    const t = (key, values) => words.t(key, values);
    const name = words.customer(conversation.customer_id);
    const vip = words.vip(conversation.customer_id);
    const { id, state, channel, agent_id } = conversation;
    // Only what is shown: a button that is replaced under the mouse loses the click.
    const mark = JSON.stringify([id, state, channel, agent_id, name, vip, store.me, words.texts.language, words.team(conversation.team), words.agent(agent_id)]);
    const head = byId("talk-head");
    if (head.mark === mark) return;
    head.mark = mark;
    const focused = head.contains(document.activeElement) ? document.activeElement.id : null;
    const isOpen = state !== "resolved";
    const isMine = store.isMine(conversation);
    const button = (id, key, f, isMain) => el("button", { type: "button", id, class: isMain ? "button main" : "button", on: { click: f } }, t(key));
    const may = store.may("answer");
    head.replaceChildren(
      el("span", { class: `avatar ${hueOf(conversation.customer_id)}`, "aria-hidden": "true" }, [...name][0]),
      el("div", { class: "head-words" },
        el("h2", {}, name, vip ? el("span", { class: "vip" }, `VIP${vip > 1 ? ` ${vip}` : ""}`) : ""),
        el("p", {},
          el("span", { class: `state state-${state}`, id: "talk-state", "data-state": state }, t(`state.${state}`)),
          el("small", {}, [conversation.channel, conversation.team && words.team(conversation.team), conversation.agent_id && words.agent(conversation.agent_id)]
            .filter(Boolean).join(" · ")))),
      el("div", { class: "head-actions" }, ...[
        may && isOpen && !isMine && store.me.agent_id && button("do-accept", state === "queued" ? "do.accept" : "do.takeover", () => this.door.run("accept"), true),
        may && isOpen && button("do-transfer", "do.transfer", () => this.door.transfer()),
        may && isOpen && state !== "bot" && button("do-return", "do.return_to_bot", () => this.door.run("return_to_bot")),
        may && isMine && state === "assigned" && button("do-postpone", "do.postpone", () => this.door.run("postpone")),
        store.may("workTickets") && button("do-ticket", "do.ticket", () => this.door.ticket()),
        may && isOpen && button("do-resolve", "do.resolve", () => this.door.run("resolve"), isMine),
        button("do-side", "do.side", () => this.door.side()),
      ].filter(Boolean)));
    if (focused) byId(focused)?.focus();
  }

  // Timeline

  renderTimeline(conversation) {
    const talk = this.store.talk(conversation.id);
    const limit = this.limits.get(conversation.id) ?? shownAtOnce;
    const facts = [
      ...[...talk.messages.values()].map((message) => ({ key: message.client_id ?? message.id, at: message.at, seq: message.seq ?? 0, message })),
      ...[...talk.events.values()].map((event) => ({ key: `e${event.seq}`, at: event.at, seq: event.seq, line: this.words.event(event), event })).filter((row) => row.line),
    ].sort((a, b) => a.seq - b.seq);
    this.isMixed = new Set([...talk.messages.values()].map((message) => message.channel).filter(Boolean)).size > 1;
    byId("older").hidden = facts.length <= limit;
    const waiting = [...talk.pending.values()].map((item) => ({ key: item.client_id, at: item.at, message: { ...item, direction: item.note ? "note" : "out", kind: "text" }, isPending: true }));
    const rows = [];
    let day = null;
    for (const row of [...facts.slice(-limit), ...waiting]) {
      const today = new Date(row.at).toDateString();
      if (today !== day) rows.push({ key: `d${today}`, day: row.at });
      day = today;
      rows.push(row);
    }
    keyed(byId("timeline"), rows, (row) => row.key, () => el("li"), (node, row) => this.updateRow(node, row));
  }

  updateRow(node, row) {
    const { words } = this;
    const t = (key, values) => words.t(key, values);
    const author = row.message ? (row.isPending ? t("who.me") : words.actor(row.message.author)) : row.event ? words.actor(row.event.actor) : "";
    // A message that is read has its address beside it; of one that came since, an event tells.
    const media = row.message && (row.message.fields?.media ?? this.store.talk(this.shown).media.get(row.message.id));
    const mark = JSON.stringify([row, author, words.texts.language, media, this.isMixed]);
    if (node.mark === mark) return;
    node.mark = mark;
    if (row.day) {
      node.className = "day";
      return setText(node, words.texts.day(row.day));
    }
    if (row.line) {
      node.className = "fact";
      node.dataset.kind = row.event.kind;
      const talk = row.event.payload?.parted?.conversation;
      return node.replaceChildren(el("span", {}, row.event.actor ? t("event.by", { what: row.line, who: author }) : row.line),
        talk ? el("button", { type: "button", class: "side-link", on: { click: () => this.door.choose(talk) } }, t("ticket.talk")) : "",
        el("time", { datetime: row.at, title: words.texts.full(row.at) }, words.texts.time(row.at)));
    }
    const { message } = row;
    if (message.kind === "event") {
      const name = message.fields?.name ?? "";
      const said = this.words.texts.has(`did.${name}`) ? t(`did.${name}`) : message.text || name || t("kind.event");
      node.className = "fact";
      return node.replaceChildren(el("span", {}, t("event.by", { what: said, who: author })),
        el("time", { datetime: message.at, title: words.texts.full(message.at) }, words.texts.time(message.at)));
    }
    const side = { in: "theirs", out: "ours", note: "noted" }[message.direction];
    node.className = `line ${side}${message.delivery === "failed" || message.state === "failed" ? " failed" : ""}`;
    node.dataset.direction = message.direction;
    node.dataset.state = message.state ?? message.delivery ?? "";
    const parts = [
      el("p", { class: "line-who" },
        message.direction === "note" && icon("lock"), el("span", {}, author),
        message.direction === "note" && el("span", { class: "note-word" }, t("who.note")),
        message.channel && this.isMixed && el("span", { class: "line-channel" }, message.channel),
        el("time", { datetime: message.at, title: words.texts.full(message.at) }, words.texts.time(message.at))),
      this.doubts(message),
      el("div", { class: "line-bubble" }, media ? this.attachment(message, media) : contentOf(this.said(message), t)),
      message.direction === "out" || row.isPending ? el("p", { class: "line-state" }, ...this.stateOf(message)) : null,
    ];
    refill(node, ...parts.filter(Boolean));
  }

  /** What the desk notes itself is said in the page's language; what a person wrote stays. */
  said(message) {
    const isOurs = message.direction === "note" && /^(system$|bot:)/.test(message.author ?? "");
    return isOurs ? { ...message, text: this.words.reason(message.text) } : message;
  }

  /** Why the sender of a mail may not be who they seem; said above the words, so that it is read first. */
  doubts(message) {
    const { unverified_sender, sender_check, from } = message.fields ?? {};
    if (message.direction !== "in" || (unverified_sender !== true && !sender_check)) return null;
    const t = (key) => this.words.t(key, { from: from || this.words.t("doubt.nobody"), check: sender_check ?? "" });
    const kinds = [unverified_sender === true && "stranger", sender_check && "unproved"].filter(Boolean);
    return el("ul", { class: "doubts" }, kinds.map((kind) => el("li", { class: "doubt", "data-doubt": kind },
      icon("failed"), el("strong", {}, t(`doubt.${kind}`)), el("span", {}, t(`doubt.${kind}.why`)))));
  }

  /** What the desk keeps of an attachment that a platform delivered, under the customer's words; or why it keeps none. */
  attachment(message, media) {
    const t = (key, values) => this.words.t(key, values);
    if (media.reason) {
      // An address that we would not go to is none to click at.
      const named = contentOf({ ...message, fields: { name: message.fields?.name } }, t);
      return el("div", { class: "attachment" }, named, el("small", { class: "withheld" }, t("media.failed", { reason: this.words.reason(media.reason) })));
    }
    const { name = message.fields?.name, content_type, playable_type, withheld, url } = media;
    const kind = { image: "image", audio: "voice", video: "video" }[String(content_type).split("/")[0]] ?? "file";
    const file = contentOf({ kind, text: "", fields: { name, content_type, playable_type, withheld, url } }, t);
    return message.text ? el("div", {}, el("p", { class: "text" }, message.text), file) : file;
  }

  stateOf(message) {
    const state = message.state ?? message.delivery ?? "sent";
    const picture = icon({ queued: "clock", sending: "clock", waiting: "clock", delivered: "both", read: "both", failed: "failed" }[state] ?? "sent");
    if (state === "read") picture.classList.add("read");
    const parts = [picture, el("span", {}, this.words.delivery(message, state))];
    if (message.state === "failed") {
      parts.push(el("button", { type: "button", class: "again", on: { click: () => this.store.reply(this.shown, message) } }, this.words.t("again")));
    } else if (state === "failed" && message.id && this.store.may("answer")) {
      // The platform, or the customer's mail server, has refused it.
      const again = () => this.door.attempt(() => this.store.api.post(`outbox/${message.id}/resend`));
      parts.push(el("button", { type: "button", class: "again", on: { click: again } }, this.words.t("send_again")));
    }
    return parts;
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** Only who has the conversation marks it read: a lead who looks on leaves no trace for the customer. */
  markRead() {
    const { conversation } = this;
    if (!conversation || document.visibilityState !== "visible" || byId("view-talks").hidden) return;
    if (this.store.unread.delete(conversation.id)) this.store.changed("lists");
    if (!this.store.isMine(conversation)) return;
    const seq = this.store.talk(conversation.id).newestIncoming;
    if (seq > (this.readSent.get(conversation.id) ?? 0) && this.door.send({ type: "read", conversation_id: conversation.id, seq })) {
      this.readSent.set(conversation.id, seq);
    }
  }

  // Composer

  renderReply(conversation) {
    const { store, words, field } = this;
    const canReply = this.mayReply;
    const canNote = store.may("answer");
    const { isNote } = this;
    byId("reply").classList.toggle("is-note", isNote);
    byId("mode-reply").setAttribute("aria-pressed", String(!isNote));
    byId("mode-note").setAttribute("aria-pressed", String(isNote));
    byId("mode-note").disabled = !canNote;
    const isOpen = isNote ? canNote : canReply;
    field.disabled = !isOpen;
    byId("reply-send").disabled = !isOpen;
    byId("reply-attach").disabled = !isOpen;
    setText(byId("reply-send"), words.t(isNote ? "reply.save" : "reply.send"));
    const reason = !canNote ? "reply.hint.read_only" : conversation.state === "resolved" ? "reply.hint.resolved" : "reply.hint.take";
    const invitation = isNote ? "reply.hint.note" : store.isMine(conversation) || !store.me.agent_id ? "reply.hint" : "reply.hint.takes";
    field.placeholder = words.t(isOpen ? invitation : reason);
  }

  /** What the platform still allows, and for how long: counted, warned of at the last reply; when there is none, where a reply goes instead. */
  renderQuota(conversation) {
    const { remaining, messages, until, next, next_channel: channel } = conversation.reply_quota ?? {};
    const line = byId("reply-quota");
    clearTimeout(this.quotaEnds);
    const isLimited = remaining !== undefined || until !== undefined;
    line.hidden = !isLimited || conversation.state === "resolved" || !this.store.may("answer");
    if (line.hidden) return;
    const left = until === undefined ? Infinity : new Date(until) - Date.now();
    const isOver = left < 0;
    // The clock goes on; at the end the desk is asked where a reply goes from now on.
    if (isOver) this.askWhatIsPossible(conversation, until);
    else if (left < Infinity) this.quotaEnds = setTimeout(() => this.renderQuota(this.conversation ?? conversation), left < 3600000 ? Math.min(1000, left + 50) : 20000);
    const { texts } = this.words;
    const isToday = until !== undefined && new Date(until).toDateString() === new Date().toDateString();
    const time = until === undefined ? "" : isToday ? texts.time(until) : texts.full(until);
    line.dataset.state = isOver || remaining === 0 ? "none" : remaining === 1 ? "last" : "some";
    const open = until === undefined ? ".open" : "";
    const isNone = isOver || remaining === 0;
    const instead = { elsewhere: "elsewhere", after_window: "after", held: "waits", failed: "fails" }[next];
    const key = isOver ? "quota.over" : remaining === undefined ? "quota.time" : remaining === 0 ? "quota.used"
      : remaining === 1 ? `quota.last${open}` : `quota.left${open}`;
    const span = left < Infinity ? this.words.span(left) : "";
    const said = this.words.t(key, { n: remaining, all: Math.max(messages ?? 0, remaining ?? 0), time, span });
    setText(line, isNone && instead ? `${said}${this.words.t("sentence.between")}${this.words.t(`quota.instead.${instead}`, { channel })}` : said);
  }

  /** Once for each end of the time. */
  askWhatIsPossible(conversation, until) {
    const key = `${conversation.id} ${until}`;
    if (conversation.reply_quota?.next && conversation.reply_quota.next !== "sent" || this.asked === key) return;
    this.asked = key;
    this.store.readSoon(conversation.id);
  }

  write(isNote) {
    this.isNote = isNote;
    this.render();
    this.field.focus();
  }

  submit() {
    const text = this.field.value.trim();
    if (!text || this.field.disabled) return;
    const item = { client_id: freshID(), at: new Date().toISOString(), text, note: this.isNote };
    this.field.value = "";
    this.drafts.delete(this.shown);
    this.sendTyping(false);
    this.wasAtEnd = true;
    this.store.reply(this.shown, item);
  }

  /** Files go out at once, to the customer or into a note as the composer stands. */
  sendFile(file) {
    const { field, shown, isNote, store } = this;
    if (field.disabled || !shown) return;
    this.door.attempt(async () => {
      const content = await upload(file, store.api.token);
      await store.api.post(`conversations/${shown}/messages`, { ...content, ...(isNote ? { note: true } : {}) });
    });
  }

  sendTyping(on) {
    const conversation_id = this.shown;
    if (on && Date.now() - this.typingSince > 3000) {
      if (this.door.send({ type: "typing", conversation_id, on: true })) this.typingSince = Date.now();
    } else if (!on && this.typingSince) {
      this.door.send({ type: "typing", conversation_id, on: false });
      this.typingSince = 0;
    }
    if (on) this.stopTyping();
  }

  stopTyping = calmly(4000, () => this.sendTyping(false));

  listen() {
    byId("reply").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.submit();
    });
    this.field.addEventListener("input", () => {
      if (!this.isNote) this.sendTyping(this.field.value.trim() !== "");
    });
    byId("reply-attach").replaceChildren(icon("clip"));
    takeFiles(byId("reply-attach"), byId("reply-files"), byId("reply"), (file) => this.sendFile(file));
    byId("mode-reply").addEventListener("click", () => this.write(false));
    byId("mode-note").addEventListener("click", () => this.write(true));
    byId("older").addEventListener("click", () => {
      this.limits.set(this.shown, (this.limits.get(this.shown) ?? shownAtOnce) + 300);
      this.wasAtEnd = false;
      this.render();
    });
    this.scroller.addEventListener("scroll", () => {
      const { scrollHeight, scrollTop, clientHeight } = this.scroller;
      this.wasAtEnd = scrollHeight - scrollTop - clientHeight < 60;
    }, { passive: true });
    const staying = new ResizeObserver(() => this.wasAtEnd && this.toEnd());
    staying.observe(this.scroller);
    staying.observe(byId("timeline"));
    document.addEventListener("visibilitychange", () => this.markRead());
  }
}
