"""The worker: a process beside the web process that does jobs and periodic duties.

Jobs are what people leave to be done (:mod:`kapok.access.jobs`); duties are done again and again,
such as sealing the trace. One duty runs at a time, each with the moment it began; those of
calls and of the post run beside them: nobody waits at the telephone for a proof of the trace, nor
for others' computers. A duty that fails is written to the log and tried again at its next turn; so
a database that restarts is waited for.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from kapok.box import serve

LOG = logging.getLogger("kapok.worker")
AGAIN_S = 5  # after a worker has ended by itself
STOP_S = 10
POLL_S = 0.2


@dataclass(frozen=True)
class Duty:
    """Something to be done again and again: ``module:function``, which takes ``at=``."""

    name: str
    every_s: float
    where: str

    def run(self, at: datetime) -> None:
        """Do it once."""
        module, _, name = self.where.partition(":")
        getattr(import_module(module), name)(at=at)


# One line for each duty: add yours here.
DUTIES = (
    Duty("seal the trace", 1, "kapok.access.duties:seal"),
    Duty("mind clocks", 1, "kapok.matters.tasks:mind_clocks"),
    Duty("mind zones", 10, "kapok.zones.tasks:mind_zones"),
    Duty("export the trace's head", 60, "kapok.access.duties:export_head"),
    Duty("note deletions", 60, "kapok.box.deletions:note"),
    Duty("raise alarms", 60, "kapok.access.duties:raise_alarms"),
    Duty("delete after emergencies", 60, "kapok.access.duties:delete_after_emergencies"),
    Duty("delete what falls due", 3600, "kapok.access.duties:delete_what_falls_due"),
    Duty("forget old sign-ins", 3600, "kapok.access.duties:forget_sign_ins"),
    Duty("recount stairwells", 600, "kapok.outreach.tasks:recount_stairwells"),
    Duty("tidy doors", 3600, "kapok.doors.tasks:tidy"),
    Duty("prove the trace", 24 * 3600, "kapok.access.duties:prove_trace"),
)

# Somebody waits at the telephone: they do not wait for a proof of the trace that takes minutes.
CALLS = (
    Duty("sweep calls", 1, "kapok.hotline.tasks:sweep_calls"),
    Duty("mind call-backs", 10, "kapok.hotline.tasks:mind_backs"),
)

# Messages to telephones and chats wait for others' computers: they have a thread of their own.
POST = (
    Duty("queue messages", 1, "kapok.outreach.tasks:queue_messages"),
    Duty("send messages", 1, "kapok.outreach.tasks:send_messages"),
)


def work(
    stopped: threading.Event,
    *,
    clock: Callable[[], datetime],
    duties: tuple[Duty, ...] = DUTIES,
) -> None:
    """Run the duties, each at its time, until ``stopped`` is set."""
    due = {duty: time.monotonic() for duty in duties}
    failing: set[Duty] = set()
    while not stopped.is_set():
        duty = min(duties, key=lambda duty: due[duty])
        wait = due[duty] - time.monotonic()
        if wait > 0:
            stopped.wait(wait)
            continue
        _once(duty, clock(), failing)
        due[duty] = max(due[duty] + duty.every_s, time.monotonic())


def _once(duty: Duty, at: datetime, failing: set[Duty]) -> None:
    """Do a duty. The first of several failures goes to the log; a spoilt connection is left."""
    from django.db import connections

    try:
        duty.run(at)
    except Exception:
        if duty not in failing:
            LOG.exception("The worker could not %s; it tries again.", duty.name)
        failing.add(duty)
        connections.close_all()
    else:
        if duty in failing:
            LOG.warning("The worker can %s again.", duty.name)
        failing.discard(duty)


def main() -> int:
    """Run the duties in this process, until SIGTERM or SIGINT; Django is set up already."""
    from django.utils import timezone

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopped.set())
    beside = [
        threading.Thread(target=_serve_jobs, args=(stopped,), daemon=True),
        threading.Thread(target=_beside, args=(stopped, CALLS), daemon=True),
        threading.Thread(target=_beside, args=(stopped, POST), daemon=True),
    ]
    for thread in beside:
        thread.start()
    work(stopped, clock=timezone.now)
    for thread in beside:
        thread.join(STOP_S)
    return 0


def _beside(stopped: threading.Event, duties: tuple[Duty, ...]) -> None:
    """Do duties that wait for no others: each turn takes a few seconds at most."""
    from django.utils import timezone

    work(stopped, clock=timezone.now, duties=duties)


def _serve_jobs(stopped: threading.Event) -> None:
    """Do jobs as they come; where the database goes away, wait for it and begin anew."""
    from django.db import connections

    from kapok.access import jobs

    is_failing = False
    while not stopped.is_set():
        try:
            jobs.serve(stopped)
            is_failing = False
        except Exception:
            if not is_failing:
                LOG.exception("The worker could not do jobs; it tries again.")
            is_failing = True
            connections.close_all()
            stopped.wait(AGAIN_S)


@contextmanager
def beside() -> Iterator[None]:
    """A worker beside this process, for as long as it lasts; started again if it ends by itself."""
    stopped = threading.Event()
    watch = threading.Thread(target=_keep_one, args=(stopped,), daemon=True)
    watch.start()
    try:
        yield
    finally:
        stopped.set()
        watch.join(2 * STOP_S)


def _keep_one(stopped: threading.Event) -> None:
    while not stopped.is_set():
        command = [sys.executable, "-m", "kapok.box.worker", str(os.getpid())]
        process = subprocess.Popen(command, start_new_session=True)  # Ctrl-C is for the parent
        while process.poll() is None and not stopped.wait(POLL_S):
            pass
        if process.poll() is None:
            _stop(process)
        else:
            stopped.wait(AGAIN_S)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _child(parent: int) -> int:
    """The worker process itself; it ends when its parent does."""
    threading.Thread(target=serve.end_with, args=(parent,), daemon=True).start()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapok.settings")
    import django

    django.setup()
    return main()


if __name__ == "__main__":
    sys.exit(_child(int(sys.argv[1])))
