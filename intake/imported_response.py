"""Imported responses: what another system's institution said of proposals, and the statuses that it gave them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.types import Uuid

from database.door import Transaction
from models import word
from models.base import new_id, table
from models.contribution import ContributionKind
from models.import_run import ImportRemarkCode
from models.proposal_status import MAX_STATUSES, ProposalStatus
from transfer.record import Record

_status = table(ProposalStatus)
STATUSES = select(_status.c.id, _status.c.name, _status.c.rank).where(
    _status.c.activity_id == bindparam("activity", type_=Uuid())
)


@dataclass(slots=True)
class Responding:
    """The statuses of one activity by their folded names, those that a run is about to make among them."""

    activity: UUID
    statuses: dict[str, UUID] = field(default_factory=dict)
    _rank: int = 0
    _count: int = 0
    _new: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    async def of(cls, transaction: Transaction, activity: UUID) -> "Responding":
        """Read the activity's statuses."""
        made = cls(activity)
        for id_, name, rank in await transaction.all(STATUSES, activity=activity):
            assert isinstance(id_, UUID) and isinstance(rank, int)
            made.statuses[word.folded(str(name))] = id_
            made._count += 1
            made._rank = max(made._rank, rank)
        return made

    def lacks(self, record: Record) -> bool:
        """Whether a record has a status that the activity has not."""
        return record.status is not None and word.folded(record.status.name) not in self.statuses

    def settle(self, record: Record) -> ImportRemarkCode | None:
        """Find the status of a record, or plan it; what is to be said of that. Without room the record has none."""
        if record.status is None or not self.lacks(record):
            return None
        if self._count >= MAX_STATUSES:
            record.status = None
            return ImportRemarkCode.STATUS_LEFT_OUT
        self._rank += 1
        self._count += 1
        id_, key = new_id(), word.folded(record.status.name)
        self.statuses[key] = id_
        self._new[key] = {
            "id": id_,
            "activity_id": self.activity,
            "name": record.status.name,
            "color": record.status.color,
            "rank": self._rank,
            "is_open_to_votes": record.status.is_open_to_votes,
            "is_open_to_comments": True,
            "version": 1,
        }
        return ImportRemarkCode.NEW_STATUS

    async def write_statuses(self, transaction: Transaction) -> list[dict[str, Any]]:
        """Insert those that were planned; gives their rows."""
        rows = list(self._new.values())
        self._new = {}
        if rows:
            await transaction.copy(_status, rows)
        return rows

    def rows(
        self, records: Sequence[Record], ids: Mapping[str, UUID], usual: str, now: datetime
    ) -> list[dict[str, Any]]:
        """The official responses to proposals, whose ids are given by reference; `usual` names whoever answers."""
        return [
            {
                "id": new_id(),
                "contribution_id": ids[record.reference],
                "status_id": self.statuses[word.folded(record.status.name)] if record.status else None,
                "service": record.service or usual,
                "body": record.answer or "",
                "author_id": None,
                "published_at": record.answered_at or record.published_at or now,
                "revised_at": None,
                "version": 1,
            }
            for record in records
            if answers(record)
        ]


def answers(record: Record) -> bool:
    """Whether a record becomes a proposal with an official response; what else is answered is by a comment."""
    return record.kind == ContributionKind.PROPOSAL.value and bool(record.answer or record.status)
