// One person in front of their client: guilds, channels, messages, and what they do.

import { act, get, operate } from "./api.js";
import { Composer } from "./composer.js";
import { compareIds, fill, h, toast } from "./dom.js";
import { icon } from "./icons.js";
import { Members } from "./members.js";
import { dayLine, failedCommand, messageElement, sameDay } from "./messages.js";
import { openModal } from "./modal.js";
import { avatar } from "./names.js";
import { pickEmoji, pickPersona, showMember } from "./people.js";
import { Listbox } from "./picker.js";
import { drawChannels, drawRail } from "./sidebar.js";

/** Messages kept in the page; older ones are fetched again. */
const KEPT = 200;
/** So near to the end, the view follows new messages. */
const NEAR_END = 120;

export class Pane {
  constructor(app, index) {
    Object.assign(this, { app, index });
    this.home = { guilds: [], dm: null };
    this.commands = [];
    this.unread = new Map();
    this.unreadGuilds = new Set();
    this.folded = new Set();
    // Ephemeral messages, which no look at a channel brings again.
    this.whispers = new Map();
    this.forget();
    this.build();
  }

  forget() {
    this.messages = [];
    this.drawn = new Map();
    this.busy = new Map();
    this.failures = new Map();
    this.notes = [];
    this.hasMore = false;
  }

  build() {
    this.rail = h("nav", { class: "rail", "aria-label": "Guilds" });
    this.sidebar = h("div", { class: "sidebar" });
    this.title = h("header", { class: "channel-head" });
    this.list = h("div", { class: "list", role: "log", "aria-label": "Messages", tabIndex: 0 });
    this.members = new Members(this);
    this.composer = new Composer(this);
    this.places = h("div", { class: "places" }, this.rail, this.sidebar);
    this.main = h("section", { class: "main" }, this.title, h("div", { class: "below" }, h("div", { class: "talk" }, this.list, this.composer.element), this.members.element));
    this.element = h("div", { class: "pane", role: "region" }, this.places, h("div", { class: "shade", onclick: () => this.showPlaces(false) }), this.main);
    this.element.addEventListener("pointerdown", () => this.app.activate(this), true);
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && this.showPlaces(false));
    this.element.addEventListener("focusin", () => this.app.activate(this));
    this.list.addEventListener("scroll", () => this.list.scrollTop < 60 && this.more(), { passive: true });
    this.list.addEventListener("keydown", (event) => this.moveBetweenMessages(event));
    new ResizeObserver(() => this.follows && this.toEnd()).observe(this.list);
  }

  get botName() {
    return this.app.start.bot.name;
  }

  // Who and where

  /** Becomes a person, in a place if one is given. */
  async become(persona, { guild, channel } = {}) {
    const home = await get("home", { persona });
    this.home = home;
    this.persona = { id: home.id, name: home.name };
    this.unread.clear();
    this.unreadGuilds.clear();
    this.whispers.clear();
    this.forget();
    this.guild = null;
    this.element.setAttribute("aria-label", `${home.name}'s client`);
    this.channel = null;
    if (channel) {
      try {
        return await this.openChannel(channel);
      } catch {
        // Not for this person; they see the guild's first channel instead.
      }
    }
    const first = home.guilds.find((entry) => entry.id === guild) ?? home.guilds[0];
    if (first) await this.openGuild(first.id);
    else this.drawAll();
  }

  async openGuild(id, channel) {
    const guild = await get("guild", { persona: this.persona.id, guild: id });
    this.guild = intoMaps(guild);
    this.unreadGuilds.delete(id);
    const seen = [...this.guild.channels.values()].filter((entry) => entry.holds_messages && !entry.is_thread);
    seen.sort((a, b) => a.position - b.position);
    const wanted = this.guild.channels.get(channel) ?? seen.find((entry) => entry.id === this.lastChannel?.get(id)) ?? seen[0];
    if (wanted) await this.openChannel(wanted.id);
    else {
      this.channel = null;
      this.forget();
      this.drawAll();
    }
  }

  async openDm(write = false) {
    this.guild = null;
    if (write || this.home.dm) {
      const { channel } = await this.does({ kind: "open_dm" }, null);
      this.home = await get("home", { persona: this.persona.id });
      await this.openChannel(channel);
    } else {
      this.channel = null;
      this.forget();
      this.drawAll();
    }
  }

  async openChannel(id) {
    const persona = this.persona.id;
    this.opening = id;
    const [seen, commands] = await Promise.all([get("channel", { persona, channel: id }), get("commands", { persona, channel: id }).catch(() => [])]);
    if (this.opening !== id || this.persona.id !== persona) return;
    if (seen.channel.guild && seen.channel.guild !== this.guild?.id) {
      this.guild = intoMaps(await get("guild", { persona, guild: seen.channel.guild }));
    }
    const kept = [...this.whispers.values()].filter((message) => message.channel === id);
    const failures = this.channel?.id === id ? this.notes : [];
    this.channel = seen.channel;
    this.commands = commands;
    this.forget();
    this.notes = failures;
    this.messages = [...seen.messages, ...kept].sort((a, b) => compareIds(a.id, b.id));
    this.hasMore = seen.has_more;
    this.unread.delete(id);
    (this.lastChannel ??= new Map()).set(this.guild?.id, id);
    this.drawAll();
    this.showPlaces(false);
    this.app.watch();
  }

  /** Looks at everything anew, after events may have been missed. */
  async reload() {
    const place = { guild: this.guild?.id, channel: this.channel?.id };
    this.home = await get("home", { persona: this.persona.id });
    try {
      if (place.guild) this.guild = intoMaps(await get("guild", { persona: this.persona.id, guild: place.guild }));
      if (place.channel) await this.openChannel(place.channel);
      else this.drawAll();
    } catch {
      await this.become(this.persona.id, { guild: place.guild });
    }
  }

  // Drawing

  drawAll() {
    drawRail(this);
    drawChannels(this);
    this.drawHead();
    this.drawMessages();
    this.members.refresh();
    this.composer.reset();
    this.app.remember();
  }

  drawHead() {
    const { channel } = this;
    fill(
      this.title,
      h("button", { class: "ghost only-narrow", type: "button", "aria-label": "Channels", onclick: () => this.showPlaces(true) }, icon("menu")),
      channel && icon(channel.is_thread ? "thread" : channel.recipient ? "chat" : "hash"),
      h("h2", {}, channel ? channel.name : "Nothing to see here"),
      channel?.topic && h("span", { class: "topic dim" }, channel.topic),
      channel?.locked && h("span", { class: "chip" }, "locked"),
      channel?.archived && h("span", { class: "chip" }, "archived"),
      h("span", { class: "grow" }),
      h("button", { class: "who only-narrow", type: "button", title: "Be somebody else", "aria-label": `You are ${this.persona.name}. Be somebody else`, onclick: (event) => this.pickPersona(event.currentTarget) }, avatar(this.persona, "tiny"), h("strong", {}, this.persona.name), h("span", { class: "dim" }, this.rank()), icon("swap")),
      this.guild && h("button", { class: "ghost", type: "button", "aria-label": "Member list", title: "Member list", onclick: () => this.toggleMembers() }, icon("people")),
      this.app.panes.length > 1 && h("button", { class: "ghost", type: "button", "aria-label": "Close this side", title: "Close this side", onclick: () => this.app.closePane(this) }, icon("close")),
    );
  }

  toggleMembers() {
    const shown = getComputedStyle(this.members.element).display !== "none";
    this.element.classList.toggle("members-on", !shown);
    this.element.classList.toggle("members-off", shown);
    this.members.refresh();
  }

  showPlaces(on) {
    this.element.classList.toggle("places-on", on);
  }

  drawMessages() {
    this.drawn.clear();
    const parts = [];
    if (this.channel && !this.hasMore) parts.push(this.beginning());
    this.messages.forEach((message, at) => {
      const before = this.messages[at - 1];
      if (!before || !sameDay(message, before)) parts.push(dayLine(message));
      parts.push(this.element_of(message, before));
    });
    parts.push(this.notes.map((note) => (note.element = failedCommand(this, note))));
    fill(this.list, parts);
    this.toEnd();
  }

  beginning() {
    const { channel } = this;
    return h("div", { class: "beginning" }, icon(channel.recipient ? "chat" : channel.is_thread ? "thread" : "hash"), h("h3", {}, channel.recipient ? `Your messages with ${channel.name}` : `This is the beginning of ${channel.is_thread ? "" : "#"}${channel.name}`), channel.topic && h("p", { class: "dim" }, channel.topic));
  }

  element_of(message, before) {
    const element = messageElement(this, message, before);
    this.drawn.set(message.id, element);
    return element;
  }

  toEnd() {
    this.follows = true;
    this.list.scrollTop = this.list.scrollHeight;
  }

  isNearEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR_END;
  }

  /** Draws one message again, where it stands, with the focus kept. */
  redraw(id) {
    const at = this.messages.findIndex((message) => message.id === id);
    const old = this.drawn.get(id);
    if (at < 0 || !old) return;
    const control = old.contains(document.activeElement) ? document.activeElement.dataset.control : null;
    const stays = this.isNearEnd();
    const fresh = this.element_of(this.messages[at], this.messages[at - 1]);
    old.replaceWith(fresh);
    if (control) fresh.querySelector(`[data-control="${CSS.escape(control)}"]`)?.focus({ preventScroll: true });
    if (stays) this.toEnd();
  }

  /** A new message, or a changed one. */
  put(message) {
    if (message.ephemeral) this.whispers.set(message.id, message);
    if (message.channel !== this.channel?.id) return;
    const at = this.messages.findIndex((other) => other.id === message.id);
    if (at >= 0) {
      this.messages[at] = message;
      this.redraw(message.id);
      return;
    }
    const stays = this.isNearEnd();
    let place = this.messages.length;
    while (place > 0 && compareIds(this.messages[place - 1].id, message.id) > 0) place -= 1;
    if (place === 0 && this.hasMore) return;
    this.messages.splice(place, 0, message);
    const before = this.messages[place - 1];
    const element = this.element_of(message, before);
    const next = this.messages[place + 1];
    const anchor = next ? this.drawn.get(next.id) : this.list.querySelector(".note");
    this.list.insertBefore(element, anchor ?? null);
    if (!before || !sameDay(message, before)) this.list.insertBefore(dayLine(message), element);
    if (next) this.redraw(next.id);
    if (stays) {
      this.toEnd();
      while (this.messages.length > KEPT) this.dropOldest();
    }
  }

  dropOldest() {
    const oldest = this.messages.shift();
    this.drawn.get(oldest.id)?.remove();
    this.drawn.delete(oldest.id);
    this.hasMore = true;
  }

  remove(id) {
    this.whispers.delete(id);
    const at = this.messages.findIndex((message) => message.id === id);
    if (at < 0) return;
    this.messages.splice(at, 1);
    const element = this.drawn.get(id);
    const line = element?.previousElementSibling;
    element?.remove();
    this.drawn.delete(id);
    const next = this.messages[at];
    const before = this.messages[at - 1];
    if (line?.classList.contains("day") && (!next || (before && sameDay(before, next)))) line.remove();
    if (next) this.redraw(next.id);
  }

  /** Older messages, when the list is scrolled to its top. */
  async more() {
    if (!this.hasMore || this.fetching || !this.messages.length) return;
    this.fetching = true;
    const { id } = this.channel;
    try {
      const before = this.messages.find((message) => !message.ephemeral)?.id;
      const seen = await get("channel", { persona: this.persona.id, channel: id, before });
      if (this.channel?.id !== id) return;
      const height = this.list.scrollHeight;
      this.hasMore = seen.has_more;
      this.messages = [...seen.messages, ...this.messages];
      const top = this.list.scrollTop;
      this.drawMessages();
      this.follows = false;
      this.list.scrollTop = top + this.list.scrollHeight - height;
    } finally {
      this.fetching = false;
    }
  }

  moveBetweenMessages(event) {
    if (!["ArrowUp", "ArrowDown"].includes(event.key) || !event.target.matches?.(".list, .message")) return;
    const all = [...this.list.querySelectorAll(".message")];
    const at = all.indexOf(document.activeElement);
    const to = event.key === "ArrowUp" ? (at < 0 ? all.length - 1 : at - 1) : at + 1;
    if (all[to]) {
      event.preventDefault();
      all[to].focus();
    }
  }

  // What others tell

  tell(event) {
    switch (event.t) {
      case "message":
        return this.put(event.message);
      case "gone":
        return event.channel === this.channel?.id && this.remove(event.id);
      case "posted":
        return this.mark(event);
      case "channel":
        return this.channelChanged(event);
      case "home":
        return get("home", { persona: this.persona.id }).then((home) => {
          this.home = home;
          drawRail(this);
          if (!this.guild) drawChannels(this);
        });
      default:
    }
  }

  mark({ channel, guild, pings }) {
    const known = this.unread.get(channel) ?? { pings: 0 };
    this.unread.set(channel, { pings: known.pings + (pings ? 1 : 0) });
    if (guild && guild !== this.guild?.id) this.unreadGuilds.add(guild);
    drawRail(this);
    this.drawChannelsSoon();
  }

  drawChannelsSoon() {
    this.soon ??= requestAnimationFrame(() => {
      this.soon = null;
      drawChannels(this);
    });
  }

  async channelChanged({ id, channel }) {
    if (channel) this.guild.channels.set(id, channel);
    else this.guild.channels.delete(id);
    this.drawChannelsSoon();
    if (this.channel?.id !== id) return;
    if (!channel) {
      toast(`${this.persona.name} no longer sees #${this.channel.name}.`, "note");
      await this.openGuild(this.guild.id);
      return;
    }
    this.channel = channel;
    this.commands = await get("commands", { persona: this.persona.id, channel: id }).catch(() => []);
    this.drawHead();
    this.composer.reset();
  }

  memberChanged({ user, member }) {
    if (member) this.guild?.members.set(user, member);
    else this.guild?.members.delete(user);
    this.members.refresh();
    if (user === this.persona.id) this.guildChangedSoon();
  }

  /** Roles, or anything that may change what this person sees. */
  guildChangedSoon() {
    clearTimeout(this.guildTimer);
    this.guildTimer = setTimeout(() => this.reload().catch((error) => toast(error.message)), 120);
  }

  async commandsChanged() {
    if (!this.channel) return;
    this.commands = await get("commands", { persona: this.persona.id, channel: this.channel.id }).catch(() => []);
    this.composer.commandsChanged();
  }

  /** Goes to a message, or to a channel. */
  async jump({ channel, message }) {
    try {
      if (this.channel?.id !== channel) await this.openChannel(channel);
    } catch {
      return toast(`${this.persona.name} does not see that channel.`);
    }
    const element = this.drawn.get(message);
    if (!element) return message && toast("That message is further up, or gone.", "note");
    this.follows = false;
    element.scrollIntoView({ block: "center" });
    element.focus();
    element.classList.add("found");
    element.addEventListener("animationend", () => element.classList.remove("found"), { once: true });
  }

  // What this person does

  does(deed, channel = this.channel?.id) {
    return act(this.persona.id, channel, deed);
  }

  isBusy(message, control) {
    return this.busy.get(message) === control;
  }

  press(message, control) {
    return this.onMessage(message, control, { kind: "press", message: message.id, control });
  }

  choose(message, control, values) {
    return this.onMessage(message, control, { kind: "choose", message: message.id, control, values });
  }

  async onMessage(message, control, deed) {
    this.busy.set(message.id, control);
    this.failures.delete(message.id);
    this.redraw(message.id);
    let failed = null;
    try {
      const answer = await this.does(deed, message.channel);
      failed = answer.failed ?? null;
      if (answer.modal) this.openForm(answer);
    } catch (error) {
      failed = error.message;
    }
    this.busy.delete(message.id);
    if (failed) this.failures.set(message.id, failed);
    this.redraw(message.id);
  }

  openForm({ modal, interaction }) {
    openModal(this, modal, async (values) => {
      try {
        const answer = await this.does({ kind: "submit", interaction, values });
        return answer.failed ?? null;
      } catch (error) {
        return error.message;
      }
    });
  }

  /** Uses a command; a failure stays in the channel, as a client shows it. */
  async use(command, options) {
    return this.command(command, { kind: "use", command, options });
  }

  async command(name, deed) {
    try {
      const answer = await this.does(deed);
      if (answer.modal) this.openForm(answer);
      if (answer.failed) this.addNote({ command: name, text: answer.failed });
    } catch (error) {
      this.addNote({ command: name, text: error.message });
    }
  }

  addNote(note) {
    this.notes.push(note);
    this.list.append((note.element = failedCommand(this, note)));
    this.toEnd();
  }

  dropNote(note) {
    this.notes = this.notes.filter((other) => other !== note);
    note.element?.remove();
  }

  async write(text) {
    await this.does({ kind: "write", text });
    this.toEnd();
  }

  async react(message, emoji, there) {
    try {
      await this.does({ kind: "react", message: message.id, emoji, there });
    } catch (error) {
      toast(error.message);
    }
  }

  dismiss(id) {
    this.remove(id);
  }

  deleteMessage(message) {
    operate("delete_message", { message: message.id }).catch((error) => toast(error.message));
  }

  pickEmoji(message, anchor) {
    pickEmoji(anchor, (emoji) => this.react(message, emoji, true));
  }

  pickApp(message, apps, anchor) {
    const list = new Listbox(anchor, {
      choose: ({ value }) => {
        list.close();
        this.command(value, { kind: "use_on_message", command: value, message: message.id });
      },
    });
    list.show(apps.map((app) => ({ label: app.name, value: app.name, note: this.botName })));
    anchor.addEventListener("keydown", (event) => list.key(event), { once: false });
  }

  pickPersona(anchor) {
    pickPersona(this, anchor);
  }

  showMember(id, anchor) {
    showMember(this, id, anchor);
  }

  // Names

  /** How mentions are read here. */
  names(message) {
    const given = message.names ?? {};
    return {
      me: this.persona?.id,
      user: (id) => {
        const member = this.guild?.members.get(id);
        return member ? member.nick || member.name : given[id];
      },
      role: (id) => this.guild?.roles.find((role) => role.id === id)?.name ?? given[id],
      channel: (id) => this.guild?.channels.get(id)?.name ?? given[id],
      open: (id) => this.openChannel(id).catch((error) => toast(error.message)),
      use: (name) => this.composer.begin(name),
      jump: (place) => this.jump(place),
    };
  }

  /** The highest role of this person here. */
  rank() {
    const member = this.guild?.members.get(this.persona.id);
    if (!member) return this.guild ? "not a member" : "direct messages";
    if (member.owner) return "owner";
    return this.guild.roles.find((role) => member.roles.includes(role.id))?.name ?? "no role";
  }

  /** Users, roles or channels to choose from. */
  entities(kinds, channelTypes) {
    const found = [];
    const guild = this.guild;
    if (!guild) return found;
    if (kinds.includes("user")) found.push(...people(guild));
    if (kinds.includes("role")) found.push(...guild.roles.map((role) => ({ value: role.id, label: `@${role.name.replace(/^@/, "")}`, group: kinds.length > 1 ? "Roles" : null })));
    if (kinds.includes("channel")) {
      const numbers = { text: 0, voice: 2, category: 4, announcement: 5, public_thread: 11, private_thread: 12, stage: 13, forum: 15 };
      const fits = (channel) => !channelTypes?.length || channelTypes.includes(numbers[channel.kind]);
      found.push(...[...guild.channels.values()].filter(fits).map((channel) => ({ value: channel.id, label: `#${channel.name}` })));
    }
    return found;
  }
}

function people(guild) {
  return [...guild.members.values()]
    .sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
    .map((member) => ({ value: member.id, label: member.nick || member.name, note: member.nick ? member.name : null, search: member.name }));
}

function intoMaps(guild) {
  guild.channels = new Map(guild.channels.map((channel) => [channel.id, channel]));
  guild.members = new Map(guild.members.map((member) => [member.id, member]));
  return guild;
}
