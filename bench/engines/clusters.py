"""Dask clusters of separate processes on this machine."""

import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from distributed import Client

LONGEST_START_S = 120
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """A port of 127.0.0.1 at which nobody listens."""
    with socket.socket() as open_socket:
        open_socket.bind(("127.0.0.1", 0))
        return open_socket.getsockname()[1]


@dataclass
class Cluster:
    """A scheduler, and the workers that were started for it."""

    folder: Path
    port: int = field(default_factory=free_port)
    scheduler: subprocess.Popen[bytes] = field(init=False)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scheduler = self._started("scheduler", "--port", str(self.port))

    @property
    def address(self) -> str:
        """Where the scheduler listens."""
        return f"tcp://127.0.0.1:{self.port}"

    def add_worker(self, *words: str) -> int:
        """Start a worker of one thread; its process."""
        own = self.folder / f"worker-{len(self.workers)}"
        words = (self.address, "--nthreads", "1", "--no-nanny", "--local-directory", own, *words)
        self.workers.append(self._started("worker", *map(str, words)))
        return self.workers[-1].pid

    def wait(self) -> None:
        """Wait for all that was started, which takes a busy machine its time."""
        with Client(self.address, timeout=LONGEST_START_S) as client:
            client.wait_for_workers(len(self.workers), timeout=LONGEST_START_S)

    def stop(self) -> None:
        """End all that was started, and nothing else."""
        for process in (*self.workers, self.scheduler):
            process.send_signal(signal.SIGKILL)
            process.wait()

    def _started(self, what: str, *words: str) -> subprocess.Popen[bytes]:
        program = [sys.executable, "-m", f"distributed.cli.dask_{what}"]
        return subprocess.Popen(
            [*program, "--host", "127.0.0.1", "--no-dashboard", *words],
            env=os.environ
            | {
                "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
                "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
            },
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / f"{what}.log").open("ab"),
        )
