// Forms that the bot opens, one at a time for each person.

import { h, uid } from "./dom.js";
import { openMenu } from "./controls.js";
import { icon } from "./icons.js";
import { markdown } from "./markdown.js";

/** Opens a form in a pane. `submit` gets the values by custom id, and gives a sentence if it failed. */
export function openModal(pane, modal, submit) {
  const heading = uid("modal");
  const fields = (modal.components ?? []).map((part) => field(pane, part));
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const send = h("button", { class: "button primary", type: "submit" }, "Submit");
  const close = () => {
    cover.remove();
    pane.modal = null;
    pane.composer.focus();
  };
  const form = h(
    "form",
    { class: "modal", role: "dialog", "aria-modal": "true", "aria-labelledby": heading, novalidate: true },
    h(
      "header",
      {},
      h("h2", { id: heading }, modal.title),
      h("button", { class: "ghost", type: "button", "aria-label": "Close", onclick: close }, icon("close")),
    ),
    h("div", { class: "modal-fields" }, fields.map((entry) => entry.element)),
    problem,
    h(
      "footer",
      {},
      h("span", { class: "dim" }, `This form is ${pane.botName}'s. Do not share passwords.`),
      h("button", { class: "button secondary", type: "button", onclick: close }, "Cancel"),
      send,
    ),
  );
  const cover = h("div", { class: "cover" }, form);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Tab") {
      keepInside(event, form);
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = fields.filter((entry) => entry.custom_id && !entry.check());
    if (wrong.length) {
      wrong[0].focus();
      return;
    }
    send.disabled = true;
    send.classList.add("busy");
    const values = Object.fromEntries(fields.filter((entry) => entry.custom_id).map((entry) => [entry.custom_id, entry.value()]));
    const failed = await submit(values);
    send.disabled = false;
    send.classList.remove("busy");
    if (failed) {
      problem.textContent = failed;
      problem.hidden = false;
    } else {
      close();
    }
  });
  pane.modal?.close();
  pane.modal = { close };
  pane.element.append(cover);
  fields.find((entry) => entry.custom_id)?.focus();
}

function keepInside(event, form) {
  const all = [...form.querySelectorAll("button, input, textarea, select, a[href]")].filter((element) => !element.disabled);
  const [first, last] = [all[0], all.at(-1)];
  if (event.shiftKey && document.activeElement === first) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    first.focus();
  }
}

/** A top component: a row with one text input, or a label with any one field. */
function field(pane, part) {
  if (part.type === 10) return { element: markdown(part.content ?? "", pane.names({})) };
  const inner = part.type === 18 ? part.component : part.components?.[0];
  if (!inner) return { element: h("div") };
  const label = part.label ?? inner.label ?? "";
  const made = MADE[inner.type]?.(pane, inner) ?? unknown(inner);
  const id = uid("field");
  made.control.id = id;
  const required = inner.required ?? true;
  const problem = h("span", { class: "problem", role: "alert" });
  const element = h(
    "div",
    { class: "field" },
    h("label", { for: id }, label, required && h("span", { class: "required", title: "required" }, " *")),
    part.description && h("span", { class: "dim" }, part.description),
    made.element ?? made.control,
    made.counter,
    problem,
  );
  return {
    element,
    custom_id: inner.custom_id,
    value: made.value,
    focus: () => made.control.focus(),
    check: () => {
      const wrong = made.check(required);
      problem.textContent = wrong ?? "";
      made.control.setAttribute("aria-invalid", String(!!wrong));
      return !wrong;
    },
  };
}

function unknown(inner) {
  const control = h("input", { disabled: true, value: `A field of type ${inner.type}` });
  return { control, value: () => null, check: () => null };
}

function textInput(_pane, inner) {
  const max = inner.max_length ?? 4000;
  const min = inner.min_length ?? 0;
  const props = { placeholder: inner.placeholder, value: inner.value ?? "", maxlength: max, autocomplete: "off" };
  const control = inner.style === 2 ? h("textarea", { ...props, rows: 4 }) : h("input", { ...props, type: "text" });
  const counter = h("span", { class: "counter" });
  const count = () => [...control.value].length;
  const show = () => {
    counter.textContent = `${count()} / ${max}`;
    counter.classList.toggle("near", count() > max * 0.9);
  };
  control.addEventListener("input", show);
  show();
  return {
    control,
    counter,
    value: () => control.value,
    check: (required) => {
      if (required && count() === 0) return "This has to be filled in.";
      if (count() > max || (count() > 0 && count() < min)) return `Write ${min} to ${max} characters.`;
      return null;
    },
  };
}

function menuField(pane, inner) {
  const kinds = { 5: ["user"], 6: ["role"], 7: ["user", "role"], 8: ["channel"] }[inner.type];
  const entries = kinds
    ? pane.entities(kinds, inner.channel_types)
    : (inner.options ?? []).map((option) => ({ value: option.value, label: option.label, note: option.description, marked: !!option.default }));
  const text = h("span", { class: "dim" }, inner.placeholder || "Make a selection");
  const control = h("button", { class: "menu", type: "button", role: "combobox", "aria-haspopup": "listbox", "aria-expanded": "false" }, text, icon("chevron"));
  let values = entries.filter((entry) => entry.marked).map((entry) => entry.value);
  const show = () => {
    const labels = entries.filter((entry) => values.includes(entry.value)).map((entry) => entry.label);
    text.textContent = labels.join(", ") || inner.placeholder || "Make a selection";
    text.classList.toggle("dim", !labels.length);
  };
  show();
  control.addEventListener("click", () => {
    entries.forEach((entry) => (entry.marked = values.includes(entry.value)));
    openMenu(control, inner, entries, (chosen) => {
      values = chosen;
      show();
    });
  });
  const min = inner.min_values ?? 1;
  return {
    control,
    value: () => values,
    check: (required) => ((required || values.length) && values.length < min ? `Choose at least ${min}.` : null),
  };
}

function choices(inner, kind) {
  const name = uid("choice");
  const inputs = (inner.options ?? []).map((option) => ({
    option,
    input: h("input", { type: kind, name, checked: !!option.default }),
  }));
  const element = h(
    "div",
    { class: "choices" },
    inputs.map(({ option, input }) => h("label", { class: "choice" }, input, h("span", {}, option.label, option.description && h("span", { class: "dim" }, ` ${option.description}`)))),
  );
  const chosen = () => inputs.filter(({ input }) => input.checked).map(({ option }) => option.value);
  return { control: inputs[0]?.input ?? h("input"), element, chosen };
}

function radio(_pane, inner) {
  const made = choices(inner, "radio");
  return { ...made, value: () => made.chosen()[0] ?? null, check: (required) => (required && !made.chosen().length ? "Choose one." : null) };
}

function checkboxes(_pane, inner) {
  const made = choices(inner, "checkbox");
  const min = inner.min_values ?? 1;
  return { ...made, value: made.chosen, check: (required) => (required && made.chosen().length < min ? `Choose at least ${min}.` : null) };
}

function checkbox(_pane, inner) {
  const control = h("input", { type: "checkbox", checked: !!inner.default });
  return { control, value: () => control.checked, check: () => null };
}

const MADE = { 3: menuField, 4: textInput, 5: menuField, 6: menuField, 7: menuField, 8: menuField, 21: radio, 22: checkboxes, 23: checkbox };
