// Boxes about people: who to be, who somebody is, and what to react with.

import { get } from "./api.js";
import { fill, float, h, toast } from "./dom.js";
import { avatar, botMark, colored, css, display, memberColor } from "./names.js";
import { Listbox } from "./picker.js";

const EMOJI = ["👍", "👎", "❤️", "😂", "🎉", "😢", "👀", "✅", "❌", "🔑", "⚔️", "🛡️", "🔥", "⭐", "🙏", "💯"];

/** Somebody else to be, by name. */
export function pickPersona(pane, anchor, chosen = (id) => pane.become(id, { guild: pane.guild?.id, channel: pane.channel?.id })) {
  const guild = pane.guild?.id ?? pane.home.guilds[0]?.id;
  const search = h("input", { class: "menu-search", type: "text", role: "combobox", placeholder: "Be whom?", "aria-label": "Be whom?", autocomplete: "off" });
  const place = h("div", { class: "menu-list" });
  const box = h("div", { class: "menu-box people" }, search, place);
  const list = new Listbox(search, {
    label: "People",
    choose: (entry) => {
      floating.close();
      Promise.resolve(chosen(entry.value)).catch((error) => toast(error.message));
    },
  });
  list.box.classList.add("embedded");
  list.place = { place() {}, close() {} };
  Object.defineProperty(list, "open", { value: true });
  fill(place, list.box);
  const floating = float(box, anchor, { above: true });
  const look = async () => {
    const text = search.value;
    const { people, total } = await get("people", { guild, text });
    if (search.value !== text) return;
    const role = (member) => pane.guild?.roles.find((role) => member.roles.includes(role.id))?.name;
    list.show(
      people.map((member) => ({
        value: member.id,
        label: display(member),
        note: member.owner ? "owner" : (role(member) ?? "no role"),
        face: avatar(member, "tiny"),
      })),
    );
    if (total > people.length) list.box.append(h("div", { class: "list-note" }, `${total - people.length} more: type a name`));
    floating.place();
  };
  search.addEventListener("input", look);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      floating.close();
      anchor.focus();
    } else {
      list.key(event);
    }
  });
  look();
  search.focus();
}

/** Who somebody is, and what can be done about it. */
export function showMember(pane, id, anchor) {
  const member = pane.guild?.members.get(id);
  if (!member) return;
  const roles = pane.guild.roles.filter((role) => member.roles.includes(role.id));
  const commands = pane.commands.filter((command) => command.kind === 2);
  let floating;
  const does = (then) => () => {
    floating.close();
    Promise.resolve(then()).catch((error) => toast(error.message));
  };
  const place = { guild: pane.guild.id, channel: pane.channel?.id };
  const box = h(
    "div",
    { class: "member-box", role: "dialog", "aria-label": display(member) },
    h("div", { class: "member-top" }, avatar(member, "large"), h("div", {}, colored(display(member), memberColor(pane.guild, member), "name big"), member.bot && botMark(), member.nick && h("div", { class: "dim" }, member.name))),
    h("div", { class: "roles" }, member.owner && h("span", { class: "role" }, "owner"), roles.map(roleChip), !roles.length && !member.owner && h("span", { class: "dim" }, "no roles")),
    !member.bot &&
      h(
        "div",
        { class: "stack" },
        member.id !== pane.persona.id && h("button", { class: "button primary", type: "button", onclick: does(() => pane.become(member.id, place)) }, `Be ${member.name}`),
        member.id !== pane.persona.id && h("button", { class: "button secondary", type: "button", onclick: does(() => pane.app.beside(pane, member.id, place)) }, "Show beside"),
        commands.map((command) => h("button", { class: "button secondary", type: "button", onclick: does(() => pane.command(command.name, { kind: "use_on_member", command: command.name, user: member.id })) }, command.name)),
      ),
  );
  floating = float(box, anchor);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      floating.close();
      anchor.focus();
    }
  });
  box.querySelector("button")?.focus();
}

/** A role with its colour. */
export function roleChip(role) {
  const dot = h("i", { class: "dot" });
  dot.style.background = css(role.color) || "var(--muted)";
  return h("span", { class: "role" }, dot, role.name);
}

/** A few emoji, or one that is typed. */
export function pickEmoji(anchor, chosen) {
  let floating;
  const take = (emoji) => {
    floating.close();
    if (emoji) chosen(emoji);
  };
  const other = h("input", { type: "text", maxlength: 32, placeholder: "another one", "aria-label": "Another emoji" });
  other.addEventListener("keydown", (event) => event.key === "Enter" && take(other.value.trim()));
  const box = h("div", { class: "emoji-box" }, h("div", { class: "emoji-grid" }, EMOJI.map((emoji) => h("button", { class: "ghost", type: "button", "aria-label": emoji, onclick: () => take(emoji) }, emoji))), other);
  box.addEventListener("keydown", (event) => event.key === "Escape" && (floating.close(), anchor.focus()));
  floating = float(box, anchor, { above: true });
  box.querySelector("button").focus();
}
