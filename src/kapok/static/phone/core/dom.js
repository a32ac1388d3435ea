// Elements, without a framework.

const NAMESPACE = "http://www.w3.org/2000/svg";

function set(element, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "data") Object.assign(element.dataset, value);
  else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
  else element.setAttribute(name, value === true ? "" : value);
}

/** An element with its attributes, listeners (`onclick`) and children; empty children are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  element.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return element;
}

const SHAPES = {
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  add: "M12 5v14M5 12h14",
  map: "M9 4 3 6.5v13L9 17l6 3 6-2.5v-13L15 7zM9 4v13M15 7v13",
  send: "M12 19V6M6 11l6-6 6 6M5 21h14",
  phone: "M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM11 18h2",
  back: "M15 5l-7 7 7 7",
  camera: "M4 8h3l2-3h6l2 3h3v11H4zM12 17a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
  voice: "M12 4a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V7a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4",
  here: "M12 21s7-6.5 7-11.5a7 7 0 0 0-14 0C5 14.500 12 21 12 21zM12 12a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
  done: "M5 13l4.500 4.500L19 7",
  lock: "M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3",
  alert: "M12 8v5M12 16.500h.01M12 3 2.500 20h19z",
  right: "M9 5l7 7-7 7",
};

/** A drawing beside words; it says nothing by itself. */
export function icon(name) {
  const svg = document.createElementNS(NAMESPACE, "svg");
  for (const [key, value] of Object.entries({
    viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": "2",
    "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true", class: "icon",
  })) svg.setAttribute(key, value);
  const path = document.createElementNS(NAMESPACE, "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

let spoken = 0;

/** Say something once, on the screen and to screen readers; it goes away by itself. */
export function announce(sentence, kind = "note") {
  const place = document.getElementById("said");
  if (!place) return;
  spoken += 1;
  const mine = spoken;
  place.className = `said ${kind}`;
  place.textContent = sentence;
  setTimeout(() => {
    if (mine === spoken) place.textContent = "";
  }, kind === "bad" ? 12000 : 4000);
}

// Whoever goes on has read it.
document.addEventListener("pointerdown", () => {
  const place = document.getElementById("said");
  if (place) place.textContent = "";
});
