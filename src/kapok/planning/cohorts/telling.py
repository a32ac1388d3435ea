"""What a plan of closed duty says of itself, on a page as in the terminal."""

from collections.abc import Iterator

from kapok.planning.cohorts.checking import beyond_caps, broken
from kapok.planning.cohorts.happenings import What
from kapok.planning.cohorts.names import letters_of
from kapok.planning.cohorts.plans import Consequence, Plan, costs, enough, members
from kapok.planning.cohorts.schemes import known_schemes, label_of, written
from kapok.planning.cohorts.situation import Situation, role_label
from kapok.planning.planner import Figure, Section, Tone
from kapok.words import gettext as _
from kapok.words import listed, ngettext
from kapok_planning.cohorts import (
    HOME,
    closed_in_row,
    closed_of_window,
    cohorts_within,
    costs_of,
)

WINDOW = 90


def shut_in(situation: Situation, plan: Plan) -> tuple[int, int]:
    """Days in a row and of any 90 that somebody is shut in at most.

    As the calendar is, with all that has happened, and as the scheme goes on behind its last day.
    """
    cost, closed = costs(situation, plan.rota.n_cohorts), plan.rota.is_closed
    return (
        max(cost.closed_in_row, *(closed_in_row(row) for row in closed)),
        max(cost.closed_of_90, *(closed_of_window(row, WINDOW) for row in closed)),
    )


def figures(situation: Situation, plan: Plan) -> tuple[Figure, ...]:
    """The plan in numbers."""
    n = plan.rota.n_cohorts
    cost, lacking = costs(situation, n), members(situation, plan)
    in_row, of_90 = shut_in(situation, plan)
    found = [
        Figure("cohorts", _("cohorts"), n, "", -1),
        Figure("people", _("people in all"), cost.n_people, "", -1),
        Figure("people_per_seat", _("people for each on duty"), cost.people_per_seat, "", -1),
        Figure("closed_share", _("shut in"), 100.0 * cost.closed_share, "%", -1),
        Figure("closed_in_row", _("days in a row, at most"), in_row, _("days"), -1),
        Figure("closed_of_90", _("of any 90 days, at most"), of_90, _("days"), -1),
        Figure("isolating", _("places of isolation at once"), cost.isolating_at_once, "", -1),
        Figure("tests", _("tests in 90 days"), cost.tests_of_90, "", 0),
        Figure("lead", _("days before duty begins"), plan.rota.first_duty, _("days"), -1),
    ]
    if lacking is not None:
        short = sum(item.n for item in lacking.short)
        unmet = len(lacking.not_apart) + len(lacking.not_together)
        found += [
            Figure("short", _("people missing in roles"), short, "", -1),
            Figure("families", _("families' needs not met"), unmet, "", -1),
        ]
    return tuple(found)


def sections(situation: Situation, plan: Plan) -> tuple[Section, ...]:
    """What could not be met and why, what has happened, what it costs, and what would help."""
    happened = [line for came in plan.consequences for line in _happened(situation, plan, came)]
    found = (
        Section(_("Not met: it cannot be put in force"), broken(situation, plan), Tone.BAD),
        Section(
            _("Told only: it can be put in force"), tuple(_told_only(situation, plan)), Tone.BAD
        ),
        Section(_("What has happened"), tuple(happened), Tone.NOTE),
        Section(_("What would help most"), tuple(_help(situation, plan)), Tone.GOOD),
        Section(_("What it costs"), tuple(_costs(situation, plan)), Tone.NOTE),
        Section(_("Other schemes"), tuple(_others(situation)), Tone.NOTE),
    )
    return tuple(section for section in found if section.lines)


def _told_only(situation: Situation, plan: Plan) -> Iterator[str]:
    """What is not kept to and yet keeps no plan from being put in force, and why."""
    beyond, unmet = beyond_caps(situation, plan), tuple(_wishes(situation, plan))
    if beyond:
        yield _(
            "The limits of days shut in do not block here: a cohort is held only as long as the "
            "approved extensions say, and nobody may go out before they are clear."
        )
        yield from beyond
    if unmet:
        yield _(
            "Wishes of people do not block: whoever puts the plan in force decides whether they "
            "can wait."
        )
        yield from unmet


def _wishes(situation: Situation, plan: Plan) -> Iterator[str]:
    lacking, people = members(situation, plan), situation.people
    if lacking is None:
        return
    for one, other in lacking.not_apart:
        yield _("%(one)s and %(other)s are shut in at once on some days.") % {
            "one": people[one], "other": people[other],
        }  # fmt: skip
    for one, other in lacking.not_together:
        yield _("%(one)s and %(other)s are not in one cohort.") % {
            "one": people[one], "other": people[other],
        }  # fmt: skip
    if lacking.home_price:
        yield _("Days on which people are needed at home weigh %(n)s in all, shut in.") % {
            "n": lacking.home_price
        }


def _happened(situation: Situation, plan: Plan, came: Consequence) -> Iterator[str]:
    item, cohort = came.what, letters_of(came.cohort)
    who = situation.people[item.person] if item.person >= 0 else ""
    if item.what == What.EXIT:
        yield from _left(situation, plan, came, who)
        return
    if item.what == What.POSITIVE:
        words = {
            "day": item.day,
            "who": who or _("cohort %(cohort)s") % {"cohort": cohort},
            "held": _(" and ").join(letters_of(c) for c in came.held),
            "clear": came.clear,
        }
        yield (
            _("%(day)s, positive test of %(who)s: cohorts %(held)s do not move before %(clear)s.")
            % words
        )
    for extension in came.extensions:
        kind = plan.rota.scheme.phases[extension.phase].kind
        yield (
            ngettext(
                "Cohort %(cohort)s stays in %(phase)s %(days)s day longer than to %(end)s "
                "(%(reason)s; approved by %(approver)s).",
                "Cohort %(cohort)s stays in %(phase)s %(days)s days longer than to %(end)s "
                "(%(reason)s; approved by %(approver)s).",
                extension.days,
            )
            % {
                "cohort": letters_of(extension.cohort),
                "phase": label_of(kind),
                "days": extension.days,
                "end": plan.day(extension.planned_end),
                "reason": item.reason,
                "approver": item.approver,
            }
        )


def _left(situation: Situation, plan: Plan, came: Consequence, who: str) -> Iterator[str]:
    left = came.left
    if left is None:
        return
    yield _("%(day)s: %(who)s leaves by the exit protocol (%(reason)s).") % {
        "day": came.what.day, "who": who, "reason": came.what.reason,
    }  # fmt: skip
    roles = listed(role_label(situation.roles[role]) for role in left.short)
    if roles:
        yield _(
            "Cohort %(cohort)s then has too few of %(roles)s; somebody who begins to isolate that "
            "day can be in from %(day)s."
        ) % {
            "cohort": letters_of(came.cohort), "roles": roles, "day": plan.day(left.replaced_from),
        }  # fmt: skip


def _help(situation: Situation, plan: Plan) -> Iterator[str]:
    caps, n, fewest = situation.caps, plan.rota.n_cohorts, enough(situation)
    if fewest is None:
        yield _(
            "No number of cohorts keeps to %(row)s days in a row and %(of)s of %(window)s: shorten "
            "duty or isolation."
        ) % {"row": caps.in_a_row, "of": caps.of_window, "window": caps.window}
    elif fewest > n:
        yield _(
            "With %(n)s cohorts nobody is shut in for more than %(row)s days in a row and %(of)s "
            "of %(window)s."
        ) % {"n": fewest, "row": caps.in_a_row, "of": caps.of_window, "window": caps.window}
    lacking = members(situation, plan)
    missing: dict[int, int] = {}
    for item in lacking.short if lacking else ():
        missing[item.role] = missing.get(item.role, 0) + item.n
    for role, number in sorted(missing.items(), key=lambda pair: -pair[1]):
        able = int(situation.can[:, role].sum())
        yield _(
            "%(number)s more who can stand for “%(role)s”: %(able)s can now, %(needed)s are needed "
            "for %(n)s cohorts."
        ) % {
            "number": number,
            "role": role_label(situation.roles[role]),
            "able": able,
            "needed": n * int(situation.least[role]),
            "n": n,
        }


def _costs(situation: Situation, plan: Plan) -> Iterator[str]:
    scheme, n = situation.scheme, plan.rota.n_cohorts
    cost = costs(situation, n)
    in_row, of_90 = shut_in(situation, plan)
    yield _("%(n)s cohorts on %(scheme)s days; %(least)s would keep duty unbroken.") % {
        "n": n, "scheme": written(plan.rota.scheme), "least": scheme.least_cohorts,
    }  # fmt: skip
    yield _(
        "Each seat on duty takes %(people)s people; everybody is shut in for %(share)s of the time,"
        " %(row)s days in a row and %(of)s of 90 days at most, with %(tests)s tests in 90 days."
    ) % {
        "people": cost.people_per_seat,
        "share": f"{cost.closed_share:.0%}",
        "row": in_row,
        "of": of_90,
        "tests": f"{cost.tests_of_90:.0f}",
    }
    yield _(
        "Separate places of isolation needed at once: %(n)s; isolation begins on %(first)s, duty "
        "on %(start)s."
    ) % {"n": cost.isolating_at_once, "first": plan.first, "start": plan.day(plan.rota.first_duty)}
    if not scheme.isolates_before_duty:
        yield _("The scheme has no isolation right before duty: tests alone guard the gate.")


def _others(situation: Situation) -> Iterator[str]:
    """What other schemes would cost with the cohorts that keep to the same caps."""
    own = [(p.kind, p.days) for p in situation.scheme.phases]
    for text, scheme in known_schemes().items():
        if [(p.kind, p.days) for p in scheme.phases] == own:
            continue
        fewest = cohorts_within(scheme, situation.caps)
        cost = costs_of(scheme, n_cohorts=fewest or scheme.least_cohorts, on_duty=1)
        words = {
            "scheme": text,
            "n": cost.n_cohorts,
            "share": f"{cost.closed_share:.0%}",
            "row": cost.closed_in_row,
            "of": cost.closed_of_90,
        }
        if fewest is None:
            yield (
                _(
                    "%(scheme)s: %(n)s cohorts at least, shut in for %(share)s of the time, "
                    "%(row)s days in a row, %(of)s of 90; no number of cohorts keeps to the caps."
                )
                % words
            )
        else:
            yield (
                _(
                    "%(scheme)s: %(n)s cohorts, shut in for %(share)s of the time, %(row)s days in "
                    "a row, %(of)s of 90."
                )
                % words
            )


def phase_label(plan: Plan, cohort: int, day: int) -> str:
    """The phase of a cohort on a day, in words; blank before it begins."""
    number = int(plan.rota.phase[cohort, day])
    return "" if number == HOME else label_of(plan.rota.scheme.phases[number].kind)
