"""What is typed, and how long the answer takes."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tqdm import tqdm

from bench.people.town import SEARCHER
from kapok.access import scope, secrets
from kapok.access.models import User
from kapok.box import owner
from kapok.people import names, wanted
from kapok.people.models import Person
from kapok.people.queries.find import find
from kapok.people.shown import for_acting

PURPOSE = "household_care"
COMMON = "英华明芳丽志国秀文玉"


@dataclass(frozen=True)
class Somebody:
    """Whoever is looked for, as the searcher may know them."""

    id: Any
    name: str
    home: str
    phone: str
    identity: str


@dataclass
class Times:
    """Seconds of each search of one kind, and how often whoever was meant was in the answer."""

    kind: str
    database: list[float] = field(default_factory=list)
    page: list[float] = field(default_factory=list)
    n_answers: int = 0
    n_hits: int = 0


KINDS: dict[str, Callable[[Somebody, random.Random], str]] = {
    "name": lambda one, _: one.name,
    "pinyin": lambda one, _: names.pinyin(one.name).replace(" ", ""),
    "initials": lambda one, _: names.initials(one.name),
    "one wrong character": lambda one, rng: _wrong(one.name, rng),
    "building and room": lambda one, _: one.home,
    "end of a telephone": lambda one, _: one.phone[-4:],
    "whole telephone": lambda one, _: one.phone,
    "identity number": lambda one, _: one.identity,
}


def run(kinds: list[str], *, n: int, seed: int) -> list[Times]:
    """Search ``n`` times for each kind, each time for somebody else."""
    rng = random.Random(seed)
    people = _somebodies(n, rng)
    client = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})
    client.force_login(User.objects.get(username=SEARCHER))
    kept = client.session
    kept["purpose"] = PURPOSE
    kept.save()
    found = []
    for kind in kinds:
        times = Times(kind)
        for one in tqdm(people, desc=kind, disable=None):
            typed = KINDS[kind](one, rng)
            _ask(typed, one, times)
            cache.clear()  # the limit of searches a minute is not measured here
            began = time.perf_counter()
            page = client.post(reverse("people"), {"q": typed})
            times.page.append(time.perf_counter() - began)
            assert page.status_code == 200, page.status_code
        found.append(times)
    return found


def _ask(typed: str, one: Somebody, times: Times) -> None:
    """One search as the view makes it: acting, purpose, scope and trace included."""
    account = User.objects.get(username=SEARCHER)
    at = timezone.now()
    [held] = scope.held_by(account, at=at)
    whose = scope.of_appointment(held, at=at, purpose=PURPOSE)
    with _counted() as spent, scope.acting(whose) as who:
        asked = wanted.read(typed)
        answer = find(asked, for_acting(who), today=timezone.localdate())
    times.database.append(sum(spent))
    times.n_answers += len(answer.found)
    times.n_hits += any(line.id == one.id for line in answer.found)


@contextmanager
def _counted() -> Iterator[list[float]]:
    """Seconds spent waiting for each statement."""
    spent: list[float] = []

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append(time.perf_counter() - began)

    with connection.execute_wrapper(wrapper):
        yield spent


def _wrong(name: str, rng: random.Random) -> str:
    """The name with its last character replaced by another one."""
    return name[:-1] + rng.choice([c for c in COMMON if c != name[-1]])


def _somebodies(n: int, rng: random.Random) -> list[Somebody]:
    """People by chance, of three characters, with papers and a telephone."""
    with owner.connected():
        rows = (
            Person.objects.filter(
                left_at=None, identity__isnull=False, contacts__isnull=False, name__regex="^...$"
            )
            .select_related("household__dwelling__building")
            .prefetch_related("contacts")
        )
        lowest = list(Person.objects.order_by("id").values_list("id", flat=True)[::5_003])
        chosen = rng.sample(lowest, min(n, len(lowest)))
        found = [rows.filter(id__gte=key).order_by("id").first() for key in chosen]
    return [_known(person) for person in found if person is not None]


def _known(person: Person) -> Somebody:
    dwelling = person.household.dwelling
    return Somebody(
        id=person.pk,
        name=person.name,
        home=f"{dwelling.building.name} {dwelling.room}",
        phone=secrets.decrypt(person.contacts.all()[0].value, about="phone"),
        identity=secrets.decrypt(person.identity, about="identity"),
    )
