// SPDX-License-Identifier: Apache-2.0
import { el, hueOf } from "./dom.js";
import { masked, MergeFinder } from "./desk-merge.js";
import { statusSelect } from "./desk-tickets.js";

/** What somebody typed as a value: numbers and yes or no are such, everything else is text. */
function meant(text) {
  if (/^-?\d+(\.\d+)?$/.test(text) && String(Number(text)) === text) return Number(text);
  return text === "true" ? true : text === "false" ? false : text;
}

/** The right column: who the customer is, this conversation's tags and priority, tickets, earlier conversations. */
export class Side {
  /** @param door `{choose(id), ticket(), openTicket(ticket), attempt(f)}` */
  constructor(root, store, words, door) {
    Object.assign(this, { root, store, words, door });
  }

  render() {
    const { store, words, root } = this;
    const conversation = store.conversations.get(store.selected);
    root.classList.toggle("is-empty", !conversation);
    if (!conversation) {
      root.mark = null;
      return root.replaceChildren();
    }
    const customer = store.customers.get(conversation.customer_id) ?? { id: conversation.customer_id };
    const tickets = [...store.tickets.values()].filter((ticket) => ticket.requester_id === customer.id || ticket.conversation_id === conversation.id)
      .sort((a, b) => b.number - a.number);
    const history = (store.history?.customer === customer.id ? store.history.items : []).filter((each) => each.id !== conversation.id);
    const mark = JSON.stringify([conversation.id, conversation.tags, conversation.priority, conversation.channel, conversation.team, customer, tickets, history, words.texts.language, store.me]);
    if (root.mark === mark || [...root.querySelectorAll("input")].some((field) => field.value)) return;
    root.mark = mark;
    const focused = root.contains(document.activeElement) ? document.activeElement.id : null;
    root.replaceChildren(el("button", { type: "button", id: "side-close", class: "button plain side-close", on: { click: () => root.classList.remove("is-open") } }, words.t("close")),
      this.customer(conversation, customer), this.talk(conversation), this.ticketsOf(tickets), this.historyOf(history));
    if (focused) document.getElementById(focused)?.focus();
  }

  section(key, ...parts) {
    return el("section", { class: "side-part" }, el("h3", {}, this.words.t(key)), ...parts);
  }

  facts(pairs) {
    return el("dl", { class: "facts" }, pairs.filter(([, value]) => value !== undefined && value !== null && value !== "").map(([name, value]) =>
      el("div", {}, el("dt", {}, name), el("dd", {}, typeof value === "object" ? JSON.stringify(value) : String(value)))));
  }

  customer(conversation, customer) {
    const { words } = this;
    const name = words.customer(customer.id);
    const day = (at) => at && words.texts.short(at);
    const attributes = Object.entries(customer.attributes ?? {});
    const isEditable = this.store.may("answer");
    return el("section", { class: "side-part", id: "customer-card" },
      el("div", { class: "side-name" }, el("span", { class: `avatar ${hueOf(customer.id)}`, "aria-hidden": "true" }, [...name][0]), el("h2", {}, name)),
      this.tags("customer-tag", customer.tags ?? [], isEditable, words.t("side.add_customer_tag"), (tags) => this.edit(customer, { tags })),
      this.facts([[words.t("side.channel"), conversation.channel], [words.t("side.language"), customer.language],
        [words.t("side.since"), day(customer.created_at)], [words.t("side.seen"), day(customer.last_seen_at)],
        ...(isEditable ? [] : attributes)]),
      isEditable && this.attributes(customer, attributes), this.identities(customer, isEditable));
  }

  /** By what the customer is known on which channel, and who they were before somebody saw that they are one. */
  identities(customer, isEditable) {
    const { words, store } = this;
    const known = customer.identities ?? [];
    const label = (channel) => (channel.startsWith("@") || channel === "union" ? words.t(`identity.${channel.replace("@", "")}`) : channel);
    if (isEditable && this.finder?.id !== customer.id) this.finder = new MergeFinder(store, words, this.door, customer.id);
    return el("div", { id: "customer-identities" }, el("h3", {}, words.t("side.identities")),
      el("dl", { class: "facts" }, known.map((each) => el("div", {}, el("dt", {}, label(each.channel)), el("dd", {}, masked(each.external_id))))),
      el("p", { class: "none" }, customer.id),
      isEditable && this.finder.draw(),
      isEditable && customer.merged?.length > 0 && el("button", { type: "button", class: "button", id: "unmerge", on: { click: () => {
        if (confirm(words.t("side.unmerge_sure", { other: words.customer(customer.merged.at(-1)) }))) this.door.attempt(() => store.unmergeCustomer(customer.id));
      } } }, words.t("side.unmerge")));
  }

  edit(customer, fields) {
    this.door.attempt(() => this.store.changeCustomer(customer.id, fields));
  }

  /** Facts about the customer that rules go by: changed one by one, `null` removes. */
  attributes(customer, entries) {
    const { words } = this;
    const name = el("input", { class: "field small", id: "attribute-name", placeholder: words.t("side.attribute_name"), "aria-label": words.t("side.attribute_name"), maxlength: 60 });
    const value = el("input", { class: "field small", id: "attribute-value", placeholder: words.t("side.attribute_value"), "aria-label": words.t("side.attribute_value"), maxlength: 500 });
    const shown = (each) => (typeof each === "string" ? each : JSON.stringify(each));
    return el("div", {},
      el("dl", { class: "facts", id: "customer-attributes" }, entries.map(([key, each]) => el("div", {}, el("dt", {}, key), el("dd", {},
        el("button", { type: "button", class: "side-link", "aria-label": words.t("side.edit_attribute", { name: key }), on: { click: () => {
          name.value = key;
          value.value = shown(each);
          value.focus();
        } } }, shown(each)), " ",
        el("button", { type: "button", class: "quiet-button", "aria-label": words.t("side.remove_attribute", { name: key }), on: { click: () => this.edit(customer, { attributes: { [key]: null } }) } }, "×"))))),
      el("form", { class: "pair", on: { submit: (event) => {
        event.preventDefault();
        const key = name.value.trim();
        if (!key) return name.focus();
        const fields = { attributes: { [key]: meant(value.value.trim()) } };
        name.value = "";
        value.value = "";
        this.edit(customer, fields);
      } } }, name, value, el("button", { type: "submit", class: "button" }, words.t("side.set_attribute"))));
  }

  /** Tags with a field for another one. */
  tags(id, tags, isEditable, hint, change) {
    const { words } = this;
    const field = el("input", { class: "field small", id, placeholder: hint, "aria-label": hint, maxlength: 40 });
    return el("div", {},
      el("ul", { class: "tags" }, tags.map((tag) => el("li", { class: "tag" }, tag,
        isEditable && el("button", { type: "button", "aria-label": words.t("side.remove_tag", { tag }), on: { click: () => change(tags.filter((each) => each !== tag)) } }, "×")))),
      isEditable && el("form", { on: { submit: (event) => {
        event.preventDefault();
        const tag = field.value.trim();
        field.value = "";
        if (tag && !tags.includes(tag)) change([...tags, tag]);
      } } }, field));
  }

  talk(conversation) {
    const { store, words } = this;
    const isEditable = store.may("answer");
    const change = (fields) => this.door.attempt(() => store.change(conversation.id, fields));
    const tags = conversation.tags ?? [];
    const levels = el("select", { class: "plain-select", id: "side-priority", "aria-label": words.t("side.priority"), on: { change: (event) => change({ priority: Number(event.target.value) }) } },
      Array.from({ length: 10 }, (_, level) => el("option", { value: level, selected: level === conversation.priority }, String(level))));
    return this.section("side.talk",
      el("dl", { class: "facts" }, el("div", {}, el("dt", {}, words.t("side.priority")), el("dd", {}, isEditable ? levels : String(conversation.priority ?? 0)))),
      this.tags("side-tag", tags, isEditable, words.t("side.add_tag"), (next) => change({ tags: next })));
  }

  ticketsOf(tickets) {
    const { store, words } = this;
    return this.section("side.tickets",
      tickets.length === 0 && el("p", { class: "none" }, words.t("side.none")),
      el("ul", { class: "side-list", id: "side-tickets" }, tickets.map((ticket) => el("li", { class: "side-ticket" },
        el("button", { type: "button", class: "side-link", on: { click: () => this.door.openTicket(ticket) } }, el("b", {}, `#${ticket.number}`), " ", ticket.subject),
        statusSelect(ticket, store, words, this.door.attempt)))),
      store.may("workTickets") && el("button", { type: "button", class: "button", on: { click: () => this.door.ticket() } }, words.t("do.ticket")));
  }

  historyOf(history) {
    const { words } = this;
    return this.section("side.history",
      history.length === 0 && el("p", { class: "none" }, words.t("side.none")),
      el("ul", { class: "side-list" }, history.map((each) => el("li", {},
        el("button", { type: "button", class: "side-link", on: { click: () => this.door.choose(each.id) } },
          el("span", { class: `state state-${each.state}` }, words.t(`state.${each.state}`)), " ", words.texts.short(each.started_at), " · ", each.channel)))));
  }
}
