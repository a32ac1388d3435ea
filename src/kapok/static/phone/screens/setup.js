// The first start on a phone, for whoever is signed in: make the phone known, choose a PIN.

import { h } from "../core/dom.js";
import * as passkey from "../core/passkey.js";
import { SHORTEST, weakness } from "../core/pin.js";
import { keepForGood, reserve } from "../core/room.js";
import { get } from "../core/store.js";
import * as vault from "../core/vault.js";
import { t } from "../core/words.js";
import { unframe } from "../frame.js";
import { isKept } from "../update.js";
import * as people from "../work/people.js";
import { Refused, Unreachable } from "../work/wire.js";
import { alone, languages } from "./alone.js";

const WEAK = {
  digits: () => t("A PIN is made of digits only."),
  short: () => t("At least %(n)s digits.", { n: SHORTEST }),
  easy: () => t("This PIN is guessed at once. Choose another."),
};

const nameOfPhone = () => {
  const found = navigator.userAgent.match(/\(([^)]+)\)/)?.[1] ?? "";
  return found.split(";").slice(-2).join(" ").trim().slice(0, 60) || "phone";
};

function pinField(id, label, autofocus = false) {
  return h("div", { class: "field" }, h("label", { for: id, class: "label" }, label),
    h("input", { id, type: "password", inputmode: "numeric", autocomplete: "off", class: "pin", required: true, autofocus }));
}

async function made(pin, wantsPasskey, opened) {
  await vault.make(pin);
  await reserve();
  await keepForGood();
  await isKept();
  history.replaceState(null, "", "#/today"); // not where somebody else may have left
  if (wantsPasskey) await vault.addPasskey(pin, "Kapok").catch(() => false);
  await opened();
}

function pinForm(opened) {
  const fault = h("p", { class: "fault", role: "alert" });
  const button = h("button", { class: "button main" }, t("Set this PIN"));
  const withPasskey = h("input", { type: "checkbox" });
  const form = h("form", { novalidate: true },
    h("p", {}, t("Choose a PIN. It opens what this phone keeps, also without network. After %(n)s wrong tries everything kept here is wiped.", { n: vault.MOST_TRIES })),
    pinField("pin", t("PIN"), true), pinField("again", t("Once more")),
    passkey.mayBe() && h("label", { class: "choice" }, withPasskey, h("span", {}, t("Also open by fingerprint or face"))),
    fault, button);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [pin, again] = [form.elements.pin.value, form.elements.again.value];
    const weak = weakness(pin);
    fault.textContent = weak ? WEAK[weak]() : pin === again ? "" : t("The two are not the same.");
    if (fault.textContent) return;
    button.disabled = true;
    button.textContent = t("One moment …");
    await made(pin, withPasskey.checked, opened);
  });
  return form;
}

const signIn = () => [
  h("p", {}, t("Sign in first. Then this phone is set up in a minute.")),
  h("a", { class: "button main", href: "/sign-in/?next=/my/" }, t("Sign in")),
];

const noNetwork = (again) => [
  h("p", {}, t("This needs the network once. Find a place with network and try again.")),
  h("button", { type: "button", class: "button main", onclick: again }, t("Try again")),
];

async function revoked(again) {
  const sentence = await get("meta", "revoked");
  return [
    h("p", {}, typeof sentence === "string" ? sentence : t("You no longer work through this phone.")),
    h("p", {}, t("What it kept was wiped. What you had made and not sent stays, and is looked at by your lead when you sign in.")),
    h("button", { type: "button", class: "button main", onclick: again }, t("Set this phone up again")),
  ];
}

async function content(root, opened) {
  const again = () => setUp(root, opened, true);
  try {
    await people.arrive(nameOfPhone());
    return [pinForm(opened)];
  } catch (error) {
    if (error instanceof Unreachable) return noNetwork(again);
    if (!(error instanceof Refused)) throw error;
    return error.status === 401 ? signIn() : [h("p", { class: "fault" }, error.message), ...noNetwork(again).slice(1)];
  }
}

/** Show it. */
export async function setUp(root, opened, isAgain = false) {
  unframe();
  const wasRevoked = !isAgain && (await get("meta", "revoked"));
  const body = wasRevoked ? await revoked(() => setUp(root, opened, true)) : await content(root, opened);
  const title = wasRevoked ? t("This phone was shut off") : t("Set up this phone");
  root.replaceChildren(alone(title, body, languages(() => setUp(root, opened, isAgain))));
  root.querySelector("[autofocus]")?.focus();
}
