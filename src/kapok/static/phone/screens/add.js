// What somebody finds herself: choose what it is, fill in its form, settle it on the spot or pass it on.

import { h, icon } from "../core/dom.js";
import { say, t } from "../core/words.js";
import { act, move, report } from "../work/acts.js";
import { around } from "../work/around.js";
import * as held from "../work/held.js";
import { draftOf, extras, fields, filesIn } from "./filling.js";

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
    h("div", { class: "field" }, h("label", { for: "address", class: "label" }, t("Where exactly")),
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

const settling = (kind, draft) => kind.self_resolve &&
  chooser("settled", t("Settled on the spot?"), kind.outcomes.filter((each) => each.closes && !each.needs.length).map((each) => [each.code, say(each.label)]),
    draft.value.settled, (settled) => draft.change({ settled }));

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
    words: { urgency: kind.urgency?.default, where: [building?.name, value.address].filter(Boolean).join(" ") },
  };
}

async function made(kind, value, answers, more) {
  const { data, words } = dataOf(kind, value, answers, more);
  const command = report(kind, data, words);
  const isSettled = Boolean(value.settled);
  if (!(await act(command, isSettled ? t("Reported and settled.") : t("Reported.")))) return false;
  if (!isSettled) return true;
  return act(move({ id: command.matter }, "settle", { outcome: value.settled }), t("Reported and settled."));
}

function form(kind) {
  const draft = draftOf(`add:${kind.code}`);
  const asked = fields(kind.report_form, draft, around(null, kind));
  const proof = extras(draft, { needsPosition: kind.location_needed });
  const fault = h("p", { class: "fault", role: "alert" });
  const save = async (event) => {
    event.preventDefault();
    const answers = asked.judge();
    if (!answers) return;
    const more = await proof.judge(filesIn(kind.report_form, answers));
    if (!more) return;
    const hasPlace = draft.value.place || more.lon !== undefined;
    fault.textContent = kind.why && !draft.value.why ? t("Say why first.") : hasPlace ? "" : t("Say where: choose the place, or take your position.");
    if (fault.textContent || !(await made(kind, draft.value, answers, more))) return;
    await draft.done();
    location.hash = "#/today";
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
