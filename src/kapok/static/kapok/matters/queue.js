// The queue: one key for each thing, and rows that change as the town does.

import { tick } from "./clocks.js";

const form = document.getElementById("together");
const texts = form.dataset;
const note = document.getElementById("live-note");
const chosen = document.getElementById("chosen-count");
const KEPT = "kapok-queue";
const POLL_MS = 5000;
const COUNT_MS = 2000;
const DOES = { a: "accept", s: "assign", m: "join", r: "return", h: "hold", e: "escalate" };

const list = () => document.getElementById("lines");
const rows = () => [...document.querySelectorAll("#lines > .line")];
const row = (id) => document.querySelector(`#lines > .line[data-id="${CSS.escape(id)}"]`);
const current = () => document.activeElement?.closest?.("#lines > .line") ?? null;
const picks = () => [...form.querySelectorAll(".line-pick:checked")];

function say(sentence, isBad = false) {
  note.hidden = !sentence;
  note.textContent = sentence;
  note.classList.toggle("is-bad", isBad);
}

function go(to) {
  const link = to?.querySelector(".line-what");
  if (!link) return;
  link.focus();
  to.scrollIntoView({ block: "nearest" });
  document.dispatchEvent(new CustomEvent("kapok:row", { detail: to.dataset.id }));
}

function step(by) {
  const all = rows();
  const at = all.indexOf(current());
  go(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))]);
}

function countPicks() {
  const n = picks().length;
  if (chosen) chosen.textContent = n ? String(n) : "";
  for (const line of rows()) {
    line.classList.toggle("is-picked", Boolean(line.querySelector(".line-pick:checked")));
  }
}

function act(move) {
  const button = form.querySelector(`button[name=move][value=${move}]`);
  if (!button) return;
  if (!picks().length) {
    const box = (current() ?? rows()[0])?.querySelector(".line-pick");
    if (!box) return;
    box.checked = true;
  }
  keep();
  form.requestSubmit(button);
}

/** Where the reader was, so that they go on from there after the page comes back. */
function keep() {
  sessionStorage.setItem(KEPT, JSON.stringify({ path: location.href, at: rows().indexOf(current()) }));
}

function goOn() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  if (kept?.path === location.href && kept.at >= 0) go(rows()[Math.min(kept.at, rows().length - 1)]);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const others = {
    j: () => step(1),
    k: () => step(-1),
    x: () => current()?.querySelector(".line-pick")?.click(),
    n: () => document.getElementById("new-matter").click(),
    "/": () => document.getElementById("f-text").focus(),
    "?": () => document.getElementById("keys").showModal(),
  };
  const does = others[event.key] ?? (DOES[event.key] && (() => act(DOES[event.key])));
  if (!does) return;
  event.preventDefault();
  does();
});

form.addEventListener("change", countPicks);
form.addEventListener("submit", keep);
// A page that comes back from the browser's memory may be old.
window.addEventListener("pageshow", (event) => event.persisted && refresh());
list()?.addEventListener("focusin", () => {
  const id = current()?.dataset.id;
  if (id) document.dispatchEvent(new CustomEvent("kapok:row", { detail: id }));
});

function built(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

/** Put a row where it belongs; one that is there already is changed in its place. */
function put({ id, key, html }) {
  const fresh = built(html);
  const old = row(id);
  if (!old && !texts.isFirst) return;
  const wasPicked = old?.querySelector(".line-pick")?.checked;
  const hadFocus = old && current() === old;
  old?.remove();
  const next = rows().find((line) => line.dataset.key > key);
  list().insertBefore(fresh, next ?? null);
  list().hidden = false;
  document.getElementById("nothing")?.remove();
  fresh.classList.add("is-fresh");
  if (wasPicked) fresh.querySelector(".line-pick").checked = true;
  if (hadFocus) fresh.querySelector(".line-what").focus();
}

function drop(id) {
  const old = row(id);
  if (!old) return;
  const next = old.nextElementSibling ?? old.previousElementSibling;
  const hadFocus = current() === old;
  old.remove();
  if (hadFocus) go(next);
}

function changed(event) {
  const { rows: fresh, gone } = JSON.parse(event.data);
  fresh.forEach(put);
  gone.forEach(drop);
  countPicks();
  tick();
  document.dispatchEvent(new CustomEvent("kapok:rows"));
  countSoon();
}

async function fetched() {
  const answer = await fetch(texts.rows, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
  return built(`<div>${await answer.text()}</div>`);
}

let counting;
function countSoon() {
  counting ??= setTimeout(async () => {
    try {
      const count = (await fetched()).querySelector("#queue-count");
      document.getElementById("queue-count").replaceWith(count);
    } catch {
      // The next change asks again.
    } finally {
      counting = undefined;
    }
  }, COUNT_MS);
}

async function refresh() {
  const at = current()?.dataset.id;
  const picked = new Set(picks().map((box) => box.value));
  const fresh = await fetched();
  document.getElementById("list").replaceChildren(...fresh.childNodes);
  for (const box of form.querySelectorAll(".line-pick")) box.checked = picked.has(box.value);
  if (at) row(at)?.querySelector(".line-what").focus();
  countPicks();
  tick();
  document.dispatchEvent(new CustomEvent("kapok:rows"));
}

function poll() {
  say(texts.textPoll);
  setInterval(() => refresh().catch(() => say(texts.textLost, true)), POLL_MS);
}

function listen() {
  const source = new EventSource(texts.live);
  source.addEventListener("ready", () => say(texts.textLive));
  source.addEventListener("change", (event) => {
    say(texts.textLive);
    changed(event);
  });
  source.addEventListener("anew", () => refresh().catch(() => say(texts.textLost, true)));
  source.addEventListener("ended", (event) => {
    source.close();
    say(JSON.parse(event.data).sentence || texts.textEnded, true);
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) poll();
    else say(texts.textLost, true);
  });
  source.addEventListener("open", () => say(texts.textLive));
  window.addEventListener("pagehide", () => source.close());
}

countPicks();
goOn();
listen();
