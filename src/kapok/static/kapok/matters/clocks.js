// Clocks tick here, from the moments that the server wrote: amber when warned, red when late.

const page = document.querySelector("[data-now]");
const ahead = page ? Date.parse(page.dataset.now) - Date.now() : 0; // our clock against the server's
const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { style: "short" });
const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const NEAR = 10 * MINUTE;

const two = (n) => String(n).padStart(2, "0");

/** How long until a moment, in words; in minutes and seconds where it is near. */
export function until(left) {
  const size = Math.abs(left);
  if (size < NEAR) {
    const seconds = Math.floor(size / 1000);
    return `${left < 0 ? "−" : ""}${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  }
  if (size < 2 * HOUR) return words.format(Math.trunc(left / MINUTE), "minute");
  if (size < 2 * DAY) return words.format(Math.trunc(left / HOUR), "hour");
  return words.format(Math.trunc(left / DAY), "day");
}

function show(clock, now) {
  const due = Date.parse(clock.dataset.due);
  const warned = clock.dataset.warn && Date.parse(clock.dataset.warn) <= now;
  if (!clock.title) clock.title = clock.textContent;
  const text = until(due - now);
  if (clock.textContent !== text) clock.textContent = text;
  const tone = due < now ? "is-late" : warned ? "is-warned" : "";
  for (const element of [clock, clock.closest(".line")]) {
    if (!element || element.dataset.tone === tone) continue;
    element.dataset.tone = tone;
    element.classList.toggle("is-late", tone === "is-late");
    element.classList.toggle("is-warned", tone === "is-warned");
  }
}

export function tick() {
  const now = Date.now() + ahead;
  for (const clock of document.querySelectorAll("time[data-due]")) show(clock, now);
}

tick();
setInterval(tick, 1000);
for (const element of document.querySelectorAll(".d-js-only")) element.classList.add("is-ready");
