"""A roster in sentences: its figures, what could not be met and why, what would help."""

import calendar
from collections.abc import Sequence
from datetime import date

from kapok.planning.rosters.names import Named
from kapok.words import gettext as _
from kapok.words import language, ngettext, pgettext
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

MONTHS = tuple(calendar.month_name)[1:]
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
BY_RULES = (Why.REST, Why.NIGHTS, Why.DAYS, Why.WEEK, Why.OVERTIME)


def day_of(day: date) -> str:
    """A day as people say it: 14 June."""
    month = f"{day.month}月" if language().startswith("zh") else MONTHS[day.month - 1]
    return _("%(day)d %(month)s") % {"day": day.day, "month": month}


def count_of(n: int) -> str:
    """A small number as a word, in English."""
    return NUMBERS[n] if n < len(NUMBERS) and language() == "en" else f"{n:,}"


def shift_of(name: str) -> str:
    """A shift in the reader's language, if it is one of the usual ones; “early 1/2” too."""
    usual = {
        "early": pgettext("shift", "early"),
        "late": pgettext("shift", "late"),
        "night": pgettext("shift", "night"),
    }
    word, _blank, part = name.partition(" ")
    return f"{usual.get(word, word)} {part}".strip()


def party_of(name: str) -> str:
    """A party in the reader's language, if it is one of the usual ones."""
    usual = {
        "police": _("police"), "health": _("health"), "community": _("community"),
        "volunteers": _("volunteers"),
    }  # fmt: skip
    return usual.get(name, name)


def people_of(parties: Sequence[str], n: int) -> str:
    """“one health worker”, “two volunteers”."""
    usual: dict[tuple[str, ...], str] = {
        ("police",): ngettext("%(n)s police officer", "%(n)s police officers", n),
        ("health",): ngettext("%(n)s health worker", "%(n)s health workers", n),
        ("community",): ngettext("%(n)s community worker", "%(n)s community workers", n),
        ("volunteers",): ngettext("%(n)s volunteer", "%(n)s volunteers", n),
    }
    other = ngettext("%(n)s person of %(party)s", "%(n)s people of %(party)s", n)
    party = _(" or ").join(party_of(name) for name in parties)
    return usual.get(tuple(parties), other) % {"n": count_of(n), "party": party}


def _kept_away(why: Why, n: int, told: str) -> str:
    """“three are on duty that day”, for a reason that keeps ``n`` people away, told as a word."""
    words = {
        Why.SKILLS: ngettext("%(n)s has not the skills", "%(n)s have not the skills", n),
        Why.TOO_FAR: ngettext("%(n)s is not to be sent there", "%(n)s are not to be sent there", n),
        Why.AWAY: ngettext("%(n)s is away", "%(n)s are away", n),
        Why.ON_DUTY: ngettext("%(n)s is on duty that day", "%(n)s are on duty that day", n),
        Why.STANDS: ngettext("%(n)s has that day fixed", "%(n)s have that day fixed", n),
        Why.REST: ngettext(
            "%(n)s would have too little rest", "%(n)s would have too little rest", n
        ),
        Why.NIGHTS: ngettext(
            "%(n)s has had all nights in a row", "%(n)s have had all nights in a row", n
        ),
        Why.DAYS: ngettext("%(n)s needs a day of rest", "%(n)s need a day of rest", n),
        Why.WEEK: ngettext(
            "%(n)s has had all hours of the week", "%(n)s have had all hours of the week", n
        ),
        Why.OVERTIME: ngettext("%(n)s has had all overtime", "%(n)s have had all overtime", n),
        Why.COULD: ngettext("%(n)s could come", "%(n)s could come", n),
    }
    return words[why] % {"n": told}


def _could_but(named: Named, gap: Shortfall) -> str:
    """“the three who could come have had three nights”, where one rule keeps all of them away."""
    there = [why for why in BY_RULES if gap.why.get(why)]
    if len(there) != 1 or gap.why.get(Why.COULD):
        return ""
    (why,) = there
    n = gap.why[why]
    words = {
        Why.REST: ngettext(
            "the %(n)s who could come would have too little rest",
            "the %(n)s who could come would have too little rest",
            n,
        ),
        Why.DAYS: ngettext(
            "the %(n)s who could come needs a day of rest",
            "the %(n)s who could come need a day of rest",
            n,
        ),
        Why.WEEK: ngettext(
            "the %(n)s who could come has had all hours of the week",
            "the %(n)s who could come have had all hours of the week",
            n,
        ),
        Why.OVERTIME: ngettext(
            "the %(n)s who could come has had all overtime",
            "the %(n)s who could come have had all overtime",
            n,
        ),
        Why.NIGHTS: ngettext(
            "the %(n)s who could come has had %(nights)s nights",
            "the %(n)s who could come have had %(nights)s nights",
            n,
        ),
    }
    nights = named.problem.people.nights_most[list(gap.only.get(why, ()))]
    if why is Why.NIGHTS and (not len(nights) or nights.min() != nights.max() or nights[0] < 2):
        return ""
    told = count_of(int(nights[0])) if len(nights) else ""
    return words[why] % {"n": count_of(n), "nights": told}


def _all_kept_away(gap: Shortfall) -> str:
    """“of 30 people two are away, 28 are on duty that day”."""
    n_people = sum(gap.why.values())
    if n_people == 1:
        (why,) = (why for why in Why if gap.why.get(why))
        who = "who" if language() == "en" else "1"
        return _("there is only one person for it, %(part)s") % {"part": _kept_away(why, 1, who)}
    parts = [_kept_away(why, n, count_of(n)) for why in Why if (n := gap.why.get(why, 0))]
    return _("of %(n)s people %(parts)s") % {"n": f"{n_people:,}", "parts": _(", ").join(parts)}


def shortfall_sentence(named: Named, gap: Shortfall) -> str:
    """“night of 14 June, Gate 3: one health worker short; the three who could come have …”."""
    role = named.roles[gap.role]
    short = people_of(role.parties, gap.n)
    if role.skills:
        short = _("%(people)s with %(skills)s") % {
            "people": short,
            "skills": _(" and ").join(role.skills),
        }
    words = {
        "shift": shift_of(named.shifts[gap.shift].name),
        "day": day_of(named.days[gap.day]),
        "post": role.post,
        "short": short,
        "why": _could_but(named, gap),
    }
    if not sum(gap.why.values()):
        words["why"] = _("nobody of %(party)s is on the list") % {
            "party": _(" or ").join(party_of(name) for name in role.parties)
        }
    elif not words["why"]:
        words["why"] = _all_kept_away(gap)
    return _("%(shift)s of %(day)s, %(post)s: %(short)s short; %(why)s.") % words


def help_sentence(named: Named, item: Help) -> str:
    """“one more person of health with swab would fill 9 seats”."""
    parties = [party_of(w) for i, w in enumerate(named.parties) if item.parties >> i & 1]
    bits = named.problem.roles.skills.tolist()
    skills = named.roles[bits.index(item.skills)].skills if item.skills in bits else ()
    easing = {
        None: _("one more person of %(party)s"),
        Why.SKILLS: _("training people of %(party)s in %(skills)s"),
        Why.AWAY: _("asking people of %(party)s to move their leave"),
        Why.REST: _("other times of shifts for %(party)s, as rest may not be shortened"),
        Why.NIGHTS: _("one more night in a row for %(party)s"),
        Why.DAYS: _("one more day in a row for %(party)s"),
        Why.WEEK: _("more hours a week for %(party)s, with a reason"),
        Why.OVERTIME: _("more overtime for %(party)s, with a reason"),
    }
    words = {
        "party": _(" or ").join(parties) or _("any party"),
        "skills": _(" and ").join(skills) or _("what the seat needs"),
    }
    what = easing[item.why] % words
    if item.why is None and skills:
        what = _("%(people)s with %(skills)s") % {"people": what, "skills": words["skills"]}
    return ngettext(
        "%(what)s would fill %(n)s seat.", "%(what)s would fill %(n)s seats.", item.n_seats
    ) % {"what": what, "n": f"{item.n_seats:,}"}


def _family(family: Family) -> str:
    return {
        Family.LEAVE: _("leave"),
        Family.SKILLS: _("skills"),
        Family.REACH: _("where people may be sent"),
        Family.REST: _("rest between duties"),
        Family.NIGHTS: _("nights in a row"),
        Family.DAYS: _("days in a row"),
        Family.WEEK: _("hours of a week"),
        Family.OVERTIME: _("overtime in all"),
    }[family]


def conflict_sentences(named: Named, conflict: Conflict) -> list[str]:
    """What stands against the needs of a week, and what easing it would do."""
    days = [named.days[i] for i in conflict.days]
    words = {
        "first": day_of(days[0]),
        "last": day_of(days[-1]),
        "n": f"{conflict.n_empty:,}",
        "rules": _(" and ").join(_family(family) for family in conflict.families),
    }
    if not conflict.families and conflict.proven:
        few = _("%(first)s to %(last)s: %(n)s seats cannot be filled by any rule: too few people.")
        return [few % words]
    must = _("%(first)s to %(last)s: %(n)s seats must stay empty because of %(rules)s.")
    may = _("%(first)s to %(last)s: %(n)s seats probably must stay empty because of %(rules)s.")
    lines = [(must if conflict.proven else may) % words]
    for item in conflict.relaxations[:3]:
        eased = _(" and ").join(_family(family) for family in item.families)
        lines.append(
            _("Without the rule on %(rules)s, %(n)s would.")
            % {"rules": eased, "n": f"{item.n_empty:,}"}
        )
    return lines


def swap_sentence(named: Named, judged: Judged) -> str:
    """What a swap is, and what stands against it."""
    swap = judged.swap
    words = {
        "who": named.people[swap.person],
        "other": named.people[swap.other],
        "day": day_of(named.days[swap.day]),
        "other_day": day_of(named.days[swap.other_day]),
    }
    what = _("%(other)s takes the duty of %(who)s on %(day)s") % words
    if swap.other_day >= 0:
        what = (
            _("%(other)s takes the duty of %(who)s on %(day)s, %(who)s that of %(other)s on "
              "%(other_day)s") % words
        )  # fmt: skip
    if judged.allowed:
        dearer = _("%(what)s: allowed; the roster is %(price)s dearer.")
        cheaper = _("%(what)s: allowed; the roster is %(price)s cheaper.")
        price = f"{abs(judged.dearer):.1f}"
        return (dearer if judged.dearer > 0 else cheaper) % {"what": what, "price": price}
    why = _("; ").join(broken_sentence(named, broken) for broken in judged.broken)
    return _("%(what)s: not allowed; %(why)s.") % {"what": what, "why": why}


def broken_sentence(named: Named, broken: Broken) -> str:
    """A rule that is broken, with who and when."""
    rules = {
        Rule.UNKNOWN_DUTY: _("the duty is not known"),
        Rule.NOT_ABLE: _("party, skills or way do not fit the seat"),
        Rule.NOT_AVAILABLE: _("is away"),
        Rule.FIXED: _("that day is fixed"),
        Rule.TOO_MANY: _("is one more than the seat needs"),
        Rule.REST: _("would have too little rest"),
        Rule.NIGHTS: _("would have too many nights in a row"),
        Rule.DAYS: _("would have too many days in a row"),
        Rule.WEEK: _("would have too many hours in the week"),
        Rule.OVERTIME: _("would have too much overtime"),
        Rule.SUIT: _("would be too long in a suit"),
    }
    words = {"who": named.people[broken.person], "rule": rules[broken.rule]}
    if broken.day < 0:
        return _("%(who)s: %(rule)s") % words
    return _("%(who)s, %(day)s: %(rule)s") % {**words, "day": day_of(named.days[broken.day])}


def figures_sentences(named: Named, roster: Roster, spread: int) -> list[str]:
    """The figures of a roster."""
    totals = roster.totals
    lines = [
        _("%(filled)s of %(seats)s seats are filled by %(people)s people over %(days)d days.")
        % {
            "filled": f"{totals.n_seats - totals.n_empty:,}",
            "seats": f"{totals.n_seats:,}",
            "people": f"{len(named.people):,}",
            "days": len(named.days) - named.n_past,
        },
        _("%(km)s km from home to post, %(hours)s hours of overtime, %(wishes)s days against "
          "wishes; nights within equals differ by %(nights)d at most.")
        % {
            "km": f"{totals.km:,.0f}",
            "hours": f"{totals.overtime_h:,.0f}",
            "wishes": f"{totals.n_wishes_missed:,}",
            "nights": spread,
        },
    ]  # fmt: skip
    if roster.bound == roster.bound:
        lines.append(
            _("No roster can cost less than %(bound)s; this one costs %(price)s, %(gap)s %% of it "
              "in doubt.")
            % {
                "bound": f"{roster.bound:,.0f}",
                "price": f"{totals.price:,.0f}",
                "gap": f"{100 * roster.gap:.1f}",
            }
        )  # fmt: skip
    return lines
