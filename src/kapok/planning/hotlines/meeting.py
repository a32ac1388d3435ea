"""What callers meet with the people that shifts bring, or with the need where there are none."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from kapok.planning.hotlines.labels import moment
from kapok.planning.hotlines.plans import Plan
from kapok.planning.hotlines.situation import Situation
from kapok.words import gettext as _
from kapok.words import ngettext
from kapok_planning.hotline import Staffing, measure, overloads

IntArray = NDArray[np.int64]
NEAR = 1e-9
SHOWN = 12


def there(situation: Situation, plan: Plan) -> IntArray:
    """How many are at the phone in each interval, (t,).

    Those of the shifts without the share that is not at the phone; for a skill without shifts,
    as many as are needed.
    """
    table, target = situation.table, situation.settings.target
    found, skill = plan.staffing.agents.copy(), np.array(table.skill)
    for rota in plan.rotas:
        rows = skill == rota.skill
        place = np.round((table.minutes[rows] - rota.begin_min) / table.interval_min)
        at_work = rota.plan.at_work[place.astype(np.int64)]
        found[rows] = np.floor(at_work * (1.0 - target.shrinkage) + NEAR).astype(np.int64)
    return found


def met(situation: Situation, plan: Plan) -> Staffing:
    """What callers meet with those who are there."""
    return measure(situation.calls, there(situation, plan), situation.settings.target)


def unanswered(situation: Situation, plan: Plan) -> Iterator[str]:
    """Intervals in which nobody is there, or too few for the queue to have an end."""
    agents, table = there(situation, plan), situation.table
    if not plan.rotas:
        return  # agents set by hand are judged by the checker
    over = overloads(situation.calls, agents)
    for item in over[:SHOWN]:
        t = item.interval
        at = moment(situation, float(table.minutes[t]))
        words = {
            "of": f"{at} ({table.skill[t]})" if table.skill[t] else at,
            "n": item.agents,
            "calls": f"{table.calls[t]:g}",
            "load": f"{item.load:.2f}",
        }
        if not item.agents:
            yield _("%(of)s: shifts bring nobody; none of %(calls)s calls is answered.") % words
            continue
        yield (
            ngettext(
                "%(of)s: shifts bring %(n)s person to the phone for %(load)s Erlang, who cannot "
                "keep up.",
                "%(of)s: shifts bring %(n)s people to the phone for %(load)s Erlang, who cannot "
                "keep up.",
                item.agents,
            )
            % words
        )
    if len(over) > SHOWN:
        yield _("… and %(n)s more intervals that cannot keep up.") % {"n": f"{len(over) - SHOWN:,}"}
