// SPDX-License-Identifier: Apache-2.0
import { byId, calmly, el, setText } from "./dom.js";
import { Texts, keepLanguage } from "./language.js";
import { Api } from "./desk-api.js";
import { rulesTexts } from "./rules-texts.js";
import { RulesStore } from "./rules-store.js";
import { makeEditor } from "./rules-editor.js";
import { diffView } from "./rules-diff.js";
import { Tree } from "./rules-tree.js";
import { Review, testReport } from "./rules-review.js";
import { History } from "./rules-history.js";
import { Counters } from "./rules-counters.js";

const texts = new Texts(rulesTexts);
const t = (key, values) => texts.t(key, values);
/** The same tab's token as the desk's. */
const tokenName = "luadesk.desk.token";
/** The page of the person who is signed in; null before. */
let page = null;

// Signing in and out

function tokenFromAddress() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) history.replaceState(null, "", location.pathname + location.search);
  return token;
}

async function signIn(token) {
  const store = new RulesStore(new Api(token), (topics) => page?.changed(topics));
  try {
    await store.start();
  } catch (problem) {
    const isRefused = problem.status === 401 || problem.status === 403;
    if (isRefused) sessionStorage.removeItem(tokenName);
    return showDoor(problem.status === 401 ? "door.refused" : problem.status === 403 ? "door.role" : "door.unreachable");
  }
  sessionStorage.setItem(tokenName, token);
  byId("door").hidden = true;
  byId("rules").hidden = false;
  page = new Page(store);
  await page.start();
}

function signOut(reason) {
  sessionStorage.removeItem(tokenName);
  if (reason) sessionStorage.setItem("luadesk.desk.reason", reason);
  location.reload();
}

function showDoor(problem) {
  byId("rules").hidden = true;
  byId("door").hidden = false;
  byId("door-problem").hidden = !problem;
  setText(byId("door-problem"), problem ? t(problem) : "");
  byId("token").value = "";
  byId("token").focus();
}

// The page

class Page {
  constructor(store) {
    this.store = store;
    const attempt = (f) => this.attempt(f);
    const goTo = (path, line) => this.goTo(path, line);
    this.tree = new Tree(byId("tree"), store, t, { choose: (path) => this.choose(path), create: () => this.create() });
    this.review = new Review(byId("view-review"), store, texts, { attempt, sure, goTo, toast, changed: () => store.refresh() });
    this.history = new History(byId("view-history"), store, texts, { attempt, sure, toast, changed: () => store.refresh() });
    this.counters = new Counters(byId("view-counters"), store, texts, { attempt, goTo });
    this.view = "files";
  }

  async start() {
    const { store } = this;
    this.changed(new Set(["files", "folder", "check"]));
    this.editor = await makeEditor(byId("editor"), {
      label: t("file.editor"), changed: (path, text) => this.edited(path, text), save: () => this.save(), leave: () => byId("findings").focus(),
    });
    byId("editor").dataset.ready = "true";
    const first = store.paths().find((path) => path !== "rules.lua" && path.endsWith(".lua") && !/^(lib|tests|i18n)\//.test(path)) ?? store.paths()[0];
    // On a phone the list comes first.
    if (first && matchMedia("(min-width: 760px)").matches) await this.choose(first, false);
    this.watch();
  }

  /** What was tested is another text then. */
  edited(path, text) {
    byId("test-result").replaceChildren();
    this.store.edit(path, text);
  }

  /** Looks at the disk while somebody looks at the page. */
  watch() {
    const look = async () => {
      if (document.visibilityState !== "visible") return;
      try {
        await this.store.refresh();
        this.connected(true);
      } catch (problem) {
        if (problem.status === 401) return signOut("door.refused");
        this.connected(problem.status !== 0);
      }
      if (this.view === "counters") await this.counters.render();
    };
    this.connected(true);
    setInterval(look, 2500);
    document.addEventListener("visibilitychange", look);
  }

  connected(isOnline) {
    byId("connection").dataset.state = isOnline ? "online" : "offline";
    setText(byId("connection"), t(isOnline ? "connection.online" : "connection.offline"));
  }

  changed(topics) {
    const { store } = this;
    if (topics.has("files") || topics.has("folder")) this.tree.render();
    if (topics.has("folder")) this.notice();
    if (topics.has("check")) this.showCheck();
    if (topics.has("file")) this.showFile();
    if (topics.has("conflict")) this.showConflict();
    if (topics.has("files") || topics.has("file")) this.showHead();
    if (topics.has("live")) {
      toast(t("done.live", { id: store.folder.live.slice(0, 12) }));
      if (this.view !== "files") this.show(this.view);
    }
    setText(byId("who"), `${store.me.agent?.name ?? store.me.name ?? ""} · ${store.me.role}`);
  }

  notice() {
    const { folder, mayEdit, isFolder } = this.store;
    const lines = folder.problems.slice(0, 3).map((text) => t("notice.problem", { text }));
    const differing = folder.items.filter((file) => file.live !== "same").length + folder.removed.length;
    if (!folder.folder) lines.push(t("notice.no_folder"));
    else if (!mayEdit) lines.push(t("notice.read_only"));
    else if (!isFolder) lines.push(t("notice.not_writable"));
    if (folder.folder && differing) lines.push(t("notice.differs", { n: differing }));
    byId("notice").hidden = lines.length === 0;
    setText(byId("notice"), lines.join(" "));
  }

  // Views

  show(view) {
    this.view = view;
    for (const each of ["files", "review", "history", "counters"]) {
      byId(`view-${each}`).hidden = each !== view;
      byId(`tab-${each}`).setAttribute("aria-pressed", String(each === view));
    }
    if (view !== "files") this[view].render();
    else this.showFile();
  }

  // One file

  async choose(path, takesFocus = true) {
    this.show("files");
    await this.attempt(() => this.store.openFile(path));
    if (takesFocus) this.editor?.focus();
  }

  async goTo(path, line) {
    if (!this.store.files.has(path) && !this.store.drafts.has(path)) return;
    await this.choose(path);
    this.editor?.goTo(line);
  }

  async showFile() {
    const { store, editor } = this;
    const path = store.open;
    byId("nothing").hidden = Boolean(path);
    byId("file").hidden = !path;
    this.showHead();
    this.showConflict();
    if (!path || !editor || this.view !== "files") return;
    const text = await this.attempt(() => store.textOf(path));
    if (text === undefined || store.open !== path) return;
    editor.show(path, text ?? "", text === null || !store.mayEdit || !store.folder.folder);
    editor.problems(store.check.problems.filter((problem) => problem.path === path && text !== null));
  }

  showHead() {
    const { store } = this;
    const path = store.open;
    if (!path) return;
    const draft = store.drafts.get(path);
    setText(byId("file-name"), path);
    const state = draft ? (draft.text === null ? "removed" : "draft") : store.stateOf(path);
    byId("file-state").className = `state file-${state}`;
    byId("file-state").dataset.state = state;
    setText(byId("file-state"), t(`file.${state}`));
    const maySave = store.mayEdit && store.isFolder;
    for (const id of ["do-save", "do-undo", "do-rename", "do-remove"]) byId(id).hidden = !maySave;
    byId("do-save").disabled = !draft || store.conflicts.has(path);
    setText(byId("do-save"), t(draft?.text === null ? "do.save_remove" : "do.save"));
    byId("do-save").title = store.folder.watches ? t("notice.watches") : "";
    byId("do-undo").hidden ||= !draft;
    byId("do-remove").hidden ||= draft?.text === null;
    byId("do-rename").disabled = draft?.text === null || store.conflicts.has(path);
  }

  async save() {
    const { store } = this;
    const path = store.open;
    const draft = path && store.drafts.get(path);
    if (!draft || !store.mayEdit || store.conflicts.has(path)) return;
    const isRemoved = draft.text === null;
    const done = await this.attempt(async () => {
      await store.save(path);
      return true;
    });
    if (done) toast(t(isRemoved ? "done.remove" : "done.save", { path }));
  }

  async create() {
    const path = await askForName(t("name.new"), "");
    if (!path) return;
    if (this.store.files.has(path) || this.store.drafts.has(path)) return toast(t("name.taken"));
    await this.attempt(() => this.store.create(path, ""));
    this.editor?.focus();
  }

  async rename() {
    const from = this.store.open;
    const path = from && await askForName(t("name.rename"), from);
    if (!path || path === from) return;
    const done = await this.attempt(async () => {
      await this.store.rename(from, path);
      return true;
    });
    if (done) toast(t("done.rename", { path }));
  }

  async remove() {
    const path = this.store.open;
    if (!path || !await sure(t("sure.remove", { path }), t("sure.remove_words"), t("do.remove"))) return;
    await this.attempt(() => this.store.remove(path));
  }

  async undo() {
    const path = this.store.open;
    if (!path || !await sure(t("sure.undo", { path }), t("sure.undo_words"), t("do.undo"))) return;
    await this.attempt(() => this.store.forget(path));
  }

  // Conflicts

  showConflict() {
    const { store } = this;
    const path = store.open;
    const there = path && store.conflicts.get(path);
    const bar = byId("conflict");
    bar.hidden = !there;
    if (!there) return bar.replaceChildren();
    const draft = store.drafts.get(path);
    const button = (id, key, f) => el("button", { type: "button", id: `conflict-${id}`, class: "button", on: { click: f } }, t(`conflict.${key}`));
    bar.replaceChildren(el("p", {}, t(there.hash ? "conflict.changed" : "conflict.removed")), el("p", { class: "row" },
      there.text !== null && draft.text !== null && button("compare", "compare", () => this.compare(path)),
      there.text !== null && draft.text !== null && button("merge", "merge", () => this.merge(path)),
      button("theirs", "theirs", () => this.attempt(() => store.takeTheirs(path))), button("mine", "mine", () => store.keepMine(path))));
  }

  compare(path) {
    const { store } = this;
    byId("compare-title").textContent = t("conflict.title", { path });
    byId("compare-body").replaceChildren(diffView(path, store.conflicts.get(path).text ?? "", store.drafts.get(path).text ?? "", t));
    byId("compare").showModal();
  }

  async merge(path) {
    const left = this.store.merge(path, { mine: t("mine"), theirs: t("theirs") });
    toast(left ? t("done.merged_with", { n: left }) : t("done.merged"));
    if (!left) return;
    const text = await this.store.textOf(path);
    this.editor?.goTo(text.slice(0, text.indexOf("<<<<<<< ")).split("\n").length);
  }

  // Checks and tests

  showCheck() {
    const { store } = this;
    const { check } = store;
    const isChecked = store.mayEdit && store.folder?.folder;
    byId("do-test").hidden = !isChecked;
    const node = byId("check-state");
    const errors = check.problems.filter((problem) => problem.severity === "error").length;
    if (check.state === "running") {
      node.dataset.state = "running";
      return setText(node, t("check.running"));
    }
    const state = !isChecked ? "read_only" : check.state === "idle" ? "idle" : check.state === "failed" ? "failed" : errors ? "errors" : check.problems.length ? "warnings" : "ok";
    node.dataset.state = state;
    setText(node, t(`check.${state}`, { n: errors || check.problems.length, text: check.message ?? "" }));
    byId("problems").replaceChildren(...check.problems.map((problem) => el("li", { class: problem.severity },
      problem.path ? el("button", { type: "button", class: "side-link", on: { click: () => this.goTo(problem.path, problem.line) } }, `${problem.path}${problem.line ? `:${problem.line}` : ""}`) : "",
      ` ${problem.message}`, problem.hint && el("span", { class: "hint" }, ` ${problem.hint}`))));
    const path = store.open;
    if (path && this.editor?.path === path) {
      this.editor.problems(store.drafts.get(path)?.text === null ? [] : check.problems.filter((problem) => problem.path === path));
    }
  }

  async test() {
    const place = byId("test-result");
    place.replaceChildren(el("p", { class: "soft" }, t("test.running")));
    byId("do-test").disabled = true;
    const report = await this.attempt(() => this.store.test());
    byId("do-test").disabled = false;
    place.replaceChildren(...(report ? testReport(report, this.store, texts, { goTo: (path, line) => this.goTo(path, line) }) : []));
  }

  nextProblem() {
    const { problems } = this.store.check;
    if (!problems.length) return;
    this.problemNumber = ((this.problemNumber ?? -1) + 1) % problems.length;
    const problem = problems[this.problemNumber];
    if (problem.path) this.goTo(problem.path, problem.line);
  }

  /** Does something that may fail, and says so if it does. */
  async attempt(f) {
    try {
      return await f();
    } catch (problem) {
      if (problem.status === 401) return signOut("door.refused");
      if (problem.status === undefined) console.error(problem);
      toast(problem.status === 0 ? t("problem.network") : problem.status === 412 ? t("problem.412") : t("problem.other", { detail: problem.message }));
      return undefined;
    }
  }

  renderAll() {
    this.changed(new Set(["files", "folder", "check", "file", "conflict"]));
    this.connected(byId("connection").dataset.state !== "offline");
    if (this.view !== "files") this[this.view].render();
  }
}

// Questions

/** Opens a dialog and resolves with whether it was confirmed. */
function ask(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "go"), { once: true }));
}

async function askForName(title, path) {
  setText(byId("name-title"), title);
  byId("name-path").value = path;
  return await ask(byId("name-file")) ? byId("name-path").value.trim() : null;
}

function sure(title, words, button) {
  setText(byId("sure-title"), title);
  setText(byId("sure-words"), words);
  setText(byId("sure-go"), button);
  return ask(byId("sure"));
}

const hideToast = calmly(5000, () => { byId("toast").hidden = true; });

function toast(text) {
  byId("toast").hidden = false;
  setText(byId("toast"), text);
  hideToast();
}

// Texts and controls

const keys = [["Ctrl+S", "save"], ["Ctrl+F", "find"], ["Ctrl+/", "comment"], ["F8", "next"], ["F9", "test"], ["Esc", "leave"]];

function showTexts() {
  texts.fill();
  for (const node of document.querySelectorAll(".switch-language")) setText(node, t("language"));
  byId("help-keys").replaceChildren(...keys.map(([key, name]) => el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, t(`key.${name}`)))));
  page?.renderAll();
}

document.addEventListener("keydown", (event) => {
  if (!page || document.querySelector("dialog[open]")) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    if (!event.target.closest?.("#editor")) page.save();
  } else if (event.key === "F8") {
    event.preventDefault();
    page.nextProblem();
  } else if (event.key === "F9" && page.store.mayEdit) {
    event.preventDefault();
    page.show("files");
    page.test();
  }
});

byId("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  signIn(byId("token").value.trim());
});
byId("sign-out").addEventListener("click", () => signOut());
for (const view of ["files", "review", "history", "counters"]) byId(`tab-${view}`).addEventListener("click", () => page.show(view));
// Esc leads here out of the editor, which keeps Tab for itself: back over it, or nobody without a mouse gets to what stands before it.
byId("findings").addEventListener("keydown", (event) => {
  if (event.key !== "Tab" || !event.shiftKey || event.target !== event.currentTarget) return;
  const buttons = [...document.querySelectorAll(".file-head button, #conflict button")].filter((node) => node.offsetParent && !node.disabled);
  const before = buttons.at(-1) ?? document.querySelector(".tree-item[aria-current]");
  if (!before) return;
  event.preventDefault();
  before.focus();
});
byId("do-save").addEventListener("click", () => page.save());
byId("do-undo").addEventListener("click", () => page.undo());
byId("do-rename").addEventListener("click", () => page.rename());
byId("do-remove").addEventListener("click", () => page.remove());
byId("do-test").addEventListener("click", () => page.test());
byId("help-open").addEventListener("click", () => byId("help").showModal());
for (const node of document.querySelectorAll(".switch-language")) node.addEventListener("click", () => {
  const next = texts.language === "en" ? "zh-CN" : "en";
  keepLanguage(next);
  texts.use(next);
  showTexts();
});
for (const dialog of document.querySelectorAll("dialog.sheet")) dialog.querySelector(".close").addEventListener("click", () => dialog.close(""));

showTexts();
const reason = sessionStorage.getItem("luadesk.desk.reason");
sessionStorage.removeItem("luadesk.desk.reason");
const token = tokenFromAddress() ?? sessionStorage.getItem(tokenName);
if (token) signIn(token);
else showDoor(reason);
