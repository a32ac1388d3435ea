// Whose phone this is: who signs in, who leaves. What waits to be sent is kept through both.

import * as lease from "../core/lease.js";
import { get, put, remove } from "../core/store.js";
import * as vault from "../core/vault.js";
import { tell } from "./changes.js";
import { enrol } from "./exchange.js";
import * as held from "./held.js";
import { Refused, Unreachable, send, whoami } from "./wire.js";

/** Make this phone the one of whoever is signed in; another's cache is wiped first. */
export async function arrive(name) {
  await finishLeaving();
  const { account, now } = await whoami();
  const before = await get("meta", "identity");
  if (before && before.account !== account) await vault.wipe();
  const known = (await get("meta", `identity:${account}`)) ?? null;
  const me = known ?? (await enrol(account, name));
  await put("meta", me, `identity:${account}`);
  await put("meta", me, "identity");
  await remove("meta", "revoked");
  await lease.renew(Date.parse(now));
  return me;
}

/** The server was reached, and whoever is signed in is whose phone this is: a new lease. */
export async function contact() {
  const { account, now } = await whoami();
  const me = await get("meta", "identity");
  if (account !== me?.account) throw new Refused(401, "", "NotSignedIn");
  await lease.renew(Date.parse(now));
}

async function endSession() {
  await send("POST", "/sign-out/", { headers: { Accept: "text/html" }, redirect: "manual" });
}

/** A sign-out that was made without network ends the session as soon as there is one. */
export async function finishLeaving() {
  if (!(await get("meta", "leaving"))) return;
  try {
    await endSession();
  } catch (error) {
    if (error instanceof Unreachable) throw error;
    if (!(error instanceof Refused)) throw error; // signed out already
  }
  await remove("meta", "leaving");
}

/** Sign out: the cache is wiped at once, with or without network; the outbox stays. */
export async function leave() {
  await vault.wipe();
  held.empty();
  await put("meta", true, "leaving");
  await remove("meta", "identity");
  await remove("meta", "contact");
  await finishLeaving().catch((error) => {
    if (!(error instanceof Unreachable)) throw error;
  });
  tell("left");
}
