"""The candidate pairs of the platform's query, made with Polars for benches without a database."""

import polars as pl

from kapok.people import names


def candidates(rows: pl.DataFrame, residents: pl.DataFrame) -> pl.DataFrame:
    """Pairs that share papers, a telephone, or a token of the name beside birth date or building."""
    left = rows.with_row_index("row")
    right = residents.with_row_index("candidate")
    pairs = [_equal(left, right, "identity"), _equal(left, right, "phone")]
    for field in ("birth", "building"):
        near = _equal(left, right, field)
        near = near.join(_tokens(left, "row"), on="row").join(
            _tokens(right.join(near, on="candidate", how="semi"), "candidate"), on="candidate"
        )
        shares = pl.col("tokens").list.set_intersection("tokens_right").list.len() > 0
        pairs.append(near.filter(shares).select("row", "candidate"))
    found = pl.concat(pairs).unique()
    return (
        found.join(left.rename({c: f"{c}_l" for c in rows.columns}), on="row")
        .join(right.rename({c: f"{c}_r" for c in residents.columns}), on="candidate")
        .sort("row", "candidate")
    )


def _equal(left: pl.DataFrame, right: pl.DataFrame, field: str) -> pl.DataFrame:
    one = left.select("row", field).drop_nulls()
    other = right.select("candidate", field).drop_nulls()
    return one.join(other, on=field).select("row", "candidate")


def _tokens(people: pl.DataFrame, key: str) -> pl.DataFrame:
    tokens = [list(names.tokens(name)) for name in people["name"]]
    return people.select(key).with_columns(tokens=pl.Series(tokens, dtype=pl.List(pl.Int32)))
