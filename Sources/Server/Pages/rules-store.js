// SPDX-License-Identifier: Apache-2.0
import { calmly } from "./dom.js";
import { merge } from "./diff.js";

const draftsName = "luadesk.rules.drafts";
const inPath = (path) => path.split("/").map(encodeURIComponent).join("/");

/**
 * The rules as this page knows them: the folder on the server, and drafts of this browser that are not saved yet.
 *
 * A draft is `{base, baseText, text}`: `base` is the hash of the file it was begun on, null for a new one; `text` null removes the file.
 * Drafts are kept by the browser until they are saved, so that nothing typed is lost with a tab. What lies on disk is looked at every few
 * seconds; where a file changed under a draft, `conflicts` has what lies there now, and nothing is written before somebody has chosen.
 *
 * `onChange(topics)`: `files`, `file` (the open one's text came from elsewhere), `check`, `folder`, `conflict`.
 */
export class RulesStore {
  constructor(api, onChange) {
    Object.assign(this, { api, onChange, me: null, folder: null, files: new Map(), loaded: new Map(), drafts: readDrafts(), conflicts: new Map() });
    this.open = null;
    this.check = { state: "idle", problems: [] };
    this.checkSoon = calmly(350, () => this.runCheck());
  }

  get mayEdit() {
    return this.me?.permissions?.includes("editRules") ?? false;
  }

  /** Whether files can be saved at all, by anybody. */
  get isFolder() {
    return Boolean(this.folder?.folder && this.folder.is_writable);
  }

  async start() {
    this.me = await this.api.get("me");
    await this.refresh();
    if (this.mayEdit) this.runCheck();
  }

  // The folder

  /** Reads the folder's list again, and what changed under an open file or a draft. */
  async refresh() {
    const folder = await this.api.get("rules/files");
    const [before, seen] = [this.folder?.live, JSON.stringify(folder)];
    const isNew = this.seen !== seen;
    this.seen = seen;
    this.folder = folder;
    this.files = new Map(folder.items.map((file) => [file.path, file]));
    if (isNew) this.onChange(new Set(["files", "folder"]));
    if (before && before !== folder.live) this.onChange(new Set(["live"]));
    await this.noticeChanges();
    if (isNew && before !== undefined && this.mayEdit) this.checkSoon();
  }

  async noticeChanges() {
    for (const [path, draft] of this.drafts) {
      const now = this.files.get(path)?.hash ?? null;
      const known = this.conflicts.get(path);
      if (now === draft.base) {
        if (this.conflicts.delete(path)) this.onChange(new Set(["conflict", "files"]));
      } else if (!known || known.hash !== now) await this.meet(path, now);
    }
    const { open } = this;
    if (open && !this.drafts.has(open) && this.loaded.has(open)) {
      const now = this.files.get(open)?.hash;
      if (now && now !== this.loaded.get(open).hash) {
        this.loaded.delete(open);
        await this.load(open);
        this.onChange(new Set(["file"]));
      } else if (!now) {
        this.loaded.delete(open);
        this.open = null;
        this.onChange(new Set(["file", "files"]));
      }
    }
  }

  /** A file lies there that the draft was not based on. */
  async meet(path, hash) {
    let text = null;
    if (hash) text = (await this.api.get(`rules/files/${inPath(path)}`)).text;
    const draft = this.drafts.get(path);
    // The same text came there by another way: nothing to choose.
    if (draft && draft.text === text) return this.forget(path);
    this.conflicts.set(path, { hash, text });
    this.onChange(new Set(["conflict", "files"]));
  }

  /** All paths: of the folder, and new ones. */
  paths() {
    return [...new Set([...this.files.keys(), ...this.drafts.keys()])].sort();
  }

  /** `same`, `changed`, `added`, `removed` beside the live set; drafts counted. */
  stateOf(path) {
    const draft = this.drafts.get(path);
    const file = this.files.get(path);
    if (draft?.text === null) return "removed";
    if (!file) return this.folder.removed.includes(path) ? "changed" : "added";
    return draft && file.live === "same" ? "changed" : file.live;
  }

  // Files

  async load(path) {
    if (!this.loaded.has(path)) {
      const { text, hash } = await this.api.get(`rules/files/${inPath(path)}`);
      // An editor knows one kind of line end; the file gets its own back.
      const isWindows = text.includes("\r\n") && !/[^\r]\n/.test(text);
      this.loaded.set(path, { text: isWindows ? text.replaceAll("\r\n", "\n") : text, hash, isWindows });
    }
    return this.loaded.get(path);
  }

  /** The text as it is now, draft first. Null for a removed file. */
  async textOf(path) {
    const draft = this.drafts.get(path);
    return draft ? draft.text : (await this.load(path)).text;
  }

  /** The text in the live set; empty where it has none. */
  async liveText(path) {
    try {
      return (await this.api.get(`rules/files/${inPath(path)}`, { set: "live" })).text.replaceAll("\r\n", "\n");
    } catch (problem) {
      if (problem.status === 404) return "";
      throw problem;
    }
  }

  async openFile(path) {
    this.open = path;
    if (!this.drafts.has(path)) await this.load(path);
    this.onChange(new Set(["file", "files", "conflict"]));
  }

  /** What was typed. */
  edit(path, text) {
    const draft = this.drafts.get(path);
    const file = this.loaded.get(path);
    if (draft) draft.text = text;
    else if (file && file.text !== text) this.drafts.set(path, { base: file.hash, baseText: file.text, isWindows: file.isWindows, text });
    else return;
    const now = this.drafts.get(path);
    if (now.base && now.text === now.baseText && !this.conflicts.has(path)) this.drafts.delete(path);
    this.keep("files");
    this.checkSoon();
  }

  create(path, text) {
    this.drafts.set(path, { base: this.files.get(path)?.hash ?? null, baseText: "", text });
    this.keep("files");
    this.checkSoon();
    return this.openFile(path);
  }

  async remove(path) {
    const draft = this.drafts.get(path);
    if (draft && draft.base === null) return this.forget(path);
    const file = draft ?? await this.load(path);
    this.drafts.set(path, { base: draft?.base ?? file.hash, baseText: draft?.baseText ?? file.text, isWindows: file.isWindows, text: null });
    this.keep("files", "file");
    this.checkSoon();
  }

  /** Throws the draft away; the file stays as it lies there. */
  async forget(path) {
    this.drafts.delete(path);
    this.conflicts.delete(path);
    this.loaded.delete(path);
    if (this.open === path) {
      if (this.files.has(path)) await this.load(path);
      else this.open = null;
    }
    this.keep("files", "file", "conflict");
    this.checkSoon();
  }

  /** A new name. A saved file is renamed on disk at once; its draft goes with it. */
  async rename(path, to) {
    const draft = this.drafts.get(path);
    if (!draft || draft.base !== null) {
      const base = draft?.base ?? (await this.load(path)).hash;
      await this.api.post("rules/rename", { path, to, base });
    }
    if (draft) {
      this.drafts.delete(path);
      this.drafts.set(to, draft);
    }
    this.loaded.delete(path);
    this.keep();
    await this.refresh();
    await this.openFile(to);
    this.checkSoon();
  }

  // Saving

  /** Saves one draft. Throws `ApiProblem`; after 412 `conflicts` has what lies there. */
  async save(path) {
    const draft = this.drafts.get(path);
    if (!draft) return;
    const { text } = draft;
    const headers = draft.base === null ? { "If-None-Match": "*" } : { "If-Match": `"${draft.base}"` };
    const method = text === null ? "DELETE" : "PUT";
    const body = text === null ? undefined : { text: written(draft) };
    try {
      await this.api.call(method, `rules/files/${inPath(path)}`, { headers, body });
    } catch (problem) {
      if (problem.status === 412) {
        this.conflicts.set(path, { hash: problem.facts.hash ?? null, text: problem.facts.text ?? null });
        this.onChange(new Set(["conflict", "files"]));
      }
      throw problem;
    }
    await this.saved([[path, text]]);
  }

  /**
   * Drafts that were saved are none any more; what was typed since stays one. What lies there is read again: its hash is never guessed, so
   * that the change of somebody who came right after is not taken for ours.
   */
  async saved(pairs) {
    await this.refreshQuietly();
    for (const [path, text] of pairs) {
      this.loaded.delete(path);
      const now = text === null ? null : await this.load(path).catch(() => null);
      const draft = this.drafts.get(path);
      if (draft && draft.text === text) this.drafts.delete(path);
      else if (draft && now?.text === text) Object.assign(draft, { base: now.hash, baseText: text });
      this.conflicts.delete(path);
      if (this.open === path && !now && !this.drafts.has(path)) this.open = null;
    }
    this.keep("files", "folder", "conflict", "file");
  }

  async refreshQuietly() {
    const folder = await this.api.get("rules/files");
    Object.assign(this, { folder, files: new Map(folder.items.map((file) => [file.path, file])) });
  }

  // Conflicts

  /** What lies there is taken; the draft is gone. */
  takeTheirs(path) {
    return this.forget(path);
  }

  /** The draft stays, and the next save may write over what lies there now. */
  keepMine(path) {
    const [draft, there] = [this.drafts.get(path), this.conflicts.get(path)];
    Object.assign(draft, { base: there.hash, baseText: there.text ?? "" });
    this.conflicts.delete(path);
    this.keep("files", "conflict");
  }

  /** Both changes in one text. Returns how many places are left to decide. */
  merge(path, names) {
    const [draft, there] = [this.drafts.get(path), this.conflicts.get(path)];
    const theirs = (there.text ?? "").replaceAll("\r\n", "\n");
    const { text, conflicts } = merge(draft.baseText, draft.text ?? "", theirs, names);
    Object.assign(draft, { base: there.hash, baseText: theirs, text });
    this.conflicts.delete(path);
    this.keep("files", "file", "conflict");
    this.checkSoon();
    return conflicts;
  }

  // Checking and going live

  /** What the server is to put over its folder. */
  edits() {
    return Object.fromEntries([...this.drafts].map(([path, draft]) => [path, draft.text === null ? null : written(draft)]));
  }

  async runCheck() {
    if (!this.mayEdit || !this.folder?.folder) return;
    const turn = this.turn = (this.turn ?? 0) + 1;
    this.check = { ...this.check, state: "running" };
    this.onChange(new Set(["check"]));
    let found;
    try {
      const { ok, problems } = await this.api.post("rules/check", { edits: this.edits() });
      found = { state: "done", ok, problems: problems.map((problem) => ({ ...problem, path: this.pathOf(problem.file) })) };
    } catch (problem) {
      found = { state: "failed", problems: [], message: problem.message };
    }
    // Something newer was asked meanwhile.
    if (turn !== this.turn) return;
    this.check = found;
    this.onChange(new Set(["check", "files"]));
  }

  /** A file as problems name it, `rules/routing/vip.lua`, as the folder has it. */
  pathOf(file) {
    const folder = `${this.folder?.folder ?? "rules"}/`;
    return file?.startsWith(folder) ? file.slice(folder.length) : file;
  }

  test() {
    return this.api.post("rules/test", { edits: this.edits() });
  }

  replay(since) {
    return this.api.post("rules/replay", { edits: this.edits(), ...(since ? { since } : {}) });
  }

  /** Tries the folder with its drafts, which are not saved: for a part of the conversations, "0.1", or beside the live set, "shadow". */
  tryOut(force, how) {
    return this.api.post("rules/activate", { edits: this.edits(), force, ...(how === "shadow" ? { shadow: true } : { canary: Number(how) }) });
  }

  /** Puts everything live, drafts included, which are saved with it. */
  async activate(force) {
    const pairs = [...this.drafts].map(([path, draft]) => [path, draft.text]);
    const bases = Object.fromEntries([...this.drafts].map(([path, draft]) => [path, draft.base]));
    const body = pairs.length ? { edits: this.edits(), bases, force } : { force };
    try {
      const set = await this.api.post("rules/activate", body);
      await this.saved(pairs);
      return set;
    } catch (problem) {
      if (problem.status === 412 && problem.facts.path) {
        this.conflicts.set(problem.facts.path, { hash: problem.facts.hash ?? null, text: problem.facts.text ?? null });
        this.onChange(new Set(["conflict", "files"]));
      }
      throw problem;
    }
  }

  keep(...topics) {
    try {
      if (this.drafts.size) localStorage.setItem(draftsName, JSON.stringify([...this.drafts]));
      else localStorage.removeItem(draftsName);
    } catch {
      // A browser that keeps nothing has them until the tab is closed.
    }
    if (topics.length) this.onChange(new Set(topics));
  }
}

/** A draft's text with the line ends of its file. */
function written(draft) {
  return draft.isWindows ? draft.text.replaceAll("\n", "\r\n") : draft.text;
}

function readDrafts() {
  try {
    return new Map(JSON.parse(localStorage.getItem(draftsName) ?? "[]"));
  } catch {
    return new Map();
  }
}
