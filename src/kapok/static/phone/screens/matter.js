// One matter: what it is, where, what is to be done, what was done.

import { h, icon } from "../core/dom.js";
import { language, nameOf, say, t, when } from "../core/words.js";
import { evaluate } from "../../kapok/conditions.js";
import { shown } from "../fields/photo.js";
import { act, isGiven, move, possible } from "../work/acts.js";
import { around } from "../work/around.js";
import * as held from "../work/held.js";
import { title, where } from "./today.js";

const BY_RULES = "route"; // the reason of a move that the box made by itself

const isAsked = (step, matter, kind) =>
  !step.show_when || evaluate(step.show_when, { ...around(matter, kind), answers: matter.answers ?? {} });

/** The steps that are asked for here. */
export const steps = (matter, kind) => (kind?.steps ?? []).filter((step) => isAsked(step, matter, kind));

function stepLine(matter, step) {
  const isDone = matter.steps.includes(step.code);
  const label = h("span", {}, say(step.label), step.optional && h("span", { class: "optional" }, ` ${t("(if needed)")}`));
  const mark = h("span", { class: isDone ? "mark done" : "mark" }, isDone && icon("done"));
  const inside = [mark, label, isDone ? h("span", { class: "hint" }, t("done")) : isGiven(matter) && icon("right")];
  return h("li", {}, isGiven(matter)
    ? h("a", { href: `#/step/${matter.id}/${step.code}`, class: "step" }, ...inside)
    : h("div", { class: "step" }, ...inside));
}

/** Notes of one touch, such as “nobody home”. */
function quick(matter, kind) {
  const notes = steps(matter, kind)
    .filter((step) => !matter.steps.includes(step.code))
    .flatMap((step) => step.notes.map((note) => ({ step, note })));
  const once = notes.filter(({ note }, i) => notes.findIndex((each) => each.note.code === note.code) === i);
  if (!once.length || !isGiven(matter)) return null;
  return h("section", {}, h("h2", {}, t("Note in one touch")),
    h("div", { class: "row" }, once.map(({ step, note }) =>
      h("button", {
        type: "button", class: "button",
        onclick: () => act(move(matter, "step", { step: step.code, noted: note.code }, { label: note.label }),
          t("Noted: %(note)s", { note: say(note.label) })),
      }, say(note.label)))));
}

const MOVES = {
  take: () => t("It is yours now."),
  start: () => t("Started."),
  arrive: () => t("Arrived: the time is kept."),
};

const begin = (matter) => possible(matter, Object.keys(MOVES)).map((name) =>
  h("button", {
    type: "button", class: "button", onclick: () => act(move(matter, name, {}), MOVES[name]()),
  }, nameOf("moves", name)));

const goOn = (matter, kind) =>
  possible(matter, ["finish", "settle", "note", "return"])
    .filter((name) => name !== "settle" || kind?.self_resolve)
    .map((name) => h("a", {
      class: name === "finish" ? "button main" : "button", href: `#/end/${matter.id}/${name}`,
    }, nameOf("moves", name)));

function labelled(fields, answers) {
  return fields.filter((field) => answers[field.name] !== undefined).map((field) =>
    h("div", {}, h("dt", {}, say(field.label)), h("dd", {}, answer(field, answers[field.name]))));
}

const dial = (phone) => h("a", { href: `tel:${phone}` }, phone);

const answer = (field, value) => (field.type === "phone" ? dial(value) : answerText(field, value));

/** An answer as people read it. */
export function answerText(field, value) {
  if (field.type === "yes_no") return value ? t("Yes") : t("No");
  if (field.options?.length) {
    const chosen = Array.isArray(value) ? value : [value];
    return chosen.map((code) => say(field.options.find((option) => option.code === code)?.label) || code)
      .join(language() === "en" ? ", " : "、");
  }
  if (Array.isArray(value)) return t("%(n)s files", { n: value.length });
  if (typeof value === "object") return `${value.lat}, ${value.lon}`;
  return String(value);
}

const words = (entry, kind) => {
  const { data = {} } = entry;
  const step = kind?.steps?.find((each) => each.code === data.step);
  const note = step?.notes.find((each) => each.code === data.noted);
  const outcome = kind?.outcomes?.find((each) => each.code === data.outcome);
  const found = note?.label ?? step?.label ?? outcome?.label;
  const reason = data.reason === BY_RULES ? t("responsible for the place") : data.reason;
  return [found && say(found), data.text, reason].filter(Boolean).join(" · ");
};

function entryLine(entry, kind) {
  const files = entry.unsent ? entry.data.files ?? [] : [];
  return h("li", {},
    h("span", { class: "hint" }, when(entry.at)), " ", h("strong", {}, nameOf("moves", entry.move)),
    entry.by ? ` · ${entry.by}` : entry.mine ? ` · ${t("you")}` : "",
    h("p", {}, words(entry, kind)), files.length > 0 && shown(files),
    entry.unsent && h("span", { class: "tag" }, t("not sent yet")));
}

/** The entries of a matter's history. */
export const history = (entries, kind) =>
  h("ol", { class: "history" }, [...entries].reverse().map((entry) => entryLine(entry, kind)));

const call = ({ name, phone }) => h("span", {}, name, name && phone && " ", phone && dial(phone));

/** The answers that say more than what stands on the screen already. */
function fresh(matter) {
  const said = [matter.text, matter.address, matter.caller?.phone].filter(Boolean);
  return Object.fromEntries(Object.entries(matter.answers ?? {}).filter(([, value]) => !said.includes(value)));
}

function facts(matter, kind) {
  const rows = [
    (matter.caller?.name || matter.caller?.phone) && [t("Caller"), call(matter.caller)],
    [t("Where exactly"), where(matter)],
    matter.place_name && [t("Place"), matter.place_name],
    [t("State"), nameOf("states", matter.state)],
    [t("Urgency"), nameOf("urgencies", matter.urgency)],
    matter.due_at && [t("Until"), when(matter.due_at)],
    [t("Received"), when(matter.received_at)],
    matter.number && [t("Number"), matter.number],
  ];
  return h("dl", { class: "facts" }, rows.filter(Boolean).map(([name, value]) =>
    h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  labelled(kind?.report_form?.fields ?? [], fresh(matter)));
}

/** The screen. */
export async function screen(id) {
  const matter = held.matter(id);
  if (!matter) return { title: t("Not here"), back: "#/today", body: h("p", {}, t("This matter is no longer on this phone: it was given to somebody else, or it ended.")) };
  const kind = held.kindOf(matter);
  const list = steps(matter, kind);
  const body = h("div", {},
    (matter.notes ?? []).map((note) => h("p", { class: "said-by" }, h("strong", {}, say(note)))),
    matter.text && h("p", { class: "said-by" }, matter.text),
    matter.is_beside && h("p", { class: "said-by", role: "note" }, t("Others were sent there. You are near: go there too, show them the way and open doors.")),
    facts(matter, kind),
    h("div", { class: "row" }, begin(matter)),
    list.length > 0 && h("section", {}, h("h2", {}, t("Steps")),
      !isGiven(matter) && !matter.is_beside && h("p", { class: "hint" }, t("Take it on first; then its steps open.")),
      h("ol", { class: "steps" }, list.map((step) => stepLine(matter, step)))),
    quick(matter, kind),
    !matter.is_beside && h("section", {}, h("h2", {}, t("Go on")), h("div", { class: "row" }, goOn(matter, kind))),
    h("section", {}, h("h2", {}, t("What was done")), matter.entries.length
      ? history(matter.entries, kind) : h("p", { class: "hint" }, t("Nothing yet."))));
  return { title: title(matter), back: "#/today", body };
}
