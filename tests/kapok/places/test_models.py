"""What the database itself refuses."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests import factories
from tests.factories import NOON

from kapok.access.scope import acting, of_box
from kapok.places.models import Placement

pytestmark = pytest.mark.django_db


def refused(name):
    """The block must break the constraint of this name."""
    return pytest.raises(IntegrityError, match=name)


def test_a_code_is_used_once():
    factories.Community(code=440103022001000)

    with refused("code"), transaction.atomic():
        factories.Community(code=440103022001000)


@pytest.mark.parametrize("code", [44010302200100, 4401030220010001])
def test_a_code_has_15_digits(code):
    """For somebody whose ranges go beyond all codes, whom no policy stops."""
    beyond = acting(replace(of_box(at=NOON), ranges=((0, 10**17),)))
    with refused("area_code_has_15_digits"), beyond:
        factories.Community(code=code)


def test_an_area_has_a_name_in_some_language():
    with refused("area_has_a_name"), transaction.atomic():
        factories.Community(name_zh="")


def test_an_area_ends_after_it_starts():
    with refused("area_ends_after_it_starts"), transaction.atomic():
        factories.Community(valid_to=NOON - timedelta(days=1))


def test_only_provinces_have_no_parent():
    with refused("area_below_the_province_has_a_parent"), transaction.atomic():
        factories.Community(parent=None)


def test_a_building_is_known_once_to_its_source():
    factories.Building(source_id="7")

    with refused("building_is_known_once_to_its_source"), transaction.atomic():
        factories.Building(source_id="7")


@pytest.mark.parametrize("position", [{"lon": 181.0}, {"lat": -91.0}])
def test_a_building_lies_on_earth(position):
    with refused("building_lies_on_earth"), transaction.atomic():
        factories.Building(**position)


def test_an_area_has_one_open_drawing_at_most():
    factories.Drawing()
    factories.Drawing(status="DISCARDED", closed_at=NOON)

    with refused("drawing_one_open_per_area"), transaction.atomic():
        factories.Drawing()


@pytest.mark.parametrize("status", ["PUBLISHED", "DISCARDED"])
def test_a_closed_drawing_says_when(status):
    with refused("drawing_closed_at_only_when_closed"), transaction.atomic():
        factories.Drawing(status=status)


def test_bounds_are_in_order():
    with refused("drawing_bounds_are_in_order"), transaction.atomic():
        factories.Drawing(low=500, high=300)


def test_a_number_is_used_once_in_a_community_of_a_drawing():
    grid = factories.DrawnGrid(number=1)

    with refused("drawn_grid_number_is_used_once"), transaction.atomic():
        factories.DrawnGrid(drawing=grid.drawing, number=1)


def test_a_code_is_used_once_in_a_drawing():
    grid = factories.DrawnGrid(code=440103022001001)

    with refused("drawn_grid_code_is_used_once"), transaction.atomic():
        factories.DrawnGrid(drawing=grid.drawing, code=440103022001001)


def test_the_code_of_a_grid_lies_in_its_community():
    with refused("drawn_grid_code_lies_in_its_community"), transaction.atomic():
        factories.DrawnGrid(code=440103022002001)


def test_a_building_lies_in_one_grid_of_a_drawing():
    grid, building = factories.DrawnGrid(), factories.Building()
    other = factories.DrawnGrid(drawing=grid.drawing)
    Placement.objects.create(drawing=grid.drawing, grid=grid, building=building)

    with refused("places_placement_pkey"), transaction.atomic():
        Placement.objects.create(drawing=grid.drawing, grid=other, building=building)


def test_a_community_has_one_version_in_force():
    factories.GridVersion()

    with refused("community_has_one_grid_version_in_force"), transaction.atomic():
        factories.GridVersion()


def test_a_barrier_box_is_not_inside_out():
    with refused("barrier_box_is_not_inside_out"), transaction.atomic():
        factories.Barrier(west=114.0, east=113.0)
