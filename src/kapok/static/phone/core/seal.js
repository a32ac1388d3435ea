// The outbox: each command is sealed to the server's public key the moment it is made. This phone
// cannot read it any more; it can only send it. The bytes are those of docs/reference/sync.md.

import { base64, fromBase64, join, random, utf8, uuidBytes } from "./bytes.js";

const VERSION = 1;
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const INFO = utf8("kapok outbox 1");

const importPublic = (raw) => crypto.subtle.importKey("raw", raw, CURVE, true, []);

async function agreed(mine, theirs, salt) {
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, mine, 256);
  const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt, info: INFO },
    base, { name: "AES-GCM", length: 256 }, false, ["encrypt"],
  );
}

/** Seal a command of a device to the server's key; the answer is text. */
export async function seal(command, { device, server }) {
  const theirs = fromBase64(server.public);
  const pair = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  const mine = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const key = await agreed(pair.privateKey, await importPublic(theirs), join(mine, theirs));
  const iv = random(12);
  const additionalData = join(uuidBytes(device), uuidBytes(command.id));
  const closed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData }, key, utf8(JSON.stringify(command)),
  );
  return base64(join(Uint8Array.of(VERSION), fromBase64(server.id), mine, iv, new Uint8Array(closed)));
}
