"""PostgreSQL's own programs at work on this box's database, as the owner of its tables."""

import os
import subprocess
from typing import Any

from kapok.box import postgres
from kapok.errors import Refused

SETTINGS = {"USER": "PGUSER", "PASSWORD": "PGPASSWORD", "HOST": "PGHOST", "PORT": "PGPORT"}
OPTIONS = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT"}


def run(program: str, *arguments: str, on: dict[str, Any]) -> str:
    """Run ``pg_dump`` or ``pg_restore`` on a database; what it printed.

    Raises :class:`~kapok.errors.Refused` with the program's own last word.
    """
    done = subprocess.run(
        [str(postgres.programs() / program), *arguments],
        env=_environment(on),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "error:" in line]
        reason = (said or done.stderr.splitlines() or ["it said nothing"])[0]
        raise Refused(f"{program} stopped: {reason.rpartition('error:')[2].strip()}")
    return done.stdout


def _environment(on: dict[str, Any]) -> dict[str, str]:
    """The address of the database, which stands in no list of processes."""
    found = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    found |= {name: str(on[key]) for key, name in SETTINGS.items() if on.get(key)}
    given = on.get("OPTIONS", {})
    found |= {name: str(given[key]) for key, name in OPTIONS.items() if given.get(key)}
    return found | {"PGDATABASE": on["NAME"]}
