"""``make up`` on a machine that lacks something: one sentence with its name and how to get it."""

import subprocess
from pathlib import Path

import pytest

SETUP = Path(__file__).parents[3] / "scripts/setup"
OLD = 'case "$*" in -V) echo "Python 3.9.2" ;; *version_info*) exit 1 ;; esac'
WITHOUT_VENV = 'case "$*" in *ensurepip*) exit 1 ;; esac'


def stub(folder, script):
    """A Python that answers as ``script`` says."""
    path = folder / "python3"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (None, "Python is missing. Install it with: "),
        (OLD, "Kapok needs Python 3.11 or newer; "),
        (WITHOUT_VENV, "Python's venv is missing. Install it with: "),
    ],
)
def test_what_is_missing_is_named_with_how_to_get_it(tmp_path, script, says):
    python = stub(tmp_path, script) if script else str(tmp_path / "none")

    done = subprocess.run(
        [SETUP, "base"],
        env={"PATH": "/usr/bin:/bin", "PYTHON": python},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith(says)
    assert "apt-get install python3" in done.stderr or "3.9.2" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_unknown_word_is_refused():
    done = subprocess.run([SETUP, "all"], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr == "Usage: scripts/setup base|test|bench\n"
