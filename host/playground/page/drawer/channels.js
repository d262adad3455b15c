// Channels: overwrites, new ones, and deleting one under the bot's feet.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { words } from "./roles.js";

const SHOWN = ["VIEW_CHANNEL", "SEND_MESSAGES", "SEND_MESSAGES_IN_THREADS", "EMBED_LINKS", "ATTACH_FILES", "READ_MESSAGE_HISTORY", "CREATE_PUBLIC_THREADS", "MANAGE_THREADS", "MANAGE_MESSAGES", "USE_APPLICATION_COMMANDS", "MENTION_EVERYONE", "ADD_REACTIONS"];
let open = null;
let target = null;

export async function channelsTab(drawer) {
  const guild = await drawer.readGuild();
  const name = h("input", { type: "text", placeholder: "A new channel", "aria-label": "Name of a new channel", maxlength: 100, "data-key": "new" });
  const channels = [...guild.channels].sort((a, b) => Number(a.is_thread) - Number(b.is_thread) || a.position - b.position);
  return [
    h("p", { class: "dim" }, "Overwrites change what a role may do in one channel. Deleting a channel or thread takes it from under the bot's feet."),
    h("ol", { class: "role-list" }, channels.slice(0, 200).map((channel) => row(drawer, guild, channel))),
    h("form", { class: "line-form", onsubmit: (event) => (event.preventDefault(), drawer.does("add_channel", { guild: guild.id, name: name.value })) }, name, h("button", { class: "button primary", type: "submit" }, "Add")),
  ];
}

function row(drawer, guild, channel) {
  const isOpen = open === channel.id;
  return h(
    "li",
    { class: isOpen ? "role-row open" : "role-row" },
    h(
      "div",
      { class: "role-head" },
      h(
        "button",
        { class: "role-name", type: "button", disabled: channel.is_thread, "aria-expanded": String(isOpen), "data-key": `channel-${channel.id}`, onclick: () => ((open = isOpen ? null : channel.id), drawer.refresh()) },
        icon(channel.is_thread ? "thread" : channel.kind === "category" ? "chevron" : "hash"),
        channel.name,
        channel.overwrites.length > 0 && h("span", { class: "chip" }, channel.overwrites.length === 1 ? "1 overwrite" : `${channel.overwrites.length} overwrites`),
      ),
      h("button", { class: "ghost small", type: "button", "aria-label": `Delete ${channel.name}`, onclick: () => drawer.does("delete_channel", { guild: guild.id, channel: channel.id }) }, icon("trash")),
    ),
    isOpen && overwrites(drawer, guild, channel),
  );
}

function overwrites(drawer, guild, channel) {
  // At first the bot's own role: what it may not do here is what one wants to see.
  const chosen = guild.roles.find((role) => role.id === target) ?? guild.roles.find((role) => role.is_bots) ?? guild.roles.at(-1);
  const existing = channel.overwrites.find((overwrite) => overwrite.id === chosen.id);
  const [allow, deny] = [BigInt(existing?.allow ?? 0), BigInt(existing?.deny ?? 0)];
  const bits = new Map(drawer.app.start.permissions.map(([name, bit]) => [name, BigInt(bit)]));
  const set = (bit, state) => {
    const next = { allow: state === "allow" ? allow | bit : allow & ~bit, deny: state === "deny" ? deny | bit : deny & ~bit };
    drawer.does("set_overwrite", { guild: guild.id, channel: channel.id, role: chosen.id, allow: String(next.allow), deny: String(next.deny) });
  };
  return h(
    "div",
    { class: "role-details" },
    h("label", { class: "line-form" }, "for ", h("select", { "data-key": "target", onchange: (event) => ((target = event.target.value), drawer.refresh()) }, guild.roles.map((role) => h("option", { value: role.id, selected: role.id === chosen.id }, role.name)))),
    SHOWN.map((name) => {
      const bit = bits.get(name);
      const state = allow & bit ? "allow" : deny & bit ? "deny" : "inherit";
      return h(
        "div",
        { class: "three" },
        h("span", {}, words(name)),
        h(
          "span",
          { role: "group", "aria-label": words(name) },
          ["deny", "inherit", "allow"].map((value) => h("button", { class: `step ${value}`, type: "button", "aria-pressed": String(value === state), "data-key": `${name}-${value}`, onclick: () => set(bit, value) }, value)),
        ),
      );
    }),
  );
}
