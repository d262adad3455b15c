// Roles: their order, what they allow, who may mention them.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { css } from "../names.js";

let open = null;

export async function rolesTab(drawer) {
  const guild = await drawer.readGuild();
  const roles = guild.roles.filter((role) => role.id !== guild.id);
  const everyone = guild.roles.find((role) => role.id === guild.id);
  const reorder = (from, to) => {
    if (to < 0 || to >= roles.length || from === to) return;
    const order = roles.map((role) => role.id);
    order.splice(to, 0, ...order.splice(from, 1));
    drawer.does("order_roles", { guild: guild.id, order });
  };
  const name = h("input", { type: "text", placeholder: "A new role", "aria-label": "Name of a new role", maxlength: 100, "data-key": "new" });
  return [
    h("p", { class: "dim" }, `Roles of ${guild.name}, the highest first. ${drawer.app.start.bot.name} manages only roles and members below its own role: move it down, and see what it says.`),
    h("ol", { class: "role-list" }, roles.map((role, at) => row(drawer, guild, role, at, reorder)), row(drawer, guild, everyone)),
    h("form", { class: "line-form", onsubmit: (event) => (event.preventDefault(), drawer.does("add_role", { guild: guild.id, name: name.value })) }, name, h("button", { class: "button primary", type: "submit" }, "Add")),
  ];
}

function row(drawer, guild, role, at, reorder) {
  const isOpen = open === role.id;
  const dot = h("i", { class: "dot" });
  dot.style.background = css(role.color) || "var(--muted)";
  const item = h(
    "li",
    { class: isOpen ? "role-row open" : "role-row", draggable: reorder ? "true" : null, "data-at": at },
    h(
      "div",
      { class: "role-head" },
      h("button", { class: "role-name", type: "button", "aria-expanded": String(isOpen), "data-key": `role-${role.id}`, onclick: () => ((open = isOpen ? null : role.id), drawer.refresh()) }, dot, role.name, role.is_bots && h("span", { class: "mark" }, "APP")),
      reorder && h("button", { class: "ghost small", type: "button", "aria-label": `Move ${role.name} up`, "data-key": `up-${role.id}`, onclick: () => reorder(at, at - 1) }, icon("up")),
      reorder && h("button", { class: "ghost small", type: "button", "aria-label": `Move ${role.name} down`, "data-key": `down-${role.id}`, onclick: () => reorder(at, at + 1) }, icon("chevron")),
      reorder && h("button", { class: "ghost small", type: "button", "aria-label": `Delete ${role.name}`, onclick: () => drawer.does("delete_role", { guild: guild.id, role: role.id }) }, icon("trash")),
    ),
    isOpen && details(drawer, guild, role),
  );
  if (reorder) {
    item.addEventListener("dragstart", (event) => event.dataTransfer.setData("text/plain", String(at)));
    item.addEventListener("dragover", (event) => event.preventDefault());
    item.addEventListener("drop", (event) => {
      event.preventDefault();
      reorder(Number(event.dataTransfer.getData("text/plain")), at);
    });
  }
  return item;
}

function details(drawer, guild, role) {
  const change = (more) => drawer.does("change_role", { guild: guild.id, role: role.id, ...more });
  const flag = (key, label) => h("label", { class: "check" }, h("input", { type: "checkbox", checked: role[key], "data-key": `${key}-${role.id}`, onchange: (event) => change({ [key]: event.target.checked }) }), label);
  const held = BigInt(role.permissions);
  const set = (bit, on) => change({ permissions: String(on ? held | bit : held & ~bit) });
  const permissions = drawer.app.start.permissions.map(([name, bit]) => [name, BigInt(bit)]);
  return h(
    "div",
    { class: "role-details" },
    role.id !== guild.id &&
      h(
        "div",
        { class: "line-form" },
        h("input", { type: "text", value: role.name, maxlength: 100, "aria-label": "Name", onchange: (event) => change({ name: event.target.value }) }),
        h("input", { type: "color", value: css(role.color) || "#99aab5", "aria-label": "Colour", onchange: (event) => change({ color: parseInt(event.target.value.slice(1), 16) }) }),
      ),
    role.id !== guild.id && h("div", { class: "checks" }, flag("hoist", "shown apart"), flag("mentionable", "anybody may mention it")),
    h(
      "div",
      { class: "checks permissions" },
      permissions.map(([name, bit]) =>
        h("label", { class: "check" }, h("input", { type: "checkbox", checked: (held & bit) === bit, "data-key": `${name}-${role.id}`, onchange: (event) => set(bit, event.target.checked) }), words(name)),
      ),
    ),
  );
}

/** `MANAGE_ROLES` as people read it. */
export function words(name) {
  const text = name.toLowerCase().replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
