"""The demonstration's territory names what the demonstration has."""

from demo import category, territory
from demo.plan import PLANS
from geo import cell
from geo.cover import ZONE_RESOLUTION
from tenants import zone

SLUGS = {plan.slug for plan in PLANS}
MENIGOUTE, NIORT = (46.498, -0.058), (46.3237, -0.4588)


def test_rules_and_words_are_of_portals_that_are_there_and_receive() -> None:
    assert {slug for pair in territory.RULES for slug in pair} <= SLUGS
    receivers = {reader for _, reader in territory.RULES}
    assert territory.OWN_WORDS.keys() <= receivers
    assert set(territory.MOVE) <= SLUGS
    assert territory.MOVE[1] in receivers, "a zone moves to a portal that receives"


def test_words_are_for_categories_of_the_demonstration_and_leave_some_to_others() -> None:
    for words in territory.OWN_WORDS.values():
        assert words.keys() < category._MUTUAL_AID.keys()
        assert len(set(words.values())) < len(words), "some of them bring several together"


def test_zone_that_is_to_move_is_one_and_where_it_says() -> None:
    [drawn] = zone.parse(territory.OUTLINE).zones
    assert drawn.name == territory.ZONE
    assert cell.at(*MENIGOUTE, ZONE_RESOLUTION) in drawn.cells
    assert cell.at(*NIORT, ZONE_RESOLUTION) not in drawn.cells
