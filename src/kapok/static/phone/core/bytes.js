// Bytes, identifiers, texts.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const utf8 = (text) => encoder.encode(text);

export const text = (bytes) => decoder.decode(bytes);

export const random = (length) => crypto.getRandomValues(new Uint8Array(length));

export function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(new Uint8Array(part.buffer ?? part, part.byteOffset ?? 0, part.byteLength), at);
    at += part.byteLength;
  }
  return whole;
}

/** Base64 of URLs, without padding. */
export function base64(bytes) {
  let letters = "";
  for (const byte of new Uint8Array(bytes)) letters += String.fromCharCode(byte);
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function fromBase64(letters) {
  const plain = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export const uuidBytes = (uuid) =>
  Uint8Array.from(uuid.replaceAll("-", "").match(/../g), (pair) => parseInt(pair, 16));

let last = { at: 0, counter: 0 };

/** A UUIDv7. Those made on this phone rise even within one millisecond and when its clock is set back. */
export function uuid7(now = Date.now()) {
  const at = Math.max(now, last.at);
  const counter = at === last.at ? last.counter + 1 : random(1)[0];
  last = counter > 0xfff ? { at: at + 1, counter: 0 } : { at, counter };
  const bytes = random(16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(last.at / 2 ** 32));
  view.setUint32(2, last.at % 2 ** 32);
  view.setUint16(6, 0x7000 | last.counter);
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
