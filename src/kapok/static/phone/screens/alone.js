// A screen without the bar at the bottom: before the phone is set up, and while it is locked.

import { h } from "../core/dom.js";
import { language, speak, t } from "../core/words.js";

/** A page with its title in the middle of the screen. */
export function alone(title, body, below) {
  document.title = `${title} · Kapok`;
  return h("main", { class: "alone", id: "main" },
    h("img", { src: "/static/kapok/kapok.svg", alt: "", width: 56, height: 56 }),
    h("h1", { tabindex: "-1" }, title),
    h("p", { id: "said", role: "status", "aria-live": "polite", class: "said" }), ...body, below);
}

/** A button for the other language. */
export function languages(again) {
  const other = language() === "en" ? "zh-hans" : "en";
  return h("button", {
    type: "button", class: "small", lang: other === "en" ? "en" : "zh-CN",
    onclick: async () => {
      await speak(other).catch(() => null);
      again();
    },
  }, other === "en" ? "English" : "中文");
}

/** A button that asks once more before it does something that cannot be taken back. */
export function sure(label, question, act) {
  const button = h("button", { type: "button", class: "small danger" }, label);
  button.addEventListener("click", () => {
    if (button.dataset.asked) return act();
    button.dataset.asked = "yes";
    button.textContent = question;
    setTimeout(() => { delete button.dataset.asked; button.textContent = label; }, 6000);
    return null;
  });
  return button;
}

/** The link for who must sign in again. */
export const signInLink = () => h("a", { class: "button", href: "/sign-in/?next=/my/" }, t("Sign in"));
