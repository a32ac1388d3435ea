"""Backups: whole, their owner's alone, tried by restoring; who was deleted stays away."""

import json
import os
import shutil
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests import factories
from tests.factories import NOON

from kapok.access.models import Certificate
from kapok.access.retention import fingerprint
from kapok.box import backups, deletions, restoring
from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.people.models import Merge, Person

KAPOK = Path(sys.executable).with_name("kapok")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A data folder of its own, with the keys of the tests."""
    from kapok.access import secrets  # noqa: PLC0415

    monkeypatch.setenv("KAPOK_KEYS", str(secrets.keys_file()))
    monkeypatch.setenv("KAPOK_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def made(transactional_db, home):
    """A backup of a box with one person."""
    with factories.as_box():
        factories.Province()
    with factories.as_owner_of_rows():
        factories.Person(name="陈小明")
    return backups.make(backups.home(), at=NOON)


def certificate(*people, at=NOON, what="people.Person"):
    with factories.as_box():
        return Certificate.objects.create(
            at=at,
            what=what,
            why="a test",
            n_rows=1,
            subjects=list(people),
            subjects_sha256=fingerprint(people),
        )


def test_a_backup_is_its_owners_alone_and_says_what_it_holds(made):
    says = backups.read(made)

    for path in (made, backups.manifest_of(made)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700
    assert says.rows["people_person"] == 1
    assert says.made_at == NOON.isoformat()
    assert not list(made.parent.glob("*.new"))


def test_no_key_is_in_a_backup(made):
    from kapok.access import secrets  # noqa: PLC0415

    content = made.read_bytes() + backups.manifest_of(made).read_bytes()
    for key in (*secrets.keys().data.values(), secrets.keys().index):
        assert key not in content
        assert key.hex().encode() not in content


def test_a_backup_is_tried_by_restoring_it_into_a_database_beside(made):
    assert backups.last_tried(made.parent) is None

    backups.try_out(made, at=NOON)

    assert backups.last_tried(made.parent) == NOON


def test_a_backup_that_lacks_rows_fails_its_trial(made):
    manifest = backups.manifest_of(made)
    says = json.loads(manifest.read_text())
    says["rows"]["people_person"] = 2
    manifest.write_text(json.dumps(says))

    with pytest.raises(Refused, match="people_person has 1 of 2 rows"):
        backups.try_out(made, at=NOON)
    assert backups.last_tried(made.parent) is None


def test_one_changed_byte_is_noticed(made):
    content = bytearray(made.read_bytes())
    content[len(content) // 2] ^= 1
    made.write_bytes(content)

    with pytest.raises(Refused, match="changed or cut off"):
        backups.read(made)


def test_a_file_that_is_no_backup_is_refused(home):
    (home / "x.dump").write_text("x")

    with pytest.raises(Refused, match="no backup of Kapok"):
        backups.read(home / "x.dump")


def test_a_box_in_use_is_never_overwritten(made):
    with pytest.raises(Refused, match="This box is in use"):
        restoring.restore(made, at=NOON)


def test_a_backup_of_other_keys_is_refused(made):
    manifest = backups.manifest_of(made)
    says = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(says | {"index_key": "another"}))

    with pytest.raises(Refused, match="not the file of keys"):
        restoring.restore(made, at=NOON)


def test_old_backups_expire_and_the_newest_stays(home):
    folder = backups.home()
    folder.mkdir()
    days = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 20)]
    for day in days:
        path = folder / f"kapok-{day:%Y%m%dT%H%M%SZ}.dump"
        path.touch()
        backups.manifest_of(path).touch()

    assert backups.expire(folder, keep_days=30, at=days[1] + timedelta(days=30)) == 1
    assert len(backups.all_in(folder)) == 2
    assert backups.expire(folder, keep_days=1, at=days[2] + timedelta(days=300)) == 1
    assert [path.name[:14] for path in backups.all_in(folder)] == ["kapok-20260120"]


@pytest.mark.django_db
class TestDeletions:
    def test_each_certificate_is_noted_once_and_holds_no_values(self, home):
        gone = uuid7()
        certificate(gone)

        assert deletions.note(at=NOON) == 1
        assert deletions.note(at=NOON) == 0

        [line] = deletions.file().read_text().splitlines()
        assert json.loads(line)["subjects"] == [str(gone)]
        assert stat.S_IMODE(deletions.file().stat().st_mode) == 0o600

    def test_a_line_that_was_cut_off_by_a_power_cut_is_left_out(self, home):
        certificate(uuid7())
        deletions.note(at=NOON)
        with deletions.file().open("a") as file:
            file.write('{"id": "0')

        assert len(list(deletions.noted())) == 1

    def test_whoever_was_deleted_is_deleted_again(self, home):
        with factories.as_owner_of_rows():
            gone, stays = factories.Person(), factories.Person()
        made = certificate(gone.pk)
        deletions.note(at=NOON)
        Certificate.objects.all()._raw_delete("default")  # the backup is from before

        assert deletions.replay(at=NOON) == 1

        with factories.as_owner_of_rows():
            assert list(Person.objects.all()) == [stays]
        assert Certificate.objects.filter(pk=made.pk).exists()

    def test_rows_with_certificates_of_their_own_go_as_well(self, home):
        with factories.as_owner_of_rows():
            person = factories.Person()
            consent = person.consents.create(
                place=person.place, purpose="own_data", how="paper", text_version="1", given_at=NOON
            )
        certificate(consent.pk, what="people.Consent")
        deletions.note(at=NOON)

        assert deletions.replay(at=NOON) == 1

        with factories.as_owner_of_rows():
            assert not person.consents.exists()
            assert Person.objects.count() == 1

    def test_a_merge_whose_former_values_went_is_still_known(self, home):
        with factories.as_owner_of_rows():
            kept, lost = factories.Person(), factories.Person()
            merge = Merge.objects.create(place=kept.place, kept=kept, lost=lost, at=NOON)
        certificate(merge.pk, what="people.Merge.before")
        deletions.note(at=NOON)

        assert deletions.replay(at=NOON) == 0

        with factories.as_owner_of_rows():
            assert Merge.objects.filter(pk=merge.pk).exists()

    def test_what_no_backup_can_bring_back_is_forgotten(self, home):
        certificate(uuid7(), at=NOON - timedelta(days=60))
        certificate(uuid7(), at=NOON)
        deletions.note(at=NOON)

        assert deletions.forget(NOON - timedelta(days=30)) == 1
        assert len(list(deletions.noted())) == 1


SET_UP = """
from tests import factories
from kapok.access.retention import fingerprint
with factories.as_box():
    factories.Province()
with factories.as_owner_of_rows():
    factories.Person(name="陈小明")
    factories.Person(name="李小红")
"""
DELETE = """
from uuid import UUID
from django.utils import timezone
from kapok.access.scope import acting, of_deletion
from kapok.people.models import Person
from kapok.people.operations.deletion import WHAT, delete_people
from kapok.access.retention import Deleted, certify
at = timezone.now()
with acting(of_deletion(at=at)):
    keys, n = delete_people([Person.objects.get(name="陈小明").pk])
    certify(Deleted(keys, n, "asked for"), what=WHAT, purpose="deletion", by=None, at=at)
from kapok.box import deletions
deletions.note(at=at)
"""
LOOK = """
from tests import factories
from kapok.people.models import Person
from django.db import connection
with factories.as_owner_of_rows():
    print("PEOPLE", sorted(Person.objects.values_list("name", flat=True)))
print("STRANGER", Person.objects.count())
"""


@pytest.mark.slow
def test_a_lost_box_comes_back_without_those_who_were_deleted_since(tmp_path):
    lost, new = tmp_path / "lost", tmp_path / "new"
    root = Path(__file__).parents[3]

    def kapok(home, *words, code=None):
        env = os.environ | {"KAPOK_DATA": str(home), "PYTHONPATH": str(root)}
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "KAPOK_KEYS", "DJANGO_SETTINGS_MODULE"):
            env.pop(name, None)
        words = ("manage", "shell", "-c", code) if code else words
        done = subprocess.run(
            [str(KAPOK), *words], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    kapok(lost, code=SET_UP)
    kapok(lost, "backup", "--try")
    kapok(lost, code=DELETE)
    [dump] = (lost / "backups").glob("*.dump")
    (new / "backups").mkdir(parents=True)
    shutil.copy(lost / "keys.json", new)
    shutil.copy(lost / "backups" / "deletions.log", new / "backups")

    said = kapok(new, "restore", str(dump))

    assert "1 that were deleted since then were deleted again" in said
    seen = kapok(new, code=LOOK)
    assert "PEOPLE ['李小红']" in seen
    assert "STRANGER 0" in seen  # the policies are in force again
