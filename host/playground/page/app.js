// The page: panes side by side, the drawer, and the socket that keeps them right.

import { get } from "./api.js";
import { fill, h, toast } from "./dom.js";
import { Drawer } from "./drawer.js";
import { icon } from "./icons.js";
import { Live } from "./live.js";
import { Pane } from "./pane.js";
import { pickPersona } from "./people.js";
import { format, now, setNow, span, tick } from "./time.js";
import { welcome } from "./welcome.js";

const MOST_PANES = 2;

class App {
  constructor(start) {
    this.start = start;
    this.panes = [];
    this.online = start.online;
    this.connected = true;
    this.offset = start.offset_ms;
    setNow(start.now_ms);
    this.element = document.getElementById("panes");
    this.drawer = new Drawer(this, document.getElementById("drawer"));
    this.drawTop();
    tick(() => this.drawClock());
  }

  async open() {
    const places = readHash();
    if (places.length) {
      for (const place of places.slice(0, MOST_PANES)) await this.addPane(place);
    } else {
      await this.addPane(await this.firstPlace());
      this.welcome();
    }
    this.live = new Live({
      tell: (event) => this.tell(event),
      lost: () => this.reload(),
      state: (connected) => {
        this.connected = connected;
        this.drawState();
      },
    });
    this.watch();
  }

  /** Where a newcomer begins: where the first suggestion plays, or as the owner. */
  async firstPlace() {
    const [suggestion] = this.start.try_this;
    const place = suggestion && (await this.find(suggestion));
    if (place) return place;
    const { people } = await get("people", {});
    return { persona: people[0]?.id };
  }

  /** A suggestion's person and channel by their names. */
  async find({ guild, persona, channel }) {
    const known = guild ? this.start.guilds.find((entry) => entry.name === guild) : this.start.guilds[0];
    if (!known) return null;
    const { people } = await get("people", { guild: known.id, text: persona });
    const person = people.find((entry) => entry.name === persona);
    if (!person) return null;
    const { channels } = await get("guild", { guild: known.id, persona: person.id });
    return { persona: person.id, guild: known.id, channel: channels.find((entry) => entry.name === channel)?.id };
  }

  // Panes

  async addPane(place) {
    const pane = new Pane(this, this.panes.length);
    try {
      await pane.become(place.persona, place);
    } catch {
      const { people } = await get("people", {});
      await pane.become(people[0].id);
    }
    this.panes.push(pane);
    this.element.append(pane.element);
    this.activate(pane);
    this.layOut();
    pane.toEnd();
    return pane;
  }

  closePane(pane) {
    this.panes = this.panes.filter((other) => other !== pane);
    pane.element.remove();
    this.panes.forEach((other, at) => (other.index = at));
    this.activate(this.panes[0]);
    this.layOut();
  }

  layOut() {
    document.body.classList.toggle("split", this.panes.length > 1);
    this.panes.forEach((pane) => pane.drawHead());
    this.drawTabs();
    this.watch();
    this.remember();
  }

  activate(pane) {
    if (this.active === pane) return;
    this.active = pane;
    this.panes.forEach((other) => other.element.classList.toggle("active", other === pane));
    this.drawTabs();
  }

  /** Shows somebody in the second pane, which is made if there is none. */
  async beside(pane, persona, place) {
    const other = this.panes.find((entry) => entry !== pane);
    if (other) {
      await other.become(persona, place);
      this.activate(other);
      this.layOut();
      return other;
    }
    return this.addPane({ persona, ...place });
  }

  async toggleSplit(anchor) {
    if (this.panes.length > 1) return this.closePane(this.panes.find((pane) => pane !== this.active) ?? this.panes[1]);
    const pane = this.panes[0];
    pickPersona(pane, anchor, (id) => this.beside(pane, id, { guild: pane.guild?.id, channel: pane.channel?.id }));
  }

  /** Does what a suggestion says: right people, right places, the command typed in. */
  async take(suggestion) {
    this.sheet?.remove();
    const place = await this.find(suggestion);
    if (!place) return toast(`${suggestion.persona} or #${suggestion.channel} is not there any more.`);
    const pane = this.panes[0];
    await pane.become(place.persona, place);
    if (suggestion.beside) {
      const beside = await this.find({ ...suggestion, persona: suggestion.beside, channel: suggestion.beside_channel ?? suggestion.channel });
      if (beside) await this.beside(pane, beside.persona, beside);
    }
    this.activate(pane);
    if (suggestion.types) pane.composer.prefill(suggestion.types);
    else pane.composer.focus();
  }

  // Events

  watch() {
    if (!this.live) return;
    const panes = this.panes.map((pane) => ({ pane: pane.index, persona: pane.persona.id, guild: pane.guild?.id ?? null, channel: pane.channel?.id ?? null }));
    this.live.watch({ panes, log: this.drawer.showsLog, guild: this.drawer.guild ?? null });
  }

  tell(event) {
    if (event.pane !== undefined) {
      this.panes.find((pane) => pane.index === event.pane)?.tell(event);
      return;
    }
    switch (event.t) {
      case "member":
        this.panes.filter((pane) => pane.guild?.id === event.guild).forEach((pane) => pane.memberChanged(event));
        break;
      case "guild":
        this.panes.filter((pane) => pane.guild?.id === event.guild).forEach((pane) => pane.guildChangedSoon());
        if (!event.shown) this.homesChanged();
        break;
      case "commands":
        this.panes.forEach((pane) => pane.commandsChanged());
        break;
      case "bot":
        this.online = event.online;
        this.drawState();
        break;
      case "clock":
      case "watching":
        setNow(event.now_ms);
        if (event.offset_ms !== undefined) this.offset = event.offset_ms;
        this.drawClock();
        break;
      default:
    }
    this.drawer.tell(event);
  }

  homesChanged() {
    clearTimeout(this.homeTimer);
    this.homeTimer = setTimeout(async () => {
      this.start = { ...(await get("start")) };
      this.panes.forEach((pane) => pane.tell({ t: "home" }));
    }, 200);
  }

  async reload() {
    this.start = await get("start");
    this.online = this.start.online;
    setNow(this.start.now_ms);
    this.drawState();
    await Promise.all(this.panes.map((pane) => pane.reload()));
  }

  // The bar on top

  drawTop() {
    this.state = h("span", { class: "state" });
    this.clock = h("button", { class: "clock", type: "button", title: "Move the clock", onclick: () => this.drawer.open("Time") });
    this.tabs = h("div", { class: "tabs", role: "tablist", "aria-label": "People" });
    this.split = h("button", { class: "tool", type: "button", "aria-label": "Side by side", onclick: (event) => this.toggleSplit(event.currentTarget) }, icon("split"), h("span", {}, "Side by side"));
    fill(
      document.getElementById("top"),
      h("span", { class: "logo" }, h("img", { src: "/page/icon.svg", alt: "", width: 24, height: 24 }), h("strong", {}, "Muster Playground")),
      h("span", { class: "disclaimer dim" }, "An offline Discord to try the bot in. Not affiliated with Discord."),
      h("span", { class: "grow" }),
      this.state,
      this.clock,
      h("button", { class: "tool", type: "button", "aria-label": "Try this", onclick: () => this.welcome() }, icon("spark"), h("span", {}, "Try this")),
      this.split,
      h("button", { class: "tool", type: "button", "aria-label": "Operator", onclick: () => this.drawer.toggle() }, icon("wrench"), h("span", {}, "Operator")),
    );
    document.getElementById("top").after(this.tabs);
    this.drawState();
    this.drawClock();
  }

  drawState() {
    const text = !this.connected ? "page disconnected" : this.online ? `${this.start.bot.name} online` : `${this.start.bot.name} offline`;
    fill(this.state, h("i", { class: this.connected && this.online ? "dot on" : "dot off" }), h("span", {}, text));
    this.state.title = text;
  }

  drawClock() {
    const text = format(now(), "T");
    const ahead = this.offset > 0 ? `+${span(this.offset)}` : "";
    if (this.clock.dataset.text === text + ahead) return;
    this.clock.dataset.text = text + ahead;
    fill(this.clock, icon("clock"), h("span", {}, text), ahead && h("span", { class: "ahead" }, ahead));
  }

  drawTabs() {
    fill(
      this.tabs,
      this.panes.map((pane) =>
        h("button", { class: "tab", type: "button", role: "tab", "aria-selected": String(pane === this.active), onclick: () => this.activate(pane) }, pane.persona.name),
      ),
    );
  }

  welcome() {
    this.sheet?.remove();
    this.sheet = welcome(
      this,
      (entry) => this.take(entry).catch((error) => toast(error.message)),
      () => this.sheet.remove(),
    );
    this.element.append(this.sheet);
    (this.sheet.querySelector(".tries button") ?? this.sheet.querySelector("button")).focus();
  }

  /** Keeps who is where in the address, so that a reload comes back to it. */
  remember() {
    const places = this.panes.filter((pane) => pane.persona).map((pane) => `${pane.persona.id}.${pane.channel?.id ?? ""}`);
    const hash = places.length ? `#${places.join("~")}` : "";
    history.replaceState(null, "", `/${hash}`);
    this.drawTabs();
  }
}

function readHash() {
  const places = location.hash.slice(1).split("~");
  return places
    .map((place) => place.match(/^(\d+)\.(\d*)$/))
    .filter(Boolean)
    .map(([, persona, channel]) => ({ persona, channel: channel || undefined }));
}

window.addEventListener("unhandledrejection", (event) => toast(event.reason?.message ?? "Something went wrong in the page."));

try {
  const app = new App(await get("start"));
  await app.open();
} catch (error) {
  fill(document.getElementById("panes"), h("p", { class: "pad" }, error.message));
}
