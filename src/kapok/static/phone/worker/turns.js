// Whose turn it is in the outbox, and what an answer makes of a command. Pure rules, without a page:
// the app imports this file, the service worker loads it as a script of its own.

const risingById = (a, b) => (a.id < b.id ? -1 : 1);

globalThis.kapokTurns = {
  /** How many commands go in one batch. */
  most: 50,

  /** All of one phone, oldest first. */
  own: (rows, me) => rows.filter((entry) => entry.device === me?.device).sort(risingById),

  /** Those that may go now: nothing overtakes an earlier one of its matter, decisions come first. */
  sendable(waiting) {
    const stopped = new Set();
    const ready = [];
    for (const entry of waiting) {
      if (entry.state === "waiting" && !stopped.has(entry.matter)) ready.push(entry);
      else if (entry.state === "waiting" || entry.state === "decide") stopped.add(entry.matter);
    }
    return ready;
  },

  /** The command after its answer: `null` when nothing of it is left to send. */
  after(entry, answer, at) {
    if (answer.status !== "TAKEN") {
      return { ...entry, state: answer.status === "HELD" ? "held" : "decide", answer, answered_at: at };
    }
    return entry.files.length ? { ...entry, state: "sent", sealed: null, signature: null, answer: null } : null;
  },
};
