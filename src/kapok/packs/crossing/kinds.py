"""Kinds of matter: their forms, steps, clocks, routes, outcomes, and what they lead to."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from kapok.packs.crossing.forms import Check, checker, of_form
from kapok.packs.crossing.naming import Found, Path, exists, fitting, unique
from kapok.packs.schema import Door, Kind, Realm, Step, UrgencyRule


def of_kind(path: Path, kind: Kind, kinds: dict[str, Kind | None]) -> Iterator[Found]:
    """Every fault between the parts of a kind, and between it and the others."""
    for name in ("steps", "clocks", "outcomes"):
        yield from unique((*path, name), getattr(kind, name))
    yield from of_form((*path, "report_form"), kind.report_form)
    check = checker(kind.report_form)
    yield from _urgency((*path, "urgency"), kind.urgency, check)
    yield from _why(path, kind, kinds)
    for n, step in enumerate(kind.steps):
        yield from _step((*path, "steps", n), step, kinds, check)
    for n, clock in enumerate(kind.clocks):
        yield from check((*path, "clocks", n, "when"), clock.when)
    for n, route in enumerate(kind.route):
        yield from check((*path, "route", n, "when"), route.when)
    for n, outcome in enumerate(kind.outcomes):
        yield from exists((*path, "outcomes", n, "follow_up"), outcome.follow_up, kinds)
    yield from _only_order(path, kind)
    yield from _out_of_help(path, kind, kinds)
    yield from _outcomes(path, kind)
    yield from _route_ends(path, kind)


def _outcomes(path: Path, kind: Kind) -> Iterator[Found]:
    codes = {outcome.code for outcome in kind.outcomes}
    for code in kind.retention_days:
        if code != "default" and code not in codes:
            yield (
                (*path, "retention_days", code),
                _("There is no outcome “%(code)s”. Write one of its outcomes, or default.")
                % {"code": code},
            )
    if not any(outcome.closes for outcome in kind.outcomes):
        yield (*path, "outcomes"), _("No outcome closes the matter. Let at least one close it.")
    if kind.anonymous and Door.PORTAL not in kind.doors and Door.PHONE not in kind.doors:
        yield (
            (*path, "anonymous"),
            _("Nobody can report without a name here: no door PORTAL or PHONE is open."),
        )


def _route_ends(path: Path, kind: Kind) -> Iterator[Found]:
    if all(route.when is not None for route in kind.route):
        yield (
            (*path, "route"),
            _("Each route has a condition, so that a matter may go nowhere. Add one without."),
        )


def _urgency(path: Path, rule: UrgencyRule, check: Check) -> Iterator[Found]:
    for n, when in enumerate(rule.when):
        yield from check((*path, "when", n, "if"), when.if_)


def _why(path: Path, kind: Kind, kinds: dict[str, Kind | None]) -> Iterator[Found]:
    if kind.why is None:
        return
    yield from unique((*path, "why", "options"), kind.why.options)
    for n, option in enumerate(kind.why.options):
        where = (*path, "why", "options", n, "becomes")
        yield from exists(where, option.becomes, kinds)
        yield from fitting((*path, "why", "options", n), option.answers, option.becomes, kinds)
        becomes = kinds.get(option.becomes or "")
        if option.needs_help and becomes is not None and becomes.realm != Realm.CARE:
            yield (
                where,
                _("A need for help becomes a matter of CARE; “%(code)s” is none.")
                % {"code": becomes.code},
            )


def _only_order(path: Path, kind: Kind) -> Iterator[Found]:
    """Help never asks whether a zone is there."""
    if kind.needs_zone_document and kind.realm != Realm.ORDER:
        yield (
            (*path, "needs_zone_document"),
            _("Only matters of ORDER exist inside zones alone; help is for everybody."),
        )


def _out_of_help(path: Path, kind: Kind, kinds: dict[str, Kind | None]) -> Iterator[Found]:
    """Nothing that began as a need for help leads to a matter of order."""
    if kind.realm not in {Realm.CARE, Realm.HEALTH}:
        return
    named: list[tuple[Path, str | None]] = [
        ((*path, "outcomes", n, "follow_up"), outcome.follow_up)
        for n, outcome in enumerate(kind.outcomes)
    ]
    named += [
        ((*path, "steps", n, "notes", m, "creates"), note.creates)
        for n, step in enumerate(kind.steps)
        for m, note in enumerate(step.notes)
    ]
    for where, code in named:
        other = kinds.get(code or "")
        if other is not None and other.realm == Realm.ORDER:
            yield (
                where,
                _("What began as a need for help leads to no matter of ORDER; “%(code)s” is one.")
                % {"code": other.code},
            )


def _step(path: Path, step: Step, kinds: dict[str, Kind | None], check: Check) -> Iterator[Found]:
    yield from check((*path, "show_when"), step.show_when)
    yield from of_form((*path, "form"), step.form)
    yield from unique((*path, "notes"), step.notes)
    for n, note in enumerate(step.notes):
        yield from exists((*path, "notes", n, "creates"), note.creates, kinds)
        yield from fitting((*path, "notes", n), note.answers, note.creates, kinds)
