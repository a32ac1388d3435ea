// The rules of a form, without a page: what is asked, what is kept, what is wrong. As on the server.

import { evaluate, matches } from "../../kapok/conditions.js";

const LONGEST = { text: 500, long_text: 10_000, code: 500 };
const NUMBER = { integer: /^[-+]?\d{1,13}$/, decimal: /^[-+]?\d{1,13}(\.\d{1,12})?$/ };
const FILES = new Set(["photo", "voice", "signature"]);
const MOST_FILES = 10;

const isEmpty = (value) =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && !value.length);

/** The roots that conditions read. */
export function variables(form, values, around) {
  const none = form.fields.filter((field) => field.type === "choices").map((field) => [field.name, []]);
  return { ...around, answers: { ...Object.fromEntries(none), ...values } };
}

const holds = (condition, form, values, around) =>
  condition === null || condition === undefined || condition === true ||
  (condition !== false && evaluate(condition, variables(form, values, around)));

/** A value as it is sent: numbers as numbers, texts without space around them. */
export function tidy(field, value) {
  const given = typeof value === "string" ? value.trim() : value;
  if (isEmpty(given)) return undefined;
  if (NUMBER[field.type] && NUMBER[field.type].test(given)) return Number(given);
  return given;
}

/** The fields that are asked, given the answers so far; answers to others do not count. */
export function asked(form, values, around) {
  const fields = [];
  const kept = {};
  for (const field of form.fields) {
    if (!holds(field.show_when, form, kept, around)) continue;
    fields.push(field);
    const value = tidy(field, values[field.name]);
    if (value !== undefined) kept[field.name] = value;
  }
  return { fields, kept };
}

/** The options of a field that can be chosen now. */
export const options = (field, form, values, around) =>
  field.options.filter((option) => holds(option.show_when, form, values, around));

const required = (field, form, values, around) =>
  field.required === true || (Boolean(field.required) && holds(field.required, form, values, around));

export const isRequired = required;

const below = (field, value) => field.min !== null && field.min !== undefined && value < field.min;
const above = (field, value) => field.max !== null && field.max !== undefined && value > field.max;

function wrongNumber(field, value) {
  if (typeof value !== "number") return field.type === "integer" ? ["whole"] : ["number"];
  return null;
}

function wrongText(field, value) {
  const longest = field.max_length || LONGEST[field.type];
  if (value.length > longest) return ["long", { longest }];
  if (field.pattern && !matches(value, field.pattern)) return ["pattern"];
  return null;
}

function wrongOfType(field, value) {
  if (NUMBER[field.type]) return wrongNumber(field, value);
  if (LONGEST[field.type]) return wrongText(field, value);
  if (field.type === "phone" && !/^\+?[\d\s()-]{3,20}$/.test(value)) return ["phone"];
  if (field.type === "place" && !/^[1-9]\d{14}$/.test(value)) return ["place"];
  return null;
}

/** What is wrong with one value: the key of a sentence with its values, or `null`. */
export function wrong(field, value) {
  const found = wrongOfType(field, value);
  if (found) return found;
  if (FILES.has(field.type)) {
    return value.length > (field.type === "signature" ? 1 : field.max ?? MOST_FILES) ? ["files"] : null;
  }
  if (below(field, value)) return ["below", { limit: field.min }];
  return above(field, value) ? ["above", { limit: field.max }] : null;
}

/** Everything that is wrong: by field, and over several fields as words of the pack. */
export function check(form, values, around) {
  const { fields, kept } = asked(form, values, around);
  const faults = {};
  for (const field of fields) {
    const value = kept[field.name];
    const found = value === undefined
      ? (required(field, form, kept, around) ? ["missing"] : null)
      : wrong(field, value);
    if (found) faults[field.name] = found;
  }
  const known = variables(form, kept, around);
  const over = Object.keys(faults).length ? [] : (form.checks || []).filter((each) =>
    evaluate({ op: "!", args: [each.that] }, known)).map((each) => each.message);
  return { kept, faults, over };
}

/** The files that answers name. */
export const filesIn = (form, kept) =>
  form.fields.filter((field) => FILES.has(field.type)).flatMap((field) => kept[field.name] ?? []);
