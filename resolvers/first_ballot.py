"""First ballots: one statement decides by the database's clock and casts a voter's first ballot; a second one, which is
run once for all who are committed together, writes what goes with it: its votes, what they add to the tallies, the
journal's event and the mail with the receipt.

Whether the rule allows a ballot is judged before, by the terms that this process remembers; the statement casts it only
where these are still the terms, and all else allows it. In any other case it does nothing, and `ballot.cast` says why.
It runs under the same locks, which are taken by a statement before it: so it sees all that was committed until then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Insert, Integer, Select, Text, and_, bindparam, exists, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine, Uuid

from mail import to_parties
from models.activity import Activity
from models.ballot import COLUMNS, Ballot
from models.base import new_id, table
from models.event import EventKind
from models.mail import MailKind
from models.refusal import Refusal
from models.vote import TallyDelta, Vote
from planner import event, idempotency
from planner.act import Outcome, Sending, SingleStatement, value
from planner.context import Asker
from planner.event import NewEvent, events
from planner.sight import Sight
from resolvers import ballot, ballot_terms, ballot_vote, set_aside
from resolvers.ballot_terms import Terms
from resolvers.vote_method import METHODS
from resolvers.vote_method.base import Method, Voice

_ballot, _vote, _delta = table(Ballot), table(Vote), table(TallyDelta)
_named = ballot_vote.rows("named_", contribution=Uuid(), cost=Integer())
_BALLOT = ("id", "activity_id", "actor_id", "is_blank", "proof", "salt", "receipt", "cast_at")


@dataclass(frozen=True, slots=True)
class FirstCast:
    """Whether the ballot was cast."""

    was_cast: bool


@cache
def _cast_where_allowed(seen: Sight, *, is_keyed: bool) -> Select[Any]:
    """Casts a ballot where the vote and its projects are seen, open and what they were remembered as, the voter has
    proved what is asked, and has neither a ballot nor any vote there yet. It touches no row of another voter. With
    `is_keyed` it keeps an idempotency key where it cast the ballot, and casts none under one that was used."""
    poll = ballot_terms.poll(seen).cte("poll")
    given = {name: value(Ballot, name) for name in ("activity_id", "actor_id", "is_blank", "salt", "receipt")}
    id_ = bindparam("ballot_id", type_=Uuid())
    whole = select(id_, given["activity_id"], given["actor_id"], given["is_blank"], poll.c.proof, given["salt"])
    allowed = whole.add_columns(given["receipt"], func.now()).where(_allows(poll, seen))
    if is_keyed:
        allowed = allowed.where(idempotency.UNCLAIMED)
    inserting = postgresql.insert(_ballot).from_select(_BALLOT, allowed).on_conflict_do_nothing()
    opened = inserting.returning(_ballot.c.id).cte("opened")
    claimed = [idempotency.claiming(opened).cte("claimed")] if is_keyed else []
    return select(exists(select(opened.c.id)).label("was_cast")).add_cte(opened, *claimed)


def _written_with() -> Insert:
    """Writes all that goes with any number of ballots, of those that were cast: `_with_ballot` makes its parameters. A
    ballot is known by its id and its receipt: the same ones in another ballot's place are nobody's."""
    told = ballot_vote.rows("told_", ballot=Uuid(), receipt=Text(), actor=Uuid(), event=Uuid())
    voice: dict[str, TypeEngine[Any]] = {"contribution": Uuid(), "choice": Text(), "amount": Integer()}
    said = ballot_vote.rows("said_", ballot=Uuid(), id=Uuid(), **voice)
    count: dict[str, TypeEngine[Any]] = {"contribution": Uuid(), "key": Text(), "delta": Integer()}
    moved = ballot_vote.rows("moved_", ballot=Uuid(), id=Uuid(), vote=Uuid(), **count)
    is_same = and_(_ballot.c.id == told.c.ballot, _ballot.c.receipt == told.c.receipt)
    row = select(told.c.ballot.label("about"), told.c.actor, told.c.event)
    cast = row.join_from(told, _ballot, is_same).cte("cast")
    vote = select(
        said.c.id, said.c.contribution, cast.c.actor, said.c.choice, said.c.amount, func.now(), cast.c.about
    ).join_from(said, cast, cast.c.about == said.c.ballot)
    delta = select(*(moved.c[name] for name in ("id", "vote", "contribution", "key", "delta")))
    writing = (
        _vote.insert().from_select(ballot_vote.COLUMNS, vote),
        _delta.insert().from_select(ballot_vote.MOVED, delta.join_from(moved, cast, cast.c.about == moved.c.ballot)),
        event.recorded(select(cast.c.event)),
    )
    mail = to_parties.queued(cast, MailKind.BALLOT_RECEIVED, pause=ballot.TOLD_AFTER, good_for=set_aside.MAIL_GOOD_FOR)
    return mail.add_cte(*(each.cte(f"written_{place}") for place, each in enumerate(writing)))


WRITE_WITH = _written_with()


def _allows(poll: FromClause, seen: Sight) -> ColumnElement[bool]:
    """All that `ballot.cast` asks before it writes."""
    named = ballot_terms.projects(seen).cte("named")
    is_as_remembered = named.c.cost_euros.is_not_distinct_from(_named.c.cost)
    fitting = select(func.count()).select_from(_named.join(named, named.c.id == _named.c.contribution))
    count = fitting.where(named.c.is_standing, is_as_remembered).scalar_subquery()
    terms = ("vote_method", *COLUMNS)
    return and_(
        poll.c.is_running,
        ~poll.c.is_opened,
        ~poll.c.is_signed,
        poll.c.urn_key.is_(None),
        poll.c.proof_levels.is_(None) | poll.c.proof.is_not(None),
        *(poll.c[name].is_not_distinct_from(value(Activity, name)) for name in terms),
        count == bindparam("count", type_=Integer()),
        ~exists(ballot_vote.VOTES),
    )


def single(
    asker: Asker,
    *,
    activity: UUID,
    votes: Sequence[Mapping[str, Any]] = (),
    is_blank: bool = False,
    is_keyed: bool = False,
) -> SingleStatement[FirstCast] | None:
    """The statement of a first ballot; None where what is remembered does not allow it."""
    terms, actor = ballot_terms.remembered.get((asker.tenant, activity)), asker.viewer.actor_id
    said = None if terms is None or actor is None else _judged(terms, votes, is_blank=is_blank)
    if said is None:
        return None
    assert terms is not None and actor is not None
    id_, (salt, receipt) = new_id(), ballot.salted(said)
    whole = {"ballot_id": id_, "activity_id": activity, "actor_id": actor, "is_blank": is_blank, "salt": salt}
    return SingleStatement(
        _cast_where_allowed(asker.sight, is_keyed=is_keyed),
        {"id": activity, "viewer": actor, "receipt": receipt, **whole, **_as_remembered(terms, said)},
        Outcome({"activity_id": activity}),
        FirstCast,
        lambda first: first.was_cast,
        before=(Sending(ballot.KEEP, {"activity_id": activity, "voter": str(actor)}),),
        after=Sending(WRITE_WITH, _with_ballot(id_, receipt, activity, actor, METHODS[terms.method], said)),
        writes_events=True,
    )


def _judged(terms: Terms, votes: Sequence[Mapping[str, Any]], *, is_blank: bool) -> dict[UUID, Voice] | None:
    """What the ballot says of each project as it is kept, where the terms allow it."""
    method = METHODS[terms.method]
    try:
        wanted = ballot.voices(method, votes)
        if is_blank == bool(wanted) or not wanted.keys() <= terms.costs.keys():
            return None
        said = {id_: method.priced(voice, terms.costs[id_]) for id_, voice in wanted.items()}
        if said:
            method.check_ballot(terms.rule, list(said.values()))
    except Refusal:
        return None
    return said


def _as_remembered(terms: Terms, said: Mapping[UUID, Voice]) -> dict[str, object]:
    """The terms, as parameters of the statement."""
    rule = {column: getattr(terms.rule, name) for column, name in COLUMNS.items()}
    named = {"ids": [*said], "named_contributions": [*said], "named_costs": [terms.costs[id_] for id_ in said]}
    return {"vote_method": terms.method.value, **rule, "count": len(said), **named}


def _with_ballot(
    id_: UUID, receipt: str, activity: UUID, actor: UUID, method: Method, said: Mapping[UUID, Voice]
) -> dict[str, list[Any]]:
    """What is written with a ballot, as parameters of WRITE_WITH."""
    votes = {contribution: new_id() for contribution in said}
    moved = [(votes[one], one, ballot_vote.moves(method, None, voice)) for one, voice in said.items()]
    counted = ballot_vote.counted_columns(moved)
    cast = NewEvent(EventKind.BALLOT_CAST, activity, None, {"receipt": receipt})
    return {
        "told_ballots": [id_],
        "told_receipts": [receipt],
        "told_actors": [actor],
        "told_events": [cast.id],
        "said_ballots": [id_] * len(said),
        "said_ids": [*votes.values()],
        "said_contributions": [*said],
        "said_choices": [voice.choice.value for voice in said.values()],
        "said_amounts": [voice.amount for voice in said.values()],
        "moved_ballots": [id_] * len(counted["ids"]),
        **{f"moved_{name}": column for name, column in counted.items()},
        **events(cast),
    }
