"""Reads a plan of a hotline anew and says what is wrong with it; shares no code with the search."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from kapok.planning.hotlines.moments import clock
from kapok.planning.hotlines.plans import Plan, Rota
from kapok.planning.hotlines.situation import Situation
from kapok.words import gettext as _
from kapok_planning.hotline.checking import NEAR, Judged, judge

MOST_BROKEN = 50


def broken(situation: Situation, plan: Plan) -> tuple[str, ...]:
    """Rules that a plan breaks: the target of each interval, and shifts that are what they say."""
    found = [*_needs(situation, plan), *_lines(situation, plan)]
    for rota in plan.rotas:
        found += _shifts(situation, rota)
    if len(found) > MOST_BROKEN:
        more = _("… and %(n)s more.") % {"n": f"{len(found) - MOST_BROKEN:,}"}
        return (*found[:MOST_BROKEN], more)
    return tuple(found)


def _needs(situation: Situation, plan: Plan) -> Iterator[str]:
    calls, target, table = situation.calls, situation.settings.target, situation.table
    within = target.within_s / calls.handling_s
    offered = np.stack(
        [calls.load, plan.staffing.agents.astype(float), calls.theta, within], axis=1
    )
    different, place = np.unique(offered, axis=0, return_inverse=True)
    judged = [judge(a, round(n), theta, w) for a, n, theta, w in different.tolist()]
    for t, which in enumerate(place.ravel().tolist()):
        now, n = judged[which], int(plan.staffing.agents[t])
        at = clock(float(table.minutes[t]), situation.settings.zone)
        words = {"moment": f"{at:%Y-%m-%d %H:%M}", "n": n, "skill": table.skill[t]}
        of = _("%(moment)s, %(skill)s") % words if table.skill[t] else words["moment"]
        if n < target.least:
            yield _("%(of)s: %(n)s at the phone; at least %(least)s must be.") % {
                "of": of, "n": n, "least": target.least,
            }  # fmt: skip
        elif not now.is_within(target):
            yield _too_few(situation, of, n, now, float(calls.load[t]))
        if abs(now.served - plan.staffing.service_level[t]) > NEAR:
            yield _("%(of)s: the share in time is %(share)s, not as the plan says.") % {
                "of": of, "share": f"{now.served:.2%}",
            }  # fmt: skip


def _too_few(situation: Situation, of: object, n: int, now: Judged, load: float) -> str:
    target = situation.settings.target
    words = {"of": of, "n": n, "load": f"{load:.2f}"}
    if now.occupancy == np.inf:
        return _("%(of)s: %(n)s cannot keep up with %(load)s Erlang; the queue grows.") % words
    if now.served < target.share - NEAR:
        return _("%(of)s: %(n)s answer %(share)s in time; %(wanted)s are asked for.") % {
            **words, "share": f"{now.served:.1%}", "wanted": f"{target.share:.0%}",
        }  # fmt: skip
    if now.abandoned > target.most_abandoned + NEAR:
        return _("%(of)s: with %(n)s, %(share)s give up; at most %(wanted)s may.") % {
            **words, "share": f"{now.abandoned:.1%}", "wanted": f"{target.most_abandoned:.0%}",
        }  # fmt: skip
    return _("%(of)s: %(n)s are busy for %(share)s of the time; at most %(wanted)s may be.") % {
        **words, "share": f"{now.occupancy:.1%}", "wanted": f"{target.most_occupancy:.0%}",
    }  # fmt: skip


def _lines(situation: Situation, plan: Plan) -> Iterator[str]:
    """What becomes of calls adds up: less is lost than reaches the city, no more than allowed."""
    if plan.lines is None or situation.settings.streets is None:
        return
    lines, most = plan.lines, situation.settings.streets.lines.most_lost
    wrong = (
        (lines.lost > most + NEAR)
        | (lines.lost > lines.reached_city + NEAR)
        | (lines.reached_city > lines.left_street + NEAR)
    )
    for t in np.flatnonzero(wrong).tolist():
        yield _("Interval %(n)s: the lines lose more calls than they may.") % {"n": t + 1}


def _shifts(situation: Situation, rota: Rota) -> Iterator[str]:
    """Shifts counted person by person: who is there, what is missing, and what it costs."""
    there: Counter[int] = Counter()
    paid = 0
    for shift, n in zip(rota.shifts, rota.plan.people.tolist(), strict=True):
        if n < 0:
            yield _("A shift has %(n)s people.") % {"n": n}
        resting = {t for a, b in shift.breaks for t in range(a, b)}
        for t in range(shift.start, shift.end) if n else ():
            paid += n
            there[t] += 0 if t in resting else n
    if paid != rota.plan.cost:
        yield _("The shifts cost %(n)s intervals, not as the plan says.") % {"n": paid}
    for t, need in enumerate(rota.need.tolist()):
        missing = max(need - there[t], 0)
        if there[t] != rota.plan.at_work[t] or missing != rota.plan.short[t]:
            at = clock(rota.begin_min + t * situation.table.interval_min, situation.settings.zone)
            yield _("%(moment)s: %(n)s are at work, not as the plan says.") % {
                "moment": f"{at:%Y-%m-%d %H:%M}", "n": there[t],
            }  # fmt: skip
    most = situation.settings.most_people
    if most is not None and int(rota.plan.people.sum()) > most:
        yield _("%(n)s shifts are more than the %(most)s people that there are.") % {
            "n": int(rota.plan.people.sum()), "most": most,
        }  # fmt: skip
