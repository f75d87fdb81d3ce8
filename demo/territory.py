"""The demonstration's territory: communes that publish what neighbours can answer, portals that show it in words of
their own, and a zone that is to move into another portal."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, bindparam, exists, select, update

from database.door import Database
from jobs import territory, zone_consent
from models.base import table
from models.tenant import Feature, Tenant
from models.territory import PublicationRule, TerritoryReader
from office.territory_reader import RECEIVE, WORDS
from tenants import provisioning, zone

_OFFERS_AND_REQUESTS = ["OFFER", "REQUEST"]
RULES: Mapping[tuple[str, str], PublicationRule] = {
    ("courbevoie", "paris"): PublicationRule(0, _OFFERS_AND_REQUESTS, within_km=15),
    ("meudon", "paris"): PublicationRule(0, _OFFERS_AND_REQUESTS, within_km=15),
    ("bourg-la-reine", "paris"): PublicationRule(0, ["OFFER"], within_km=15),
    ("poitiers", "deux-sevres"): PublicationRule(0, _OFFERS_AND_REQUESTS, within_km=100),
    ("deux-sevres", "poitiers"): PublicationRule(0, _OFFERS_AND_REQUESTS, within_km=60),
}
"""Who publishes what to whom: communes to the city beside them, and a city to the département beyond the border."""

OWN_WORDS: Mapping[str, Mapping[str, str]] = {
    "paris": {
        **dict.fromkeys(("courses", "sante"), "Courses et pharmacie"),
        **dict.fromkeys(("cours", "numerique", "demarches"), "Apprendre et s’y retrouver"),
        **dict.fromkeys(("bricolage", "jardin", "couture"), "Faire de ses mains"),
    },
    "deux-sevres": {
        **dict.fromkeys(("transport", "courses"), "Sans voiture"),
        **dict.fromkeys(("ecoute", "enfants", "animaux"), "Prendre soin"),
    },
}
"""What portals that receive call others' categories, by their keys; the others are «Autres»."""

ZONE = "Ménigoute et ses environs"
"""A corner of the département whose people go to town in Poitiers: the département proposes that it move there, and
waits for an answer."""

_CORNERS = ((-0.15, 46.44), (-0.15, 46.56), (0.02, 46.56), (0.02, 46.44), (-0.15, 46.44))
OUTLINE = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"name": ZONE},
                "geometry": {"type": "Polygon", "coordinates": [_CORNERS]},
            }
        ],
    }
).encode()
MOVE = ("deux-sevres", "poitiers")

_tenant, _reader = table(Tenant), table(TerritoryReader)
_NEW = select(_tenant.c.slug, _tenant.c.number).where(
    ~exists(select(_reader.c.tenant_number).where(_reader.c.tenant_number == _tenant.c.number))
)
_SET: Any = (
    update(_tenant)
    .where(_tenant.c.number == bindparam("number", type_=BigInteger()))
    .values(territory_rules=bindparam("rules", type_=_tenant.c.territory_rules.type), version=_tenant.c.version + 1)
)


async def open_borders(database: Database) -> None:
    """Let portals of the demonstration receive and publish that are there; who receives already is left alone, for its
    administrators and others' may have changed what there is."""
    rows = await database.rows(_NEW)
    numbers = {str(slug): int(str(number)) for slug, number in rows}
    there = {pair: rule for pair, rule in RULES.items() if set(pair) <= numbers.keys()}
    for reader in {reader for _, reader in there}:
        async with database.transaction(numbers[reader]) as transaction:
            await transaction.execute(RECEIVE, number=numbers[reader])
    for publisher in sorted({publisher for publisher, _ in there}):
        rules = [
            PublicationRule(numbers[reader], rule.kinds, rule.categories, rule.within_km).stored()
            for (who, reader), rule in there.items()
            if who == publisher
        ]
        async with database.transaction(numbers[publisher]) as transaction:
            await transaction.execute(_SET, number=numbers[publisher], rules=rules)
        await territory.compare(database, numbers[publisher])
    for reader in OWN_WORDS.keys() & numbers.keys():
        async with database.transaction(numbers[reader]) as transaction:
            await transaction.execute(WORDS, number=numbers[reader], territory_words=dict(OWN_WORDS[reader]))
    if set(MOVE) <= numbers.keys():
        await provisioning.switch(
            database, MOVE[1], [Feature.MARKETPLACE], []
        )  # Else its listings would be seen by nobody.
        await zone.draw(database, MOVE[0], zone.parse(OUTLINE))
        await zone_consent.propose(database, MOVE[0], ZONE, MOVE[1], "Département des Deux-Sèvres")
