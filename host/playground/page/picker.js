// Lists to choose from, by mouse and by keyboard: commands, options, people, menus.

import { fill, float, h, uid } from "./dom.js";

/** How many entries are drawn; typing finds the others. */
const SHOWN = 60;

/**
 * A list under or above an input. Entries: `{ label, hint, note, face, color, group, value, marked }`.
 * `choose` is called with the entry; the input keeps the focus throughout.
 */
export class Listbox {
  constructor(input, { choose, above = false, multiple = false, wide = false, empty = "Nothing found", onclose, label }) {
    Object.assign(this, { input, choose, above, multiple, wide, empty, onclose });
    this.id = uid("list");
    this.entries = [];
    this.active = -1;
    this.box = h("div", { class: "listbox", role: "listbox", id: this.id, "aria-label": label ?? "Suggestions" });
    if (multiple) this.box.setAttribute("aria-multiselectable", "true");
    // Pressing an entry must not take the focus from the input.
    this.box.addEventListener("pointerdown", (event) => event.preventDefault());
    input.setAttribute("aria-controls", this.id);
    input.setAttribute("aria-expanded", "false");
  }

  get open() {
    return this.box.isConnected;
  }

  show(entries, { active = 0, title, busy = false, problem } = {}) {
    this.entries = entries;
    this.active = entries.length ? Math.min(active, entries.length - 1) : -1;
    let group;
    const rows = [];
    if (title) rows.push(h("div", { class: "list-title" }, title));
    entries.slice(0, SHOWN).forEach((entry, at) => {
      if (entry.group && entry.group !== group) rows.push(h("div", { class: "list-group" }, entry.group));
      group = entry.group;
      rows.push(this.row(entry, at));
    });
    if (entries.length > SHOWN) rows.push(h("div", { class: "list-note" }, `${entries.length - SHOWN} more: type to find them`));
    if (problem) rows.push(h("div", { class: "list-note problem" }, problem));
    else if (busy && !entries.length) rows.push(h("div", { class: "list-note" }, h("span", { class: "spinner" }), " Loading options"));
    else if (!entries.length) rows.push(h("div", { class: "list-note" }, this.empty));
    fill(this.box, rows);
    if (!this.open) {
      this.place = float(this.box, this.input.closest("[data-anchor]") ?? this.input, {
        above: this.above,
        wide: this.wide,
        onclose: () => this.closed(),
      });
      this.input.setAttribute("aria-expanded", "true");
    } else {
      this.place.place();
    }
    this.mark();
  }

  row(entry, at) {
    const mark = this.multiple
      ? h("span", { class: entry.marked ? "tick on" : "tick", "aria-hidden": "true" }, entry.marked ? "✓" : "")
      : null;
    return h(
      "div",
      {
        class: "entry",
        role: "option",
        id: `${this.id}-${at}`,
        "data-at": at,
        "data-value": typeof entry.value === "string" ? entry.value : null,
        "aria-selected": this.multiple ? String(!!entry.marked) : "false",
        onclick: () => this.choose(entry),
        onpointermove: () => {
          if (this.active !== at) {
            this.active = at;
            this.mark();
          }
        },
      },
      entry.face,
      h("span", { class: "entry-text" }, h("span", { class: "entry-label" }, entry.label), entry.note && h("span", { class: "entry-note" }, entry.note)),
      entry.hint && h("span", { class: "entry-hint" }, entry.hint),
      mark,
    );
  }

  mark() {
    for (const row of this.box.querySelectorAll(".entry")) {
      const on = Number(row.dataset.at) === this.active;
      row.classList.toggle("active", on);
      if (!this.multiple) row.setAttribute("aria-selected", String(on));
      if (on) {
        row.scrollIntoView({ block: "nearest" });
        this.input.setAttribute("aria-activedescendant", row.id);
      }
    }
    if (this.active < 0) this.input.removeAttribute("aria-activedescendant");
  }

  /** Handles a key of the input; says whether it was for the list. */
  key(event) {
    if (!this.open) return false;
    const last = Math.min(this.entries.length, SHOWN) - 1;
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (event.key in moves && last >= 0) {
      const to = this.active + moves[event.key];
      this.active = to > last ? (moves[event.key] === 1 ? 0 : last) : to < 0 ? (moves[event.key] === -1 ? last : 0) : to;
      this.mark();
    } else if ((event.key === "Enter" || event.key === "Tab") && this.active >= 0 && !event.shiftKey) {
      this.choose(this.entries[this.active]);
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return false;
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  close() {
    this.place?.close();
  }

  closed() {
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.onclose?.();
  }
}

/** Entries that fit a text: those that begin with it first. */
export function matching(entries, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return entries;
  const rank = (entry) => {
    const label = String(entry.label).toLowerCase().replace(/^[@#/]/, "");
    if (label.startsWith(wanted.replace(/^[@#/]/, ""))) return 0;
    if (label.includes(wanted)) return 1;
    return `${entry.note ?? ""} ${entry.search ?? ""}`.toLowerCase().includes(wanted) ? 2 : 3;
  };
  return entries
    .map((entry, at) => [rank(entry), at, entry])
    .filter(([rank]) => rank < 3)
    .sort((a, b) => a[0] - b[0] || a[1] - b[1])
    .map(([, , entry]) => entry);
}
