// Sending and pulling: at once when something was made, again and again while there is no network.

import * as lease from "../core/lease.js";
import { get, put } from "../core/store.js";
import * as vault from "../core/vault.js";
import { tell } from "./changes.js";
import * as exchange from "./exchange.js";
import { follow } from "./following.js";
import * as held from "./held.js";
import * as outbox from "./outbox.js";
import * as places from "./places.js";
import { Refused, Unreachable } from "./wire.js";

const LATER = "kapok-send"; // also the name of the lock: one of all windows sends
const FIRST_MS = 2_000;
const LONGEST_MS = 5 * 60_000;
const IDLE_MS = 2 * 60_000;
const AGAIN_MS = 300;

/** What the line at the top says. */
export const status = { sending: false, problem: null, sentence: "", failed: 0, next: 0 };
let timer = null;

/** How long to wait after so many failures: doubling, never in step with three hundred other phones. */
export function delay(failed, dice = Math.random()) {
  const whole = Math.min(FIRST_MS * 2 ** failed, LONGEST_MS);
  return Math.round(whole * (0.5 + dice / 2));
}

function later(ms) {
  clearTimeout(timer);
  status.next = Date.now() + ms;
  timer = setTimeout(() => run(), ms);
}

/** Commands that the server cannot read as a batch are sent one by one, so that one holds up no other. */
async function oneByOne(batch) {
  for (const entry of batch) {
    try {
      await exchangeOnce([entry]);
    } catch (error) {
      if (!(error instanceof Refused) || ![400, 409, 413, 422].includes(error.status)) throw error;
      await outbox.answered(entry, { status: "REFUSED", sentence: error.message, state: "", version: 0 });
    }
  }
}

async function exchangeOnce(batch) {
  const said = await exchange.exchange(batch, { pull: vault.isOpen() });
  if (said.changes) await lease.renew(said.now, said.lease); // a session: whoever holds it still may
  const byId = new Map(batch.map((entry) => [entry.id, entry]));
  for (const answer of said.answers) {
    if (byId.has(answer.id)) await outbox.answered(byId.get(answer.id), answer);
  }
  if (said.changes && vault.isOpen()) {
    const left = (await outbox.entries()).filter((entry) => entry.state !== "sent");
    const waiting = new Set(left.map((entry) => entry.id));
    const settled = said.more ? [] : [...held.held.own.keys()].filter((id) => !waiting.has(id));
    await held.take(said.changes, settled);
    await put("meta", said.cursor, "cursor");
  }
  if (said.isSignedOut) throw new Refused(401, "", "NotSignedIn"); // what waited went, nothing comes
  return said;
}

async function exchangeBatch(batch) {
  try {
    return await exchangeOnce(batch);
  } catch (error) {
    if (!(error instanceof Refused) || ![400, 413, 422].includes(error.status) || !batch.length) throw error;
    await oneByOne(batch);
    return { more: false };
  }
}

async function all() {
  for (;;) {
    const { batch, more } = outbox.batch(await outbox.entries());
    const said = await exchangeBatch(batch);
    tell("sync");
    if (!said.more && !more) break;
  }
  await follow();
  if (vault.isOpen()) await places.renew();
}

/** Ask the browser to send what waits when there is network, though the app be closed by then. */
async function askForLater() {
  const registration = await navigator.serviceWorker?.getRegistration("/my/");
  await registration?.sync?.register(LATER).catch(() => null); // refused: the next opening sends
}

async function failed(error) {
  if (error instanceof Unreachable) {
    Object.assign(status, { problem: "offline", sentence: "" });
    await askForLater();
  } else if (!(error instanceof Refused)) throw error;
  else if (error.status === 401) status.problem = "signed_out";
  else if (exchange.isRevoked(error)) await revoked(error.message);
  else Object.assign(status, { problem: "refused", sentence: error.message });
  status.failed += 1;
  if (status.problem !== "signed_out" && status.problem !== "revoked") {
    later(Math.max(delay(status.failed), error.retryAfter ?? 0));
  }
}

/** Whoever no longer works here reads nothing more; what waits is kept and goes to review. */
async function revoked(sentence) {
  await vault.wipe();
  held.empty();
  await put("meta", sentence || true, "revoked");
  status.problem = "revoked";
  tell("revoked");
}

async function once() {
  if (!(await outbox.identity())) return;
  status.sending = true;
  tell("sync");
  try {
    await all();
    Object.assign(status, { problem: null, sentence: "", failed: 0 });
    await put("meta", Date.now(), "sent");
    later(IDLE_MS);
  } catch (error) {
    await failed(error);
  } finally {
    status.sending = false;
    tell("sync");
  }
}

let wanted = false;

async function alone(lock) {
  wanted = !lock;
  if (!lock) {
    if (!status.sending) later(FIRST_MS); // another window is at it, or the browser behind the app
    return;
  }
  await once();
  if (wanted && !status.problem) later(AGAIN_MS); // something was made while this was on its way
}

/** Send and pull now, unless this or another window of the app is at it: then right after. */
export const run = () => navigator.locks.request(LATER, { ifAvailable: true }, alone);

/** Begin: at once, when the network comes back, and when somebody looks at the app again. */
export function start() {
  addEventListener("online", () => run());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") run();
  });
  return run();
}

/** When everything was sent last. */
export const lastSent = () => get("meta", "sent");
