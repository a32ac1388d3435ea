"""The shortest way to a valid row. A test names only what it is about."""

from datetime import UTC, datetime

import factory
import shapely

from kapok.access import models as access
from kapok.places import models as places
from kapok.places.codes import Level

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


class User(factory.django.DjangoModelFactory):
    class Meta:
        model = access.User

    username = factory.Sequence(lambda n: f"user-{n}")


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
