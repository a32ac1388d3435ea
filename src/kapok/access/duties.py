"""What the worker does again and again for ``kapok.access``; each acts as what it needs to be."""

import logging
from datetime import datetime

from django.utils import translation

from kapok.access import alarms, chain, heads, messages, operations, phone_codes, retention
from kapok.access.scope import acting, of_box, of_watch

LOG = logging.getLogger("kapok.trace")


def seal(*, at: datetime) -> None:
    """Seal what was written to the trace."""
    chain.seal(at=at)


def export_head(*, at: datetime) -> None:
    """Write the newest block's hash to the file of the day."""
    heads.export(at=at)


def forget_sign_ins(*, at: datetime) -> None:
    """Delete sessions that have run out, old codes of residents and what the outbox kept."""
    operations.forget_sessions(at=at)
    phone_codes.forget_old(at=at)
    with acting(of_box(at=at)):
        messages.forget_old(at=at)


def raise_alarms(*, at: datetime) -> None:
    """Look for odd behaviour, today and yesterday."""
    with acting(of_watch(at=at)):
        alarms.raise_all(at=at)


def delete_after_emergencies(*, at: datetime) -> None:
    """Delete what only emergencies that have ended justified."""
    with translation.override("zh-hans"):
        retention.delete_due(at=at, hanging_on_emergency=True)


def delete_what_falls_due(*, at: datetime) -> None:
    """Delete what was kept for as long as its purpose needs it."""
    with translation.override("zh-hans"):
        retention.delete_due(at=at)


def prove_trace(*, at: datetime) -> None:
    """Compute the chain anew; a fault goes to the log and to the auditor's page."""
    with acting(of_watch(at=at)):
        proof = chain.verify(at=at)
        n_heads, faults = heads.compare(heads.folder())
        found = [*proof.faults, *faults]
        chain.note(chain.with_faults(proof, faults), at=at)
    for fault in found:
        LOG.error("The trace is not as it was sealed (%s heads compared): %s", n_heads, fault)
