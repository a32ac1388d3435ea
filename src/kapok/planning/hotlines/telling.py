"""What a plan of a hotline says of itself, on a page as in the terminal."""

from collections.abc import Iterator

import numpy as np

from kapok.planning.hotlines.advice import help_lines
from kapok.planning.hotlines.labels import at_phone, moment
from kapok.planning.hotlines.meeting import met, unanswered
from kapok.planning.hotlines.plans import Plan, Rota
from kapok.planning.hotlines.situation import Situation
from kapok.planning.planner import Figure, Section, Tone
from kapok.words import gettext as _
from kapok.words import ngettext

SHOWN = 40


def hours_of(situation: Situation) -> float:
    """Hours of one interval."""
    return situation.table.interval_min / 60.0


def figures(situation: Situation, plan: Plan) -> tuple[Figure, ...]:
    """The plan in numbers: what is needed, and what callers meet with those who are there."""
    staffing, hours, now = plan.staffing, hours_of(situation), met(situation, plan)
    calls = situation.table.calls
    whole = float(calls.sum())
    weight = calls / whole if whole else np.zeros(len(calls))
    wait = float(weight @ np.where(calls > 0, now.wait_s, 0.0))
    phone = float(staffing.agents.sum()) * hours
    paid = float(staffing.rostered.sum()) * hours
    in_time = 100.0 * float(weight @ now.service_level)
    busy = 100.0 * float(now.occupancy.max())
    found = [
        Figure("calls", _("calls"), whole),
        Figure("agent_hours", _("needed at the phone"), phone, _("h"), -1),
        Figure("paid_hours", _("needed on the roster"), paid, _("h"), -1),
        Figure("most_agents", _("most needed at once"), float(staffing.agents.max()), "", -1),
        Figure("in_time", _("answered in time"), in_time, "%", 1, digits=1),
        Figure("wait", _("mean wait"), wait if np.isfinite(wait) else None, _("s"), -1, digits=1),
        Figure("occupancy", _("busy, at most"), busy, "%", 0, digits=1),
    ]
    if plan.rotas:
        people = sum(int(rota.plan.people.sum()) for rota in plan.rotas)
        paid = sum(rota.plan.cost for rota in plan.rotas) * hours
        short = sum(int(rota.plan.short.sum()) for rota in plan.rotas) * hours
        found += [
            Figure("shifts", _("shifts"), float(people), "", -1),
            Figure("shift_hours", _("hours of shifts"), paid, _("h"), -1, digits=1),
            Figure("short_hours", _("hours not covered"), short, _("h"), -1, digits=1),
        ]
    return (*found, *_line_figures(plan, hours))


def _line_figures(plan: Plan, hours: float) -> Iterator[Figure]:
    if plan.lines is None:
        return
    lines = plan.lines
    yield Figure("alone_hours", _("all lines alone"), float(lines.alone.sum()) * hours, _("h"), -1)
    yield Figure("city_seats", _("seats in the city"), float(lines.city_seats.max()), "", -1)
    yield Figure("lost", _("lost"), 100.0 * float(lines.lost.max()), "%", -1, digits=3)


def sections(situation: Situation, plan: Plan) -> tuple[Section, ...]:
    """What could not be met and why, what pools and shifts mean, and what would help most."""
    found = (
        Section(_("Cannot keep up"), _cannot(situation, plan), Tone.BAD),
        Section(_("Not covered"), tuple(_uncovered(situation, plan)), Tone.BAD),
        Section(_("Shifts"), tuple(_shifts(situation, plan)), Tone.NOTE),
        Section(_("Pools"), (*_pools(situation, plan), *_lines(situation, plan)), Tone.NOTE),
        Section(_("What would help most"), tuple(help_lines(situation, plan)), Tone.GOOD),
    )
    return tuple(section for section in found if section.lines)


def notes(situation: Situation) -> tuple[Section, ...]:
    """What was noticed when the calls were read."""
    told = situation.table.notes
    return (Section(_("About the calls"), told, Tone.NOTE),) if told else ()


def _cannot(situation: Situation, plan: Plan) -> tuple[str, ...]:
    return (*_overloads(situation, plan), *unanswered(situation, plan))


def _overloads(situation: Situation, plan: Plan) -> Iterator[str]:
    """Given agents that cannot keep up, and by how much."""
    table = situation.table
    for over in plan.overloads[:SHOWN]:
        t = over.interval
        at = moment(situation, float(table.minutes[t]))
        words = {
            "of": f"{at} ({table.skill[t]})" if table.skill[t] else at,
            "n": over.agents,
            "load": f"{over.load:.2f}",
            "used": f"{over.utilisation:.0%}" if over.agents else _("without end"),
            "missing": f"{over.missing:.2f}",
            "needed": int(plan.staffing.agents[t]),
        }
        yield (
            ngettext(
                "%(of)s: %(n)s agent for %(load)s Erlang, utilisation %(used)s: the work of "
                "%(missing)s agents is left over and the queue grows; %(needed)s are needed.",
                "%(of)s: %(n)s agents for %(load)s Erlang, utilisation %(used)s: the work of "
                "%(missing)s agents is left over and the queue grows; %(needed)s are needed.",
                over.agents,
            )
            % words
        )
    if len(plan.overloads) > SHOWN:
        yield _("… and %(n)s more intervals that cannot keep up.") % {
            "n": f"{len(plan.overloads) - SHOWN:,}"
        }


def _uncovered(situation: Situation, plan: Plan) -> Iterator[str]:
    for rota in plan.rotas:
        short = np.flatnonzero(rota.plan.short)
        if not len(short):
            continue
        first = rota.begin_min + int(short[0]) * situation.table.interval_min
        words = {
            "n": len(short),
            "skill": rota.skill,
            "first": moment(situation, first),
            "missing": int(rota.plan.short[short[0]]),
            "why": _why(situation, rota, int(short[0])),
        }
        if rota.skill:
            yield (
                _(
                    "%(skill)s: %(n)s intervals are not covered, first %(first)s (%(missing)s "
                    "missing): %(why)s"
                )
                % words
            )
        else:
            yield (
                _("%(n)s intervals are not covered, first %(first)s (%(missing)s missing): %(why)s")
                % words
            )


def _why(situation: Situation, rota: Rota, interval: int) -> str:
    if not any(at_phone(shift, interval) for shift in rota.shifts):
        return _("no shift reaches there; let shifts begin more often, or add another length.")
    most = situation.settings.most_people
    if most is not None and int(rota.plan.people.sum()) >= most:
        if most == 1:
            return _("the only person there is has a shift.")
        return _("all %(n)s people have a shift.") % {"n": most}
    return _("put more people into a shift that reaches there.")


def _shifts(situation: Situation, plan: Plan) -> Iterator[str]:
    hours = hours_of(situation)
    for rota in plan.rotas:
        n = int(rota.plan.people.sum())
        words = {
            "skill": rota.skill,
            "n": n,
            "paid": f"{rota.plan.cost * hours:g}",
            "least": f"{rota.plan.bound * hours:g}",
        }
        line = ngettext("%(n)s shift, %(paid)s paid hours", "%(n)s shifts, %(paid)s paid hours", n)
        if rota.skill:
            line = "%(skill)s: " + line
        if rota.plan.is_proven:
            line += " " + _("(no plan takes fewer)")
        elif rota.plan.bound > 0:
            line += " " + _("(every plan takes at least %(least)s)")
        yield line % words + "."


def _pools(situation: Situation, plan: Plan) -> Iterator[str]:
    pooled, hours = plan.pooled, hours_of(situation)
    if pooled is None:
        return
    alone, together = float(pooled.alone.sum()) * hours, float(pooled.together.sum()) * hours
    yield (
        _(
            "%(n)s skills alone take %(alone)s agent-hours; if all could take every call, "
            "%(together)s would do: %(saved)s fewer."
        )
        % {
            "n": len(situation.table.skills),
            "alone": f"{alone:,.1f}",
            "together": f"{together:,.1f}",
            "saved": f"{alone - together:,.1f}",
        }
    )
    if pooled.pair is not None and pooled.pair[2] > 0:
        one, other, saved = pooled.pair
        yield (
            _(
                "Of two skills, most is saved where %(one)s and %(other)s take each other's calls: "
                "%(saved)s agent-hours."
            )
            % {"one": one, "other": other, "saved": f"{saved * hours:,.1f}"}
        )


def _lines(situation: Situation, plan: Plan) -> Iterator[str]:
    lines, streets = plan.lines, situation.settings.streets
    if lines is None or streets is None:
        return
    hours, together = hours_of(situation), _one_pool(situation, plan)
    alone, pooled = float(lines.alone.sum()) * hours, float(together.sum()) * hours
    busiest = int(np.argmax(together))
    yield (
        _(
            "%(n)s lines alone take %(alone)s agent-hours for the target, one pool takes "
            "%(pooled)s: %(saved)s fewer. At the busiest, %(most)s agents alone, %(few)s in one "
            "pool."
        )
        % {
            "n": streets.lines.n,
            "alone": f"{alone:,.1f}",
            "pooled": f"{pooled:,.1f}",
            "saved": f"{alone - pooled:,.1f}",
            "most": int(lines.alone[busiest]),
            "few": int(together[busiest]),
        }
    )
    yield (
        _(
            "Where a busy line passes calls on: at most %(left)s of calls leave their street, "
            "%(reached)s reach the city; %(seats)s seats there lose at most %(lost)s."
        )
        % {
            "left": f"{lines.left_street.max():.2%}",
            "reached": f"{lines.reached_city.max():.3%}",
            "seats": int(lines.city_seats.max()),
            "lost": f"{lines.lost.max():.4%}",
        }
    )


def _one_pool(situation: Situation, plan: Plan) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return plan.staffing.agents if plan.pooled is None else plan.pooled.together
