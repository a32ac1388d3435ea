"""The real web process and the real worker, each a process that can be killed."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

from bench.processes import descendants

WEB = """
import sys
from kapok.box import serve
from kapok.box.tls.reach import Reach
serve.serve(Reach("127.0.0.1", sys.argv[1], None, False, True, ()), on_ready=print)
"""
WORKER = "import sys; from kapok.box.worker import _child; sys.exit(_child(int(sys.argv[1])))"
READY_S = 90


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """One of ours, started anew after it was killed."""

    def __init__(self, code: str, *arguments: str) -> None:
        self.code, self.arguments = code, arguments
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", self.code, *self.arguments],
            env=os.environ.copy(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if not os.environ.get("KAPOK_BENCH_LOUD") else None,
        )

    @property
    def pid(self) -> int:
        """Its number."""
        assert self.process is not None
        return self.process.pid

    def kill(self) -> None:
        """SIGKILL it and whatever it started."""
        assert self.process is not None
        for pid in [*descendants(self.process.pid), self.process.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def kill_one_below(self, choice: int) -> None:
        """SIGKILL one of what it started, which it starts anew by itself."""
        assert self.process is not None
        below = descendants(self.process.pid)
        if below:
            with suppress(ProcessLookupError):
                os.kill(below[choice % len(below)], signal.SIGKILL)

    def end(self) -> None:
        assert self.process is not None
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()


def web(port: int) -> Process:
    return Process(WEB, str(port))


def worker() -> Process:
    return Process(WORKER, str(os.getpid()))


def wait_until_ready(port: int) -> None:
    """Until it answers."""
    began = time.monotonic()
    while time.monotonic() - began < READY_S:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health/")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise AssertionError("The web process does not answer.")
