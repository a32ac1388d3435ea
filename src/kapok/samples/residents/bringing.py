"""Bring made-up people into the homes of a town: all of them or nobody."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import connection, models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kapok.access.roles import Permission, Realm
from kapok.access.scope import EVERYWHERE, Acting, acting
from kapok.box import owner
from kapok.codes import DIGITS, span
from kapok.errors import Refused
from kapok.people.banner import SOURCE
from kapok.people.models import (
    Contact,
    Dwelling,
    Guardian,
    Household,
    Person,
    RegisterEntry,
    Residence,
)
from kapok.places import bulk
from kapok.places.models import Area, Building, Source
from kapok.samples.population import homes, shares
from kapok.samples.population.people import Population, made_up
from kapok.samples.residents import rows
from kapok.samples.residents.removing import remove
from kapok.samples.singapore.town import CODE as SINGAPORE

Progress = Callable[[int, int], None]
TABLES = (Dwelling, Household, Person, Residence, Contact, RegisterEntry, Guardian)
N_STEPS = len(TABLES)
USUAL_HOUSEHOLD = 2.6  # people, where a town does not say how many live in a building


@dataclass(frozen=True)
class Work:
    """What was brought in."""

    n_people: int
    n_households: int
    n_dwellings: int
    n_entries: int


def no_progress(_done: int, _total: int) -> None:
    """Tell nobody."""


@contextmanager
def filling(at: datetime) -> Iterator[Acting]:
    """Act as whoever fills a town with made-up people: writes them anywhere, until this ends."""
    box = Acting(
        role="box",
        at=at,
        ranges=EVERYWHERE,
        permissions=frozenset(
            {
                Permission.PERSON_VIEW,
                Permission.PERSON_EDIT,
                Permission.REGISTER_VIEW,
                Permission.REGISTER_EDIT,
            }
        ),
        realms=frozenset(Realm),
        purpose="register_upkeep",
    )
    with acting(box) as who:
        yield who


def span_of(division: str) -> tuple[int, int]:
    """The range of places of an area that is named by its code; of everything without one."""
    if not division:
        return EVERYWHERE[0]
    area = None
    if division.isascii() and division.isdigit() and len(division) <= DIGITS:
        area = Area.objects.filter(code=int(division.ljust(DIGITS, "0")), valid_to=None).first()
    if area is None:
        raise Refused(
            _(
                "There is no area with the code %(code)s here. kapok sample people takes the code "
                "of a district, street or community."
            )
            % {"code": division}
        )
    return span(area.code, area.level)


def refuse_people(here: tuple[int, int], *, again: bool) -> None:
    """Refuse to put made-up people beside those who are there, made up or not."""
    there = Person.objects.filter(place__gte=here[0], place__lt=here[1])
    if there.filter(is_made_up=False).exists():
        raise Refused(
            _(
                "People who are not made up are here already. Made-up ones belong into a box of "
                "their own: set KAPOK_DATA to another folder."
            )
        )
    if not again and there.exists():
        raise Refused(
            _("Made-up people live here already. To replace them: kapok sample people --again.")
        )


def bring(
    *,
    at: datetime,
    here: tuple[int, int],
    n_people: int | None = None,
    seed: int = 0,
    on_progress: Progress = no_progress,
) -> Work:
    """Make people up for the standing buildings of a range of places, and write them.

    ``n_people`` stops where about as many have a home, in the order of the place codes. Refused
    where no building stands. The caller acts (:func:`filling`), or is the owner of the tables.
    """
    works = []
    towns = list(_towns(here, n_people))
    if not towns:
        raise Refused(_("There is no building here yet. Load a town first, or name another area."))
    for nth, (known, buildings, in_singapore) in enumerate(towns):
        population = made_up(
            known,
            of=shares.singapore() if in_singapore else shares.liwan(),
            in_singapore=in_singapore,
            today=np.datetime64(at.date()),
            seed=seed,
        )

        def told(done: int, before: int = nth) -> None:
            on_progress(before * N_STEPS + done, len(towns) * N_STEPS)

        works.append(_write(population, buildings, at, told))
    Source.objects.update_or_create(
        key=SOURCE,
        defaults={"title": "示例居民 Made-up residents", "made_up": True, "loaded_at": at},
    )
    return Work(
        *(
            sum(getattr(work, field) for work in works)
            for field in ("n_people", "n_households", "n_dwellings", "n_entries")
        )
    )


def _towns(
    here: tuple[int, int], n_people: int | None
) -> Iterator[tuple[homes.Buildings, rows.Buildings, bool]]:
    """The standing buildings, those of Singapore apart from the others."""
    left = n_people
    for low, high, in_singapore in (
        (here[0], min(here[1], SINGAPORE), False),
        (max(here[0], SINGAPORE), here[1], True),
    ):
        found = list(_standing(low, high).values_list("id", "place", "households", "residents",
                                                      "dwellings"))  # fmt: skip
        households = np.array([row[2] for row in found], np.int64)
        residents = np.array(
            [round(row[2] * USUAL_HOUSEHOLD) if row[3] is None else row[3] for row in found],
            np.int64,
        )
        n = len(found)
        if left is not None:
            n = int(np.searchsorted(np.cumsum(residents), left, side="right"))
            left -= int(residents[:n].sum())
        if n and residents[:n].any():
            known = homes.Buildings(
                households[:n],
                residents[:n],
                np.array([row[4] or row[2] for row in found[:n]], np.int64),
                has_lodgers=not in_singapore,
            )
            key = np.array([row[0].hex for row in found[:n]], object)
            place = np.array([row[1] for row in found[:n]], np.int64)
            yield known, rows.Buildings(key, place), in_singapore


def _standing(low: int, high: int) -> QuerySet[Building]:
    here = Building.objects.filter(gone_at=None, place__gte=low, place__lt=high)
    return here.order_by("place", "id")


def _write(
    population: Population, buildings: rows.Buildings, at: datetime, told: Callable[[int], None]
) -> Work:
    new, today = rows.keys(population), at.date()
    tables: list[tuple[type[models.Model], Callable[[], rows.Rows]]] = [
        (Dwelling, lambda: rows.dwellings(population, buildings, new)),
        (Household, lambda: rows.households(population, buildings, new)),
        (Person, lambda: rows.people(population, buildings, new)),
        (Residence, lambda: rows.residences(population, buildings, new)),
        (Contact, lambda: rows.contacts(population, buildings, new)),
        (RegisterEntry, lambda: rows.registers(population, buildings, new, today)),
        (Guardian, lambda: rows.guardians(population, buildings, new, today)),
    ]
    n_rows = {}
    for done, (model, make) in enumerate(tables, start=1):
        made = make()
        n_rows[model] = bulk.insert_csv(model, made.fields, made.csv())
        told(done)
    return Work(n_rows[Person], n_rows[Household], n_rows[Dwelling], n_rows[RegisterEntry])


def bring_as_owner(
    *,
    at: datetime,
    here: tuple[int, int],
    again: bool = False,
    n_people: int | None = None,
    seed: int = 0,
    on_progress: Progress = no_progress,
) -> Work:
    """Like :func:`bring`, for very many: as the owner of the tables, in one transaction.

    The index of names is taken away meanwhile and built once at the end, which takes a tenth of the
    time; whoever looks for people waits until it is there. ``again`` removes the made-up people of
    the range first. Raises :class:`~kapok.errors.Refused` before anything is changed.
    """
    index = next(i for i in Person._meta.indexes if i.name == "person_by_name_tokens")
    with owner.connected(), transaction.atomic():
        refuse_people(here, again=again)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        with connection.schema_editor() as tables:
            tables.remove_index(Person, index)
        if again:
            remove(here)
        work = bring(at=at, here=here, n_people=n_people, seed=seed, on_progress=on_progress)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # an index waits for the rows' checks
        with connection.schema_editor() as tables:
            tables.add_index(Person, index)
        with connection.cursor() as cursor:
            for model in TABLES:  # what is asked next is planned by what is there now
                cursor.execute(f'ANALYZE "{model._meta.db_table}"')
        return work
