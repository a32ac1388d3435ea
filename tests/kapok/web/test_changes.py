"""What can be done at the desk, with htmx and without JavaScript."""

import json
import re
from uuid import uuid4

import pytest
from django.test import Client
from tests import small_town as town_of
from tests.small_town import RIVERSIDE, STREET

from kapok.places import queries
from kapok.places.models import Area, Building, Drawing, DrawnGrid, GridVersion

ASKED = {"low": 300, "high": 500, "budget": "fast", "seed": 1, "keep_previous": "on"}


def text(answer) -> str:
    """What the page says, without tags and doubled spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


class TestDrawing:
    def test_htmx_gets_the_panel_alone_and_the_map_is_told(self, htmx, town):
        answer = htmx("post", f"/desk/{RIVERSIDE}/draw/", ASKED)

        drawing = Drawing.objects.get()
        assert "<html" not in answer.content.decode()
        assert "The proposal is ready." in text(answer)
        assert answer["HX-Push-Url"] == f"/desk/{RIVERSIDE}/?drawing={drawing.pk}"
        told = json.loads(answer["HX-Trigger"])["kapok:plan"]
        assert told["url"] == f"/api/places/{RIVERSIDE}/map?drawing={drawing.pk}"

    def test_a_plain_browser_is_led_to_the_proposal(self, page: Client, town):
        answer = page.post(f"/desk/{RIVERSIDE}/draw/", ASKED)

        drawing = Drawing.objects.get()
        assert (drawing.low, drawing.high, drawing.seed) == (300, 500, 1)
        assert drawing.made_by.username == "lead"
        assert answer["Location"] == f"/desk/{RIVERSIDE}/?drawing={drawing.pk}"
        assert "The proposal is ready." in text(page.get(answer["Location"]))

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"low": 500, "high": 300}, "The most (300) must not be below the fewest (500)."),
            ({"low": 0}, "greater than or equal to 1"),
            ({"high": "many"}, "Enter a whole number."),
            ({"seed": -1}, "greater than or equal to 0"),
            ({"seed": 2**31}, "less than or equal to"),
            ({"budget": "endless"}, "Select a valid choice."),
        ],
    )
    def test_a_wrong_field_is_said_beside_it(self, htmx, town, wrong, sentence):
        answer = htmx("post", f"/desk/{RIVERSIDE}/draw/", ASKED | wrong)

        assert answer.status_code == 422
        assert sentence in text(answer)
        assert 'aria-invalid="true"' in answer.content.decode()
        assert not Drawing.objects.exists()

    def test_a_refusal_is_said_in_the_form(self, htmx, grids):
        town_of.draw(STREET, seed=5)

        answer = htmx("post", f"/desk/{RIVERSIDE}/draw/", ASKED)

        assert answer.status_code == 409
        assert "There is an open proposal for Zhongnan" in text(answer)

    def test_a_wrong_field_leaves_the_plan_that_was_shown(self, htmx, grids):
        drawing = town_of.draw(RIVERSIDE, seed=1)
        wrong = ASKED | {"low": 600}

        beside_force = htmx("post", f"/desk/{RIVERSIDE}/draw/", wrong)
        beside_drawing = htmx("post", f"/desk/{RIVERSIDE}/draw/", wrong | {"drawing": drawing.pk})

        assert "Compared with what is in force" not in text(beside_force)
        assert "Compared with what is in force" in text(beside_drawing)
        assert f'name="drawing" value="{drawing.pk}"' in beside_drawing.content.decode()

    def test_the_whole_page_carries_a_refusal_without_javascript(self, page: Client, town):
        answer = page.post(f"/desk/{RIVERSIDE}/draw/", ASKED | {"low": 501})

        assert answer.status_code == 422
        assert "<html" in answer.content.decode()
        assert "must not be below" in text(answer)


@pytest.fixture
def proposal(grids) -> Drawing:
    """A copy of what is in force in Riverside."""
    return town_of.operations.start_by_hand(area_code=RIVERSIDE, by=None, at=town_of.NOON)


def movable(proposal: Drawing, htmx) -> tuple[str, str, str]:
    """A building at an edge, its grid, and a neighbouring grid that takes it over."""
    for placement in proposal.placements.order_by("building__source_id"):
        path = f"/desk/buildings/{placement.building_id}/"
        card = htmx("get", path, {"drawing": proposal.pk}).content.decode()
        for grid in re.findall(r'name="to_grid" value="([^"]+)"', card):
            answer = htmx(
                "post",
                f"/desk/drawings/{proposal.pk}/move/",
                {"building": placement.building_id, "to_grid": grid, "code": RIVERSIDE},
            )
            if answer.status_code == 200:
                return str(placement.building_id), str(placement.grid_id), grid
    raise AssertionError("No building of the small town can be moved.")


class TestMoving:
    def test_starting_by_hand_opens_a_copy(self, htmx, grids):
        answer = htmx("post", f"/desk/{RIVERSIDE}/by-hand/")

        assert "copy of the grids in force" in text(answer)
        assert "Nothing changes." in text(answer)
        assert Drawing.objects.get(status="OPEN").by_hand

    def test_measures_change_at_once_and_the_comparison_names_the_households(self, htmx, proposal):
        before = {str(grid.pk): grid.households for grid in proposal.grids.all()}

        building, left, joined = movable(proposal, htmx)

        households = Building.objects.get(pk=building).households
        after = {str(grid.pk): grid.households for grid in proposal.grids.all()}
        assert after[left] == before[left] - households
        assert after[joined] == before[joined] + households
        shown = text(htmx("get", f"/desk/{RIVERSIDE}/?drawing={proposal.pk}"))
        assert f"Households that change grid {households}" in shown

    def test_a_grid_that_is_no_neighbour_is_refused_beside_the_choices(self, htmx, proposal):
        placement = proposal.placements.order_by("building__source_id").first()
        other = DrawnGrid.objects.exclude(drawing=proposal).first()

        answer = htmx(
            "post",
            f"/desk/drawings/{proposal.pk}/move/",
            {"building": placement.building_id, "to_grid": other.pk},
        )

        assert answer.status_code == 409
        assert "is not in this proposal" in text(answer)
        assert f'data-key="{placement.building_id}"' in answer.content.decode()

    @pytest.mark.parametrize("sent", [{}, {"building": "x", "to_grid": "y"}])
    def test_nonsense_is_refused_with_a_sentence(self, htmx, proposal, sent):
        answer = htmx("post", f"/desk/drawings/{proposal.pk}/move/", sent)

        assert answer.status_code == 409
        assert 'role="alert"' in answer.content.decode()

    def test_an_unknown_proposal_is_a_404(self, page: Client, grids):
        assert page.post(f"/desk/drawings/{uuid4()}/move/").status_code == 404


class TestLocking:
    def test_a_building_with_locked_grids_around_it_cannot_move(self, htmx, proposal):
        drawing_id, (building_id, *_) = proposal.pk, movable(proposal, htmx)
        DrawnGrid.objects.filter(drawing=drawing_id).update(locked=True)
        own = DrawnGrid.objects.filter(drawing=drawing_id, placements__building=building_id)
        own.update(locked=False)
        path = f"/desk/buildings/{building_id}/?drawing={drawing_id}"

        answer = htmx("get", path)

        assert "Every neighbouring grid is locked" in text(answer)
        assert '<button class="btn btn-primary" disabled>Move' in answer.content.decode()
        own.update(locked=True)
        assert "Its grid is locked" in text(htmx("get", path))

    def test_a_grid_in_force_is_locked_and_unlocked(self, htmx, grids):
        grid = DrawnGrid.objects.filter(community=RIVERSIDE).first()
        path = f"/desk/grids/{grid.pk}/lock/"

        answer = htmx("post", path, {"locked": "1", "code": RIVERSIDE})
        grid.refresh_from_db()
        assert grid.locked
        assert grid.locked_by.username == "lead"
        assert "Locked by 陈主任" in text(answer)

        htmx("post", path, {"locked": "0", "code": RIVERSIDE})
        grid.refresh_from_db()
        assert not grid.locked

    def test_a_grid_of_a_proposal_cannot_be_locked(self, htmx, grids):
        drawing = town_of.draw(RIVERSIDE, seed=1, keep_previous=False, low=200, high=400)
        grid = drawing.grids.filter(code=None).first()

        answer = htmx("post", f"/desk/grids/{grid.pk}/lock/", {"locked": "1", "code": RIVERSIDE})

        assert answer.status_code == 409
        assert "only grids in force can be locked" in text(answer)

    def test_locked_grids_stay_when_drawn_anew(self, htmx, grids):
        grid = DrawnGrid.objects.filter(community=RIVERSIDE).first()
        inside = set(grid.placements.values_list("building_id", flat=True))
        htmx("post", f"/desk/grids/{grid.pk}/lock/", {"locked": "1", "code": RIVERSIDE})

        htmx("post", f"/desk/{RIVERSIDE}/draw/", ASKED | {"low": 200, "high": 400})

        kept = DrawnGrid.objects.get(drawing__status="OPEN", code=grid.code)
        assert set(kept.placements.values_list("building_id", flat=True)) == inside


class TestPublishing:
    def test_few_grids_in_bounds_are_warned_of(self, page: Client, grids):
        drawing = town_of.draw(RIVERSIDE, seed=1, low=200, high=400)
        drawn = DrawnGrid.objects.filter(drawing=drawing)
        Drawing.objects.filter(pk=drawing.pk).update(low=1, high=2)
        drawn.filter(pk=drawn.first().pk).update(households=2)

        said = text(page.get(f"/desk/drawings/{drawing.pk}/publish/"))

        assert f"Only 1 of {drawn.count()} grids have 1 to 2 households." in said

    def test_a_proposal_that_would_use_most_codes_up_is_warned_of(self, page: Client, grids):
        highest = Area.objects.filter(level="GRID", code__lt=RIVERSIDE + 1000).last()
        drawing = town_of.draw(RIVERSIDE, seed=1, low=100, high=200, keep_previous=False)
        path = f"/desk/drawings/{drawing.pk}/publish/"
        assert "grid codes left" not in text(page.get(path))
        n_new = queries.compare(drawing.pk).n_new
        left = 2 * n_new - 1
        Area.objects.create(
            code=RIVERSIDE + 799 - left,
            level="GRID",
            parent=highest.parent,
            name_zh="旧",
            valid_from=town_of.NOON,
            valid_to=town_of.NOON,
        )

        said = text(page.get(path))

        assert f"Riverside has {left} grid codes left, and this proposal uses {n_new} of" in said

    def test_bounds_that_no_grid_meets_are_refused(self, htmx, grids):
        drawing = town_of.draw(RIVERSIDE, seed=1, low=1, high=2)

        answer = htmx("post", f"/desk/drawings/{drawing.pk}/publish/")

        assert answer.status_code == 409
        assert "No grid of this proposal has 1 to 2 households." in text(answer)

    def test_a_copy_that_changes_nothing_is_not_offered(self, htmx, grids):
        said = htmx("post", f"/desk/{RIVERSIDE}/by-hand/").content.decode()

        assert "Nothing changes." in said
        assert "Publish …" not in said
        assert "Discard …" in said

    def test_a_discarded_proposal_is_called_so(self, page: Client, grids):
        drawing = town_of.draw(RIVERSIDE, seed=1, low=200, high=400)
        later = town_of.draw(RIVERSIDE, seed=2, low=200, high=400)

        answer = page.get(f"/desk/{RIVERSIDE}/?drawing={drawing.pk}")

        assert "This proposal was discarded, or a later one replaced it." in text(answer)
        assert "Earlier version" not in text(answer)
        assert "There are no grids here yet." not in text(answer)
        assert f"?drawing={later.pk}" in answer.content.decode()

    def test_it_asks_first_and_says_what_happens(self, page: Client, grids):
        drawing = town_of.draw(RIVERSIDE, seed=1, low=200, high=400)

        said = text(page.get(f"/desk/drawings/{drawing.pk}/publish/"))

        assert "1 community gets a new version" in said
        assert "are retired and never used again" in said
        assert Drawing.objects.get(pk=drawing.pk).status == "OPEN"

    def test_then_the_grids_are_in_force_with_date_and_name(self, htmx, grids):
        drawing = town_of.draw(RIVERSIDE, seed=1, low=200, high=400)

        answer = htmx("post", f"/desk/drawings/{drawing.pk}/publish/")

        version = GridVersion.objects.get(community=RIVERSIDE, valid_to=None)
        assert (version.number, version.drawing_id) == (2, drawing.pk)
        assert version.published_by.username == "lead"
        assert "Published." in text(answer)
        assert "In force (version 2)" in text(answer)
        assert answer["HX-Push-Url"] == f"/desk/{RIVERSIDE}/"

    def test_twice_is_refused_with_a_sentence(self, htmx, grids):
        drawing = town_of.draw(RIVERSIDE, seed=1, low=200, high=400)
        htmx("post", f"/desk/drawings/{drawing.pk}/publish/")

        answer = htmx("post", f"/desk/drawings/{drawing.pk}/publish/")

        assert answer.status_code == 409
        assert "This proposal is closed (Published)." in text(answer)

    def test_what_went_stale_is_refused_and_can_be_drawn_again(self, htmx, grids):
        drawing = town_of.draw(RIVERSIDE, seed=1, low=200, high=400)
        Building.objects.filter(source_id__endswith="-005").update(households=99)

        answer = htmx("post", f"/desk/drawings/{drawing.pk}/publish/")

        assert answer.status_code == 409
        assert "changed since this proposal was made. Draw it again." in text(answer)

    def test_discarding_leaves_what_is_in_force(self, htmx, grids):
        before = set(Area.objects.filter(level="GRID").values_list("code", "valid_to"))
        drawing = town_of.draw(RIVERSIDE, seed=1, low=200, high=400)

        answer = htmx("post", f"/desk/drawings/{drawing.pk}/discard/")

        assert "Discarded." in text(answer)
        assert Drawing.objects.get(pk=drawing.pk).status == "DISCARDED"
        assert set(Area.objects.filter(level="GRID").values_list("code", "valid_to")) == before


@pytest.mark.parametrize("path", [f"/desk/{RIVERSIDE}/draw/", f"/desk/{RIVERSIDE}/by-hand/"])
def test_changes_need_a_post(page: Client, town, path: str):
    assert page.get(path).status_code == 405


def test_changes_need_the_token_of_a_page(grids, lead):
    client = Client(enforce_csrf_checks=True)
    client.force_login(lead)

    assert client.post(f"/desk/{RIVERSIDE}/draw/", ASKED).status_code == 403
    assert not Drawing.objects.filter(place=RIVERSIDE).exists()
