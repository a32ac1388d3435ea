"""The planner of sites, as commands and pages have it."""

from collections.abc import Mapping, Sequence
from typing import Any

from kapok.errors import Refused
from kapok.planning.planner import Ask, Document, Duty, Figure, Kind, Member, Section, Sent, Slot
from kapok.planning.sites import example, forms, outcome, telling, views
from kapok.planning.sites.outcome import Outcome
from kapok.planning.sites.reading import Description, read_mapping
from kapok.words import gettext as _

MOST_STAFF = 10_000


class SitePlanner:
    """Vaccination and sampling sites. See :class:`kapok.planning.planner.Planner`."""

    kind = Kind.SITE
    budgets = tuple(outcome.WORK)
    mends = True
    staffs = False

    def begin(self) -> dict[str, Any]:
        """The usual stations."""
        return example.blank()

    def example(self) -> dict[str, Any]:
        """The gymnasium of Ruyuan."""
        return example.ruyuan()

    def fields(self, document: Document) -> forms.Fields:
        """The form, filled in."""
        return forms.fields(document)

    def sent(self, document: Document, form: Sent) -> dict[str, Any]:
        """The document after the form was sent."""
        return forms.sent(document, form)

    def staffed(self, document: Document, members: Sequence[Member]) -> dict[str, Any]:
        """Sites name nobody: their seats are open."""
        return dict(document)

    def read(self, document: Document) -> Description:
        """The site, who comes, and what is asked."""
        return read_mapping(document)

    def plan(self, situation: Description, ask: Ask) -> Outcome:
        """The least staff, or the given one judged."""
        return outcome.plan_site(situation, ask)

    def check(self, situation: Description, plan: Outcome) -> tuple[str, ...]:
        """Every simulated day is looked at again."""
        return outcome.wrong_with(situation, plan)

    def figures(self, situation: Description, plan: Outcome) -> tuple[Figure, ...]:
        """Waits, person-hours, seats."""
        return telling.figures(situation, plan)

    def explain(self, situation: Description, plan: Outcome) -> tuple[Section, ...]:
        """Is it enough, where is it tight, what would one more do."""
        return telling.sections(situation, plan)

    def dump(self, plan: Outcome) -> dict[str, Any]:
        """As a document."""
        return outcome.dump(plan)

    def load(self, situation: Description, document: Document) -> Outcome:
        """From a document."""
        return outcome.load(document)

    def changed(self, situation: Description, plan: Outcome, change: Mapping[str, str]) -> Outcome:
        """Other staff at a ``station`` in a ``slot`` (its number, or ``all``), or other seats."""
        names = situation.situation.site.names
        if change.get("station") not in names:
            raise Refused(_("There is no such station in this plan."))
        k = names.index(change["station"])
        staff = [list(row) for row in plan.staff]
        slot, n = change.get("slot", "all"), _staff_of(change.get("staff", ""))
        if slot == "all" or situation.situation.site.stations[k].is_seats:
            staff[k] = [n] * len(staff[k])
        elif slot.isascii() and slot.isdigit() and int(slot) < len(staff[k]):
            staff[k][int(slot)] = n
        else:
            raise Refused(_("There is no such slot in this plan."))
        ask = Ask(seed=plan.seed)
        return outcome.judged(situation, outcome.as_staff(staff), ask, plan.n_days, plan.n_help)

    def shown(
        self, situation: Description, plan: Outcome, wanted: Mapping[str, str]
    ) -> views.Shown:
        """Stations by slot, the hall, a day."""
        return views.shown(situation, plan, wanted)

    def mended(self, document: Document, plan: Document, sent: Sent) -> dict[str, Any]:
        """The rest of the day from the queues as they are, with the staff of the plan."""
        kept = outcome.load(plan)
        names = read_mapping(document).situation.site.names
        now: dict[str, Any] = {"at": sent.text("at")}
        columns = [sent.texts.get(name, ()) for name in ("waiting", "longest", "served")]
        for name, *texts in zip(names, *columns, strict=False):
            keys = ("waiting", "longest_wait_min", "served")
            given = {key: text.strip() for key, text in zip(keys, texts, strict=True)}
            if any(given.values()):
                now[name] = {key: text for key, text in given.items() if text}
        found = {**_staffed(document, kept), "now": now, "find": "given"}
        read_mapping(found)
        return found

    def duties(self, situation: Description, plan: Outcome) -> tuple[Duty, ...]:
        """An open seat for each person at each station, as long as they are needed in a row."""
        _need_day(situation)
        found = []
        for k, station in enumerate(situation.situation.site.stations):
            if station.is_seats:
                continue
            for begin, end in _spans(plan.staff[k]):
                starts = situation.clock.at(begin * situation.clock.slot_min)
                ends = situation.clock.at(end * situation.clock.slot_min)
                found.append(Duty("", "", situation.name, station.name, starts, ends))
        return tuple(found)

    def slots(self, situation: Description, plan: Outcome) -> tuple[Slot, ...]:
        """As many bookings as the plan was made for."""
        _need_day(situation)
        clock = situation.clock
        return tuple(
            Slot(
                situation.name,
                clock.at(h * clock.slot_min),
                clock.at((h + 1) * clock.slot_min),
                round(n),
            )
            for h, n in enumerate(situation.situation.arrivals.booked)
            if round(n) > 0
        )


def _need_day(situation: Description) -> None:
    if situation.clock.day is None:
        raise Refused(_("The situation has no date, so nobody can be asked for. Give it one."))


def _staff_of(text: str) -> int:
    if not (text.strip().isascii() and text.strip().isdigit()) or int(text) > MOST_STAFF:
        raise Refused(_("Staff must be a whole number from 0 to %(most)d.") % {"most": MOST_STAFF})
    return int(text)


def _spans(staff: tuple[int, ...]) -> list[tuple[int, int]]:
    """Slots from begin to end that each of the people works, those longest there first in."""
    found, open_ = [], list[int]()
    for h, n in enumerate((*staff, 0)):
        while len(open_) > n:
            found.append((open_.pop(), h))
        open_ += [h] * (n - len(open_))
    return sorted(found)


def _staffed(document: Document, plan: Outcome) -> dict[str, Any]:
    """The document with the staff of a plan at its stations and lanes."""
    whole = read_mapping({key: value for key, value in document.items() if key != "now"})
    n_slots, of = whole.clock.n_slots, {}
    for name, row in zip(whole.situation.site.names, plan.staff, strict=True):
        before = [row[0]] * (n_slots - len(row))  # of a plan for the rest of a day
        of[name] = [*before, *row]
    stations = []
    for station in document["stations"]:
        name, found = station["name"], dict(station)
        if "seats" in station:
            found["seats"] = max(of[name])
        else:
            found["staff"] = of[name]
        if "lanes" in station:
            found["lanes"] = {kind: of[f"{name} ({kind})"] for kind in station["lanes"]}
        stations.append(found)
    return {**document, "stations": stations}


PLANNER = SitePlanner()
