"""Where one more person at the phone helps most."""

from collections.abc import Iterator

import numpy as np

from kapok.planning.hotlines.labels import at_phone, moment
from kapok.planning.hotlines.meeting import IntArray, met
from kapok.planning.hotlines.plans import Plan, Rota
from kapok.planning.hotlines.situation import Situation
from kapok.words import gettext as _
from kapok_planning.hotline import Staffing, measure, staff


def help_lines(situation: Situation, plan: Plan) -> Iterator[str]:
    """The shift that covers most of what is missing, or one more where it is tightest."""
    helped = False
    for rota in plan.rotas:
        if rota.plan.short.any():
            helped = True
            yield from _one_more_shift(situation, rota)
    if helped or not len(plan.staffing.agents):
        return
    by_hand = staff(situation.calls, situation.settings.target).agents if plan.by_hand else None
    if by_hand is not None and (plan.staffing.agents < by_hand).any():
        worst = np.where(plan.staffing.agents < by_hand, plan.staffing.service_level, np.inf)
        yield _too_few(situation, plan, int(np.argmin(worst)), by_hand)
        return
    table, now = situation.table, met(situation, plan)
    t = int(np.argmin(np.where(table.calls > 0, now.service_level, np.inf)))
    if table.calls[t] > 0:
        yield _tightest(situation, now, t)


def _too_few(situation: Situation, plan: Plan, t: int, needed: IntArray) -> str:
    """Of an interval set by hand, how many keep to the target."""
    return _("%(of)s: %(n)s are too few; %(needed)s keep to what callers may expect.") % {
        "of": _named(situation, t),
        "n": int(plan.staffing.agents[t]),
        "needed": int(needed[t]),
    }


def _tightest(situation: Situation, now: Staffing, t: int) -> str:
    """What one more agent does in an interval."""
    words = {"of": _named(situation, t), "n": int(now.agents[t])}
    more = now.agents.copy()
    more[t] += 1
    then = measure(situation.calls, more, situation.settings.target)
    return _(
        "It is tightest at %(of)s: %(n)s answer %(share)s in time after %(wait)s s on average; "
        "one more makes it %(then)s and %(less)s s."
    ) % {
        **words,
        "share": f"{now.service_level[t]:.1%}",
        "wait": f"{now.wait_s[t]:.1f}",
        "then": f"{then.service_level[t]:.1%}",
        "less": f"{then.wait_s[t]:.1f}",
    }


def _named(situation: Situation, t: int) -> str:
    table = situation.table
    at = moment(situation, float(table.minutes[t]))
    return f"{at} ({table.skill[t]})" if table.skill[t] else at


def _one_more_shift(situation: Situation, rota: Rota) -> Iterator[str]:
    """The shift in which one more person covers most of what is missing."""
    short = set(np.flatnonzero(rota.plan.short).tolist())
    gains = [sum(at_phone(shift, t) for t in short) for shift in rota.shifts]
    best = int(np.argmax(gains))
    if not gains[best]:
        return
    shift, step = rota.shifts[best], situation.table.interval_min
    yield (
        _("One more person from %(from)s to %(to)s covers %(n)s of %(all)s missing intervals.")
        % {
            "from": moment(situation, rota.begin_min + shift.start * step),
            "to": moment(situation, rota.begin_min + shift.end * step),
            "n": gains[best],
            "all": len(short),
        }
    )
