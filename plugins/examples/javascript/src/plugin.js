// Reset: `/reset` says how long it is until the game's day ends, at midnight UTC.

import context from "muster:context/context@0.1.0";
import reply from "muster:reply/reply@0.1.0";

const DAY_MS = 24 * 60 * 60 * 1000;

/** What the plugin says of itself. The host reads it once, at installation. */
export const plugin = {
  describe() {
    return JSON.stringify({
      name: "reset",
      version: "0.1.0",
      summary: "Says when the game's day ends",
      commands: [
        {
          name: "reset",
          description: "How long until the daily reset",
          minimum_role: "everyone",
          options: [
            {
              type: 4,
              name: "days",
              description: "This many resets ahead",
              min_value: 1,
              max_value: 365,
            },
          ],
        },
      ],
    });
  },
};

/** A member used the command. */
export const commands = {
  handle(_name, data) {
    const now = context.now();
    const at = resetAfter(now, option(data, "days") ?? 1);
    // Written by the member: never trust it with markdown.
    const name = context.displayName().replace(/[^\p{L}\p{N} ]/gu, "");
    const content = `${name}, that reset is in ${duration(at - now)}, at <t:${at / 1000}:f>.`;
    reply.private(JSON.stringify({ content, allowed_mentions: { parse: [] } }), "");
  },
};

/** The moment of the reset that many days ahead. */
function resetAfter(now, days) {
  // An error reaches the member as it is, and undoes what the call did.
  if (days > 365) throw { tag: "member", val: "Ask for a year at most." };
  return (Math.floor(now / DAY_MS) + days) * DAY_MS;
}

/** The value of a command's option, if the member gave one. */
function option(data, name) {
  const options = JSON.parse(data).options ?? [];
  return options.find((option) => option.name === name)?.value;
}

/** `3 h 15 min` */
function duration(ms) {
  const minutes = Math.ceil(ms / 60000);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
