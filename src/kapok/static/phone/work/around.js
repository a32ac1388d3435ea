// What conditions read beside the answers: the matter, its place, the moment.

import { held } from "./held.js";

const ZONE = "Asia/Shanghai";

const parts = (moment, zone) =>
  Object.fromEntries(
    new Intl.DateTimeFormat("en-GB", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
      hour: "2-digit", minute: "2-digit", weekday: "short",
    }).formatToParts(moment).map(({ type, value }) => [type, value]),
  );

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const working = (found, hours) => {
  if (!hours) return false;
  const day = `${found.year}-${found.month}-${found.day}`;
  const isOn = hours.days_on?.includes(day)
    || (hours.weekdays.includes(DAYS.indexOf(found.weekday) + 1) && !hours.days_off?.includes(day));
  const at = `${found.hour}:${found.minute}`;
  return isOn && hours.hours.some(({ starts, ends }) => starts.slice(0, 5) <= at && at < ends.slice(0, 5));
};

/** The moment as conditions see it. */
export function moment(at = new Date(), hours = null) {
  const found = parts(at, hours?.zone || ZONE);
  return {
    date: `${found.year}-${found.month}-${found.day}`,
    time: `${found.hour}:${found.minute}`,
    hour: Number(found.hour),
    weekday: DAYS.indexOf(found.weekday) + 1,
    working: working(found, hours),
  };
}

const WIDTHS = [["GRID", 1], ["COMMUNITY", 1e3], ["STREET", 1e6], ["DISTRICT", 1e9], ["CITY", 1e11], ["PROVINCE", 1e13]];

const levelOf = (place) =>
  [...WIDTHS].reverse().find(([, width]) => Number(place) % width === 0)?.[0] ?? "GRID";

/** All of it for a matter, or for one that is only beginning. */
export function around(matter, kind) {
  const place = matter?.place ?? held.profile?.places?.[0]?.code ?? 0;
  return {
    now: moment(new Date(), kind?.hours ?? null),
    place: { code: String(place), level: levelOf(place) },
    matter: matter
      ? {
        kind: matter.kind, realm: kind?.realm ?? "", urgency: matter.urgency, state: matter.state,
        door: matter.door ?? "PATROL", outcome: matter.outcome ?? "", reopened: (matter.n_reopened ?? 0) > 0,
      }
      : {},
  };
}
