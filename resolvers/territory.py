"""Territory («territoire»): what lies far outside of it is not published at a portal."""

import tenants.territory
from database.door import Transaction
from models.refusal import ErrorCode, Refusal


async def check(transaction: Transaction, lat: float, lng: float) -> None:
    """Raises Refusal(OUTSIDE_TERRITORY) for a point far outside of the portal's territory."""
    found = tenants.territory.read(await transaction.all(tenants.territory.CENTER, of=transaction.tenant))
    if found and not found.holds(lat, lng):
        away = f"{found.away_km(lat, lng):,.0f} km from the portal's centre"
        message = f"The place is {away}, more than {found.reach_km}."
        raise Refusal(ErrorCode.OUTSIDE_TERRITORY, message, "location")
