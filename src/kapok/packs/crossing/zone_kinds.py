"""Kinds of zones: their exits, and what becomes of matters inside."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from kapok.packs.crossing.forms import checker
from kapok.packs.crossing.naming import Found, Path, exists, fitting, unique
from kapok.packs.schema import Form, Kind, Retask, RetaskAct, ZoneKind


def of_zone_kind(path: Path, zone_kind: ZoneKind, kinds: dict[str, Kind | None]) -> Iterator[Found]:
    """Every fault of a kind of zone, and of what it does with matters."""
    yield from unique((*path, "exits"), zone_kind.exits)
    for n, retask in enumerate(zone_kind.retasks):
        where = (*path, "retasks", n)
        if retask.kind != "*":
            yield from exists((*where, "kind"), retask.kind, kinds)
        if retask.do == RetaskAct.CREATE:
            yield from fitting(where, retask.answers, retask.kind, kinds)
            yield from _all_answered(where, retask, kinds.get(retask.kind))
        yield from _care_goes_on(where, retask, kinds.get(retask.kind))
        kind = kinds.get(retask.kind)
        if kind is not None or retask.kind not in kinds:
            form = kind.report_form if kind else Form()
            yield from checker(form)((*where, "when"), retask.when)


def _all_answered(path: Path, retask: Retask, kind: Kind | None) -> Iterator[Found]:
    """What nobody is asked for must be answered by the pack."""
    for field in kind.report_form.fields if kind else ():
        if field.required is True and field.name not in retask.answers and not field.show_when:
            yield (
                (*path, "answers"),
                _("The report form of that kind asks for “%(field)s”. Answer it here.")
                % {"field": field.name},
            )


def _care_goes_on(path: Path, retask: Retask, kind: Kind | None) -> Iterator[Found]:
    """No zone holds up care: nobody waits for medicine because of a line on a map."""
    if retask.do == RetaskAct.HOLD and kind is not None and kind.realm in {"CARE", "HEALTH"}:
        yield (
            (*path, "do"),
            _("No zone holds up matters of care and health. Leave this out, or make it URGENCY."),
        )
