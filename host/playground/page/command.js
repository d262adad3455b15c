// A command being typed: its options with their suggestions, checked as a client checks them.

import { fill, h, uid } from "./dom.js";
import { icon } from "./icons.js";
import { Listbox, matching } from "./picker.js";

const TYPES = {
  3: "text",
  4: "whole number",
  5: "true or false",
  6: "person",
  7: "channel",
  8: "role",
  9: "person or role",
  10: "number",
  11: "file",
};
/** So long after the last key, suggestions are asked for. */
const PAUSE_MS = 150;
const LARGEST_FILE = 10 * 1024 * 1024;

/** Slash commands as they can be used: each subcommand is one of its own. */
export function flatten(commands) {
  const found = [];
  const walk = (path, description, options, app) => {
    const nested = (options ?? []).filter((option) => option.type === 1 || option.type === 2);
    if (!nested.length) found.push({ path, description, options: options ?? [], app });
    for (const option of nested) walk(`${path} ${option.name}`, option.description, option.options, app);
  };
  for (const command of commands) if (command.kind === 1) walk(command.name, command.description, command.options, command.app);
  return found.sort((a, b) => a.path.localeCompare(b.path));
}

export class CommandLine {
  constructor(pane, entry, { send, leave }) {
    Object.assign(this, { pane, entry, leave });
    this.sendWith = send;
    this.channel = pane.channel?.id;
    this.fields = new Map();
    this.row = h("div", { class: "options" });
    this.help = h("div", { class: "help", "aria-live": "polite" });
    this.more = h("div", { class: "more-options" });
    this.element = h(
      "div",
      { class: "command", role: "group", "aria-label": `/${entry.path}` },
      this.help,
      h(
        "div",
        { class: "command-row", "data-anchor": "" },
        h("span", { class: "command-name" }, `/${entry.path}`),
        this.row,
        h("button", { class: "ghost", type: "button", "aria-label": "Leave this command", onclick: leave }, icon("close")),
        h("button", { class: "ghost send", type: "button", "aria-label": "Send", onclick: () => this.submit() }, icon("send")),
      ),
      this.more,
    );
    // Keys when there is no option to type in.
    this.element.tabIndex = -1;
    this.element.addEventListener("keydown", (event) => this.key(event));
    entry.options.filter((option) => option.required).forEach((option) => this.add(option));
    this.drawMore();
    this.explain();
  }

  focus() {
    const empty = [...this.fields.values()].find((field) => field.isEmpty());
    const target = empty ?? [...this.fields.values()].at(-1);
    if (target) target.focus();
    else this.element.focus();
  }

  /** Reads `name:value` pairs; a value goes on until the next known name. */
  take(text) {
    let current = null;
    const values = new Map();
    for (const word of text.split(" ")) {
      const pair = word.match(/^([^:]+):(.*)$/s);
      const option = pair && this.entry.options.find((other) => other.name === pair[1]);
      if (option) {
        current = option;
        values.set(option, pair[2]);
      } else if (current) {
        values.set(current, `${values.get(current)} ${word}`);
      }
    }
    for (const [option, value] of values) this.add(option).put(value.trim());
    this.drawMore();
  }

  add(option) {
    if (!this.fields.has(option.name)) {
      const field = option.type === 11 ? new FileField(this, option) : new TextField(this, option);
      this.fields.set(option.name, field);
      const order = this.entry.options.filter((other) => this.fields.has(other.name));
      fill(this.row, order.map((other) => this.fields.get(other.name).element));
    }
    return this.fields.get(option.name);
  }

  drop(option) {
    this.fields.get(option.name)?.close();
    this.fields.get(option.name)?.element.remove();
    this.fields.delete(option.name);
    this.drawMore();
    this.focus();
  }

  drawMore() {
    const left = this.entry.options.filter((option) => !this.fields.has(option.name));
    fill(
      this.more,
      left.map((option) =>
        h(
          "button",
          {
            class: "option-chip",
            type: "button",
            title: `${option.description} (${TYPES[option.type]})`,
            onclick: () => {
              const field = this.add(option);
              this.drawMore();
              field.focus();
            },
          },
          icon("plus"),
          option.name,
        ),
      ),
    );
  }

  explain(option, problem) {
    if (!option) fill(this.help, h("span", {}, this.entry.description));
    else fill(this.help, h("strong", {}, option.name), h("span", {}, ` ${option.description}`), h("span", { class: "kind" }, TYPES[option.type] ?? ""), !option.required && h("span", { class: "kind" }, "optional"));
    if (problem) this.help.append(h("span", { class: "problem" }, problem));
  }

  key(event) {
    if (event.defaultPrevented) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.leave();
    } else if (event.key === "Enter" && !event.isComposing && event.target.tagName !== "BUTTON") {
      event.preventDefault();
      this.submit();
    }
  }

  /** What is filled in so far, for autocomplete: without what does not fit. */
  soFar(except) {
    const values = {};
    for (const [name, field] of this.fields) {
      if (name !== except && !field.isEmpty() && !field.problem()) values[name] = field.value();
    }
    return values;
  }

  submit() {
    for (const field of this.fields.values()) {
      const problem = field.problem();
      field.element.classList.toggle("wrong", !!problem);
      if (problem) {
        field.focus();
        this.explain(field.option, problem);
        return;
      }
    }
    const values = {};
    for (const [name, field] of this.fields) if (!field.isEmpty()) values[name] = field.value();
    this.close();
    this.sendWith(values);
  }

  close() {
    this.fields.forEach((field) => field.close());
  }
}

/** An option that is typed, with suggestions where there are any. */
class TextField {
  constructor(line, option) {
    Object.assign(this, { line, option });
    const id = uid("option");
    this.chosen = null;
    this.input = h("input", { id, type: "text", class: "option-input", role: "combobox", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false", "data-option": option.name, "aria-required": String(!!option.required) });
    this.list = new Listbox(this.input, { choose: (entry) => this.pick(entry), above: true, wide: true, label: option.name, empty: "Nothing fits" });
    this.element = h(
      "div",
      { class: "option" },
      h("label", { for: id }, option.name),
      this.input,
      !option.required && h("button", { class: "ghost small", type: "button", "aria-label": `Leave out ${option.name}`, tabIndex: -1, onclick: () => line.drop(option) }, icon("close")),
    );
    this.input.addEventListener("focus", () => {
      line.explain(option);
      this.suggest();
    });
    this.input.addEventListener("blur", () => this.list.close());
    this.input.addEventListener("input", () => {
      this.chosen = null;
      this.fit();
      this.element.classList.remove("wrong");
      this.suggest();
    });
    this.input.addEventListener("keydown", (event) => this.key(event));
  }

  fit() {
    this.input.style.width = `${Math.min(Math.max([...this.input.value].length + 2, 6), 40)}ch`;
  }

  focus() {
    this.input.focus();
  }

  isEmpty() {
    return this.input.value === "";
  }

  put(text) {
    const entry = this.known()?.find((other) => other.label === text || other.label.replace(/^[@#]/, "") === text || String(other.value) === text);
    this.input.value = entry ? entry.label : text;
    this.chosen = entry ?? null;
    this.fit();
  }

  pick(entry) {
    this.input.value = entry.label;
    this.chosen = entry;
    this.fit();
    this.list.close();
    this.element.classList.remove("wrong");
    const next = [...this.line.fields.values()].find((field) => field !== this && field.option.required && field.isEmpty());
    if (next) next.focus();
  }

  key(event) {
    // An entry that was chosen already is not chosen again: Enter sends.
    if (event.key === "Enter" && (this.chosen || !this.list.entries.length)) this.list.close();
    // Free text of an option with autocomplete goes out as it is, unless a suggestion is marked.
    if (this.list.key(event)) return;
    if (event.key === "Backspace" && this.isEmpty() && !this.option.required) {
      event.preventDefault();
      this.line.drop(this.option);
    }
  }

  /** Suggestions that need no bot; null if the option is free text. */
  known() {
    const { option } = this;
    const { pane } = this.line;
    if (option.choices?.length) return option.choices.map((choice) => ({ label: choice.name, value: choice.value }));
    if (option.type === 5) return [{ label: "True", value: true }, { label: "False", value: false }];
    const kinds = { 6: ["user"], 7: ["channel"], 8: ["role"], 9: ["user", "role"] }[option.type];
    return kinds ? pane.entities(kinds, option.channel_types) : null;
  }

  suggest() {
    if (this.option.autocomplete) return this.ask();
    const known = this.known();
    if (!known) return;
    this.list.show(matching(known, this.chosen ? "" : this.input.value), { title: this.option.description });
  }

  ask() {
    clearTimeout(this.timer);
    const text = this.input.value;
    if (!this.list.open) this.list.show([], { busy: true, title: this.option.description });
    this.timer = setTimeout(async () => {
      let answer;
      try {
        const options = this.line.soFar(this.option.name);
        answer = await this.line.pane.does({ kind: "type", command: this.line.entry.path, option: this.option.name, text, options });
      } catch (error) {
        answer = { failed: error.message };
      }
      if (this.input.value !== text || document.activeElement !== this.input || this.chosen) return;
      const entries = (answer.choices ?? []).map((choice) => ({ label: choice.name, value: choice.value }));
      this.list.show(entries, { title: this.option.description, problem: answer.failed });
    }, PAUSE_MS);
  }

  value() {
    const { option } = this;
    if (this.chosen) return this.chosen.value;
    const text = this.input.value;
    if (option.type === 4 || option.type === 10) return option.autocomplete ? text : Number(text);
    const known = this.known();
    if (known) return this.exact(known, text)?.value;
    return text;
  }

  exact(known, text) {
    const wanted = text.trim().toLowerCase().replace(/^[@#]/, "");
    return known.find((entry) => entry.label.toLowerCase().replace(/^[@#]/, "") === wanted || entry.note?.toLowerCase() === wanted);
  }

  /** Why a client would not send this, or nothing. */
  problem() {
    const { option } = this;
    const text = this.input.value;
    if (!text) return option.required ? "This option is required." : null;
    if (this.chosen) return null;
    const known = this.known();
    if (known) return this.exact(known, text) ? null : "Choose one of the list.";
    if (option.type === 4 || option.type === 10) {
      const number = Number(text);
      if (Number.isNaN(number) || text.trim() === "") return option.autocomplete ? null : "This is no number.";
      if (option.type === 4 && !Number.isInteger(number)) return "This is no whole number.";
      if (option.min_value !== undefined && number < option.min_value) return `The least is ${option.min_value}.`;
      if (option.max_value !== undefined && number > option.max_value) return `The most is ${option.max_value}.`;
      return null;
    }
    const length = [...text].length;
    if (length < (option.min_length ?? 0)) return `Write at least ${option.min_length} characters.`;
    if (length > (option.max_length ?? 6000)) return `Write at most ${option.max_length ?? 6000} characters.`;
    return null;
  }

  close() {
    clearTimeout(this.timer);
    this.list.close();
  }
}

/** An option that takes a file. */
class FileField {
  constructor(line, option) {
    Object.assign(this, { line, option });
    const id = uid("option");
    this.input = h("input", { id, type: "file", class: "option-file", "data-option": option.name });
    this.element = h("div", { class: "option" }, h("label", { for: id }, option.name), this.input);
    this.input.addEventListener("focus", () => line.explain(option));
    this.input.addEventListener("change", async () => {
      const [file] = this.input.files;
      this.file = null;
      this.tooLarge = !!file && file.size > LARGEST_FILE;
      if (file && !this.tooLarge) this.reading = read(file).then((content) => (this.file = content));
      await this.reading;
      line.element.focus();
    });
  }

  put() {}
  close() {}

  focus() {
    this.input.focus();
  }

  isEmpty() {
    return !this.file;
  }

  value() {
    return this.file;
  }

  problem() {
    if (this.tooLarge) return "A file has 10 MiB at most.";
    return this.option.required && !this.file ? "Choose a file." : null;
  }
}

function read(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("error", () => reject(reader.error));
    reader.addEventListener("load", () => resolve({ filename: file.name, content_type: file.type || "application/octet-stream", content_base64: reader.result.slice(reader.result.indexOf(",") + 1) }));
    reader.readAsDataURL(file);
  });
}
