// Room on the disk. A reserve is kept, so that a command finds room where a photo no longer does.

import { random } from "./bytes.js";
import { get, isFull, put, remove } from "./store.js";

export const RESERVE_BYTES = 2_000_000;
const PHOTO_ROOM_BYTES = 20_000_000;
const PIECE = 65_536;

function noise(length) {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += PIECE) bytes.set(random(Math.min(PIECE, length - at)), at);
  return bytes;
}

/** Put the reserve aside; `false` when there is no room for it. */
export async function reserve() {
  if (await get("meta", "reserve")) return true;
  try {
    await put("meta", noise(RESERVE_BYTES), "reserve");
    return true;
  } catch (error) {
    if (!isFull(error)) throw error;
    return false;
  }
}

/** Write, and if the disk is full, once more with the reserve freed. */
export async function withReserve(write) {
  try {
    return await write();
  } catch (error) {
    if (!isFull(error) || !(await get("meta", "reserve"))) throw error;
    await remove("meta", "reserve");
    return write();
  }
}

/**
 * Whether new photos may be taken: never from the reserve, and not when the browser says that it is
 * nearly full. Some browsers always claim ten free gigabytes, so the reserve decides.
 */
export async function hasRoomForPhotos() {
  const { quota, usage } = await navigator.storage.estimate();
  return quota - usage > PHOTO_ROOM_BYTES && reserve();
}

/** Ask the browser not to throw this away when the disk runs low. */
export const keepForGood = async () => Boolean(await navigator.storage.persist?.());
