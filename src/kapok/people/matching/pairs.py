"""Which pairs of records are worth comparing, among records that are in memory.

Against everybody who lives in a town the database finds the pairs by the same rules.
"""

import polars as pl

from kapok.people import names


def pairs_between(rows: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Pairs (``row``, ``candidate``: places in the frames) with the columns of both sides.

    A pair shares papers, a telephone, or a token of the name beside the birth date or building.
    Telephones are text, several of them with commas.
    """
    left = rows.with_row_index("row")
    right = others.with_row_index("candidate")
    pairs = [_equal(left, right, "identity"), _equal(_phones(left), _phones(right), "phone")]
    for field in ("birth", "building"):
        near = _equal(left, right, field)
        near = near.join(_tokens(left.join(near, on="row", how="semi"), "row"), on="row").join(
            _tokens(right.join(near, on="candidate", how="semi"), "candidate"), on="candidate"
        )
        shares = pl.col("tokens").list.set_intersection("tokens_right").list.len() > 0
        pairs.append(near.filter(shares).select("row", "candidate"))
    return (
        pl.concat(pairs)
        .unique()
        .join(left.rename({c: f"{c}_l" for c in rows.columns}), on="row")
        .join(right.rename({c: f"{c}_r" for c in others.columns}), on="candidate")
        .sort("row", "candidate")
    )


def pairs_within(rows: pl.DataFrame) -> pl.DataFrame:
    """Pairs of two rows of one list, the earlier one as the candidate of the later."""
    return pairs_between(rows, rows).filter(pl.col("candidate") < pl.col("row"))


def _phones(people: pl.DataFrame) -> pl.DataFrame:
    return people.with_columns(pl.col("phone").str.split(",")).explode("phone")


def _equal(left: pl.DataFrame, right: pl.DataFrame, field: str) -> pl.DataFrame:
    one = left.select("row", field).drop_nulls()
    other = right.select("candidate", field).drop_nulls()
    return one.join(other, on=field).select("row", "candidate")


def _tokens(people: pl.DataFrame, key: str) -> pl.DataFrame:
    tokens = [list(names.tokens(name or "")) for name in people["name"]]
    return people.select(key).with_columns(tokens=pl.Series(tokens, dtype=pl.List(pl.Int32)))
