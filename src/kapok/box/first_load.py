"""The first start of a box: a sample town with its grids at work, all of it or nothing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from django.utils import timezone, translation
from tqdm import tqdm

from kapok.access import scope
from kapok.access.models import User
from kapok.access.operations import DemoAccount, make_demo_accounts
from kapok.codes import Level, span
from kapok.places.models import Area

DISTRICT = 440103000000000
STREET = 440103022000000
Advance = Callable[[int, int], None]
TICK_S = 1.0


def ensure_town() -> bool:
    """Load Liwan, draw and publish its grids, unless there is a town. Whether it was loaded.

    All in one transaction: who kills Kapok meanwhile finds an empty box at the next start, and the
    load begins anew.
    """
    if Area.objects.exists():
        return False
    # Loaded here, because the planning core takes a second that later starts need not spend.
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
        ensure_accounts()
    return True


def ensure_accounts() -> bool:
    """Make the demo accounts of a box that nobody can sign in to. Whether they were made."""
    if User.objects.exists():
        return False
    make_demo_accounts(
        DemoAccount(username, f"演示 Demo · {area} {post}".replace("  ", " "), code)
        for username, post, (area, code) in [
            ("community", "社区负责人", _first(Level.COMMUNITY)),
            ("street", "街道负责人", _first(Level.STREET)),
            ("district", "区指挥部", _first(Level.DISTRICT)),
        ]
    )
    return True


def _first(level: Level) -> tuple[str, int | None]:
    """Name and code of the area of a level in the street of the story, or else of the first."""
    low, high = span(STREET, Level.STREET)
    of_level = Area.objects.filter(level=level, valid_to=None).order_by("code")
    area = of_level.filter(code__gte=low, code__lt=high).first() or of_level.first()
    return (area.name_zh or area.name_en, area.code) if area else ("", None)


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
