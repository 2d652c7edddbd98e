// SPDX-License-Identifier: Apache-2.0
import { byId, el } from "./dom.js";
import { diffView } from "./rules-diff.js";
import { Rollout } from "./rules-rollout.js";

/** What would be different, tried out, and put live: the way of a change from the editor to customers. */
export class Review {
  /** @param door `{attempt(f), sure(title, words, button), goTo(path, line), toast(text), changed()}` */
  constructor(root, store, texts, door) {
    Object.assign(this, { root, store, texts, door, replay: null, since: "7d" });
  }

  t(key, values) {
    return this.texts.t(key, values);
  }

  /** Draws all of it anew; the results of tests and replay stay. */
  render() {
    const { store } = this;
    const t = (key) => this.t(key);
    const mayGo = store.mayEdit && store.folder?.folder;
    this.diffs = el("div", { id: "diffs", class: "diffs" });
    this.testResult = el("div", { id: "review-test-result", class: "test-result", role: "status" });
    this.replayResult = el("div", { id: "replay-result" });
    this.verdict = el("div", { id: "activate-result", role: "status" });
    const force = el("input", { id: "force", type: "checkbox" });
    const how = el("select", { id: "how", class: "field" }, ["all", "0.05", "0.1", "0.25", "0.5", "shadow"].map((value) =>
      el("option", { value }, Number(value) ? t("how.canary", { percent: `${Number(value) * 100} %` }) : t(`how.${value}`))));
    const rollout = el("section", { class: "step", id: "rollout", hidden: true });
    this.rollout = new Rollout(rollout, store, this.texts, { ...this.door, changes: (report) => this.changes("shadow-changes", report) });
    const since = el("select", { id: "replay-since", class: "field", on: { change: () => { this.since = since.value; } } },
      ["1d", "7d", "30d", "all"].map((value) => el("option", { value, selected: value === this.since }, t(`since.${value}`))));
    this.root.replaceChildren(
      el("h1", {}, t("review.title")),
      rollout,
      el("section", { class: "step" }, el("h2", {}, t("review.diff")), this.diffs),
      store.mayEdit && store.folder?.folder ? el("section", { class: "step" }, el("h2", {}, t("review.test")),
        el("button", { type: "button", id: "review-test", class: "button", on: { click: () => this.test() } }, t("do.test")), this.testResult) : "",
      mayGo ? el("section", { class: "step" }, el("h2", {}, t("review.replay")), el("p", { class: "soft" }, t("review.replay_words")),
        el("p", { class: "row" }, el("label", { class: "row" }, el("span", {}, t("review.since")), since),
          this.start = el("button", { type: "button", id: "replay-start", class: "button", on: { click: () => this.startReplay() } }, t("do.replay")),
          this.stop = el("button", { type: "button", id: "replay-stop", class: "button", hidden: true, on: { click: () => this.stopReplay() } }, t("do.cancel"))),
        this.replayResult) : "",
      mayGo ? el("section", { class: "step" }, el("h2", {}, t("review.activate")), el("p", { class: "soft" }, t("review.activate_words")),
        el("label", { class: "check" }, force, el("span", {}, t("review.force"))),
        el("p", { class: "row" }, el("label", { class: "row" }, el("span", {}, t("review.how")), how),
          el("button", { type: "button", id: "activate", class: "button main", on: { click: () => this.activate(force.checked, how.value) } }, t("do.activate"))), this.verdict) : "");
    this.rollout.render();
    this.showReplay();
    this.showDiffs();
  }

  async showDiffs() {
    const { store, diffs } = this;
    await this.door.attempt(async () => {
      const parts = [];
      for (const path of [...new Set([...store.paths(), ...store.folder.removed])].sort()) {
        const isThere = store.files.has(path) || store.drafts.has(path);
        if (isThere && store.stateOf(path) === "same") continue;
        const now = isThere ? await store.textOf(path) ?? "" : "";
        const live = await store.liveText(path);
        if (now !== live) parts.push(diffView(path, live, now, (key, values) => this.t(key, values)));
      }
      diffs.replaceChildren(...(parts.length ? parts : [el("p", { class: "soft" }, this.t("review.none"))]));
    });
  }

  async test() {
    this.testResult.replaceChildren(el("p", { class: "soft" }, this.t("test.running")));
    const report = await this.door.attempt(() => this.store.test());
    this.testResult.replaceChildren(...(report ? testReport(report, this.store, this.texts, this.door) : []));
  }

  // Replay

  async startReplay() {
    const mark = JSON.stringify(this.store.edits());
    const job = await this.door.attempt(() => this.store.replay(this.since === "all" ? null : this.since));
    if (!job) return;
    this.replay = { job, mark, live: this.store.folder.live };
    this.showReplay();
    this.follow(job.id);
  }

  async follow(id) {
    while (this.replay?.job.id === id && this.replay.job.state === "running") {
      await new Promise((resolve) => setTimeout(resolve, 300));
      const job = await this.door.attempt(() => this.store.api.get(`rules/replay/${id}`));
      if (!job) return;
      if (this.replay?.job.id !== id) return;
      this.replay.job = job;
      this.showReplay();
    }
  }

  async stopReplay() {
    await this.door.attempt(() => this.store.api.call("DELETE", `rules/replay/${this.replay.job.id}`));
  }

  showReplay() {
    if (!this.replay || !this.start) return;
    const { job, mark } = this.replay;
    const isRunning = job.state === "running";
    this.start.disabled = isRunning;
    this.stop.hidden = !isRunning;
    const percent = (share) => `${Math.round(share * 1000) / 10} %`;
    if (isRunning) {
      const bar = this.replayResult.querySelector("progress") ?? el("progress", { max: 1 });
      bar.value = job.progress;
      this.replayResult.replaceChildren(el("p", { class: "row" }, bar, el("span", {}, this.t("replay.running", { n: job.decisions, percent: percent(job.progress) }))));
      return;
    }
    const parts = [];
    if (mark !== JSON.stringify(this.store.edits())) parts.push(el("p", { class: "problem" }, this.t("replay.stale")));
    if (job.state === "failed") parts.push(el("p", { class: "problem" }, this.t("replay.failed", { text: job.reason ?? "" })));
    if (job.state === "cancelled") parts.push(el("p", { class: "soft" }, this.t("replay.cancelled")));
    if (job.report) parts.push(...this.report(job.report, percent));
    this.replayResult.replaceChildren(...parts);
  }

  report(report, percent) {
    const t = (key, values) => this.t(key, values);
    if (!report.decisions && !report.skipped) return [el("p", { class: "soft" }, t("replay.none"))];
    const mean = (us) => (report.decisions ? Math.round(us / report.decisions) : 0);
    const moved = [...report.new_matches, ...report.lost_matches].sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
    return [
      el("p", { id: "replay-sum" }, el("strong", {}, t("replay.done", { n: report.decisions, changed: report.changed, percent: percent(report.share) })), report.reworded ? ` ${t("replay.reworded", { n: report.reworded })}` : ""),
      report.skipped > 0 && el("p", { class: "soft" }, t("replay.skipped", { n: report.skipped })),
      this.changes("replay-changes", report),
      moved.length > 0 && el("details", {}, el("summary", {}, t("replay.matches")),
        table("replay-matches", ["rule", "before", "after"].map((key) => t(`replay.${key}`)), moved.map((each) => [each.rule, each.before, each.after]))),
      (report.errors.before > 0 || report.errors.after > 0) && el("p", { class: report.errors.after > report.errors.before ? "problem" : "soft" }, t("replay.errors", report.errors)),
      el("p", { class: "soft" }, t("replay.cost", { before: mean(report.cost.us_before), after: mean(report.cost.us_after) })),
    ].filter(Boolean);
  }

  /** What would be decided otherwise, by rule and field; nothing if there is none. */
  changes(id, report) {
    const link = (example) => el("a", { href: `/desk#conversation=${example.conversation_id}`, title: example.conversation_id }, example.message_id ?? example.conversation_id);
    return report.changes.length > 0 && table(id, ["rule", "field", "from", "to", "count", "examples"].map((key) => this.t(`replay.${key}`)), report.changes.slice(0, 100).map((change) =>
      [change.rule, change.field, el("span", { class: "clip" }, change.from ?? "—"), el("span", { class: "clip" }, change.to ?? "—"), change.count,
        el("span", { class: "clip" }, change.examples.slice(0, 3).map(link).flatMap((node, index) => (index ? [" ", node] : [node])))]));
  }

  // Going live

  async activate(force, how) {
    const { store, door } = this;
    const words = how !== "all" ? "sure.try_words" : force ? "sure.force_words" : "sure.activate_words";
    if (!await door.sure(this.t(how === "all" ? "sure.activate" : "sure.try"), this.t(words), this.t("do.activate"))) return;
    byId("activate").disabled = true;
    try {
      const set = how === "all" ? await store.activate(force) : await store.tryOut(force, how);
      door.toast(this.t(how === "all" ? "done.activate" : "done.try", { id: set.id.slice(0, 12) }));
      this.render();
      // How it does stands above.
      this.root.scrollTo({ top: 0 });
    } catch (problem) {
      if (problem.status !== 422) {
        await door.attempt(() => { throw problem; });
        return;
      }
      const problems = problem.errors.length ? problem.errors.map((each) => each.message) : [problem.message];
      this.verdict.replaceChildren(el("div", { class: "problem" }, el("p", {}, this.t("problem.rejected")),
        el("ul", {}, problems.map((words) => el("li", {}, this.linked(words))))));
    } finally {
      const button = byId("activate");
      if (button) button.disabled = false;
    }
  }

  /** Words that begin with a place: the place is a link to it. */
  linked(words) {
    const place = /^(\S+?\.\w+):(\d+): /.exec(words);
    if (!place) return words;
    const path = this.store.pathOf(place[1]);
    return [el("button", { type: "button", class: "side-link", on: { click: () => this.door.goTo(path, Number(place[2])) } }, `${path}:${place[2]}`), ` ${words.slice(place[0].length)}`];
  }
}

/** A table with a head; cells are nodes or plain values. */
export function table(id, head, rows) {
  return el("div", { class: "table-frame" }, el("table", { id }, el("thead", {}, el("tr", {}, head.map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, rows.map((cells) => el("tr", {}, cells.map((cell) => el("td", {}, cell instanceof Node ? cell : String(cell ?? ""))))))));
}

/** What came of the tests, as nodes. */
export function testReport(report, store, texts, door) {
  const link = (failure) => {
    const path = store.pathOf(failure.file);
    return el("li", {}, el("button", { type: "button", class: "side-link", on: { click: () => door.goTo(path, failure.line) } }, `${path}:${failure.line}`), ` ${failure.test}: ${failure.message}`);
  };
  if (report.problems) return [el("p", { class: "bad", "data-ok": "false" }, texts.t("test.broken"))];
  return [
    el("p", { class: report.ok ? "good" : "bad", "data-ok": String(report.ok) }, texts.t(report.ok ? "test.ok" : "test.failed", report)),
    report.failures.length > 0 && el("ul", { class: "problem-list" }, report.failures.map(link)),
    report.uncovered.length > 0 && el("details", { class: "soft" }, el("summary", {}, texts.t("test.uncovered", { n: report.uncovered.length })),
      el("ul", { class: "names" }, report.uncovered.map((name) => el("li", {}, name)))),
  ].filter(Boolean);
}
