"""``python -m bench.desk``: a desk's queue on a million matters, fifty thousand of them open."""

import argparse
import os
import sys


def main() -> None:
    """Fill a box of its own, ask for pages, and print a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m bench.desk", description=__doc__)
    parser.add_argument("--matters", type=int, default=1_000_000)
    parser.add_argument("--open", type=int, default=50_000)
    parser.add_argument("--pages", type=int, default=60, help="of each kind, for each desk")
    parser.add_argument(
        "--plans", action="store_true", help="print the plan of each slow statement"
    )
    asked = parser.parse_args()
    if not os.environ.get("KAPOK_DATA"):
        sys.exit("Set KAPOK_DATA to a folder of its own for this bench: it is filled with matters.")
    os.environ["KAPOK_DEMO"] = "yes"  # the accounts that look have no second factor
    from kapok.box import session

    with session.running():
        from bench.desk import asking, town

        town.ensure(asked.matters, asked.open)
        print(asking.markdown(asking.run(n=asked.pages, plans=asked.plans)))


if __name__ == "__main__":
    main()
