"""From likeness to what becomes of a row: known, to be settled by somebody, or new."""

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

SURE = 0.99
MAYBE = 0.4


# A family shares home and telephone, and that is no reason to take two of them for one: something
# of the person's own must agree.
IS_PERSONAL = (
    (pl.col("level_name") >= 2)
    | (pl.col("level_identity").fill_null(0) >= 1)
    | ((pl.col("level_name") >= 1) & (pl.col("level_birth").fill_null(0) >= 2))
)


def best_candidates(scored: pl.DataFrame) -> pl.DataFrame:
    """The likeliest candidate of each row above :data:`MAYBE`.

    Columns ``row``, ``candidate``, ``likeness``, ``rival`` (the likeness of the second best) and
    ``is_sure``: likely enough, far above the second best, and not against the papers.
    """
    ranked = scored.filter((pl.col("likeness") >= MAYBE) & IS_PERSONAL).sort(
        ["row", "bits", "candidate"], descending=[False, True, False]
    )
    best = ranked.group_by("row", maintain_order=True).agg(
        pl.col("candidate").first(),
        pl.col("likeness").first(),
        pl.col("bits").first(),
        pl.col("bits").get(1, null_on_oob=True).alias("second"),
        pl.col("level_name").first(),
        pl.col("level_identity").first(),
    )
    alone = pl.col("second").is_null() | (pl.col("bits") - pl.col("second") >= 6)
    name_fits = pl.col("level_name") >= 2
    papers_fit = pl.col("level_identity").is_null() | (pl.col("level_identity") == 2)
    return best.with_columns(is_sure=(pl.col("likeness") >= SURE) & alone & name_fits & papers_fit)


def clusters(n: int, pairs: pl.DataFrame, *, least: float = SURE) -> np.ndarray:
    """The group of each of ``n`` rows: rows that pairs of at least ``least`` hold together."""
    sure = pairs.filter(pl.col("likeness") >= least)
    edges = coo_array(
        (np.ones(len(sure), dtype=np.int8), (sure["row"].to_numpy(), sure["candidate"].to_numpy())),
        shape=(n, n),
    )
    return np.asarray(connected_components(edges, directed=False)[1])
