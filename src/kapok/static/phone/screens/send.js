// What waits to be sent, what needs a decision, what is looked at by somebody else.

import { h, icon } from "../core/dom.js";
import { count, nameOf, say, t, when } from "../core/words.js";
import * as files from "../work/files.js";
import * as held from "../work/held.js";
import * as outbox from "../work/outbox.js";
import * as sync from "../work/sync.js";
import { signInLink, sure } from "./alone.js";
import { title } from "./today.js";

const STATES = {
  waiting: () => t("waits to be sent"),
  decide: () => t("needs your decision"),
  held: () => t("is looked at by your lead"),
  sent: () => t("the words are there, files follow"),
};

/** What a command is called: from one's own copy, or what little is known without it. */
export function label(entry) {
  const own = held.held.own.get(entry.id);
  const matter = held.matter(entry.matter);
  if (!own) return matter ? title(matter) : t("Made before you signed in again");
  const what = own.words.label ? say(own.words.label) : nameOf("moves", own.move);
  return matter ? `${title(matter)}: ${what}` : what;
}

const DROPS = {
  sent: (entry) => entry.answer && sure(t("Drop these files"), t("Really drop them?"), () => outbox.drop(entry)),
  held: (entry) => sure(t("Take off this list"), t("Your lead keeps it. Take it off?"), () => outbox.drop(entry)),
};

function row(entry) {
  const inside = [
    h("span", { class: "card-title" }, label(entry)),
    h("span", { class: "card-line" }, h("span", {}, when(entry.made_at)), h("span", { class: outbox.isOpen(entry) ? "tag bad" : "tag" }, STATES[entry.state]()),
      entry.files.length > 0 && h("span", {}, count(entry.files.length, "%(n)s file", "%(n)s files"))),
    entry.answer?.sentence && h("span", { class: "card-where" }, entry.answer.sentence),
  ];
  return h("li", {}, entry.state === "decide"
    ? h("a", { class: "card", href: `#/decide/${entry.id}` }, ...inside)
    : h("div", { class: "card" }, ...inside, DROPS[entry.state]?.(entry)));
}

const PROBLEMS = {
  offline: () => t("The server does not answer. Kapok tries again by itself; nothing is lost."),
  signed_out: () => t("You are signed out. Sign in, and what waits is sent."),
  refused: () => sync.status.sentence || t("The server does not take this now. Kapok tries again by itself."),
};

/** The screen. */
export async function screen() {
  const [entries, others, last] = await Promise.all([outbox.entries(), outbox.ofOthers(), sync.lastSent()]);
  const rising = [...entries].sort((a, b) => outbox.isOpen(b) - outbox.isOpen(a));
  const problem = PROBLEMS[sync.status.problem]?.();
  await files.tidy(new Set([...entries, ...others].flatMap((entry) => entry.files).concat(namedInDrafts())));
  const body = h("div", {},
    problem && h("p", { class: "banner" }, problem),
    sync.status.problem === "signed_out" && signInLink(),
    h("p", { class: "lead" }, last ? t("Everything was sent last at %(at)s.", { at: when(last) }) : t("Nothing was sent yet.")),
    h("button", { type: "button", class: "button main", disabled: sync.status.sending, onclick: () => sync.run() }, icon("send"),
      sync.status.sending ? t("Sending …") : t("Send now")),
    entries.length ? h("ul", { class: "cards" }, rising.map(row)) : h("p", {}, t("Nothing waits.")),
    others.length > 0 && h("p", { class: "hint" }, count(others.length,
      "%(n)s more waits for somebody else who used this phone; it goes when they sign in.",
      "%(n)s more wait for somebody else who used this phone; they go when they sign in.")));
  return { title: t("Sending"), body };
}

const namedInDrafts = () =>
  [...held.held.drafts.values()].flatMap((draft) => [
    ...(draft.photos ?? []), ...(draft.voices ?? []), ...Object.values(draft.answers ?? {}).filter(Array.isArray).flat(),
  ]);
