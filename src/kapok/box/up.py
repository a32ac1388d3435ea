"""``kapok up``: from nothing to a served page, and back to a quiet machine at Ctrl-C."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType

from kapok.box import folder, serve, session, worker
from kapok.box.tls import enrolment, operations, plain
from kapok.box.tls import reach as reaches
from kapok.box.tls.enrolment import Enrolment
from kapok.box.tls.reach import Reach
from kapok.errors import Refused

FULL = 20 * folder.MB


def up() -> int:
    """Set up the box, load the sample town if there is no town, and serve until told to stop."""
    signal.signal(signal.SIGTERM, _stop)
    reach = _reach()
    enrolled = enrolment.of(reach, os.environ)
    loaded = False
    try:
        with _disk_with_room(), session.running(alone=True):
            said = _prepare(reach, enrolled)
            loaded = True
            with worker.beside(), _enrolling(reach, enrolled):
                serve.serve(reach, on_ready=lambda: _print(said))
    except KeyboardInterrupt:
        if not loaded:
            _say("Stopped before the town was complete; nothing of it was kept.")
            return 1
    _say("Kapok has stopped.")
    return 0


def _reach() -> Reach:
    """From where Kapok is reached, with a certificate renewed where it is time.

    Raises :class:`~kapok.errors.Refused` where it cannot be served there, or not safely.
    """
    reach = reaches.of(os.environ)
    serve.chosen_port(reach)
    reaches.refuse_unprotected(reach)
    said = None if reach.is_plain else operations.renew_if_due(at=datetime.now(UTC))
    if said:
        _say(said)
    return reaches.of(os.environ)


def _prepare(reach: Reach, enrolled: Enrolment | None) -> str:
    """Bring collected files, town and accounts up to date; what to say once pages are served."""
    from kapok.access.operations import open_demo_accounts
    from kapok.box import first_load, statics

    if reach.is_beyond:
        _refuse_demo()
    statics.collect(folder.data_folder())
    first_load.ensure_town()
    first_load.ensure_packs()
    if not reach.is_beyond:
        first_load.ensure_people()
        first_load.ensure_accounts()  # a town that was imported, and never served
    lines = [f"Kapok is up: {reach.base}"]
    if enrolled:
        lines += [f"Phones come to trust it at {enrolled.page} (kapok tls qr)."]
    accounts = [] if reach.is_beyond else open_demo_accounts()
    if accounts:
        lines += ["", "Demo accounts of this box (for trying it):"]
        width = max(len(user.username) for user, _ in accounts)
        lines += [f"  {u.username:{width}}  {password}  {u.name}" for u, password in accounts]
    return "\n".join([*lines, "", "Ctrl-C stops Kapok; its data stays."])


def _refuse_demo() -> None:
    """Refuse to let other machines in where anybody might know a password."""
    from django.conf import settings

    from kapok.access.models import User

    n_open = User.objects.filter(is_demo=True, is_active=True).count()
    if n_open:
        raise Refused(
            f"Other machines would come in (KAPOK_ADDRESS, KAPOK_HOSTS), and {n_open} demo "
            "accounts are open. Close them with kapok account close --demo, or begin with an empty "
            "KAPOK_DATA; then start with KAPOK_DEMO=no."
        )
    if settings.DEMO:
        raise Refused(
            "Other machines would come in (KAPOK_ADDRESS, KAPOK_HOSTS), and this box is one for "
            "trying. Say KAPOK_DEMO=no."
        )


@contextmanager
def _enrolling(reach: Reach, enrolled: Enrolment | None) -> Iterator[None]:
    """The port without HTTPS beside, where phones need it."""
    port = enrolment.chosen_port(reach, os.environ)
    if enrolled is None or port is None:
        yield
        return
    from kapok.box.tls import pages

    serve.try_port(reach.ip, port, setting="KAPOK_ENROL_PORT")
    answers = plain.Answers(pages.files(enrolled), reach.base, frozenset(reach.hosts))
    with plain.beside(reach.ip, port, answers):
        yield


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(sentence: str) -> None:
    sys.stderr.write(f"\n{sentence}\n")


@contextmanager
def _disk_with_room() -> Iterator[None]:
    """Turn a failure that a full disk explains, whoever met it, into a sentence."""
    try:
        yield
    except Exception:
        home = folder.data_folder()
        if home.exists():
            folder.refuse_full_disk(home, FULL)
        raise
