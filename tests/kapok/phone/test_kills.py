"""What was answered is there, whatever is killed: real processes, ended by SIGKILL."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
OUTER = ("DATABASE_URL", "DATABASE_OWNER_URL", "KAPOK_DATA", "DJANGO_SETTINGS_MODULE")
IS_SOAK = bool(os.environ.get("KAPOK_SOAK"))
N_KILLS, N_SYNCS = (1_000, 20_000) if IS_SOAK else (30, 1_000)


def test_kills_at_random_points_lose_nothing_and_do_nothing_twice():
    """In a process of its own: it has its own server, which it kills as well."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "bench.sync.kills"),
            *("--points", str(N_KILLS), "--syncs", str(N_SYNCS)),
        ],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in OUTER},
        capture_output=True,
        text=True,
        timeout=4 * 3600 if IS_SOAK else 590,
        check=False,
    )
    said = json.loads(done.stdout.splitlines()[-1]) if done.stdout else done.stderr[-3000:]
    assert done.returncode == 0, said
    assert said["faults"] == []
    assert sum(said["killed"].values()) == N_KILLS
    assert all(said["killed"].values())
