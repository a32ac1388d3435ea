// Commands that wait to be sent. Each is sealed, signed and on the disk before anything shows it.

import { uuid7 } from "../core/bytes.js";
import * as device from "../core/device.js";
import * as lease from "../core/lease.js";
import { withReserve } from "../core/room.js";
import { seal } from "../core/seal.js";
import { all, get, put, store } from "../core/store.js";
import * as vault from "../core/vault.js";
import { tell } from "./changes.js";
import { held } from "./held.js";
import { signable } from "./wire.js";

const CLOCK_IS_RIGHT_MS = 60_000;
const SAFE = { durability: "strict" }; // on the disk, not only on its way there

/** What this phone is called by the server, for the account that uses it. */
export const identity = () => get("meta", "identity");

/** The moment as the world has it: the phone's clock, corrected when it is known to be wrong. */
async function moment() {
  const offset = await lease.offset();
  return new Date(Date.now() + (Math.abs(offset) > CLOCK_IS_RIGHT_MS ? offset : 0)).toISOString();
}

async function written(entry, own) {
  const copy = await vault.closed(`own:${own.id}`, own);
  const writing = (await store()).transaction(["outbox", "cache"], "readwrite", SAFE);
  writing.objectStore("outbox").put(entry);
  writing.objectStore("cache").put(copy, `own:${own.id}`);
  await writing.done;
}

/**
 * Make a command: sealed, signed, kept. `words` is what one's own copy needs to be shown.
 * On a full disk it throws QuotaExceededError, and nothing is half there.
 */
export async function make({ move, matter, seen = null, data, words = {}, adds = false }) {
  const me = await identity();
  const command = { id: uuid7(), move, matter, at: await moment(), seen, data };
  const sealed = await seal(command, { device: me.device, server: me.server });
  const entry = {
    id: command.id,
    device: me.device,
    account: me.account,
    matter,
    adds,
    made_at: Date.now(),
    files: data.files ?? [],
    sealed,
    signature: await device.sign(me.account, signable(me.device, command.id, sealed)),
    state: "waiting",
    answer: null,
  };
  const own = { ...command, words };
  await withReserve(() => written(entry, own));
  held.own.set(own.id, own);
  tell("outbox");
  return command;
}

const risingById = (a, b) => (a.id < b.id ? -1 : 1);

/** Everything of whoever uses this phone now, oldest first. */
export async function entries() {
  const me = await identity();
  return (await all("outbox")).filter((entry) => entry.device === me?.device).sort(risingById);
}

/** What somebody else made here before; it waits for them to sign in. */
export async function ofOthers() {
  const me = await identity();
  return (await all("outbox")).filter((entry) => entry.device !== me?.device).sort(risingById);
}

/** Those that may go now: nothing overtakes an earlier one of its matter, decisions come first. */
export function sendable(waiting, isUploaded) {
  const stopped = new Set();
  const ready = [];
  for (const entry of waiting) {
    const goes = entry.state === "waiting" && !stopped.has(entry.matter) && entry.files.every(isUploaded);
    if (goes) ready.push(entry);
    else if (entry.state !== "held") stopped.add(entry.matter);
  }
  return ready;
}

/** What the server answered about one: taken ones go, others wait for a decision. */
export async function answered(entry, answer) {
  if (answer.status === "TAKEN") return remove([entry]);
  const state = answer.status === "HELD" ? "held" : "decide";
  return put("outbox", { ...entry, state, answer, answered_at: Date.now() });
}

/** Take commands out, with the files that only they needed. */
export async function remove(gone) {
  const writing = (await store()).transaction(["outbox", "files"], "readwrite");
  for (const entry of gone) {
    writing.objectStore("outbox").delete(entry.id);
    for (const file of entry.files) writing.objectStore("files").delete(file);
  }
  await writing.done;
}

/** Drop a command for good: as if it had never been made. */
export async function drop(entry, { keepFiles = false } = {}) {
  await remove([keepFiles ? { ...entry, files: [] } : entry]);
  held.own.delete(entry.id);
  await vault.forget(`own:${entry.id}`);
  tell("outbox");
}

/** How many wait to be sent, and how many need a decision. */
export async function counts() {
  const waiting = await entries();
  const of = (state) => waiting.filter((entry) => entry.state === state).length;
  return { waiting: of("waiting"), decide: of("decide"), held: of("held") };
}
