"""Work that goes on after the answer: jobs in PostgreSQL, done by the worker.

A job carries the appointment and the purpose that it was asked under, never values; both are
checked anew each time it enters (:meth:`Pass.enter`), so that an appointment that ended meanwhile
ends the job too. An app declares its jobs in ``tasks.py``::

    @app.task(name="people.check_list")
    def check_list(list_id: str, **carried: str) -> None:
        with Pass(**carried).enter():
            ...
"""

import asyncio
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from uuid import UUID

from django.utils import timezone
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from kapok.access.scope import Acting, acting_by_id, current
from kapok.errors import NotAllowed

__all__ = ["PLANS", "Pass", "app", "serve", "work_off"]
LOG = logging.getLogger("kapok.jobs")
POLL_S = 1.0
USUAL, PLANS = "default", "plans"  # plans take minutes: they have a queue and a turn of their own
STALLED_S = 30  # without a sign of the worker that took a job


@dataclass(frozen=True)
class Pass:
    """What a job carries so that it may act: keys as text, because jobs are stored as JSON."""

    appointment: str
    account: str
    purpose: str = ""

    @classmethod
    def of_current(cls, *, purpose: str = "") -> "Pass":
        """The pass of whoever acts now. Raises ``NotAllowed`` for who acts without appointment."""
        who = current()
        if who.appointment is None:
            raise NotAllowed("Only somebody with an appointment can leave work to be done.")
        return cls(str(who.appointment), str(who.account), purpose or who.purpose)

    def carried(self) -> dict[str, str]:
        """As arguments of a job."""
        return asdict(self)

    @contextmanager
    def enter(self) -> Iterator[Acting]:
        """Act again, now, in a transaction of its own; ``NotAllowed`` where that has ended."""
        entered = acting_by_id(
            UUID(self.appointment),
            at=timezone.now(),
            purpose=self.purpose,
            account=UUID(self.account),
        )
        with entered as who:
            yield who


def work_off() -> None:
    """Do all jobs that wait, in this thread, and return: for tests and for the command line."""
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector) as working:
        working.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def serve(stopped: threading.Event) -> None:
    """Do jobs as they come, in this thread, until ``stopped`` is set."""
    asyncio.run(_serve(stopped))


async def _serve(stopped: threading.Event) -> None:
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector) as working:
        async with working.open_async():
            running = [
                asyncio.create_task(
                    working.run_worker_async(
                        queues=[queue], install_signal_handlers=False, concurrency=1
                    )
                )
                for queue in (USUAL, PLANS)
            ]
            due = 0.0
            while not stopped.is_set() and not any(task.done() for task in running):
                if time.monotonic() >= due:
                    try:
                        await _take_up_again(working)
                    except ConnectorException:
                        LOG.exception("Plans whose worker was lost wait for the next look.")
                    due = time.monotonic() + STALLED_S
                await asyncio.sleep(POLL_S)
            for task in running:
                task.cancel()
            for ended in await asyncio.gather(*running, return_exceptions=True):
                if isinstance(ended, Exception):
                    raise ended


async def _take_up_again(working: App) -> None:
    """Let plans whose worker was lost be made from the start: they come out the same."""
    manager = working.job_manager
    for job in await manager.get_stalled_jobs(queue=PLANS, seconds_since_heartbeat=STALLED_S):
        await manager.retry_job(job)
