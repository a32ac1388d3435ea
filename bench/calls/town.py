"""A city with ninety streets, their lines, and two hundred people who sit at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db.models import F
from django.utils import timezone

from bench.intake import town as street
from kapok.access import scope
from kapok.access.models import Appointment, User
from kapok.access.scope import acting, of_box
from kapok.box import owner
from kapok.codes import Level, span
from kapok.doors.operations import keys
from kapok.hotline import pulse
from kapok.hotline.box import of_exchange
from kapok.hotline.models import Call, Line, Seat
from kapok.hotline.operations import seats
from kapok.hotline.operations.moving import wake
from kapok.packs import look_up
from kapok.packs.models import Pack
from kapok.places.models import Area

PROVINCE, CITY, DISTRICT = 440000000000000, 440100000000000, 440103000000000
N_STREETS, OF_STREET, OF_DISTRICT, OF_CITY = 90, 2, 14, 6
N_BOARDS = 4


@dataclass(frozen=True)
class Looker:
    """A browser that looks on: its session, and where it asks for the pulse."""

    session: str
    pulse: str
    extension: str = ""
    line: int = 0


@dataclass(frozen=True)
class Town:
    """Who looks on, the numbers of the streets' lines, and the key of the telephone system."""

    operators: list[Looker]
    boards: list[Looker]
    numbers: list[str]
    key: str


def ensure() -> Town:
    """Make it anew in an empty box."""
    at = timezone.now()
    streets = [DISTRICT + (n + 1) * 10**6 for n in range(N_STREETS)]
    with owner.connected():
        _areas(streets, at)
    with acting(of_box(at=at)):
        if not Pack.objects.filter(code="gd-2021", state=Pack.State.IN_FORCE).exists():
            street._pack(at)
        look_up.forget()
        key = keys.make_key(name="bench", uses=["CALLS"], place=PROVINCE, by=None, at=at).secret
    with owner.connected():
        lines = [
            *(_line(place, Level.STREET, n, at) for n, place in enumerate(streets)),
            _line(DISTRICT, Level.DISTRICT, 500, at),
            _line(CITY, Level.CITY, 600, at),
        ]
    wanted = [n for n in range(N_STREETS) for _seat in range(OF_STREET)]
    wanted += [N_STREETS] * OF_DISTRICT + [N_STREETS + 1] * OF_CITY
    operators = [_operator(i, n, lines[n], at) for i, n in enumerate(wanted)]
    boards = [
        _signed_in(*_appointed(f"board{n}", "hotline_lead", DISTRICT, Level.DISTRICT, at))
        for n in range(N_BOARDS)
    ]
    return Town(operators, boards, [line.dialled for line in lines[:N_STREETS]], key)


def _areas(streets: Sequence[int], at) -> None:
    parent = None
    for code, level, name in (
        (PROVINCE, Level.PROVINCE, "广东省"), (CITY, Level.CITY, "广州市"),
        (DISTRICT, Level.DISTRICT, "荔湾区"),
    ):  # fmt: skip
        parent, _made = Area.objects.get_or_create(
            code=code, defaults={"level": level, "name_zh": name, "parent": parent,
                                 "valid_from": at},
        )  # fmt: skip
    Area.objects.bulk_create(
        Area(code=code, level=Level.STREET, name_zh=f"街道{n}", parent=parent, valid_from=at)
        for n, code in enumerate(streets)
    )


def _line(place: int, level: Level, n: int, at) -> Line:
    number = f"020-8111{n:04}"
    return Line.objects.create(
        place=place, level=level, name_zh=f"{place} 热线", number=number,
        dialled=f"+862081110{n:03}", made_at=at,
    )  # fmt: skip


def _operator(i: int, n: int, line: Line, at) -> Looker:
    account, held = _appointed(f"op{i}", "hotline_worker", line.place, Level(line.level), at)
    with acting(scope.of_appointment(held, at=at)):
        seats.sit_down(
            line=line.pk, extension=str(1000 + i), languages="粤语", by=account.pk, at=at
        )
    return _signed_in(account, held, str(1000 + i), n)


def _appointed(name: str, role: str, place: int, level: Level, at) -> tuple[User, Appointment]:
    with owner.connected():
        account = User.objects.create(username=name, name=name, is_demo=True)
        account.set_unusable_password()
        account.save()
        held = Appointment.objects.create(
            account=account, role=role, areas=[[place, str(level), name]],
            ranges=(span(place, level),), starts_at=at, given_at=at,
        )  # fmt: skip
    return account, held


def _signed_in(account: User, held: Appointment, extension: str = "", line: int = 0) -> Looker:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(account.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store.save()
    address = pulse.address(account.pk, held.ranges, held.ranges[0][0])
    return Looker(store.session_key, address, extension, line)


def wrap_up() -> int:
    """Close what was wrapped up for a second: this is done on the page of a call, not here."""
    at = timezone.now()
    with acting(of_exchange(at=at)):
        calls = Call.objects.filter(state="WRAP_UP")
        done = list(calls.values_list("pk", "operator", "place"))
        Call.objects.filter(pk__in=[pk for pk, _who, _place in done]).update(
            state="CLOSED", outcome="RESOLVED", closed_at=at
        )
        for _pk, who, place in done:
            seats.freed(who, at)
            wake([place], [who])
    return len(done)


def n_stored() -> dict[str, int]:
    """Calls by state."""
    with acting(of_exchange(at=timezone.now())):
        states = Call.objects.values_list("state", flat=True)
        return {state: list(states).count(state) for state in set(states)}


def tidy() -> None:
    """End what is left of a run: everybody is free again."""
    at = timezone.now()
    with acting(of_exchange(at=at)):
        Call.objects.filter(state__in=["RINGING"]).update(state="MISSED", ended_at=at)
        Call.objects.filter(state__in=["TALKING", "WRAP_UP"]).update(
            state="CLOSED", outcome="RESOLVED", closed_at=at, ended_at=F("answered_at")
        )
        Seat.objects.filter(left_at=None).update(state="FREE")
