"""The shortest way to a valid row. A test names only what it is about."""

from contextlib import contextmanager
from datetime import UTC, date, datetime

import factory
import shapely

from kapok.access import models as access
from kapok.access import secrets
from kapok.access.roles import Permission, Realm
from kapok.access.scope import EVERYWHERE, Acting, acting, of_box
from kapok.codes import WIDTH, Level, span
from kapok.people import models as people
from kapok.people import names
from kapok.places import models as places

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


class User(factory.django.DjangoModelFactory):
    class Meta:
        model = access.User

    username = factory.Sequence(lambda n: f"user-{n}")
    is_demo = True  # so that no role asks for a second factor


class Province(factory.django.DjangoModelFactory):
    class Meta:
        model = places.Area
        django_get_or_create = ("code",)

    code = 440000000000000
    level = Level.PROVINCE
    name_zh = "广东省"
    valid_from = NOON


class Community(factory.django.DjangoModelFactory):
    class Meta:
        model = places.Area

    code = factory.Sequence(lambda n: 440103022001000 + 1000 * n)
    level = Level.COMMUNITY
    parent = factory.SubFactory(Province)
    name_zh = factory.LazyAttribute(lambda area: f"社区{area.code}")
    valid_from = NOON


class Building(factory.django.DjangoModelFactory):
    class Meta:
        model = places.Building

    source = "test"
    source_id = factory.Sequence(lambda n: f"b{n}")
    place = 440103022001000
    lon = factory.Sequence(lambda n: 113.2 + 0.0004 * (n % 10))
    lat = factory.Sequence(lambda n: 23.08 + 0.0004 * (n // 10 % 10))
    households = 20


class Barrier(factory.django.DjangoModelFactory):
    class Meta:
        model = places.Barrier
        exclude = ("line",)

    line = shapely.LineString([(113.2, 23.0), (113.2, 23.2)])
    source = "test"
    source_id = factory.Sequence(lambda n: f"l{n}")
    kind = places.Barrier.Kind.RIVER
    hard = True
    shape = factory.LazyAttribute(lambda o: o.line.wkb)
    west = factory.LazyAttribute(lambda o: o.line.bounds[0])
    south = factory.LazyAttribute(lambda o: o.line.bounds[1])
    east = factory.LazyAttribute(lambda o: o.line.bounds[2])
    north = factory.LazyAttribute(lambda o: o.line.bounds[3])


class Drawing(factory.django.DjangoModelFactory):
    class Meta:
        model = places.Drawing

    place = 440103022001000
    level = Level.COMMUNITY
    low, high = 300, 500
    budget = "fast"
    keep_previous = True
    crs = "EPSG:32649"
    core_version = "0"
    made_at = NOON


class DrawnGrid(factory.django.DjangoModelFactory):
    class Meta:
        model = places.DrawnGrid

    drawing = factory.SubFactory(Drawing)
    community = 440103022001000
    number = factory.Sequence(lambda n: n + 1)
    households = 400
    n_buildings = 20
    rms_m = 50.0


class GridVersion(factory.django.DjangoModelFactory):
    class Meta:
        model = places.GridVersion

    community = 440103022001000
    number = factory.Sequence(lambda n: n + 1)
    drawing = factory.SubFactory(Drawing, status="PUBLISHED", closed_at=NOON, made_at=NOON)
    valid_from = NOON
    n_grids = n_kept = n_new = n_retired = moved_buildings = moved_households = 0


@contextmanager
def as_owner_of_rows():
    """Write rows about people wherever they are: the whole of every scope at once."""
    whole = Acting(
        role="grid_worker",
        at=NOON,
        ranges=EVERYWHERE,
        permissions=frozenset(Permission),
        realms=frozenset(Realm),
        purpose="household_care",
    )
    with acting(whole):
        yield


def as_box():
    """Act as the box: over all places, without anybody's data."""
    return acting(of_box(at=NOON))


class Appointment(factory.django.DjangoModelFactory):
    """A role over one area (``place`` and ``level``), in force from the first of 2026."""

    class Meta:
        model = access.Appointment
        exclude = ("place", "level")

    place = 440103022001000
    level = factory.LazyAttribute(
        lambda o: next(level for level in Level if o.place % WIDTH[level] == 0)
    )
    account = factory.SubFactory(User)
    role = "grid_worker"
    areas = factory.LazyAttribute(lambda o: [[o.place, str(o.level), f"区域{o.place}"]])
    ranges = factory.LazyAttribute(lambda o: (span(o.place, o.level),))
    starts_at = datetime(2026, 1, 1, tzinfo=UTC)
    given_at = datetime(2026, 1, 1, tzinfo=UTC)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        with as_owner_of_rows():
            return super()._create(model_class, *args, **kwargs)


class Dwelling(factory.django.DjangoModelFactory):
    class Meta:
        model = people.Dwelling

    building = factory.SubFactory(Building, place=factory.SelfAttribute("..place"))
    place = 440103022001001
    room = factory.Sequence(lambda n: f"{n // 10 + 1}0{n % 10}")


class Household(factory.django.DjangoModelFactory):
    class Meta:
        model = people.Household

    place = 440103022001001
    dwelling = factory.SubFactory(Dwelling, place=factory.SelfAttribute("..place"))


class Person(factory.django.DjangoModelFactory):
    class Meta:
        model = people.Person

    place = 440103022001001
    household = factory.SubFactory(Household, place=factory.SelfAttribute("..place"))
    name = factory.Sequence(lambda n: f"示例{n}")
    name_tokens = factory.LazyAttribute(lambda o: sorted(names.tokens(o.name)))


class Contact(factory.django.DjangoModelFactory):
    """A telephone, given as its ``number``."""

    class Meta:
        model = people.Contact
        exclude = ("number",)

    number = factory.Sequence(lambda n: f"+86138{n:08d}")
    place = factory.SelfAttribute("person.place")
    person = factory.SubFactory(Person)
    value = factory.LazyAttribute(lambda o: secrets.encrypt(o.number, about="phone"))
    value_index = factory.LazyAttribute(lambda o: secrets.blind_index(o.number, about="phone"))
    tail_index = factory.LazyAttribute(
        lambda o: secrets.blind_index(o.number[-4:], about="phone-tail")
    )


class RegisterEntry(factory.django.DjangoModelFactory):
    class Meta:
        model = people.RegisterEntry

    place = 440103022001001
    person = factory.SubFactory(Person, place=factory.SelfAttribute("..place"))
    kind = "ELDER_ALONE"
    tier = "A"
    review_on = date(2026, 9, 1)
    began_on = date(2026, 1, 1)
