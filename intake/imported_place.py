"""Places of imported rows: a point or a commune's centre, if the activity takes places, in the portal's territory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Text, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

import tenants.territory
from database.door import Transaction
from models.activity import Activity, LocationRule
from models.base import constant, table
from models.collectivite import Collectivite, CollectiviteKind
from models.import_run import ImportRemarkCode, ImportTarget
from resolvers import position, unplaced
from tenants.territory import Territory
from transfer.record import Record
from transfer.vocabulary import COMMENT

_activity, _commune = table(Activity), table(Collectivite)
RULE = select(_activity.c.location_rule).where(_activity.c.id == bindparam("activity", type_=Uuid()))
CENTERS = select(_commune.c.insee_code, _commune.c.lat, _commune.c.lng).where(
    _commune.c.insee_code == any_(bindparam("codes", type_=ARRAY(Text()))),
    _commune.c.kind == constant(CollectiviteKind.COMMUNE),
)

Fault = tuple[ImportTarget, ImportRemarkCode, str | None]
"""The column at fault, the remark's code and the cell's text."""


@dataclass(slots=True)
class Placing:
    """Finds the places of a run's rows, looking each commune, cell and zone up once."""

    rule: LocationRule
    territory: Territory | None
    _publisher: position.Publisher
    _centers: dict[str, tuple[float, float] | None] = field(default_factory=dict)

    @classmethod
    async def of(cls, transaction: Transaction, activity: UUID) -> "Placing":
        """For rows of an activity."""
        [(rule,)] = await transaction.all(RULE, activity=activity)
        territory = tenants.territory.read(await transaction.all(tenants.territory.CENTER, of=transaction.tenant))
        return cls(LocationRule(str(rule)), territory, position.Publisher(transaction))

    async def learn(self, transaction: Transaction, records: Sequence[Record]) -> None:
        """Look up the centres of the communes in a batch."""
        codes = {record.commune for record in records if record.commune} - self._centers.keys()
        if codes:
            self._centers |= dict.fromkeys(codes)
            for code, lat, lng in await transaction.all(CENTERS, codes=sorted(codes)):
                self._centers[str(code)] = (lat, lng) if isinstance(lat, float) and isinstance(lng, float) else None

    def settle(self, record: Record) -> Fault | None:
        """Set a row's place, or remove it; returns a fault, or None."""
        if record.commune and record.lat is None:
            center = self._centers.get(record.commune)
            if center is None:
                return ImportTarget.COMMUNE, ImportRemarkCode.UNKNOWN_COMMUNE, record.commune
            record.lat, record.lng = center
        if record.lat is None or record.lng is None:
            is_wanted = self.rule is LocationRule.REQUIRED and record.kind != COMMENT
            return (ImportTarget.LATITUDE, ImportRemarkCode.MISSING, None) if is_wanted else None
        if self.rule is LocationRule.NONE:
            record.lat = record.lng = None
            return ImportTarget.LATITUDE, ImportRemarkCode.PLACE_LEFT_OUT, None
        if self.territory and not self.territory.holds(record.lat, record.lng):
            told = f"{record.lat:.5f} {record.lng:.5f}"
            return ImportTarget.LATITUDE, ImportRemarkCode.OUTSIDE_TERRITORY, told
        return None

    async def columns(self, transaction: Transaction, record: Record) -> dict[str, Any]:
        """The columns of a contribution's place; only the cell is public, but for a mission's street."""
        if record.lat is None or record.lng is None:
            return unplaced.NOWHERE
        street = record.mission.street if record.mission else None
        is_exact = street is not None
        published, zone = await self._publisher.within(transaction).publish(record.lat, record.lng, exact=is_exact)
        return position.Position(record.lat, record.lng, published, street, zone).columns()
