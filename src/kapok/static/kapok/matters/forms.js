// Forms of packs: fields are shown and asked for as their conditions say, while somebody answers.

import { evaluate } from "../conditions.js";

const PREFIX = "answers.";
const tree = (element, name) => JSON.parse(element.dataset[name]);

/** The answer that a question holds now; undefined where there is none. */
function value(widget) {
  const inputs = [...widget.querySelectorAll("input, select, textarea")];
  if (widget.dataset.control === "boxes") {
    return inputs.filter((input) => input.checked).map((input) => input.value);
  }
  if (widget.dataset.control === "radios") {
    const chosen = inputs.find((input) => input.checked)?.value;
    const isYesNo = inputs.length === 2 && inputs[0].value === "yes" && inputs[1].value === "no";
    return isYesNo && chosen ? chosen === "yes" : chosen;
  }
  const [input] = inputs;
  if (!input || input.value === "") return undefined;
  if (input.type === "number") return Number(input.value);
  return input.value;
}

function answers(form) {
  const found = {};
  for (const widget of form.querySelectorAll(".widget")) {
    if (widget.hidden || !widget.dataset.name.startsWith(PREFIX)) continue;
    const said = value(widget);
    if (said !== undefined) found[widget.dataset.name.slice(PREFIX.length)] = said;
  }
  return found;
}

function look(form) {
  // In their order, since a condition may read only what is asked before it.
  for (const widget of form.querySelectorAll(".widget")) {
    const variables = { answers: answers(form) };
    if (widget.dataset.showWhen) {
      widget.hidden = !evaluate(tree(widget, "showWhen"), variables);
      for (const input of widget.querySelectorAll("input, select, textarea")) {
        input.disabled = widget.hidden;
      }
    }
    if (widget.dataset.requiredWhen) {
      const needed = !widget.hidden && evaluate(tree(widget, "requiredWhen"), variables);
      for (const input of widget.querySelectorAll("input:not([type=checkbox]), select, textarea")) {
        input.required = needed;
      }
    }
    for (const choice of widget.querySelectorAll("label[data-show-when], option[data-show-when]")) {
      choice.hidden = !evaluate(tree(choice, "showWhen"), variables);
      const input = choice.querySelector("input");
      if (choice.hidden && input) input.checked = false;
    }
  }
}

/** Keep a form as its conditions say; for one that came into the page later. */
export function watch(form) {
  look(form);
  form.addEventListener("input", () => look(form));
  form.addEventListener("change", () => look(form));
}

for (const form of document.querySelectorAll("form[data-conditions]")) watch(form);

// The position of the device fills in both numbers; who refuses it types them.
for (const button of document.querySelectorAll("button[data-position]")) {
  if (!navigator.geolocation) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const spot = button.closest("fieldset");
        spot.querySelector("[name$='.lat']").value = coords.latitude.toFixed(6);
        spot.querySelector("[name$='.lon']").value = coords.longitude.toFixed(6);
        button.disabled = false;
      },
      () => { button.disabled = false; },
      { enableHighAccuracy: true, timeout: 15_000 },
    );
  });
}
