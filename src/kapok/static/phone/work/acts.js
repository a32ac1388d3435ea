// What somebody does on a matter: made, kept, said. Nothing is shown as done before it is on the disk.

import { uuid7 } from "../core/bytes.js";
import { announce } from "../core/dom.js";
import { isFull } from "../core/store.js";
import { moveOf, t } from "../core/words.js";
import * as held from "./held.js";
import * as outbox from "./outbox.js";
import * as sync from "./sync.js";

/** Make a command and try to send it; `false` when it could not even be kept, which is then said. */
export async function act(command, said) {
  try {
    await outbox.make({ ...command, adds: moveOf(command.move)?.adds ?? false });
  } catch (error) {
    if (!isFull(error)) throw error;
    announce(t("The phone is full: this was not kept. Send what waits or delete something, then do it again. What you filled in stays here."), "bad");
    return false;
  }
  announce(said);
  sync.run();
  return true;
}

/** A move of a matter that is there already, seen as it is now. */
export const move = (matter, name, data, words = {}) => ({
  move: name,
  matter: matter.id,
  seen: held.held.matters.get(matter.id)?.version ?? null,
  data,
  words,
});

/** A new matter; its identifier is made here. */
export const report = (kind, data, words) => ({
  move: "report", matter: uuid7(), seen: null, data, words: { pack: kind.pack, ...words },
});

const GIVEN = new Set(["ASSIGNED", "IN_PROGRESS"]);

/** The moves that may be made from here, of those that a phone makes; others make theirs. */
export const possible = (matter, names) =>
  names.filter((name) => !matter.is_beside && moveOf(name)?.starts.includes(matter.state));

export const isGiven = (matter) => GIVEN.has(matter.state) && !matter.is_beside;
