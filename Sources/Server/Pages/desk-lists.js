// SPDX-License-Identifier: Apache-2.0
import { el, hueOf, keyed, setText } from "./dom.js";
import { lineOf } from "./message.js";

/** The left column: who is mine, who waits, what the bot does, what colleagues do. Mine first: a long queue would hide them. */
export class Lists {
  constructor(root, store, words, choose) {
    Object.assign(this, { root, store, words, choose });
    this.sections = {};
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
    for (const [name, section] of Object.entries(this.sections)) {
      setText(section.title, this.words.t(`list.${name}`));
      setText(section.count, String(lists[name].length));
      setText(section.empty, this.words.t(`list.none.${name}`));
      section.empty.hidden = lists[name].length > 0;
      keyed(section.list, lists[name], (each) => each.id, (each) => this.make(each), (node, each) => this.update(node, each));
    }
    this.tick();
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
