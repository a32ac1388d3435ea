"""Rules that are put in force hold in every process of the box, without a restart."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from tests import factories
from tests.kapok.packs.small_pack import small_pack

from kapok.access import scope
from kapok.packs import operations

ANOTHER = """
import sys, time
import django
django.setup()
from django.utils import timezone
from kapok.access import scope
from kapok.packs import look_up

def says():
    at = timezone.now()
    with scope.acting(scope.of_box(at=at)):
        return look_up.packs_at(440103022001001, at).find("lamp") is not None

print("with" if says() else "without", flush=True)
sys.stdin.readline()
until = time.monotonic() + 30
while not says() and time.monotonic() < until:
    time.sleep(0.05)
print("with" if says() else "without", flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_another_process_follows_without_a_restart():
    database = connection.settings_dict
    url = os.environ["DATABASE_URL"]
    path, _mark, query = url.partition("?")
    there = f"{path.rpartition('/')[0]}/{database['NAME']}" + (f"?{query}" if query else "")
    process = subprocess.Popen(
        [sys.executable, "-c", ANOTHER],
        env=os.environ | {"DATABASE_URL": there, "DJANGO_SETTINGS_MODULE": "kapok.settings"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout.readline() == "without\n"
        at = timezone.now()
        with scope.acting(scope.of_box(at=at)):
            pack = operations.draft(text=small_pack(), by=None, at=at)
            moment = at - timedelta(seconds=1)
            operations.put_in_force(pack=pack.pk, valid_from=moment, by=None, at=at)
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "with\n"
    finally:
        process.kill()
        process.wait()
    with factories.as_owner_of_rows():
        pack.refresh_from_db()
        assert pack.state == "IN_FORCE"
