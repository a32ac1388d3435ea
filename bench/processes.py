"""What processes below one took of the processors, beside what the whole machine did."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def descendants(pid: int) -> list[int]:
    """The processes below one, from /proc."""
    found, todo = [], [pid]
    while todo:
        parent = todo.pop()
        with suppress(OSError):
            text = Path(f"/proc/{parent}/task/{parent}/children").read_text()
            below = [int(each) for each in text.split()]
            found += below
            todo += below
    return found


def cpu_s(pid: int) -> float:
    """Seconds of processor that a process and those below it have taken, those that ended too."""
    return sum(_of_one(each) for each in (pid, *descendants(pid)))


def _of_one(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(int(fields[n]) for n in (11, 12, 13, 14)) / TICKS


def machine_s() -> float:
    """Seconds of processor that everybody on the machine has taken."""
    user, nice, system, _idle, _wait, irq, soft, *_more = (
        int(each) for each in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    )
    return (user + nice + system + irq + soft) / TICKS


@dataclass
class Meter:
    """Measures from when it is made."""

    web: int
    database: int

    def __post_init__(self) -> None:
        self._before = self._now()

    def _now(self) -> tuple[float, float, float, float]:
        return cpu_s(self.web), cpu_s(self.database), cpu_s(os.getpid()), machine_s()

    def said(self, n: int, seconds: float) -> str:
        """A sentence: what each of ``n`` took, and what others took of the machine meanwhile."""
        web, database, generator, machine = (
            now - before for now, before in zip(self._now(), self._before, strict=True)
        )
        ours = web + database + generator - (web if self.web in descendants(os.getpid()) else 0)
        others = max(0.0, machine - ours) / seconds
        return (
            f"{1000 * web / n:.1f} ms of processor in the web server and "
            f"{1000 * database / n:.1f} ms in PostgreSQL for each; others took {others:.1f} of "
            f"{os.cpu_count()} processors."
        )


def postmaster(folder: Path) -> int:
    """The first process of the server whose files are in a folder."""
    return int((folder / "postmaster.pid").read_text().split()[0])
