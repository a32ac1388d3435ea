"""Puts the rules of all models, and the reviewed functions of all apps, in force."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from kapok.access.policies import READ_WRITE, History, Located, Rule


def ours() -> list[Any]:
    """The models of Kapok's own apps, those of their histories included."""
    mine = [app for app in apps.get_app_configs() if app.name.startswith("kapok.")]
    return [model for app in mine for model in app.get_models(include_auto_created=True)]


def rule_of(model: Any) -> Rule | None:
    """The rule that a model says, or that of the model whose history it keeps."""
    said = vars(model).get("scope")
    if said is not None:
        return said
    tracked = getattr(model, "pgh_tracked_model", None)
    rule = getattr(tracked, "scope", None) if tracked else None
    return History(rule) if isinstance(rule, Located) else None


def statements(application_role: str) -> Iterator[str]:
    """All that installs the rules of all tables; running it again changes nothing."""
    role = f'"{application_role}"'
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"
    yield f"GRANT SELECT ON django_migrations TO {role}"
    seen = set()
    for model in ours():
        table = model._meta.db_table
        rule = rule_of(model)
        if rule is None or not model._meta.managed or model._meta.proxy:
            continue
        seen.add(table)
        yield from _table(table, rule, role)
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if table not in seen and not model._meta.proxy:
            yield _grant_if_there(table, role)


def _grant_if_there(table: str, role: str) -> str:
    """Let the application use a library's table; some of their models have none."""
    grant = f'GRANT {READ_WRITE} ON "{table}" TO {role}'
    return f"DO $$ BEGIN IF to_regclass('\"{table}\"') IS NOT NULL THEN {grant}; END IF; END $$"


def _table(table: str, rule: Rule, role: str) -> Iterator[str]:
    yield f'REVOKE ALL ON "{table}" FROM {role}'
    yield f'GRANT {rule.privileges} ON "{table}" TO {role}'
    policies = list(rule.policies())
    if not policies:
        yield f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY'
        return
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'
    yield (
        "DO $$ DECLARE name text; BEGIN FOR name IN SELECT polname FROM pg_policy "
        f"WHERE polrelid = '{table}'::regclass LOOP "
        f"EXECUTE format('DROP POLICY %I ON {table}', name); END LOOP; END $$"
    )
    yield (f'CREATE POLICY "reviewed" ON "{table}" TO CURRENT_USER USING (true) WITH CHECK (true)')
    for name, command, using, check in policies:
        using = f" USING ({using})" if using else ""
        check = f" WITH CHECK ({check})" if check else ""
        yield f'CREATE POLICY "{name}" ON "{table}" FOR {command} TO {role}{using}{check}'


def install(application_role: str, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Put the functions and rules of all apps in force; the connection is the owner's.

    Nothing is touched where they are in force already, so that a second command does not wait for
    the first one's locks.
    """
    wanted = _wanted(application_role)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        if are_in_force(cursor, application_role):
            return
        for statement in wanted:
            cursor.execute(statement)
        mark = f"{_digest(application_role)} {_state(cursor)}"
        cursor.execute(f"COMMENT ON FUNCTION scope_lo() IS '{mark}'")


def are_in_force(cursor: Any, application_role: str) -> bool:
    """Whether the functions and rules are those of the code, and nobody changed them since."""
    cursor.execute("SELECT obj_description(to_regprocedure('scope_lo()'), 'pg_proc')")
    return bool(cursor.fetchone()[0] == f"{_digest(application_role)} {_state(cursor)}")


def _digest(application_role: str) -> str:
    return hashlib.sha256("\n".join(_wanted(application_role)).encode()).hexdigest()


def _state(cursor: Any) -> str:
    """Changes when any table's rules or rights, or a reviewed function, is changed."""
    cursor.execute("""
        SELECT md5(concat(
            (SELECT string_agg(concat_ws('|', oid::regclass, relrowsecurity, relforcerowsecurity,
                relowner::regrole, relacl), E'\\n' ORDER BY oid::regclass::text)
             FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')),
            (SELECT string_agg(concat_ws('|', polrelid::regclass, polname, polcmd, polroles,
                pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)),
                E'\\n' ORDER BY polrelid::regclass::text, polname) FROM pg_policy),
            (SELECT string_agg(concat_ws('|', oid::regprocedure, prosecdef, proowner::regrole,
                prosrc), E'\\n' ORDER BY oid::regprocedure::text)
             FROM pg_proc WHERE pronamespace = 'public'::regnamespace
                AND (prosecdef OR proname LIKE 'scope%'))))
    """.replace("%", "%%"), [])  # fmt: skip
    return str(cursor.fetchone()[0])


def _wanted(application_role: str) -> list[str]:
    return [*_functions(), *statements(application_role)]


def _functions() -> Iterator[str]:
    """The SQL functions of each app, lowest app first: its folder ``sql``."""
    for app in apps.get_app_configs():
        if app.name.startswith("kapok."):
            for path in sorted((Path(app.path) / "sql").glob("*.sql")):
                yield path.read_text()
