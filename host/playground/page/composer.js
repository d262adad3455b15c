// The line to type in: text, or a command with its options.

import { CommandLine, flatten } from "./command.js";
import { fill, h, toast } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./names.js";
import { Listbox, matching } from "./picker.js";

const LONGEST = 2000;

export class Composer {
  constructor(pane) {
    this.pane = pane;
    this.input = h("textarea", {
      class: "composer-input",
      rows: 1,
      role: "combobox",
      "aria-autocomplete": "list",
      autocomplete: "off",
      spellcheck: "false",
    });
    this.count = h("span", { class: "counter", hidden: true });
    this.list = new Listbox(this.input, { choose: (entry) => this.begin(entry.entry), above: true, wide: true, empty: "No command begins like this", label: "Commands" });
    this.send = h("button", { class: "ghost send", type: "button", "aria-label": "Send", onclick: () => this.submit() }, icon("send"));
    this.text = h("div", { class: "composer-text", "data-anchor": "" }, this.input, this.count, this.send);
    this.line = h("div", { class: "composer-line" });
    this.element = h("div", { class: "composer" }, this.text, this.line);
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("focus", () => this.input.value.startsWith("/") && this.typed());
  }

  /** All slash commands here, with subcommands apart. */
  get entries() {
    return flatten(this.pane.commands);
  }

  reset() {
    const { channel } = this.pane;
    const may = !!channel?.may_write;
    const mayUse = channel?.may_use_commands && this.entries.length > 0;
    this.input.disabled = !channel || (!may && !mayUse);
    this.send.hidden = this.input.disabled;
    this.input.placeholder = !channel
      ? ""
      : may
        ? `Message ${channel.recipient || channel.is_thread ? channel.name : `#${channel.name}`}${mayUse ? ", or / for commands" : ""}`
        : mayUse
          ? "You may not write here. Type / for commands"
          : "You may not write here";
    this.input.setAttribute("aria-label", this.input.placeholder || "Message");
    if (this.command && this.command.channel !== channel?.id) this.leave();
  }

  commandsChanged() {
    this.reset();
    if (this.list.open) this.typed();
  }

  focus() {
    if (this.command) this.command.focus();
    else this.input.focus();
  }

  typed() {
    const text = this.input.value;
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 180)}px`;
    const left = LONGEST - [...text].length;
    this.count.hidden = left > 200;
    this.count.textContent = String(left);
    this.count.classList.toggle("near", left < 0);
    if (!text.startsWith("/") || text.includes("\n")) {
      this.list.close();
      return;
    }
    // "/run " or "/run dungeon:...": the command is clear.
    const known = this.exact(text.slice(1));
    if (known && text.length > known.path.length + 1) {
      this.begin(known, text.slice(known.path.length + 2));
      return;
    }
    const rows = this.entries.map((entry) => ({
      label: `/${entry.path}`,
      note: entry.description,
      hint: entry.app,
      face: avatar({ bot: true }, "tiny"),
      value: entry.path,
      entry,
    }));
    this.list.show(matching(rows, text.slice(1)), { title: "Commands" });
  }

  /** The command whose whole name stands at the start, before a space. */
  exact(text) {
    const fits = this.entries.filter((entry) => text.startsWith(`${entry.path} `));
    return fits.sort((a, b) => b.path.length - a.path.length)[0];
  }

  key(event) {
    if (this.list.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape") {
      this.list.close();
    }
  }

  async submit() {
    const text = this.input.value.trim();
    if (!text) return;
    if (text.startsWith("/")) {
      const entry = this.entries.find((entry) => `/${entry.path}` === text);
      if (entry) return this.begin(entry);
    }
    if ([...text].length > LONGEST) return toast(`A message has ${LONGEST} characters at most.`);
    this.input.value = "";
    this.typed();
    try {
      await this.pane.write(text);
    } catch (error) {
      this.input.value = text;
      this.typed();
      toast(error.message);
    }
  }

  /** Starts a command, by its entry or its name, with values typed as `name:value`. */
  begin(entry, values = "") {
    const known = typeof entry === "string" ? this.entries.find((other) => other.path === entry) : entry;
    if (!known) return toast(`/${entry} is not offered here.`);
    this.list.close();
    this.leave();
    this.input.value = "";
    this.text.hidden = true;
    this.command = new CommandLine(this.pane, known, {
      send: (options) => this.use(known, options),
      leave: () => {
        this.leave();
        this.input.focus();
      },
    });
    fill(this.line, this.command.element);
    this.command.take(values);
    this.command.focus();
  }

  async use(entry, options) {
    this.leave();
    this.input.focus();
    await this.pane.use(entry.path, options);
  }

  leave() {
    this.command?.close();
    this.command = null;
    fill(this.line);
    this.text.hidden = false;
  }

  /** Puts a line in as if it had been typed. */
  prefill(text) {
    const known = text.startsWith("/") ? this.exact(`${text.slice(1)} `) : null;
    if (known) {
      this.begin(known, text.slice(known.path.length + 2));
    } else {
      this.leave();
      this.input.value = text;
      this.typed();
      this.input.focus();
    }
  }
}
