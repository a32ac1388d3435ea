// The app of field workers: starts, asks for the PIN, shows the screen that the address names.

import { h } from "./core/dom.js";
import * as lease from "./core/lease.js";
import { get } from "./core/store.js";
import * as vault from "./core/vault.js";
import { speak, t } from "./core/words.js";
import { frame, refresh } from "./frame.js";
import { lock } from "./screens/lock.js";
import { setUp } from "./screens/setup.js";
import { listen } from "./work/changes.js";
import * as held from "./work/held.js";
import * as outbox from "./work/outbox.js";
import * as sync from "./work/sync.js";
import { updates } from "./update.js";

const AWAY_MS = 5 * 60_000;
const root = document.getElementById("app");
let away = null;

/** Decide what this phone may show now. */
async function decide() {
  if ((await get("meta", "revoked")) || !(await outbox.identity()) || !(await vault.isMade())) {
    return setUp(root, opened);
  }
  if (!vault.isOpen() || !(await lease.holds())) {
    vault.close();
    held.empty();
    return lock(root, opened);
  }
  return frame(root);
}

async function opened() {
  await held.load();
  await decide();
  await sync.run();
}

async function cameBack() {
  const isLong = away !== null && Date.now() - away > AWAY_MS;
  away = null;
  if (vault.isOpen() && (isLong || !(await lease.holds()))) {
    vault.close();
    held.empty();
    await decide();
  }
}

async function start() {
  await speak();
  updates();
  await decide();
  listen((what) => (what === "revoked" || what === "left" ? decide() : refresh(what)));
  addEventListener("hashchange", () => refresh("route"));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") away = Date.now();
    else cameBack();
  });
  await sync.start();
}

start().catch((error) => {
  root.replaceChildren(h("main", { class: "alone" },
    h("h1", {}, t("This did not start")),
    h("p", {}, t("Close the app and open it again. What waits to be sent is kept.")),
    h("p", { class: "hint" }, String(error))));
  throw error;
});
