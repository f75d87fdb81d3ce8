"""Moving: rows of one portal that go into another, a batch in one transaction: there they are, and here no more.

Each statement runs under the role of one of the two; none joins their tables (decision 0093).
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ClauseElement, Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import Integer, Uuid

from intake import entry
from jobs import moved_person, moving_place, territory
from jobs.moving_way import Way
from models.base import TenantTable, new_id, table, utc_now
from models.comment import Comment
from models.contribution import By, Contribution, ContributionStatus
from models.event import EventKind
from models.zone_move import StayReason
from planner.event import NewEvent, events, recording
from planner.row import reader
from resolvers import life, roll_up, withholding
from resolvers.vote_method import METHODS
from tenants.archive import derived

AT_ONCE = 100
"""Contributions in a batch: whoever votes or comments on the former portal waits that long, some tenths of a second."""

BLANK = "–"
"""What stays of a comment that is on the other portal: nobody reads it, for what it is about is gone."""

_METHODS = ", ".join(f"'{name.value}'" for name, method in METHODS.items() if method.is_free)
_ids, _move = bindparam("ids", type_=ARRAY(Uuid())), bindparam("move", type_=Uuid())
_FROM = """
 FROM __tenant__.contribution c JOIN __tenant__.activity a ON a.id = c.activity_id
 JOIN __tenant__.participatory_space s ON s.id = a.space_id
 WHERE c.kind <> 'ARGUMENT' AND c.status <> 'TAKEN_BACK'"""
_STAYS = f"""CASE
 WHEN c.status IN ('HELD', 'HIDDEN') OR EXISTS (SELECT FROM __tenant__.moderation_case m
   WHERE m.contribution_id = c.id AND m.cause <> 'AIDS' AND m.state IN ('OPEN', 'APPEALED'))
   THEN '{StayReason.MODERATION.value}'
 WHEN a.vote_method IS NOT NULL AND a.vote_method NOT IN ({_METHODS}) THEN '{StayReason.BALLOT.value}'
 WHEN EXISTS (SELECT FROM __tenant__.exchange x WHERE x.contribution_id = c.id
   AND x.status IN ('PROPOSED', 'WAITING', 'ACCEPTED', 'DISPUTED')) THEN '{StayReason.EXCHANGE.value}'
 WHEN c.successor_id IS NOT NULL OR EXISTS (SELECT FROM __tenant__.contribution p WHERE p.successor_id = c.id)
   OR EXISTS (SELECT FROM __tenant__.petition p WHERE p.contribution_id = c.id)
   OR EXISTS (SELECT FROM __tenant__.amendment p WHERE p.contribution_id = c.id)
   OR EXISTS (SELECT FROM __tenant__.mission p WHERE p.contribution_id = c.id)
   OR EXISTS (SELECT FROM __tenant__.desk_entry p WHERE p.contribution_id = c.id)
   OR EXISTS (SELECT FROM __tenant__.official_response p WHERE p.contribution_id = c.id)
   OR EXISTS (SELECT FROM __tenant__.project_award p WHERE p.contribution_id = c.id)
   THEN '{StayReason.PROCEDURE.value}'
 WHEN s.visibility <> 'PUBLIC' THEN '{StayReason.NOT_PUBLIC.value}'
 WHEN a.kind <> ALL (:kinds) THEN '{StayReason.NOT_OFFERED.value}' END"""  # noqa: S608


def _text(sql: str, **types: Any) -> ClauseElement:
    """A statement whose parameters have these types."""
    return text(sql).bindparams(*(bindparam(name, type_=type_) for name, type_ in types.items()))


_MANY: Any = ARRAY(Uuid())
_KINDS: Any = ARRAY(Text())
OF_ZONE = _text(
    f"SELECT c.id{_FROM} AND c.zone_id = :zone AND ({_STAYS}) IS NULL ORDER BY c.id LIMIT :most",
    zone=Uuid(),
    kinds=_KINDS,
    most=Integer(),
)
OF_MOVE = _text(
    f"SELECT c.id{_FROM} AND EXISTS (SELECT FROM platform.moved_contribution o WHERE o.id = c.id"  # noqa: S608
    f" AND o.move_id = :move AND o.to_number = :number) AND ({_STAYS}) IS NULL ORDER BY c.id LIMIT :most",
    move=Uuid(),
    number=BigInteger(),
    kinds=_KINDS,
    most=Integer(),
)
STILL = _text(f"SELECT c.id{_FROM} AND c.id = ANY (:ids) AND ({_STAYS}) IS NULL ORDER BY c.id", ids=_MANY, kinds=_KINDS)
_COUNTED = (
    "SELECT reason, count(*) FROM (SELECT {stays} AS reason{of} AND {which}) r WHERE reason IS NOT NULL GROUP BY 1"
)
STAYING_OF_ZONE = _text(_COUNTED.format(stays=_STAYS, of=_FROM, which="c.zone_id = :zone"), zone=Uuid(), kinds=_KINDS)
STAYING_OF_MOVE = _text(
    _COUNTED.format(
        stays=_STAYS,
        of=_FROM,
        which="EXISTS (SELECT FROM platform.moved_contribution o WHERE o.id = c.id AND o.move_id = :move"
        " AND o.to_number = :number)",
    ),
    move=Uuid(),
    number=BigInteger(),
    kinds=_KINDS,
)
ARGUMENTS = _text(
    "SELECT id FROM __tenant__.contribution WHERE about_id = ANY (:ids) AND status IN ('OPEN', 'CLOSED', 'EXPIRED',"
    " 'PAUSED') ORDER BY id",
    ids=_MANY,
)
LOCK = text("LOCK TABLE __tenant__.vote, __tenant__.comment, __tenant__.contribution IN SHARE ROW EXCLUSIVE MODE")
"""Who votes, comments or publishes waits until the batch is committed, and then sees what became of it."""

CONTRIBUTIONS = _text("SELECT to_jsonb(c) FROM __tenant__.contribution c WHERE id = ANY (:ids) ORDER BY id", ids=_MANY)
COMMENTS = _text(
    "SELECT to_jsonb(k) FROM __tenant__.comment k WHERE contribution_id = ANY (:ids) AND status = 'PUBLISHED'"
    " AND body <> :blank ORDER BY id",
    ids=_MANY,
    blank=Text(),
)
BLANK_COMMENTS = _text(
    "UPDATE __tenant__.comment SET body = :blank, author_id = :author WHERE id = ANY (:ids)",
    ids=_MANY,
    author=Uuid(),
    blank=Text(),
)

TAKE_VOTES = _text(
    "DELETE FROM __tenant__.vote WHERE contribution_id = ANY (:ids)"
    " RETURNING id, contribution_id, actor_id, choice, amount, cast_at",
    ids=_MANY,
)
GIVE_VOTES = _text(
    "INSERT INTO __tenant__.vote (id, contribution_id, actor_id, choice, amount, cast_at)"
    " SELECT * FROM unnest(:vote, :contribution, :actor, :choice, :amount, CAST(:cast AS timestamptz[]))"
    " ON CONFLICT (contribution_id, actor_id) DO NOTHING RETURNING id, contribution_id, choice",
    vote=_MANY,
    contribution=_MANY,
    actor=_MANY,
    choice=ARRAY(Text()),
    amount=ARRAY(Integer()),
    cast=ARRAY(Text()),
)
TALLY = _text(
    "INSERT INTO __tenant__.tally_delta (id, vote_id, contribution_id, key, delta)"
    " SELECT gen_random_uuid(), v, c, k, :by FROM unnest(:vote, :contribution, :choice) AS t (v, c, k)",
    vote=_MANY,
    contribution=_MANY,
    choice=ARRAY(Text()),
    by=Integer(),
)
LATE = _text(
    """SELECT m.id FROM platform.moved_contribution m WHERE m.move_id = :move AND m.from_number = :number AND (
     EXISTS (SELECT FROM __tenant__.vote v WHERE v.contribution_id = m.id)
     OR EXISTS (SELECT FROM __tenant__.comment k WHERE k.contribution_id = m.id AND k.status = 'PUBLISHED'
       AND k.body <> :blank)
     OR EXISTS (SELECT FROM __tenant__.contribution c WHERE c.about_id = m.id
       AND c.status IN ('OPEN', 'CLOSED', 'EXPIRED', 'PAUSED'))) ORDER BY m.id""",
    move=Uuid(),
    number=BigInteger(),
    blank=Text(),
)
"""Of what moved, what has votes, comments or arguments here again: from requests that had begun before."""

WENT = _text(
    "INSERT INTO platform.moved_contribution (id, from_number, move_id, to_number, slug, host, activity_id, author_id,"
    " category_id, moved_at) SELECT id, :here, :move, :there, :slug, :host, activity, author, category, now()"
    " FROM unnest(:ids, :activity, :author, :category) AS t (id, activity, author, category)"
    " ON CONFLICT (id, from_number) DO UPDATE SET move_id = excluded.move_id, to_number = excluded.to_number,"
    " slug = excluded.slug, host = excluded.host, activity_id = excluded.activity_id, author_id = excluded.author_id,"
    " category_id = excluded.category_id, moved_at = excluded.moved_at",
    here=BigInteger(),
    there=BigInteger(),
    move=Uuid(),
    slug=Text(),
    host=Text(),
    ids=_MANY,
    activity=_MANY,
    author=_MANY,
    category=_MANY,
)
CAME = _text(
    "DELETE FROM platform.moved_contribution WHERE from_number = :number AND id = ANY (:ids)"
    " RETURNING id, activity_id, author_id",
    number=BigInteger(),
    ids=_MANY,
)


async def carry(way: Way, roots: Sequence[UUID]) -> int:
    """Move contributions with their arguments, comments and votes; how many contributions moved. What has an exchange
    or a case of moderation by now stays."""
    await way.here.all(life.LOCKED, ids=list(roots))
    still: list[Any] = [id_ for (id_,) in await way.here.all(STILL, ids=list(roots), kinds=way.kinds)]
    arguments: list[Any] = [id_ for (id_,) in await way.here.all(ARGUMENTS, ids=still)]
    count = await _carry_contributions(way, still) + await _carry_contributions(way, arguments)
    await _carry_said(way, [*still, *arguments])
    return count


async def sweep(way: Way) -> int:
    """Move what was said here of what had moved, by requests that had begun before; of how many contributions."""
    here, _ = way.numbers
    late: list[Any] = [id_ for (id_,) in await way.here.all(LATE, move=way.move, number=here, blank=BLANK)]
    if late:
        arguments: list[Any] = [id_ for (id_,) in await way.here.all(ARGUMENTS, ids=late)]
        await _carry_contributions(way, arguments)
        await _carry_said(way, [*late, *arguments])
    return len(late)


async def _carry_contributions(way: Way, ids: Sequence[UUID]) -> int:
    rows: list[Any] = [row for (row,) in await way.here.all(CONTRIBUTIONS, ids=list(ids))] if ids else []
    if not rows:
        return 0
    here, there = way.numbers
    authors = await moved_person.of(way, {row["author_id"] for row in rows})
    before = {
        str(id_): (activity, author) for id_, activity, author in await way.platform.all(CAME, number=there, ids=ids)
    }
    places = moving_place.Places(way.here, way.there, way.made, before)
    arrived = [await _arriving(places, authors[row["author_id"]], row) for row in rows]
    moves = await _moves(way, arrived)
    await way.there.execute(writing(Contribution, frozenset({"support_count"})), rows=arrived)
    counted = [(None, roll_up.counted(roll_up.CountedRow.of(_typed(row)))) for row in arrived]
    happened = [NewEvent(event, id_, None, {"kind": kind}) for event, id_, kind in moves]
    await way.there.execute(ARRIVE, **roll_up.deltas(*counted), **events(*happened))
    await _leave(way, rows)
    await territory.mend(way.here, here, ids)
    await territory.mend(way.there, there, ids)
    return len(rows)


ARRIVE = recording(roll_up.COUNT)


async def _moves(way: Way, arriving: Sequence[Mapping[str, Any]]) -> list[tuple[EventKind, UUID, str]]:
    """By contribution the event of its arrival: it is new there, or comes back where it was taken back."""
    ids = [UUID(row["id"]) for row in arriving]
    before = {row.id: row.status for row in map(_locked, await way.there.all(life.LOCKED, ids=ids))}
    told = []
    for id_, row in zip(ids, arriving, strict=True):
        move = life.allowed(before.get(id_), ContributionStatus(row["status"]), By.ZONE)
        assert move is not None, "nothing that lives there already is overwritten"
        told.append((move.event, id_, str(row["kind"])))
    return told


_locked = reader(life.LOCKED, life.Due)


async def _leave(way: Way, rows: Sequence[Mapping[str, Any]]) -> None:
    """Here they are gone, and lead there."""
    here, there = way.numbers
    ids = [UUID(row["id"]) for row in rows]
    await way.platform.execute(
        WENT,
        here=here,
        there=there,
        move=way.move,
        slug=way.slug,
        host=way.host,
        ids=ids,
        activity=[UUID(row["activity_id"]) for row in rows],
        author=[UUID(row["author_id"]) for row in rows],
        category=[row["category_id"] and UUID(row["category_id"]) for row in rows],
    )
    institution = await entry.institution_of(way.here, utc_now())
    await life.take_back(way.here, None, ids, institution)
    await way.here.execute(withholding.VOID_MARKS, ids=ids)


async def _arriving(
    places: moving_place.Places, author: moved_person.MovedAs, row: Mapping[str, Any]
) -> dict[str, Any]:
    """A contribution's row as it is on the other portal, where what comes back has the author that it had. Its exact
    place goes along where it is public, or its author agreed."""
    activity = await places.activity(row)
    former = places.before.get(row["id"])
    shown = {
        "activity_id": activity,
        "category_id": await places.category(row["category_id"], activity),
        "author_id": str(former[1]) if former and former[1] else str(author.id),
        "zone_id": None,
        "assignee_id": None,
        "support_count": 0,
    }
    if row["precision"] != "EXACT" and not author.has_agreed:
        shown |= {"exact_lat": None, "exact_lng": None, "address": None}
    return {name: value for name, value in {**row, **shown}.items() if name not in derived("contribution")}


def _typed(row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that JSON has as texts, as what they are."""
    category = row["category_id"]
    return {**row, "activity_id": UUID(row["activity_id"]), "category_id": category and UUID(category)}


async def _carry_said(way: Way, ids: Sequence[UUID]) -> None:
    """Move the comments and votes of contributions that are there already."""
    if not ids:
        return
    comments: list[Any] = [row for (row,) in await way.here.all(COMMENTS, ids=list(ids), blank=BLANK)]
    votes: list[Any] = await way.here.all(TAKE_VOTES, ids=list(ids))
    writers = {row["author_id"] for row in comments}
    people = await moved_person.of(way, writers)
    if comments:
        moved = [{**row, "author_id": str(people[row["author_id"]].id)} for row in comments]
        await way.there.execute(writing(Comment), rows=moved)
        institution = await entry.institution_of(way.here, utc_now())
        await way.here.execute(
            BLANK_COMMENTS, ids=[UUID(row["id"]) for row in comments], author=institution, blank=BLANK
        )
    if votes:
        voters = await moved_person.voters(way, {str(row[2]) for row in votes if row[2]})
        await _give(way, votes, voters)


async def _give(way: Way, votes: Sequence[Sequence[Any]], voters: Mapping[str, UUID]) -> None:
    """Votes are there, under new ids, for the old ones kept secret what was sealed of them; whoever voted there
    meanwhile has that later voice."""
    ids, contributions, actors, choices, amounts, times = (list(each) for each in zip(*votes, strict=True))
    left = {"vote": ids, "contribution": contributions, "choice": choices}
    await way.here.execute(TALLY, **left, by=-1)
    given = await way.there.all(
        GIVE_VOTES,
        vote=[new_id() for _ in ids],
        contribution=contributions,
        actor=[actor and voters[str(actor)] for actor in actors],
        choice=choices,
        amount=amounts,
        cast=[at.isoformat() for at in times],
    )
    if given:
        ids, contributions, choices = (list(each) for each in zip(*given, strict=True))
        await way.there.execute(TALLY, vote=ids, contribution=contributions, choice=choices, by=1)


@cache
def writing(model: type[TenantTable], kept: Collection[str] = frozenset()) -> ClauseElement:
    """Inserts rows as JSON of all columns; of rows that are there already all but what is `kept`."""
    target = table(model)
    names = [column.name for column in target.columns if column.computed is None]
    listed = ", ".join(f'"{name}"' for name in names)
    changed = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in {"id", *kept})
    whole = f"{target.schema}.{target.name}"
    return _text(
        f"INSERT INTO {whole} ({listed}) SELECT {listed} FROM jsonb_populate_recordset(NULL::{whole}, :rows)"  # noqa: S608
        f" ON CONFLICT (id) DO UPDATE SET {changed}",
        rows=JSONB(),
    )
