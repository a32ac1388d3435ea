// How a matter goes on: finished or settled with an outcome, returned with a reason, a note added.

import { h } from "../core/dom.js";
import { nameOf, say, t } from "../core/words.js";
import { act, move, possible } from "../work/acts.js";
import * as held from "../work/held.js";
import { draftOf, extras } from "./filling.js";
import { steps } from "./matter.js";

function outcomes(kind, draft) {
  return h("fieldset", { class: "field" }, h("legend", {}, t("Outcome")),
    h("div", { class: "choices" }, kind.outcomes.map((outcome) =>
      h("label", { class: "choice" },
        h("input", {
          type: "radio", name: "outcome", value: outcome.code, checked: draft.value.outcome === outcome.code,
          onchange: () => draft.change({ outcome: outcome.code }),
        }), h("span", {}, say(outcome.label))))));
}

const reason = (draft) =>
  h("div", { class: "field" }, h("label", { for: "reason", class: "label" }, t("Reason")),
    h("textarea", { id: "reason", rows: 2, value: draft.value.reason ?? "", oninput: (event) => draft.change({ reason: event.target.value }) }));

const openSteps = (matter, kind) =>
  steps(matter, kind).filter((step) => !step.optional && !matter.steps.includes(step.code));

/** What is missing before this can be done, as a sentence; `null` when nothing is. */
function lacking(name, matter, kind, value) {
  if (name === "return") return value.reason?.trim() ? null : t("Say why; the desk reads it.");
  if (name === "note") return value.text?.trim() || value.photos?.length || value.voices?.length ? null : t("Write something, or add a photo or a voice note.");
  const outcome = kind.outcomes.find((each) => each.code === value.outcome);
  if (!outcome) return t("Choose an outcome.");
  const open = outcome.closes ? openSteps(matter, kind) : [];
  return open.length ? t("Before this outcome, do: %(steps)s.", { steps: open.map((step) => say(step.label)).join("、") }) : null;
}

function dataOf(name, value, more) {
  if (name === "return") return { ...more, reason: value.reason.trim() };
  if (name === "note") return { ...more, text: more.text ?? t("(photo or voice note)") };
  return { ...more, outcome: value.outcome };
}

const SAID = {
  finish: () => t("Finished."),
  settle: () => t("Settled on the spot."),
  return: () => t("Returned to the desk."),
  note: () => t("Note kept."),
};

/** The screen. */
export async function screen(id, name) {
  const matter = held.matter(id);
  const kind = matter && held.kindOf(matter);
  if (!kind || !SAID[name] || !possible(matter, [name]).length) return { goTo: matter ? `#/matter/${id}` : "#/today" };
  const draft = draftOf(`${name}:${id}`);
  const fault = h("p", { class: "fault", role: "alert" });
  const isEnd = name === "finish" || name === "settle";
  const outcomeOf = () => kind.outcomes.find((each) => each.code === draft.value.outcome);
  const proof = extras(draft);
  const save = async (event) => {
    event.preventDefault();
    fault.textContent = lacking(name, matter, kind, draft.value) ?? "";
    if (fault.textContent) return;
    const needsPhoto = isEnd && outcomeOf().needs.includes("PHOTO");
    if (needsPhoto && !draft.value.photos?.length) { fault.textContent = t("This needs a photo. Add one."); return; }
    const data = dataOf(name, draft.value, await proof.judge([]));
    if (!(await act(move(matter, name, data, { label: isEnd ? outcomeOf().label : null }), SAID[name]()))) return;
    await draft.done();
    location.hash = isEnd || name === "return" ? "#/today" : `#/matter/${id}`;
  };
  const body = h("form", { novalidate: true, onsubmit: save },
    isEnd && outcomes(kind, draft), name === "return" && reason(draft), proof.element, fault,
    h("button", { class: "button main" }, nameOf("moves", name)));
  return { title: nameOf("moves", name), back: `#/matter/${id}`, body, isLive: false, end: () => draft.flush() };
}
