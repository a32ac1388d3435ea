"""How intervals and shifts are named where a plan is changed by hand: as people read them."""

from collections.abc import Iterable

from kapok.planning.hotlines.moments import clock
from kapok.planning.hotlines.plans import Plan, Rota
from kapok.planning.hotlines.situation import Situation
from kapok_planning.hotline import Shift


def interval_labels(situation: Situation) -> dict[str, int]:
    """Each interval by its label, as ``2026-06-14 10:00 PSY``."""
    table, zone = situation.table, situation.settings.zone
    return _numbered(
        f"{clock(m, zone):%Y-%m-%d %H:%M} {skill}".strip()
        for m, skill in zip(table.minutes.tolist(), table.skill, strict=True)
    )


def shift_labels(situation: Situation, plan: Plan) -> dict[str, tuple[int, int]]:
    """Each shift that may be worked: number of its rota and its own, by its label."""
    places = [(r, s) for r, rota in enumerate(plan.rotas) for s in range(len(rota.shifts))]
    labels = _numbered(
        _label(situation, rota, shift) for rota in plan.rotas for shift in rota.shifts
    )
    return {label: places[place] for label, place in labels.items()}


def _label(situation: Situation, rota: Rota, shift: Shift) -> str:
    """As ``2026-06-14 08:00-16:00 (12:00-12:30) PSY``."""

    def at(interval: int) -> str:
        minutes = rota.begin_min + interval * situation.table.interval_min
        return f"{clock(minutes, situation.settings.zone):%H:%M}"

    begin = rota.begin_min + shift.start * situation.table.interval_min
    day = f"{clock(begin, situation.settings.zone):%Y-%m-%d}"
    pauses = "".join(f" ({at(a)}-{at(b)})" for a, b in shift.breaks)
    return f"{day} {at(shift.start)}-{at(shift.end)}{pauses} {rota.skill}".strip()


def _numbered(labels: Iterable[str]) -> dict[str, int]:
    """Places by label; of an hour that comes twice in autumn, the second has a number."""
    found: dict[str, int] = {}
    for place, label in enumerate(labels):
        found[label if label not in found else f"{label} #2"] = place
    return found


def moment(situation: Situation, minutes: float) -> str:
    """A moment on the hotline's clock."""
    return f"{clock(minutes, situation.settings.zone):%Y-%m-%d %H:%M}"


def at_phone(shift: Shift, interval: int) -> bool:
    """Whether a shift is at the phone in an interval."""
    return shift.start <= interval < shift.end and not any(
        a <= interval < b for a, b in shift.breaks
    )
