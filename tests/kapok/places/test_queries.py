"""Reading: trees, panels, comparisons, histories and old codes."""

import itertools
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from tests import factories
from tests.small_town import CITY, DISTRICT, HILLSIDE, MEADOW, NOON, PROVINCE, RIVERSIDE, STREET

from kapok.places import operations, queries
from kapok.places.models import Building, DrawnGrid
from kapok.places.queries.measures import histogram

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)


def draw(code=HILLSIDE, **asked):
    return operations.draw_grids(
        area_code=code, **({"budget": "fast", "by": None, "at": NOON} | asked)
    )


def publish(drawing, at=LATER):
    return operations.publish(drawing_id=drawing.pk, by=None, at=at)


def split():
    """Publish small grids in Hillside; the codes before and after."""
    before = codes()
    publish(draw(low=50, high=90, keep_previous=False))
    return before, codes()


def codes(community=HILLSIDE):
    found = DrawnGrid.objects.in_force().filter(community=community)
    return set(found.values_list("code", flat=True))


class TestTree:
    def test_counts_add_up_on_every_level(self, grids):
        for code in (PROVINCE, CITY, DISTRICT, STREET):
            node, below = queries.node(code), queries.children(code)
            for count in ("n_communities", "n_grids", "n_buildings", "households"):
                inside = sum(getattr(child, count) for child in below)
                assert getattr(node, count) == inside, (code, count)
        assert queries.node(STREET).n_buildings == 240

    def test_buildings_without_a_grid_are_counted(self, grids):
        factories.Building(place=MEADOW)

        assert queries.node(STREET).n_without_grid == 1
        assert queries.node(MEADOW).n_without_grid == 1

    def test_buildings_that_are_gone_are_not_counted(self, grids):
        Building.objects.filter(pk=Building.objects.first().pk).update(gone_at=NOON)

        assert queries.node(STREET).n_buildings == 239

    def test_the_tree_ends_at_the_community(self, grids):
        assert queries.children(HILLSIDE) == ()
        assert not queries.node(HILLSIDE).has_children
        assert queries.node(STREET).has_children

    def test_the_price_does_not_grow_with_the_children(self, grids, django_assert_num_queries):
        with django_assert_num_queries(2):
            queries.children(STREET)

    def test_an_unknown_area_is_nothing(self, town):
        assert queries.node(HILLSIDE + 999000) is None
        assert queries.desk(HILLSIDE + 999000) is None
        assert queries.resolve(HILLSIDE + 1) is None


class TestDesk:
    def test_the_panel_sums_its_grids(self, grids):
        desk = queries.desk(STREET)

        panel = desk.panel
        assert panel.n_grids == len(desk.grids) == DrawnGrid.objects.in_force().count()
        assert panel.households == sum(Building.objects.values_list("households", flat=True))
        assert panel.residents == 3 * panel.households
        assert sum(bar.n for bar in panel.histogram) == panel.n_grids
        assert panel.n_in_bounds + sum(each.n for each in panel.exceptions) == panel.n_grids
        assert (panel.n_discontiguous, panel.n_crossings) == (0, 0)

    def test_households_in_force_are_those_of_today(self, grids):
        building = Building.objects.filter(place__in=codes()).first()
        Building.objects.filter(pk=building.pk).update(households=1000)

        line = next(g for g in queries.desk(HILLSIDE).grids if g.code == building.place)

        assert line.households >= 1000
        assert (line.in_bounds, line.reason) == (False, "changed")

    def test_a_proposal_shows_the_codes_it_would_get(self, grids):
        drawing = draw(low=50, high=90, keep_previous=False)
        expected = {g.id: g.code for g in queries.desk(HILLSIDE, drawing_id=drawing.pk).grids}

        publish(drawing)

        assert expected == dict(drawing.grids.values_list("pk", "code"))

    def test_open_proposals_around_are_named(self, grids):
        draw(HILLSIDE)

        assert queries.desk(HILLSIDE).open_here.area_code == HILLSIDE
        assert queries.desk(HILLSIDE).open_around == ()
        assert [each.area_code for each in queries.desk(STREET).open_around] == [HILLSIDE]
        assert queries.desk(RIVERSIDE).open_around == ()


class TestComparison:
    def test_it_says_what_publishing_then_does(self, grids):
        drawing = draw(low=50, high=90, keep_previous=False)
        told = queries.compare(drawing.pk)

        (version,) = publish(drawing)

        assert (told.n_kept, told.n_new, told.n_retired) == (
            version.n_kept,
            version.n_new,
            version.n_retired,
        )
        assert (told.moved_buildings, told.moved_households) == (
            version.moved_buildings,
            version.moved_households,
        )
        assert {g.becomes for g in told.grids} == codes()
        assert told.problem == ""

    def test_parts_add_up_to_their_grid(self, grids):
        drawing = draw(low=50, high=90, keep_previous=False)

        for change in queries.compare(drawing.pk).grids:
            assert sum(part.households for part in change.was) == change.households

    def test_buildings_without_households_are_named_by_their_number(self, grids):
        drawing = draw(low=50, high=90, keep_previous=False)
        Building.objects.filter(place__gte=HILLSIDE, place__lt=MEADOW).update(households=0)
        told = queries.compare(drawing.pk)
        about = {"comparison": told, "changes": told.grids, "area": {"level": "COMMUNITY"}}

        page = " ".join(render_to_string("places/desk/_comparison.html", about).split())

        assert " 0 households" not in page
        parts = [part for change in told.grids for part in change.was]
        assert all(f"{part.label}: {part.n_buildings} building" in page for part in parts)

    def test_a_copy_differs_in_nothing(self, grids):
        drawing = operations.start_by_hand(area_code=STREET, by=None, at=NOON)

        told = queries.compare(drawing.pk)

        assert (told.n_new, told.n_retired, told.moved_households) == (0, 0, 0)
        assert told.n_communities_changed == 0
        assert not any(change.is_changed for change in told.grids)


def test_the_history_tells_each_version(grids):
    split()

    latest, first = queries.history(HILLSIDE)

    assert (latest.number, latest.valid_from, latest.valid_to) == (2, LATER, None)
    assert (first.number, first.valid_to) == (1, LATER)
    assert latest.n_new > 0
    assert first.n_new == first.n_grids


class TestResolving:
    def test_a_code_in_force_is_itself(self, grids):
        code = min(codes())

        found = queries.resolve(code)

        assert found.in_force
        assert [each.code for each in found.successors] == [code]

    def test_a_retired_code_is_where_its_buildings_are(self, grids):
        households = dict.fromkeys(codes(), 0)
        for place, n in Building.objects.values_list("place", "households"):
            if place in households:
                households[place] += n
        before, after = split()
        code = min(before - after)

        found = queries.resolve(code)

        assert found.valid_to == LATER
        assert {each.code for each in found.successors} <= after
        assert sum(each.households for each in found.successors) == households[code]

    def test_at_a_moment_it_is_where_its_buildings_were_then(self, grids):
        before, after = split()
        code = min(before - after)
        publish(draw(low=300, high=500, keep_previous=False), at=LATER + timedelta(days=1))

        assert {s.code for s in queries.resolve(code, at=NOON).successors} == {code}
        assert {s.code for s in queries.resolve(code, at=LATER).successors} <= after
        assert {s.code for s in queries.resolve(code).successors} <= codes()

    def test_buildings_that_are_gone_are_nowhere(self, grids):
        code = min(codes())
        Building.objects.filter(place=code).update(gone_at=NOON)

        assert [each.code for each in queries.resolve(code).successors] == [None]


def test_bars_of_the_histogram_touch_each_other():
    bars = histogram([60, 310, 345, 350])

    assert [(bar.low, bar.high, bar.n) for bar in bars if bar.n] == [
        (50, 100, 1),
        (300, 350, 2),
        (350, 400, 1),
    ]
    assert all(a.high == b.low for a, b in itertools.pairwise(bars))
    assert histogram([]) == ()
