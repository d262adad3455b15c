// The playground's clock, which the drawer can move, and times as Discord writes them.

import { h } from "./dom.js";

let ahead = 0;

/** Sets the page's clock by the playground's. */
export function setNow(nowMs) {
  ahead = nowMs - Date.now();
  refresh();
}

/** The playground's time in Unix milliseconds. */
export function now() {
  return Date.now() + ahead;
}

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" },
  S: { dateStyle: "short", timeStyle: "medium" },
};
const formats = new Map();

/** A moment in one of Discord's styles. */
export function format(ms, style = "f") {
  if (style === "R") return relative(ms);
  const options = STYLES[style] ?? STYLES.f;
  if (!formats.has(options)) formats.set(options, new Intl.DateTimeFormat(undefined, options));
  return formats.get(options).format(new Date(ms));
}

const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];
const words = new Intl.RelativeTimeFormat("en");

/** "in 5 minutes", by the playground's clock. */
export function relative(ms) {
  const seconds = Math.round((ms - now()) / 1000);
  const length = Math.abs(seconds);
  let at = UNITS.findIndex(([, unit]) => length >= unit);
  if (at < 0) at = UNITS.length - 1;
  // A second short of an hour is an hour, not 60 minutes.
  if (at > 0 && Math.round(length / UNITS[at][1]) * UNITS[at][1] >= UNITS[at - 1][1]) at -= 1;
  if (length === 0) return "now";
  const count = Math.round(length / UNITS[at][1]);
  return words.format(seconds < 0 ? -count : count, UNITS[at][0]);
}

/** A moment in the page; relative ones go on by themselves. */
export function time(ms, style = "f", className = "stamp") {
  const valid = Number.isFinite(ms) && Math.abs(ms) < 8.64e15;
  if (!valid) return h("span", { class: className }, "Invalid date");
  return h(
    "time",
    {
      class: className,
      datetime: new Date(ms).toISOString(),
      title: format(ms, "F"),
      "data-ms": ms,
      "data-relative": style === "R",
    },
    format(ms, style),
  );
}

function refresh() {
  for (const element of document.querySelectorAll("time[data-relative]")) {
    const text = relative(Number(element.dataset.ms));
    if (element.textContent !== text) element.textContent = text;
  }
}

/** Calls back once a second, and keeps relative times right. */
export function tick(then) {
  setInterval(() => {
    refresh();
    then();
  }, 1000);
}

/** "2 d 3 h", for how far the clock was moved. */
export function span(ms) {
  const total = Math.round(ms / 1000);
  const parts = [
    ["d", Math.floor(total / 86_400)],
    ["h", Math.floor(total / 3600) % 24],
    ["min", Math.floor(total / 60) % 60],
    ["s", total % 60],
  ];
  const shown = parts.filter(([, count]) => count > 0).slice(0, 2);
  return shown.map(([unit, count]) => `${count} ${unit}`).join(" ") || "0 s";
}
