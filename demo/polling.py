"""Polling: a city's desks, who has signed there, and what they counted on paper, one record of them corrected."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from counting.paper_ballot import counted
from demo.budget import activity
from demo.story import DemoContribution, DemoTenant
from models.ballot import BLANK, says
from models.base import TenantTable
from models.paper_ballot import SPOILT, PollingTyping, digest_of
from models.polling_desk import PollingAgent, PollingDesk, Signing
from models.polling_record import PollingRecord
from models.vote import Choice
from resolvers.vote_method.base import Voice

CITY = "rennes"
OPEN, OVER = activity(0), activity(1)
AGENT, SECOND = "citizen-009", "citizen-010"
"""Who keeps the desks, and who types beside them."""

Rows = list[dict[str, Any]]
Id = Callable[[str, str], UUID]
Ago = Callable[[int], datetime]


@dataclass(frozen=True, slots=True)
class DemoDesk:
    """A desk: of each project how many ballots named it, by version of its record; none while people vote."""

    activity: str
    name: str
    channel: str
    counts: Sequence[tuple[int, ...]] = ()
    blank: int = 0
    spoilt: int = 0
    signed: int = 0
    typed: Sequence[tuple[tuple[str, ...], ...]] = ()
    """Of each batch the ballots in their short form, as one person typed them, or two."""

    @property
    def valid(self) -> int:
        """Those who signed and cast neither a blank ballot nor a null one."""
        return self.signed - self.blank - self.spoilt


ALIKE = (("1 2", "3", "b", "1 4 5", "n"),) * 2
DIFFERING = (("2 5", "1", "3 4", "6"), ("2 5", "1", "3 1", "6"))
ONCE = (("4", "1 2 3", "5"),)
DESKS = (
    DemoDesk(OVER, "Hôtel de ville", "DESK", ((30, 8, 25, 14, 21, 15), (30, 8, 26, 14, 21, 15)), 3, 2, 57),
    DemoDesk(OVER, "Maison de quartier de Villejean", "DESK", ((38, 4, 11, 9, 16, 12),), 1, 0, 44),
    DemoDesk(OVER, "Bulletins reçus par courrier", "PAPER", ((3, 2, 5, 1, 4, 6),), 0, 1, 10),
    DemoDesk(OPEN, "Bibliothèque des Champs Libres", "DESK", signed=12),
    DemoDesk(OPEN, "Marché des Lices", "PAPER", typed=(ALIKE, DIFFERING, ONCE)),
)
REASON = "Un bulletin avait été compté pour le mauvais projet : recompté en présence du public."


def rows(story: DemoTenant, id_: Id, ago: Ago) -> list[tuple[type[TenantTable], Rows]]:
    """What there is of desks in a city, table by table."""
    if story.slug != CITY:
        return []
    projects = {key: [item for item in story.contributions if item.activity == key] for key in (OPEN, OVER)}
    told = [(desk, id_("desk", desk.name), id_("activity", desk.activity)) for desk in DESKS]
    return [
        (
            PollingDesk,
            [
                {
                    "id": key,
                    "activity_id": vote,
                    "name": desk.name,
                    "channel": desk.channel,
                    "counted_by": "BALLOTS" if desk.typed else "TOTALS",
                    "opened_at": ago(24 * 30),
                }
                for desk, key, vote in told
            ],
        ),
        (
            PollingAgent,
            [
                {"id": id_("agent", desk.name), "desk_id": key, "actor_id": id_("actor", AGENT), "given_at": ago(24)}
                for desk, key, _ in told
            ],
        ),
        (Signing, [row for desk, key, vote in told for row in _signings(desk, key, vote, id_, ago)]),
        (PollingTyping, [row for desk, key, vote in told for row in _typings(desk, key, vote, projects, id_, ago)]),
        (PollingRecord, [row for desk, key, vote in told for row in _records(desk, key, vote, projects, id_, ago)]),
    ]


def _signings(desk: DemoDesk, key: UUID, vote: UUID, id_: Id, ago: Ago) -> Rows:
    hours = 2 if desk.activity == OPEN else 24 * 21
    return [
        {
            "id": id_("signing", f"{desk.name}/{place}"),
            "activity_id": vote,
            "desk_id": key,
            "voter_key": sha256(f"{desk.name}/{place}".encode()).hexdigest(),
            "is_double": False,
            "signed_at": ago(hours + place % 8),
        }
        for place in range(desk.signed)
    ]


def _typings(
    desk: DemoDesk, key: UUID, vote: UUID, projects: dict[str, list[DemoContribution]], id_: Id, ago: Ago
) -> Rows:
    ids = sorted(id_("contribution", item.key) for item in projects[desk.activity])
    made = []
    for batch, versions in enumerate(desk.typed, start=1):
        first = id_("typing", f"{desk.name}/{batch}/1")
        for version, (agent, lines) in enumerate(zip((AGENT, SECOND), versions, strict=False), start=1):
            said = [_says(line, ids) for line in lines]
            is_agreed = version > 1 and lines == versions[0]
            made.append(
                {
                    "id": id_("typing", f"{desk.name}/{batch}/{version}"),
                    "activity_id": vote,
                    "desk_id": key,
                    "batch": batch,
                    "version": version,
                    "agent_id": id_("actor", agent),
                    "ballots": [{"short": line, "says": told} for line, told in zip(lines, said, strict=True)],
                    "digest": digest_of(key, batch, said),
                    "agreed_with_id": first if is_agreed else None,
                    "agreed_agent_id": id_("actor", AGENT) if is_agreed else None,
                    "typed_at": ago(3 - version),
                    **counted(said),
                }
            )
    return made


def _says(line: str, ids: Sequence[UUID]) -> str:
    """What a ballot in its short form says, where people approve of projects."""
    if line in "bn":
        return BLANK if line == "b" else SPOILT
    return says({ids[int(number) - 1]: Voice(Choice.SUPPORT) for number in line.split()})


def _records(
    desk: DemoDesk, key: UUID, vote: UUID, projects: dict[str, list[DemoContribution]], id_: Id, ago: Ago
) -> Rows:
    return [
        {
            "id": id_("record", f"{desk.name}/{version}"),
            "activity_id": vote,
            "desk_id": key,
            "version": version,
            "reason": REASON if version > 1 else None,
            "signatures": desk.signed,
            "envelopes": desk.signed,
            "valid": desk.valid,
            "blank": desk.blank,
            "spoilt": desk.spoilt,
            "totals": [
                {"project": str(id_("contribution", item.key)), "choice": "SUPPORT", "amount": None, "count": count}
                for item, count in zip(projects[desk.activity], counts, strict=True)
            ],
            "recorded_at": ago(24 * 20 - version),
        }
        for version, counts in enumerate(desk.counts, start=1)
    ]
