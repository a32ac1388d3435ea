"""Reads a plan of closed duty day by day and person by person, and says which rules it breaks."""

from kapok.planning.cohorts.names import letters_of
from kapok.planning.cohorts.plans import Plan, positives
from kapok.planning.cohorts.situation import Situation, role_label
from kapok.words import gettext as _
from kapok_planning.cohorts import Broken, Rule, broken_members, broken_rules


def broken(situation: Situation, plan: Plan) -> tuple[str, ...]:
    """Every rule that is broken, as a sentence with who and when.

    Days shut in beyond the caps are no breach where they were approved, one by one, as extensions:
    a positive test must hold people, and the plan must still be put in force.
    """
    found = (*_calendar(situation, plan), *_members(situation, plan))
    return tuple(
        sentence(situation, plan, item) for item in found if not _granted(situation, plan, item)
    )


def beyond_caps(situation: Situation, plan: Plan) -> tuple[str, ...]:
    """Days shut in beyond the caps that were approved."""
    found = [item for item in _calendar(situation, plan) if _granted(situation, plan, item)]
    return tuple(sentence(situation, plan, item) for item in found)


def _calendar(situation: Situation, plan: Plan) -> list[Broken]:
    return broken_rules(
        plan.rota,
        situation.caps,
        positives=positives(plan),
        extended_most=situation.extension_most if plan.consequences else 0,
    )


def _members(situation: Situation, plan: Plan) -> list[Broken]:
    if not len(plan.cohort):
        return []
    least, cohort = situation.least.tolist(), plan.cohort.tolist()
    return broken_members(plan.rota, situation.can, least, cohort)


def _granted(situation: Situation, plan: Plan, item: Broken) -> bool:
    """Whether only approved days go beyond a cap."""
    if item.rule not in (Rule.CLOSED_IN_ROW, Rule.CLOSED_OF_WINDOW):
        return False
    days = sum(
        extension.days
        for came in plan.consequences
        for extension in came.extensions
        if extension.cohort == item.cohort and plan.rota.scheme.phases[extension.phase].is_closed
    )
    return item.days - days <= _most(situation, item.rule)


def sentence(situation: Situation, plan: Plan, item: Broken) -> str:
    """A rule that is broken, with who and when."""
    words = {
        "cohort": letters_of(item.cohort) if item.cohort >= 0 else "",
        "day": plan.day(item.day),
        "days": item.days,
        "most": _most(situation, item.rule),
        "role": role_label(situation.roles[item.role]) if item.role >= 0 else "",
    }
    return _sentences()[item.rule] % words


def _most(situation: Situation, rule: Rule) -> int:
    return {
        Rule.CLOSED_IN_ROW: situation.caps.in_a_row,
        Rule.CLOSED_OF_WINDOW: situation.caps.of_window,
        Rule.EXTENDED: situation.extension_most,
    }.get(rule, 0)


def _sentences() -> dict[Rule, str]:
    return {
        Rule.NOBODY_ON_DUTY: _("Nobody is on duty from %(day)s on, for %(days)s days."),
        Rule.TWO_ON_DUTY: _("Two cohorts are on duty from %(day)s on, for %(days)s days."),
        Rule.NOT_ISOLATED: _(
            "Cohort %(cohort)s begins duty on %(day)s without the whole isolation; %(days)s days "
            "are missing."
        ),
        Rule.NOT_TESTED: _("Cohort %(cohort)s begins duty on %(day)s without a test before it."),
        Rule.POSITIVE: _("Cohort %(cohort)s moves on %(day)s although it is held."),
        Rule.MIXED: _("Cohort %(cohort)s meets another in one place on %(day)s."),
        Rule.EXTENDED: _(
            "A phase of cohort %(cohort)s is %(days)s days longer than planned on %(day)s; at most "
            "%(most)s may be approved."
        ),
        Rule.CLOSED_IN_ROW: _(
            "Cohort %(cohort)s is shut in for %(days)s days in a row by %(day)s; at most %(most)s "
            "are allowed."
        ),
        Rule.CLOSED_OF_WINDOW: _(
            "Cohort %(cohort)s is shut in for %(days)s of 90 days by %(day)s; at most %(most)s are "
            "allowed."
        ),
        Rule.SHORT_OF_ROLE: _(
            "Cohort %(cohort)s goes on duty on %(day)s with %(days)s too few of “%(role)s”."
        ),
    }
