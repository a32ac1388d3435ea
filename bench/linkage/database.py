"""``python -m bench.linkage.database``: a list checked against residents in PostgreSQL.

A server of its own with made-up residents; the check is the platform's, under its policies, from
the file to its rows. Time is that of the check alone, memory the most that the process held.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from kapok.box import postgres


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench.linkage.database")
    arguments.add_argument("--residents", type=int, default=1_000_000)
    arguments.add_argument("--rows", type=int, default=20_000)
    options = arguments.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="kapok-bench-"))
    server = postgres.start(folder / "pg", durable=False, may_create_databases=True)
    os.environ |= {
        "KAPOK_SECRET_KEY": "only-for-benches",
        "DATABASE_URL": server.url(),
        "DATABASE_OWNER_URL": server.url(role=postgres.OWNER),
        "KAPOK_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "kapok.settings",
    }
    try:
        bench(options.residents, options.rows)
    finally:
        server.stop()
        shutil.rmtree(folder)


def bench(n_residents: int, n_rows: int) -> None:
    import django

    django.setup()
    from bench.linkage import loading
    from kapok.access import secrets

    secrets.make_keys()
    subprocess.run(  # so that making the town does not count as memory of the check
        [sys.executable, "-m", "bench.linkage.loading", str(n_residents), str(n_rows)], check=True
    )
    loading.check(n_rows, n_residents)


if __name__ == "__main__":
    main()
