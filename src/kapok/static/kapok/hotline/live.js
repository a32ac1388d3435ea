// What rings and who sits, as it changes: a pulse asks five times a second whether anything did, and
// only what did is fetched. A fetch that brings nothing new leaves the page as it is. Whoever talks or
// rests can answer nothing: their page asks once a second.

const page = document.querySelector("[data-pulse]");
const note = document.getElementById("live-note");
const sound = document.getElementById("ring-sound");
const parts = [...document.querySelectorAll("[data-live]")];
const KINDS = ["own", "queue", "board"]; // as the pulse says them
const PULSE_MS = 200, SLOW_MS = 1000, LOST_MS = 2000, AGAIN_MS = 20_000;
const REST_MS = { own: 0, queue: 100, board: 700 }; // between two fetches of one part
const REST_BUSY_MS = { own: 0, queue: 3000, board: 700 };
const KEPT = 40;
const SOUND = "kapok-ring-sound";
const ahead = Date.parse(page.dataset.now) - Date.now();
const title = document.title;

const last = new Map(); // process and kind: the mark that it said last
const seen = Object.fromEntries(KINDS.map((kind) => [kind, []])); // marks that were fetched for
const states = new Map(parts.map((part) => [part, { busy: false, again: false, at: 0 }]));

function say(sentence) {
  note.hidden = !sentence;
  note.textContent = sentence;
  note.classList.toggle("is-bad", Boolean(sentence));
}

const two = (n) => String(n).padStart(2, "0");

/** How long ago a moment was: 0:07, 12:30, 3:05 h. */
function since(moment, now) {
  const seconds = Math.max(0, Math.floor((now - moment) / 1000));
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return `${Math.floor(seconds / 3600)}:${two(Math.floor((seconds % 3600) / 60))} h`;
}

function tick() {
  const now = Date.now() + ahead;
  for (const clock of document.querySelectorAll("time[data-since]")) {
    if (!clock.title) clock.title = clock.textContent;
    const text = since(Date.parse(clock.dataset.since), now);
    if (clock.textContent !== text) clock.textContent = text;
  }
}

/** The title says how many calls wait, and changes each second while any does. */
let flashes = false;
function flash() {
  const queue = document.querySelector('[data-live="queue"] [data-n], [data-live="board"] [data-n]');
  const offers = document.querySelector("[data-n-offers]");
  const n = Number(queue?.dataset.n ?? 0) + Number(offers?.dataset.nOffers ?? 0);
  flashes = n > 0 && !flashes;
  document.title = n ? (flashes ? `(${n}) ☎ ${title}` : `(${n}) ${title}`) : title;
}

let context;
function ring() {
  if (!sound?.checked) return;
  context ??= new AudioContext();
  const tone = context.createOscillator(), volume = context.createGain();
  tone.frequency.value = 880;
  volume.gain.value = 0.08;
  tone.connect(volume).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + 0.25);
}

/** Put what is new in its place; the keyboard stays where it was. */
function put(part, html) {
  const rows = new Set([...part.querySelectorAll(".ring-row")].map((row) => row.id));
  const focus = part.contains(document.activeElement) ? document.activeElement : null;
  const where = focus?.id || focus?.closest("[id^='ring-']")?.id;
  const open = [...part.querySelectorAll("details[open] button[id]")].map((button) => button.id);
  const unfolded = [...part.querySelectorAll("details[open][id]")].map((each) => each.id);
  part.innerHTML = html;
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
  for (const id of open) document.getElementById(id)?.closest("details")?.setAttribute("open", "");
  if (where) {
    const again = document.getElementById(where);
    (again?.matches("button, a, input") ? again : again?.querySelector("button"))?.focus();
  }
  if ([...part.querySelectorAll(".ring-row")].some((row) => !rows.has(row.id))) ring();
  tick();
  flash();
  allow();
}

/** Whoever talks or rests answers nothing: their own part says so. */
const mayAnswer = () => document.querySelector("[data-may-answer]")?.dataset.mayAnswer !== "no";

function allow() {
  if (mayAnswer()) for (const state of states.values()) state.hurry?.(); // what waited for that
  for (const button of document.querySelectorAll("[data-answer]")) button.disabled = !mayAnswer();
}

/** Calls that ring no more go without a fetch. */
function drop(calls) {
  for (const id of calls) {
    const row = document.getElementById(`ring-${id}`);
    if (!row) continue;
    const part = row.closest("[data-n]"), next = row.nextElementSibling ?? row.previousElementSibling;
    const hadFocus = row.contains(document.activeElement);
    part.dataset.n = Math.max(0, Number(part.dataset.n) - 1);
    row.remove();
    if (hadFocus) next?.querySelector("button")?.focus();
    if (!next || part.querySelector(".badge")) fetchPart(row.closest("[data-live]") ?? parts[0]);
    else part.querySelector(".ring-count").textContent = page.dataset.textRing.replace("%s", part.dataset.n);
    flash();
  }
}

async function fetchPart(part) {
  const state = states.get(part);
  if (state.busy) {
    state.again = true;
    return;
  }
  state.busy = true;
  const rests = mayAnswer() ? REST_MS : REST_BUSY_MS;
  const rest = state.at + rests[part.dataset.live] - Date.now();
  if (rest > 0) {
    await new Promise((done) => {
      state.hurry = done;
      setTimeout(done, rest);
    });
  }
  state.again = false;
  state.at = Date.now();
  try {
    const answer = await fetch(part.dataset.from, { headers: { Accept: "text/html" } });
    if (answer.headers.get("Kapok-Reload") || answer.redirected) location.reload();
    else if (answer.ok) put(part, await answer.text());
    else say(page.dataset.textLost);
  } catch {
    say(page.dataset.textLost);
  } finally {
    state.busy = false;
    if (state.again) fetchPart(part);
  }
}

/** Two processes answer: each says marks of its own past, but the same ones of the same changes. */
function heard(text) {
  const [epoch, ...marks] = text.trim().split(" ");
  KINDS.forEach((kind, i) => {
    const key = `${epoch} ${kind}`, mark = marks[i];
    if (last.get(key) === mark) return;
    const isNew = !last.has(key) || !seen[kind].includes(mark);
    last.set(key, mark);
    seen[kind] = [mark, ...seen[kind]].slice(0, KEPT);
    if (isNew) for (const part of parts) if (part.dataset.live === kind) fetchPart(part);
  });
  if (marks[3] !== "-") drop(marks[3].split(","));
  if (last.size > 3 * KEPT) last.clear();
}

async function pulse() {
  let wait = PULSE_MS;
  try {
    const answer = await fetch(page.dataset.pulse, { cache: "no-store", credentials: "omit" });
    if (answer.status === 403) {
      say(page.dataset.textOld);
      return;
    }
    if (!answer.ok) throw new Error(answer.statusText);
    heard(await answer.text());
    if (note.textContent === page.dataset.textLost) say("");
    if (document.hidden || !mayAnswer()) wait = SLOW_MS;
  } catch {
    say(page.dataset.textLost);
    wait = LOST_MS;
  }
  setTimeout(pulse, wait);
}

// One key answers the call that waits longest; everything else is reached with Tab.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.toLowerCase() !== "a") return;
  if (event.target.closest("input, select, textarea")) return;
  const button = document.querySelector("[data-answer]:not([disabled])");
  if (!button) return;
  event.preventDefault();
  button.focus();
  button.click();
});

if (sound) {
  sound.checked = localStorage.getItem(SOUND) === "yes";
  sound.addEventListener("change", () => {
    localStorage.setItem(SOUND, sound.checked ? "yes" : "no");
    ring();
  });
}
for (const element of document.querySelectorAll(".d-js-only")) element.classList.add("is-ready");
document.addEventListener("visibilitychange", () => document.hidden || parts.forEach(fetchPart));
setInterval(() => {
  tick();
  flash();
}, 1000);
setInterval(() => parts.forEach(fetchPart), AGAIN_MS); // whatever was not heard
tick();
flash();
pulse();
