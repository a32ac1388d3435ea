// One step of a matter: its form, what proves it, notes of one touch.

import { h } from "../core/dom.js";
import { say, t } from "../core/words.js";
import { act, isGiven, move } from "../work/acts.js";
import { around } from "../work/around.js";
import * as held from "../work/held.js";
import { draftOf, extras, fields, filesIn } from "./filling.js";

const note = (matter, step, each, leave) =>
  h("button", {
    type: "button", class: "button",
    onclick: async () => {
      const made = await act(move(matter, "step", { step: step.code, noted: each.code }, { label: each.label }),
        t("Noted: %(note)s", { note: say(each.label) }));
      if (made) leave();
    },
  }, say(each.label));

/** The screen. */
export async function screen(id, code) {
  const matter = held.matter(id);
  const kind = matter && held.kindOf(matter);
  const step = kind?.steps.find((each) => each.code === code);
  if (!step || !isGiven(matter)) return { goTo: matter ? `#/matter/${id}` : "#/today" };
  const draft = draftOf(`step:${id}:${code}`);
  const form = fields(step.form, draft, around(matter, kind));
  const proof = extras(draft, { needsPhoto: step.evidence.includes("PHOTO"), needsPosition: step.evidence.includes("LOCATION"), form: step.form });
  const leave = () => { location.hash = `#/matter/${id}`; };
  const save = async (event) => {
    event.preventDefault();
    const answers = form.judge();
    const more = answers && (await proof.judge(filesIn(step.form, answers)));
    if (!more) return;
    const data = { step: code, answers, ...more, form_version: kind.version };
    if (!(await act(move(matter, "step", data, { label: step.label }), t("Step kept: %(step)s", { step: say(step.label) })))) return;
    await draft.done();
    leave();
  };
  const body = h("form", { novalidate: true, onsubmit: save },
    step.notes.length > 0 && h("section", {}, h("h2", {}, t("Note in one touch")),
      h("div", { class: "row" }, step.notes.map((each) => note(matter, step, each, leave)))),
    form.element, proof.element,
    h("button", { class: "button main" }, t("Keep this step")));
  return { title: say(step.label), back: `#/matter/${id}`, body, isLive: false, end: () => draft.flush() };
}
