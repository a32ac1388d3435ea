"""For random appointments and places, what may be given is what may be changed in the database."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests import factories
from tests.factories import NOON

from kapok.access import operations
from kapok.access.fields import holds, spans
from kapok.access.models import Appointment
from kapok.access.roles import ROLES, Permission
from kapok.access.scope import acting, of_appointment
from kapok.codes import Level
from kapok.errors import NotAllowed, Refused

pytestmark = pytest.mark.django_db
GIVERS = sorted(role for role in ROLES if Permission.APPOINTMENT_GIVE in ROLES[role].grants)
OTHERS = sorted(set(ROLES) - {"resident"})

grids = st.builds(
    lambda street, community, grid: (
        440103000000000 + street * 10**6 + community * 1000 + grid,
        Level.GRID,
        "",
    ),
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(1, 3),
)
communities = grids.map(lambda area: (area[0] // 1000 * 1000, Level.COMMUNITY, ""))
streets = grids.map(lambda area: (area[0] // 10**6 * 10**6, Level.STREET, ""))
areas = st.lists(grids | communities | streets, min_size=1, max_size=3, unique=True)


def appointment(role, held, **more):
    ranges = spans([(code, level) for code, level, _ in held])
    rows = [list(area) for area in held]
    return factories.Appointment(role=role, areas=rows, ranges=ranges, **more)


class Laws(TestCase):
    @settings(max_examples=60)
    @given(giver=st.sampled_from(GIVERS), mine=areas, role=st.sampled_from(OTHERS), asked=areas)
    def test_given_only_inside_ones_own_places_and_by_the_list_of_the_role(
        self, giver, mine, role, asked
    ):
        me = appointment(giver, mine)
        inside = all(
            any(lo <= low and high <= hi for lo, hi in me.ranges)
            for low, high in spans([(code, level) for code, level, _ in asked])
        )
        fits = all(level in ROLES[role].levels for _, level, _ in asked)
        with acting(of_appointment(me, at=NOON)):
            try:
                operations.appoint(
                    account_id=factories.User().pk,
                    role=role,
                    areas=asked,
                    starts_at=NOON,
                    ends_at=NOON + timedelta(days=1),
                    by=me.account,
                    at=NOON,
                )
                given_ = True
            except (NotAllowed, Refused):
                given_ = False
        assert given_ == (inside and fits and role in ROLES[giver].gives)

    @settings(max_examples=60)
    @given(viewer=st.sampled_from(OTHERS), mine=areas, theirs=areas)
    def test_can_and_the_database_agree_on_who_sees_and_who_changes(self, viewer, mine, theirs):
        row = appointment("grid_worker", theirs)
        me = appointment(viewer, mine)
        who = of_appointment(me, at=NOON)
        touches = any(lo < high and low < hi for lo, hi in me.ranges for low, high in row.ranges)
        inside = all(any(lo <= a and b <= hi for lo, hi in me.ranges) for a, b in row.ranges)
        with acting(who):
            seen = Appointment.objects.filter(pk=row.pk).exists()
            changed = Appointment.objects.filter(pk=row.pk).update(reason="x")
        assert seen == (who.can(Permission.APPOINTMENT_VIEW) and touches)
        assert bool(changed) == (who.can(Permission.APPOINTMENT_GIVE) and inside and seen)

    @settings(max_examples=40)
    @given(viewer=st.sampled_from(OTHERS), mine=areas, place=grids)
    def test_the_database_refuses_the_insert_that_can_refuses(self, viewer, mine, place):
        me = appointment(viewer, mine)
        code = place[0]
        with acting(of_appointment(me, at=NOON)) as who:
            try:
                with transaction.atomic():
                    Appointment.objects.create(
                        account=factories.User(),
                        role="grid_worker",
                        areas=[list(place)],
                        ranges=spans([(code, place[1])]),
                        starts_at=NOON,
                        given_at=NOON,
                    )
                written = True
            except ProgrammingError:
                written = False
        assert written == (who.can(Permission.APPOINTMENT_GIVE) and holds(me.ranges, code))
