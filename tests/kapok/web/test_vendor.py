"""The browser libraries are those of the manifest, and nothing else."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
VENDOR = ROOT / "src/kapok/static/vendor"


def test_the_files_match_their_manifest():
    told = subprocess.run(
        [sys.executable, ROOT / "scripts/vendor", "--check"],
        check=False,
        capture_output=True,
        text=True,
    )

    assert told.returncode == 0, told.stdout


def test_a_changed_file_is_noticed(tmp_path: Path):
    """The check must be able to fail."""
    copy = tmp_path / "src/kapok/static/vendor"
    shutil.copytree(VENDOR, copy)
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts/vendor", tmp_path / "scripts/vendor")
    (copy / "htmx/htmx.min.js").write_text("changed")
    (copy / "extra.js").write_text("extra")

    told = subprocess.run(
        [sys.executable, tmp_path / "scripts/vendor", "--check"],
        check=False,
        capture_output=True,
        text=True,
    )

    assert told.returncode == 1
    assert "htmx/htmx.min.js differs from the manifest." in told.stdout
    assert "extra.js is not in the manifest." in told.stdout


def test_every_library_has_version_licence_and_its_text():
    for entry in json.loads((VENDOR / "manifest.json").read_text()):
        assert entry["version"]
        assert entry["licence"]
        [text] = [name for name in entry["files"] if name.endswith("LICENSE.txt")]
        assert len((VENDOR / text).read_text()) > 500
