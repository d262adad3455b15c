// Members: their roles and nicknames, new ones, and those who leave.

import { fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { avatar, display } from "../names.js";

/** So many are drawn; typing finds the others. */
const SHOWN = 40;
let open = null;
let search = "";

export async function membersTab(drawer) {
  const guild = await drawer.readGuild();
  const list = h("ol", { class: "role-list" });
  const draw = () => {
    const wanted = search.trim().toLowerCase();
    const fitting = guild.members.filter((member) => display(member).toLowerCase().includes(wanted) || member.name.toLowerCase().includes(wanted));
    fill(list, fitting.slice(0, SHOWN).map((member) => row(drawer, guild, member)), fitting.length > SHOWN && h("li", { class: "dim" }, `${fitting.length - SHOWN} more: type a name`));
  };
  const find = h("input", { type: "search", placeholder: "Find a member", "aria-label": "Find a member", value: search, "data-key": "find", oninput: (event) => ((search = event.target.value), draw()) });
  const name = h("input", { type: "text", placeholder: "Somebody new", "aria-label": "Name of somebody new", maxlength: 100, "data-key": "new" });
  draw();
  return [
    h("div", { class: "line-form" }, find),
    list,
    h("form", { class: "line-form", onsubmit: (event) => (event.preventDefault(), drawer.does("join", { guild: guild.id, name: name.value })) }, name, h("button", { class: "button primary", type: "submit" }, "Joins")),
  ];
}

function row(drawer, guild, member) {
  const isOpen = open === member.id;
  return h(
    "li",
    { class: isOpen ? "role-row open" : "role-row" },
    h(
      "div",
      { class: "role-head" },
      h("button", { class: "role-name", type: "button", "aria-expanded": String(isOpen), "data-key": `member-${member.id}`, onclick: () => ((open = isOpen ? null : member.id), drawer.refresh()) }, avatar(member, "tiny"), display(member), member.owner && h("span", { class: "chip" }, "owner")),
      !member.owner && !member.bot && h("button", { class: "ghost small", type: "button", "aria-label": `${member.name} leaves`, title: "Leaves the guild", onclick: () => drawer.does("kick_member", { guild: guild.id, user: member.id }) }, icon("out")),
    ),
    isOpen && details(drawer, guild, member),
  );
}

function details(drawer, guild, member) {
  const of = { guild: guild.id, user: member.id };
  const roles = guild.roles.filter((role) => role.id !== guild.id);
  return h(
    "div",
    { class: "role-details" },
    h("label", { class: "line-form" }, "Nickname ", h("input", { type: "text", value: member.nick ?? "", maxlength: 32, placeholder: member.name, "data-key": "nick", onchange: (event) => drawer.does("nickname", { ...of, nick: event.target.value }) })),
    h("div", { class: "checks" }, roles.map((role) => h("label", { class: "check" }, h("input", { type: "checkbox", checked: member.roles.includes(role.id), "data-key": `give-${role.id}`, onchange: (event) => drawer.does("give_role", { ...of, role: role.id, has: event.target.checked }) }), role.name))),
    !member.bot && h("label", { class: "check" }, h("input", { type: "checkbox", checked: member.dms_closed, "data-key": "dms", onchange: (event) => closeDms(drawer, member, event.target.checked) }), "takes no direct messages"),
  );
}

async function closeDms(drawer, member, closed) {
  const { act } = await import("../api.js");
  await act(member.id, null, { kind: "close_dms", closed });
  drawer.refreshSoon();
}
