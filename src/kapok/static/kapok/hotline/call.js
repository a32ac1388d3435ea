// The page of a call: notes are saved while somebody types and stay in the page until they are,
// keys reach every part, the level follows from the answers.

import { watch } from "../matters/forms.js";

const call = document.getElementById("call");
const words = call.dataset;

/* Notes */

const form = document.getElementById("notes-form");
const notes = document.getElementById("notes");
const said = document.getElementById("notes-said");
const other = document.getElementById("notes-other");
const PAUSE = 700, AGAIN = 4000;
let stored = notes.value, timer = 0, saving = null, isHeld = false;

const isDirty = () => notes.value !== stored;

function later(after) {
  clearTimeout(timer);
  timer = setTimeout(save, after);
}

function tell(sentence, isBad = false) {
  said.textContent = sentence;
  said.classList.toggle("is-bad", isBad);
}

async function send() {
  const body = new FormData(form);
  const text = notes.value;
  let answer;
  try {
    answer = await fetch(form.action, {
      method: "POST", body, redirect: "manual", keepalive: true,
      headers: { Accept: "application/json" },
    });
  } catch {
    tell(words.retry, true);
    later(AGAIN);
    return;
  }
  if (answer.status === 403 && await renew()) {
    later(AGAIN);
    return;
  }
  const isOurs = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
  if (!isOurs) { // signed out, or a server that is starting
    tell(answer.status >= 500 ? words.retry : words.lost, true);
    later(AGAIN);
    return;
  }
  const told = await answer.json();
  if (answer.ok) {
    form.elements.seen.value = told.seen;
    stored = text;
    isHeld = false;
    other.hidden = true;
    tell(`${words.saved} ${told.saved}`);
    if (isDirty()) later(PAUSE);
    return;
  }
  tell(told.sentence, true);
  if (told.stored !== undefined) { // another window was first: nobody's words are lost
    isHeld = true;
    form.elements.seen.value = told.seen;
    other.querySelector("pre").textContent = told.stored;
    other.hidden = false;
  }
}

/** Who signed in again in another window has a new token: every form of this page gets it. */
async function renew() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!fresh) return false;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = fresh;
  return true;
}

async function save() {
  clearTimeout(timer);
  if (saving) { // after the one that runs, what was typed meanwhile
    await saving;
    if (!isDirty()) return;
  }
  saving = send().finally(() => { saving = null; });
  await saving;
}

notes.addEventListener("input", () => {
  if (said.classList.contains("is-bad")) return isHeld ? undefined : later(PAUSE);
  tell(words.dirty);
  later(PAUSE);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});
window.addEventListener("beforeunload", (event) => {
  if (isDirty()) event.preventDefault();
});

// Whatever else is sent leads to another page: the notes go first.
document.addEventListener("submit", async (event) => {
  const sent = event.target;
  if (sent === form || sent.hasAttribute("hx-post") || !isDirty()) return;
  event.preventDefault();
  await save();
  if (!isDirty()) sent.requestSubmit(event.submitter);
});

// Who was signed out stays on this page with all that was typed.
document.addEventListener("htmx:before:response", (event) => {
  const headers = event.detail.ctx?.response?.headers;
  if (headers?.get?.("HX-Redirect")) {
    event.preventDefault();
    tell(words.lost, true);
  }
});

/* Keys */

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const key = event.code.replace(/^(Key|Digit)/, "").toLowerCase();
  const element = call.querySelector(`[data-key="${key}"]`);
  if (!element) return;
  event.preventDefault();
  if (element.matches("input, textarea")) element.focus();
  else if (element.matches("summary")) {
    element.parentElement.open = true;
    element.parentElement.querySelector("input")?.focus();
  } else element.click();
});

/* The level follows from the answers, until somebody chooses it */

const screening = document.querySelector(".screen-form");
if (screening) {
  const level = document.getElementById("risk-level");
  let isChosen = level.value !== "";
  const least = () => Math.max(
    0, ...[...screening.querySelectorAll("input[value=yes]:checked")]
      .map((input) => Number(input.dataset.level ?? 0)),
  );
  level.addEventListener("change", () => {
    isChosen = true;
    if (Number(level.value) < least()) document.getElementById("screen-more").open = true;
  });
  screening.addEventListener("change", (event) => {
    if (event.target === level || !event.target.name.startsWith("asked.")) return;
    if (!isChosen || Number(level.value) < least()) level.value = String(least());
  });
}

/* A need's form that came in */

document.addEventListener("htmx:after:swap", () => {
  const need = document.querySelector("#need form[data-conditions]:not([data-watched])");
  if (!need) return;
  need.dataset.watched = "1";
  watch(need);
  const fields = [...need.querySelectorAll("input:not([type=hidden]), select, textarea")];
  const wrong = fields.find((field) => field.getAttribute("aria-invalid") === "true");
  (wrong ?? fields.find((field) => !field.value && !field.disabled) ?? fields[0])?.focus();
});
