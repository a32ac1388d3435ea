"""``python -m bench.grids``: ours and its peers on the same towns in the same run."""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.grids import bound, growth, table
from bench.grids.instances import SOURCES, WARM_UP
from bench.grids.methods import METHODS
from bench.grids.running import Effort, run_instance
from kapok_planning.grids import Budget

PROVINCE = "province"
BOUNDED = "community"
NEIGHBOUR_FOLDER = Path(__file__).parents[2].parent / "shared/data"


def main(words: Sequence[str]) -> int:
    """Run what was asked for and print it as Markdown; progress goes to standard error."""
    asked = arguments(words)
    effort = Effort(asked.seed, asked.repeat, asked.limit)
    lines: list[str] = []
    for name in asked.instances:
        source = SOURCES.get(name)
        if source is None:
            lines += growth.section(asked.data, seed=asked.seed, say=say)
        elif source.is_real and asked.data is None:
            lines += [f"Left out: {source.title}, since the folder of real data is absent.", ""]
        else:
            with tempfile.TemporaryDirectory() as folder:
                results = run_instance(
                    name,
                    asked.methods,
                    effort=effort,
                    data=asked.data,
                    folder=Path(folder),
                    say=say,
                )
            lines += table.instance_section(*results)
            if name == BOUNDED:
                lines += bound.section(Budget.NORMAL, seed=asked.seed)
    lines += table.methods_section(asked.methods)
    lines += [table.machine_line(asked.seed, asked.limit)]
    text = "\n".join(lines) + "\n"
    print(text, end="")
    if asked.page is not None:
        table.write_into(asked.page, text)
    return 0


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """What the user asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench.grids", description=__doc__)
    names = [*(name for name in SOURCES if name != WARM_UP), PROVINCE]
    parser.add_argument("instances", nargs="*", help=f"of {', '.join(names)}; all unless named")
    parser.add_argument("--methods", help=f"of {', '.join(METHODS)}; all unless named")
    parser.add_argument(
        "--repeat", type=int, default=3, help="runs of each method, with rising seeds"
    )
    parser.add_argument(
        "--limit", type=float, default=120, help="seconds for a method on an instance"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, help="folder of real data; else KAPOK_SAMPLE_DATA")
    parser.add_argument("--page", type=Path, help="Markdown page to keep the results in")
    asked = parser.parse_args(words)
    asked.instances = asked.instances or names
    asked.methods = asked.methods.split(",") if asked.methods else list(METHODS)
    for kind, given, known in (
        ("instance", asked.instances, names),
        ("method", asked.methods, list(METHODS)),
    ):
        for name in given:
            if name not in known:
                parser.error(f"There is no {kind} {name}; there are {', '.join(known)}.")
    asked.data = data_folder(asked.data)
    return asked


def data_folder(given: Path | None) -> Path | None:
    """The folder of real data, where there is one."""
    folder = given or Path(os.environ.get("KAPOK_SAMPLE_DATA", NEIGHBOUR_FOLDER))
    return folder if folder.is_dir() else None


def say(sentence: str) -> None:
    """Progress, to standard error."""
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
