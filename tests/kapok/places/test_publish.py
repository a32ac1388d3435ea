"""Putting a proposal in force: codes, places, versions, and everything that is refused."""

from datetime import timedelta

import pytest
from tests.small_town import HILLSIDE, MEADOW, NOON, RIVERSIDE, STREET

from kapok.errors import Refused
from kapok.places import operations
from kapok.places.models import Area, Barrier, Building, Drawing, DrawnGrid, GridVersion
from kapok.places.operations import OutOfCodes, ProposalIsStale
from kapok.places.workflow import IllegalMove, Status

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)


def draw(code=STREET, **asked):
    return operations.draw_grids(
        area_code=code, **({"budget": "fast", "by": None, "at": NOON} | asked)
    )


def publish(drawing, at=LATER, by=None):
    return operations.publish(drawing_id=drawing.pk, by=by, at=at)


def codes_in_force(community=None):
    found = Area.objects.filter(level="GRID", valid_to=None)
    if community:
        found = found.filter(code__gte=community, code__lt=community + 1000)
    return set(found.values_list("code", flat=True))


def test_the_first_grids_are_numbered_as_they_were_drawn(town, django_user_model):
    lead = django_user_model.objects.create_user("lead")
    drawing = draw()

    versions = publish(drawing, by=lead)

    assert {v.community for v in versions} == {RIVERSIDE, HILLSIDE}
    assert {(v.number, v.valid_from, v.published_by) for v in versions} == {(1, LATER, lead)}
    for grid in drawing.grids.all():
        assert grid.code == grid.community + grid.number
    drawing.refresh_from_db()
    assert (drawing.status, drawing.closed_by, drawing.closed_at) == ("PUBLISHED", lead, LATER)


def test_every_building_gets_the_code_of_its_grid(town):
    drawing = draw()

    publish(drawing)

    placed = drawing.placements.values_list("building__place", "grid__code")
    assert all(place == code for place, code in placed)
    assert {place for place, _ in placed} == codes_in_force()


def test_grids_become_areas_of_their_community(town):
    drawing = draw()

    publish(drawing)

    for grid in drawing.grids.all():
        area = Area.objects.select_related("parent").get(code=grid.code)
        assert (area.level, area.parent.code, area.valid_from) == ("GRID", grid.community, LATER)
        assert bytes(area.boundary) == bytes(grid.shape)
        assert area.name_zh == f"第{grid.number}网格"
        assert area.name_en == f"Grid {grid.number}"


def test_what_is_in_force_cannot_be_published_again(grids):
    with pytest.raises(Refused, match="changes nothing"):
        publish(operations.start_by_hand(area_code=STREET, by=None, at=NOON))

    drawing = Drawing.objects.filter(status=Status.PUBLISHED).get()
    with pytest.raises(IllegalMove):
        publish(drawing)


def test_a_community_in_which_nothing_changes_keeps_its_version(grids):
    drawing = operations.start_by_hand(area_code=STREET, by=None, at=NOON)
    move_one(drawing, HILLSIDE)

    versions = publish(drawing)

    assert [(v.community, v.number) for v in versions] == [(HILLSIDE, 2)]
    assert GridVersion.objects.get(community=RIVERSIDE, valid_to=None).number == 1
    assert {g.drawing_id for g in DrawnGrid.objects.in_force().filter(community=HILLSIDE)} == {
        drawing.pk
    }


def move_one(drawing, community):
    """Move some building of a community to a neighbouring grid."""
    for placement in drawing.placements.filter(grid__community=community).order_by("building"):
        for grid in drawing.grids.filter(community=community).exclude(pk=placement.grid_id):
            try:
                operations.move_building(
                    drawing_id=drawing.pk,
                    building_id=placement.building_id,
                    to_grid_id=grid.pk,
                    by=None,
                    at=NOON,
                )
            except operations.MoveRefused:
                continue
            return placement.building
    raise AssertionError("The town has no building that may move.")


def test_grids_that_change_little_keep_their_codes(grids):
    before = codes_in_force(HILLSIDE)
    drawing = operations.start_by_hand(area_code=HILLSIDE, by=None, at=NOON)
    moved = move_one(drawing, HILLSIDE)

    (version,) = publish(drawing)

    assert codes_in_force(HILLSIDE) == before
    assert (version.n_kept, version.n_new, version.n_retired) == (len(before), 0, 0)
    assert (version.moved_buildings, version.moved_households) == (1, moved.households)
    assert Building.objects.get(pk=moved.pk).place != moved.place


def test_grids_that_change_much_get_codes_never_used_before(grids):
    before = codes_in_force(HILLSIDE)

    (version,) = publish(draw(HILLSIDE, low=50, high=90, keep_previous=False))

    after = codes_in_force(HILLSIDE)
    assert after - before
    assert min(after - before) > max(before)
    retired = Area.objects.filter(code__in=before - after)
    assert {area.valid_to for area in retired} == {LATER}
    assert (version.n_new, version.n_retired) == (len(after - before), len(before - after))
    old = GridVersion.objects.get(community=HILLSIDE, number=1)
    assert old.valid_to == version.valid_from == LATER


def test_retired_codes_are_not_given_again(grids):
    used = codes_in_force(HILLSIDE)
    for step, (low, high) in enumerate([(50, 90), (300, 500), (40, 80)]):
        at = NOON + timedelta(days=step + 1)
        before = codes_in_force(HILLSIDE)
        publish(draw(HILLSIDE, low=low, high=high, keep_previous=False, seed=step), at=at)
        new = codes_in_force(HILLSIDE) - before
        assert not new & used
        used |= new


def test_a_new_building_gets_its_grid_with_the_next_version(grids):
    near = Building.objects.filter(place__gte=HILLSIDE, place__lt=MEADOW).first()
    new = Building.objects.create(
        source="test",
        source_id="new",
        place=HILLSIDE,
        households=12,
        lon=near.lon + 1e-5,
        lat=near.lat + 1e-5,
    )

    publish(draw(HILLSIDE))

    new.refresh_from_db()
    assert new.place in codes_in_force(HILLSIDE)


def test_a_building_that_is_gone_keeps_its_last_code(grids):
    gone = Building.objects.filter(place__gte=HILLSIDE, place__lt=MEADOW).first()
    Building.objects.filter(pk=gone.pk).update(gone_at=NOON)

    publish(draw(HILLSIDE, low=50, high=90, keep_previous=False))

    assert Building.objects.get(pk=gone.pk).place == gone.place


@pytest.mark.parametrize("change", ["households", "position", "new", "gone", "barrier", "boundary"])
def test_a_proposal_whose_ground_changed_is_refused(grids, change):
    drawing = draw(HILLSIDE, low=50, high=90)
    inside = Building.objects.filter(place__gte=HILLSIDE, place__lt=MEADOW)
    some = inside.first()
    if change == "households":
        inside.filter(pk=some.pk).update(households=99)
    elif change == "position":
        inside.filter(pk=some.pk).update(lon=some.lon + 1e-5)
    elif change == "new":
        Building.objects.create(
            source="test", source_id="x", place=HILLSIDE, households=1, lon=some.lon, lat=some.lat
        )
    elif change == "gone":
        inside.filter(pk=some.pk).update(gone_at=NOON)
    elif change == "barrier":
        Barrier.objects.update(hard=False, north=some.lat)
    else:
        Area.objects.filter(code=HILLSIDE).update(boundary=None)
    before = codes_in_force()

    with pytest.raises(ProposalIsStale, match="Draw it again"):
        publish(drawing)

    assert codes_in_force() == before
    drawing.refresh_from_db()
    assert drawing.status == Status.OPEN


def test_a_proposal_is_refused_when_other_grids_were_published_since(grids):
    drawing = draw(HILLSIDE, low=50, high=90)
    version = GridVersion.objects.get(community=HILLSIDE)
    GridVersion.objects.filter(pk=version.pk).update(number=2)

    with pytest.raises(ProposalIsStale, match="Other grids were published since in Hillside"):
        publish(drawing)


def test_a_grid_locked_after_the_drawing_must_not_change(grids):
    drawing = draw(HILLSIDE, low=50, high=90, keep_previous=False)
    code = min(codes_in_force(HILLSIDE))
    operations.lock_grids(codes=[code], by=None, at=NOON)

    with pytest.raises(ProposalIsStale, match=f"Grid {code} is locked"):
        publish(drawing)

    operations.unlock_grids(codes=[code], by=None, at=NOON)
    publish(drawing)


def test_a_locked_grid_goes_on_locked(grids, django_user_model):
    lead = django_user_model.objects.create_user("lead")
    code = min(codes_in_force(HILLSIDE))
    operations.lock_grids(codes=[code], by=lead, at=NOON)
    before = set(Building.objects.filter(place=code).values_list("pk", flat=True))

    publish(draw(HILLSIDE, low=50, high=90, keep_previous=False))

    grid = DrawnGrid.objects.in_force().get(code=code)
    assert (grid.locked, grid.locked_by, grid.locked_at) == (True, lead, NOON)
    assert set(Building.objects.filter(place=code).values_list("pk", flat=True)) == before


def test_only_grids_in_force_are_locked(grids):
    drawing = draw(HILLSIDE, low=50, high=90)

    for code in (HILLSIDE + 700, HILLSIDE):
        with pytest.raises(Refused, match="is not in force"):
            operations.lock_grids(codes=[min(codes_in_force()), code], by=None, at=NOON)
    assert not DrawnGrid.objects.filter(locked=True).exists()
    assert drawing.grids.exists()


def test_a_community_that_runs_out_of_codes_is_refused(grids):
    last = Area.objects.filter(level="GRID", code__gt=HILLSIDE, code__lt=MEADOW).last()
    Area.objects.filter(pk=last.pk).update(code=HILLSIDE + 799)
    DrawnGrid.objects.filter(code=last.code).update(code=HILLSIDE + 799)
    Building.objects.filter(place=last.code).update(place=HILLSIDE + 799)
    before = codes_in_force()

    with pytest.raises(OutOfCodes, match="Hillside has used all its 799 grid codes"):
        publish(draw(HILLSIDE, low=50, high=90, keep_previous=False))

    assert codes_in_force() == before
    assert GridVersion.objects.filter(community=HILLSIDE).count() == 1


def test_codes_of_special_grids_do_not_count(grids):
    """A mall has a code over 799; ordinary grids go on after the highest below."""
    parent = Area.objects.get(code=HILLSIDE)
    Area.objects.create(
        code=HILLSIDE + 800,
        level="GRID",
        parent=parent,
        name_zh="商场",
        valid_from=NOON,
        valid_to=NOON,
    )
    highest = max(codes_in_force(HILLSIDE))

    publish(draw(HILLSIDE, low=50, high=90, keep_previous=False))

    assert highest + 1 in codes_in_force(HILLSIDE)


def test_a_version_does_not_begin_before_the_one_it_replaces(grids):
    drawing = draw(HILLSIDE, low=50, high=90)

    with pytest.raises(Refused, match="begin later"):
        publish(drawing, at=NOON - timedelta(days=1))


def test_swapping_two_grids_by_hand_leaves_each_code_where_most_of_it_is(grids):
    """Codes go with the buildings, whatever the copies of a proposal were called."""
    drawing = operations.start_by_hand(area_code=HILLSIDE, by=None, at=NOON)
    first, second = drawing.grids.all()[:2]
    codes = first.code, second.code
    one, two = (
        list(grid.placements.values_list("building", flat=True)) for grid in (first, second)
    )
    drawing.placements.filter(building__in=one).update(grid=second)
    drawing.placements.filter(building__in=two[1:]).update(grid=first)

    (version,) = publish(drawing)

    assert codes_in_force(HILLSIDE) >= set(codes)
    assert version.moved_buildings == 1
    assert set(Building.objects.filter(pk__in=one).values_list("place", flat=True)) == {codes[0]}


def test_a_community_that_comes_back_goes_on_counting_its_versions(grids):
    """It was retired with its grids, and its version ended; a number is never used twice."""
    inside = {"code__gte": HILLSIDE, "code__lt": HILLSIDE + 1000}
    GridVersion.objects.filter(community=HILLSIDE).update(valid_to=LATER)
    Area.objects.filter(level="GRID", **inside).update(valid_to=LATER)
    Building.objects.filter(place__gte=HILLSIDE, place__lt=HILLSIDE + 1000).update(place=HILLSIDE)

    versions = publish(draw(HILLSIDE, at=LATER), at=LATER + timedelta(days=1))

    assert [version.number for version in versions] == [2]
