// SPDX-License-Identifier: Apache-2.0
import { el, hueOf, keyed, setText } from "./dom.js";
import { lineOf } from "./message.js";

/** As it is compared: no case, full width as half width. */
const folded = (text) => text.normalize("NFKC").toLocaleLowerCase();

/** The left column: who is mine, who waits, what the bot does, what colleagues do. Mine first: a long queue would hide them. */
export class Lists {
  constructor(root, store, words, choose) {
    Object.assign(this, { root, store, words, choose });
    this.sections = {};
    this.find = el("input", { class: "field", id: "find", type: "search", autocomplete: "off", spellcheck: "false", maxlength: 100, on: {
      input: () => this.render(), keydown: (event) => this.press(event),
    } });
    root.append(el("div", { class: "find" }, this.find));
    for (const name of ["mine", "queued", "bot", "others"]) {
      const section = {
        title: el("span"), count: el("span", { class: "count" }), list: el("ul", { id: `list-${name}` }), empty: el("p", { class: "none" }),
      };
      section.node = el("details", { class: `list list-${name}`, open: true }, el("summary", {}, section.title, section.count), section.list, section.empty);
      this.sections[name] = section;
      root.append(section.node);
    }
  }

  render() {
    const lists = this.store.lists();
    const wanted = folded(this.find.value).split(/\s+/u).filter(Boolean);
    this.find.placeholder = this.words.t("find");
    this.find.setAttribute("aria-label", this.words.t("find"));
    for (const [name, section] of Object.entries(this.sections)) {
      setText(section.title, this.words.t(`list.${name}`));
      const shown = wanted.length > 0 ? lists[name].filter((each) => this.holds(each, wanted)) : lists[name];
      setText(section.count, shown.length < lists[name].length ? `${shown.length} / ${lists[name].length}` : String(lists[name].length));
      setText(section.empty, this.words.t(lists[name].length > 0 ? "find.none" : `list.none.${name}`));
      section.empty.hidden = shown.length > 0;
      keyed(section.list, shown, (each) => each.id, (each) => this.make(each), (node, each) => this.update(node, each));
    }
    this.tick();
  }

  /** Whether every word stands somewhere in what the list shows of this conversation, or in its tags or id. */
  holds(conversation, wanted) {
    const { store, words } = this;
    const preview = store.previews.get(conversation.id);
    const all = folded([words.customer(conversation.customer_id), preview && lineOf(preview, (key) => words.t(key)), conversation.channel,
      conversation.team && words.team(conversation.team), conversation.agent_id && words.agent(conversation.agent_id), conversation.id,
      ...(conversation.tags ?? [])].filter(Boolean).join("\n"));
    return wanted.every((word) => all.includes(word));
  }

  /** Enter opens the first that was found; Escape shows all again, then leaves the field. */
  press(event) {
    if (event.isComposing) return;
    if (event.key === "Enter") {
      const [first] = this.order;
      if (first) this.choose(first);
      event.preventDefault();
    } else if (event.key === "Escape" && this.find.value) {
      this.find.value = "";
      this.render();
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** The conversations in the order in which they stand, for the keys j and k. */
  get order() {
    return [...this.root.querySelectorAll("details[open] li")].map((node) => node.dataset.key);
  }

  make(conversation) {
    const parts = {
      avatar: el("span", { class: "avatar", "aria-hidden": "true" }), name: el("strong", { class: "item-name" }), vip: el("span", { class: "vip" }),
      time: el("span", { class: "item-time" }), line: el("span", { class: "item-line" }), meta: el("span", { class: "item-meta" }),
      unread: el("span", { class: "unread" }),
    };
    const button = el("button", { type: "button", class: "item", on: { click: () => this.choose(conversation.id) } },
      parts.avatar,
      el("span", { class: "item-words" },
        el("span", { class: "item-top" }, parts.name, parts.vip, parts.time),
        el("span", { class: "item-top" }, parts.line, parts.unread),
        parts.meta));
    const node = el("li", {}, button);
    Object.assign(node, { parts, button });
    return node;
  }

  update(node, conversation) {
    const { store, words } = this;
    const { parts, button } = node;
    const name = words.customer(conversation.customer_id);
    const vip = words.vip(conversation.customer_id);
    parts.avatar.className = `avatar ${hueOf(conversation.customer_id)}`;
    setText(parts.avatar, [...name][0] ?? "?");
    setText(parts.name, name);
    setText(parts.vip, vip ? `VIP${vip > 1 ? ` ${vip}` : ""}` : "");
    parts.vip.hidden = !vip;
    const preview = store.previews.get(conversation.id);
    setText(parts.line, store.isTyping(conversation.id) ? words.t("types") : preview ? lineOf(preview, (key) => words.t(key)) : "");
    const unread = store.unread.get(conversation.id) ?? 0;
    setText(parts.unread, unread ? String(unread) : "");
    parts.unread.hidden = !unread;
    if (unread) parts.unread.setAttribute("aria-label", words.t("unread", { n: unread }));
    const agent = conversation.agent_id && !store.isMine(conversation) ? words.agent(conversation.agent_id) : null;
    const mark = conversation.priority > 0 ? words.t("priority.high", { n: conversation.priority }) : null;
    setText(parts.meta, [mark, conversation.channel, conversation.team && words.team(conversation.team), agent,
      conversation.state === "pending" && words.t("state.pending")].filter(Boolean).join(" · "));
    node.since = store.waitingSince(conversation);
    node.updated = conversation.updated_at;
    node.classList.toggle("urgent", conversation.priority >= 5);
    button.classList.toggle("is-unread", unread > 0);
    if (store.selected === conversation.id) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }

  /** Moves the waiting times on; called each second. Amber after one minute, red after three. */
  tick() {
    const now = Date.now();
    for (const node of this.root.querySelectorAll("li")) {
      const { time } = node.parts;
      if (node.since) {
        const wait = now - node.since;
        setText(time, this.words.wait(wait));
        time.title = this.words.t("waited", { time: this.words.wait(wait) });
        time.dataset.wait = wait > 180_000 ? "long" : wait > 60_000 ? "some" : "short";
      } else {
        setText(time, this.words.texts.short(node.updated));
        time.removeAttribute("data-wait");
        time.removeAttribute("title");
      }
    }
  }
}
