// This phone: whose it is, how long what it keeps may be read, its language and look, signing out.

import { announce, h } from "../core/dom.js";
import * as lease from "../core/lease.js";
import * as passkey from "../core/passkey.js";
import { remove } from "../core/store.js";
import * as vault from "../core/vault.js";
import { count, t, when } from "../core/words.js";
import { tell } from "../work/changes.js";
import * as held from "../work/held.js";
import * as outbox from "../work/outbox.js";
import * as people from "../work/people.js";
import * as sync from "../work/sync.js";
import { languages, sure } from "./alone.js";

const WRONG_CLOCK_MS = 5 * 60_000;
const MINUTE_MS = 60_000;

async function storage() {
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  return t("%(used)s MB of %(whole)s MB", { used: Math.round(usage / 1e6), whole: Math.round(quota / 1e6) });
}

/** Whether this browser sends behind a closed app. */
const sendsClosed = () => "SyncManager" in globalThis;

/** Names that the server words come anew, in the language that was chosen. */
async function otherWords() {
  await remove("meta", "cursor");
  tell("draw");
  await sync.run();
}

const themed = (name) => () => {
  if (name) localStorage.setItem("kapok-phone-theme", name);
  else localStorage.removeItem("kapok-phone-theme");
  location.reload();
};

function passkeyForm() {
  const pin = h("input", { id: "pin", type: "password", inputmode: "numeric", autocomplete: "off", class: "pin" });
  const add = async (event) => {
    event.preventDefault();
    const isMade = await vault.addPasskey(pin.value, held.held.profile?.name ?? "Kapok").catch((error) => {
      if (error instanceof vault.WrongPin) return null;
      return false;
    });
    pin.value = "";
    if (isMade === null) announce(t("Wrong PIN."), "bad");
    else announce(isMade ? t("From now on it opens by fingerprint or face, too.") : t("This phone cannot open it so. The PIN stays."), isMade ? "note" : "bad");
    if (isMade) tell("draw");
  };
  return h("form", { onsubmit: add }, h("label", { for: "pin", class: "label" }, t("PIN")), pin,
    h("button", { class: "button" }, t("Also open by fingerprint or face")));
}

async function facts() {
  const last = await lease.contact();
  const offset = await lease.offset();
  const rows = [
    [t("Name"), held.held.profile?.name ?? ""],
    [t("Works as"), held.held.profile?.role ?? ""],
    [t("Places"), (held.held.profile?.places ?? []).map((place) => place.name).join("、")],
    last && [t("Last contact"), when(last.at)],
    last && [t("Opens without contact until"), when(last.at + last.lease)],
    [t("While the app is closed"), sendsClosed()
      ? t("words are sent as soon as there is network; photos and voice notes when it is opened")
      : t("nothing is sent: open it where there is network")],
    [t("Room used"), await storage()],
    Math.abs(offset) > WRONG_CLOCK_MS && [t("Clock of this phone"), t("wrong by %(n)s minutes; what you make gets the right time", { n: Math.round(Math.abs(offset) / MINUTE_MS) })],
  ];
  return h("dl", { class: "facts" }, rows.filter(Boolean).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

/** The screen. */
export async function screen() {
  const { waiting, following, decide } = await outbox.counts();
  const left = waiting + following + decide;
  const body = h("div", {}, await facts(),
    h("section", {}, h("h2", {}, t("Language and look")), h("div", { class: "row" },
      languages(otherWords),
      h("button", { type: "button", class: "small", onclick: themed("light") }, t("Light")),
      h("button", { type: "button", class: "small", onclick: themed("dark") }, t("Dark")),
      h("button", { type: "button", class: "small", onclick: themed(null) }, t("As the phone")))),
    h("section", {}, h("h2", {}, t("Lock")),
      h("button", { type: "button", class: "button", onclick: () => location.reload() }, t("Lock now")),
      passkey.mayBe() && !(await vault.hasPasskey()) && passkeyForm()),
    h("section", {}, h("h2", {}, t("Sign out")),
      h("p", {}, t("What this phone keeps is wiped. What waits to be sent stays, and goes when you sign in again.")),
      left > 0 && h("p", { class: "banner" }, count(left, "%(n)s is not sent yet.", "%(n)s are not sent yet.")),
      sure(t("Sign out"), t("Really sign out?"), () => people.leave())));
  return { title: t("Phone"), body, isLive: false };
}
