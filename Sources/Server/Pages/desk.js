// SPDX-License-Identifier: Apache-2.0
import { byId, calmly, el, setText } from "./dom.js";
import { Texts, keepLanguage } from "./language.js";
import { Live } from "./live.js";
import { Alerts } from "./desk-alerts.js";
import { Api } from "./desk-api.js";
import { DeskStore } from "./desk-store.js";
import { deskTexts } from "./desk-texts.js";
import { Words } from "./desk-words.js";
import { Lists } from "./desk-lists.js";
import { TalkView } from "./desk-talk.js";
import { Side } from "./desk-side.js";
import { TicketSheet, TicketsView, askForTicket } from "./desk-tickets.js";

const texts = new Texts(deskTexts);
const t = (key, values) => texts.t(key, values);
const tokenName = "luadesk.desk.token";
/** Store, connection and views of the agent who is signed in; null before. */
let desk = null;

// Signing in and out

/** A link may carry the token behind `#`: that part never reaches a server. It is taken out of the address at once. */
function tokenFromAddress() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) history.replaceState(null, "", location.pathname + location.search);
  return token;
}

async function signIn(token) {
  const api = new Api(token);
  const store = new DeskStore(api, { onChange: (topics) => desk?.render(topics), onNews: tellNews });
  try {
    await store.open();
  } catch (problem) {
    sessionStorage.removeItem(tokenName);
    const key = problem.status === 401 ? "door.refused" : problem.status === 403 ? "door.role" : "door.unreachable";
    if (problem.status !== 401 && problem.status !== 403) sessionStorage.setItem(tokenName, token);
    return showDoor(key);
  }
  sessionStorage.setItem(tokenName, token);
  desk = new Desk(store, token);
  byId("door").hidden = true;
  byId("desk").hidden = false;
  desk.start();
}

function signOut(reason) {
  sessionStorage.removeItem(tokenName);
  desk?.live.stop();
  // A new page: nothing of the one who left stays in memory.
  if (reason) sessionStorage.setItem("luadesk.desk.reason", reason);
  location.reload();
}

function showDoor(problem) {
  byId("desk").hidden = true;
  byId("door").hidden = false;
  byId("door-problem").hidden = !problem;
  setText(byId("door-problem"), problem ? t(problem) : "");
  byId("token").value = "";
  byId("token").focus();
}

// The desk

class Desk {
  constructor(store, token) {
    this.store = store;
    this.words = new Words(texts, store);
    this.live = new Live({
      canPoll: false, token: () => token, after: () => store.seq,
      onState: (state) => this.connection(state),
      onFrame: (frame) => this.frame(frame),
    });
    const attempt = (f) => this.attempt(f);
    const choose = (id) => this.choose(id);
    byId("lists").replaceChildren();
    this.lists = new Lists(byId("lists"), store, this.words, choose);
    this.talk = new TalkView(store, this.words, {
      attempt, choose, send: (frame) => store.may("answer") && this.live.send(frame), run: (action) => this.act(action), transfer: () => this.transfer(),
      ticket: () => this.openTicket(), side: () => {
        if (byId("side").classList.toggle("is-open")) byId("side-close")?.focus();
      },
    });
    this.alerts = new Alerts(byId("alerts"), store, this.words, attempt);
    const sheet = new TicketSheet(store, this.words, attempt);
    const openTicket = (ticket) => sheet.open(ticket);
    this.side = new Side(byId("side"), store, this.words, { choose, attempt, openTicket, ticket: () => this.openTicket() });
    this.tickets = new TicketsView(byId("view-tickets"), store, this.words, { choose, openTicket, attempt });
  }

  start() {
    this.live.start();
    this.timer = setInterval(() => this.lists.tick(), 1000);
    this.render(new Set(["me", "lists", "talk", "side", "tickets", "alerts"]));
    this.chooseFromAddress();
  }

  /** Links from elsewhere lead to a conversation: `/desk#conversation=ID`. */
  chooseFromAddress() {
    const id = new URLSearchParams(location.hash.slice(1)).get("conversation");
    if (id) this.choose(id);
  }

  frame(frame) {
    this.store.handle(frame);
    if (frame.type === "ready") this.attempt(() => this.store.refresh());
    if (frame.type === "error" && frame.code !== "unauthorized") toast(t("problem.other", { detail: this.words.reason(frame.message ?? frame.code) }));
  }

  connection(state) {
    if (state === "refused") return signOut("door.refused");
    const isReadOnly = state === "online" && !this.store.may("answer");
    byId("connection").dataset.state = state;
    setText(byId("connection"), t(isReadOnly ? "connection.read_only" : `connection.${state}`));
    if (state === "online") this.store.resend();
    const agent = this.store.agents.get(this.store.me.agent_id);
    if (state === "online" && agent?.presence === "offline" && !this.isGreeted) toast(t("presence.hint"));
    this.isGreeted ||= state === "online";
  }

  render(topics) {
    if (topics.has("me")) this.renderMe();
    if (topics.has("lists") || topics.has("me")) this.lists.render();
    if (topics.has("talk") || topics.has("me")) this.talk.render();
    if (topics.has("side") || topics.has("me")) this.side.render();
    if (topics.has("tickets") || topics.has("me")) this.tickets.render();
    if (topics.has("alerts") || topics.has("me")) this.alerts.render();
    showBadge();
  }

  renderMe() {
    const { me, agents } = this.store;
    const agent = agents.get(me.agent_id);
    setText(byId("who"), `${agent?.name ?? me.name ?? ""} · ${me.role}`);
    const select = byId("presence");
    select.replaceChildren(...["online", "busy", "away", "offline"].map((each) => el("option", { value: each }, t(`presence.${each}`))));
    select.value = agent?.presence ?? "offline";
    byId("presence-dot").dataset.presence = select.value;
    select.closest("label").hidden = !agent || !this.store.may("answer");
  }

  async choose(id) {
    showView("talks");
    byId("side").classList.remove("is-open");
    await this.attempt(() => this.store.select(id));
    this.talk.wasAtEnd = true;
    this.talk.render();
  }

  /** Does something that may fail, and says so if it does. */
  async attempt(f) {
    try {
      return await f();
    } catch (problem) {
      if (problem.status === 401) return signOut("door.refused");
      toast(problem.status === 0 ? t("problem.network") : t("problem.other", { detail: this.words.reason(problem.message) }));
      return undefined;
    }
  }

  async act(action, body) {
    const id = this.store.selected;
    if (!id || !this.store.may("answer")) return;
    if (action === "accept" && !body?.agent_id && !this.store.me.agent_id) return toast(t("problem.noagent"));
    const done = await this.attempt(() => this.store.act(id, action, body));
    if (!done) return;
    toast(t(`done.${action}`));
    if (action === "accept") this.talk.write(false);
  }

  transfer() {
    const { store } = this;
    if (!store.selected || !store.may("answer")) return;
    const dialog = byId("transfer");
    byId("transfer-note").value = "";
    byId("transfer-to").replaceChildren(
      el("optgroup", { label: t("transfer.teams") }, [...store.teams.values()].map((team) => el("option", { value: `team:${team.id}` }, team.name))),
      el("optgroup", { label: t("transfer.agents") }, [...store.agents.values()].filter((agent) => agent.id !== store.me.agent_id).map((agent) =>
        el("option", { value: `agent:${agent.id}` }, `${agent.name} · ${t(`presence.${agent.presence}`)}`))));
    dialog.returnValue = "";
    dialog.onclose = () => this.finishTransfer(dialog.returnValue);
    dialog.showModal();
  }

  async finishTransfer(answer) {
    const to = byId("transfer-to").value;
    if (answer !== "go" || !to) return;
    const note = byId("transfer-note").value.trim();
    const id = this.store.selected;
    const name = to.slice(to.indexOf(":") + 1);
    if (to.startsWith("team:")) return this.act("hand_off", { team: name, ...(note ? { note } : {}) });
    if (note) await this.attempt(() => this.store.api.post(`conversations/${id}/messages`, { kind: "text", text: note, note: true }));
    const done = await this.attempt(() => this.store.act(id, "accept", { agent_id: name }));
    if (done) toast(t("done.hand_off"));
  }

  async openTicket() {
    const { store } = this;
    if (!store.may("workTickets")) return;
    const draft = await askForTicket(store, this.words, store.conversations.get(store.selected));
    if (!draft?.subject) return;
    const ticket = await this.attempt(() => store.openTicket(draft));
    if (ticket) toast(t("done.ticket", { n: ticket.number }));
  }

  step(by) {
    const order = this.lists.order;
    const place = order.indexOf(this.store.selected);
    const next = order[place < 0 ? 0 : Math.min(order.length - 1, Math.max(0, place + by))];
    if (next) this.choose(next);
  }
}

// News: title, sound, screen readers

const soundName = "luadesk.desk.sound";
let isLoud = localStorage.getItem(soundName) === "on";
let audio;

/** What only somebody who looks elsewhere needs: a sign of the system, if the agent wants to hear and the browser may. */
function showSign(words, id) {
  if (!isLoud || document.visibilityState === "visible" || window.Notification?.permission !== "granted") return;
  try {
    const sign = new Notification("LuaDesk", { body: words, tag: id ?? words, icon: "/assets/favicon.svg" });
    sign.onclick = () => {
      window.focus();
      if (id) desk?.choose(id);
      sign.close();
    };
  } catch {
    // Phones know signs only through a worker; the sound and the title are there.
  }
}

function beep() {
  if (!isLoud) return;
  audio ??= new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = 740;
  volume.gain.setValueAtTime(0.08, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.35);
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.36);
}

function tellNews(kind, id, detail) {
  if (!desk) return;
  const conversation = desk.store.conversations.get(id);
  if (kind === "message" && !(conversation && desk.store.isMine(conversation))) return;
  const name = kind === "alert" ? desk.words.alert(detail) : desk.words.customer(conversation?.customer_id);
  const words = t(`news.${kind}`, { name, text: kind === "notified" ? detail : "" });
  setText(byId("news"), words);
  if (["assigned", "notified"].includes(kind)) toast(words);
  beep();
  showSign(words, id);
}

function showBadge() {
  if (!desk) return;
  const { queued, mine } = desk.store.lists();
  const unread = mine.reduce((sum, each) => sum + (desk.store.unread.get(each.id) ?? 0), 0);
  document.title = queued.length + unread ? `(${queued.length + unread}) LuaDesk` : "LuaDesk";
}

const hideToast = calmly(4000, () => { byId("toast").hidden = true; });

function toast(text) {
  byId("toast").hidden = false;
  setText(byId("toast"), text);
  hideToast();
}

// Keys

const keys = [
  ["j", "next", () => desk.step(1)], ["k", "previous", () => desk.step(-1)], ["t", "take", () => byId("do-accept")?.click()],
  ["r", "reply", () => desk.talk.conversation && desk.talk.write(false)], ["n", "note", () => desk.talk.conversation && desk.talk.write(true)],
  ["f", "transfer", () => desk.transfer()], ["e", "resolve", () => byId("do-resolve")?.click()], ["o", "ticket", () => desk.openTicket()],
  ["/", "find", () => {
    showView("talks");
    desk.lists.find.select();
  }],
  ["?", "help", () => byId("help").showModal()],
];

document.addEventListener("keydown", (event) => {
  if (!desk || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const isWriting = event.target.closest?.("input, textarea, select, dialog");
  if (event.key === "Escape" && isWriting && !event.target.closest("dialog")) return event.target.blur();
  if (event.key === "Escape" && !isWriting) byId("side").classList.remove("is-open");
  const key = isWriting ? null : keys.find(([name]) => name === event.key);
  if (!key || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  key[2]();
});

// Texts and controls

function showTexts() {
  texts.fill();
  for (const node of document.querySelectorAll(".switch-language")) setText(node, t("language"));
  setText(byId("sound"), t(isLoud ? "sound.on" : "sound.off"));
  byId("sound").setAttribute("aria-pressed", String(isLoud));
  byId("help-keys").replaceChildren(...[...keys, ["Esc", "leave"]].map(([key, name]) =>
    el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, t(`key.${name}`)))));
  if (!desk) return;
  desk.connection(desk.live.state);
  desk.render(new Set(["me", "lists", "talk", "side", "tickets", "alerts"]));
}

function showView(name) {
  for (const each of ["talks", "tickets"]) {
    byId(`view-${each}`).hidden = each !== name;
    byId(`tab-${each}`).setAttribute("aria-pressed", String(each === name));
  }
  if (name === "tickets") desk.attempt(() => desk.store.refreshTickets());
  desk.render(new Set(["tickets", "talk"]));
}

byId("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  signIn(byId("token").value.trim());
});
byId("sign-out").addEventListener("click", () => signOut());
addEventListener("hashchange", () => desk?.chooseFromAddress());
byId("tab-talks").addEventListener("click", () => showView("talks"));
byId("tab-tickets").addEventListener("click", () => showView("tickets"));
byId("presence").addEventListener("change", (event) => {
  byId("presence-dot").dataset.presence = event.target.value;
  if (!desk.live.send({ type: "presence", presence: event.target.value })) {
    toast(t("problem.network"));
    desk.renderMe();
  }
});
byId("sound").addEventListener("click", (event) => {
  isLoud = !isLoud;
  localStorage.setItem(soundName, isLoud ? "on" : "off");
  if (isLoud && window.Notification?.permission === "default") Notification.requestPermission();
  event.target.setAttribute("aria-pressed", String(isLoud));
  setText(event.target, t(isLoud ? "sound.on" : "sound.off"));
  beep();
});
byId("help-open").addEventListener("click", () => byId("help").showModal());
for (const node of document.querySelectorAll(".switch-language")) node.addEventListener("click", () => {
  const next = texts.language === "en" ? "zh-CN" : "en";
  keepLanguage(next);
  texts.use(next);
  showTexts();
});
for (const dialog of document.querySelectorAll("dialog.sheet")) {
  dialog.querySelector(".close").addEventListener("click", () => dialog.close(""));
  dialog.querySelector("form").addEventListener("submit", () => { dialog.returnValue = "go"; });
  dialog.querySelector("button[type=submit]")?.setAttribute("value", "go");
}

showTexts();
const reason = sessionStorage.getItem("luadesk.desk.reason");
sessionStorage.removeItem("luadesk.desk.reason");
const token = tokenFromAddress() ?? sessionStorage.getItem(tokenName);
if (token) signIn(token);
else showDoor(reason);
