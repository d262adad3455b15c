// What hangs under a message: buttons, menus, and the layout of Components V2.

import { fill, float, h, link, placeOf, uid } from "./dom.js";
import { icon } from "./icons.js";
import { markdown } from "./markdown.js";
import { css } from "./names.js";
import { Listbox, matching } from "./picker.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };

/** All components of a message. */
export function controls(pane, message) {
  if (!message.components.length) return null;
  const names = pane.names(message);
  return h("div", { class: "controls" }, message.components.map((part) => component(pane, message, part, names)));
}

function component(pane, message, part, names) {
  const inner = (parts) => (parts ?? []).map((child) => component(pane, message, child, names));
  switch (part.type) {
    case 1:
      return h("div", { class: "row" }, inner(part.components));
    case 2:
      return button(pane, message, part);
    case 3:
    case 5:
    case 6:
    case 7:
    case 8:
      return menu(pane, message, part);
    case 9:
      return h("div", { class: "section" }, h("div", { class: "section-text" }, inner(part.components)), part.accessory && component(pane, message, part.accessory, names));
    case 10:
      return markdown(part.content ?? "", names);
    case 11:
      return placeholder("picture", part.description || "Picture");
    case 12:
      return h("div", { class: "gallery" }, (part.items ?? []).map((item) => placeholder("picture", item.description || "Picture")));
    case 13:
      return placeholder("file", part.file?.url?.replace("attachment://", "") ?? "File");
    case 14:
      return h("hr", { class: part.divider === false ? "gap" : "" });
    case 17: {
      const box = h("div", { class: "container" }, inner(part.components));
      if (part.accent_color) box.style.borderInlineStartColor = css(part.accent_color);
      return box;
    }
    default:
      return h("div", { class: "unknown" }, `A component of type ${part.type}`);
  }
}

/** Pictures on the web are not fetched: the playground is offline. */
export function placeholder(name, label) {
  return h("div", { class: "placeholder", title: label }, icon(name), h("span", {}, label));
}

/** An emoji as sent: its character, or the name of a custom one. */
export function emoji(given) {
  if (!given) return null;
  return h("span", { class: "emoji" }, given.id ? `:${given.name}:` : given.name);
}

function button(pane, message, part) {
  const style = STYLES[part.style] ?? "secondary";
  const label = [emoji(part.emoji), part.label && h("span", {}, part.label)];
  const place = part.style === 5 && placeOf(part.url);
  if (place) return h("button", { class: "button link", type: "button", disabled: !!part.disabled, onclick: () => pane.jump(place) }, ...label);
  if (part.style === 5) {
    const made = link(part.url ?? "", ...label, icon("out"));
    made.classList.add("button", "link");
    if (part.disabled) {
      made.removeAttribute("href");
      made.setAttribute("aria-disabled", "true");
    }
    return made;
  }
  const busy = pane.isBusy(message.id, part.custom_id);
  return h(
    "button",
    {
      class: `button ${style} ${busy ? "busy" : ""}`,
      type: "button",
      "data-control": part.custom_id,
      disabled: !!part.disabled,
      "aria-busy": String(busy),
      "aria-label": part.label ? null : part.emoji?.name,
      onclick: () => !pane.isBusy(message.id, part.custom_id) && pane.press(message, part.custom_id),
    },
    ...label,
    busy && h("span", { class: "spinner" }),
  );
}

/** What a menu offers, and what is chosen at first. */
function offered(pane, part) {
  if (part.type === 3) {
    return (part.options ?? []).map((option) => ({
      value: option.value,
      label: option.label,
      note: option.description,
      face: emoji(option.emoji),
      marked: !!option.default,
    }));
  }
  const kinds = { 5: ["user"], 6: ["role"], 7: ["user", "role"], 8: ["channel"] }[part.type];
  const defaults = new Set((part.default_values ?? []).map((entry) => entry.id));
  return pane.entities(kinds, part.channel_types).map((entry) => ({ ...entry, marked: defaults.has(entry.value) }));
}

function menu(pane, message, part) {
  const busy = pane.isBusy(message.id, part.custom_id);
  const chosen = offeredLabels(pane, part);
  const trigger = h(
    "button",
    {
      class: `menu ${busy ? "busy" : ""}`,
      type: "button",
      role: "combobox",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "data-control": part.custom_id,
      disabled: !!part.disabled || busy,
      "aria-busy": String(busy),
    },
    h("span", { class: chosen ? "" : "dim" }, chosen || part.placeholder || "Make a selection"),
    busy ? h("span", { class: "spinner" }) : icon("chevron"),
  );
  const send = (values) => pane.choose(message, part.custom_id, values);
  trigger.addEventListener("click", () => openMenu(trigger, part, offered(pane, part), send));
  return trigger;
}

function offeredLabels(pane, part) {
  if (part.type !== 3 && !part.default_values?.length) return "";
  return offered(pane, part)
    .filter((entry) => entry.marked)
    .map((entry) => entry.label)
    .join(", ");
}

/** Opens a menu. One value is sent when it is chosen; several when the menu is closed. */
export function openMenu(trigger, part, entries, send) {
  const max = part.max_values ?? 1;
  const min = part.min_values ?? 1;
  const before = entries.filter((entry) => entry.marked).map((entry) => entry.value);
  const search = h("input", {
    class: "menu-search",
    type: "text",
    role: "combobox",
    placeholder: part.placeholder || "Search",
    "aria-label": part.placeholder || "Search",
    autocomplete: "off",
  });
  const many = max > 1 || min === 0;
  const note = h("div", { class: "menu-note" });
  const done = h("button", { class: "button primary", type: "button", onclick: () => shut() }, "Done");
  const box = h("div", { class: "menu-box" }, search, h("div", { class: "menu-list" }), many && h("div", { class: "menu-foot" }, note, done));
  let list;
  let closing = false;
  const marked = () => entries.filter((entry) => entry.marked).map((entry) => entry.value);
  const shut = () => {
    if (closing) return;
    closing = true;
    floating.close();
    const values = marked();
    if (many && values.length >= min && values.length <= max && String(values) !== String(before)) send(values);
    if (trigger.isConnected) trigger.focus();
  };
  const choose = (entry) => {
    if (!many) {
      closing = true;
      floating.close();
      send([entry.value]);
      return;
    }
    if (!entry.marked && max > 1 && marked().length >= max) return;
    if (max === 1 && !entry.marked) entries.forEach((other) => (other.marked = false));
    entry.marked = !entry.marked;
    draw(list.active);
  };
  const draw = (active = 0) => {
    list.show(matching(entries, search.value), { active });
    const count = marked().length;
    note.textContent = `${count} chosen, ${min === max ? min : `${min} to ${max}`} possible`;
    done.disabled = count < min || count > max;
  };
  list = new Embedded(search, box.querySelector(".menu-list"), { choose, multiple: many, label: part.placeholder ?? "Menu" });
  const floating = float(box, trigger, { wide: true, onclose: shut });
  trigger.setAttribute("aria-expanded", "true");
  search.addEventListener("input", () => draw());
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      shut();
    } else if (event.key !== "Tab") {
      list.key(event);
    }
  });
  draw();
  floating.place();
  search.focus();
}

/** A list that stands inside a box instead of floating. */
class Embedded extends Listbox {
  constructor(input, place, options) {
    super(input, options);
    this.box.id = uid("list");
    input.setAttribute("aria-controls", this.box.id);
    input.setAttribute("aria-expanded", "true");
    this.place = { place() {}, close() {} };
    fill(place, this.box);
    this.box.classList.add("embedded");
  }

  get open() {
    return true;
  }
}
