// What tells this phone from others: a key pair whose private half no script can read out.

import { base64, utf8 } from "./bytes.js";
import { get, put } from "./store.js";

const SIGNING = { name: "ECDSA", namedCurve: "P-256" };

/** The key pair of this phone for an account, made when there is none. */
export async function keyPair(account) {
  const known = await get("keys", `sign:${account}`);
  if (known) return known;
  const pair = await crypto.subtle.generateKey(SIGNING, false, ["sign", "verify"]);
  await put("keys", pair, `sign:${account}`);
  return pair;
}

/** The public half as the server takes it. */
export async function publicKey(account) {
  const pair = await keyPair(account);
  return base64(await crypto.subtle.exportKey("raw", pair.publicKey));
}

/** Sign a text. */
export async function sign(account, text) {
  const pair = await keyPair(account);
  const made = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, utf8(text));
  return base64(made);
}
