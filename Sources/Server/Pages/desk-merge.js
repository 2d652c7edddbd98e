// SPDX-License-Identifier: Apache-2.0
import { calmly, el, hueOf } from "./dom.js";

/** An id as far as it takes to tell it from another: the ends of it. */
export function masked(id) {
  const text = String(id);
  return text.length <= 4 ? "•".repeat(text.length) : `${text.slice(0, 2)}•••${text.slice(-2)}`;
}

/**
 * Finds another customer to be merged into this one: a field with a list under it, worked with the keyboard or a pointer, then a question,
 * then what was done and a way back. What was done stands until somebody searches again: the field coming into focus, as when the column is
 * drawn anew, does not take it away.
 */
export class MergeFinder {
  /** @param door `{attempt(f)}`, which tells of problems and gives null then */
  constructor(store, words, door, id) {
    Object.assign(this, { store, words, door, id, found: [], place: -1, chosen: null, done: null, turn: 0, isOpen: false });
    this.field = el("input", { class: "field small", id: "merge-other", type: "search", role: "combobox", autocomplete: "off", maxlength: 200, "aria-autocomplete": "list", "aria-controls": "merge-found", "aria-expanded": "false", on: {
      input: calmly(180, () => this.search()), focus: () => !this.done && this.search(), click: () => !this.isOpen && this.search(), keydown: (event) => this.press(event), blur: () => this.close(),
    } });
    this.list = el("ul", { class: "finder-list", id: "merge-found", role: "listbox", hidden: true });
    this.note = el("p", { class: "finder-note", id: "merge-note", role: "status" });
    this.question = el("div", { class: "finder-question", id: "merge-question", role: "group", hidden: true });
    this.node = el("div", { class: "finder" }, this.field, this.list, this.question, this.note);
  }

  name(customer) {
    return customer.name || this.words.t("anonymous", { id: String(customer.id).slice(-4) });
  }

  label(channel) {
    return channel.startsWith("@") || channel === "union" ? this.words.t(`identity.${channel.replace("@", "")}`) : channel;
  }

  /** In the language of now. */
  draw() {
    const { words, field } = this;
    for (const name of ["placeholder", "aria-label"]) field.setAttribute(name, words.t("side.merge_hint"));
    this.drawQuestion();
    this.drawNote();
    return this.node;
  }

  async search() {
    if (document.activeElement !== this.field) return;
    const turn = ++this.turn;
    const text = this.field.value.trim();
    let found;
    try {
      found = await this.store.findCustomers(text);
    } catch {
      found = [];
    }
    // An answer that was overtaken, or that nobody waits for any more.
    if (turn !== this.turn || document.activeElement !== this.field) return;
    this.found = found.filter((each) => each.id !== this.id).slice(0, 8);
    this.done = null;
    this.isOpen = true;
    this.choosePlace(text && this.found.length ? 0 : -1);
    this.drawList(text);
  }

  drawList(text) {
    const { words } = this;
    const detail = (customer) => [...(customer.identities ?? []).slice(0, 3).map((each) => `${this.label(each.channel)} ${masked(each.external_id)}`),
      customer.last_seen_at && words.texts.short(customer.last_seen_at)].filter(Boolean).join(" · ");
    this.list.replaceChildren(
      ...(text || !this.found.length ? [] : [el("li", { class: "finder-title", role: "presentation" }, words.t("side.merge_recent"))]),
      ...this.found.map((customer, index) => el("li", { class: "finder-item", id: `merge-found-${index}`, role: "option", "aria-selected": "false", "data-customer": customer.id, on: {
        // Before the field loses the focus, which would close the list.
        pointerdown: (event) => {
          event.preventDefault();
          this.choose(index);
        },
      } }, el("span", { class: `avatar ${hueOf(customer.id)}`, "aria-hidden": "true" }, [...this.name(customer)][0]),
      el("span", { class: "finder-words" }, el("b", {}, this.name(customer)), el("small", {}, detail(customer))))));
    this.list.hidden = !this.found.length;
    this.field.setAttribute("aria-expanded", String(!this.list.hidden));
    this.choosePlace(this.place);
    this.drawNote();
  }

  drawNote() {
    const { words, note } = this;
    if (this.done) {
      const key = this.done.isUndone ? "side.merge_undone" : "side.merge_done";
      note.replaceChildren(words.t(key, { other: this.done.name }), " ", ...(this.done.isUndone ? [] : [
        el("button", { type: "button", class: "button", id: "merge-undo", on: { click: () => this.undo() } }, words.t("side.merge_undo"))]));
    } else {
      const text = this.isOpen && this.field.value.trim();
      note.replaceChildren(!text ? "" : this.found.length ? words.t("side.merge_found", { n: this.found.length }) : words.t("side.merge_none"));
    }
  }

  choosePlace(place) {
    this.place = place;
    [...this.list.querySelectorAll("[role=option]")].forEach((node, index) => {
      node.setAttribute("aria-selected", String(index === place));
      if (index === place) node.scrollIntoView({ block: "nearest" });
    });
    if (place < 0 || this.list.hidden) this.field.removeAttribute("aria-activedescendant");
    else this.field.setAttribute("aria-activedescendant", `merge-found-${place}`);
  }

  press(event) {
    const count = this.found.length;
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!this.isOpen) return void this.search();
      if (count) this.choosePlace(event.key === "ArrowDown" ? (this.place + 1) % count : (this.place + count - (this.place < 0 ? 0 : 1)) % count);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.isOpen && this.place >= 0) this.choose(this.place);
    } else if (event.key === "Escape" && (this.isOpen || this.field.value)) {
      event.preventDefault();
      event.stopPropagation();
      this.field.value = "";
      this.close();
    }
  }

  close() {
    this.turn += 1;
    this.isOpen = false;
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.choosePlace(-1);
    this.drawNote();
  }

  choose(index) {
    this.chosen = this.found[index];
    this.field.value = "";
    this.close();
    this.drawQuestion();
    this.question.querySelector("#merge-yes")?.focus();
  }

  drawQuestion() {
    const { words, question, chosen } = this;
    question.hidden = !chosen;
    if (!chosen) return question.replaceChildren();
    const focused = question.contains(document.activeElement) ? document.activeElement.id : null;
    question.replaceChildren(
      el("p", { id: "merge-asked" }, words.t("side.merge_sure", { other: this.name(chosen), name: words.customer(this.id) })),
      el("button", { type: "button", class: "button", id: "merge-yes", "aria-describedby": "merge-asked", on: { click: () => this.merge() } }, words.t("side.merge")),
      el("button", { type: "button", class: "button plain", id: "merge-no", on: { click: () => this.cancel() } }, words.t("side.merge_cancel")));
    question.onkeydown = (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      this.cancel();
    };
    if (focused) document.getElementById(focused)?.focus();
  }

  cancel() {
    this.chosen = null;
    this.drawQuestion();
    this.field.focus();
  }

  async merge() {
    const other = this.chosen;
    if (!other) return;
    this.chosen = null;
    this.drawQuestion();
    const isDone = await this.door.attempt(async () => {
      await this.store.mergeCustomer(this.id, other.id);
      return true;
    });
    if (!isDone) return;
    this.done = { id: other.id, name: this.name(other), isUndone: false };
    this.drawNote();
    this.note.querySelector("#merge-undo")?.focus();
  }

  async undo() {
    const { done } = this;
    if (!done || done.isUndone) return;
    const isDone = await this.door.attempt(async () => {
      await this.store.unmergeCustomer(this.id, done.id);
      return true;
    });
    if (!isDone) return;
    done.isUndone = true;
    this.drawNote();
    this.field.focus();
  }
}
