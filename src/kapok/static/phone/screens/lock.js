// The cache is closed: the PIN or a passkey opens it, while the lease lasts.

import { announce, h, icon } from "../core/dom.js";
import * as lease from "../core/lease.js";
import * as vault from "../core/vault.js";
import { count, t, when } from "../core/words.js";
import { line, unframe } from "../frame.js";
import { offer } from "../update.js";
import { listen } from "../work/changes.js";
import * as people from "../work/people.js";
import { alone, languages, signInLink, sure } from "./alone.js";

let end = null;
let turn = 0;

function wrong(error, fault) {
  if (!(error instanceof vault.WrongPin)) throw error;
  fault.textContent = count(error.left, "Wrong PIN. One more try; then everything kept here is wiped.",
    "Wrong PIN. %(n)s more tries; then everything kept here is wiped.");
}

function pinForm(root, opened) {
  const fault = h("p", { class: "fault", role: "alert" });
  const input = h("input", { id: "pin", type: "password", inputmode: "numeric", autocomplete: "off", class: "pin", autofocus: true });
  const button = h("button", { class: "button main" }, icon("lock"), t("Open"));
  const form = h("form", { novalidate: true },
    h("label", { for: "pin", class: "label" }, t("PIN")), input, fault, button);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      await vault.openByPin(input.value);
      stop();
      await opened();
    } catch (error) {
      wrong(error, fault);
      if (error.left <= 0) return wiped(root);
      input.value = "";
      input.focus();
    } finally {
      button.disabled = false;
    }
  });
  return form;
}

function wiped(root) {
  stop();
  root.replaceChildren(alone(t("Everything kept here was wiped"), [
    h("p", {}, t("The PIN was wrong too often. What waits to be sent is kept. Sign in and choose a new PIN.")),
    h("button", { type: "button", class: "button main", onclick: () => location.reload() }, t("Go on")),
  ]));
}

const byPasskey = (opened) =>
  h("button", {
    type: "button", class: "button",
    onclick: () => vault.openByPasskey().then(() => { stop(); return opened(); })
      .catch(() => announce(t("That did not work. Use the PIN."), "bad")),
  }, t("Open by fingerprint or face"));

async function expired(again) {
  const last = await lease.contact();
  const connect = async () => {
    const error = await people.contact().catch((found) => found);
    if (await lease.holds()) return again();
    announce(error?.status === 401 ? t("Sign in first.") : t("The server does not answer. Find a place with network and try again."), "bad");
    return null;
  };
  return [
    h("p", {}, last
      ? t("This phone was last in contact on %(when)s. After 72 hours what it keeps stays closed until it is in contact again.", { when: when(last.at) })
      : t("This phone must be in contact with the server once before it opens.")),
    h("p", {}, t("What waits to be sent is kept.")),
    h("button", { type: "button", class: "button main", onclick: connect }, t("Connect now")), signInLink(),
  ];
}

function stop() {
  turn += 1;
  end?.();
  end = null;
}

/** Show it. Sending goes on behind it: what waits is sealed and needs no PIN. */
export async function lock(root, opened) {
  stop();
  unframe();
  const again = () => lock(root, opened);
  const isHeld = await lease.holds();
  const body = isHeld
    ? [pinForm(root, opened), (await vault.hasPasskey()) && byPasskey(opened)]
    : await expired(again);
  const state = h("p", { class: "hint", id: "state" }, (await line()).text);
  const mine = (turn += 1); // whatever was drawn before this draws nothing any more
  end = listen(async () => {
    state.textContent = (await line()).text;
    if (!isHeld && (await lease.holds()) && mine === turn) await again();
  });
  root.replaceChildren(alone(isHeld ? t("Locked") : t("Too long without contact"), [...body, state],
    offer(), h("div", { class: "row" }, languages(again),
      sure(t("Forgot the PIN"), t("Wipe what is kept and sign out?"), () => { stop(); return people.leave(); }))));
  root.querySelector("[autofocus]")?.focus();
}
