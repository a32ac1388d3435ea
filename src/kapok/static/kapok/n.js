// Whoever has a notice on their screen for a few seconds has it. Programs that only open links to
// look at them do not get so far; without JavaScript there is the button.
const SECONDS = 4;
const form = document.getElementById("read");
if (form) {
  let seen = 0;
  const timer = setInterval(() => {
    if (document.visibilityState !== "visible") return;
    seen += 1;
    if (seen < SECONDS) return;
    clearInterval(timer);
    fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).catch(() => {});
  }, 1000);
}
