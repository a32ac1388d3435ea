"""``python -m bench.portal``: an eight o'clock rush at the online home, in an open loop.

Pages of a community's home and self-reports of households are offered at their moments, whether
those before them were answered or not; latencies count from that moment. Each household sends from
an address of its own (127.x.y.z), as in life, so that the limits of one address stand as they are.
The generator runs on the same cores.
"""

import argparse
import os
import sys


def main() -> None:
    """Make a box of its own, offer pages and self-reports, and print Markdown tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.portal", description=__doc__)
    parser.add_argument("--pages", type=float, default=300, help="pages in a second; 0: none")
    parser.add_argument("--reports", type=float, default=100, help="self-reports in a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--ill", type=float, default=0.05, help="share of households with symptoms")
    parser.add_argument("--port", type=int, default=18312)
    parser.add_argument(
        "--climb", action="store_true", help="find where one in ten is told to come again"
    )
    asked = parser.parse_args()
    if not os.environ.get("KAPOK_DATA"):
        sys.exit("Set KAPOK_DATA to a folder of its own for this bench: it is filled with reports.")
    os.environ["KAPOK_PORT"] = str(asked.port)
    from bench import processes
    from kapok.box import session
    from kapok.box.folder import data_folder

    with session.running():
        from bench.intake.town import serving
        from bench.portal import offering, town

        codes = town.ensure()
        n = int((asked.reports or 1) * (asked.seconds + 12)) + (12_000 if asked.climb else 0)
        households = town.households(n) if asked.reports else []
        with serving(asked.port) as web:
            database = processes.postmaster(data_folder() / "postgres")
            rush = offering.Rush(asked.port, codes, households, asked.ill)
            rush.warm()
            for what, rate in (("pages", asked.pages), ("reports", asked.reports)):
                if not rate:
                    continue
                meter = processes.Meter(web, database)
                runs = [rush.offer(what, rate, asked.seconds)]
                spent = meter.said(runs[0].n_offered, runs[0].within_s)
                if asked.climb:
                    runs += rush.climb(what, rate)
                print(offering.markdown(what, runs))
                print(spent)
        if asked.reports:
            print(
                f"Stored: {town.n_stored():,} self-reports with {town.n_calls():,} calls; "
                f"answered as stored: {rush.n_stored:,}, "
                f"told to come again: {rush.n_told_to_come_again:,}."
            )


if __name__ == "__main__":
    main()
