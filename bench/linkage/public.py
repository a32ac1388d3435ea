"""Splink's public test set: its own defaults beside our comparisons, against clerical labels."""

import logging
from functools import partial
from pathlib import Path

import duckdb
import polars as pl
import splink.comparison_library as cl
from rapidfuzz.distance import OSA, JaroWinkler
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from kapok.people.matching.levels import Comparison, birth_level, name_level
from kapok.people.matching.training import train

RULES = ("name",), ("birth",), ("email",)
PROBABILITY = 0.004  # two of the thousand records at random: 2,031 labelled pairs of half a million


def read(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Records and labels; pairs of labels are written with the lower key first."""
    records = pl.read_csv(folder / "fake_1000.csv", infer_schema=False)
    labels = pl.read_csv(folder / "fake_1000_labels.csv")
    low = pl.min_horizontal("unique_id_l", "unique_id_r")
    high = pl.max_horizontal("unique_id_l", "unique_id_r")
    return records, labels.select(a=low, b=high, label=pl.col("clerical_match_score")).unique(
        ["a", "b"]
    )


def by_defaults(records: pl.DataFrame, *, all_pairs: bool = False) -> pl.DataFrame:
    """As Splink's tutorial does with this set: its own comparisons, rules and training.

    Its rules compare few pairs; with ``all_pairs`` it may compare every one, as we do.
    """
    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI(duckdb.connect())
    api._con.execute("CREATE TABLE people AS SELECT * FROM records")
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.NameComparison("first_name"),
            cl.NameComparison("surname"),
            cl.LevenshteinAtThresholds("dob", 1),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        blocking_rules_to_generate_predictions=["1=1"] if all_pairs else [
            block_on("first_name", "city"), block_on("surname"),
        ],
    )  # fmt: skip
    linker = Linker(api.register("people"), settings, log_level=logging.ERROR)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("first_name", "dob"), block_on("email"),
         "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2"], recall=0.7,
    )  # fmt: skip
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("first_name", "surname"), block_on("dob")):
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, record_sample_proportion=1.0
        )
    found = linker.inference.predict(threshold_match_probability=0.001)
    return _pairs(found.as_duckdbpyrelation().pl())


def by_ours(records: pl.DataFrame) -> pl.DataFrame:
    """Our comparisons and Splink's estimation, over every pair that shares anything."""
    told = _ours(records)
    model = train(
        [told], rules=RULES, probability=PROBABILITY, about="", seed=1,
        comparisons=COMPARISONS, max_pairs=1e6,
    )  # fmt: skip
    indexed = told.with_columns(pl.col("unique_id").cast(pl.Int64))
    pairs = indexed.join(indexed, how="cross", suffix="_r").filter(
        pl.col("unique_id") < pl.col("unique_id_r")
    )
    pairs = pairs.rename({c: f"{c}_l" for c in indexed.columns})
    scored = model.score(pairs, prior=PROBABILITY, comparisons=COMPARISONS)
    return scored.select(a="unique_id_l", b="unique_id_r", likeness="likeness")


def text_level(one: str | None, other: str | None) -> int | None:
    """2 the same, 1 a slip."""
    if not one or not other:
        return None
    if one == other:
        return 2
    return int(JaroWinkler.similarity(one.casefold(), other.casefold()) > 0.85)


def mail_level(one: str | None, other: str | None) -> int | None:
    """3 the same, 2 a slip, 1 the same before the @."""
    if not one or not other:
        return None
    if one == other:
        return 3
    if OSA.distance(one, other) <= 2:
        return 2
    return int(one.split("@")[0] == other.split("@")[0])


COMPARISONS = (
    Comparison("name", ("name",), name_level, ("another", "remote", "close", "order", "same")),
    Comparison("birth", ("birth",), birth_level, ("another", "same year", "close", "same")),
    Comparison("city", ("city",), text_level, ("another", "close", "same")),
    Comparison("email", ("email",), mail_level, ("another", "same name", "close", "same")),
)


def _ours(records: pl.DataFrame) -> pl.DataFrame:
    name = pl.concat_str("first_name", "surname", separator=" ", ignore_nulls=True)
    return records.select("unique_id", "city", "email", name=name, birth="dob")


def _pairs(found: pl.DataFrame) -> pl.DataFrame:
    one, other = (pl.col(f"unique_id_{side}").cast(pl.Int64) for side in "lr")
    return found.select(
        a=pl.min_horizontal(one, other),
        b=pl.max_horizontal(one, other),
        likeness="match_probability",
    )


METHODS = {
    "Splink, defaults": by_defaults,
    "Splink, defaults, all pairs": partial(by_defaults, all_pairs=True),
    "Kapok's levels": by_ours,
}
