"""The proof that the trace was not changed: sealing it block by block, and computing it anew."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from kapok.access.models import TraceBlock, TraceCheck

KEPT = timedelta(days=3 * 365)  # PIPL 56; trace_forget() in sql/trace.sql holds to it too
KEY, HASH = 16, 16  # bytes of an entry's key and of its hash in a block's list
AT_ONCE = 20_000  # entries that are fetched together
MOST_FAULTS = 100  # then the rest is not worth telling one by one

BLOCKS = """
    SELECT number, (extract(epoch FROM sealed_at) * 1000000)::bigint, n_entries, previous, entries,
        sha256
    FROM access_traceblock WHERE number > %s ORDER BY number LIMIT 200
"""
# The words of trace_text() in sql/trace.sql, written out, so that no one change alters both.
ENTRIES = """
    COPY (
        SELECT block, id, concat_ws('|', id, (extract(epoch FROM at) * 1000000)::bigint,
            coalesce(account::text, '-'), coalesce(appointment::text, '-'), role, purpose, action,
            coalesce(place::text, '-'), n_subjects, array_to_string(subjects, ','), outside_hours,
            coalesce(request::text, '-'))
        FROM access_look WHERE block >= %s AND block <= %s ORDER BY block, id
    ) TO STDOUT
"""


@dataclass(frozen=True)
class Fault:
    """Something about the trace that is not as it was sealed; ``entry`` where it is about one."""

    block: int | None
    entry: UUID | None
    sentence: str


@dataclass(frozen=True)
class Proof:
    """What computing the chain anew has found."""

    n_blocks: int
    n_entries: int
    n_forgotten: int
    last_block: int | None
    last_sha256: str
    n_open: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Block:
    """One block as it is stored, with the hash that follows from it."""

    number: int
    sealed_us: int
    n_entries: int
    previous: bytes
    entries: bytes
    sha256: bytes

    def computed(self) -> bytes:
        """The hash of what the block says."""
        heading = f"{self.number}|{self.sealed_us}|{self.n_entries}".encode()
        return hashlib.sha256(self.previous + heading + self.entries).digest()

    def listed(self) -> dict[bytes, bytes]:
        """The hash of each entry, by the entry's key."""
        step = KEY + HASH
        parts = (self.entries[start : start + step] for start in range(0, len(self.entries), step))
        return {part[:KEY]: part[KEY:] for part in parts}


def seal(*, at: datetime) -> list[int]:
    """Seal all entries that are committed and open; the numbers of the new blocks."""
    made: list[int] = []
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT trace_seal(%s)", [at])
            [number] = cursor.fetchone()
            if number is None:
                return made
            made.append(number)


def verify(
    *, at: datetime, on_progress: Callable[[int, int], None] = lambda done, total: None
) -> Proof:
    """Compute the whole chain anew and say what is not as it was sealed.

    Whoever acts must be allowed to read the trace of all places. Entries of more than three years
    ago may be gone; their blocks may not.
    """
    faults: list[Fault] = []
    n_blocks = n_entries = n_forgotten = 0
    total = _count("block IS NOT NULL")
    before = Block(0, 0, 0, b"", b"", b"")
    oldest_us = int((at - KEPT).timestamp() * 1_000_000)
    for blocks in _bundles():
        entries = _entries(blocks[0].number, blocks[-1].number)
        for block in blocks:
            faults += _of_chain(before, block)
            found = entries.get(block.number, {})
            if not found and block.n_entries and block.sealed_us < oldest_us:
                n_forgotten += block.n_entries
            else:
                faults += _of_entries(block, found)
            n_blocks, n_entries, before = n_blocks + 1, n_entries + len(found), block
        on_progress(n_entries, total)
        if len(faults) > MOST_FAULTS:
            break
    else:
        faults += _beyond(before.number)
    return Proof(
        n_blocks=n_blocks,
        n_entries=n_entries,
        n_forgotten=n_forgotten,
        last_block=before.number or None,
        last_sha256=before.sha256.hex(),
        n_open=_count("block IS NULL"),
        faults=tuple(faults[:MOST_FAULTS]),
    )


def note(proof: Proof, *, at: datetime) -> TraceCheck:
    """Keep what a check has found, for the auditor's page."""
    return TraceCheck.objects.create(
        at=at,
        last_block=proof.last_block,
        n_blocks=proof.n_blocks,
        n_entries=proof.n_entries,
        n_faults=len(proof.faults),
        first_fault=proof.faults[0].sentence[:300] if proof.faults else "",
    )


def with_faults(proof: Proof, more: list[Fault]) -> Proof:
    """The proof with faults that were found elsewhere, such as in exported heads."""
    return replace(proof, faults=(*proof.faults, *more))


def hash_of(number: int) -> str | None:
    """The hash of a block as it is stored, or ``None`` where there is no such block."""
    block = TraceBlock.objects.filter(pk=number).only("sha256").first()
    return bytes(block.sha256).hex() if block else None


def _bundles() -> Iterator[list[Block]]:
    """The blocks in order, a few at a time: as many as hold some ten thousand entries."""
    last, bundle, size = 0, list[Block](), 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(BLOCKS, [last])
            rows = cursor.fetchall()
        for number, sealed_us, n, previous, entries, sha256 in rows:
            block = Block(number, sealed_us, n, bytes(previous), bytes(entries), bytes(sha256))
            if bundle and size + n > AT_ONCE:
                yield bundle
                bundle, size = [], 0
            bundle.append(block)
            size += n
        if not rows:
            break
        last = rows[-1][0]
    if bundle:
        yield bundle


def _entries(first: int, last: int) -> dict[int, dict[bytes, bytes]]:
    """The hashes of the entries of some blocks: block -> key -> hash."""
    found: dict[int, dict[bytes, bytes]] = {}
    with connection.cursor() as cursor, cursor.copy(ENTRIES, (first, last)) as copy:
        for block, key, text in copy.rows():
            digest = hashlib.sha256(text.encode()).digest()[:HASH]
            found.setdefault(int(block), {})[bytes.fromhex(key.replace("-", ""))] = digest
    return found


def _of_chain(before: Block, block: Block) -> Iterator[Fault]:
    """What is wrong about a block itself and its link to the one before it."""
    if block.number != before.number + 1:
        sentence = _("Block %(missing)s is gone: block %(found)s follows block %(before)s.")
        names = {"missing": before.number + 1, "found": block.number, "before": before.number}
        yield Fault(before.number + 1, None, sentence % names)
    elif block.previous != before.sha256:
        sentence = _("Block %(block)s does not follow from the block before it.")
        yield Fault(block.number, None, sentence % {"block": block.number})
    if block.computed() != block.sha256:
        sentence = _("Block %(block)s was changed: its hash is not that of what it lists.")
        yield Fault(block.number, None, sentence % {"block": block.number})


def _of_entries(block: Block, found: dict[bytes, bytes]) -> Iterator[Fault]:
    """Which entries of a block are gone, changed, or were never sealed with it."""
    listed = block.listed()
    if listed == found:
        return
    for key in sorted(listed.keys() | found.keys()):
        if key not in found:
            sentence = _("Entry %(entry)s of block %(block)s is gone.")
        elif key not in listed:
            sentence = _("Entry %(entry)s was put into block %(block)s after it was sealed.")
        elif listed[key] != found[key]:
            sentence = _("Entry %(entry)s of block %(block)s was changed.")
        else:
            continue
        entry = UUID(bytes=key)
        yield Fault(block.number, entry, sentence % {"entry": entry, "block": block.number})


def _beyond(last: int) -> Iterator[Fault]:
    """Entries of blocks that are not there any more."""
    n = _count("block > %s", last)
    if n:
        sentence = _("%(n)s entries belong to blocks after block %(last)s, which are gone.")
        yield Fault(last + 1, None, sentence % {"n": n, "last": last})


def _count(where: str, *values: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM access_look WHERE {where}", list(values))
        [n] = cursor.fetchone()
    return n
