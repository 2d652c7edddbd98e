// SPDX-License-Identifier: Apache-2.0

/** The language of the page: `?lang=`, else what was chosen before, else the browser's. `zh-CN` or `en`. */
export function firstLanguage() {
  const asked = new URLSearchParams(location.search).get("lang") ?? stored() ?? navigator.language ?? "en";
  return asked.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}

function stored() {
  try {
    return localStorage.getItem("luadesk.language");
  } catch {
    return null;
  }
}

/** Remembers a choice for the next visit. */
export function keepLanguage(language) {
  try {
    localStorage.setItem("luadesk.language", language);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}

/** Texts of one page in both languages, and how it writes times. `tables`: `{"zh-CN": {key: text}, en: {…}}`. */
export class Texts {
  constructor(tables) {
    this.tables = tables;
    this.use(firstLanguage());
  }

  /** Switches to a language: `t`, the times and `<html lang>` follow. */
  use(language) {
    this.language = language;
    document.documentElement.lang = language;
    const format = (options) => new Intl.DateTimeFormat(language, options);
    this.clock = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.dayFormat = format({ month: "long", day: "numeric", weekday: "short" });
    this.farDayFormat = format({ year: "numeric", month: "long", day: "numeric" });
    this.fullFormat = format({ dateStyle: "medium", timeStyle: "medium" });
    this.shortFormat = format({ month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  }

  /** The text for a key with `{name}` filled in; a missing key shows itself. */
  t(key, values = {}) {
    const text = this.tables[this.language][key] ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  }

  has(key) {
    return key in this.tables[this.language];
  }

  time(at) {
    return this.clock.format(new Date(at));
  }

  full(at) {
    return this.fullFormat.format(new Date(at));
  }

  short(at) {
    const date = new Date(at);
    return date.toDateString() === new Date().toDateString() ? this.clock.format(date) : this.shortFormat.format(date);
  }

  /** "Today", "Yesterday", or the date. */
  day(at) {
    const date = new Date(at);
    const midnight = (value) => new Date(value.getFullYear(), value.getMonth(), value.getDate());
    const days = Math.round((midnight(new Date()) - midnight(date)) / 86_400_000);
    if (days === 0) return this.t("today");
    if (days === 1) return this.t("yesterday");
    return (days < 300 ? this.dayFormat : this.farDayFormat).format(date);
  }

  /** Fills what stands in the page: `data-text`, `data-label` (aria-label), `data-hint` (placeholder), `data-tip` (title). */
  fill(root = document) {
    for (const node of root.querySelectorAll("[data-text]")) node.textContent = this.t(node.dataset.text);
    for (const node of root.querySelectorAll("[data-label]")) node.setAttribute("aria-label", this.t(node.dataset.label));
    for (const node of root.querySelectorAll("[data-hint]")) node.setAttribute("placeholder", this.t(node.dataset.hint));
    for (const node of root.querySelectorAll("[data-tip]")) node.setAttribute("title", this.t(node.dataset.tip));
  }
}
