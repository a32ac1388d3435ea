// Photos and voice notes on their way. They lie encrypted under a key of this phone that no script
// can read out, and not behind the PIN: like the outbox they survive signing out.

import { random, uuid7 } from "../core/bytes.js";
import { hasRoomForPhotos } from "../core/room.js";
import { all, get, isFull, put, remove } from "../core/store.js";
import { Refused, answerOf, post, send } from "./wire.js";

const GCM = "AES-GCM";
const PIECE_BYTES = 256 * 1024;
const WRONG_OFFSET = 409;

export class NoRoom extends Error {}

async function key() {
  const known = await get("keys", "files");
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: GCM, length: 256 }, false, ["encrypt", "decrypt"]);
  await put("keys", made, "files");
  return made;
}

/** Keep a file; `NoRoom` when the disk has none for it, before it is half there. */
export async function keep(blob, { kind, name }) {
  if (!(await hasRoomForPhotos())) throw new NoRoom();
  const iv = random(12);
  const bytes = await crypto.subtle.encrypt({ name: GCM, iv }, await key(), await blob.arrayBuffer());
  const file = {
    id: uuid7(), kind, name, type: blob.type, size: blob.size,
    iv, bytes, made_at: Date.now(),
  };
  try {
    await put("files", file);
  } catch (error) {
    if (isFull(error)) throw new NoRoom();
    throw error;
  }
  return file.id;
}

async function plain({ iv, bytes, type }) {
  return new Blob([await crypto.subtle.decrypt({ name: GCM, iv }, await key(), bytes)], { type });
}

/** The content of a file that is still here. */
export async function open(id) {
  const file = await get("files", id);
  return file ? { ...file, blob: await plain(file) } : null;
}

export const forget = (id) => remove("files", id);

/** Photos that no command and no draft names any more are dropped. */
export async function tidy(named) {
  const old = Date.now() - 3600 * 1000;
  for (const file of await all("files")) {
    if (!named.has(file.id) && file.made_at < old) await forget(file.id);
  }
}

/** Where the server goes on with a file: it says so each time, whatever this phone believes. */
async function begin(file) {
  const said = await post("/api/uploads/", {
    id: file.id, name: file.name, size: file.size, kind: file.kind,
  });
  if (said.state === "REFUSED") throw new Refused(422, "", "NotTaken");
  return said.state === "READY" ? file.size : said.offset;
}

/** Send one part; where the server has more or less than was thought, go on from there. */
async function sendPart(file, blob, offset) {
  try {
    const answer = await send("PATCH", `/api/uploads/${file.id}/`, {
      body: blob.slice(offset, offset + PIECE_BYTES),
      headers: { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" },
    });
    return Number(answerOf(answer, "Upload-Offset"));
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== WRONG_OFFSET) throw error;
    return begin(file);
  }
}

/** Upload a file from where it stopped, and let go of it; `tell(offset, size)` after each part. */
export async function upload(id, tell = () => {}) {
  const file = await get("files", id);
  if (!file) return;
  const blob = await plain(file);
  let offset = await begin(file);
  while (offset < file.size) {
    offset = await sendPart(file, blob, offset);
    tell(offset, file.size);
  }
  await forget(id);
}
