// What this phone holds while it is open: a mirror of the encrypted cache.

import * as vault from "../core/vault.js";
import { moveOf } from "../core/words.js";
import { project } from "./project.js";

export const held = {
  profile: null,
  matters: new Map(),
  kinds: new Map(),
  own: new Map(), // commands made here, by identifier, as long as they may be ahead of the server
  places: null, // grids and buildings of one's own, for lists and the map
  drafts: new Map(),
};

const ROOMS = {
  matter: (id, value) => held.matters.set(id, value),
  kind: (id, value) => held.kinds.set(id, value),
  own: (id, value) => held.own.set(id, value),
  draft: (id, value) => held.drafts.set(id, value),
  profile: (_id, value) => { held.profile = value; },
  places: (_id, value) => { held.places = value; },
};

/** Read everything into memory; the cache is open. */
export async function load() {
  empty();
  for (const [key, value] of await vault.readAll()) {
    const at = key.indexOf(":");
    ROOMS[key.slice(0, at)]?.(key.slice(at + 1), value);
  }
}

export function empty() {
  held.profile = null;
  held.places = null;
  for (const name of ["matters", "kinds", "own", "drafts"]) held[name].clear();
}

/** Take over what a pull brought: all of it, or nothing of it. */
export async function take({ matters = [], gone = [], kinds = [], profile, places }, settled) {
  const records = [
    ...matters.map((matter) => [`matter:${matter.id}`, matter]),
    ...kinds.map((kind) => [`kind:${kind.key}`, kind]),
    ...(profile ? [["profile:", profile]] : []),
    ...(places ? [["places:", places]] : []),
  ];
  const forgotten = [...gone.map((id) => `matter:${id}`), ...settled.map((id) => `own:${id}`)];
  await vault.keepAll(records, forgotten);
  for (const id of gone) held.matters.delete(id);
  for (const id of settled) held.own.delete(id);
  for (const [key, value] of records) {
    const at = key.indexOf(":");
    ROOMS[key.slice(0, at)](key.slice(at + 1), value);
  }
}

/** The kind of a matter, as its own version of the pack says. */
export const kindOf = (matter) => held.kinds.get(`${matter.pack}/${matter.kind}`);

/** Kinds that may be reported here now. */
export const reportable = () => [...held.kinds.values()].filter((kind) => kind.reportable);

const ownOf = (id) =>
  [...held.own.values()].filter((own) => own.matter === id).sort((a, b) => (a.id < b.id ? -1 : 1));

/** A matter as it is once what was made here has been taken. */
export function matter(id) {
  return project(held.matters.get(id), ownOf(id), { moveOf, kindOf });
}

/** All matters, those that were found here too. */
export function matters() {
  const ids = new Set([...held.matters.keys(), ...[...held.own.values()].map((own) => own.matter)]);
  return [...ids].map(matter).filter(Boolean);
}

const OPEN = new Set(["REPORTED", "ACCEPTED", "ASSIGNED", "IN_PROGRESS", "RETURNED", "ON_HOLD"]);

/** Whether there is still something to do. */
export const isOpen = (found) => OPEN.has(found.state);

/** Keep what was filled in so far, so that a killed browser does not lose it. */
export async function draft(key, value) {
  held.drafts.set(key, value);
  await vault.keep(`draft:${key}`, value);
}

export async function forgetDraft(key) {
  held.drafts.delete(key);
  await vault.forget(`draft:${key}`);
}
