// The words of the app, in the language of this phone. The English sentence is the key.

const LANGUAGES = { "zh-hans": "zh-CN", en: "en" };
const CHOSEN = "kapok-phone-language";
let catalogue = { sentences: {}, states: {}, moves: {}, urgencies: {} };
let current = "zh-hans";

const remembered = () => {
  try {
    return localStorage.getItem(CHOSEN);
  } catch {
    return null;
  }
};

const ofPhone = () => ((navigator.language || "zh").toLowerCase().startsWith("zh") ? "zh-hans" : "en");

/** Load the words of a language; without one, of the language that was chosen last. */
export async function speak(wanted = null) {
  current = wanted || remembered() || ofPhone();
  if (!LANGUAGES[current]) current = "zh-hans";
  if (wanted) localStorage.setItem(CHOSEN, wanted);
  const answer = await fetch(`/my/words/${current}.json`);
  catalogue = await answer.json();
  document.documentElement.lang = LANGUAGES[current];
}

/** The language that is spoken: `zh-hans` or `en`. */
export const language = () => current;

/** The locale of dates and numbers. */
export const locale = () => LANGUAGES[current];

/** A sentence with its `%(name)s` filled in. */
export const t = (sentence, values = {}) =>
  (catalogue.sentences[sentence] || sentence).replace(/%\((\w+)\)s/g, (whole, name) =>
    name in values ? String(values[name]) : whole);

/** One sentence for one, another for many; `%(n)s` is how many. */
export const count = (n, one, many) => t(n === 1 ? one : many, { n });

/** Words of a pack, which come in both languages. */
export const say = (text) => (text ? text[current === "en" ? "en" : "zh"] || text.zh || text.en || "" : "");

/** What a state, a move or an urgency is called. */
export const nameOf = (table, code) => catalogue[table]?.[code]?.label || code;

/** The row of a move: where it starts and ends, what it needs. */
export const moveOf = (code) => catalogue.moves[code];

const format = (options) => (moment) =>
  new Intl.DateTimeFormat(locale(), { hour12: false, ...options }).format(new Date(moment));

export const clock = (moment) => format({ hour: "2-digit", minute: "2-digit" })(moment);

export const day = (moment) => format({ month: "short", day: "numeric" })(moment);

/** A moment as short as it can be said: the time today, else the day too. */
export const when = (moment) => {
  const isToday = new Date(moment).toDateString() === new Date().toDateString();
  return isToday ? clock(moment) : `${day(moment)} ${clock(moment)}`;
};
