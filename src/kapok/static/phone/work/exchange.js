// One exchange with the server: commands go, answers and changes come.

import { get } from "../core/store.js";
import * as device from "../core/device.js";
import * as outbox from "./outbox.js";
import { post, postSigned } from "./wire.js";

const HOUR_MS = 3600 * 1000;

/** Make this phone known to the server for whoever is signed in. */
export async function enrol(account, name) {
  const said = await post("/api/sync/devices/", {
    public_key: await device.publicKey(account), name,
  });
  return { account, device: said.device, server: said.server_key };
}

/** Send a batch (which may be empty) and pull what changed since the last time. */
export async function exchange(batch, { pull }) {
  const me = await outbox.identity();
  const said = await postSigned("/api/sync/", {
    device: me.device,
    cursor: pull ? (await get("meta", "cursor")) ?? null : null,
    pull,
    commands: batch.map(({ id, sealed, signature }) => ({ id, sealed, signature })),
  });
  return {
    now: Date.parse(said.now),
    lease: said.lease_hours * HOUR_MS,
    answers: said.answers,
    changes: said.changes ?? null,
    isSignedOut: pull && !said.changes,
    cursor: said.cursor,
    more: said.more,
  };
}

/** Whether the server says that this phone, or who carries it, no longer may. */
export const isRevoked = (error) => error.title === "DeviceRevoked";
