"""The commands on a real town, Singapore's public housing, where the real data is present.

Contains information from HDB via data.gov.sg, under the Singapore Open Data Licence.
"""

import json
import os
from pathlib import Path

import polars as pl
import pytest

DATA = Path(
    os.environ.get("KAPOK_SAMPLE_DATA", Path(__file__).parents[5] / "shared" / "data")
).resolve()
BLOCKS = DATA / "singapore" / "hdb_blocks_2025.csv.gz"

pytestmark = [
    pytest.mark.sample,
    pytest.mark.skipif(not BLOCKS.exists(), reason=f"The real data is not here: {BLOCKS}"),
]


@pytest.fixture
def blocks(here):
    """Residential blocks with an id, as a user would prepare them."""
    frame = pl.read_csv(BLOCKS, infer_schema_length=None).filter(pl.col("residential") == "Y")
    frame.with_columns(
        id=pl.format("{} {}", "blk_no", "street"),
    ).write_csv("blocks.csv")
    return Path("blocks.csv")


OPTIONS = ["--column", "households=total_dwelling_units", "--within", "bldg_contract_town"]


def test_all_of_singapore_is_drawn_and_measured(blocks, kapok):
    drawn = kapok("draw", blocks, "-o", "plan.geojson", "--json", *OPTIONS)
    measured = kapok("measure", blocks, "plan.geojson", "--json", *OPTIONS)

    summary = json.loads(drawn.out)["summary"]
    assert (summary["buildings"], summary["households"]) == (10_668, 1_158_824)
    assert summary["discontiguous_grids"] == 0
    assert summary["grids_in_several_communities"] == 0
    assert summary["grids_in_bounds"] >= 0.95 * summary["grids"]
    assert summary["exceptions"]["large_building"] == 8
    assert json.loads(measured.out)["summary"]["rms_m"] == summary["rms_m"]


def test_without_preparation_the_file_is_refused_by_what_it_lacks(here, kapok):
    said = kapok("draw", BLOCKS, "-o", "plan.csv", *OPTIONS)

    assert said.status == 1
    assert said.err.startswith("hdb_blocks_2025.csv.gz has no column “id”; its columns are blk_no")
