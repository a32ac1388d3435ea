"""``python -m bench.people``: search among a million residents, in the database and as a page."""

import argparse
import os
import sys


def main() -> None:
    """Fill a box of its own, search in it, and print a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m bench.people", description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000, help="made-up residents")
    parser.add_argument("--searches", type=int, default=200, help="of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", default="", help="only these, with commas between")
    asked = parser.parse_args()
    if not os.environ.get("KAPOK_DATA"):
        sys.exit("Set KAPOK_DATA to a folder of its own for this bench: it is filled with people.")
    os.environ["KAPOK_DEMO"] = "yes"  # the account that searches has no second factor
    from kapok.box import session

    with session.running():
        from bench.people import searching, table, town

        town.ensure(asked.people)
        kinds = [kind for kind in asked.kinds.split(",") if kind] or list(searching.KINDS)
        found = searching.run(kinds, n=asked.searches, seed=asked.seed)
        print(table.markdown(found))


if __name__ == "__main__":
    main()
