// The first screen: what this is, and what to try.

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** The sheet with suggestions. `take` is called with the suggestion that somebody chose. */
export function welcome(app, take, close) {
  const guild = app.start.guilds[0];
  const suggestions = app.start.try_this;
  return h(
    "section",
    { class: "welcome", "aria-label": "Try this" },
    h(
      "header",
      {},
      h("h1", {}, "An evening to play with"),
      h("button", { class: "ghost", type: "button", "aria-label": "Close", onclick: close }, icon("close")),
    ),
    h(
      "p",
      {},
      `${guild?.name ?? "This guild"} is a guild on your own machine, with ${app.start.bot.name} in it and people whom you can be. `,
      "Nothing leaves this computer, and nothing can break.",
    ),
    suggestions.length > 0 && h("h2", {}, "Try this"),
    h(
      "ol",
      { class: "tries" },
      suggestions.map((entry) =>
        h(
          "li",
          {},
          h("div", { class: "try-text" }, h("strong", {}, entry.title), h("span", {}, entry.text)),
          h("button", { class: "button primary", type: "button", onclick: () => take(entry) }, entry.beside ? `As ${entry.persona} and ${entry.beside}` : `As ${entry.persona}`),
        ),
      ),
    ),
    h(
      "p",
      { class: "dim" },
      "You are always somebody: see the name at the foot of the channel list, and press it to be somebody else. ",
      "Side by side shows two people at once. Operator moves roles, rights and the clock, and shows what went over the wire.",
    ),
    h("p", { class: "dim" }, "Muster Playground is not affiliated with Discord."),
  );
}
