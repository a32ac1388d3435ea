// The encrypted cache. Its key lies wrapped under the PIN (or a passkey) and under a key of this
// phone that no script can read out; it is in memory only while the app is open.

import { random, text, utf8 } from "./bytes.js";
import * as passkey from "./passkey.js";
import * as pin from "./pin.js";
import { clear, get, put, remove, store } from "./store.js";

export const MOST_TRIES = 5;
const GCM = "AES-GCM";
let key = null;

export class WrongPin extends Error {
  constructor(left) {
    super("wrong PIN");
    this.left = left;
  }
}

const makeKey = (extractable) =>
  crypto.subtle.generateKey({ name: GCM, length: 256 }, extractable, ["encrypt", "decrypt"]);

async function wrapped(inner, outer) {
  const lock = await get("keys", "lock");
  const [ivInner, ivOuter] = [random(12), random(12)];
  const once = await crypto.subtle.wrapKey("raw", inner, outer, { name: GCM, iv: ivInner });
  const twice = await crypto.subtle.encrypt({ name: GCM, iv: ivOuter }, lock, once);
  return { ivInner, ivOuter, bytes: new Uint8Array(twice) };
}

async function unwrapped({ ivInner, ivOuter, bytes }, outer, extractable = false) {
  const lock = await get("keys", "lock");
  const once = await crypto.subtle.decrypt({ name: GCM, iv: ivOuter }, lock, bytes);
  return crypto.subtle.unwrapKey(
    "raw", once, outer, { name: GCM, iv: ivInner }, GCM, extractable, ["encrypt", "decrypt"],
  );
}

/** Whether a PIN was set on this phone. */
export const isMade = async () => Boolean(await get("meta", "vault"));

export const isOpen = () => key !== null;

export const hasPasskey = async () => Boolean((await get("meta", "vault"))?.passkey);

/** Make an empty cache behind a PIN, and open it. */
export async function make(digits) {
  await put("keys", await makeKey(false), "lock");
  const inner = await makeKey(true);
  const { how, key: outer } = await pin.fresh(digits);
  const lock = await wrapped(inner, outer);
  await put("meta", { pin: { how, lock }, passkey: null, tries: 0 }, "vault");
  key = await unwrapped(lock, outer);
}

/** Count a try before it is made, so that a killed browser does not give tries back. */
async function counted() {
  const changing = (await store()).transaction("meta", "readwrite");
  const vault = await changing.store.get("vault");
  vault.tries += 1;
  await changing.store.put(vault, "vault");
  await changing.done;
  return vault;
}

async function byPin(digits, extractable) {
  const vault = await counted();
  if (vault.tries > MOST_TRIES) {
    await wipe();
    throw new WrongPin(0);
  }
  try {
    const found = await unwrapped(vault.pin.lock, await pin.again(digits, vault.pin.how), extractable);
    await put("meta", { ...vault, tries: 0 }, "vault");
    return found;
  } catch {
    const left = MOST_TRIES - vault.tries;
    if (left <= 0) await wipe();
    throw new WrongPin(left);
  }
}

/** Open the cache; the fifth wrong PIN in a row wipes it. */
export async function openByPin(digits) {
  key = await byPin(digits, false);
}

export async function openByPasskey() {
  const vault = await get("meta", "vault");
  key = await unwrapped(vault.passkey.lock, await passkey.again(vault.passkey.how));
  await put("meta", { ...vault, tries: 0 }, "vault");
}

/** Let a passkey open the cache too; `false` where the authenticator cannot. */
export async function addPasskey(digits, name) {
  const inner = await byPin(digits, true);
  const made = await passkey.fresh(name);
  if (!made) return false;
  const vault = await get("meta", "vault");
  const lock = await wrapped(inner, made.key);
  await put("meta", { ...vault, passkey: { how: made.how, lock } }, "vault");
  return true;
}

/** Forget the key; what is on the disk stays. */
export function close() {
  key = null;
}

/** Wipe what was pulled and the way to it. What waits to be sent stays: it is sealed. */
export async function wipe() {
  key = null;
  await clear("cache");
  await remove("keys", "lock");
  await remove("meta", "vault");
  await remove("meta", "cursor");
}

/** Keep a record, encrypted. */
export async function keep(id, value) {
  await put("cache", await closed(id, value), id);
}

/** Keep and forget many at once, so that a killed browser never leaves half of them. */
export async function keepAll(records, forgotten = []) {
  const ready = await Promise.all(
    [...records].map(async ([id, value]) => [id, await closed(id, value)]),
  );
  const writing = (await store()).transaction("cache", "readwrite");
  for (const id of forgotten) writing.store.delete(id);
  for (const [id, record] of ready) writing.store.put(record, id);
  await writing.done;
}

export const closed = async (id, value) => {
  const iv = random(12);
  const bytes = await crypto.subtle.encrypt(
    { name: GCM, iv, additionalData: utf8(id) }, key, utf8(JSON.stringify(value)),
  );
  return { iv, bytes };
};

/** Read a record; `undefined` when there is none. */
export async function read(id) {
  const record = await get("cache", id);
  return record ? opened(id, record) : undefined;
}

const opened = async (id, { iv, bytes }) => {
  const plain = await crypto.subtle.decrypt({ name: GCM, iv, additionalData: utf8(id) }, key, bytes);
  return JSON.parse(text(plain));
};

/** Read every record, by its identifier. */
export async function readAll() {
  const reading = (await store()).transaction("cache");
  const [ids, records] = await Promise.all([reading.store.getAllKeys(), reading.store.getAll()]);
  const values = await Promise.all(records.map((record, i) => opened(ids[i], record)));
  return new Map(ids.map((id, i) => [id, values[i]]));
}

export const forget = (id) => remove("cache", id);
