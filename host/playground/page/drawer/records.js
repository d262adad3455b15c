// What the bot has stored: its tables, as they are.

import { get } from "../api.js";
import { h } from "../dom.js";

let shown = null;
let skip = 0;

export async function recordsTab(drawer) {
  const tables = await get("tables");
  shown ??= tables.find((table) => table.rows > 0)?.name ?? tables[0]?.name;
  const choose = h(
    "select",
    { "aria-label": "Table", "data-key": "table", onchange: (event) => ((shown = event.target.value), (skip = 0), drawer.refresh()) },
    tables.map((table) => h("option", { value: table.name, selected: table.name === shown }, `${table.name} (${table.rows})`)),
  );
  const { columns, rows } = shown ? await get("rows", { table: shown, skip }) : { columns: [], rows: [] };
  const total = tables.find((table) => table.name === shown)?.rows ?? 0;
  return [
    h("p", { class: "dim" }, "The bot's own database, read only. A plugin's tables begin with its name."),
    h("div", { class: "line-form" }, choose, h("button", { class: "button secondary", type: "button", onclick: () => drawer.refresh() }, "Look again")),
    h(
      "div",
      { class: "table-box", tabIndex: 0 },
      h("table", {}, h("thead", {}, h("tr", {}, columns.map((name) => h("th", {}, name)))), h("tbody", {}, rows.map((row) => h("tr", {}, row.map((value) => h("td", { class: value === null ? "dim" : "", title: value }, value === null ? "null" : clipped(value))))))),
    ),
    h(
      "div",
      { class: "chips" },
      skip > 0 && h("button", { class: "button secondary", type: "button", onclick: () => ((skip = Math.max(0, skip - 100)), drawer.refresh()) }, "Newer"),
      skip + rows.length < total && h("button", { class: "button secondary", type: "button", onclick: () => ((skip += 100), drawer.refresh()) }, "Older"),
    ),
  ];
}

function clipped(text) {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
