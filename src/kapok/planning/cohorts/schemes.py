"""Duty schemes as people write them: 14+N+N, 7+14+7, or a list of phases in any order."""

from collections.abc import Mapping, Sequence

from kapok.planning.rosters.cells import Row, Wrong
from kapok.words import gettext as _
from kapok.words import listed
from kapok_planning.cohorts import Kind, Phase, Scheme

ISOLATION_TESTS = (1, 7, 13)
DUTY_TEST_EVERY = 7
ORDER = (Kind.PRE_ISOLATION, Kind.CLOSED_DUTY, Kind.STANDBY)
NAMED: dict[str, tuple[Kind, ...]] = {
    "7+14+7": (Kind.PRE_ISOLATION, Kind.CLOSED_DUTY, Kind.POST_ISOLATION),
}
KNOWN = ("14+14+14", "14+7+7", "14+28+28", "7+14+7", "7+7+7")
WORDS: Mapping[str, str] = {
    "预隔离": Kind.PRE_ISOLATION,
    "集中隔离": Kind.PRE_ISOLATION,
    "隔离": Kind.PRE_ISOLATION,
    "执勤": Kind.CLOSED_DUTY,
    "封闭执勤": Kind.CLOSED_DUTY,
    "离岗隔离": Kind.POST_ISOLATION,
    "备勤": Kind.STANDBY,
    "休假": Kind.LEAVE,
}


def label_of(kind: str) -> str:
    """A kind of phase in the reader's language."""
    return {
        Kind.PRE_ISOLATION: _("isolation before duty"),
        Kind.CLOSED_DUTY: _("closed duty"),
        Kind.POST_ISOLATION: _("isolation after duty"),
        Kind.STANDBY: _("standby"),
        Kind.LEAVE: _("leave"),
    }[Kind(kind)]


def written(scheme: Scheme) -> str:
    """A scheme as ``14 isolation before duty + 14 closed duty + 14 standby``."""
    return " + ".join(f"{phase.days} {label_of(phase.kind)}" for phase in scheme.phases)


def scheme_of(rows: Sequence[Row], row: Row, wrong: Wrong) -> Scheme:
    """The scheme of a list of phases, or of ``scheme`` and ``n``. Raises ``Refused``."""
    if rows and row.has("scheme"):
        row.bad("scheme", _("is given beside a list of phases; leave one."))
    found = [_phase(item) for item in rows] if rows else _from_text(row, wrong)
    wrong.refuse()
    phases = tuple(phase for phase in found if phase is not None)
    n_duties = sum(phase.kind == Kind.CLOSED_DUTY for phase in phases)
    if n_duties != 1:
        wrong.add(
            _("phases"),
            _("There must be exactly one phase of closed duty, not %(n)s.") % {"n": n_duties},
        )
        wrong.refuse()
    return Scheme(phases)


def known_schemes() -> dict[str, Scheme]:
    """Schemes that others work by, to compare with."""
    found = {}
    for text in KNOWN:
        kinds, days = NAMED.get(text, ORDER), [int(word) for word in text.split("+")]
        phases = tuple(Phase(k, n, usual_tests(k, n)) for k, n in zip(kinds, days, strict=True))
        found[text] = Scheme(phases)
    return found


def _phase(row: Row) -> Phase | None:
    word = row.text("kind").lower().replace(" ", "_")
    word = WORDS.get(word, word)
    if word not in set(Kind):
        row.bad(
            "kind",
            _("%(word)s is none of %(known)s.")
            % {"word": row.shown("kind"), "known": listed(Kind)},
        )
        return None
    kind, days = Kind(word), row.whole("days", 1, 365, 1)
    tests = [int(w) for w in row.words("tests") if _is_number(w)]
    outside = [day for day in tests if not 1 <= day <= days]
    if outside:
        row.bad(
            "tests",
            _("A test on day %(day)s lies outside the %(days)s days.")
            % {"day": outside[0], "days": days},
        )
        return None
    home = row.yes("home") if row.has("home") else None
    return Phase(kind, days, tuple(tests) or usual_tests(kind, days), row.text("location"), home)


def _from_text(row: Row, wrong: Wrong) -> list[Phase]:
    """The phases of ``14+N+N``: isolation, duty, standby; ``7+14+7`` ends in isolation."""
    text = row.text("scheme", "14+N+N").replace(" ", "").replace("＋", "+").upper()
    n = row.whole("n", 7, 28, 14)
    lengths = [
        n if word == "N" else int(word) if _is_number(word) else 0 for word in text.split("+")
    ]
    if len(lengths) != len(ORDER) or not all(1 <= days <= 365 for days in lengths):
        wrong.add(
            _("settings, scheme"),
            _("“%(text)s” is not three lengths such as 14+N+N; for other orders list the phases.")
            % {"text": text},
        )
        return []
    kinds = NAMED.get(text, ORDER)
    return [Phase(k, d, usual_tests(k, d)) for k, d in zip(kinds, lengths, strict=True)]


def _is_number(word: str) -> bool:
    return word.isdecimal() and len(word) <= len("365")


def usual_tests(kind: Kind, days: int) -> tuple[int, ...]:
    """Days 1, 7, 13 and the last of isolation; every seventh and the last on duty."""
    if kind in (Kind.PRE_ISOLATION, Kind.POST_ISOLATION):
        found = {day for day in ISOLATION_TESTS if day <= days} | {days}
    elif kind == Kind.CLOSED_DUTY:
        found = set(range(DUTY_TEST_EVERY, days + 1, DUTY_TEST_EVERY)) | {days}
    else:
        found = set()
    return tuple(sorted(found))
