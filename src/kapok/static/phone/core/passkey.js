// A passkey that opens the cache: the authenticator's secret (WebAuthn PRF) becomes the key.

import { fromBase64, random, utf8, base64 } from "./bytes.js";

const isAddress = /^[\d.]+$|^\[/.test(location.hostname);

/** Whether this browser may know passkeys at all; browsers refuse names that are addresses. */
export const mayBe = () => Boolean(window.PublicKeyCredential) && !isAddress;

async function keyOf(secret) {
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: utf8("kapok cache 1") },
    base, { name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"],
  );
}

const secretOf = (credential) => credential.getClientExtensionResults().prf?.results?.first;

/** Ask the authenticator for its secret. */
async function asked({ credential, salt }) {
  const found = await navigator.credentials.get({
    publicKey: {
      challenge: random(32),
      rpId: location.hostname,
      allowCredentials: [{ type: "public-key", id: fromBase64(credential) }],
      userVerification: "required",
      extensions: { prf: { eval: { first: salt } } },
    },
  });
  return secretOf(found);
}

/** Make a passkey for this phone; `null` where the authenticator keeps no secrets. */
export async function fresh(name) {
  const salt = random(32);
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: random(32),
      rp: { id: location.hostname, name: "Kapok" },
      user: { id: random(16), name, displayName: name },
      pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }],
      authenticatorSelection: { userVerification: "required", residentKey: "discouraged" },
      extensions: { prf: { eval: { first: salt } } },
    },
  });
  if (!made.getClientExtensionResults().prf?.enabled) return null;
  const how = { credential: base64(made.rawId), salt };
  const secret = secretOf(made) ?? (await asked(how));
  return secret ? { how, key: await keyOf(secret) } : null;
}

/** The key of a passkey that was made before. */
export async function again(how) {
  const secret = await asked(how);
  if (!secret) throw new Error("the authenticator gave no secret");
  return keyOf(secret);
}
