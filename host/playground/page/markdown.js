// Discord's markdown as elements: a subset, and never HTML.

import { h, link, placeOf } from "./dom.js";
import { icon } from "./icons.js";
import { format, time } from "./time.js";

/** Block and inline markdown. `names` resolves mentions: `{ user, role, channel, me }`. */
export function markdown(text, names, { inline = false } = {}) {
  const box = h("div", { class: "text" });
  if (inline) {
    box.append(...spans(text, names));
    return box;
  }
  const parts = text.split(/```(?:([a-z0-9+_-]+)\n)?\n?([\s\S]+?)```/i);
  for (let at = 0; at < parts.length; at += 3) {
    box.append(...blocks(parts[at], names));
    const code = parts[at + 2];
    if (code !== undefined) box.append(h("pre", {}, h("code", {}, code.replace(/\n$/, ""))));
  }
  return box;
}

function blocks(text, names) {
  const found = [];
  const lines = text.replace(/^\n/, "").replace(/\n$/, "").split("\n");
  if (lines.length === 1 && lines[0] === "") return found;
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    const rest = line.match(/^>>> (.*)$/);
    if (rest) {
      const quoted = [rest[1], ...lines.slice(at + 1)].join("\n");
      found.push(h("blockquote", {}, ...blocks(quoted, names)));
      break;
    }
    const [block, used] = blockAt(lines, at, names);
    found.push(block);
    at += used;
  }
  return found;
}

/** One block, and how many lines it took. */
function blockAt(lines, at, names) {
  const line = lines[at];
  const heading = line.match(/^(#{1,3}) (.+)$/);
  if (heading) return [h("div", { class: `heading h${heading[1].length}` }, ...spans(heading[2], names)), 1];
  const small = line.match(/^-# (.+)$/);
  if (small) return [h("small", { class: "subtext" }, ...spans(small[1], names)), 1];
  const isQuote = (text) => /^> ?/.test(text) && !text.startsWith(">>>");
  if (/^> /.test(line)) {
    const quoted = takeWhile(lines, at, isQuote);
    const inner = quoted.map((text) => text.replace(/^> ?/, "")).join("\n");
    return [h("blockquote", {}, ...blocks(inner, names)), quoted.length];
  }
  for (const [pattern, tag] of [
    [/^\s*[-*] (.+)$/, "ul"],
    [/^\s*\d+\. (.+)$/, "ol"],
  ]) {
    if (!pattern.test(line)) continue;
    const items = takeWhile(lines, at, (text) => pattern.test(text));
    const list = items.map((text) => h("li", {}, ...spans(text.match(pattern)[1], names)));
    return [h(tag, {}, list), items.length];
  }
  return [h("div", { class: "line" }, line ? spans(line, names) : h("br")), 1];
}

function takeWhile(lines, from, fits) {
  let end = from;
  while (end < lines.length && fits(lines[end])) end += 1;
  return lines.slice(from, end);
}

// Each rule: what to look for, and the elements that stand for it. The earliest match wins; of two at
// the same place, the first in this list.
const RULES = [
  [/\\([\\*_~`|<>@#[\]()-])/, (match) => match[1]],
  [/``(.+?)``|`([^`\n]+)`/, (match) => h("code", {}, (match[1] ?? match[2]).trim() || " ")],
  [/<t:(-?\d{1,14})(?::([tTdDfFsSR]))?>/, (match) => time(Number(match[1]) * 1000, match[2] ?? "f")],
  [/<@!?(\d+)>/, (match, names) => mention(`@${names.user(match[1]) ?? "unknown user"}`, match[1] === names.me)],
  [/<@&(\d+)>/, (match, names) => mention(`@${names.role(match[1]) ?? "deleted role"}`)],
  [/<#(\d+)>/, (match, names) => channel(match[1], names)],
  [/<\/([^:>]+):(\d+)>/, (match, names) => command(match[1], names)],
  [/<a?:(\w{2,32}):\d+>/, (match) => `:${match[1]}:`],
  [/<(https?:\/\/[^\s<>]+)>/, (match, names) => web(match[1], names)],
  [/\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/, (match, names) => web(match[2], names, spans(match[1], names))],
  [/https?:\/\/[^\s<>]+[^\s<>.,:;"')\]]/, (match, names) => web(match[0], names)],
  [/\*\*\*(.+?)\*\*\*/s, (match, names) => h("strong", {}, h("em", {}, ...spans(match[1], names)))],
  [/\*\*(.+?)\*\*(?!\*)/s, (match, names) => h("strong", {}, ...spans(match[1], names))],
  [/__(.+?)__(?!_)/s, (match, names) => h("u", {}, ...spans(match[1], names))],
  [/\*(?!\s)([^*\n]+?)\*/, (match, names) => h("em", {}, ...spans(match[1], names))],
  [/(?<!\w)_([^_\n]+?)_(?!\w)/, (match, names) => h("em", {}, ...spans(match[1], names))],
  [/~~(.+?)~~/s, (match, names) => h("s", {}, ...spans(match[1], names))],
  [/\|\|(.+?)\|\|/s, (match, names) => spoiler(spans(match[1], names))],
  [/@(everyone|here)\b/, (match) => mention(match[0])],
];

function spans(text, names) {
  const found = [];
  let rest = text;
  while (rest) {
    let best = null;
    for (const [pattern, make] of RULES) {
      const match = pattern.exec(rest);
      if (match && (!best || match.index < best.match.index)) best = { match, make };
      if (match?.index === 0) break;
    }
    if (!best) {
      found.push(rest);
      break;
    }
    const { match, make } = best;
    if (match.index > 0) found.push(rest.slice(0, match.index));
    found.push(make(match, names));
    rest = rest.slice(match.index + match[0].length);
  }
  return found;
}

function mention(text, isMe = false) {
  return h("span", { class: isMe ? "mention me" : "mention" }, text);
}

/** A link; one to a message or channel opens it here, as a client does. */
function web(address, names, children) {
  const place = placeOf(address);
  if (!place || !names.jump) return link(address, ...(children ?? [address]));
  const label = children ?? [`#${names.channel(place.channel) ?? "channel"}`, place.message && " › message"];
  return h("button", { class: "mention jump", type: "button", onclick: () => names.jump(place) }, icon(place.message ? "chat" : "hash"), label);
}

function channel(id, names) {
  const name = names.channel(id);
  if (!name) return mention("#unknown");
  return h("button", { class: "mention", type: "button", onclick: () => names.open?.(id) }, `#${name}`);
}

function command(name, names) {
  return h("button", { class: "mention", type: "button", onclick: () => names.use?.(name) }, `/${name}`);
}

function spoiler(children) {
  const box = h("button", { class: "spoiler", type: "button", "aria-label": "Hidden text; press to show" }, ...children);
  box.addEventListener("click", () => {
    box.classList.add("shown");
    box.removeAttribute("aria-label");
  });
  return box;
}

/** Text without its marks, for one-line previews. */
export function plain(text, names) {
  return text
    .replace(/<t:(-?\d{1,14})(?::([tTdDfFsSR]))?>/g, (_, seconds, style) => format(Number(seconds) * 1000, style))
    .replace(/<@!?(\d+)>/g, (_, id) => `@${names.user(id) ?? "user"}`)
    .replace(/<@&(\d+)>/g, (_, id) => `@${names.role(id) ?? "role"}`)
    .replace(/<#(\d+)>/g, (_, id) => `#${names.channel(id) ?? "channel"}`)
    .replace(/[*_~`|]{1,3}/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
