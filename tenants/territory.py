"""Territory («territoire»): where a portal's collectivité is, and how far from there something may still be its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, any_, bindparam, func, literal_column, or_, select

from geo import distance
from models.base import table
from models.collectivite import Collectivite, CollectiviteKind
from models.tenant import Tenant

REACH_KM = {
    CollectiviteKind.COMMUNE: 150,
    CollectiviteKind.ARRONDISSEMENT_MUNICIPAL: 150,
    CollectiviteKind.EPCI: 150,
    CollectiviteKind.DEPARTEMENT: 350,
    CollectiviteKind.PROVINCE: 350,
    CollectiviteKind.REGION: 600,
}
"""From the centre, which is the town hall's or the chief town's. A commune of Guiana reaches 120 km from its town, the
département 320 km from Cayenne, and a métropole's entraide its whole département; beyond lies what was mistyped."""

_own, _tenant = table(Collectivite).alias("own"), table(Tenant)
_around = table(Collectivite).alias("around")
_is_own = _around.c.id == _own.c.id
_lat = func.coalesce(_tenant.c.lat, _around.c.lat)
_lng = func.coalesce(_tenant.c.lng, _around.c.lng)
CENTER = (
    select(_around.c.kind, _lat, _lng)
    .join_from(_tenant, _own, _own.c.id == _tenant.c.collectivite_id)
    .join(_around, or_(_is_own, _around.c.id == any_(_own.c.parent_ids)))
    .where(_tenant.c.number == bindparam("of", type_=BigInteger()), _lat.is_not(None))
    .order_by(_is_own.desc(), func.array_position(_own.c.parent_ids, _around.c.id))
    .limit(literal_column("1", BigInteger))
)
"""The portal's own centre, else its collectivité's, else that of the nearest around it that has one: the register knows
the place of a quarter of the communes, and of all départements."""


@dataclass(frozen=True, slots=True)
class Territory:
    """A centre in degrees, and the reach around it."""

    reach_km: int
    lat: float
    lng: float

    def away_km(self, lat: float, lng: float) -> float:
        """How far a point is from the centre."""
        return distance.between(lat, lng, self.lat, self.lng) / 1_000

    def holds(self, lat: float, lng: float) -> bool:
        """Whether a point lies within the reach."""
        return self.away_km(lat, lng) <= self.reach_km


def read(rows: Sequence[Sequence[object]]) -> Territory | None:
    """What CENTER's rows say; None where no centre is known, and everything may be its own."""
    if not rows:
        return None
    kind, lat, lng = rows[0]
    assert isinstance(lat, float) and isinstance(lng, float)
    return Territory(REACH_KM[CollectiviteKind(kind)], lat, lng)
