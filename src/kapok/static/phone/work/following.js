// Photos and voice notes follow the command that names them: words arrive first, files in parts.

import { t } from "../core/words.js";
import { tell } from "./changes.js";
import * as files from "./files.js";
import * as outbox from "./outbox.js";
import { Refused, whoami } from "./wire.js";

const FOR_GOOD = new Set([413, 415, 422]);

/** Files are bound to who sends them, so they go in the session of whose phone this is. */
async function mustBeMe() {
  const [me, { account }] = [await outbox.identity(), await whoami()];
  if (account !== me.account) throw new Refused(401, "", "NotSignedIn");
}

async function one(entry) {
  const left = [];
  let sentence = "";
  for (const id of entry.files) {
    try {
      await files.upload(id, (offset, size) => tell({ file: id, offset, size }));
    } catch (error) {
      if (!(error instanceof Refused) || !FOR_GOOD.has(error.status)) throw error;
      sentence = error.message || t("The server could not read this photo or voice note.");
      left.push(id);
    }
  }
  await outbox.followed(entry, left, sentence);
}

/** Send the files of all commands that were taken; one that is refused holds up no other. */
export async function follow() {
  const behind = (await outbox.entries()).filter((entry) => entry.state === "sent");
  if (!behind.length) return;
  await mustBeMe();
  for (const entry of behind) await one(entry);
}
