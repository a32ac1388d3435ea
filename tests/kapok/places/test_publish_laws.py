"""Laws of publishing, over any sequence of drawing, moving, building, demolishing, publishing."""

import random
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests import factories, small_town
from tests.small_town import HILLSIDE, MEADOW, NOON, RIVERSIDE, STREET

from kapok.errors import Refused
from kapok.places import operations, queries
from kapok.places.models import Area, Building, Drawing, DrawnGrid, GridVersion, Placement
from kapok.places.workflow import Status

STEP_NAMES = ["draw", "by_hand", "move", "build", "demolish", "lock", "publish", "publish"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(STEP_NAMES),
        st.integers(0, 10**6),
    ),
    min_size=6,
    max_size=14,
)


class Town:
    """Takes steps and remembers every code that was ever in force."""

    def __init__(self):
        self.at = NOON
        self.ever = set()
        small_town.load()
        Building.objects.filter(source_id__regex="[1-9]$").delete()  # 24 buildings are enough
        self.publish(random.Random(0))

    def take(self, step, seed):
        self.at += timedelta(hours=1)
        with suppress(Refused), transaction.atomic():  # the laws hold after a refusal as well
            getattr(self, step)(random.Random(seed))

    def draw(self, chance):
        operations.draw_grids(
            area_code=chance.choice([STREET, RIVERSIDE, HILLSIDE]),
            low=(low := chance.choice([10, 30, 60])),
            high=low * 3,
            budget="fast",
            seed=chance.randrange(100),
            keep_previous=chance.random() < 0.5,
            by=None,
            at=self.at,
        )

    def by_hand(self, chance):
        operations.start_by_hand(area_code=chance.choice([STREET, HILLSIDE]), by=None, at=self.at)

    def move(self, chance):
        """Three moves that are allowed, in an open proposal or in a copy of what is in force."""
        drawing = Drawing.objects.filter(status=Status.OPEN).order_by("pk").first()
        if drawing is None:
            drawing = operations.start_by_hand(area_code=STREET, by=None, at=self.at)
        moved = 0
        for building in chance.sample(buildings := list(drawing.placements.all()), len(buildings)):
            for grid in drawing.grids.filter(community=building.grid.community):
                with suppress(Refused), transaction.atomic():
                    operations.move_building(
                        drawing_id=drawing.pk,
                        building_id=building.building_id,
                        to_grid_id=grid.pk,
                        by=None,
                        at=self.at,
                    )
                    moved += 1
                    break
            if moved == 3:
                return

    def build(self, chance):
        Building.objects.create(
            source="test",
            source_id=f"new-{Building.objects.count()}",
            place=chance.choice([RIVERSIDE, HILLSIDE]),
            households=chance.randrange(30),
            lon=small_town.WEST + chance.random() * 0.004,
            lat=small_town.SOUTH + chance.random() * 0.01,
        )

    def demolish(self, chance):
        standing = list(Building.objects.filter(gone_at=None).order_by("source_id"))
        Building.objects.filter(pk=chance.choice(standing).pk).update(gone_at=self.at)

    def lock(self, chance):
        codes = sorted(DrawnGrid.objects.in_force().values_list("code", flat=True))
        change = chance.choice([operations.lock_grids, operations.unlock_grids])
        change(codes=[chance.choice(codes)], by=None, at=self.at)

    def publish(self, chance):
        if not Drawing.objects.filter(status=Status.OPEN).exists():
            self.draw(chance)
        drawing = Drawing.objects.filter(status=Status.OPEN).order_by("pk").first()
        before = self.in_force()
        versions = operations.publish(drawing_id=drawing.pk, by=None, at=self.at)
        new = self.in_force() - before
        assert not new & self.ever, "A code was used again."
        self.ever |= new
        self.check_places({version.community for version in versions})

    @staticmethod
    def in_force():
        return set(Area.objects.filter(level="GRID", valid_to=None).values_list("code", flat=True))

    def check_places(self, communities):
        """Right after publishing, every building of the community is in one grid in force."""
        for community in communities:
            standing = Building.objects.filter(
                place__gte=community, place__lt=community + 1000, gone_at=None
            )
            drawn = DrawnGrid.objects.in_force().filter(community=community)
            placed = dict(
                Placement.objects.filter(grid__in=drawn).values_list("building", "grid__code")
            )
            assert placed == dict(standing.values_list("pk", "place"))

    def check(self):
        """What holds at any time."""
        in_force = self.in_force()
        drawn = DrawnGrid.objects.in_force().values_list("code", flat=True)
        assert sorted(drawn) == sorted(in_force), "Areas and versions disagree."
        assert in_force <= self.ever
        places = set(Building.objects.filter(gone_at=None).values_list("place", flat=True))
        assert {place for place in places if place % 1000} <= in_force
        versions = GridVersion.objects.values_list("community", "number").order_by("number")
        for community, n in Counter(c for c, _ in versions).items():
            assert [number for c, number in versions if c == community] == list(range(1, n + 1))
        for code in self.ever:
            assert queries.resolve(code) is not None


@pytest.mark.django_db(transaction=True)
@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(STEPS)
def test_codes_places_and_versions_hold_together(steps):
    with factories.as_box():
        town = Town()
        for step, seed in steps:
            town.take(step, seed)
            town.check()
        assert not Area.objects.filter(code__gt=MEADOW, level="GRID").exists()
        transaction.set_rollback(True)
