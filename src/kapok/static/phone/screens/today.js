// Today's list, in the order in which one walks.

import { h, icon } from "../core/dom.js";
import { count, day, nameOf, say, t, when } from "../core/words.js";
import { here } from "../fields/location.js";
import { tell } from "../work/changes.js";
import * as held from "../work/held.js";
import { stops, walk } from "../work/walk.js";

const SOON_MS = 2 * 3600 * 1000;
let start = null; // where the way begins, once somebody asked for it; never kept

const isLate = (matter) => matter.due_at && Date.parse(matter.due_at) < Date.now();

const isSoon = (matter) => matter.due_at && Date.parse(matter.due_at) < Date.now() + SOON_MS;

const due = (matter) => {
  if (!matter.due_at) return null;
  if (isLate(matter)) return h("span", { class: "due late" }, t("late since %(at)s", { at: when(matter.due_at) }));
  return h("span", { class: isSoon(matter) ? "due soon" : "due" }, t("by %(at)s", { at: when(matter.due_at) }));
};

/** What a matter is called on a list. */
export const title = (matter) => say(held.kindOf(matter)?.label) || matter.kind;

/** What it is about: the answer to the first choice that its report had to make. */
function about(matter, kind) {
  const field = kind?.report_form?.fields.find((each) => each.type === "choice" && each.required === true && !each.personal);
  const code = field && matter.answers?.[field.name];
  return code ? say(field.options.find((option) => option.code === code)?.label) || code : "";
}

/** Where it is; an address that begins with its building names it once. */
export const where = (matter) =>
  [!matter.address?.startsWith(matter.building_name) && matter.building_name, matter.address].filter(Boolean).join(" ") || matter.place_name || t("No address");

function card(matter) {
  const kind = held.kindOf(matter);
  const steps = (kind?.steps ?? []).filter((step) => !step.optional).length;
  return h("a", { href: `#/matter/${matter.id}`, class: `card urgency-${matter.urgency}` },
    h("span", { class: "card-title" }, [title(matter), about(matter, kind)].filter(Boolean).join(" · ")),
    h("span", { class: "card-where" }, where(matter)),
    h("span", { class: "card-line" },
      matter.urgency !== "ORDINARY" && h("span", { class: "tag" }, nameOf("urgencies", matter.urgency)),
      h("span", {}, nameOf("states", matter.state)),
      steps > 0 && h("span", {}, t("Steps: %(done)s of %(n)s", { done: Math.min(matter.steps.length, steps), n: steps })),
      due(matter),
      matter.unsent > 0 && h("span", { class: "tag" }, t("not sent yet"))));
}

async function fromHere() {
  start = await here().catch(() => null);
  tell("draw");
}

/** The screen. */
export async function screen() {
  const open = held.matters().filter((matter) => held.isOpen(matter));
  const way = walk(open, start);
  const places = stops(way).length;
  const done = held.matters().filter((matter) => !held.isOpen(matter) && matter.unsent > 0);
  const body = h("div", {},
    h("p", { class: "lead" }, !held.held.profile ? t("Getting your list …") : open.length
      ? `${count(open.length, "%(n)s matter", "%(n)s matters")} · ${count(places, "%(n)s stop", "%(n)s stops")} · ${day(Date.now())}`
      : t("Nothing is open. What you find on your way, report under “Found”.")),
    open.length > 1 && h("button", { id: "from-here", type: "button", class: "small", onclick: fromHere }, icon("here"), t("Begin the way here")),
    h("ol", { class: "cards" }, way.map((matter) => h("li", {}, card(matter)))),
    done.length > 0 && h("h2", {}, t("Done, and to be sent")),
    done.length > 0 && h("ul", { class: "cards" }, done.map((matter) => h("li", {}, card(matter)))));
  return { title: t("Today"), body };
}
