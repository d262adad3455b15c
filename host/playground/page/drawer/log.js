// What went over the wire, as it happens.

import { get } from "../api.js";
import { fill, h } from "../dom.js";
import { format } from "../time.js";

/** Lines kept; the newest on top. */
const KEPT = 300;

export class LogTab {
  constructor(drawer) {
    this.drawer = drawer;
    this.requests = [];
    this.show = "requests";
    this.open = null;
  }

  async draw() {
    const log = await get("log");
    this.requests = log.requests.reverse();
    this.frames = log.frames.reverse();
    this.rows = h("div", { class: "log", role: "log" });
    this.lines();
    const choice = (name, label) => h("button", { class: "step", type: "button", "aria-pressed": String(this.show === name), onclick: () => ((this.show = name), this.drawer.refresh()) }, label);
    return [
      h("div", { class: "chips" }, choice("requests", "Requests"), choice("frames", "Gateway frames"), h("button", { class: "button secondary", type: "button", onclick: () => this.drawer.refresh() }, "Look again")),
      h("p", { class: "dim" }, `${log.total} requests since the start. Press one to see what was sent.`),
      this.rows,
    ];
  }

  lines() {
    if (this.show === "frames") fill(this.rows, this.frames.map(frame));
    else fill(this.rows, this.requests.map((entry) => this.request(entry)));
  }

  /** New requests, without drawing the old ones again. */
  add(requests) {
    const known = this.requests[0]?.number ?? 0;
    const fresh = requests.filter((entry) => entry.number > known).reverse();
    this.requests = [...fresh, ...this.requests].slice(0, KEPT);
    if (this.show !== "requests" || !this.rows?.isConnected) return;
    this.rows.prepend(...fresh.map((entry) => this.request(entry)));
    while (this.rows.children.length > KEPT) this.rows.lastChild.remove();
  }

  request(entry) {
    const bad = entry.status === 0 || entry.status >= 400 || entry.remarks.length > 0;
    const line = h(
      "button",
      { class: bad ? "log-line bad" : "log-line", type: "button", "aria-expanded": "false" },
      h("span", { class: "status" }, entry.status || "reset", entry.code ? ` · ${entry.code}` : ""),
      h("span", { class: "method" }, entry.method),
      h("span", { class: "path", title: entry.path }, entry.route || entry.path),
      h("span", { class: "took" }, `${entry.took_ms.toFixed(1)} ms`),
    );
    const box = h("div", { class: "log-entry" }, line);
    line.addEventListener("click", () => {
      const shown = box.querySelector(".log-more");
      line.setAttribute("aria-expanded", String(!shown));
      if (shown) shown.remove();
      else box.append(details(entry));
    });
    return box;
  }
}

function details(entry) {
  const pretty = (text) => {
    try {
      return JSON.stringify(JSON.parse(text), null, 1);
    } catch {
      return text;
    }
  };
  return h(
    "div",
    { class: "log-more" },
    h("div", { class: "dim" }, `${format(entry.at_ms, "T")}, ${entry.path}, bucket ${entry.bucket ?? "none"}, ${entry.bytes} bytes`),
    entry.remarks.length > 0 && h("pre", { class: "bad" }, entry.remarks.join("\n")),
    entry.error && h("pre", { class: "bad" }, pretty(entry.error)),
    entry.body && h("pre", {}, pretty(entry.body)),
  );
}

const OPS = { 0: "dispatch", 1: "heartbeat", 2: "identify", 3: "presence", 6: "resume", 7: "reconnect", 8: "request members", 9: "invalid session", 10: "hello", 11: "heartbeat ack" };

function frame(entry) {
  const what = entry.close ? `close ${entry.close}` : (entry.event ?? OPS[entry.op] ?? `op ${entry.op}`);
  return h(
    "div",
    { class: entry.close ? "log-line bad" : "log-line" },
    h("span", { class: "status" }, format(entry.at_ms, "T")),
    h("span", { class: "method" }, entry.to_bot ? "to bot" : "from bot"),
    h("span", { class: "path" }, what),
    h("span", { class: "took" }, entry.seq ? `s ${entry.seq}` : "", ` ${entry.bytes} B`),
  );
}
