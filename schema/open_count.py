"""Open counts in the contract: what the published result of a vote does not hold yet."""

from datetime import datetime

from planner import field


@field.value
class OpenCount:
    """What the published result of a vote does not hold yet («reste à compter»)."""

    corrected_at: datetime | None = field.column(
        "Since when a correction waits to be counted: of a desk's record or its photo, or a ballot that was set aside"
        " or put back; null: none does. A recount follows within two minutes."
    )
    desk_count: int = field.column("Desks with paper that no record holds: people signed, or ballots were typed.")
