"""What was answered is there, whatever is killed: real processes, ended by SIGKILL."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[3]
OUTER = ("DATABASE_URL", "DATABASE_OWNER_URL", "KAPOK_DATA", "DJANGO_SETTINGS_MODULE")
IS_SOAK = bool(os.environ.get("KAPOK_SOAK"))
N_KILLS, N_SYNCS = (1_000, 20_000) if IS_SOAK else (20, 400)  # each kind twice or more


LONGEST_S = 4 * 3600 if IS_SOAK else 590


def killing() -> tuple[int, str, str]:
    """The program in processes of its own, with servers that it kills; all are ended."""
    done = subprocess.Popen(
        [
            *(sys.executable, "-m", "bench.sync.kills"),
            *("--points", str(N_KILLS), "--syncs", str(N_SYNCS)),
        ],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in OUTER},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, err = done.communicate(timeout=LONGEST_S)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(done.pid, signal.SIGKILL)
    return done.returncode, out, err


def test_kills_at_random_points_lose_nothing_and_do_nothing_twice():
    status, out, err = killing()
    said = json.loads(out.splitlines()[-1]) if out else err[-3000:]
    assert status == 0, said
    assert said["faults"] == []
    assert sum(said["killed"].values()) == N_KILLS
    assert all(said["killed"].values())
