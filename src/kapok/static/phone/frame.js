// What stands around every screen: the title, the line about sending, the bar at the bottom.

import { h, icon } from "./core/dom.js";
import { count, t, when } from "./core/words.js";
import { offer } from "./update.js";
import * as outbox from "./work/outbox.js";
import * as sync from "./work/sync.js";
import { screen as add } from "./screens/add.js";
import { screen as decide } from "./screens/decide.js";
import { screen as end } from "./screens/end.js";
import { screen as map } from "./screens/map.js";
import { screen as matter } from "./screens/matter.js";
import { screen as phone } from "./screens/phone.js";
import { screen as send } from "./screens/send.js";
import { screen as step } from "./screens/step.js";
import { screen as today } from "./screens/today.js";

const SCREENS = { today, matter, step, end, add, send, decide, map, phone };
const LIVE = new Set(["outbox", "sync"]);
const TABS = [
  ["today", "list", () => t("Today")],
  ["add", "add", () => t("Found")],
  ["map", "map", () => t("Map")],
  ["send", "send", () => t("Sending")],
  ["phone", "phone", () => t("Phone")],
];
let place = null; // where the frame stands; nothing while the cache is closed
let turn = 0;
let isFresh = false; // a new screen whose heading has not been told yet
let shown = { route: null, isLive: false };

const route = () => {
  const [name = "today", ...rest] = location.hash.replace(/^#\//, "").split("/").filter(Boolean);
  return { name: SCREENS[name] ? name : "today", rest };
};

const PROBLEMS = {
  offline: () => t("No network"),
  signed_out: () => t("Sign in to send"),
  refused: () => t("The server refused"),
};

/** The line about sending, as text: what waits, what needs somebody, what was last. */
export async function line() {
  const { waiting, following, decide } = await outbox.counts();
  const last = await sync.lastSent();
  const parts = [
    sync.status.problem ? PROBLEMS[sync.status.problem]?.() : null,
    sync.status.sending && (waiting || following) ? t("Sending …") : null,
    decide ? count(decide, "%(n)s needs your decision", "%(n)s need your decision") : null,
    waiting ? count(waiting, "%(n)s to send", "%(n)s to send") : null,
    following ? count(following, "%(n)s file to send", "%(n)s files to send") : null,
    !waiting && !following && last ? t("sent %(at)s", { at: when(last) }) : null,
  ];
  return { text: parts.filter(Boolean).join(" · ") || t("Nothing to send"), waiting: waiting + following, decide };
}

function bar(name, { waiting, decide }) {
  const badge = decide || waiting;
  return h("nav", { class: "tabs", "aria-label": t("Parts of the app") }, TABS.map(([tab, drawing, label]) =>
    h("a", { href: `#/${tab}`, "aria-current": tab === name ? "page" : null }, icon(drawing),
      h("span", {}, label()),
      tab === "send" && badge ? h("span", { class: decide ? "badge bad" : "badge" }, badge) : null)));
}

function header(screen, said) {
  return h("header", { class: "top" },
    screen.back && h("a", { href: screen.back, class: "back", "aria-label": t("Back") }, icon("back")),
    h("h1", { id: "title", tabindex: "-1" }, screen.title),
    h("a", { href: "#/send", class: `state${said.decide ? " bad" : sync.status.problem ? " warn" : ""}`, id: "state" }, said.text));
}

/** The line that says what just happened; it outlives the screens. */
const voice = () =>
  document.getElementById("said") ?? h("p", { id: "said", role: "status", "aria-live": "polite", class: "said" });

/** How to find the same element again after the screen was drawn anew. */
function handle(element) {
  if (!element || element === document.body) return null;
  if (element.id) return `#${CSS.escape(element.id)}`;
  const link = element.getAttribute("href");
  return link ? `a[href="${CSS.escape(link)}"]` : null;
}

async function draw({ isNew }) {
  const mine = (turn += 1);
  isFresh ||= isNew; // also where a change overtakes the drawing of a new screen
  const { name, rest } = route();
  const [screen, said] = await Promise.all([SCREENS[name](...rest), line()]);
  if (mine !== turn || !place) return;
  if (screen.goTo) return location.replace(screen.goTo);
  const scroll = scrollY;
  const focused = handle(document.activeElement);
  shown.end?.();
  shown = { isLive: screen.isLive ?? true, end: screen.end };
  place.replaceChildren(
    header(screen, said), voice(),
    h("main", { id: "main" }, offer(), screen.body), bar(name, said));
  document.title = `${screen.title} · Kapok`;
  await screen.ready?.();
  if (mine !== turn || !place) return;
  if (isFresh) {
    isFresh = false;
    scrollTo(0, 0);
    place.querySelector("h1").focus({ preventScroll: true });
  } else {
    scrollTo(0, scroll);
    if (focused) place.querySelector(focused)?.focus({ preventScroll: true });
  }
}

async function renewLine() {
  const said = await line();
  const old = document.getElementById("state");
  if (!old || !place) return;
  old.textContent = said.text;
  old.className = `state${said.decide ? " bad" : sync.status.problem ? " warn" : ""}`;
  place.querySelector("nav.tabs")?.replaceWith(bar(route().name, said));
}

/** Put the frame in place and show the screen that the address names. */
export async function frame(root) {
  place = root;
  await draw({ isNew: true });
}

/** Take the frame away: the cache is closed. */
export function unframe() {
  place = null;
  turn += 1;
  shown.end?.();
  shown = { isLive: false };
}

/** Something changed: a form that is being filled in stays, only the line above it is renewed. */
export async function refresh(what) {
  if (!place) return;
  if (what === "route") await draw({ isNew: true });
  else if (what === "draw" || (LIVE.has(what) && shown.isLive)) await draw({ isNew: false });
  else if (LIVE.has(what)) await renewLine();
}
