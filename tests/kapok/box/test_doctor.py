"""What ``kapok doctor`` finds: nothing in a sound box, and each thing that was spoilt."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from tests import factories
from tests.factories import NOON

from kapok.access import installing, secrets
from kapok.access.models import Look
from kapok.box import doctor, folder, owner
from kapok.box.doctor import examine
from kapok.box.findings import Grade

pytestmark = pytest.mark.django_db(transaction=True)


def wrong(at=NOON):
    return [finding.sentence for finding in examine(at=at) if finding.grade == Grade.WRONG]


def execute(statement):
    with owner.connected(), connection.cursor() as cursor:
        cursor.execute(statement)


def install():
    with owner.connected():
        installing.install(owner.application_role())


@pytest.fixture
def _mended():
    """Put the policies back that a test has spoilt."""
    yield
    execute("DROP FUNCTION IF EXISTS all_people()")
    install()


@pytest.fixture(autouse=True)
def _is_for_trying(settings):
    settings.DEMO = True
    settings.ALLOWED_HOSTS = ["localhost"]


def test_a_sound_box_has_nothing_wrong():
    assert wrong() == []


@pytest.mark.usefixtures("_mended")
@pytest.mark.parametrize(
    "spoils",
    [
        "ALTER TABLE people_person NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE people_personevent DISABLE ROW LEVEL SECURITY",
        'DROP POLICY "read" ON people_contact',
        'CREATE POLICY "more" ON people_household TO kapok_app USING (true)',
    ],
)
def test_a_policy_that_is_not_the_codes_is_found(spoils):
    execute(spoils)

    assert "row policies of people_" in wrong()[0]

    install()
    assert wrong() == []


@pytest.mark.usefixtures("_mended")
@pytest.mark.parametrize(
    "spoils",
    [
        "COMMENT ON FUNCTION scope_lo() IS 'of another version'",
        "GRANT UPDATE ON access_look TO kapok_app",
        'ALTER POLICY "read" ON people_contact USING (true)',
        "CREATE FUNCTION all_people() RETURNS bigint LANGUAGE sql SECURITY DEFINER "
        "AS 'SELECT count(*) FROM people_person'",
    ],
)
def test_rights_rules_and_functions_that_were_changed_are_found(spoils):
    execute(spoils)

    assert "rights or reviewed functions are not those" in wrong()[0]


def test_keys_that_others_may_read_are_found(monkeypatch, tmp_path):
    path = tmp_path / "keys.json"
    path.write_bytes(secrets.keys_file().read_bytes())
    path.chmod(0o644)
    monkeypatch.setenv("KAPOK_KEYS", str(path))

    assert f"Others may read {path}" in wrong()[0]


def test_lost_keys_are_found(monkeypatch, tmp_path):
    secrets.keys.cache_clear()
    monkeypatch.setenv("KAPOK_KEYS", str(tmp_path / "keys.json"))
    try:
        assert "keys of this box are missing" in wrong()[0]
    finally:
        monkeypatch.undo()
        secrets.keys.cache_clear()


def test_an_old_key_is_to_be_heeded(monkeypatch):
    found = examine(at=NOON + timedelta(days=3000))

    assert any("run kapok keys rotate" in finding.sentence for finding in found)


def test_entries_that_nobody_seals_are_found():
    with factories.as_box():
        Look.objects.create(at=NOON, role="box", action="OPEN", n_subjects=0, subjects=[])

    assert wrong(NOON + timedelta(seconds=30)) == []
    assert "are not sealed" in wrong(NOON + timedelta(minutes=5))[0]


def test_a_clock_that_went_back_is_found():
    with factories.as_box():
        Look.objects.create(at=NOON, role="box", action="OPEN", n_subjects=0, subjects=[])

    assert "the clock went back" in wrong(NOON - timedelta(days=1))[0]


def test_demo_accounts_beside_real_people_are_found(settings):
    settings.DEMO = False
    factories.User(is_demo=True)
    with factories.as_owner_of_rows():
        factories.Person()

    assert "1 demo accounts are open" in wrong()[0]


def test_second_factors_that_are_let_off_where_people_are_real_are_found():
    with factories.as_owner_of_rows():
        factories.Person()

    assert "Set KAPOK_DEMO=no" in wrong()[0]


def test_pages_beyond_the_machine_without_tls_are_found(settings):
    settings.ALLOWED_HOSTS = ["grid.example.org", "localhost"]

    assert "grid.example.org without TLS" in wrong()[0]
    settings.IS_ENCRYPTED = True
    assert wrong() == []


def test_a_full_disk_is_found(monkeypatch):
    monkeypatch.setattr(
        doctor.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": folder.MB})
    )

    assert "cannot go on" in wrong()[0]


def test_a_role_beyond_the_policies_is_found(monkeypatch):
    monkeypatch.setattr(owner, "application_role", lambda: "kapok")

    assert any("beyond the row policies" in sentence for sentence in wrong())


def test_a_box_without_backups_is_told_to_make_one(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor.backups, "home", lambda: Path(tmp_path))

    found = [each.sentence for each in examine(at=NOON) if each.grade == Grade.HEED]

    assert any("There is no backup" in sentence for sentence in found)
