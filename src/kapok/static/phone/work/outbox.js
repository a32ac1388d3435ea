// Commands that wait to be sent. Each is sealed, signed and on the disk before anything shows it.

import "../worker/turns.js";
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
const turns = globalThis.kapokTurns;
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

/** Everything of whoever uses this phone now, oldest first. */
export const entries = async () => turns.own(await all("outbox"), await identity());

/** What somebody else made here before; it waits for them to sign in. */
export async function ofOthers() {
  const me = await identity();
  return (await all("outbox")).filter((entry) => entry.device !== me?.device);
}

/** Those that may go now, as many as go in one batch, and whether there are more. */
export function batch(waiting) {
  const ready = turns.sendable(waiting);
  return { batch: ready.slice(0, turns.most), more: ready.length > turns.most };
}

/** What the server answered about one: taken ones go (their files follow), others wait for a decision. */
export async function answered(entry, answer) {
  const left = turns.after(entry, answer, Date.now());
  return left ? put("outbox", left) : remove([entry]);
}

/** The files of a taken command were sent, but for those that the server refused. */
export async function followed(entry, files, sentence) {
  if (!files.length) return remove([entry]);
  return put("outbox", { ...entry, files, answer: { sentence } });
}

/** Take commands out, with the files that only they needed. */
export async function remove(gone) {
  const ids = new Set(gone.map((entry) => entry.id));
  const named = new Set((await all("outbox")).filter(({ id }) => !ids.has(id)).flatMap(({ files }) => files));
  const writing = (await store()).transaction(["outbox", "files"], "readwrite");
  for (const entry of gone) {
    writing.objectStore("outbox").delete(entry.id);
    for (const file of entry.files) if (!named.has(file)) writing.objectStore("files").delete(file);
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

/** Whether somebody must look at it: a command that was not taken, or a file of one that was. */
export const isOpen = (entry) => entry.state === "decide" || (entry.state === "sent" && Boolean(entry.answer));

/** How many wait to be sent, how many files follow, and how many need a decision. */
export async function counts() {
  const rows = await entries();
  const of = (state) => rows.filter((entry) => entry.state === state);
  const following = of("sent").filter((entry) => !entry.answer).flatMap((entry) => entry.files);
  return {
    waiting: of("waiting").length, following: following.length, held: of("held").length,
    decide: rows.filter(isOpen).length,
  };
}
