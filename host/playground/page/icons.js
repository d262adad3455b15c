// The page's own icons: lines on a grid of 24.

const PATHS = {
  hash: "M9 4 7 20M17 4l-2 16M4.5 9h16M3.5 15h16",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  thread: "M5 5h14v9H11l-4 4v-4H5zM8.5 9.5h7",
  people: "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c0-3.2 2.7-5 6-5s6 1.8 6 5M16 11.5a2.6 2.6 0 1 0-.6-5.1M17 14.2c2.4.4 4 2 4 4.8",
  chat: "M4 5h16v11H10l-5 4v-4H4z",
  split: "M4 5h16v14H4zM12 5v14",
  wrench: "M14.5 6.5a4 4 0 0 1 5-1l-2.6 2.6 1.5 1.5L21 7a4 4 0 0 1-5.3 5.2L8.6 19.4a2 2 0 0 1-2.9-2.9l7.2-7.1a4 4 0 0 1 1.6-2.9z",
  spark: "M12 3l1.9 5.6L19.5 10.5l-5.6 1.9L12 18l-1.9-5.6L4.5 10.5l5.6-1.9zM18.5 16.5l.7 2 2 .7-2 .7-.7 2-.7-2-2-.7 2-.7z",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.5l3.5 2",
  close: "M6 6l12 12M18 6 6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  swap: "M7 8h12l-3-3M17 16H5l3 3",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14.2c1.8 2.4 5.2 2.4 7 0M9 9.5v.5M15 9.5v.5",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  trash: "M5 7h14M10 7V4.5h4V7M7 7l.8 13h8.4L17 7M10.5 10.5v6M13.5 10.5v6",
  send: "M4 12 20 4l-5 16-3.5-6.5z",
  chevron: "M6 9.5l6 6 6-6",
  out: "M13 5h6v6M19 5l-8.5 8.5M10 6H5v13h13v-5",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  file: "M7 3.5h7l4 4V20.5H7zM14 3.5v4h4",
  picture: "M4 5h16v14H4zM8.5 10.5a1.3 1.3 0 1 0 0-2.6 1.3 1.3 0 0 0 0 2.6zM5 18l5-5 3 3 3-3 4 4",
  plus: "M12 5v14M5 12h14",
  up: "M6 14.5l6-6 6 6",
  bot: "M6 9h12v9H6zM12 9V5.5M12 5a.6.6 0 1 0 0-1.2.6.6 0 0 0 0 1.2M9.5 13v1M14.5 13v1M3.5 12v3M20.5 12v3",
  reply: "M9 7 4 12l5 5M4 12h9c4 0 6.5 2 7 6",
  crown: "M4 18h16M4.5 8l4 4L12 6l3.5 6 4-4-1.5 8H6z",
  bolt: "M13 3 5 13.5h6L10 21l8.5-11H13z",
};

/** An icon; decoration, unless a label is given. */
export function icon(name, label) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else {
    svg.setAttribute("aria-hidden", "true");
  }
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
