// A matter as it will be: what the server said last, with one's own commands laid over it.

const made = (own) => ({
  id: own.matter,
  number: null,
  kind: own.data.kind,
  pack: own.words.pack,
  state: own.words.state || "REPORTED",
  urgency: own.words.urgency || "ORDINARY",
  version: 0,
  received_at: own.at,
  due_at: null,
  place: own.data.place ?? null,
  place_name: own.words.place || "",
  building: own.data.building ?? null,
  address: own.data.address || own.words.where || "",
  lon: own.data.lon ?? null,
  lat: own.data.lat ?? null,
  steps: [],
  outcome: "",
  text: own.data.text || "",
  answers: own.data.answers || {},
  entries: [],
  mine: true,
});

const entry = (own) => ({
  id: own.id, move: own.move, at: own.at, by: null, mine: true, unsent: true, data: own.data,
});

const ended = (own, kind) => (own.move === "finish" && kind?.check === "none" ? "CLOSED" : null);

function withStep(found, own) {
  if (own.move !== "step" || own.data.noted) return found.steps;
  return found.steps.includes(own.data.step) ? found.steps : [...found.steps, own.data.step];
}

/** Lay commands, in their order, over a matter; `undefined` when there is nothing. */
export function project(known, commands, { moveOf, kindOf }) {
  let found = known && { ...known, unsent: 0 };
  for (const own of commands) {
    if (own.move === "report") {
      found ??= { ...made(own), unsent: 0 };
    }
    if (!found) continue;
    if (found.entries.some((each) => each.id === own.id)) continue; // the server has it already
    const move = moveOf(own.move);
    found = {
      ...found,
      state: own.move === "report" ? found.state : ended(own, kindOf(found)) || move?.ends || found.state,
      steps: withStep(found, own),
      outcome: own.data.outcome || found.outcome,
      entries: [...found.entries, entry(own)],
      unsent: found.unsent + 1,
    };
  }
  return found;
}
