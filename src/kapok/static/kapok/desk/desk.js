// Ties the map to the panels: what is chosen on one is shown on the other.

import { LoadError, load } from "./data.js";
import { PlanMap } from "./map.js";

const element = document.getElementById("map");
const texts = element.dataset;
const note = document.getElementById("map-note");
const tip = document.getElementById("map-tip");

function tell(sentence) {
  note.textContent = sentence;
  note.hidden = !sentence;
}

function hover(thing, point, plan) {
  tip.hidden = !thing;
  if (!thing) return;
  if (thing.kind === "grid") {
    const grid = plan.grids[thing.row];
    tip.textContent = `${texts.textGrid} ${grid.label} · ${grid.households} ${texts.textHouseholds}`;
  } else {
    const name = plan.buildings.name[thing.row];
    tip.textContent = `${name} · ${plan.buildings.households[thing.row]} ${texts.textHouseholds}`;
  }
  const left = Math.min(point.x + 14, element.clientWidth - tip.offsetWidth - 4);
  tip.style.transform = `translate(${left}px, ${point.y + 14}px)`;
}

function address(pattern, key) {
  const drawing = new URL(texts.url, location.href).searchParams.get("drawing");
  const path = pattern.replace("00000000-0000-0000-0000-000000000000", key);
  return drawing ? `${path}?drawing=${drawing}` : path;
}

function choose(kind, key) {
  const pattern = kind === "grid" ? texts.gridUrl : texts.buildingUrl;
  window.htmx.ajax("GET", address(pattern, key), { target: "#selection", swap: "innerHTML" });
}

/** The bounds that the legend names; it changes with the plan. */
function shownBounds() {
  const { low, high } = document.getElementById("legend").dataset;
  return { low: Number(low), high: Number(high) };
}

const map = new PlanMap(element, {
  bounds: shownBounds(),
  locale: {
    "NavigationControl.ZoomIn": texts.textZoomIn,
    "NavigationControl.ZoomOut": texts.textZoomOut,
    "Map.Title": texts.textMap,
  },
  onChoose: choose,
  onHover: hover,
});

// A long tree shows the area that the page is about.
const tree = document.getElementById("tree");
const row = tree.querySelector("[data-current]");
if (row) tree.scrollTop = Math.max(0, row.offsetTop - tree.clientHeight / 2);

// On a phone the legend would cover the map; a new one stays as the reader left the former.
let legendIsOpen = !matchMedia("(max-width: 720px)").matches;
document.getElementById("legend").open = legendIsOpen;
document.addEventListener("htmx:before:swap", () => {
  legendIsOpen = document.getElementById("legend").open;
});
document.addEventListener("htmx:after:swap", () => {
  document.getElementById("legend").open = legendIsOpen;
});

let asking;
async function refresh(url, options) {
  asking?.abort();
  asking = new AbortController();
  tell(texts.textLoading);
  try {
    const plan = await load(url, asking.signal);
    map.setBounds(shownBounds());
    await map.show(plan, options);
    tell("");
  } catch (error) {
    if (error.name === "AbortError") return; // a later plan is on its way
    tell((error instanceof LoadError && error.message) || texts.textUnreachable);
    if (!(error instanceof LoadError)) throw error;
  }
}

refresh(texts.url, {});

// A look at what is in force, without leaving the proposal.
document.addEventListener("click", (event) => {
  const peek = event.target.closest("[data-peek]");
  if (!peek) return;
  const pressed = peek.getAttribute("aria-pressed") !== "true";
  peek.setAttribute("aria-pressed", pressed);
  refresh(pressed ? peek.dataset.peek : texts.url, { keepView: true });
});

// The server says after a change which plan is to be seen now.
document.addEventListener("kapok:plan", (event) => {
  texts.url = event.detail.url;
  refresh(event.detail.url, { keepView: true });
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-clears]")) return;
  event.preventDefault();
  document.getElementById("selection").replaceChildren();
  map.choose("grid", null);
});

// What was chosen or said comes into view and gets the focus; the map marks what was chosen.
document.addEventListener("htmx:after:swap", (event) => {
  if (!["panel", "selection"].includes(event.detail.ctx?.target?.id)) return;
  const card = document.querySelector("#selection [data-shows]");
  const said = document.querySelector("#said .alert, #draw .invalid-feedback, #draw .alert");
  const shown = card ?? said;
  if (shown) {
    shown.tabIndex = -1;
    shown.focus({ preventScroll: true });
    shown.scrollIntoView({ block: "nearest" });
  }
  if (card) map.choose(card.dataset.shows, card.dataset.key);
});
