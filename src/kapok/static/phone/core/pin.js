// From a PIN to a key. How many rounds depends on how fast this phone is, and never falls below OWASP's.

import { random, utf8 } from "./bytes.js";

const LEAST_ROUNDS = 600_000;
const MOST_ROUNDS = 6_000_000;
const WANTED_MS = 600;
export const SHORTEST = 6;

const derived = async (pin, salt, iterations) => {
  const base = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations },
    base, { name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"],
  );
};

/** Rounds that take this phone about half a second, from a trial. */
async function rounds() {
  const started = performance.now();
  await derived("000000", random(16), LEAST_ROUNDS);
  const share = WANTED_MS / Math.max(performance.now() - started, 1);
  const wanted = Math.round((LEAST_ROUNDS * share) / 100_000) * 100_000;
  return Math.min(Math.max(wanted, LEAST_ROUNDS), MOST_ROUNDS);
}

/** How a new PIN is turned into a key, and that key. */
export async function fresh(pin) {
  const salt = random(16);
  const iterations = await rounds();
  return { how: { salt, iterations }, key: await derived(pin, salt, iterations) };
}

/** The key of a PIN that was set before. */
export const again = (pin, { salt, iterations }) => derived(pin, salt, iterations);

const runs = (pin, step) => [...pin].every((digit, i) => i === 0 || Number(digit) - Number(pin[i - 1]) === step);

/** Why a PIN is too easy, as a key of sentences; `null` when it is good. */
export function weakness(pin) {
  if (!/^\d+$/.test(pin)) return "digits";
  if (pin.length < SHORTEST) return "short";
  if (new Set(pin).size < 3 || runs(pin, 1) || runs(pin, -1)) return "easy";
  return null;
}
