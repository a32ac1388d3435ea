// How long the cache may be read without the server: 72 hours since it was last reached.

import { get, put } from "./store.js";

export const LEASE_MS = 72 * 3600 * 1000;

/** Now, and never earlier than this phone has seen already: setting the clock back gains nothing. */
export async function now() {
  const seen = (await get("meta", "seen")) ?? 0;
  const at = Math.max(Date.now(), seen);
  if (at - seen > 30_000) await put("meta", at, "seen");
  return at;
}

/** The server was reached: a new lease begins, and its clock tells how wrong ours is. */
export async function renew(serverNow, leaseMs = LEASE_MS) {
  const mine = Date.now();
  await put("meta", mine, "seen");
  await put("meta", { at: mine, offset: serverNow - mine, lease: leaseMs }, "contact");
}

export const contact = async () => get("meta", "contact");

/** Whether the cache may be opened. */
export async function holds() {
  const last = await contact();
  return Boolean(last) && (await now()) - last.at <= last.lease;
}

/** By how much the phone's clock differs from the server's, in milliseconds. */
export const offset = async () => (await contact())?.offset ?? 0;
