"""A roster in sentences: its figures, what could not be met and why, what would help."""

from collections.abc import Iterable, Mapping
from datetime import date

from kapok.planning.rosters.names import Named
from kapok_planning.rosters import (
    Broken,
    Conflict,
    Family,
    Help,
    Judged,
    Roster,
    Rule,
    Shortfall,
    Why,
)

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
KEPT_AWAY: Mapping[Why, tuple[str, str]] = {
    Why.SKILLS: ("has not the skills", "have not the skills"),
    Why.TOO_FAR: ("is not to be sent there", "are not to be sent there"),
    Why.AWAY: ("is away", "are away"),
    Why.ON_DUTY: ("is on duty that day", "are on duty that day"),
    Why.STANDS: ("has that day fixed", "have that day fixed"),
    Why.REST: ("would have too little rest", "would have too little rest"),
    Why.NIGHTS: ("has had all nights in a row", "have had all nights in a row"),
    Why.DAYS: ("needs a day of rest", "need a day of rest"),
    Why.WEEK: ("has had all hours of the week", "have had all hours of the week"),
    Why.OVERTIME: ("has had all overtime", "have had all overtime"),
    Why.COULD: ("could come", "could come"),
}
EASING: Mapping[Why, str] = {
    Why.SKILLS: "training people of {party} in {skills}",
    Why.AWAY: "asking people of {party} to move their leave",
    Why.REST: "other times of shifts for {party}, as rest may not be shortened",
    Why.NIGHTS: "one more night in a row for {party}",
    Why.DAYS: "one more day in a row for {party}",
    Why.WEEK: "more hours a week for {party}, with a reason",
    Why.OVERTIME: "more overtime for {party}, with a reason",
}
FAMILIES: Mapping[Family, str] = {
    Family.LEAVE: "leave",
    Family.SKILLS: "skills",
    Family.REACH: "where people may be sent",
    Family.REST: "rest between duties",
    Family.NIGHTS: "nights in a row",
    Family.DAYS: "days in a row",
    Family.WEEK: "hours of a week",
    Family.OVERTIME: "overtime in all",
}
BROKEN: Mapping[Rule, str] = {
    Rule.UNKNOWN_DUTY: "the duty is not known",
    Rule.NOT_ABLE: "party, skills or way do not fit the seat",
    Rule.NOT_AVAILABLE: "is away",
    Rule.FIXED: "that day is fixed",
    Rule.TOO_MANY: "is one more than the seat needs",
    Rule.REST: "would have too little rest",
    Rule.NIGHTS: "would have too many nights in a row",
    Rule.DAYS: "would have too many days in a row",
    Rule.WEEK: "would have too many hours in the week",
    Rule.OVERTIME: "would have too much overtime",
    Rule.SUIT: "would be too long in a suit",
}


def day_of(day: date) -> str:
    """A day as people say it: 14 June."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def count_of(n: int) -> str:
    """A small number as a word."""
    return NUMBERS[n] if n < len(NUMBERS) else f"{n:,}"


def shortfall_sentence(named: Named, gap: Shortfall) -> str:
    """“night of 14 June at Gate 3: one of health short; of 12, five are on duty that day, …”."""
    role, shift = named.roles[gap.role], named.shifts[gap.shift]
    short = " or ".join(role.parties)
    with_skills = f" with {' and '.join(role.skills)}" if role.skills else ""
    head = (
        f"{shift.name} of {day_of(named.days[gap.day])} at {role.post}: "
        f"{count_of(gap.n)} of {short}{with_skills} short"
    )
    total = sum(gap.why.values())
    if not total:
        return f"{head}; nobody of {short} is on the list."
    parts = [
        f"{count_of(gap.why[why])} {words[gap.why[why] > 1]}"
        for why, words in KEPT_AWAY.items()
        if why in gap.why
    ]
    return f"{head}; of {total:,} people {', '.join(parts)}."


def help_sentence(named: Named, item: Help) -> str:
    """“one more person of health with swab would fill 9 seats”."""
    party = " or ".join(_words(item.parties, named.parties)) or "any party"
    skills = " and ".join(_skills(named, item.skills)) or "what the seat needs"
    if item.why is None:
        what = f"one more person of {party}" + (f" with {skills}" if item.skills else "")
    else:
        what = EASING[item.why].format(party=party, skills=skills)
    return f"{what} would fill {item.n_seats:,} {'seat' if item.n_seats == 1 else 'seats'}."


def _words(bits: int, words: Iterable[str]) -> list[str]:
    return [word for i, word in enumerate(words) if bits >> i & 1]


def _skills(named: Named, bits: int) -> tuple[str, ...]:
    """The skills of the first role that needs these."""
    for number, role in enumerate(named.roles):
        if int(named.problem.roles.skills[number]) == bits:
            return role.skills
    return ()


def conflict_sentences(named: Named, conflict: Conflict) -> list[str]:
    """What stands against the needs of a week, and what easing it would do."""
    days = [named.days[i] for i in conflict.days]
    span = f"{day_of(days[0])} to {day_of(days[-1])}"
    if not conflict.families and conflict.proven:
        return [f"{span}: {conflict.n_empty:,} seats cannot be filled by any rule: too few people."]
    rules = " and ".join(FAMILIES[family] for family in conflict.families)
    least = "must" if conflict.proven else "probably must"
    lines = [f"{span}: {conflict.n_empty:,} seats {least} stay empty because of {rules}."]
    for item in conflict.relaxations[:3]:
        eased = " and ".join(FAMILIES[family] for family in item.families)
        lines.append(f"  Without the rule on {eased}, {item.n_empty:,} would.")
    return lines


def swap_sentence(named: Named, judged: Judged) -> str:
    """What a swap is, and what stands against it."""
    swap = judged.swap
    who, other = named.people[swap.person], named.people[swap.other]
    what = f"{other} takes the duty of {who} on {day_of(named.days[swap.day])}"
    if swap.other_day >= 0:
        what += f", {who} that of {other} on {day_of(named.days[swap.other_day])}"
    if judged.allowed:
        return f"{what}: allowed; the roster is {_dearer(judged.dearer)}."
    return f"{what}: not allowed; {'; '.join(broken_sentence(named, b) for b in judged.broken)}."


def _dearer(price: float) -> str:
    return f"{abs(price):.1f} {'dearer' if price > 0 else 'cheaper'}"


def broken_sentence(named: Named, broken: Broken) -> str:
    """A rule that is broken, with who and when."""
    when = f" on {day_of(named.days[broken.day])}" if broken.day >= 0 else ""
    return f"{named.people[broken.person]}{when} {BROKEN[broken.rule]}"


def figures_sentences(named: Named, roster: Roster, spread: int) -> list[str]:
    """The figures of a roster."""
    totals = roster.totals
    lines = [
        f"{totals.n_seats - totals.n_empty:,} of {totals.n_seats:,} seats are filled by "
        f"{len(named.people):,} people over {len(named.days) - named.n_past} days.",
        f"{totals.km:,.0f} km from home to post, {totals.overtime_h:,.0f} hours of overtime, "
        f"{totals.n_wishes_missed:,} days against wishes; nights within equals differ by "
        f"{spread} at most.",
    ]
    if roster.bound == roster.bound:
        lines.append(
            f"No roster can cost less than {roster.bound:,.0f}; this one costs "
            f"{totals.price:,.0f}, {roster.gap:.1%} of it in doubt."
        )
    return lines
