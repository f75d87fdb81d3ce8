"""Pictures of a portal, as SVG: its cover by day and by night, and its icon."""

from collections.abc import Mapping

from portal import palette
from portal.cover import drawing
from portal.cover.drawing import Outline
from portal.cover.shape import HEIGHT, WIDTH, svg_paths
from portal.house import House


def cover(house: House, outline: Outline | None) -> str:
    """The cover: the sky is left out, so that the page's own colour is the sky. Some 10 kB, a third of it packed."""
    scene = palette.scene(house.primary_color, house.secondary_color)
    sun, land = drawing.territory(outline), drawing.ground(house.slug, house.cover)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="xMidYMax slice">'
        f"<style>{_rules(scene.light)}@media(prefers-color-scheme:dark){{{_rules(scene.dark)}}}</style>"
        f"{svg_paths([*sun, *land])}</svg>"
    )


def icon(house: House) -> str:
    """The icon in a browser's tab: a hexagon in a hexagon, in the theme's colours."""
    colors = palette.palette(house.primary_color, house.secondary_color)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">'
        f"<style>.o{{fill:{colors.light['accent']}}}.i{{fill:{colors.light['second']}}}"
        f"@media(prefers-color-scheme:dark){{.o{{fill:{colors.dark['accent']}}}}}</style>"
        '<path class="o" d="M20 1 37 10.500v19L20 39 3 29.500v-19z"/>'
        '<path class="i" d="M20 12l7 4v8l-7 4-7-4v-8z"/></svg>'
    )


def _rules(colors: Mapping[str, str]) -> str:
    return "".join(f".{name}{{fill:{color}}}" for name, color in colors.items() if name != "low")
