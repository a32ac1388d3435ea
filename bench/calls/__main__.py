"""``python -m bench.calls``: a hotline at its busiest, on the screens of two hundred people.

Two hundred operators and four boards look on as their pages do (a pulse, and what changed), while a
telephone system tells of twenty calls a second: each rings, is answered and ends. The peer is the
same with pages that ask for their parts each second. Browsers and telephone system run on the same
cores.
"""

import argparse
import asyncio
import os
import sys
import threading
import time
from functools import partial


def main() -> None:
    """Make a box of its own, play, and print Markdown tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.calls", description=__doc__)
    parser.add_argument("--rate", type=float, default=20, help="calls in a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--port", type=int, default=18342)
    parser.add_argument("--only", choices=("pulse", "poll"), help="one of the two ways alone")
    asked = parser.parse_args()
    if not os.environ.get("KAPOK_DATA"):
        sys.exit("Set KAPOK_DATA to a new folder for this bench: it is filled with calls.")
    os.environ["KAPOK_PORT"] = str(asked.port)
    from bench import processes
    from kapok.box import session
    from kapok.box.folder import data_folder

    with session.running():
        from bench.calls import asking, town
        from bench.intake.town import serving

        made = town.ensure()
        names, runs = [], []
        with serving(asked.port) as web:
            database = processes.postmaster(data_folder() / "postgres")
            for name, pulses in (("pulse", True), ("poll", False)):
                if asked.only not in {None, name}:
                    continue
                print(f"{name}: load of the machine {os.getloadavg()[0]:.1f}", file=sys.stderr)
                began: list[tuple[processes.Meter, float]] = []
                hall = asking.Hall(made, asked.port, pulses=pulses)
                with_clerk = _Clerk(town)
                ready = partial(_begin, began, processes, web, database)
                runs.append(asyncio.run(hall.play(asked.rate, asked.seconds, ready)))
                with_clerk.stop()
                [(meter, at)] = began
                print(name, meter.said(len(runs[-1].told), time.monotonic() - at))
                names.append(name)
                print(town.n_stored())
                town.tidy()
        print(asking.table(names, runs))


def _begin(began: list, processes, web: int, database: int) -> None:
    began.append((processes.Meter(web, database), time.monotonic()))


class _Clerk:
    """Closes what was wrapped up, four times a second, beside the browsers."""

    def __init__(self, town) -> None:
        self.town = town
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while not self.ends.wait(0.25):
            self.town.wrap_up()

    def stop(self) -> None:
        self.ends.set()
        self.thread.join()


if __name__ == "__main__":
    main()
