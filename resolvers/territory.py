"""Territory («territoire»): a portal refuses places far outside of it."""

import tenants.territory
from database.door import Transaction
from models.refusal import ErrorCode, Refusal


async def check(transaction: Transaction, lat: float, lng: float, field: str = "location") -> None:
    """Raises Refusal(OUTSIDE_TERRITORY) for a point far outside of the portal's territory."""
    territory = tenants.territory.read(await transaction.all(tenants.territory.CENTER, of=transaction.tenant))
    if territory and not territory.holds(lat, lng):
        away = f"{territory.away_km(lat, lng):,.0f} km from the portal's centre"
        message = f"The place is {away}, more than {territory.reach_km}."
        raise Refusal(ErrorCode.OUTSIDE_TERRITORY, message, field)
