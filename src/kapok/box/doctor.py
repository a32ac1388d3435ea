"""``kapok doctor``: what is well with a box, what is not, and what to do about it.

It changes nothing: the box is looked at as it is.
"""

import shutil
import stat
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kapok.access import installing, secrets
from kapok.access.models import Look, TraceBlock, User
from kapok.box import backups, folder, owner, reached, rotating
from kapok.box.findings import Finding, Findings, heed, well, wrong
from kapok.errors import Refused
from kapok.people.models import Person

KEY_AGE = timedelta(days=365)
BACKUP_AGE = timedelta(hours=26)
TRIAL_AGE = timedelta(days=90)
SEALED_WITHIN = timedelta(minutes=1)
CLOCK_S = 2.0


def examine(*, at: datetime) -> list[Finding]:
    """Look at everything; a check that cannot be made is a finding too."""
    found: list[Finding] = []
    with owner.connected():
        for check in CHECKS:
            try:
                found += check(at)
            except Refused as refusal:
                found.append(wrong(str(refusal)))
    return found


def set_up(_at: datetime) -> Findings:
    """Whether the database has the code's tables."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        yield wrong(f"{len(plan)} migrations are not applied. Start Kapok, which applies them.")
    else:
        yield well("The tables are those of the code.")


def keys(at: datetime) -> Findings:
    """The file of keys: there, its owner's alone, not too old, and the one that values need."""
    path = secrets.keys_file()
    secrets.keys()  # refuses where it is missing or damaged
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        yield wrong(f"Others may read {path}. Run: chmod 600 {path}")
    age = at - datetime.fromtimestamp(path.stat().st_mtime, UTC)
    rotating.refuse_lost_keys()
    n_keys = len(secrets.keys().data)
    if n_keys > 1:
        yield heed(
            f"An exchange of keys was stopped; {n_keys} keys are in use. Run kapok keys rotate."
        )
    elif age > KEY_AGE:
        yield heed(f"The key is {age.days} days old. Stop Kapok and run kapok keys rotate.")
    else:
        yield well(f"The keys are in {path} and open what is stored.")


def kept_backups(at: datetime) -> Findings:
    """Whether there is a fresh backup, and one that was tried."""
    where = backups.home()
    made = backups.all_in(where)
    if not made:
        yield heed(
            "There is no backup. Run kapok backup --try each day, and keep copies elsewhere."
        )
        return
    newest = backups.read(made[-1])
    age = at - datetime.fromisoformat(newest.made_at)
    if age > BACKUP_AGE:
        yield heed(f"The newest backup is {age.days} days old. Run kapok backup each day.")
    else:
        yield well(f"The newest backup is {made[-1].name}.")
    tried = backups.last_tried(where)
    if tried is None or at - tried > TRIAL_AGE:
        yield heed("No backup was restored for a trial in 90 days. Run kapok backup --try.")
    if any(stat.S_IMODE(path.stat().st_mode) & 0o077 for path in made):
        yield wrong(f"Others may read backups. Run: chmod 600 {where}/*")


def clock(at: datetime) -> Findings:
    """Whether machine and database agree about the time, and it never went back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        apart = abs(float(cursor.fetchone()[0]) - time.time())
    if apart > CLOCK_S:
        yield wrong(
            f"Database and machine are {apart:.0f} seconds apart. Let both keep time by NTP."
        )
    moments = [
        Look.objects.order_by("-at").values_list("at", flat=True).first(),
        TraceBlock.objects.order_by("-sealed_at").values_list("sealed_at", flat=True).first(),
    ]
    newest = max((moment for moment in moments if moment), default=at)
    if newest > at + timedelta(seconds=CLOCK_S):
        yield wrong(
            f"The trace has entries of {newest:%Y-%m-%d %H:%M}, later than now: the clock went "
            "back. Set it right before anybody works on."
        )
    elif apart <= CLOCK_S:
        yield well("The clocks agree.")


def scope_policies(_at: datetime) -> Findings:
    """Whether each table has the rules that its model says, in force also for the owner."""
    not_codes = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity AND relforcerowsecurity, array_remove(array_agg("
            "polname::text ORDER BY polname), NULL) FROM pg_class LEFT JOIN pg_policy "
            "ON polrelid = pg_class.oid WHERE relnamespace = 'public'::regnamespace "
            "AND relkind IN ('r', 'p') GROUP BY 1, 2"
        )
        real = {table: (forced, set(names)) for table, forced, names in cursor.fetchall()}
        are_in_force = installing.are_in_force(cursor, owner.application_role())
    models = [model for model in installing.ours() if _has_rule(model)]
    for model in models:
        rule = installing.rule_of(model)
        declared = {name for name, *_ in rule.policies()} if rule else set()
        expected = (bool(declared), declared | {"reviewed"} if declared else set())
        if rule is None or real.get(model._meta.db_table) != expected:
            not_codes.append(model._meta.db_table)
    if not_codes or not are_in_force:
        where = (
            f" of {', '.join(sorted(not_codes))}" if not_codes else ", rights or reviewed functions"
        )
        yield wrong(
            f"The row policies{where} are not those of the code. Stop Kapok and start it again, "
            "which installs them; find out who changed them."
        )
    else:
        yield well(f"The row policies of {len(models)} tables are those of the code.")


def roles(_at: datetime) -> Findings:
    """Whether Kapok works as a role that the policies hold."""
    role = owner.application_role()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls OR rolcreaterole, (SELECT count(*) FROM pg_tables "
            "WHERE schemaname = 'public' AND tableowner = rolname), "
            "pg_has_role(rolname, current_user, 'MEMBER') "
            "FROM pg_roles WHERE rolname = %s",
            [role],
        )
        mighty, n_owned, is_member = cursor.fetchone() or (True, 0, False)
    if mighty or n_owned or is_member:
        yield wrong(
            f"The role {role} is beyond the row policies (superuser, owner of tables, or member of "
            "the owner). Make a plain role, as dotenv-sample says, and name it in DATABASE_URL."
        )
    else:
        yield well(f"Kapok works as the plain role {role}.")


def sealer(at: datetime) -> Findings:
    """Whether the trace is being sealed."""
    oldest = Look.objects.filter(block=None).order_by("at").values_list("at", flat=True).first()
    if oldest and at - oldest > SEALED_WITHIN:
        yield wrong(
            f"Entries of the trace since {oldest:%Y-%m-%d %H:%M} are not sealed. Start Kapok, or "
            "kapok work beside a web process of your own."
        )
        return
    last = TraceBlock.objects.order_by("-number").first()
    block = f"; the last block is {last.number}" if last else ""
    yield well(f"The trace is sealed{block}.")


def disk(_at: datetime) -> Findings:
    """Whether there is room to go on."""
    home = folder.data_folder()
    free = shutil.disk_usage(home).free
    said = f"The disk of {home} has {free // folder.MB:,} MB left"
    if free < folder.ROOM_TO_GO_ON:
        yield wrong(f"{said}; Kapok cannot go on. Make room.")
    elif free < 4 * folder.ROOM_TO_BEGIN:
        yield heed(f"{said}. Make room soon.")
    else:
        yield well(f"{said}.")


def demo_accounts(_at: datetime) -> Findings:
    """Whether accounts for trying can reach anybody real."""
    n_demo = User.objects.filter(is_demo=True, is_active=True).count()
    real = Person.objects.filter(is_made_up=False).exists()
    if n_demo and (real or not settings.DEMO):
        yield wrong(
            f"{n_demo} demo accounts are open, and this box is not for trying. Close them: "
            "kapok account close --demo."
        )
    elif settings.DEMO and real:
        yield wrong(
            "People here are real, but KAPOK_DEMO lets second factors out. Set KAPOK_DEMO=no."
        )
    elif n_demo:
        yield heed(f"{n_demo} demo accounts need no second factor: this box is for trying.")
    else:
        yield well("There are no demo accounts.")


def _has_rule(model: Any) -> bool:
    """Whether a table must have a rule: pairs that Django makes by itself have none."""
    facts = model._meta
    return bool(facts.managed and not facts.proxy and not facts.auto_created)


CHECKS: tuple[Callable[[datetime], Findings], ...] = (
    set_up, keys, kept_backups, clock, scope_policies, roles, sealer, disk, demo_accounts,
    *reached.CHECKS,
)  # fmt: skip
