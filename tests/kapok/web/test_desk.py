"""Looking at the desk: every level, every state."""

import re
from uuid import UUID

import pytest
from django.test import Client
from tests import small_town as town_of
from tests.small_town import DISTRICT, HILLSIDE, MEADOW, RIVERSIDE, STREET

from kapok.access.models import User
from kapok.places.models import Area, Building, Drawing, DrawnGrid, GridVersion

UNKNOWN = UUID(int=0)


def text(answer) -> str:
    """What the page says, without tags and doubled spaces."""
    page = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", page)


def test_without_areas_it_says_how_to_load_them(page: Client):
    assert "There are no areas yet" in text(page.get("/desk/"))


def test_it_opens_at_the_own_area(page: Client, town):
    assert page.get("/desk/")["Location"] == f"/desk/{RIVERSIDE}/"


def test_it_opens_where_buildings_are_for_somebody_without_an_area(page: Client, town):
    User.objects.update(place=None)

    assert page.get("/desk/")["Location"] == f"/desk/{STREET}/"


@pytest.mark.parametrize("code", [RIVERSIDE, STREET, DISTRICT])
def test_every_level_has_its_page(page: Client, grids, code: int):
    said = text(page.get(f"/desk/{code}/"))

    assert "Households per grid" in said
    assert "Made up for tests" in said


def test_grids_that_were_drawn_with_different_bounds_are_each_judged_by_their_own(
    page: Client, grids
):
    town_of.publish(town_of.draw(RIVERSIDE, low=200, high=300))

    street, community = (page.get(f"/desk/{code}/") for code in (STREET, RIVERSIDE))

    assert "Within the bounds they were drawn with" in text(street)
    assert 'data-low="200" data-high="500"' in street.content.decode()
    assert "With 200 to 300 households" in text(community)


def test_a_community_without_buildings_says_what_to_do(page: Client, town):
    answer = page.get(f"/desk/{MEADOW}/")

    assert "There are no buildings here yet." in text(answer)
    assert 'id="map"' not in answer.content.decode()


def test_a_community_without_grids_offers_to_draw_them(page: Client, town):
    answer = page.get(f"/desk/{RIVERSIDE}/")

    assert "There are no grids here yet." in text(answer)
    assert "Draw a proposal" in text(answer)


@pytest.mark.parametrize(
    "path",
    [
        "/desk/440103022009000/",
        f"/desk/{RIVERSIDE}/?drawing={UNKNOWN}",
        f"/desk/{RIVERSIDE}/?drawing=nonsense",
        "/desk/999/branch/",
        f"/desk/grids/{UNKNOWN}/",
        f"/desk/buildings/{UNKNOWN}/",
        f"/desk/drawings/{UNKNOWN}/publish/",
        f"/desk/drawings/{UNKNOWN}/discard/",
    ],
)
def test_what_is_not_there_is_a_404(page: Client, grids, path: str):
    assert page.get(path).status_code == 404


def test_a_drawing_of_another_area_is_not_found_here(page: Client, grids):
    drawing = town_of.draw(RIVERSIDE, seed=1)

    assert page.get(f"/desk/{HILLSIDE}/?drawing={drawing.pk}").status_code == 404


class TestTheTree:
    def test_it_is_open_down_to_the_area_and_no_further(self, page: Client, town):
        html = page.get(f"/desk/{STREET}/").content.decode()

        assert f'id="branch-{RIVERSIDE}"' in html
        assert re.search(rf'href="/desk/{STREET}/" aria-current="page"', html)

    def test_a_branch_opens_and_closes_alone(self, htmx, town):
        opened = htmx("get", f"/desk/{STREET}/branch/").content.decode()
        closed = htmx("get", f"/desk/{STREET}/branch/", {"closed": "1"}).content.decode()

        assert 'aria-expanded="true"' in opened
        assert "Riverside" in opened
        assert "<html" not in opened
        assert "Riverside" not in closed

    def test_without_javascript_a_branch_is_a_page(self, page: Client, town):
        assert page.get(f"/desk/{STREET}/branch/")["Location"] == f"/desk/{STREET}/"

    @pytest.mark.parametrize("asked", ["river", "河畔", "440103022001", "440103022001000"])
    def test_areas_are_found_by_either_name_and_by_code(self, htmx, town, asked: str):
        found = htmx("get", "/desk/search/", {"q": asked}).content.decode()

        assert f'href="/desk/{RIVERSIDE}/"' in found
        assert "440103022001 · Guangdong › Guangzhou › Liwan › Zhongnan" in found

    def test_a_grid_is_found_by_its_whole_code(self, htmx, page: Client, grids):
        grid = DrawnGrid.objects.get(code=RIVERSIDE + 1)

        found = htmx("get", "/desk/search/", {"q": str(grid.code)}).content.decode()

        assert f'href="/desk/grids/{grid.pk}/"' in found
        assert "Zhongnan › Riverside" in found
        assert "Riverside · Grid 001" in text(page.get(f"/desk/grids/{grid.pk}/"))

    def test_nothing_found_is_said_and_shown_safely(self, htmx, town):
        found = htmx("get", "/desk/search/", {"q": "<b>x"}).content.decode()

        assert "&lt;b&gt;x" in found

    def test_the_search_works_as_a_page(self, page: Client, town):
        answer = page.get("/desk/search/", {"q": "Hill"})

        assert "<html" in answer.content.decode()
        assert "Hillside" in text(answer)


class TestSelection:
    def test_a_grid_shows_its_buildings(self, htmx, grids):
        grid = DrawnGrid.objects.filter(community=RIVERSIDE).first()

        answer = htmx("get", f"/desk/grids/{grid.pk}/")

        assert text(answer).count("号院") == grid.n_buildings
        assert "<html" not in answer.content.decode()

    def test_a_building_in_force_says_how_it_could_be_moved(self, htmx, grids):
        building = Building.objects.filter(place__gte=RIVERSIDE).first()

        answer = htmx("get", f"/desk/buildings/{building.pk}/")

        assert "make a proposal first" in text(answer)

    def test_a_building_of_a_proposal_offers_only_neighbouring_grids(self, htmx, grids):
        drawing = town_of.draw(RIVERSIDE, seed=1)
        at_edge = Building.objects.get(source_id=f"{RIVERSIDE % 10**6}-000")

        answer = htmx("get", f"/desk/buildings/{at_edge.pk}/", {"drawing": drawing.pk})

        offered = re.findall(r'name="to_grid" value="([^"]+)"', answer.content.decode())
        inside = {str(grid.pk) for grid in drawing.grids.all()}
        assert set(offered) < inside

    def test_both_are_whole_pages_without_javascript(self, page: Client, grids):
        grid = DrawnGrid.objects.filter(community=RIVERSIDE).first()
        building = grid.placements.first().building_id

        for path in (f"/desk/grids/{grid.pk}/", f"/desk/buildings/{building}/"):
            assert "<html" in page.get(path).content.decode()


class TestHistory:
    def test_an_earlier_version_can_be_looked_at_in_its_community(self, page: Client, grids):
        town_of.publish(town_of.draw(RIVERSIDE, seed=3, low=200, high=400))
        first = GridVersion.objects.get(community=RIVERSIDE, number=1)

        listed = page.get(f"/desk/{RIVERSIDE}/").content.decode()
        assert f"?drawing={first.drawing_id}" in listed
        answer = page.get(f"/desk/{RIVERSIDE}/?drawing={first.drawing_id}")

        assert answer.status_code == 200
        assert "as a former drawing made them" in text(answer)
        assert "building that is in another grid today" in text(answer)

    def test_nobody_is_told_how_to_move_a_building_of_an_earlier_version(self, htmx, grids):
        town_of.publish(town_of.draw(RIVERSIDE, seed=3, low=200, high=400))
        first = GridVersion.objects.get(community=RIVERSIDE, number=1)
        building = Building.objects.filter(place__gte=RIVERSIDE).first()

        answer = htmx("get", f"/desk/buildings/{building.pk}/", {"drawing": first.drawing_id})

        assert building.name in text(answer)
        assert "move" not in text(answer)
        assert "Publish" not in text(answer)


def test_a_street_with_every_code_taken_stays_one_page(
    page: Client, grids, django_assert_max_num_queries
):
    """999 communities is the most that a street can have, and names may be long."""
    street = Area.objects.get(code=STREET)
    Area.objects.bulk_create(
        Area(
            code=STREET + 1000 * number,
            level="COMMUNITY",
            parent=street,
            name_zh="长名字社区" * 20,
            valid_from=town_of.NOON,
        )
        for number in range(4, 1000)
    )

    with django_assert_max_num_queries(34):
        html = page.get(f"/desk/{STREET}/").content.decode()

    assert html.count('id="branch-') == 3 + 1 + 999
    found = page.get("/desk/search/", {"q": "长名字"}).content.decode()
    assert "There are more; write more of the name." in found


def test_names_are_never_markup(page: Client, grids):
    Area.objects.filter(code=RIVERSIDE).update(name_en="<script>x</script>" + "长" * 180)

    html = page.get(f"/desk/{RIVERSIDE}/").content.decode()

    assert "<script>x" not in html
    assert "&lt;script&gt;x" in html


def test_the_page_costs_the_same_for_one_community_and_for_many(
    page: Client, grids, django_assert_max_num_queries
):
    """A fixed number of queries: the tree takes two a level, the desk the rest."""
    with django_assert_max_num_queries(34):
        page.get(f"/desk/{RIVERSIDE}/")
    with django_assert_max_num_queries(34):
        page.get(f"/desk/{STREET}/")


def test_a_proposal_costs_a_fixed_number_of_queries(
    page: Client, grids, django_assert_max_num_queries
):
    drawing = town_of.draw(STREET, seed=1)
    assert Drawing.objects.filter(status="OPEN").count() == 1

    with django_assert_max_num_queries(50):
        page.get(f"/desk/{STREET}/?drawing={drawing.pk}")
