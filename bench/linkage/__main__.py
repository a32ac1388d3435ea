"""``python -m bench.linkage``: recall and precision on a made-up truth and on Splink's public set.

``--train`` estimates the weights that Kapok comes with anew, from another made-up town.
"""

import argparse
import os
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.tool_settings")
django.setup()

from bench.linkage import judging, public  # noqa: E402
from bench.linkage.truth import TYPOS, make_truth  # noqa: E402
from kapok.people.matching.deciding import MAYBE, SURE, best_candidates  # noqa: E402
from kapok.people.matching.model import WEIGHTS, standard_model  # noqa: E402
from kapok.people.matching.pairs import pairs_between  # noqa: E402
from kapok.people.matching.training import train  # noqa: E402

TRAINED_ON = 20_000
RULES = ("identity",), ("name", "birth"), ("phone",)


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench.linkage", description=__doc__)
    arguments.add_argument("--residents", type=int, default=200_000)
    arguments.add_argument("--rows", type=int, default=20_000)
    arguments.add_argument("--seed", type=int, default=11)
    arguments.add_argument("--train", action="store_true", help="estimate the weights anew")
    options = arguments.parse_args()
    if options.train:
        retrain()
    made_up(options.residents, options.rows, options.seed)
    on_public_set()


def retrain() -> None:
    """The weights of ``kapok/people/matching/weights.json``."""
    truth = make_truth(n_residents=TRAINED_ON, n_rows=TRAINED_ON, seed=7)
    model = train(
        [truth.rows, truth.residents],
        rules=RULES,
        probability=0.6 / TRAINED_ON,
        about=(
            "log2(m/u) of each level from 0 upwards, estimated by Splink's expectation "
            "maximisation on a made-up town: python -m bench.linkage --train"
        ),
        seed=1,
    )
    model.save(WEIGHTS)
    standard_model.cache_clear()
    print(f"{WEIGHTS} written.")


def made_up(n_residents: int, n_rows: int, seed: int) -> None:
    truth = make_truth(n_residents=n_residents, n_rows=n_rows, seed=seed)
    pairs = pairs_between(truth.rows, truth.residents)
    best = best_candidates(standard_model().score(pairs, prior=0.5 / n_residents))
    print(f"\n{n_rows:,} rows against {n_residents:,} made-up residents, {TYPOS:.0%} typos a field")
    print(f"{len(pairs):,} candidate pairs\n\nlikeness  recall  precision")
    for least in (MAYBE, 0.5, 0.9, SURE):
        score = judging.against_truth(best, truth.resident_of_row, least)
        print(f"   ≥ {least:4.2f}  {score.recall:6.2%}    {score.precision:6.2%}")


def on_public_set() -> None:
    folder = Path(os.environ.get("KAPOK_SAMPLE_DATA", "")) / "linkage"
    if not (folder / "fake_1000.csv").exists():
        print("\nSplink's public set is skipped: KAPOK_SAMPLE_DATA names no folder that holds it.")
        return
    records, labels = public.read(folder)
    print(f"\nSplink's public set: {len(records):,} records, {len(labels):,} clerical labels\n")
    print("                               at 0.5              best threshold")
    print("method                         recall  precision   recall  precision  F1")
    for name, method in public.METHODS.items():
        scored = method(records)
        half = judging.against_labels(scored, labels, 0.5)
        _, best = judging.best_threshold(scored, labels)
        print(
            f"{name:29}  {half.recall:6.1%}  {half.precision:6.1%}      "
            f"{best.recall:6.1%}  {best.precision:6.1%}     {best.f1:.3f}"
        )


if __name__ == "__main__":
    main()
