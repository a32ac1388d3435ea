"""Estimating the weights with Splink, from two sets of records that share people."""

import logging
from collections.abc import Sequence
from typing import Any

import duckdb
import polars as pl
from duckdb.func import FunctionNullHandling
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.comparison_library import CustomComparison

from kapok.people.matching.levels import COMPARISONS, Comparison
from kapok.people.matching.model import Model, bits


def train(
    records: Sequence[pl.DataFrame],
    *,
    rules: Sequence[tuple[str, ...]],
    probability: float,
    about: str,
    seed: int,
    comparisons: Sequence[Comparison] = COMPARISONS,
    max_pairs: float = 1e6,
) -> Model:
    """Weights of the comparisons by expectation maximisation.

    Parameters
    ----------
    records
        One frame (which holds people twice) or two (which share people); columns of text, and
        ``unique_id``.
    rules
        Groups of columns; pairs that agree in one group are trained on, one group after another.
    probability
        That two records taken at random are one person.
    about
        Where the records come from, kept with the weights.
    seed, max_pairs
        For the pairs at random from which it is estimated how often levels agree by chance.
    comparisons
        What is compared.
    """
    linker = make_linker(records, comparisons, probability=probability)
    linker.training.estimate_u_using_random_sampling(max_pairs=max_pairs, seed=seed)
    for rule in rules:
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*rule), record_sample_proportion=1.0
        )
    return model_of(linker, comparisons, about)


def make_linker(
    records: Sequence[pl.DataFrame], comparisons: Sequence[Comparison], *, probability: float
) -> Linker:
    """Splink over the records, with our levels as functions of its database."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    database = duckdb.connect()
    for comparison in comparisons:
        database.create_function(
            f"level_{comparison.name}",
            comparison.level,
            ["varchar"] * (2 * len(comparison.columns)),
            "integer",
            null_handling=FunctionNullHandling.SPECIAL,
        )
    for at, each in enumerate(records):
        database.register(f"given_{at}", each)
        database.execute(f"CREATE TABLE records_{at} AS SELECT * FROM given_{at}")
    api = DuckDBAPI(database)
    settings = SettingsCreator(
        link_type="dedupe_only" if len(records) == 1 else "link_only",
        comparisons=[_in_sql(comparison) for comparison in comparisons],
        blocking_rules_to_generate_predictions=[],
        probability_two_random_records_match=probability,
        retain_intermediate_calculation_columns=True,
    )
    tables = [api.register(f"records_{at}") for at in range(len(records))]
    return Linker(tables if len(tables) > 1 else tables[0], settings, log_level=logging.ERROR)


def _in_sql(comparison: Comparison) -> CustomComparison:
    sides = ", ".join(f'"{column}_{side}"' for side in "lr" for column in comparison.columns)
    level = f"level_{comparison.name}({sides})"
    null: dict[str, Any] = {
        "sql_condition": f"{level} IS NULL", "label_for_charts": "unknown", "is_null_level": True,
    }  # fmt: skip
    others = [
        {"sql_condition": f"{level} = {at}" if at else "ELSE", "label_for_charts": label}
        for at, label in reversed(list(enumerate(comparison.labels)))
    ]
    return CustomComparison(output_column_name=comparison.name, comparison_levels=[null, *others])


def model_of(linker: Linker, comparisons: Sequence[Comparison], about: str) -> Model:
    """What Splink estimated, as a model of ours."""
    weights = {}
    for comparison, theirs in zip(comparisons, linker._settings_obj.comparisons, strict=True):
        ascending = list(reversed(theirs._comparison_levels_excluding_null))
        weights[comparison.name] = tuple(
            bits(_number(level.m_probability), _number(level.u_probability)) for level in ascending
        )
    return Model(weights, about)


def _number(probability: Any) -> float:
    """A level that was not observed has a sentence in place of a probability."""
    return float(probability) if isinstance(probability, float) else 0.0
