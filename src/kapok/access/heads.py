"""Heads of the trace, written to files: a chain alone does not show that its end was cut off.

``trace-heads/2026-03-02.txt`` in the data folder gets one line for the newest block, at most each
minute: number, hash, entries, time. Whoever watches over the trace keeps copies elsewhere.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from kapok.access import chain
from kapok.access.chain import Fault
from kapok.access.models import TraceBlock
from kapok.access.trace import LOCAL
from kapok.box.folder import data_folder


@dataclass(frozen=True)
class Head:
    """One line of a file of heads."""

    file: str
    number: int
    sha256: str
    n_entries: int
    sealed_at: str


def folder() -> Path:
    """Where this box keeps its heads."""
    return data_folder() / "trace-heads"


def export(*, at: datetime) -> Head | None:
    """Add the newest block to the file of the day; ``None`` where nothing is new."""
    newest = TraceBlock.objects.order_by("-number").first()
    home = folder()
    last = _last_line(home)
    if newest is None or (last and last.number >= newest.number):
        return None
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{at.astimezone(LOCAL):%Y-%m-%d}.txt"
    sealed = newest.sealed_at.astimezone(LOCAL).isoformat(timespec="microseconds")
    head = Head(name, newest.number, bytes(newest.sha256).hex(), newest.n_entries, sealed)
    line = f"{head.number} {head.sha256} {head.n_entries} {head.sealed_at}\n"
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    with os.fdopen(os.open(home / name, flags, 0o600), "w") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    return head


def compare(home: Path) -> tuple[int, list[Fault]]:
    """Compare all exported heads with the chain: how many there are, and what is not the same."""
    n, faults, highest = 0, [], 0
    for path in _files(home):
        for head in _read(path):
            if isinstance(head, Fault):
                faults.append(head)
                continue
            n += 1
            fault = _of(head)
            if fault:
                faults.append(fault)
            elif head.number < highest:
                sentence = _("%(file)s: the head of block %(block)s stands after a later one.")
                names = {"file": head.file, "block": head.number}
                faults.append(Fault(head.number, None, sentence % names))
            highest = max(highest, head.number)
    return n, faults


def _of(head: Head) -> Fault | None:
    names = {"file": head.file, "block": head.number}
    stored = chain.hash_of(head.number)
    if stored is None:
        sentence = _("%(file)s holds the head of block %(block)s, which is gone from the trace.")
    elif stored != head.sha256:
        sentence = _("%(file)s holds another hash for block %(block)s than the trace.")
    else:
        return None
    return Fault(head.number, None, sentence % names)


def _read(path: Path) -> Iterator[Head | Fault]:
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
        parts = line.split(" ")
        try:
            block, sha256, n_entries, sealed_at = parts
            yield Head(path.name, int(block), sha256, int(n_entries), sealed_at)
        except ValueError:
            sentence = _("%(file)s, line %(line)s is not a head of the trace.")
            yield Fault(None, None, sentence % {"file": path.name, "line": number})


def _files(home: Path) -> list[Path]:
    return sorted(home.glob("*.txt")) if home.is_dir() else []


def _last_line(home: Path) -> Head | None:
    for path in reversed(_files(home)):
        heads = [head for head in _read(path) if isinstance(head, Head)]
        if heads:
            return heads[-1]
    return None
