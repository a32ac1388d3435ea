// The report page: the telephone's position, questions that appear and disappear, printing. Without
// this script everything works; all questions are shown then, and the server drops what is not meant.

import { evaluate } from "./conditions.js";

const position = (onSuccess, onFailure) => {
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => onSuccess(coords.longitude.toFixed(6), coords.latitude.toFixed(6)),
    onFailure,
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
  );
};

if (navigator.geolocation && window.isSecureContext) {
  for (const part of document.querySelectorAll("[data-needs-position], [data-position-into]")) {
    part.hidden = false;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-position-to], [data-position-into], [data-print]");
  if (!button) return;
  if (button.hasAttribute("data-print")) {
    window.print();
  } else if (button.dataset.positionInto) {
    const field = document.getElementById(button.dataset.positionInto);
    position((lon, lat) => { field.value = `${lat} ${lon}`; }, () => field.focus());
  } else {
    const says = document.querySelector("[data-position-says]");
    says.textContent = says.dataset.asking;
    position(
      (lon, lat) => { location.href = `${button.dataset.positionTo}?lon=${lon}&lat=${lat}`; },
      () => { says.textContent = says.dataset.failed; },
    );
  }
});

for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
document.querySelector("[data-focus]")?.focus();

const READERS = {
  number: (input) => (input.value === "" ? undefined : Number(input.value)),
  radio: (input) => ({ true: true, false: false })[input.value] ?? input.value,
};

const read = (form) => {
  const answers = {};
  for (const question of form.querySelectorAll("[data-question]:not([hidden])")) {
    const inputs = [...question.querySelectorAll("input, textarea, select")];
    const name = question.dataset.question;
    if (inputs[0]?.type === "checkbox") {
      answers[name] = inputs.filter((each) => each.checked).map((each) => each.value);
      continue;
    }
    const input = inputs[0]?.type === "radio" ? inputs.find((each) => each.checked) : inputs[0];
    if (!input || input.type === "file" || input.value === "") continue;
    answers[name] = READERS[input.type]?.(input) ?? input.value;
  }
  return answers;
};

const now = () => {
  const moment = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return {
    date: `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`,
    time: `${two(moment.getHours())}:${two(moment.getMinutes())}`,
    hour: moment.getHours(),
    weekday: moment.getDay() || 7,
  };
};

const arrange = (form) => {
  // Later questions hang on earlier ones, so each is asked anew after those before it.
  for (const part of form.querySelectorAll("[data-when]")) {
    const around = { answers: read(form), place: { code: form.dataset.place }, now: now(), matter: {} };
    part.hidden = !evaluate(JSON.parse(part.dataset.when), around);
  }
};

for (const form of document.querySelectorAll("[data-pack-form]")) {
  arrange(form);
  form.addEventListener("input", () => arrange(form));
}
