"""A street to report in: areas, buildings, a pack, and a key."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone

from kapok.access.scope import acting, of_box, of_intake
from kapok.box import owner
from kapok.codes import Level
from kapok.doors.entrances import PORTAL
from kapok.doors.operations import keys
from kapok.matters.models import Matter
from kapok.packs import look_up, operations
from kapok.packs.models import Pack
from kapok.places.models import Area, Building

CITY, STREET = 440100000000000, 440103022000000
N_COMMUNITIES, N_GRIDS, N_BUILDINGS = 10, 20, 10


def ensure() -> str:
    """Make it where it is not there; a new key."""
    at = timezone.now()
    with owner.connected():
        if not Area.objects.filter(code=STREET).exists():
            _areas(at)
    with acting(of_box(at=at)):
        if not Pack.objects.filter(code="gd-2021", state=Pack.State.IN_FORCE).exists():
            _pack(at)
        look_up.forget()
        made = keys.make_key(name="bench", uses=["REPORT"], place=STREET, by=None, at=at)
    return made.secret


def _areas(at) -> None:
    province = Area.objects.create(
        code=440000000000000, level=Level.PROVINCE, name_zh="广东省", valid_from=at
    )
    street = Area.objects.create(
        code=STREET, level=Level.STREET, name_zh="中南街道", parent=province, valid_from=at
    )
    for c in range(1, N_COMMUNITIES + 1):
        code = STREET + c * 1000
        community = Area.objects.create(
            code=code, level=Level.COMMUNITY, name_zh=f"社区{c}", parent=street, valid_from=at
        )
        Area.objects.bulk_create(
            Area(code=code + g, level=Level.GRID, name_zh=f"{g}", parent=community, valid_from=at)
            for g in range(1, N_GRIDS + 1)
        )
        Building.objects.bulk_create(
            Building(
                place=code + g, source="bench", source_id=f"{c}-{g}-{b}", households=30,
                lon=113.2 + 0.004 * c + 0.0001 * b, lat=23.0 + 0.002 * g,
            )
            for g in range(1, N_GRIDS + 1)
            for b in range(N_BUILDINGS)
        )  # fmt: skip


def _pack(at) -> None:
    text = (operations.SHIPPED / "gd-2021.yaml").read_bytes()
    made = operations.draft(text=text, by=None, at=at)
    operations.put_in_force(pack=made.pk, valid_from=at - timedelta(minutes=1), by=None, at=at)


@contextmanager
def serving(port: int) -> Iterator[int]:
    """The web server in a process of its own, as ``kapok up`` starts it; its number."""
    code = (
        "from kapok.box import serve\nfrom kapok.box.tls.reach import Reach\n"
        f"reach = Reach('127.0.0.1', '{port}', None, False, True, ())\n"
        "serve.serve(reach, on_ready=lambda: None)"
    )
    with subprocess.Popen([sys.executable, "-c", code], start_new_session=True) as process:
        try:
            _wait(port)
            yield process.pid
        finally:
            process.terminate()
            process.wait(30)


def _wait(port: int) -> None:
    for _turn in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5).read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("The server did not answer within a minute.")


def n_matters() -> int:
    """How many are stored."""
    with acting(of_intake(PORTAL.id, at=timezone.now())):
        return Matter.objects.count()
