// Photos and voice notes on their way. They lie encrypted under a key of this phone that no script
// can read out, and not behind the PIN: like the outbox they survive signing out.

import { random, uuid7 } from "../core/bytes.js";
import { hasRoomForPhotos } from "../core/room.js";
import { all, get, isFull, put, remove } from "../core/store.js";
import { answerOf, post, send } from "./wire.js";

const GCM = "AES-GCM";
const PIECE_BYTES = 256 * 1024;

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
    iv, bytes, offset: 0, begun: false, done: false, made_at: Date.now(),
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

async function begin(file) {
  if (file.begun) return (await send("HEAD", `/api/uploads/${file.id}/`)).headers.get("Upload-Offset");
  await post("/api/uploads/", {
    id: file.id, name: file.name, size: file.size, kind: file.kind,
  });
  await put("files", { ...file, begun: true });
  return 0;
}

/** Upload a file from where it stopped; `tell(offset, size)` after each piece. */
export async function upload(id, tell = () => {}) {
  const file = await get("files", id);
  if (!file || file.done) return;
  const blob = await plain(file);
  let offset = Number(await begin(file)) || 0;
  while (offset < file.size) {
    const piece = blob.slice(offset, offset + PIECE_BYTES);
    const answer = await send("PATCH", `/api/uploads/${id}/`, {
      body: piece,
      headers: { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" },
    });
    offset = Number(answerOf(answer, "Upload-Offset") ?? offset + piece.size);
    tell(offset, file.size);
  }
  await put("files", { ...file, begun: true, done: true, offset });
}
