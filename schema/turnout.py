"""Turnout in the contract: who has voted counted by day, hour, channel, desk, zone and proof, for administrators."""

from datetime import date, datetime
from typing import Annotated

from models.polling_desk import VoteChannel
from models.proof import ProofLevel
from models.turnout import TurnoutGroup
from planner import field
from schema.enumeration import described
from schema.later import LaterPollingDesk
from schema.zone import Zone

described(
    VoteChannel,
    "How a ballot came in («canal»).",
    {
        "ONLINE": "Cast on the portal.",
        "DESK": "On paper, at a desk («bureau de vote»).",
        "PAPER": "On paper that was sent or handed in («correspondance, urne»).",
        "IMPORTED": "In the imported file of a vote that had ended elsewhere («fichier importé»).",
    },
)
described(
    TurnoutGroup,
    "By what those who have voted are counted. Times are those of the ballot as it was last cast, or of the signature.",
    {
        "DAY": "By day, in the portal's time zone: from the opening to the close or to today, at most the last 400.",
        "HOUR": "By hour of one day, in the portal's time zone: 23 or 25 of them where the clocks change.",
        "CHANNEL": "By how the ballot came in.",
        "DESK": "By desk.",
        "ZONE": "By zone of residence, where the vote asks for one: of those who have proved it online.",
        "PROOF": "By level of proof, where the vote asks for one: of those who voted online.",
    },
)

ROWS = 30
"""As many rows is a group taken to have."""

ByGroup = Annotated[TurnoutGroup, field.argument("By what they are counted.")]
OnDay = Annotated[
    date | None,
    field.argument(
        "Whose hours are told; null: of the last day on which somebody voted, else of the vote's last. A"
        " day outside of the vote is its nearest one."
    ),
]


@field.value
class TurnoutRow:
    """Those who have voted («votants») in one group. One field names the group, the others are null."""

    day: date | None = field.column("The day; else null.")
    starts_at: datetime | None = field.column("When the hour begins; else null.")
    channel: VoteChannel | None = field.column("The channel; else null.")
    desk: LaterPollingDesk | None = field.refers("desk_id", "The desk; else null.")
    zone: Zone | None = field.refers("zone_id", "The zone; else null.")
    level: ProofLevel | None = field.column("The level of proof; else null.")
    voter_count: int | None = field.column(
        "How many; null where they are 1 to 4 and it would tell somebody apart, or where it would tell another such"
        " count."
    )
