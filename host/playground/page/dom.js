// Building the page out of elements. Whatever people or the bot wrote enters as text nodes, here and
// nowhere else: no string is ever parsed as HTML.

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "tabIndex", "selected", "multiple"]);

/** An element. `props`: attributes, a few properties, and `onclick` and the like. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (PROPERTIES.has(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...nodes(children));
  return element;
}

function nodes(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Replaces what is in an element. */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
  return element;
}

/** The place that an address of Discord's own client names: guild, channel and message. */
export function placeOf(address) {
  const match = String(address).match(/^https:\/\/(?:\w+\.)?discord(?:app)?\.com\/channels\/(\d+|@me)\/(\d+)(?:\/(\d+))?\/?$/);
  return match && { guild: match[1], channel: match[2], message: match[3] };
}

/** A link to elsewhere, if it leads to the web; otherwise its text. */
export function link(address, ...children) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return h("span", {}, ...children);
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return h("span", {}, ...children);
  return h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer nofollow" }, ...children);
}

/** Newer ids are larger, and too large for numbers. */
export function compareIds(a, b) {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

let lastId = 0;
/** An id for `aria-controls` and labels. */
export function uid(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** A line that comes and goes. */
export function toast(text, kind = "error") {
  const line = h("div", { class: `toast ${kind}` }, text);
  const box = document.getElementById("toasts");
  box.append(line);
  while (box.children.length > 4) box.firstChild.remove();
  setTimeout(() => line.remove(), 7000);
}

/** Puts a floating box next to its anchor, where there is room, and takes it away on a click elsewhere. */
export function float(box, anchor, { above = false, wide = false, onclose } = {}) {
  document.body.append(box);
  const close = () => {
    if (!box.isConnected) return;
    box.remove();
    document.removeEventListener("pointerdown", outside, true);
    window.removeEventListener("resize", close);
    onclose?.();
  };
  const outside = (event) => {
    if (!box.contains(event.target) && !anchor.contains(event.target)) close();
  };
  const place = () => {
    const at = anchor.getBoundingClientRect();
    const space = 6;
    if (wide) box.style.width = `${Math.min(at.width, innerWidth - 16)}px`;
    box.style.maxHeight = "420px";
    const size = box.getBoundingClientRect();
    const below = innerHeight - at.bottom - space;
    const up = (above && at.top > Math.min(size.height, 200)) || (below < size.height && at.top > below);
    const room = (up ? at.top : below) - space * 2;
    box.style.maxHeight = `${Math.max(120, Math.min(room, 420))}px`;
    const height = Math.min(size.height, Math.max(120, room));
    box.style.top = `${Math.max(space, up ? at.top - height - space : at.bottom + space)}px`;
    box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
  };
  document.addEventListener("pointerdown", outside, true);
  window.addEventListener("resize", close);
  place();
  return { close, place };
}
