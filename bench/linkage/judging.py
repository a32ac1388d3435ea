"""Recall and precision of links against what is true."""

from dataclasses import dataclass

import numpy as np
import polars as pl


@dataclass(frozen=True)
class Score:
    """How many of the true links were found, and how many of those found are true."""

    recall: float
    precision: float

    @property
    def f1(self) -> float:
        return 2 * self.recall * self.precision / max(1e-12, self.recall + self.precision)


def against_truth(best: pl.DataFrame, resident_of_row: np.ndarray, least: float) -> Score:
    """Of the likeliest candidate of each row, those of at least ``least``."""
    taken = best.filter(pl.col("likeness") >= least)
    right = resident_of_row[taken["row"].to_numpy()] == taken["candidate"].to_numpy()
    n_true = int((resident_of_row >= 0).sum())
    return Score(float(right.sum() / n_true), float(right.mean()) if len(taken) else 1.0)


def against_labels(scored: pl.DataFrame, labels: pl.DataFrame, least: float) -> Score:
    """Of labelled pairs, those scored at least ``least``; what was never compared is no link."""
    said = labels.join(scored, on=["a", "b"], how="left").with_columns(
        linked=pl.col("likeness").fill_null(0) >= least, same=pl.col("label") >= 0.5
    )
    hits = said.filter(pl.col("linked") & pl.col("same")).height
    return Score(hits / said.filter("same").height, hits / max(1, said.filter("linked").height))


def best_threshold(scored: pl.DataFrame, labels: pl.DataFrame) -> tuple[float, Score]:
    """The threshold of the best F1, and its score."""
    found = [(t, against_labels(scored, labels, t)) for t in np.linspace(0.01, 0.99, 99)]
    return max(found, key=lambda pair: pair[1].f1)
