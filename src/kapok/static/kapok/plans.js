// Pages of plans. What only one kind needs is in plans/<kind>.js, which its template asks for.

// A situation that was changed and not kept is not planned with: say so before it is left.
const form = document.querySelector("form.plan-situation");
if (form) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
