// Fields that are typed or chosen.

import { h } from "../core/dom.js";
import { say, t } from "../core/words.js";

const ATTRIBUTES = {
  text: { type: "text" },
  integer: { type: "text", inputmode: "numeric" },
  decimal: { type: "text", inputmode: "decimal" },
  date: { type: "date" },
  time: { type: "time" },
  datetime: { type: "datetime-local" },
  phone: { type: "tel", autocomplete: "off" },
};

const shownMoment = (value) => {
  const moment = new Date(value);
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
};

export const longText = ({ id, described }, value, change) =>
  h("textarea", {
    id, rows: 3, value: value ?? "", "aria-describedby": described,
    oninput: (event) => change(event.target.value),
  });

export function typed({ id, field, described }, value, change) {
  const isMoment = field.type === "datetime";
  const read = (text) => (isMoment && text ? new Date(text).toISOString().replace(/\.\d+Z/, "Z") : text);
  return h("input", {
    id, ...ATTRIBUTES[field.type], "aria-describedby": described,
    value: value === undefined ? "" : isMoment ? shownMoment(value) : value,
    oninput: (event) => change(read(event.target.value)),
  });
}

function choice({ id, code, label, type, isOn, change }) {
  return h("label", { class: "choice" },
    h("input", { type, name: id, value: code, checked: isOn, onchange: (event) => change(event.target.checked) }),
    h("span", {}, label));
}

/** One of a few answers, each a large button. */
export const one = ({ id, options }, value, change) =>
  h("div", { class: "choices" }, options.map((option) =>
    choice({
      id, code: option.code, label: say(option.label), type: "radio", isOn: value === option.code,
      change: () => change(option.code),
    })));

/** Any of several answers. */
export const many = ({ id, options }, value, change) => {
  const chosen = new Set(value ?? []);
  const turn = (code) => (isOn) => {
    if (isOn) chosen.add(code);
    else chosen.delete(code);
    change(options.map((option) => option.code).filter((each) => chosen.has(each)));
  };
  return h("div", { class: "choices" }, options.map((option) =>
    choice({
      id, code: option.code, label: say(option.label), type: "checkbox",
      isOn: chosen.has(option.code), change: turn(option.code),
    })));
};

export const yesNo = ({ id }, value, change) =>
  h("div", { class: "choices two" }, [[true, t("Yes")], [false, t("No")]].map(([answer, label]) =>
    choice({
      id, code: String(answer), label, type: "radio", isOn: value === answer, change: () => change(answer),
    })));

/** A place: one of one's own, or a code of 15 digits. */
export const place = ({ id, described, places }, value, change) =>
  h("select", { id, "aria-describedby": described, onchange: (event) => change(event.target.value) },
    h("option", { value: "" }, t("Choose")),
    places.map(({ code, name }) => {
      const option = h("option", { value: String(code) }, name);
      option.selected = String(code) === String(value);
      return option;
    }));
