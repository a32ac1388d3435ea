"""Serve the pages on this machine, until somebody says stop."""

import http.client
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from kapok.errors import Refused

ADDRESS = "127.0.0.1"
DEFAULT_PORT = "8000"
WORKERS = 2  # one answers while the other draws
THREADS = 4  # in each worker, each with its own connection to the database
STOP_S = 10
POLL_S = 0.1


def chosen_port() -> int:
    """The port that ``KAPOK_PORT`` says, tried by listening on it for a moment.

    Raises :class:`~kapok.errors.Refused` when it is no port, taken or not allowed.
    """
    said = os.environ.get("KAPOK_PORT") or DEFAULT_PORT
    if not (said.isascii() and said.isdigit() and 0 < int(said) < 2**16):
        raise Refused(f"KAPOK_PORT is “{said}”; it must be a port, a number from 1 to 65535.")
    port = int(said)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
            probe.listen()
        except PermissionError as error:
            raise Refused(
                f"Port {port} is not for ordinary users. Choose one over 1023: KAPOK_PORT=8001."
            ) from error
        except OSError as error:
            raise Refused(
                f"Port {port} is in use by another program. Stop that program, or choose another "
                "port: KAPOK_PORT=8001."
            ) from error
    return port


def serve(port: int, *, on_ready: Callable[[], None]) -> None:
    """Answer requests until SIGINT or SIGTERM; ``on_ready`` is called at the first answer."""
    multiprocessing.set_start_method("spawn", force=True)  # the parent has threads by now
    server = Granian(
        "kapok.wsgi:application",
        address=ADDRESS,
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        workers_kill_timeout=STOP_S,
        respawn_failed_workers=True,
        # Its warnings tell of workers that it ends at Ctrl-C, which is nobody's business here.
        log_level=LogLevels.error,
    )
    stopped = threading.Event()
    watch = threading.Thread(target=_when_ready, args=(port, on_ready, stopped), daemon=True)
    watch.start()
    try:
        server.serve(target_loader=load)
    finally:
        stopped.set()


def load(target: str) -> Any:
    """Load the application in a worker, which ends when the process that started it does.

    Ctrl-C on the terminal is for that process alone, which then stops its workers.
    """
    os.setsid()
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


def end_with(parent: int) -> None:
    """End this process when its parent has ended."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGKILL)


def _when_ready(port: int, on_ready: Callable[[], None], stopped: threading.Event) -> None:
    while not stopped.wait(POLL_S):
        connection = http.client.HTTPConnection(ADDRESS, port, timeout=STOP_S)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            continue
        finally:
            connection.close()
        on_ready()
        return
