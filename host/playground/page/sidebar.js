// The rail of guilds, the list of channels, and who one is.

import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./names.js";

/** Archived threads are listed up to so many. */
const THREADS = 30;

/** Draws the rail of guilds into a pane. */
export function drawRail(pane) {
  const { home } = pane;
  fill(
    pane.rail,
    h(
      "button",
      {
        class: `guild dm ${pane.guild ? "" : "current"}`,
        type: "button",
        title: "Direct messages",
        "aria-label": "Direct messages",
        "aria-current": pane.guild ? null : "true",
        onclick: () => pane.openDm(),
      },
      icon("chat"),
      home.dm && pane.unread.has(home.dm.id) && h("span", { class: "badge", "aria-label": "unread" }),
    ),
    h("hr"),
    home.guilds.map((guild) =>
      h(
        "button",
        {
          class: `guild ${pane.guild?.id === guild.id ? "current" : ""} ${guild.unavailable ? "down" : ""}`,
          type: "button",
          title: guild.unavailable ? `${guild.name} (outage)` : guild.name,
          "aria-label": guild.name,
          "aria-current": pane.guild?.id === guild.id ? "true" : null,
          onclick: () => pane.openGuild(guild.id),
        },
        initials(guild.name),
        pane.unreadGuilds.has(guild.id) && pane.guild?.id !== guild.id && h("span", { class: "badge", "aria-label": "unread" }),
      ),
    ),
  );
}

function initials(name) {
  return name
    .split(/\s+/)
    .map((word) => [...word][0] ?? "")
    .slice(0, 3)
    .join("");
}

/** Draws the channels of the pane's guild, or its direct messages. */
export function drawChannels(pane) {
  const { guild, home } = pane;
  const title = h("header", { class: "guild-name" }, h("strong", {}, guild ? guild.name : "Direct messages"));
  const list = guild ? guildChannels(pane, guild) : dmList(pane, home);
  fill(pane.sidebar, title, h("nav", { class: "channels", "aria-label": "Channels" }, list), me(pane));
}

function dmList(pane, home) {
  if (!home.dm) return h("p", { class: "dim pad" }, `${pane.botName} has not written to ${pane.persona.name} yet. `, h("button", { class: "as-link", type: "button", onclick: () => pane.openDm(true) }, "Write first"));
  return channelRow(pane, { ...home.dm, kind: "dm" });
}

function guildChannels(pane, guild) {
  const all = [...guild.channels.values()].sort((a, b) => a.position - b.position);
  const threads = Map.groupBy(all.filter((channel) => channel.is_thread), (thread) => thread.parent);
  const inside = (parent) => all.filter((channel) => channel.kind !== "category" && !channel.is_thread && (channel.parent ?? null) === parent);
  const withThreads = (channel) => [
    channelRow(pane, channel),
    (threads.get(channel.id) ?? [])
      .filter((thread) => !thread.archived || thread.id === pane.channel?.id)
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .slice(0, THREADS)
      .map((thread) => channelRow(pane, thread)),
  ];
  const known = new Set(all.filter((channel) => channel.kind === "category").map((channel) => channel.id));
  const loose = all.filter((channel) => channel.kind !== "category" && !channel.is_thread && !known.has(channel.parent));
  return [
    loose.map(withThreads),
    all
      .filter((channel) => channel.kind === "category")
      .map((category) => {
        const children = inside(category.id);
        const shut = pane.folded.has(category.id);
        if (!children.length) return null;
        const heading = h(
          "button",
          {
            class: `category ${shut ? "shut" : ""}`,
            type: "button",
            "aria-expanded": String(!shut),
            onclick: () => {
              pane.folded[shut ? "delete" : "add"](category.id);
              drawChannels(pane);
            },
          },
          icon("chevron"),
          category.name,
        );
        return [heading, children.filter((child) => !shut || child.id === pane.channel?.id || pane.unread.has(child.id)).map(withThreads)];
      }),
  ];
}

function channelRow(pane, channel) {
  const unread = pane.unread.get(channel.id);
  const current = pane.channel?.id === channel.id;
  const face = channel.kind === "dm" ? avatar({ bot: true }, "tiny") : icon(channel.is_thread ? "thread" : channel.may_write ? "hash" : "lock");
  return h(
    "button",
    {
      class: `channel ${channel.is_thread ? "in-channel" : ""} ${current ? "current" : ""} ${unread ? "unread" : ""}`,
      type: "button",
      "data-channel": channel.name,
      "aria-current": current ? "page" : null,
      disabled: !channel.holds_messages,
      onclick: () => pane.openChannel(channel.id),
    },
    face,
    h("span", { class: "channel-name" }, channel.name),
    unread?.pings ? h("span", { class: "count", "aria-label": `${unread.pings} mentions` }, String(unread.pings)) : null,
  );
}

function me(pane) {
  const { persona } = pane;
  return h(
    "footer",
    { class: "me" },
    h(
      "button",
      { class: "me-button", type: "button", title: "Be somebody else", "aria-label": `You are ${persona.name}. Be somebody else`, onclick: (event) => pane.pickPersona(event.currentTarget) },
      avatar(persona, "small"),
      h("span", { class: "me-text" }, h("strong", {}, persona.name), h("span", { class: "dim" }, pane.rank())),
      icon("swap"),
    ),
  );
}
