"""The rules that the models say are those that the database holds to, on every table."""

import pytest
from django.conf import settings
from django.db import connection

from kapok.access import installing
from kapok.access.installing import ours, rule_of
from kapok.access.policies import Open
from kapok.box import owner

pytestmark = pytest.mark.django_db

IN_FORCE = """
    SELECT tablename, policyname, cmd, roles::text, permissive, qual, with_check
    FROM pg_policies WHERE schemaname = 'public' ORDER BY 1, 2, 3, 4
"""
ABOUT_PEOPLE = {"person", "household", "guardian", "kept", "lost"}


def rows(query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def fields(model):
    return {field.name for field in model._meta.concrete_fields}


def test_every_model_of_ours_says_who_sees_its_rows():
    silent = [model for model in ours() if rule_of(model) is None]
    assert [model for model in silent if not model._meta.auto_created] == []  # Django's own groups


def test_what_is_open_to_all_says_why_and_holds_no_person():
    for model in ours():
        rule = rule_of(model)
        if isinstance(rule, Open):
            assert len(rule.reason) > 5, model
            assert not fields(model) & ABOUT_PEOPLE, model


@pytest.mark.django_db(transaction=True)
def test_the_policies_in_force_are_exactly_those_declared():
    """Put all in force anew, in a transaction that is taken back, and compare."""
    before = rows(IN_FORCE)
    with owner.connected():
        connection.set_autocommit(False)
        try:
            with connection.cursor() as cursor:
                for table, name in {(row[0], row[1]) for row in before}:
                    cursor.execute(f'DROP POLICY "{name}" ON "{table}"')
                for statement in installing.statements(owner.application_role()):
                    cursor.execute(statement)
            declared = rows(IN_FORCE)
        finally:
            connection.rollback()
            connection.set_autocommit(True)

    assert before == declared
    assert before == rows(IN_FORCE)


def test_tables_with_a_place_or_a_person_have_forced_row_level_security():
    held = {
        name
        for (name,) in rows(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
        )
    }
    for model in ours():
        if not isinstance(rule_of(model), Open) and fields(model) & (ABOUT_PEOPLE | {"place"}):
            assert model._meta.db_table in held, model


def test_every_policy_is_for_the_application_or_for_reviewed_functions():
    role, reviewer = owner.application_role(), settings.DATABASE_OWNER["USER"]
    for _table, name, _command, roles, permissive, _using, _check in rows(IN_FORCE):
        assert permissive == "PERMISSIVE"
        assert roles == f"{{{reviewer if name == 'reviewed' else role}}}"


def test_the_application_owns_nothing_and_is_beyond_nothing():
    role = owner.application_role()
    [rights] = rows(
        "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = %s", role
    )
    assert rights == (False, False, False)
    assert rows("SELECT tablename FROM pg_tables WHERE tableowner = %s", role) == []
    assert rows("SELECT proname FROM pg_proc WHERE proowner = %s::regrole", role) == []
    others = "SELECT rolname FROM pg_roles WHERE rolname <> %s AND pg_has_role(%s, oid, 'MEMBER')"
    assert rows(others, role, role) == []


def test_what_runs_beyond_the_policies_has_a_fixed_search_path():
    """A function that runs as the owner must not find tables that somebody put before ours."""
    unsafe = rows(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace "
        "AND NOT coalesce(proconfig @> ARRAY['search_path=public, pg_temp'], false)"
    )
    assert unsafe == []


def test_the_application_changes_nothing_about_the_tables():
    role = owner.application_role()
    granted = rows(
        "SELECT table_name FROM information_schema.role_table_grants WHERE grantee = %s "
        "AND privilege_type IN ('TRUNCATE', 'TRIGGER', 'REFERENCES')",
        role,
    )
    assert granted == []
    assert rows("SELECT has_schema_privilege(%s, 'public', 'CREATE')", role) == [(False,)]


@pytest.mark.parametrize("table", ["access_look", "access_traceblock", "access_tracecheck"])
def test_the_trace_is_only_added_to(table):
    granted = rows(
        "SELECT privilege_type FROM information_schema.role_table_grants "
        "WHERE grantee = %s AND table_name = %s",
        owner.application_role(),
        table,
    )
    assert {privilege for (privilege,) in granted} <= {"SELECT", "INSERT"}
