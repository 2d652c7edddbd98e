// SPDX-License-Identifier: Apache-2.0
import { el } from "./dom.js";

/** The folder's files, by folder, with what is special about each. */
export class Tree {
  /** @param door `{choose(path), create()}` */
  constructor(root, store, t, door) {
    Object.assign(this, { root, store, t, door });
  }

  render() {
    const { root, store, t, door } = this;
    const errors = new Map();
    for (const { path, severity } of store.check.problems) if (severity === "error") errors.set(path, (errors.get(path) ?? 0) + 1);
    const groups = new Map();
    for (const path of store.paths()) {
      const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
      groups.set(folder, [...(groups.get(folder) ?? []), path]);
    }
    const focused = document.activeElement?.dataset?.path;
    const scroll = root.scrollTop;
    const create = store.mayEdit && store.isFolder && el("button", { type: "button", id: "new-file", class: "button", on: { click: () => door.create() } }, t("file.new"));
    root.replaceChildren(create || "", ...[...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([folder, paths]) => el("section", { class: "tree-group" },
      folder && el("h3", {}, `${folder}/`), el("ul", {}, paths.map((path) => el("li", {}, this.item(path, errors.get(path))))))));
    root.scrollTop = scroll;
    if (focused) root.querySelector(`[data-path="${CSS.escape(focused)}"]`)?.focus();
  }

  item(path, errors) {
    const { store, t, door } = this;
    const state = store.stateOf(path);
    const marks = [
      store.conflicts.has(path) && el("span", { class: "mark conflicting" }, t("file.conflict")),
      errors && el("span", { class: "mark wrong" }, t("file.errors", { n: errors })),
      store.drafts.has(path) ? el("span", { class: "mark unsaved" }, t(state === "removed" ? "file.removed" : "file.draft"))
        : state !== "same" && el("span", { class: "mark" }, t(`file.${state}`)),
    ];
    return el("button", {
      type: "button", class: `tree-item ${state}`, "data-path": path, "aria-current": store.open === path ? "true" : null, on: { click: () => door.choose(path) },
    }, el("span", { class: "tree-name" }, path.slice(path.lastIndexOf("/") + 1)), marks);
  }
}
