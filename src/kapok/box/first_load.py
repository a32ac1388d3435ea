"""The first start of a box: a sample town with its grids at work, all of it or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone, translation
from tqdm import tqdm

from kapok.access.operations import DemoAccount, make_demo_accounts
from kapok.places.codes import Level, span
from kapok.places.models import Area

DISTRICT = 440103000000000
STREET = 440103022000000
Advance = Callable[[int, int], None]


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
    with transaction.atomic(), translation.override("zh-hans"):
        with _bar("Loading Liwan", "steps") as advance:
            town = liwan()
            advance(1, 2)
            load_sample_town(town, at=at)
            advance(2, 2)
        with _bar("Drawing its grids", "buildings", at_first="Compiling, once") as advance:
            drawing = draw_grids(area_code=DISTRICT, by=None, at=at, on_progress=advance)
        with _bar("Putting them in force", "steps") as advance:
            publish(drawing_id=drawing.pk, by=None, at=at)
            make_demo_accounts(_accounts())
            advance(1, 1)
    return True


def _accounts() -> list[DemoAccount]:
    """One person for each level of the story, marked as demo in name too."""
    low, high = span(STREET, Level.STREET)
    inside = Area.objects.filter(level=Level.COMMUNITY, code__gte=low, code__lt=high)
    community = inside.order_by("code")[0]
    street = Area.objects.get(code=STREET)
    district = Area.objects.get(code=DISTRICT)
    return [
        DemoAccount("community", f"演示 Demo · {community.name_zh} 社区负责人", community.code),
        DemoAccount("street", f"演示 Demo · {street.name_zh} 街道负责人", street.code),
        DemoAccount("district", f"演示 Demo · {district.name_zh} 区指挥部", district.code),
    ]


@contextmanager
def _bar(what: str, unit: str, *, at_first: str = "") -> Iterator[Advance]:
    """A progress bar on standard error, on a terminal only; ``at_first`` until work is done."""
    with tqdm(desc=at_first or what, unit=f" {unit}", disable=None) as bar:

        def advance(done: int, total: int) -> None:
            bar.total = total
            if done:
                bar.set_description(what, refresh=False)
            bar.update(done - bar.n)

        yield advance
