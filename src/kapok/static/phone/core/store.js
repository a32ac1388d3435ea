// What this phone holds on its disk. An update of the app adds to it and never drops the outbox.

import { openDB } from "../../vendor/idb/index.js";

const NAME = "kapok-phone";
const VERSION = 1;

// One step per version; a phone that skipped versions walks all of them.
const STEPS = {
  1: (db) => {
    db.createObjectStore("meta"); // nothing personal: when the server was reached, tries of the PIN
    db.createObjectStore("keys"); // keys that no script can read out
    db.createObjectStore("cache"); // what was pulled, encrypted under the key behind the PIN
    const outbox = db.createObjectStore("outbox", { keyPath: "id" });
    outbox.createIndex("device", "device");
    db.createObjectStore("files", { keyPath: "id" }); // photos and voice notes on their way
  },
};

let opened = null;

function upgrade(db, from) {
  for (let version = from + 1; version <= VERSION; version += 1) STEPS[version](db);
}

/** The database; another window with a newer app makes this one let go of it and load anew. */
export function store() {
  opened ??= openDB(NAME, VERSION, {
    upgrade,
    blocking: () => opened.then((db) => db.close()).then(() => location.reload()),
    terminated: () => { opened = null; },
  });
  return opened;
}

export const get = async (name, key) => (await store()).get(name, key);

export const put = async (name, value, key) => (await store()).put(name, value, key);

export const remove = async (name, key) => (await store()).delete(name, key);

export const all = async (name) => (await store()).getAll(name);

export const keys = async (name) => (await store()).getAllKeys(name);

export const clear = async (name) => (await store()).clear(name);

/** Whether an error says that the disk is full. */
export const isFull = (error) =>
  error?.name === "QuotaExceededError" || error?.inner?.name === "QuotaExceededError";
