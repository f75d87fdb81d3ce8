"""The palette: whatever two colours a city has, every text and control of its pages can be seen."""

import random
from itertools import pairwise

import pytest

from demo import tenants as stories
from portal.palette import BORDER, DEFAULT, HEAT_APART, HEAT_STEPS, KIND_HUES, LINK, contrast, palette

RANDOM = random.Random("colours")
COLORS = [f"#{RANDOM.randrange(1 << 24):06x}" for _ in range(250)]
EDGES = ["#000000", "#ffffff", "#ffff00", "#0000ff", "#ff0000", "#00ff00", "#808080", "#fefefe", "#010101"]
PAIRS = [
    *((color, f"#{color[:0:-1]}") for color in COLORS),
    *((color, color) for color in EDGES),
    *((story.primary_color, story.secondary_color) for story in stories()),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_has_the_contrast_of_wcag_aa(theme: str) -> None:
    for pair in PAIRS:
        found = getattr(palette(*pair), theme)
        for ground in ("paper", "surface", "tint"):
            for ink in ("ink", "soft", "link", "error", "good", *(f"kind-{kind}" for kind in KIND_HUES)):
                assert contrast(found[ink], found[ground]) >= LINK, (pair, ink, ground)
        for ground in ("accent", "accent-strong", "second", *(f"heat-{step}" for step in range(1, HEAT_STEPS + 1))):
            assert contrast(found[f"on-{ground}"], found[ground]) >= LINK, (pair, ground)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_control_shows_where_it_is(theme: str) -> None:
    for pair in PAIRS:
        found = getattr(palette(*pair), theme)
        assert min(contrast(found["border"], found[ground]) for ground in ("paper", "surface", "tint")) >= BORDER, pair
        assert min(contrast(found["accent"], found[ground]) for ground in ("paper", "surface")) >= BORDER, pair


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_heat_steps_can_be_told_apart(theme: str) -> None:
    for pair in PAIRS:
        found = getattr(palette(*pair), theme)
        steps = [found[f"heat-{step}"] for step in range(1, HEAT_STEPS + 1)]
        assert min(contrast(*neighbours) for neighbours in pairwise(steps)) >= HEAT_APART, pair


def test_a_citys_colour_stays_its_own_where_it_can() -> None:
    assert palette("#5b2a86", "#f2b705").light["accent"] == "#5b2a86"
    assert palette("#5b2a86", "#f2b705").light["second"] == "#f2b705"


@pytest.mark.parametrize(
    "color", ["", "red", "#12345", "#1234567", "#12345g", "#123456\n", "#１２３４５６", "</style>"]
)
def test_what_is_no_colour_gives_way_to_the_default(color: str) -> None:
    assert palette(color, color) == palette(DEFAULT, DEFAULT)
