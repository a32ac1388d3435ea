// What somebody finds herself: choose what it is, fill in its form, settle it on the spot or pass it on.

import { h, icon } from "../core/dom.js";
import { say, t } from "../core/words.js";
import { act, move, report } from "../work/acts.js";
import { around } from "../work/around.js";
import * as held from "../work/held.js";
import { draftOf, extras, fields, filesIn } from "./filling.js";
import { steps } from "./matter.js";

const EMPTY = { state: "ASSIGNED", steps: [], place: null };

function kinds() {
  const all = held.reportable();
  const list = h("ul", { class: "cards" });
  const draw = (wanted) => list.replaceChildren(...all
    .filter((kind) => `${kind.label.zh} ${kind.label.en}`.toLowerCase().includes(wanted.toLowerCase()))
    .map((kind) => h("li", {}, h("a", { class: "card", href: `#/add/${encodeURIComponent(kind.code)}` },
      h("span", { class: "card-title" }, say(kind.label)), h("span", { class: "card-where" }, say(kind.description))))));
  draw("");
  return { title: t("What did you find?"), isLive: false, body: h("div", {},
    h("div", { class: "field" }, h("label", { for: "search", class: "label" }, t("Search")),
      h("input", { id: "search", type: "search", oninput: (event) => draw(event.target.value) })),
    all.length === 0 && h("p", {}, t("Nothing can be reported yet: the rules come with the first contact.")), list) };
}

const chooser = (id, label, options, value, change) =>
  h("div", { class: "field" }, h("label", { for: id, class: "label" }, label),
    h("select", { id, onchange: (event) => change(event.target.value || undefined) },
      h("option", { value: "" }, t("Choose")),
      options.map(([key, name]) => {
        const option = h("option", { value: key }, name);
        option.selected = key === value;
        return option;
      })));

function spot(draft) {
  const places = held.held.profile?.places ?? [];
  if (!draft.value.place && places.length === 1) draft.change({ place: String(places[0].code) });
  const buildings = held.held.places?.buildings ?? [];
  const inside = () => buildings.filter((each) => !draft.value.place || String(each.place) === draft.value.place);
  const slot = h("div", {});
  const draw = () => slot.replaceChildren(...(inside().length
    ? [chooser("building", t("Building"), inside().map((each) => [each.id, each.name || each.id.slice(0, 8)]), draft.value.building, (building) => draft.change({ building }))]
    : []));
  draw();
  return h("div", { class: "form" },
    chooser("place", t("Place"), places.map((each) => [String(each.code), each.name]), draft.value.place,
      (place) => { draft.change({ place, building: undefined }); draw(); }),
    slot,
    h("div", { class: "field" }, h("label", { for: "address", class: "label" }, t("Address in words"),
        h("span", { class: "optional" }, ` ${t("(if needed)")}`)),
      h("input", { id: "address", type: "text", value: draft.value.address ?? "", oninput: (event) => draft.change({ address: event.target.value }) })));
}

const why = (kind, draft) => kind.why &&
  h("fieldset", { class: "field" }, h("legend", {}, say(kind.why.question)),
    h("div", { class: "choices" }, kind.why.options.map((option) =>
      h("label", { class: "choice" },
        h("input", {
          type: "radio", name: "why", value: option.code, checked: draft.value.why === option.code,
          onchange: () => draft.change({ why: option.code }),
        }), h("span", {}, say(option.label))))));

/** The steps that must be done before it can be settled, as far as they are asked for. */
const before = (kind, answers = {}) =>
  steps({ ...EMPTY, kind: kind.code, urgency: kind.urgency?.default, answers }, kind).filter((step) => !step.optional);

/** What may be said at once of how it was settled: what needs more is done on the matter itself. */
const settling = (kind, draft) => {
  if (!kind.self_resolve) return null;
  if (before(kind).length) return h("p", { class: "hint" }, t("Small things: report it, do its steps, then “Settle on the spot”."));
  const ways = kind.outcomes.filter((each) => each.closes && each.needs.every((need) => need === "PHOTO"));
  return chooser("settled", t("Settled on the spot?"), ways.map((each) => [each.code, say(each.label)]),
    draft.value.settled, (settled) => draft.change({ settled }));
};

/** Where a matter is that one finds in one's own grid: it is given to whoever works there. */
const stateOf = (kind, place) => {
  const { role_code: role, places = [] } = held.held.profile ?? {};
  const isOwn = places.some(({ code }) => String(code) === String(place));
  return kind.to_grid_worker && role === "grid_worker" && isOwn ? "ASSIGNED" : "REPORTED";
};

function dataOf(kind, value, answers, more) {
  const building = (held.held.places?.buildings ?? []).find((each) => each.id === value.building);
  return {
    data: {
      kind: kind.code, door: "PATROL", answers, form_version: kind.version, ...more,
      ...(value.why && { why: value.why }),
      ...(value.place && { place: Number(value.place) }),
      ...(building && { building: building.id }),
      ...(value.address?.trim() && { address: value.address.trim() }),
    },
    words: {
      urgency: kind.urgency?.default, state: stateOf(kind, value.place),
      place: (held.held.profile?.places ?? []).find((each) => String(each.code) === value.place)?.name,
      where: [building?.name, value.address].filter(Boolean).join(" "),
    },
  };
}

/** Report it, and settle it where that was said; the identifier of the matter, or `null`. */
async function made(kind, value, answers, more) {
  const { data, words } = dataOf(kind, value, answers, more);
  const command = report(kind, data, words);
  const outcome = kind.outcomes.find((each) => each.code === value.settled);
  if (!(await act(command, outcome ? t("Reported and settled.") : t("Reported.")))) return null;
  if (!outcome) return command.matter;
  const proof = outcome.needs.length && { files: more.files };
  const settle = move({ id: command.matter }, "settle", { outcome: outcome.code, ...proof }, { label: outcome.label });
  return (await act(settle, t("Reported and settled."))) ? command.matter : null;
}

/** What is missing before it can be sent, as a sentence; empty when nothing is. */
function lacking(kind, value, more) {
  if (kind.why && !value.why) return t("Say why first.");
  if (value.place || more.lon !== undefined) return "";
  return t("Say where: choose the place, or take your position.");
}

function form(kind) {
  const draft = draftOf(`add:${kind.code}`);
  const asked = fields(kind.report_form, draft, around(null, kind));
  const proof = extras(draft, { needsPosition: kind.location_needed, form: kind.report_form });
  const fault = h("p", { class: "fault", role: "alert" });
  const save = async (event) => {
    event.preventDefault();
    const answers = asked.judge();
    if (!answers) return;
    const outcome = kind.outcomes.find((each) => each.code === draft.value.settled);
    const more = await proof.judge(filesIn(kind.report_form, answers), { needsPhoto: Boolean(outcome?.needs.length) });
    if (!more) return;
    fault.textContent = lacking(kind, draft.value, more);
    const matter = fault.textContent ? null : await made(kind, draft.value, answers, more);
    if (!matter) return;
    await draft.done();
    const goesOn = kind.self_resolve && !outcome && before(kind, answers).length;
    location.hash = goesOn ? `#/matter/${matter}` : "#/today";
  };
  const body = h("form", { novalidate: true, onsubmit: save },
    h("p", { class: "hint" }, say(kind.description)), why(kind, draft), spot(draft), asked.element, proof.element,
    settling(kind, draft), fault, h("button", { class: "button main" }, icon("send"), t("Report it")));
  return { title: say(kind.label), back: "#/add", body, isLive: false, end: () => draft.flush() };
}

/** The screen. */
export async function screen(code) {
  if (!code) return kinds();
  const kind = held.reportable().find((each) => each.code === decodeURIComponent(code));
  return kind ? form(kind) : { goTo: "#/add" };
}
