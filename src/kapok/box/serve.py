"""Serve the pages on this machine, until somebody says stop."""

import errno
import gc
import http.client
import multiprocessing
import os
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from granian import Granian
from granian.constants import Interfaces, SSLProtocols
from granian.log import LogLevels

from kapok.box import turns
from kapok.box.tls import store
from kapok.box.tls.names import Address
from kapok.box.tls.reach import Reach
from kapok.errors import Refused

LOOPBACK = {4: "127.0.0.1", 6: "::1"}
WORKERS = 2  # one answers while the other draws
STOP_S = 10
POLL_S = 0.1
RARELY = (20_000, 20, 50)  # a page makes thousands of objects, and leaves hardly any cycle


def chosen_port(reach: Reach) -> int:
    """The port that ``KAPOK_PORT`` says, tried by listening on it for a moment.

    Raises :class:`~kapok.errors.Refused` when it is no port, taken or not allowed.
    """
    said = reach.port
    if not (said.isascii() and said.isdigit() and 0 < int(said) < 2**16):
        raise Refused(f"KAPOK_PORT is “{said}”; it must be a port, a number from 1 to 65535.")
    try_port(reach.ip, int(said), setting="KAPOK_PORT")
    return int(said)


def try_port(address: Address, port: int, *, setting: str) -> None:
    """Listen on a port for a moment.

    Raises :class:`~kapok.errors.Refused` when it is taken or not allowed; another port is for the
    ``setting`` to choose.
    """
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((str(address), port))
            probe.listen()
        except PermissionError as error:
            raise Refused(
                f"Port {port} is not for ordinary users. Choose one over 1023: {setting}=8001."
            ) from error
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise Refused(
                    f"KAPOK_ADDRESS is {address}, which this machine does not have. Give one of "
                    "its own, or 0.0.0.0 for all of them."
                ) from error
            raise Refused(
                f"Port {port} is in use by another program. Stop that program, or choose another "
                f"port: {setting}={8001 if port != 8001 else 8002}."
            ) from error


def serve(reach: Reach, *, on_ready: Callable[[], None]) -> None:
    """Answer requests until SIGINT or SIGTERM; ``on_ready`` is called at the first answer.

    With a certificate, HTTPS is spoken: TLS 1.2 as well, for phones of some years ago.
    """
    multiprocessing.set_start_method("spawn", force=True)  # the parent has threads by now
    pem = store.server_file() if reach.held else None
    server = Granian(
        "kapok.wsgi:application",
        address=reach.address,
        port=int(reach.port),
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=turns.MOST,
        workers_kill_timeout=STOP_S,
        respawn_failed_workers=True,
        # Its warnings tell of workers that it ends at Ctrl-C, which is nobody's business here.
        log_level=LogLevels.error,
        ssl_cert=pem,
        ssl_key=pem,
        ssl_protocol_min=SSLProtocols.tls12,
    )
    stopped = threading.Event()
    watch = threading.Thread(target=_when_ready, args=(reach, on_ready, stopped), daemon=True)
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
    found = getattr(import_module(module), name)
    # Half a million objects stay as long as the worker does. To look through them for garbage
    # again and again would hold all requests up, for a third of a second each time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*RARELY)
    return found


def end_with(parent: int) -> None:
    """End this process when its parent has ended."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGKILL)


def _when_ready(reach: Reach, on_ready: Callable[[], None], stopped: threading.Event) -> None:
    while not stopped.wait(POLL_S):
        connection = _connection(reach)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            continue
        finally:
            connection.close()
        on_ready()
        return


def _connection(reach: Reach) -> http.client.HTTPConnection:
    """A connection to Kapok itself; over HTTPS, whoever answers must have Kapok's certificate."""
    host = LOOPBACK[reach.ip.version] if reach.ip.is_unspecified else reach.address
    if reach.held is None:
        return http.client.HTTPConnection(host, int(reach.port), timeout=STOP_S)
    context = ssl.create_default_context(cafile=str(store.server_file()))
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.check_hostname = False
    return http.client.HTTPSConnection(host, int(reach.port), timeout=STOP_S, context=context)
