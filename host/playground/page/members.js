// The member list: grouped by the roles that stand apart, and drawn only where it is looked at, so
// that a thousand members cost no more than thirty.

import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { avatar, botMark, colored, display, memberColor } from "./names.js";

const ROW = 42;

/** The list at the side of a pane. */
export class Members {
  constructor(pane) {
    this.pane = pane;
    this.rows = [];
    this.space = h("div", { class: "members-space" });
    this.element = h("aside", { class: "members", "aria-label": "Members", tabIndex: 0 }, this.space);
    this.element.addEventListener("scroll", () => this.draw(), { passive: true });
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  /** Sorts everybody anew; soon, and once for many changes. */
  refresh() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = null;
      this.sort();
      this.draw(true);
    });
  }

  sort() {
    const guild = this.pane.guild;
    this.rows = [];
    if (!guild) return;
    const apart = guild.roles.filter((role) => role.hoist);
    const groups = new Map(apart.map((role) => [role.id, { name: role.name, members: [] }]));
    const others = { name: "Members", members: [] };
    const channel = this.pane.channel;
    for (const member of guild.members.values()) {
      if (channel?.hidesFrom?.has(member.id)) continue;
      const role = apart.find((role) => member.roles.includes(role.id));
      (role ? groups.get(role.id) : others).members.push(member);
    }
    for (const group of [...groups.values(), others]) {
      if (!group.members.length) continue;
      group.members.sort((a, b) => display(a).localeCompare(display(b), undefined, { numeric: true }));
      this.rows.push({ heading: `${group.name} — ${group.members.length}` }, ...group.members);
    }
  }

  draw(all = false) {
    const height = this.element.clientHeight || 600;
    const first = Math.max(0, Math.floor(this.element.scrollTop / ROW) - 4);
    const last = Math.min(this.rows.length, first + Math.ceil(height / ROW) + 8);
    if (!all && first === this.first && last === this.last) return;
    [this.first, this.last] = [first, last];
    this.space.style.height = `${this.rows.length * ROW}px`;
    fill(
      this.space,
      this.rows.slice(first, last).map((row, at) => {
        const element = row.heading ? h("div", { class: "members-heading" }, row.heading) : this.member(row);
        element.style.top = `${(first + at) * ROW}px`;
        return element;
      }),
    );
  }

  member(member) {
    const guild = this.pane.guild;
    return h(
      "button",
      { class: "member", type: "button", onclick: (event) => this.pane.showMember(member.id, event.currentTarget) },
      avatar(member, "small"),
      colored(display(member), memberColor(guild, member)),
      member.owner && h("span", { class: "crown", title: "Owner" }, icon("crown", "Owner")),
      member.bot && botMark(),
      member.timed_out_until_ms && h("span", { title: "Timed out" }, icon("clock", "Timed out")),
    );
  }
}
