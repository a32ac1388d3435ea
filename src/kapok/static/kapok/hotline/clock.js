// The clock of a call that goes on, for whoever holds it and whoever helps.

const clock = document.querySelector(".call-clock");
const ahead = Date.parse(document.getElementById("call").dataset.now) - Date.now();
const two = (n) => String(n).padStart(2, "0");

function tick() {
  const s = Math.max(0, Math.floor((Date.now() + ahead - Date.parse(clock.dataset.since)) / 1000));
  const hours = Math.floor(s / 3600);
  clock.textContent = `${hours ? `${hours}:` : ""}${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

tick();
setInterval(tick, 1000);
