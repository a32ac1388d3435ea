"""``kapok up``: from nothing to a served page, and back to a quiet machine at Ctrl-C."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from kapok.box import folder, serve, session, worker

FULL = 20 * folder.MB


def up() -> int:
    """Set up the box, load the sample town if there is no town, and serve until told to stop."""
    signal.signal(signal.SIGTERM, _stop)
    port = serve.chosen_port()
    loaded = False
    try:
        with _disk_with_room(), session.running(alone=True):
            said = _prepare(port)
            loaded = True
            with worker.beside():
                serve.serve(port, on_ready=lambda: _print(said))
    except KeyboardInterrupt:
        if not loaded:
            _say("Stopped before the town was complete; nothing of it was kept.")
            return 1
    _say("Kapok has stopped.")
    return 0


def _prepare(port: int) -> str:
    """Bring collected files, town and accounts up to date; what to say once pages are served."""
    from kapok.access.operations import open_demo_accounts
    from kapok.box import first_load, statics

    statics.collect(folder.data_folder())
    first_load.ensure_town()
    first_load.ensure_packs()
    first_load.ensure_people()
    first_load.ensure_accounts()  # a town that was imported, and never served
    lines = [f"Kapok is up: http://{serve.ADDRESS}:{port}"]
    accounts = open_demo_accounts()
    if accounts:
        lines += ["", "Demo accounts of this box (for trying it):"]
        width = max(len(user.username) for user, _ in accounts)
        lines += [f"  {u.username:{width}}  {password}  {u.name}" for u, password in accounts]
    return "\n".join([*lines, "", "Ctrl-C stops Kapok; its data stays."])


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
