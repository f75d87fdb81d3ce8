"""Zoning: cell and zone together leave a fixed part of the cell, whatever the zones, and quartiers stay of use."""

from fractions import Fraction
from math import ceil
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from geo import cell, privacy, zoning
from tenants import zone
from tests import quartier

QUARTIERS = Path(__file__).parents[2] / "shared" / "data" / "paris_quartiers.geojson"
POINTS = st.tuples(st.floats(41.3, 51.1), st.floats(-5.2, 9.6))
SIZE = dict.fromkeys("ABCDE", 50) | {"E": 3}


@st.composite
def divided(draw: st.DrawFn) -> tuple[int, dict[int, str]]:
    """A person's cell, and whose each of its blocks is."""
    published = privacy.publish(*draw(POINTS), exact=False, resolution=draw(st.sampled_from((7, 8)))).cell
    owners = st.sampled_from((None, *"ABCDE"))
    drawn = {block: draw(owners) for block in privacy.blocks(published)}
    return published, {block: owner for block, owner in drawn.items() if owner is not None}


def parts(published: int, owner: dict[int, str]) -> dict[str | None, list[int]]:
    found: dict[str | None, list[int]] = {}
    for block, name in zoning.shown(published, owner, SIZE).items():
        found.setdefault(name, []).append(block)
    return found


@hypothesis.given(divided())
def test_cell_and_zone_together_leave_two_sevenths_of_the_cell(given: tuple[int, dict[int, str]]) -> None:
    blocks = privacy.blocks(given[0])
    found = parts(*given)
    assert sorted(block for part in found.values() for block in part) == sorted(blocks)
    assert min(map(len, found.values())) >= ceil(Fraction(2, 7) * len(blocks))
    assert set(found) <= {None, *given[1].values()}


@hypothesis.given(divided())
def test_part_that_is_large_enough_keeps_its_zone(given: tuple[int, dict[int, str]]) -> None:
    published, owner = given
    shown = zoning.shown(published, owner, SIZE)
    for name in set(owner.values()):
        own = [block for block, found in owner.items() if found == name]
        if len(own) >= ceil(Fraction(2, 7) * len(shown)):
            assert {shown[block] for block in own} == {name}


@pytest.mark.parametrize(
    ("owners", "expected"),
    [
        ("AAAAAAA", "AAAAAAA"),
        ("AAAAABB", "AAAAABB"),
        ("AAAAAAB", "AAAAAAA"),
        ("AAAAABC", "AAAAABB"),
        ("AAAAABE", "AAAAAEE"),
        ("AAAABCD", "AAAABBB"),
        ("ABBCCDD", "BBBCCDD"),
        ("......A", "......."),
        ("AAAAAA.", "AAAAAAA"),
        (".....AB", ".....AA"),
    ],
)
def test_small_parts_join_the_next(owners: str, expected: str) -> None:
    """Of equals the zone that is smaller in all gives its name: E has three blocks."""
    published = privacy.publish(48.8566, 2.3522, exact=False).cell
    blocks = privacy.blocks(published)
    owner = {block: name for block, name in zip(blocks, owners, strict=True) if name != "."}
    shown = zoning.shown(published, owner, SIZE)
    assert "".join(shown[block] or "." for block in blocks) == expected


def test_zone_that_is_a_small_part_of_its_only_cell_is_hidden() -> None:
    blocks = privacy.blocks(privacy.publish(48.8566, 2.3522, exact=False).cell)
    assert zoning.hidden({blocks[0]: "E"} | dict.fromkeys(blocks[1:], "A"), SIZE) == {"E"}
    assert zoning.hidden(dict.fromkeys(blocks[:2], "E") | dict.fromkeys(blocks[2:], "A"), SIZE) == set()


@pytest.mark.skipif(not QUARTIERS.exists(), reason="shared data is not beside the project")
def test_every_quartier_of_paris_can_hold_an_offer() -> None:
    found = quartier.judge(zone.read(QUARTIERS, "l_qu").zones)
    assert found.never_before == 12
    assert found.never == set()
    assert 0.26 < found.elsewhere_before < 0.30
    assert found.elsewhere < 0.17
    assert found.elsewhere_in_cover < found.elsewhere, "the outlines of blocks alone are wrong for as much"
    assert found.least_km2 > 0.18


def test_blocks_are_about_a_tenth_of_a_square_kilometre() -> None:
    assert cell.resolution(privacy.block(48.8566, 2.3522)) == privacy.BLOCK_RESOLUTION == 9
