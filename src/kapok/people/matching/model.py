"""What each level of agreement is worth, and from that the likeness of two records."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log2
from pathlib import Path

import polars as pl

from kapok.people.matching.levels import COMPARISONS, Comparison

WEIGHTS = Path(__file__).with_name("weights.json")
RAREST = 1e-7  # no level is taken to be rarer, whatever a sample says


@dataclass(frozen=True)
class Model:
    """Weights in bits of each level of each comparison: log2 of m over u, from level 0 upwards.

    m is the share of a level among pairs that are one person, u among pairs that are two.
    """

    weights: Mapping[str, tuple[float, ...]]
    about: str = ""

    def score(
        self,
        pairs: pl.DataFrame,
        *,
        prior: float,
        comparisons: Sequence[Comparison] = COMPARISONS,
    ) -> pl.DataFrame:
        """The pairs with a column ``likeness``: how likely they are one person, from 0 to 1.

        ``prior`` is the probability before anything is compared: the people in common over all
        pairs. The columns of each side end in ``_l`` and ``_r``; what is unknown counts nothing.
        """
        bits = log2(prior / (1 - prior)) + pl.lit(0.0)
        levels = with_levels(pairs, comparisons)
        for comparison in comparisons:
            weight = pl.col(f"level_{comparison.name}").replace_strict(
                dict(enumerate(self.weights[comparison.name])),
                default=0.0,
                return_dtype=pl.Float64,
            )
            bits = bits + weight.fill_null(0.0)
        return levels.with_columns(bits=bits.clip(-200.0, 200.0)).with_columns(
            likeness=1 / (1 + 2.0 ** -pl.col("bits"))
        )

    def save(self, path: Path) -> None:
        """Write the weights down, with a word on where they come from."""
        kept = {name: [round(w, 3) for w in of_one] for name, of_one in self.weights.items()}
        path.write_text(json.dumps({"about": self.about, "bits": kept}, indent=2) + "\n")


def with_levels(pairs: pl.DataFrame, comparisons: Sequence[Comparison]) -> pl.DataFrame:
    """The pairs with a column ``level_…`` for each comparison."""
    found = []
    for comparison in comparisons:
        sides = [f"{column}_{side}" for side in "lr" for column in comparison.columns]
        cells = zip(*(pairs[side] for side in sides), strict=True)
        found.append(
            pl.Series(
                f"level_{comparison.name}", [comparison.level(*row) for row in cells], dtype=pl.Int8
            )
        )
    return pairs.with_columns(found)


def bits(m: float, u: float) -> float:
    """The weight of a level."""
    return log2(max(m, RAREST) / max(u, RAREST))


@cache
def standard_model() -> Model:
    """The weights that Kapok comes with."""
    return read_model(WEIGHTS)


def read_model(path: Path) -> Model:
    """Weights as :meth:`Model.save` wrote them."""
    stored = json.loads(path.read_text())
    return Model({name: tuple(of_one) for name, of_one in stored["bits"].items()}, stored["about"])
