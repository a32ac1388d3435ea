"""Parts of work that leave a trace of who began them, for engines to be watched by."""

import os
import signal
import time
import uuid
from collections.abc import Collection
from pathlib import Path


def watched(folder: Path, number: int) -> int:
    """A part of a fifth of a second."""
    (folder / f"{number}.{os.getpid()}.{uuid.uuid4().hex}").touch()
    time.sleep(0.2)
    return number * number


def begun(folder: Path) -> list[tuple[int, int]]:
    """Which part was begun by which process, each beginning once."""
    names = [path.name.split(".") for path in folder.iterdir()]
    return [(int(number), int(pid)) for number, pid, _ in names]


def kill_who_begins(folder: Path, among: Collection[int] = ()) -> int:
    """Kill the next process, of some or of all, that begins a part; return which it was."""
    known = set(begun(folder))
    while True:
        for _, pid in set(begun(folder)) - known:
            if pid in among or not among:
                os.kill(pid, signal.SIGKILL)
                return pid


def deadly(_number: int) -> None:
    """A part that nobody survives."""
    os.kill(os.getpid(), signal.SIGKILL)


def wrong(number: int) -> float:
    """A part with a bug."""
    return 1 / number


def sum_of(table: bytes, number: int) -> int:
    """A part that needs something large, and says in which process it was done."""
    return len(table) + number
