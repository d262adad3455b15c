// People: names, colours, faces.

import { h } from "./dom.js";
import { icon } from "./icons.js";

const HUES = [12, 34, 52, 96, 150, 172, 196, 222, 258, 292, 326];

/** A role's colour as CSS, or nothing. */
export function css(color) {
  return color ? `#${color.toString(16).padStart(6, "0")}` : "";
}

/** What a member is called here. */
export function display(member) {
  return member.nick || member.name;
}

/** A face made of initials. */
export function avatar(person, size = "") {
  const name = person.nick || person.name || "?";
  if (person.bot) return h("span", { class: `avatar bot ${size}`, "aria-hidden": "true" }, icon("bot"));
  const letters = name
    .split(/\s+/)
    .map((word) => [...word][0] ?? "")
    .slice(0, 2)
    .join("");
  const face = h("span", { class: `avatar ${size}`, "aria-hidden": "true" }, letters.toUpperCase());
  const hue = HUES[Number(BigInt(person.id || 0) % BigInt(HUES.length))];
  face.style.background = `hsl(${hue} 38% 38%)`;
  return face;
}

/** A name in its role's colour. */
export function colored(name, color, className = "name") {
  const element = h("span", { class: className }, name);
  if (color) element.style.color = readable(color);
  return element;
}

/** Dark colours are lightened, so that a name can be read on the dark page. */
function readable(color) {
  const [r, g, b] = [color >> 16, (color >> 8) & 255, color & 255];
  const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  if (light > 95) return css(color);
  return `color-mix(in srgb, ${css(color)} 55%, white)`;
}

/** The colour of a member's highest coloured role. */
export function memberColor(guild, member) {
  return guild?.roles.find((role) => role.color && member.roles.includes(role.id))?.color ?? 0;
}

/** The small mark beside a bot's name. */
export function botMark() {
  return h("span", { class: "mark" }, "APP");
}
