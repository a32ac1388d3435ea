// Somebody else changed the same matter meanwhile, or the server did not take it: both sides, and a choice.

import { announce, h } from "../core/dom.js";
import { nameOf, say, t, when } from "../core/words.js";
import { shown } from "../fields/photo.js";
import { act, move, possible } from "../work/acts.js";
import * as held from "../work/held.js";
import * as outbox from "../work/outbox.js";
import * as sync from "../work/sync.js";
import { sure } from "./alone.js";
import { answerText, history } from "./matter.js";
import { label } from "./send.js";
import { title } from "./today.js";

function formOf(own, kind) {
  if (own.move === "report") return kind?.report_form;
  return kind?.steps?.find((step) => step.code === own.data.step)?.form;
}

/** One's own words and answers, as text for people. */
function told(own, kind) {
  const fields = formOf(own, kind)?.fields ?? [];
  const answers = own.data.answers ?? {};
  const lines = fields.filter((field) => answers[field.name] !== undefined && !Array.isArray(answers[field.name]))
    .map((field) => `${say(field.label)}: ${answerText(field, answers[field.name])}`);
  const first = own.words.label ? say(own.words.label) : nameOf("moves", own.move);
  return [first, own.data.text, own.data.reason, ...lines].filter(Boolean);
}

function hers(own, kind) {
  if (!own) return h("p", {}, t("This was made before you signed in again, and it is sealed: it can be dropped or kept, not shown."));
  const files = own.data.files ?? [];
  return h("div", {}, h("p", { class: "hint" }, when(own.at)),
    told(own, kind).map((line) => h("p", {}, line)), files.length > 0 && shown(files));
}

function theirs(server, own, kind) {
  if (!server) return h("p", {}, t("The matter is no longer on this phone: it was given to somebody else, or it ended."));
  const since = server.entries.filter((entry) => !own || entry.version === undefined || entry.version > (own.seen ?? 0));
  return h("div", {}, h("p", {}, t("Now: %(state)s", { state: nameOf("states", server.state) })),
    since.length > 0 ? history(since, kind) : null);
}

async function sendAnyway(entry, own, server) {
  const command = own.move === "report"
    ? { move: "report", matter: own.matter, seen: null, data: own.data, words: own.words }
    : move(server, own.move, own.data, own.words);
  if (!(await act(command, t("Sent anew, over what they did.")))) return;
  await outbox.drop(entry, { keepFiles: true });
  sync.run();
  location.replace("#/send");
}

async function asNote(entry, own, server, kind) {
  const data = { text: told(own, kind).join("\n").slice(0, 5000), ...(own.data.files && { files: own.data.files }) };
  if (!(await act(move(server, "note", data), t("Kept as a note on the matter.")))) return;
  await outbox.drop(entry, { keepFiles: true });
  sync.run();
  location.replace("#/send");
}

async function dropped(entry) {
  await outbox.drop(entry);
  announce(t("Dropped."));
  location.replace("#/send");
}

function choices(entry, own, server, kind) {
  const mayAgain = own && (own.move === "report" || (server && possible(server, [own.move]).length > 0));
  const mayNote = own && server && possible(server, ["note"]).length > 0;
  return h("div", { class: "stack" },
    mayAgain && h("button", { type: "button", class: "button main", onclick: () => sendAnyway(entry, own, server) }, t("Send mine anyway")),
    mayNote && h("button", { type: "button", class: "button", onclick: () => asNote(entry, own, server, kind) }, t("Keep mine as a note")),
    !mayAgain && own && h("p", { class: "hint" }, t("“%(move)s” is no longer possible from where the matter is now.", { move: nameOf("moves", own.move) })),
    sure(t("Drop mine"), t("Really drop it?"), () => dropped(entry)));
}

/** The screen. */
export async function screen(id) {
  const entry = (await outbox.entries()).find((each) => each.id === id);
  if (!entry || entry.state !== "decide") return { goTo: "#/send" };
  const own = held.held.own.get(id);
  const server = held.held.matters.get(entry.matter);
  const seen = server ?? held.matter(entry.matter);
  const kind = seen && held.kindOf(seen);
  const body = h("div", {},
    h("p", { class: "banner" }, entry.answer.sentence || t("The server did not take this.")),
    h("p", {}, server ? title(server) : label(entry)),
    h("div", { class: "sides" },
      h("section", {}, h("h2", {}, t("Yours")), hers(own, kind)),
      h("section", {}, h("h2", {}, t("Theirs")), theirs(server, own, kind))),
    choices(entry, own, server, kind));
  return { title: t("Your decision"), back: "#/send", body, isLive: false };
}
