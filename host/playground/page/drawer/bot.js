// The bot: whether it is in the guild, what it may do, and what goes wrong on its way.

import { get } from "../api.js";
import { h, toast } from "../dom.js";
import { words } from "./roles.js";

const RIGHTS = ["VIEW_CHANNEL", "SEND_MESSAGES", "SEND_MESSAGES_IN_THREADS", "EMBED_LINKS", "ATTACH_FILES", "READ_MESSAGE_HISTORY", "MANAGE_MESSAGES", "MANAGE_ROLES", "MANAGE_NICKNAMES", "MANAGE_CHANNELS", "MANAGE_THREADS", "CREATE_PUBLIC_THREADS", "CREATE_PRIVATE_THREADS", "MENTION_EVERYONE", "MODERATE_MEMBERS", "KICK_MEMBERS", "BAN_MEMBERS", "ADMINISTRATOR"];
const GATEWAY = [
  ["Cut the connection", { kind: "drop" }],
  ["Ask to reconnect (op 7)", { kind: "reconnect" }],
  ["Invalid session (op 9)", { kind: "invalidate", resumable: false }],
  ["Invalid, may resume", { kind: "invalidate", resumable: true }],
  ["Close 4000", { kind: "close", code: 4000 }],
  ["Close without a code", { kind: "close", code: null }],
];
const ROUTES = [
  ["everything", "*"],
  ["posting messages", "POST /channels/{channel.id}/messages"],
  ["editing messages", "PATCH /channels/{channel.id}/messages/{message.id}"],
  ["answering interactions", "POST /interactions/{interaction.id}/{interaction.token}/callback"],
  ["starting threads", "POST /channels/*"],
  ["giving roles", "PUT /guilds/*"],
];
const FAULTS = [
  ["500", { kind: "status", status: 500 }],
  ["502", { kind: "status", status: 502 }],
  ["403", { kind: "status", status: 403 }],
  ["429, this bucket", { kind: "rate_limited", scope: "user", retry_after_s: 2 }],
  ["429, global", { kind: "rate_limited", scope: "global", retry_after_s: 2 }],
  ["2 s late", { kind: "latency", ms: 2000 }],
  ["5 s late", { kind: "latency", ms: 5000 }],
  ["reset before", { kind: "reset_before" }],
  ["reset after it was done", { kind: "reset_after" }],
];

export async function botTab(drawer) {
  const [guild, faults] = await Promise.all([drawer.readGuild(), get("faults")]);
  const own = guild.roles.find((role) => role.is_bots);
  const then = async (op, more) => {
    await drawer.does(op, more);
    drawer.refreshSoon();
  };
  const held = BigInt(own?.permissions ?? 0);
  const open = BigInt(guild.roles.find((role) => role.id === guild.id)?.permissions ?? 0);
  const bits = new Map(drawer.app.start.permissions.map(([name, bit]) => [name, BigInt(bit)]));
  const revoke = (name, on) => {
    const bit = bits.get(name);
    then("change_role", { guild: guild.id, role: own.id, permissions: String(on ? held | bit : held & ~bit) });
  };
  return [
    h(
      "div",
      { class: "chips" },
      guild.has_bot
        ? h("button", { class: "button danger", type: "button", onclick: () => then("kick_bot", { guild: guild.id }) }, "Kick the bot")
        : h("button", { class: "button primary", type: "button", onclick: () => then("add_bot", { guild: guild.id }) }, "Add the bot"),
      h("button", { class: "button secondary", type: "button", onclick: () => then("outage", { guild: guild.id, on: !guild.unavailable }) }, guild.unavailable ? "End the outage" : "Outage of this guild"),
    ),
    own && h("h3", {}, "What its role allows"),
    own &&
      h(
        "div",
        { class: "checks" },
        RIGHTS.map((name) =>
          h(
            "label",
            { class: "check" },
            h("input", { type: "checkbox", checked: (held & bits.get(name)) === bits.get(name), "data-key": name, onchange: (event) => revoke(name, event.target.checked) }),
            h("span", {}, words(name), (open & bits.get(name)) !== 0n && h("span", { class: "dim" }, " *")),
          ),
        ),
      ),
    own && h("p", { class: "dim" }, "* @everyone has this right too, so the bot keeps it. Deny it in one channel under Channels, or take it from @everyone under Roles."),
    h("h3", {}, "Its connection"),
    h("div", { class: "chips" }, GATEWAY.map(([label, fault]) => h("button", { class: "button secondary", type: "button", onclick: () => then("gateway", { fault }) }, label))),
    h(
      "div",
      { class: "checks" },
      h("label", { class: "check" }, h("input", { type: "checkbox", checked: faults.ignore_heartbeats, onchange: (event) => then("gateway", { fault: { kind: "ignore_heartbeats", on: event.target.checked } }) }), "leave heartbeats unanswered"),
      h("label", { class: "check" }, h("input", { type: "checkbox", checked: faults.withhold_hello, onchange: (event) => then("gateway", { fault: { kind: "withhold_hello", on: event.target.checked } }) }), "say no HELLO to new connections"),
    ),
    h("h3", {}, "Its requests"),
    restForm(then),
    faults.rest.length > 0 && h("ul", { class: "plain" }, faults.rest.map((fault) => h("li", {}, `${fault.left} times ${fault.fault} on ${fault.route}`))),
    h("button", { class: "button secondary", type: "button", onclick: () => then("clear_faults", {}) }, "Take back all faults"),
  ];
}

function restForm(then) {
  const route = h("select", { "aria-label": "Requests", "data-key": "route" }, ROUTES.map(([label, value]) => h("option", { value }, label)));
  const fault = h("select", { "aria-label": "Fault", "data-key": "fault" }, FAULTS.map(([label], at) => h("option", { value: at }, label)));
  const times = h("input", { type: "number", min: 1, max: 1000, value: "1", "aria-label": "How often", "data-key": "times" });
  const submit = (event) => {
    event.preventDefault();
    const count = Number(times.value);
    if (!Number.isInteger(count) || count < 1) return toast("How often is a whole number from 1.");
    return then("rest", { route: route.value, fault: FAULTS[Number(fault.value)][1], times: count });
  };
  return h("form", { class: "line-form", onsubmit: submit }, route, fault, times, h("button", { class: "button primary", type: "submit" }, "Fail"));
}
