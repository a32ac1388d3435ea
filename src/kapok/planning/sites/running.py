"""The work of ``kapok site``: a description in, waits, staff and seats out."""

import sys
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from kapok.errors import Refused
from kapok.places.files.inputs import warn
from kapok.places.files.writing import CannotWrite, check_can_write
from kapok.planning.sites.pictures import ENDINGS as PICTURE_ENDINGS
from kapok.planning.sites.pictures import draw, need_matplotlib
from kapok.planning.sites.reading import Description, read_site
from kapok.planning.sites.telling import Answer, Sized, tell, write
from kapok_planning.sites import (
    Budget,
    Days,
    Site,
    Situation,
    Sizing,
    best_slots,
    broken_rules,
    draw_days,
    least_staff,
    measure,
    next_person,
    overloads,
    simulate,
)

ENDINGS = (".csv", ".json")
SHOWN_DAYS = 0  # days are numbered from here; plans are proven on others
HELP_DAYS = 40


@dataclass(frozen=True)
class Asked:
    """The options of ``kapok site``."""

    file: Path
    output: Path | None
    picture: Path | None
    size: bool
    least: int
    n_days: int
    budget: str
    seed: int
    n_threads: int
    as_json: bool


def run(asked: Asked) -> None:
    """Simulate, and plan if asked. Raises ``Refused``; nothing is written then."""
    _check_outputs(asked)
    described = read_site(asked.file)
    if not described.has_staff and not asked.size:
        raise Refused(
            f"{asked.file}: not every station has “staff” or “seats”, so nothing can be said of "
            "them; give them, or let --size find the least."
        )
    answer = _answer(asked, described)
    if asked.output:
        write(asked.output, answer)
    if asked.picture:
        draw(asked.picture, answer)
    sys.stdout.write(tell(answer, as_json=asked.as_json))
    if not asked.as_json:
        for path in (asked.output, asked.picture):
            if path:
                sys.stdout.write(f"Written to {path}\n")


def _check_outputs(asked: Asked) -> None:
    if asked.output:
        if asked.output.suffix.lower() not in ENDINGS:
            raise CannotWrite(f"{asked.output} ends neither in .csv nor in .json.")
        check_can_write(asked.output, asked.file)
    if asked.picture:
        if asked.picture.suffix.lower() not in PICTURE_ENDINGS:
            raise CannotWrite(f"{asked.picture} ends in none of {', '.join(PICTURE_ENDINGS)}.")
        check_can_write(asked.picture, asked.file, asked.output)
        need_matplotlib()


def _answer(asked: Asked, described: Description) -> Answer:
    situation = described.situation
    days = draw_days(
        situation, seed=asked.seed, numbers=range(SHOWN_DAYS, SHOWN_DAYS + asked.n_days)
    )
    sized = _sized(asked, described, days) if asked.size else None
    site = sized.site if sized and not described.has_staff else situation.site
    run = simulate(site, days, n_threads=asked.n_threads)
    _second_opinion(site, days)
    some = days.some(0, min(HELP_DAYS, days.n))
    help_ = next_person(site, some, described.goal, n_threads=asked.n_threads)
    best = next((h for h in help_ if not site.stations[h.station].is_seats), None)
    slots = (
        best_slots(site, some, described.goal, best.station, n_threads=asked.n_threads)
        if best and site.n_slots > 1
        else ()
    )
    return Answer(
        name=described.name,
        site=site,
        goal=described.goal,
        opens_min=described.opens_min,
        seed=asked.seed,
        n_days=days.n,
        measured=measure(site, run, described.goal),
        overloads=overloads(site, some),
        help=help_,
        slots=slots,
        sized=sized,
    )


def _second_opinion(site: Site, days: Days) -> None:
    """Let the checker look at the first days before anything is shown."""
    few = days.some(0, min(3, days.n))
    wrong = broken_rules(site, simulate(site, few))
    if wrong:
        raise AssertionError("The second opinion differs: " + " ".join(wrong[:5]))


def _sized(asked: Asked, described: Description, days: Days) -> Sized:
    situation = described.situation
    with tqdm(desc="Plans", unit="step", disable=None, leave=False) as bar:

        def advance(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        try:
            found = least_staff(
                situation,
                described.goal,
                seed=asked.seed,
                budget=Budget(asked.budget),
                least=asked.least,
                n_threads=asked.n_threads,
                on_progress=advance,
            )
        except ValueError as error:
            raise Refused(f"{asked.file}: {error}") from None
    _warn(found, situation)
    site = situation.site.with_staff(found.staff)
    _second_opinion(site, days)
    run = simulate(site, days, n_threads=asked.n_threads)
    return Sized(site, found, measure(site, run, described.goal))


def _warn(found: Sizing, situation: Situation) -> None:
    if not found.is_verified:
        warn(
            f"The goal could not be proven: surely only {found.surely:.1%} are in time. "
            "Give more budget, or a goal that can be met."
        )
