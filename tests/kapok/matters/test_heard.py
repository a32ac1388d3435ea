"""What was heard of open matters is compared by the box alone: nobody else is answered."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from tests.kapok.matters.conftest import COMMUNITY

from kapok.access import scope
from kapok.ids import uuid7


def heard(acting, town):
    since = town.noon - timedelta(days=1)
    with scope.acting(acting), connection.cursor() as cursor:
        cursor.execute(
            "SELECT words FROM matters_heard(%s, %s, %s, %s, %s)",
            ["help", COMMUNITY, since, uuid7(), 50],
        )
        return [words for (words,) in cursor.fetchall()]


@pytest.mark.parametrize("who", ["stranger", "gate", "police", "dispatcher", "lead"])
def test_nobody_but_the_box_hears_what_others_said(town, send, who):
    send(town.lead, "report", kind="help", building=str(town.here.pk), text="没有药了")
    of_role = scope.of_appointment(getattr(town, who), at=town.noon)
    assert heard(of_role, town) == []
    assert heard(scope.of_intake(uuid4(), at=town.noon), town) == ["没有药了"]
