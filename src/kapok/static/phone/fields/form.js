// A form of a pack on the screen: fields come and go with the answers, faults stand beside them.

import { h } from "../core/dom.js";
import { say, t } from "../core/words.js";
import { asked, check, isRequired, options } from "../work/rules.js";
import { code } from "./code.js";
import { location } from "./location.js";
import { photos } from "./photo.js";
import * as plain from "./plain.js";
import { signature } from "./signature.js";
import { voice } from "./voice.js";

const WIDGETS = {
  text: plain.typed, integer: plain.typed, decimal: plain.typed, date: plain.typed, time: plain.typed,
  datetime: plain.typed, phone: plain.typed, long_text: plain.longText, choice: plain.one,
  choices: plain.many, yes_no: plain.yesNo, place: plain.place,
  location, voice, signature, code,
  photo: (about, value, change) => photos({ ...about, most: about.field.max ?? 10 }, value, change),
};
const GROUPS = new Set(["choice", "choices", "yes_no", "photo", "voice", "signature", "location"]);

const SENTENCES = {
  missing: () => t("This must be answered."),
  whole: () => t("A whole number is expected here."),
  number: () => t("A number is expected here, such as 37.5."),
  long: (values) => t("This is too long: at most %(longest)s characters.", values),
  pattern: () => t("This does not look as it should."),
  phone: () => t("A telephone number is expected here."),
  place: () => t("Choose a place."),
  files: () => t("These are too many files. Remove some."),
  below: (values) => t("Write %(limit)s or above.", values),
  above: (values) => t("Write %(limit)s or below.", values),
};

/** What a fault says. */
export const sentence = (field, [name, values]) =>
  name === "pattern" && field.hint ? `${SENTENCES[name]()} ${say(field.hint)}` : SENTENCES[name](values);

function frame(field, id, widget, isMust) {
  const words = [say(field.label), isMust ? null : h("span", { class: "optional" }, ` ${t("(if known)")}`)];
  const title = GROUPS.has(field.type)
    ? h("legend", {}, ...words)
    : h("label", { for: id, class: "label" }, ...words);
  return h(GROUPS.has(field.type) ? "fieldset" : "div", { class: "field", data: { field: field.name } }, title,
    field.hint && h("p", { class: "hint", id: `${id}-hint` }, say(field.hint)),
    widget,
    h("p", { class: "fault", id: `${id}-fault` }));
}

/** Draw a form. `values` are filled in already; `changed(values)` hears every change. */
export function drawForm(form, { values, around, places = [], prefix = "f", changed = () => {} }) {
  const answers = { ...defaults(form), ...values };
  const root = h("div", { class: "form" });
  const drawn = new Map();

  function draw(field) {
    const id = `${prefix}-${field.name}`;
    const about = {
      id, field, places, options: options(field, form, answers, around),
      described: `${field.hint ? `${id}-hint ` : ""}${id}-fault`,
    };
    const widget = WIDGETS[field.type](about, answers[field.name], (value) => set(field.name, value));
    const isMust = isRequired(field, form, answers, around);
    return { key: key(field), element: frame(field, id, widget, isMust) };
  }

  const key = (field) => JSON.stringify([
    options(field, form, answers, around).map((option) => option.code),
    Boolean(isRequired(field, form, answers, around)),
  ]);

  function arrange() {
    const elements = asked(form, answers, around).fields.map((field) => {
      const known = drawn.get(field.name);
      if (!known || known.key !== key(field)) drawn.set(field.name, draw(field));
      return drawn.get(field.name).element;
    });
    const isSame = elements.length === root.children.length && elements.every((one, i) => one === root.children[i]);
    if (!isSame) root.replaceChildren(...elements);
  }

  function set(name, value) {
    answers[name] = value;
    mark(name, "");
    arrange();
    changed({ ...answers });
  }

  function mark(name, words) {
    const place = drawn.get(name)?.element.querySelector(".fault");
    if (!place) return;
    place.textContent = words;
    const input = place.parentElement.querySelector("input, textarea, select");
    if (words) input?.setAttribute("aria-invalid", "true");
    else input?.removeAttribute("aria-invalid");
  }

  arrange();
  return { element: root, answers: () => ({ ...answers }), judge: () => judge(form, answers, around, mark, root) };
}

const defaults = (form) =>
  Object.fromEntries(form.fields.filter((f) => f.default !== null && f.default !== undefined).map((f) => [f.name, f.default]));

/** The answers as they are sent, or `null` with the faults shown and the first one in focus. */
function judge(form, answers, around, mark, root) {
  const { kept, faults, over } = check(form, answers, around);
  for (const field of form.fields) mark(field.name, faults[field.name] ? sentence(field, faults[field.name]) : "");
  root.querySelector(".over")?.remove();
  if (over.length) root.prepend(h("p", { class: "fault over", role: "alert" }, over.map(say).join(" ")));
  const first = form.fields.find((field) => faults[field.name]);
  if (first) {
    const place = root.querySelector(`[data-field="${first.name}"]`);
    (place.querySelector("input:not(.hidden-input), textarea, select, button") ?? place).focus();
    place.scrollIntoView({ block: "center" });
  }
  return first || over.length ? null : kept;
}
