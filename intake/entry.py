"""Intake: turns the rows of an import into contributions, comments, categories and authors, in batches.

Each object is stored with the source and reference that it was made from (`ImportedItem`), which are unique. So a
repeated batch, a file that is imported again and a second click change nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Text, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from database.door import Transaction
from intake import imported_response, mission_intake
from intake.edition import NamedProject
from intake.imported_place import Placing
from intake.imported_response import Responding
from models import word
from models.activity import Activity
from models.actor import Actor, ActorKind, Role
from models.base import new_id, table, unnested
from models.category import Category
from models.collectivite import Collectivite
from models.comment import Comment
from models.contribution import RULES, Contribution, ContributionKind
from models.import_run import NOTES, DeclaredTotal, ImportedItem, ImportedKind, ImportRemarkCode, ImportTarget
from models.official_response import OfficialResponse
from models.tenant import Tenant
from resolvers import category, life, petition_proposal, room
from transfer.record import Key, Record, Remark, key_of, kind_of, old_path
from transfer.vocabulary import COMMENT

MAX_CATEGORIES = 200
OWN = ""
"""The source under which the institution is stored that all imports publish for."""

_item, _category, _activity = table(ImportedItem), table(Category), table(Activity)
_commune, _tenant, _contribution = table(Collectivite), table(Tenant), table(Contribution)
_asked = unnested("asked", {"kind": Text(), "reference": Text()})
IMPORTED = (
    select(_item.c.kind, _item.c.reference, _item.c.subject_id, _item.c.run_id)
    .join_from(_asked, _item, (_item.c.kind == _asked.c.kind) & (_item.c.reference == _asked.c.reference))
    .where(_item.c.source == bindparam("source", type_=Text()))
)
OF_ACTIVITY = select(_contribution.c.id).where(
    _contribution.c.id == any_(bindparam("ids", type_=ARRAY(Uuid()))),
    _contribution.c.activity_id == bindparam("activity", type_=Uuid()),
)
EXPIRY = select(_activity.c.expires_after_days).where(_activity.c.id == bindparam("activity", type_=Uuid()))
CATEGORIES = select(_category.c.id, _category.c.name, _category.c.slug, _category.c.rank).where(
    _category.c.activity_id == bindparam("activity", type_=Uuid())
)
NAME = select(_commune.c.name).join_from(_tenant, _commune, _commune.c.id == _tenant.c.collectivite_id)

Rows = list[dict[str, Any]]
Imported = tuple[UUID, UUID | None]
"""The object that was made, and the run that made it."""


@dataclass(slots=True)
class Taken:
    """The result of a batch."""

    accepted: int = 0
    already_imported: int = 0
    remarks: list[Remark] = field(default_factory=list)


@dataclass(slots=True)
class Intake:
    """Imports the rows of one run. Places are looked up once for all rows."""

    tenant: int
    run: UUID
    source: str
    activity: UUID
    actor: UUID | None
    may_add_categories: bool
    columns: Mapping[ImportTarget, str]
    now: datetime
    expires_after_days: int | None = None
    published_at: datetime | None = None
    """When rows were published that do not say it, where the file does; else now."""

    sound: dict[str, NamedProject] = field(default_factory=dict)
    """The rows that a trial found good, by their references."""

    categories: dict[str, UUID] = field(default_factory=dict)
    _slugs: set[str] = field(default_factory=set)
    _rank: int = 0
    """The highest of the activity's categories."""

    _seen: set[int] = field(default_factory=set)
    _made: set[int] = field(default_factory=set)
    _here: set[UUID] = field(default_factory=set)
    """Those of the batch's parent contributions that belong to this activity."""

    _placing: Placing | None = None
    _responding: Responding | None = None
    _told: set[str] = field(default_factory=set)
    """Categories of which was said that they are new."""

    async def prepare(self, transaction: Transaction) -> None:
        """Read the activity's rules and categories."""
        [(days,)] = await transaction.all(EXPIRY, activity=self.activity)
        self.expires_after_days = days if isinstance(days, int) else None
        self._placing = await Placing.of(transaction, self.activity)
        await self._learn(transaction)

    async def _learn(self, transaction: Transaction) -> None:
        """Read the activity's categories and statuses."""
        self._responding = await Responding.of(transaction, self.activity)
        for id_, name, slug, rank in await transaction.all(CATEGORIES, activity=self.activity):
            assert isinstance(rank, int)
            self.categories[word.folded(str(name))] = UUID(str(id_))
            self._slugs.add(str(slug))
            self._rank = max(self._rank, rank)

    async def take(self, transaction: Transaction, records: Sequence[Record], *, is_dry: bool) -> Taken:
        """Import a batch; with `is_dry`, only report what would become of it."""
        taken = Taken()
        imported = await self._imported(transaction, records)
        await self._places.learn(transaction, records)
        abouts = [subject for (kind, _), (subject, _) in imported.items() if kind == ImportedKind.CONTRIBUTION.value]
        rows = await transaction.all(OF_ACTIVITY, ids=abouts, activity=self.activity) if abouts else []
        self._here = {UUID(str(id_)) for (id_,) in rows}
        if not is_dry:
            self._seen, self._made = set(), set()  # What other batches took stands in the database.
            if any(self._lacks(record) for record in records):
                await room.lock(transaction, Activity, self.activity)
                await self._learn(transaction)
        sound = [record for record in records if self._is_sound(record, imported, taken)]
        taken.accepted = len(sound)
        there = {key: subject for key, (subject, run) in imported.items() if run != self.run}
        again = {there[key]: row for row in records if row.mission and (key := key_of(row)) in there}
        told = await mission_intake.again(transaction, self.actor, again, self._places, is_dry=is_dry)
        for row, target, code, cell in told:
            self._refuse(taken, row, target, code, cell)
        if is_dry:
            self.sound |= {row.reference: NamedProject(new_id(), row.cost_euros) for row in sound}
        elif sound:
            await self._write(transaction, sound, {key: subject for key, (subject, _) in imported.items()})
        return taken

    def _lacks(self, record: Record) -> bool:
        """Whether a record has a category or a status that the activity has not: before it is made, it is looked for
        again under the activity's lock, as everybody does who adds to these lists."""
        is_new = bool(record.category) and word.folded(record.category or "") not in self.categories
        return is_new or self._responses.lacks(record)

    def _is_sound(self, record: Record, imported: Mapping[Key, Imported], taken: Taken) -> bool:
        """Whether to import a row: it is neither there already nor refused."""
        key = key_of(record)
        there = imported.get(key)
        if hash(key) in self._seen or (there is not None and there[1] == self.run):
            return self._refuse(taken, record, ImportTarget.REFERENCE, ImportRemarkCode.REPEATED, record.reference)
        self._seen.add(hash(key))
        if there is not None:
            taken.already_imported += 1
            return False
        if record.about is not None and not self._has_about(record, imported):
            return self._refuse(taken, record, ImportTarget.ABOUT, ImportRemarkCode.UNKNOWN_ABOUT, record.about)
        if record.category and not self.may_add_categories and word.folded(record.category) not in self.categories:
            code = ImportRemarkCode.UNKNOWN_CATEGORY
            return self._refuse(taken, record, ImportTarget.CATEGORY, code, record.category)
        if (fault := self._places.settle(record)) is not None:
            self._refuse(taken, record, *fault)
            if fault[1] not in NOTES:
                return False
        self._made.add(hash(key))
        self._tell_new(record, taken)
        return True

    def _tell_new(self, record: Record, taken: Taken) -> None:
        """Say which category and status the run makes for a row, once for each."""
        key = word.folded(record.category) if record.category else None
        if key and key not in self.categories and key not in self._told:
            self._told.add(key)
            self._refuse(taken, record, ImportTarget.CATEGORY, ImportRemarkCode.NEW_CATEGORY, record.category)
        name = record.status.name if record.status else None
        if (code := self._responses.settle(record)) is not None:
            self._refuse(taken, record, ImportTarget.STATUS, code, name)

    def _has_about(self, record: Record, imported: Mapping[Key, Imported]) -> bool:
        """Whether a row's parent contribution exists; an argument's must be in the same activity."""
        about = (ImportedKind.CONTRIBUTION.value, record.about or "")
        if about not in imported:
            return hash(about) in self._made
        return record.kind == COMMENT or imported[about][0] in self._here

    @property
    def _places(self) -> Placing:
        assert self._placing is not None, "prepare first"
        return self._placing

    @property
    def _responses(self) -> Responding:
        assert self._responding is not None, "prepare first"
        return self._responding

    async def _imported(self, transaction: Transaction, records: Sequence[Record]) -> dict[Key, Imported]:
        """The objects that exist already for the references, parents and authors in a batch."""
        contribution, actor = ImportedKind.CONTRIBUTION.value, ImportedKind.ACTOR.value
        asked = {key_of(record) for record in records}
        asked |= {(contribution, record.about) for record in records if record.about}
        asked |= {(actor, record.author) for record in records if record.author}
        rows = await transaction.all(
            IMPORTED,
            kinds=[kind for kind, _ in asked],
            references=[reference for _, reference in asked],
            source=self.source,
        )
        imported: dict[Key, Imported] = {}
        for kind, reference, subject, run in rows:
            assert isinstance(subject, UUID) and isinstance(run, UUID | None)
            imported[str(kind), str(reference)] = (subject, run)
        return imported

    def _refuse(
        self, taken: Taken, record: Record, target: ImportTarget, code: ImportRemarkCode, value: str | None
    ) -> bool:
        """Add a remark on a row; returns False for the caller to return."""
        taken.remarks.append(Remark(record.line, self.columns.get(target), code, value and value[:80]))
        return False

    # Writing ---------------------------------------------------------------------------------------------------------

    async def _write(self, transaction: Transaction, records: Sequence[Record], earlier: Mapping[Key, UUID]) -> None:
        institution = await institution_of(transaction, self.now)
        authors = await self._authors(transaction, records, earlier)
        await self._add_categories(transaction, records)
        ids = {**earlier, **{key_of(record): new_id() for record in records}}
        contributions: Rows = []
        comments: Rows = []
        answers = await self._statuses(transaction)
        for record in records:
            author = authors.get(record.author or "", institution)
            about = ids.get((ImportedKind.CONTRIBUTION.value, record.about or ""))
            own = ids[key_of(record)]
            if record.kind == COMMENT:
                assert about is not None
                comments.append(_comment(own, about, author, record.body, record.published_at or self.now))
                continue
            place = await self._places.columns(transaction, record)
            contributions.append(self._row(record, own, about, author) | place)
            if record.answer and not imported_response.answers(record):
                comments.append(_comment(new_id(), own, institution, record.answer, record.published_at or self.now))
                answers.append(self._item(ImportedKind.COMMENT, f"{record.reference}#answer", comments[-1]["id"]))
        if contributions:
            await life.bring(transaction, self.actor, contributions)
            await self._submit(transaction, contributions)
            said = {ids[key_of(record)]: record for record in records}
            await mission_intake.write(transaction, contributions, said)
        if comments:
            await transaction.copy(table(Comment), comments)
        answers += await self._respond(transaction, records, ids)
        items = [self._item_of(record, ids[key_of(record)]) for record in records]
        await transaction.copy(_item, [*items, *answers])
        if totals := [row for record in records for row in self._totals(record, ids)]:
            await transaction.copy(table(DeclaredTotal), totals)

    async def _statuses(self, transaction: Transaction) -> Rows:
        """Write the statuses that the batch needs; what was made."""
        rows = await self._responses.write_statuses(transaction)
        return [self._item(ImportedKind.STATUS, str(row["id"]), row["id"]) for row in rows]

    async def _respond(self, transaction: Transaction, records: Sequence[Record], ids: Mapping[Key, UUID]) -> Rows:
        """Write the official responses to the batch's proposals; what was made."""
        answered = [record for record in records if imported_response.answers(record)]
        if not answered:
            return []
        [(name,)] = await transaction.all(NAME)
        own = {record.reference: ids[key_of(record)] for record in answered}
        rows = self._responses.rows(answered, own, str(name)[:120], self.now)
        await transaction.copy(table(OfficialResponse), rows)
        return [
            self._item(ImportedKind.RESPONSE, f"{record.reference}#response", row["id"])
            for record, row in zip(answered, rows, strict=True)
        ]

    async def _submit(self, transaction: Transaction, contributions: Rows) -> None:
        """Proposals are petitions where the activity has a rule: the city decides on each."""
        proposals = [row["id"] for row in contributions if row["kind"] == ContributionKind.PROPOSAL.value]
        await petition_proposal.begin(transaction, self.tenant, self.activity, proposals)

    def _row(self, record: Record, own: UUID, about: UUID | None, author: UUID) -> dict[str, Any]:
        """A contribution's row without its status and place."""
        days = self.expires_after_days
        return {
            "id": own,
            "activity_id": self.activity,
            "kind": record.kind,
            "outcome": None,
            "title": record.title,
            "body": record.body,
            "author_id": author,
            "is_anonymous": False,
            "category_id": self.categories.get(word.folded(record.category)) if record.category else None,
            "about_id": about,
            "side": record.side.value if record.side else None,
            "price_cents": record.price_cents,
            "price_unit": record.price_unit,
            "support_count": 0,
            "cost_euros": record.cost_euros,
            "capacity": RULES[ContributionKind(record.kind)].usual_capacity,
            "published_at": record.published_at or self.published_at or self.now,
            "revised_at": None,
            "expires_at": mission_intake.expiry(record, None if days is None else self.now + timedelta(days=days)),
            "closed_at": None,
            "search_text": record.search_text,
        }

    def _totals(self, record: Record, ids: Mapping[Key, UUID]) -> Rows:
        own = ids[key_of(record)]
        return [
            {"contribution_id": own, "measure": measure.value, "count": total, "source": self.source, "rank": rank}
            for rank, (measure, total) in enumerate(record.totals.items())
        ]

    async def _authors(
        self, transaction: Transaction, records: Sequence[Record], imported: Mapping[Key, UUID]
    ) -> dict[str, UUID]:
        """An actor without account for each author's name."""
        names = sorted({record.author for record in records if record.author})
        imported = await mission_intake.organisers(transaction, records, imported)
        authors = {name: id_ for (kind, name), id_ in imported.items() if kind == ImportedKind.ACTOR.value}
        new = {name: new_id() for name in names if name not in authors}
        if new:
            said = {record.author: record.mission.organisation for record in records if record.mission}
            kinds = {name: ActorKind.ASSOCIATION if name in said else ActorKind.CITIZEN for name in new}
            rows = [_actor(id_, kinds[name], said.get(name, name), self.now) for name, id_ in new.items()]
            await transaction.copy(table(Actor), rows)
            await transaction.copy(_item, [self._item(ImportedKind.ACTOR, name, id_) for name, id_ in new.items()])
        return authors | new

    async def _add_categories(self, transaction: Transaction, records: Sequence[Record]) -> None:
        """Add the categories that the activity does not have yet."""
        wanted = {word.folded(record.category): record.category for record in records if record.category}
        new = {key: name for key, name in wanted.items() if key not in self.categories}
        if not new or not self.may_add_categories:
            return
        rows: Rows = []
        for key, name in list(new.items())[: max(0, MAX_CATEGORIES - len(self.categories))]:
            self._rank += 1
            self.categories[key], slug = new_id(), category.fresh(name, self._slugs)
            self._slugs.add(slug)
            row = {"id": self.categories[key], "activity_id": self.activity, "slug": slug}
            rows.append({**row, "name": name, "rank": self._rank})
        if rows:
            await transaction.copy(_category, rows)
            items = [self._item(ImportedKind.CATEGORY, f"{self.activity}/{row['slug']}", row["id"]) for row in rows]
            await transaction.copy(_item, items)

    def _item(self, kind: ImportedKind, reference: str, subject: UUID, address: str | None = None) -> dict[str, Any]:
        return {
            "source": self.source,
            "kind": kind.value,
            "reference": reference,
            "run_id": self.run,
            "subject_id": subject,
            "old_address": address,
            "old_path": address and old_path(address),
        }

    def _item_of(self, record: Record, subject: UUID) -> dict[str, Any]:
        return self._item(kind_of(record), record.reference, subject, record.old_address)


def _comment(id_: UUID, contribution: UUID, author: UUID, body: str, at: datetime) -> dict[str, Any]:
    return {"id": id_, "contribution_id": contribution, "author_id": author, "body": body, "published_at": at}


def _actor(id_: UUID, kind: ActorKind, name: str, at: datetime) -> dict[str, Any]:
    return {"id": id_, "kind": kind.value, "role": Role.MEMBER.value, "name": name, "created_at": at}


async def institution_of(transaction: Transaction, now: datetime) -> UUID:
    """The actor for imported rows without author: the portal's collectivité."""
    kind, reference = ImportedKind.ACTOR.value, "institution"
    rows = await transaction.all(IMPORTED, kinds=[kind], references=[reference], source=OWN)
    if rows:
        return UUID(str(rows[0][2]))
    [(name,)] = await transaction.all(NAME)
    id_ = new_id()
    await transaction.copy(table(Actor), [_actor(id_, ActorKind.INSTITUTION, str(name)[:120], now)])
    item = {"source": OWN, "kind": kind, "reference": reference, "run_id": None, "subject_id": id_}
    await transaction.copy(_item, [{**item, "old_address": None, "old_path": None}])
    return id_
