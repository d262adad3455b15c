// The operator's drawer: what an admin of the guild, a broken network and time itself do.

import { get, operate } from "./api.js";
import { fill, h, toast } from "./dom.js";
import { botTab } from "./drawer/bot.js";
import { channelsTab } from "./drawer/channels.js";
import { LogTab } from "./drawer/log.js";
import { membersTab } from "./drawer/members.js";
import { recordsTab } from "./drawer/records.js";
import { rolesTab } from "./drawer/roles.js";
import { icon } from "./icons.js";
import { format, now, span } from "./time.js";

const MOVES = [
  ["3 s", 3000],
  ["30 s", 30_000],
  ["5 min", 300_000],
  ["15 min", 900_000],
  ["1 h", 3_600_000],
  ["24 h", 86_400_000],
  ["7 d", 604_800_000],
];

export class Drawer {
  constructor(app, element) {
    Object.assign(this, { app, element });
    this.log = new LogTab(this);
    this.tab = "Time";
    this.tabs = {
      Time: () => this.time(),
      Roles: () => rolesTab(this),
      Channels: () => channelsTab(this),
      Members: () => membersTab(this),
      Bot: () => botTab(this),
      Log: () => this.log.draw(),
      ...(app.start.has_records ? { Stored: () => recordsTab(this) } : {}),
    };
    element.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && this.close());
  }

  get isOpen() {
    return !this.element.hidden;
  }

  get showsLog() {
    return this.isOpen && this.tab === "Log";
  }

  /** The guild that the levers are of: that of the active pane. */
  get guild() {
    return this.isOpen ? (this.app.active?.guild?.id ?? this.app.start.guilds[0]?.id) : null;
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open(this.tab);
  }

  open(tab) {
    this.tab = tab;
    this.element.hidden = false;
    document.body.classList.add("drawer-on");
    this.draw();
    this.app.watch();
    this.element.querySelector('[role="tab"][aria-selected="true"]')?.focus();
  }

  close() {
    this.element.hidden = true;
    document.body.classList.remove("drawer-on");
    this.app.watch();
  }

  draw() {
    this.body = h("div", { class: "drawer-body", role: "tabpanel" });
    fill(
      this.element,
      h("header", {}, icon("wrench"), h("h2", {}, "Operator"), h("span", { class: "grow" }), h("button", { class: "ghost", type: "button", "aria-label": "Close", onclick: () => this.close() }, icon("close"))),
      h(
        "div",
        { class: "drawer-tabs", role: "tablist" },
        Object.keys(this.tabs).map((name) =>
          h("button", { class: "drawer-tab", type: "button", role: "tab", "aria-selected": String(name === this.tab), tabIndex: name === this.tab ? 0 : -1, onclick: () => this.open(name), onkeydown: (event) => this.tabKey(event, name) }, name),
        ),
      ),
      this.body,
    );
    this.refresh();
  }

  tabKey(event, name) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const names = Object.keys(this.tabs);
    this.open(names[(names.indexOf(name) + step + names.length) % names.length]);
  }

  /** Draws the open tab anew. */
  async refresh() {
    const { tab } = this;
    try {
      const drawn = await this.tabs[tab]();
      if (this.tab === tab && drawn) this.keepingFocus(() => fill(this.body, drawn));
    } catch (error) {
      if (this.tab === tab) fill(this.body, h("p", { class: "problem" }, error.message));
    }
  }

  /** Redraws without taking the focus away from what has it, if that is there again. */
  keepingFocus(redraw) {
    const key = this.body.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const top = this.body.scrollTop;
    redraw();
    this.body.scrollTop = top;
    if (key) this.body.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
  }

  refreshSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.isOpen && this.refresh(), 80);
  }

  tell(event) {
    if (!this.isOpen) return;
    const shown = { Roles: ["guild"], Channels: ["guild", "operator_channels"], Members: ["guild", "member"], Bot: ["bot", "guild"], Time: ["clock"] };
    if (event.t === "log") this.log.add(event.requests);
    else if (shown[this.tab]?.includes(event.t)) this.refreshSoon();
  }

  /** Moves a lever; what goes wrong is said. */
  async does(op, more) {
    try {
      return await operate(op, more);
    } catch (error) {
      toast(error.message);
      this.refreshSoon();
      return null;
    }
  }

  /** The operator's view of the guild: everything. */
  async readGuild() {
    return get("guild", { guild: this.guild });
  }

  async load(file) {
    if (!file) return;
    const done = await this.does("restore", { saved: await file.text() });
    if (done) toast("Loaded. The bot logs in again by itself.", "note");
  }

  time() {
    const amount = h("input", { type: "number", min: 1, value: "10", "aria-label": "How far", "data-key": "amount" });
    const unit = h("select", { "aria-label": "Unit", "data-key": "unit" }, [["seconds", 1000], ["minutes", 60_000], ["hours", 3_600_000], ["days", 86_400_000]].map(([name, ms]) => h("option", { value: ms }, name)));
    return [
      h("p", { class: "big-clock" }, format(now(), "F"), h("br"), h("span", { class: "dim" }, this.app.offset ? `${span(this.app.offset)} ahead of this machine` : "the time of this machine")),
      h("p", { class: "dim" }, "Moving the clock is how an hour passes at once: answers are due within 3 s, a bot's answer can be edited for 15 minutes, timers fire, quota periods end. It only goes forward."),
      h("div", { class: "chips" }, MOVES.map(([label, ms]) => h("button", { class: "button secondary", type: "button", "data-key": label, onclick: () => this.does("move_clock", { by_ms: ms }) }, `+${label}`))),
      h("form", { class: "line-form", onsubmit: (event) => (event.preventDefault(), this.does("move_clock", { by_ms: Math.round(Number(amount.value) * Number(unit.value)) })) }, amount, unit, h("button", { class: "button primary", type: "submit" }, "Move")),
      h("h3", {}, "This Discord as a file"),
      h("p", { class: "dim" }, "Guilds, people and messages, to go on later or to give to somebody else. What the bot stored is not in it."),
      h("div", { class: "chips" }, h("a", { class: "button secondary", href: "/playground/saved", download: "playground.json" }, "Save"), h("label", { class: "button secondary" }, "Load", h("input", { class: "unseen", type: "file", accept: "application/json,.json", "data-key": "load", onchange: (event) => this.load(event.target.files[0]) }))),
    ];
  }
}
