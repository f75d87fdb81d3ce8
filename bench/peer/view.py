"""View: how far outside of a viewport the centres of its hexagons may lie, by the rules of Parvis."""

from geo import cover, distance


def widened(level: int, south: float, west: float, north: float, east: float) -> dict[str, float]:
    """The edges within which the centres of all hexagons of a level lie that may meet a viewport.

    A hexagon at the edge belongs to the map although its centre lies outside.
    """
    across, along = distance.degrees_across(cover.reach_m(level), max(abs(south), abs(north)))
    return {"south": south - across, "west": west - along, "north": north + across, "east": east + along}
