"""Reading the folder: what is taken, and the one sentence when a file is not right."""

import gzip
import json

import pytest

from kapok.errors import Refused
from kapok.samples.singapore import files

from .conftest import ZONES, block, rows, write


def test_all_files_are_read(folder):
    read = files.read(folder)

    assert len(read.blocks) == 72
    assert read.blocks.units.sum() == 7200
    assert read.blocks.flats.sum(axis=0).tolist() == [0, 0, 7200, 0]
    assert read.blocks.line.tolist()[:2] == [2, 3]
    assert [zone.code for zone in read.subzones] == ["AASZ01", "AASZ02", "BBSZ01"]
    assert list(read.streets.name) == [*["Sample Expressway"] * 2, "Short Lane", "Long Road"]
    assert read.residents == {}


def test_files_are_read_with_and_without_compression(folder):
    compressed = folder / f"{files.BLOCKS}.gz"
    (folder / files.BLOCKS).write_bytes(gzip.decompress(compressed.read_bytes()))
    compressed.unlink()

    assert len(files.read(folder).blocks) == 72


@pytest.mark.parametrize("name", [files.BLOCKS, files.SUBZONES, files.STREETS])
def test_a_missing_file_is_named(folder, name):
    for path in folder.glob(f"{name}*"):
        path.unlink()

    with pytest.raises(Refused, match=f"lacks {name}"):
        files.read(folder)


def test_no_folder_is_said(tmp_path):
    with pytest.raises(Refused, match=r"nowhere is not a folder"):
        files.read(tmp_path / "nowhere")


def test_a_file_that_was_not_copied_whole_is_named(folder):
    path = folder / f"{files.BLOCKS}.gz"
    path.write_bytes(path.read_bytes()[:-30])

    with pytest.raises(Refused, match=r"hdb_blocks_2025.csv.gz ends in the middle"):
        files.read(folder)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"no gzip", "cannot be decompressed"),
        (gzip.compress(b"\xff\xfe\x00", mtime=0), "not text in UTF-8"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0), "has no column blk_no"),
        (gzip.compress(b"", mtime=0), "has no column blk_no"),
    ],
)
def test_a_garbled_list_of_blocks_is_named(folder, content, says):
    (folder / f"{files.BLOCKS}.gz").write_bytes(content)

    with pytest.raises(Refused, match=rf"hdb_blocks_2025.csv.gz.*{says}"):
        files.read(folder)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"total_dwelling_units": "many"}, "line 74, total_dwelling_units: “many”"),
        ({"total_dwelling_units": -1}, "line 74, total_dwelling_units: “-1”"),
        ({"4room_sold": 1.5}, "line 74, 4room_sold: “1.5” is not a whole number"),
        ({"lat": "nan"}, "line 74, lat: “nan” is not a number"),
        ({"lon": 1.35, "lat": 103.8}, "line 74, lon and lat: .* is not in Singapore"),
        ({"blk_no": " "}, "line 74: a block needs blk_no and street"),
        ({"blk_no": "1", "street": "AA ST"}, "line 74: 1 AA ST is on line 2 already"),
    ],
)
def test_a_bad_row_is_named_by_line_and_field(tmp_path, change, says):
    odd = block("99", "AA ST", "AA", 103.8, 1.35) | change
    write(tmp_path, [*rows(), odd])

    with pytest.raises(Refused, match=says):
        files.read(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (files.SUBZONES, "{", "line 1: it is not JSON"),
        (files.SUBZONES, "[]", "not a GeoJSON collection"),
        (files.SUBZONES, json.dumps({"features": [{"a": 1}]}), "feature 1: it is not a subzone"),
        (files.SUBZONES, json.dumps({"features": [ZONES[0], ZONES[0]]}), "AASZ01 is there twice"),
        (files.STREETS, "{}]", "it is not JSON"),
        (files.STREETS, '{"a": 1}', "not a list of streets"),
        (files.STREETS, '[{"name": "A", "polyline": "_p~iF"}]', "cannot be decoded"),
        (files.STREETS, '[{"name": "A", "polyline": "_p~iF~ps|UAA"}]', "is not in Singapore"),
        (files.RESIDENTS, "a,b\n", "has no column Row Labels"),
    ],
)
def test_a_garbled_file_is_named(folder, name, content, says):
    (folder / name).write_text(content)

    with pytest.raises(Refused, match=says) as refusal:
        files.read(folder)
    assert name in str(refusal.value)


def test_a_list_without_homes_is_refused(tmp_path):
    write(tmp_path, [block("1", "AA ST", "AA", 103.8, 1.35, residential="N")])

    with pytest.raises(Refused, match="no residential block"):
        files.read(tmp_path)
