"""In a rush every household is stored once, and nobody is told so before it is true."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from tests.kapok.doors.test_together import at_once
from tests.kapok.portal.conftest import make

from kapok.access.scope import acting
from kapok.ids import uuid7
from kapok.packs import look_up
from kapok.portal.models import SelfReport
from kapok.portal.operations import screening, self_reports
from kapok.portal.queries.doorways import behind
from kapok.portal.taking import taking

ILL = {"n_people": 2, "hard_to_breathe": False, "came_from": "no_one", "signs": ["fever"]}

KILLED = """
import os, signal, sys
from types import SimpleNamespace
from uuid import UUID
import django
django.setup()
from kapok.portal.operations import screening, self_reports
from kapok.doors.operations.together import Together
from tests.kapok.portal.test_rush import told
code, key, moment = sys.argv[1:]
note, store = screening._note, screening.store
def end(*_given):
    os.kill(os.getpid(), signal.SIGKILL)
def stored(_line, reports):
    store(reports)
    end()
if moment == "before":
    screening._note = end  # the last thing in the transaction
screening.SETS = Together(stored)
print(screening.tell(told(SimpleNamespace(code=code), 1, UUID(key))))
"""


def told(town, n, key=None):
    here, at = behind(town.code), timezone.now()
    asked, ref = look_up.packs_at(here.place, at).screening()
    return self_reports.Told(
        key=key or uuid7(), here=here, phone=f"+861380013{n:04d}", home=f"{n}栋1", values=ILL,
        screening=asked, pack=ref.id, at=at,
    )  # fmt: skip


def killed_while_it_stores(code, key, moment):
    """Another process takes the same report in, and is killed before or after it was stored."""
    there = re.sub(
        r"/[^/?]*(\?|$)",
        rf"/{connection.settings_dict['NAME']}\1",
        os.environ["DATABASE_URL"],
        count=1,
    )
    return subprocess.run(
        [sys.executable, "-c", KILLED, code, str(key), moment],
        env=os.environ | {"DATABASE_URL": there, "DJANGO_SETTINGS_MODULE": "kapok.settings"},
        cwd=Path(__file__).parents[3], capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def stored():
    with acting(taking(at=timezone.now())):
        rows = SelfReport.objects.exclude(matter=None)
        return SelfReport.objects.count(), rows.values("matter").distinct().count()


@pytest.mark.django_db(transaction=True)
class TestStoring:
    def test_a_hundred_households_at_once_are_all_stored(self):
        town = make()
        said = [told(town, n) for n in range(100)]
        answers = at_once(lambda n: screening.tell(said[n]), 100)
        assert all(each.is_called for each in answers), answers
        assert stored() == (100, 100)

    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_a_process_that_is_killed_while_it_stores_loses_and_doubles_nothing(self, moment):
        town, key = make(), uuid7()
        ended = killed_while_it_stores(town.code, key, moment)
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        assert stored() == ((0, 0) if moment == "before" else (1, 1))
        assert ended.stdout == ""  # nobody was told that it is stored
        assert screening.tell(told(town, 1, key)).is_called  # so it is sent again
        assert stored() == (1, 1)

    def test_the_same_form_from_many_threads_is_stored_once(self):
        town, key = make(), uuid7()
        same = told(town, 1, key)
        answers = at_once(lambda n: screening.tell(same), 10)
        assert all(each.is_called for each in answers), answers
        assert stored() == (1, 1)
