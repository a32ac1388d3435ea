"""The first start of a box: a sample town at work, people in one street, accounts to try it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NoReturn

from django.utils import timezone, translation
from tqdm import tqdm

from kapok.access import scope
from kapok.access.models import Appointment, User
from kapok.box.demo import STREET, make_cast
from kapok.codes import Level, span
from kapok.matters.models import Unit
from kapok.packs.operations import ensure_shipped
from kapok.places.models import Area

DISTRICT = 440103000000000
Advance = Callable[[int, int], None]
TICK_S = 1.0
ON_DUTY = ("dispatcher", "hotline_worker", "grid_worker")  # who moves the first matters on


def ensure_town() -> bool:
    """Load Liwan, draw and publish its grids, unless there is a town. Whether it was loaded.

    All in one transaction: who kills Kapok meanwhile finds an empty box at the next start, and the
    load begins anew.
    """
    if Area.objects.exists():
        return False
    # Loaded here, because the planning core takes a second that later starts need not spend.
    from kapok.matters.adapter import try_out
    from kapok.places.importers.sample_town import load_sample_town
    from kapok.places.operations.draw import draw_grids
    from kapok.places.operations.publish import publish
    from kapok.samples.liwan import liwan

    at = timezone.now()
    with scope.acting(scope.of_box(at=at)), translation.override("zh-hans"):
        with _bar("Loading Liwan", "steps") as advance:
            town = liwan()
            advance(1, 2)
            load_sample_town(town, at=at)
            advance(2, 2)
        with _bar("Drawing its grids", "buildings", at_first="Compiling, once") as advance:
            drawing = draw_grids(area_code=DISTRICT, by=None, at=at, on_progress=advance)
        with _bar("Putting them in force", "steps") as advance:
            publish(drawing_id=drawing.pk, by=None, at=at)
            advance(1, 1)
        with _bar("Trying its streets", "steps", at_first="Compiling, once") as advance:
            try_out(at=at)  # or the first dispatcher would wait for it
            advance(1, 1)
    return True


def ensure_packs() -> int:
    """Bring the packs of rules that are shipped, each at its first start; how many were brought."""
    at = timezone.now()
    with scope.acting(scope.of_box(at=at)), translation.override("zh-hans"):
        return ensure_shipped(at=at)


def ensure_people() -> bool:
    """Let made-up people live in the street of the story, so that everything can be tried.

    Only at the first start of a box that has that street: later it is full, or somebody else's.
    """
    if User.objects.exists() or not Area.objects.filter(code=STREET, valid_to=None).exists():
        return False
    from kapok.samples import residents

    here = span(STREET, Level.STREET)
    with _bar("Making people up", "tables") as advance:
        # Again: who was killed after this and before the accounts were made begins anew.
        residents.bring_as_owner(at=timezone.now(), here=here, again=True, on_progress=advance)
    return True


def ensure_accounts() -> bool:
    """Make the demo accounts of a box that nobody can sign in to. Whether they were made."""
    if User.objects.exists():
        return False
    at = timezone.now()
    make_cast(at=at)
    with _bar("Letting an evening pass", "steps") as advance, translation.override("zh-hans"):
        advance(0, 1)
        _bring_evening(at)
        advance(1, 1)
    return True


def _bring_evening(at: datetime) -> None:
    """Matters and units for the desk of the story, with the cast moving them on."""
    from kapok.samples import evening

    with scope.acting(scope.of_box(at=at)):
        known = Appointment.objects.filter(role__in=ON_DUTY, account__is_demo=True)
        cast = sorted(known, key=lambda held: ON_DUTY.index(held.role))
    evening.bring(street=STREET, cast=cast, at=at)
    with scope.acting(scope.of_box(at=at)):
        patrol = Unit.objects.filter(kind="patrol", place=STREET).order_by("name").first()
        police = Appointment.objects.filter(role="police_member", account__is_demo=True)
        police.update(unit=patrol and patrol.pk)


@contextmanager
def _ticking(bar: "tqdm[NoReturn]") -> Iterator[None]:
    """Let the clock of a bar go on while nothing advances, so that it does not look dead."""
    done = threading.Event()

    def tick() -> None:
        while not done.wait(TICK_S):
            bar.refresh()

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextmanager
def _bar(what: str, unit: str, *, at_first: str = "") -> Iterator[Advance]:
    """A progress bar on standard error, on a terminal only; ``at_first`` until work is done."""
    with tqdm(desc=at_first or what, unit=f" {unit}", disable=None) as bar, _ticking(bar):

        def advance(done: int, total: int) -> None:
            bar.total = total
            if done:
                bar.set_description(what, refresh=False)
            bar.update(done - bar.n)

        yield advance
