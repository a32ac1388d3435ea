// What the screens with a form share: a draft that survives a killed browser, photos, a position.

import { h } from "../core/dom.js";
import { isFull } from "../core/store.js";
import { t } from "../core/words.js";
import { drawForm } from "../fields/form.js";
import { here, location } from "../fields/location.js";
import { photos } from "../fields/photo.js";
import { voice } from "../fields/voice.js";
import * as held from "../work/held.js";
import { filesIn } from "../work/rules.js";

const WAIT_MS = 400;

/** A draft under a key: read, changed, kept a moment after the last change. */
export function draftOf(key) {
  const value = structuredClone(held.held.drafts.get(key) ?? {});
  let timer = null;
  const keep = () => held.draft(key, value).catch((error) => {
    if (!isFull(error)) throw error; // the form itself still holds it
  });
  return {
    value,
    change(part) {
      Object.assign(value, part);
      clearTimeout(timer);
      timer = setTimeout(keep, WAIT_MS);
    },
    async done() {
      clearTimeout(timer);
      await held.forgetDraft(key);
    },
    async flush() {
      clearTimeout(timer);
      if (timer !== null && held.held.drafts.has(key)) await keep();
    },
  };
}

// What a form of the pack asks for itself is not asked for once more beside it.
const ASKED = { text: "long_text", photos: "photo", voices: "voice", spot: "location" };

/** Words, photos, a voice note and a position beside the fields of the pack. */
export function extras(draft, { needsPhoto = false, needsPosition = false, form = null } = {}) {
  const types = new Set((form?.fields ?? []).map((field) => field.type));
  const wants = (part) => !types.has(ASKED[part]);
  const text = h("textarea", { id: "words", rows: 2, value: draft.value.text ?? "", oninput: (event) => draft.change({ text: event.target.value }) });
  const optional = h("span", { class: "optional" }, ` ${t("(if needed)")}`);
  const fault = h("p", { class: "fault", role: "alert" });
  const element = h("div", { class: "form" },
    wants("text") && h("div", { class: "field" }, h("label", { for: "words", class: "label" }, t("In your words"), optional), text),
    wants("photos") && h("fieldset", { class: "field", tabindex: "-1" }, h("legend", {}, t("Photos"), !needsPhoto && optional.cloneNode(true)),
      photos({ id: "photos" }, draft.value.photos, (ids) => draft.change({ photos: ids }))),
    wants("voices") && h("fieldset", { class: "field" }, h("legend", {}, t("Voice note"), optional.cloneNode(true)),
      voice({ id: "voice" }, draft.value.voices, (ids) => draft.change({ voices: ids }))),
    wants("spot") && h("fieldset", { class: "field" }, h("legend", {}, t("Position"), !needsPosition && optional.cloneNode(true)),
      location({ id: "spot" }, draft.value.spot, (spot) => draft.change({ spot }))),
    fault);
  const complain = (sentence) => {
    fault.textContent = sentence;
    fault.scrollIntoView({ block: "center" });
    return null;
  };
  return {
    element,
    judge: (inForm, asked = {}) =>
      judged(draft.value, { needsPhoto, needsPosition, inForm, complain, ...asked }),
  };
}

async function judged({ text = "", photos: pictures = [], voices = [], spot }, { needsPhoto, needsPosition, inForm, complain }) {
  if (needsPhoto && !pictures.length && !inForm.length) return complain(t("This needs a photo. Add one."));
  if (needsPosition && !spot) {
    const found = await here().catch(() => null);
    if (!found) return complain(t("This needs your position. Allow it once, or ask the desk."));
    spot = found;
  }
  const files = [...new Set([...pictures, ...voices, ...inForm])];
  return { ...(text.trim() && { text: text.trim() }), ...(files.length && { files }), ...spot };
}

/** Fields of a pack, filled from the draft. */
export const fields = (form, draft, around) =>
  drawForm(form, {
    values: draft.value.answers ?? {}, around,
    places: (held.held.profile?.places ?? []).map(({ code, name }) => ({ code, name })),
    changed: (answers) => draft.change({ answers }),
  });

export { filesIn };
