// What every page does: say so when the server cannot be reached, and ask before what cannot be undone.

const texts = document.getElementById("page-texts")?.dataset ?? {};

function say(sentence) {
  const notice = document.createElement("div");
  notice.className = "alert alert-danger";
  notice.setAttribute("role", "alert");
  notice.textContent = sentence;
  document.getElementById("notices").replaceChildren(notice);
}

// What was said stays until somebody does the next thing; parts that ask by themselves do nothing.
const ASKS_BY_ITSELF = /\b(every|load)\b/;

document.addEventListener("htmx:before:request", (event) => {
  if (ASKS_BY_ITSELF.test(event.target.getAttribute?.("hx-trigger") ?? "")) return;
  document.getElementById("notices").replaceChildren();
});

document.addEventListener("htmx:error", () => say(texts.unreachable));

// A dialog is opened by a button that names it; without JavaScript the button is a link to a page.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (dialog instanceof HTMLDialogElement) {
      event.preventDefault();
      dialog.showModal();
    }
  }
  const closer = event.target.closest("[data-closes]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
  }
});
