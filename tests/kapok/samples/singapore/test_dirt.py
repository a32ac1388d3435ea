"""Wrong and odd blocks are found by rules and said; only wrong positions are left out."""

import pytest

from kapok.samples.singapore import dirt, files

from .conftest import LAT, LON, STEP, block, rows, write


@pytest.fixture
def examined(tmp_path):
    def examine(*extra, blocks=None):
        write(tmp_path, [*(rows() if blocks is None else blocks), *extra])
        read = files.read(tmp_path)
        findings, subzone = dirt.examine(read.blocks, read.subzones)
        return {finding.kind: finding for finding in findings}, subzone

    return examine


def test_clean_lists_have_no_findings(examined):
    findings, subzone = examined()

    assert findings == {}
    assert (subzone >= 0).all()


def test_a_block_kilometres_from_its_town_is_left_out(examined):
    wrong = block("99", "AA ST", "AA", LON + 0.1 + 2.5 * STEP, LAT + 2.5 * STEP)

    findings, subzone = examined(wrong)

    found = findings["far_from_town"]
    assert found.left_out
    assert found.lines == (74,)
    assert "1 block (100 units) kilometres from their town" in found.sentence
    assert found.details == (
        "line 74: 99 AA ST (100 units) is 11.1 km off the other blocks of AA ST.",
    )
    assert subzone[-1] == -1


def test_two_wrong_blocks_side_by_side_do_not_vouch_for_each_other(examined):
    wrong = [
        block(f"9{n}", "AA ST", "AA", LON + 0.1 + (2.5 + n / 9) * STEP, LAT + 2.5 * STEP)
        for n in range(2)
    ]

    findings, _ = examined(*wrong)

    assert findings["far_from_town"].lines == (74, 75)


def test_an_outlying_estate_of_a_town_is_right(examined):
    estate = [block(f"9{n}", "AA RD", "AA", LON + 0.02 + STEP * n, LAT, units=50) for n in range(6)]

    findings, subzone = examined(*estate)

    assert "far_from_town" not in findings
    assert (subzone >= 0).all()


def test_a_block_outside_every_subzone_is_left_out(examined):
    findings, subzone = examined(block("99", "AA ST", "AA", LON - 0.005, LAT))

    assert findings["outside"].left_out
    assert findings["outside"].lines == (74,)
    assert subzone[-1] == -1


def test_blocks_on_one_point_are_kept_and_said(examined):
    market = block("1A", "AA ST", "AA", LON, LAT, units=0, residential="N")

    findings, subzone = examined(block("37", "AA ST", "AA", LON + STEP, LAT), market)

    found = findings["one_point"]
    assert found.details == (
        "line 2: 1 AA ST and line 75: 1A AA ST.",
        "line 3: 2 AA ST and line 74: 37 AA ST.",
    )
    assert not found.left_out
    assert (subzone >= 0).all()


@pytest.mark.parametrize(
    ("units", "kind"),
    [(299, None), (300, "grid_alone"), (500, "grid_alone"), (501, "over_500"), (0, "no_units")],
)
def test_large_blocks_are_told_apart(examined, units, kind):
    findings, subzone = examined(block("99", "AA ST", "AA", LON + 6 * STEP, LAT, units=units))

    assert list(findings) == ([kind] if kind else [])
    assert (subzone >= 0).all()
    if kind:
        assert findings[kind].lines == (74,)


def test_a_block_in_another_area_than_its_town_is_kept_and_said(examined):
    edge = block("99", "AA ST", "BB", LON + 6 * STEP, LAT)
    near = [block(f"B{n}", "BB RD", "BB", LON + (6 + n) * STEP, LAT) for n in range(1, 5)]

    findings, subzone = examined(edge, *near, blocks=[*rows(), *_more_of_bb()])

    found = findings["other_area"]
    assert "5 blocks (500 units)" in found.sentence
    assert found.details[0].endswith("99 AA ST is of town BB and stands in AALAND.")
    assert (subzone >= 0).all()


def _more_of_bb():
    """So many blocks that five are hardly any of the town."""
    return [
        block(
            f"X{n}", "BB ST", "BB", LON + 0.1 + STEP * (n % 12), LAT - 0.004 + STEP * (n // 12) / 3
        )
        for n in range(96)
    ]
