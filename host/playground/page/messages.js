// A message as an element, with everything that stands in it.

import { controls, emoji, placeholder } from "./controls.js";
import { h, link } from "./dom.js";
import { icon } from "./icons.js";
import { markdown, plain } from "./markdown.js";
import { avatar, botMark, colored, css } from "./names.js";
import { format, now, time } from "./time.js";

/** After so long, the same author's next message gets a head of its own. */
const APART_MS = 7 * 60 * 1000;
/** How long a bot may think. */
const THINKS_MS = 15 * 60 * 1000;

/** Whether a message continues the one before it. */
export function continues(message, before) {
  return (
    !!before &&
    !message.reply &&
    !message.used?.command &&
    before.author.id === message.author.id &&
    !!before.ephemeral === !!message.ephemeral &&
    message.sent_ms - before.sent_ms < APART_MS &&
    sameDay(message, before)
  );
}

/** Whether two messages are of one day. */
export function sameDay(a, b) {
  return new Date(a.sent_ms).toDateString() === new Date(b.sent_ms).toDateString();
}

/** The line between two days. */
export function dayLine(message) {
  return h("div", { class: "day", role: "separator" }, h("span", {}, format(message.sent_ms, "D")));
}

/** A message for a pane. */
export function messageElement(pane, message, before) {
  const joined = continues(message, before);
  const names = pane.names(message);
  const classes = ["message", joined ? "joined" : "", message.pings ? "pings" : "", message.ephemeral ? "ephemeral" : ""];
  return h(
    "article",
    {
      class: classes.filter(Boolean).join(" "),
      "data-id": message.id,
      tabIndex: -1,
      "aria-label": `${message.author.name}, ${format(message.sent_ms, "t")}`,
    },
    reply(pane, message, names),
    used(pane, message),
    joined ? h("span", { class: "side" }, time(message.sent_ms, "t", "")) : h("span", { class: "side" }, avatar(message.author)),
    h(
      "div",
      { class: "body" },
      !joined && head(pane, message),
      message.loading ? thinking(pane, message) : content(message, names),
      message.embeds.map((entry) => embed(entry, names)),
      message.attachments.map(attachment),
      controls(pane, message),
      reactions(pane, message),
      thread(pane, message),
      message.ephemeral && ephemeralNote(pane, message),
      failure(pane, message),
    ),
    tools(pane, message),
  );
}

function head(pane, message) {
  const name = colored(message.author.name, message.author.color, "author");
  name.tabIndex = 0;
  name.setAttribute("role", "button");
  const open = () => pane.showMember(message.author.id, name);
  name.addEventListener("click", open);
  name.addEventListener("keydown", (event) => event.key === "Enter" && open());
  return h("header", {}, name, message.author.bot && botMark(), time(message.sent_ms, isToday(message) ? "t" : "s", ""));
}

function isToday(message) {
  return new Date(message.sent_ms).toDateString() === new Date(now()).toDateString();
}

function content(message, names) {
  if (!message.content) return null;
  const text = markdown(message.content, names);
  const last = text.lastElementChild;
  const end = last?.classList.contains("line") ? last : text;
  if (message.edited_ms) end.append(h("span", { class: "edited", title: format(message.edited_ms, "F") }, "(edited)"));
  return text;
}

function thinking(pane, message) {
  const late = now() - message.sent_ms > THINKS_MS;
  if (late) return h("div", { class: "failed" }, "The application did not respond");
  return h("div", { class: "thinking" }, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), `${pane.botName} is thinking…`);
}

function reply(pane, message, names) {
  if (!message.reply) return null;
  const { author, content } = message.reply;
  return h("div", { class: "above" }, icon("reply"), colored(author.name, author.color), h("span", { class: "dim" }, plain(content, names) || "A message"));
}

function used(pane, message) {
  const { by, command } = message.used ?? {};
  if (!by || !command) return null;
  return h(
    "div",
    { class: "above" },
    icon("reply"),
    avatar(by, "tiny"),
    colored(by.name, by.color),
    h("span", { class: "dim" }, " used "),
    h("span", { class: "mention" }, `/${command}`),
  );
}

/** An embed. */
export function embed(given, names) {
  const box = h("div", { class: "embed" });
  if (given.color) box.style.borderInlineStartColor = css(given.color);
  const title = given.title && markdown(given.title, names, { inline: true });
  box.append(
    ...[
      h(
        "div",
        { class: "embed-main" },
        given.author?.name && h("div", { class: "embed-author" }, given.author.url ? link(given.author.url, given.author.name) : given.author.name),
        title && h("div", { class: "embed-title" }, given.url ? link(given.url, title) : title),
        given.description && h("div", { class: "embed-description" }, markdown(given.description, names)),
        fields(given.fields ?? [], names),
        given.image && placeholder("picture", given.image.url ?? "Picture"),
        foot(given),
      ),
      given.thumbnail && h("div", { class: "embed-thumbnail" }, placeholder("picture", given.thumbnail.url ?? "Picture")),
    ].filter(Boolean),
  );
  return box;
}

/** Inline fields stand in threes; others take a line each. */
function fields(list, names) {
  if (!list.length) return null;
  const rows = [];
  for (const field of list) {
    const row = rows.at(-1);
    if (field.inline && row?.inline && row.fields.length < 3) row.fields.push(field);
    else rows.push({ inline: !!field.inline, fields: [field] });
  }
  return h(
    "div",
    { class: "fields" },
    rows.map((row) =>
      h(
        "div",
        { class: row.inline ? `fields-row of-${row.fields.length}` : "fields-row of-1" },
        row.fields.map((field) =>
          h("div", { class: "embed-field" }, h("div", { class: "field-name" }, markdown(field.name, names, { inline: true })), markdown(field.value, names)),
        ),
      ),
    ),
  );
}

function foot(given) {
  const at = given.timestamp ? Date.parse(given.timestamp) : NaN;
  if (!given.footer?.text && Number.isNaN(at)) return null;
  return h("div", { class: "embed-foot" }, given.footer?.text, given.footer?.text && !Number.isNaN(at) && " • ", !Number.isNaN(at) && time(at, "s", ""));
}

function attachment(file) {
  const isPicture = /^image\/(png|jpeg|gif|webp)$/.test(file.kind ?? "") || /\.(png|jpe?g|gif|webp)$/i.test(file.name);
  const size = file.bytes > 1024 * 1024 ? `${(file.bytes / 1048576).toFixed(1)} MiB` : `${Math.ceil(file.bytes / 1024)} KiB`;
  if (isPicture) {
    const picture = h("img", { class: "picture", src: file.url, alt: file.name, loading: "lazy" });
    picture.addEventListener("error", () => picture.replaceWith(placeholder("picture", file.name)));
    return picture;
  }
  return h("a", { class: "attachment", href: file.url, download: file.name }, icon("file"), h("span", {}, file.name), h("span", { class: "dim" }, size));
}

function reactions(pane, message) {
  if (!message.reactions.length) return null;
  return h(
    "div",
    { class: "reactions" },
    message.reactions.map((reaction) =>
      h(
        "button",
        {
          class: reaction.me ? "reaction me" : "reaction",
          type: "button",
          "aria-pressed": String(reaction.me),
          "aria-label": `${reaction.emoji}, ${reaction.count}`,
          onclick: () => pane.react(message, reaction.emoji, !reaction.me),
        },
        emoji({ name: reaction.emoji }),
        String(reaction.count),
      ),
    ),
  );
}

function thread(pane, message) {
  if (!message.thread) return null;
  const { id, name, count } = message.thread;
  return h(
    "button",
    { class: "thread-link", type: "button", onclick: () => pane.openChannel(id) },
    icon("thread"),
    h("strong", {}, name),
    h("span", {}, count === 1 ? "1 message" : `${count} messages`),
  );
}

function ephemeralNote(pane, message) {
  return h(
    "div",
    { class: "only-you" },
    icon("eye"),
    "Only you can see this",
    " • ",
    h("button", { class: "as-link", type: "button", onclick: () => pane.dismiss(message.id) }, "Dismiss message"),
  );
}

function failure(pane, message) {
  const text = pane.failures.get(message.id);
  return text ? h("div", { class: "failed", role: "alert" }, text) : null;
}

function tools(pane, message) {
  const apps = pane.commands.filter((command) => command.kind === 3);
  return h(
    "div",
    { class: "tools" },
    !message.ephemeral &&
      pane.channel?.may_react &&
      h("button", { class: "ghost", type: "button", "aria-label": "Add a reaction", title: "Add a reaction", onclick: (event) => pane.pickEmoji(message, event.currentTarget) }, icon("smile")),
    apps.length > 0 &&
      h("button", { class: "ghost", type: "button", "aria-label": "Apps", title: "Apps", onclick: (event) => pane.pickApp(message, apps, event.currentTarget) }, icon("more")),
    !message.ephemeral &&
      h("button", { class: "ghost", type: "button", "aria-label": "Delete by the operator", title: "Delete, as the operator", onclick: () => pane.deleteMessage(message) }, icon("trash")),
  );
}

/** What stays in the channel when a command got no answer. Only this person sees it. */
export function failedCommand(pane, note) {
  return h(
    "article",
    { class: "message ephemeral note", tabIndex: -1 },
    h("div", { class: "above" }, icon("reply"), avatar(pane.persona, "tiny"), h("span", { class: "name" }, pane.persona.name), h("span", { class: "dim" }, " used "), h("span", { class: "mention" }, `/${note.command}`)),
    h("span", { class: "side" }, avatar({ bot: true })),
    h(
      "div",
      { class: "body" },
      h("header", {}, h("span", { class: "author" }, pane.botName), botMark()),
      h("div", { class: "failed", role: "alert" }, note.text),
      h("div", { class: "only-you" }, icon("eye"), "Only you can see this", " • ", h("button", { class: "as-link", type: "button", onclick: () => pane.dropNote(note) }, "Dismiss message")),
    ),
  );
}
