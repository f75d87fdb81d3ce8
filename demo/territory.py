"""The demonstration's territory: communes that publish what neighbours can answer, and portals that show it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, bindparam, exists, select, update

from database.door import Database
from jobs import territory
from models.base import table
from models.tenant import Tenant
from models.territory import PublicationRule, TerritoryReader
from office.territory_reader import RECEIVE

_OFFERS_AND_REQUESTS = ["OFFER", "REQUEST"]
RULES: Mapping[tuple[str, str], PublicationRule] = {
    ("courbevoie", "paris"): PublicationRule(0, _OFFERS_AND_REQUESTS, within_km=15),
    ("meudon", "paris"): PublicationRule(0, _OFFERS_AND_REQUESTS, within_km=15),
    ("bourg-la-reine", "paris"): PublicationRule(0, ["OFFER"], within_km=15),
    ("poitiers", "deux-sevres"): PublicationRule(0, _OFFERS_AND_REQUESTS, within_km=100),
}
"""Who publishes what to whom: communes to the city beside them, and a city to the département beyond the border."""

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
