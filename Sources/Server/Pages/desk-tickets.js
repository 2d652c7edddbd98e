// SPDX-License-Identifier: Apache-2.0
import { byId, el } from "./dom.js";

/** Where a ticket may go from where it stands; the server has the last word. */
const steps = {
  new: ["open", "pending", "on_hold", "solved"], open: ["pending", "on_hold", "solved"], pending: ["open", "on_hold", "solved"],
  on_hold: ["open", "pending", "solved"], solved: ["open", "closed"], closed: [],
};
const levels = ["low", "normal", "high", "urgent"];
const categories = ["order", "logistics", "refund", "return", "complaint", "product", "account", "other"];

/** A choice of the next statuses of a ticket; plain text for those who only read. */
export function statusSelect(ticket, store, words, attempt) {
  const next = steps[ticket.status] ?? [];
  const name = (status) => words.t(`status.${status}`);
  if (!store.may("workTickets") || next.length === 0) return el("span", { class: `state ticket-${ticket.status}` }, name(ticket.status));
  const select = el("select", {
    class: `state ticket-${ticket.status}`, "aria-label": `${words.t("ticket.status")} #${ticket.number}`,
    on: { change: () => attempt(() => store.changeTicket(ticket.id, { status: select.value })) },
  }, [ticket.status, ...next].map((status) => el("option", { value: status, selected: status === ticket.status }, name(status))));
  return select;
}

/** The list of all tickets. */
export class TicketsView {
  /** @param door `{choose(conversation), openTicket(ticket), attempt(f)}` */
  constructor(root, store, words, door) {
    Object.assign(this, { root, store, words, door });
    this.filter = "active";
  }

  render() {
    if (this.root.hidden) return;
    const { store, words, root } = this;
    const t = (key) => words.t(key);
    const isShown = (ticket) => this.filter === "all" || (this.filter === "active" ? !["solved", "closed"].includes(ticket.status) : ticket.status === this.filter);
    const tickets = [...store.tickets.values()].filter(isShown).sort((a, b) => b.number - a.number);
    const mark = JSON.stringify([tickets, this.filter, words.texts.language, [...store.customers.values()].length]);
    if (root.mark === mark) return;
    root.mark = mark;
    const filter = el("select", { class: "field", id: "ticket-filter", "aria-label": t("ticket.status"), on: { change: () => {
      this.filter = filter.value;
      this.render();
      byId("ticket-filter").focus();
    } } }, ["active", "all", ...Object.keys(steps)].map((value) =>
      el("option", { value, selected: value === this.filter }, t(value === "all" || value === "active" ? `ticket.${value}` : `status.${value}`))));
    for (const ticket of tickets) store.needCustomer(ticket.requester_id);
    root.replaceChildren(
      el("header", { class: "tickets-head" }, el("h1", {}, t("tickets")), filter),
      tickets.length === 0 ? el("p", { class: "nothing" }, t("ticket.none")) : el("div", { class: "table-frame" }, el("table", {},
        el("thead", {}, el("tr", {}, ["number", "subject", "status", "priority", "team", "assignee", "requester", "updated"].map((key) => el("th", { scope: "col" }, t(`ticket.${key}`))))),
        el("tbody", { id: "ticket-rows" }, tickets.map((ticket) => this.row(ticket))))));
  }

  row(ticket) {
    const { store, words, door } = this;
    const subject = el("button", { type: "button", class: "side-link", on: { click: () => door.openTicket(ticket) } }, ticket.subject);
    const talk = ticket.conversation_id
      && el("button", { type: "button", class: "quiet-button", "aria-label": words.t("ticket.talk"), title: words.t("ticket.talk"), on: { click: () => door.choose(ticket.conversation_id) } }, "↗");
    const category = ticket.category && (words.texts.has(`category.${ticket.category}`) ? words.t(`category.${ticket.category}`) : ticket.category);
    return el("tr", { "data-number": ticket.number },
      el("td", {}, `#${ticket.number}`),
      el("td", { class: "wide" }, subject, " ", talk, category && el("small", {}, ` ${category}`)),
      el("td", {}, statusSelect(ticket, store, words, door.attempt)),
      el("td", { class: `level-${ticket.priority}` }, words.t(`level.${ticket.priority}`)),
      el("td", {}, ticket.team ? words.team(ticket.team) : ""),
      el("td", {}, ticket.assignee_id ? words.agent(ticket.assignee_id) : words.t("ticket.unassigned")),
      el("td", {}, ticket.requester_id ? words.customer(ticket.requester_id) : ""),
      el("td", {}, el("time", { datetime: ticket.updated_at, title: words.texts.full(ticket.updated_at) }, words.texts.short(ticket.updated_at))));
  }
}

/** One ticket with its history, and a field for a comment. */
export class TicketSheet {
  constructor(store, words, attempt) {
    Object.assign(this, { store, words, attempt });
    byId("ticket-comment").onsubmit = (event) => {
      event.preventDefault();
      this.comment();
    };
  }

  async open(ticket) {
    this.ticket = ticket;
    const { store, words } = this;
    byId("ticket-view-title").textContent = `#${ticket.number} ${ticket.subject}`;
    byId("ticket-view-history").replaceChildren();
    byId("ticket-comment-words").value = "";
    byId("ticket-comment-public").checked = false;
    byId("ticket-comment-public").disabled = !ticket.conversation_id;
    byId("ticket-comment").hidden = !store.may("workTickets");
    if (!byId("ticket-view").open) byId("ticket-view").showModal();
    await this.attempt(async () => {
      const events = await store.ticketHistory(ticket.id);
      // Another ticket was opened meanwhile.
      if (this.ticket !== ticket) return;
      byId("ticket-view-history").replaceChildren(...events.map((event) => el("li", { class: event.kind === "ticket.commented" ? "comment" : "" },
        el("p", { class: "line-who" }, el("span", {}, words.actor(event.actor)),
          event.kind === "ticket.commented" && event.payload.public && el("span", { class: "note-word" }, words.t("ticket.was_public")),
          el("time", { datetime: event.at, title: words.texts.full(event.at) }, words.texts.short(event.at))),
        event.kind === "ticket.commented" ? el("p", { class: "text" }, String(event.payload.text ?? "")) : el("p", { class: "quiet" }, words.event(event) || event.kind))));
    });
  }

  comment() {
    const field = byId("ticket-comment-words");
    const text = field.value.trim();
    if (!text) return;
    this.attempt(async () => {
      await this.store.comment(this.ticket.id, text, byId("ticket-comment-public").checked);
      await this.open(this.ticket);
      field.focus();
    });
  }
}

/** Asks for a new ticket. Resolves with its draft, or null if the agent thought better of it. */
export function askForTicket(store, words, conversation) {
  const dialog = byId("ticket");
  const option = (value, text, selected) => el("option", { value, selected }, text);
  byId("ticket-subject").value = "";
  byId("ticket-category").replaceChildren(...categories.map((each) => option(each, words.t(`category.${each}`), each === "other")));
  byId("ticket-priority").replaceChildren(...levels.map((each) => option(each, words.t(`level.${each}`), each === "normal")));
  byId("ticket-team").replaceChildren(option("", words.t("ticket.no_team"), !conversation?.team),
    ...[...store.teams.values()].map((team) => option(team.id, team.name, team.id === conversation?.team)));
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => {
    dialog.onclose = () => {
      if (dialog.returnValue !== "go") return done(null);
      const team = byId("ticket-team").value;
      done({
        subject: byId("ticket-subject").value.trim(), category: byId("ticket-category").value, priority: byId("ticket-priority").value,
        ...(team ? { team } : {}),
        ...(conversation ? { requester_id: conversation.customer_id, conversation_id: conversation.id } : {}),
      });
    };
  });
}
