"""The whole file or nothing: full disks, Ctrl-C, wrong folders."""

import errno
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest
from tests.kapok.places.files.towns import HEADER, town_rows

from kapok.places.files.writing import CannotWrite, replacing, write_csv

BEGIN = "from kapok import cli; print('begun', flush=True); cli.main()"
KAPOK = [sys.executable, "-c", BEGIN]


@pytest.mark.parametrize(
    ("output", "says"),
    [
        (
            "out.txt",
            "out.txt ends in none of .geojson, .csv, .parquet; the ending says what is written.",
        ),
        ("nowhere/out.csv", "There is no folder nowhere; make it first."),
        ("town.csv", "town.csv is read or written here already; name another file for this."),
        ("folder.csv", "folder.csv is a folder; name a file in it."),
    ],
)
def test_before_the_work_begins_its_place_is_checked(town, kapok, output, says):
    Path("folder.csv").mkdir()

    said = kapok("draw", town, "-o", output)

    assert (said.status, said.err) == (1, says + "\n")
    assert town.read_text().startswith(HEADER)


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        (["draw", "town.csv", "-o", "out.csv"], "out.csv"),
        (["draw", "town.csv", "-o", "out.csv"], "town.csv"),
        (["measure", "town.csv", "plan.csv"], "plan.csv"),
        (["measure", "town.csv", "plan.csv"], "./plan.csv"),
    ],
)
def test_bad_rows_replace_no_other_file_of_the_command(town, kapok, words, refused):
    Path("plan.csv").write_text("id,grid\nb0,1\n")
    before = {path: path.read_text() for path in Path().iterdir()}

    said = kapok(*words, "--refused", refused)

    name = Path(refused)
    assert (said.status, said.err) == (
        1,
        f"{name} is read or written here already; name another file for this.\n",
    )
    assert {path: path.read_text() for path in Path().iterdir()} == before


def test_an_older_result_is_replaced_with_the_usual_rights(here):
    Path("out.csv").write_text("old")

    write_csv(Path("out.csv"), pl.DataFrame({"id": ["a"]}))

    assert Path("out.csv").read_text() == "id\na\n"
    assert Path("out.csv").stat().st_mode & 0o777 == 0o666 & ~_umask()


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, SystemExit])
def test_whatever_stops_the_writing_leaves_the_old_file_alone(here, error):
    Path("out.csv").write_text("old")

    with pytest.raises(error):
        _stopped_half_way(error)

    assert [path.name for path in here.iterdir()] == ["out.csv"]
    assert Path("out.csv").read_text() == "old"


def test_a_full_disk_is_one_sentence(here):
    """A limit on the size of files fails a write as a full disk would."""
    Path("out.csv").write_text("old")
    code = (
        "import errno, os, sys\n"
        "from pathlib import Path\n"
        "from kapok.places.files.writing import replacing, CannotWrite\n"
        "try:\n"
        "    with replacing(Path('out.csv')) as file:\n"
        "        file.write(bytes(1 << 20))\n"
        "except CannotWrite as error:\n"
        "    print(error)\n"
    )

    said = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16)),
    )

    assert said.stdout == "out.csv was not written: file too large.\n"
    assert [path.name for path in here.iterdir()] == ["out.csv"]
    assert Path("out.csv").read_text() == "old"


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("ENOSPC", "The disk is full; out.csv was not written. Make room and run it again."),
        ("EROFS", "Nothing may be written to .; choose another folder."),
    ],
)
def test_what_the_system_says_becomes_a_sentence(here, number, says):
    with pytest.raises(CannotWrite, match=says), replacing(Path("out.csv")):
        raise OSError(getattr(errno, number), "no")
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("after_s", [0.5, 3.0])
def test_ctrl_c_leaves_nothing_behind(here, after_s):
    """A drawing that would take minutes, stopped while it reads and while it draws."""
    Path("town.csv").write_text(HEADER + town_rows(60_000))
    words = ["draw", "town.csv", "-o", "out.geojson", "--budget", "long", "--workers", "1"]

    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([*KAPOK, *words], **pipes) as running:
        assert running.stdout.readline() == "begun\n"
        time.sleep(after_s)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)

    assert (running.returncode, said.splitlines()[-1]) == (130, "Stopped; nothing was written.")
    assert [path.name for path in here.iterdir()] == ["town.csv"]


def _stopped_half_way(error):
    with replacing(Path("out.csv")) as file:
        file.write(b"half")
        raise error


def _umask():
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
