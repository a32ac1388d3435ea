"""``python -m bench.intake``: single reports through the interface, offered in an open loop.

Whoever offers does not wait for answers: a report is sent at its moment whether the one before it
was answered or not, as it is with a crowd. The latency counts from that moment, so that a server
that falls behind cannot hide it. The generator runs on the same cores.
"""

import argparse
import os
import sys


def main() -> None:
    """Make a box of its own, offer reports to it at a rate, and print a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m bench.intake", description=__doc__)
    parser.add_argument("--rate", type=float, default=150, help="reports in a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--port", type=int, default=18311)
    parser.add_argument("--climb", action="store_true", help="find where p95 passes a second")
    asked = parser.parse_args()
    if not os.environ.get("KAPOK_DATA"):
        sys.exit("Set KAPOK_DATA to a folder of its own for this bench: it is filled with matters.")
    os.environ["KAPOK_PORT"] = str(asked.port)
    from bench import processes
    from kapok.box import session
    from kapok.box.folder import data_folder

    with session.running():
        from bench.intake import offering, town

        key = town.ensure()
        with town.serving(asked.port) as web:
            offering.offer(asked.port, key, 10, 2, seed=1)  # warm
            meter = processes.Meter(web, processes.postmaster(data_folder() / "postgres"))
            runs = [offering.offer(asked.port, key, asked.rate, asked.seconds)]
            spent = meter.said(runs[0].n_offered, runs[0].within_s)
            if asked.climb:
                runs += offering.climb(asked.port, key, asked.rate)
        print(offering.markdown(runs))
        print(spent)
        print(f"Stored: {town.n_matters():,} matters, answered as taken: "
              f"{sum(run.n_taken for run in runs):,}.")  # fmt: skip


if __name__ == "__main__":
    main()
