// SPDX-License-Identifier: Apache-2.0
import { el } from "./dom.js";

const styles = ["lib/codemirror.css", "addon/dialog/dialog.css"];
/** The first must be there; the others make it better. */
const scripts = [
  "lib/codemirror.js", "mode/lua/lua.js", "mode/javascript/javascript.js", "mode/markdown/markdown.js", "addon/comment/comment.js",
  "addon/dialog/dialog.js", "addon/edit/closebrackets.js", "addon/edit/matchbrackets.js", "addon/search/searchcursor.js",
  "addon/search/search.js", "addon/search/jump-to-line.js", "addon/selection/active-line.js",
];

/** Resolves with CodeMirror, or null where the server's machine has none. */
async function library() {
  // Before the page's own: those are for the same elements and must win.
  const own = document.querySelector("link[rel=stylesheet]");
  for (const name of styles) own.before(el("link", { rel: "stylesheet", href: `/editor/${name}` }));
  for (const name of scripts) {
    const isThere = await new Promise((resolve) => {
      const script = el("script", { src: `/editor/${name}`, on: { load: () => resolve(true), error: () => resolve(false) } });
      document.head.append(script);
    });
    if (!isThere && name === scripts[0]) return null;
  }
  return window.CodeMirror ?? null;
}

const modes = { lua: "lua", json: { name: "javascript", json: true }, md: "markdown" };
const modeOf = (path) => modes[path.split(".").at(-1)] ?? null;

/** Makes the editor: CodeMirror where it is installed, else a plain text field with the same face. */
export async function makeEditor(root, door) {
  const CodeMirror = await library();
  return CodeMirror ? new CodeEditor(CodeMirror, root, door) : new PlainEditor(root, door);
}

/** @param door `{changed(path, text), save(), leave(), label}` */
class CodeEditor {
  constructor(CodeMirror, root, door) {
    Object.assign(this, { CodeMirror, door, docs: new Map(), marks: [], path: null });
    root.replaceChildren();
    this.mirror = CodeMirror(root, {
      lineNumbers: true, indentUnit: 2, tabSize: 2, indentWithTabs: false, autoCloseBrackets: true, matchBrackets: true,
      styleActiveLine: true, gutters: ["problem-gutter", "CodeMirror-linenumbers"], readOnly: true, lineWrapping: false,
      screenReaderLabel: door.label,
      extraKeys: {
        "Ctrl-S": () => door.save(), "Cmd-S": () => door.save(), "Ctrl-/": "toggleComment", "Cmd-/": "toggleComment", Esc: () => door.leave(),
        Tab: (mirror) => mirror.execCommand(mirror.somethingSelected() ? "indentMore" : "insertSoftTab"), "Shift-Tab": "indentLess",
      },
    });
    this.mirror.on("change", (_, change) => {
      if (change.origin !== "setValue" && this.path) door.changed(this.path, this.mirror.getValue());
    });
  }

  /** Shows a text under a path; the same path again keeps cursor and undo where the text is the same. */
  show(path, text, isReadOnly) {
    if (this.path !== path) {
      if (!this.docs.has(path)) this.docs.set(path, this.CodeMirror.Doc(text, modeOf(path)));
      this.path = path;
      this.mirror.swapDoc(this.docs.get(path));
      this.marks = [];
    }
    if (this.mirror.getValue() !== text) {
      const place = this.mirror.getCursor();
      this.mirror.setValue(text);
      this.mirror.setCursor(place);
    }
    this.mirror.setOption("readOnly", isReadOnly);
    this.mirror.refresh();
  }

  /** Problems of the file that is shown: at their lines, with what to do. */
  problems(list) {
    this.mirror.operation(() => {
      for (const mark of this.marks) mark.clear();
      this.mirror.clearGutter("problem-gutter");
      this.marks = [];
      for (const problem of list) {
        const line = Math.min(Math.max((problem.line ?? 1) - 1, 0), this.mirror.lineCount() - 1);
        const note = el("div", { class: `line-problem ${problem.severity}` }, problem.message, problem.hint && el("span", { class: "hint" }, ` ${problem.hint}`));
        this.marks.push(this.mirror.addLineWidget(line, note, { above: false, noHScroll: true }));
        this.mirror.setGutterMarker(line, "problem-gutter", el("span", { class: `gutter-problem ${problem.severity}`, title: problem.text }, "●"));
      }
    });
  }

  goTo(line) {
    this.mirror.focus();
    this.mirror.setCursor({ line: Math.max(0, (line ?? 1) - 1), ch: 0 });
    this.mirror.scrollIntoView(null, 80);
  }

  focus() {
    this.mirror.focus();
  }

  /** A text that is not to be gone back to with undo. */
  forget(path) {
    if (this.path !== path) this.docs.delete(path);
  }
}

/** The same with a text field. */
class PlainEditor {
  constructor(root, door) {
    Object.assign(this, { door, path: null });
    this.list = el("ul", { class: "plain-problems" });
    this.field = el("textarea", { class: "plain-editor", spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off", "aria-label": door.label, readonly: true, on: {
      input: () => this.path && door.changed(this.path, this.field.value),
      keydown: (event) => {
        if ((event.ctrlKey || event.metaKey) && event.key === "s") {
          event.preventDefault();
          door.save();
        } else if (event.key === "Escape") door.leave();
      },
    } });
    root.replaceChildren(this.field, this.list);
  }

  show(path, text, isReadOnly) {
    this.path = path;
    if (this.field.value !== text) this.field.value = text;
    this.field.readOnly = isReadOnly;
  }

  problems(list) {
    this.list.replaceChildren(...list.map((problem) => el("li", { class: `line-problem ${problem.severity}` },
      el("button", { type: "button", class: "side-link", on: { click: () => this.goTo(problem.line) } }, `${problem.line ?? ""}`), ` ${problem.message} `,
      problem.hint && el("span", { class: "hint" }, problem.hint))));
  }

  goTo(line) {
    const before = this.field.value.split("\n").slice(0, Math.max(0, (line ?? 1) - 1)).join("\n").length;
    this.field.focus();
    this.field.setSelectionRange(before + (line > 1 ? 1 : 0), before + (line > 1 ? 1 : 0));
    this.field.scrollTop = Math.max(0, (line ?? 1) - 5) * 20;
  }

  focus() {
    this.field.focus();
  }

  forget() {}
}
