"""First ballots: one statement decides by the database's clock and casts a voter's first ballot with all that goes with
it: its votes, what they add to the tallies, the journal's event and the mail with the receipt.

Whether the rule allows a ballot is judged before, by the terms that this process remembers; the statement casts it only
where these are still the terms, and all else allows it. In any other case it does nothing, and `ballot.cast` says why.
It runs under the same locks, which are taken by a statement before it: so it sees all that was committed until then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Integer, Select, Text, and_, bindparam, exists, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import Uuid

from mail import queue
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
_said = ballot_vote.rows("said_", id=Uuid(), contribution=Uuid(), choice=Text(), amount=Integer(), cost=Integer())
_moved = ballot_vote.rows("moved_", id=Uuid(), vote=Uuid(), contribution=Uuid(), key=Text(), delta=Integer())
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
    is_opened = exists(select(opened.c.id))
    row = _said.c
    said = select(row.id, row.contribution, given["actor_id"], row.choice, row.amount, func.now(), opened.c.id)
    votes = _vote.insert().from_select(ballot_vote.COLUMNS, said)
    counted = _delta.insert().from_select(ballot_vote.MOVED, select(*_moved.c).where(is_opened))
    told = (event.recorded(is_opened), queue.to_party(is_opened))
    claimed = [idempotency.claiming(opened)] if is_keyed else []
    written = [each.cte(f"written_{place}") for place, each in enumerate((votes, counted, *told, *claimed))]
    return select(is_opened.label("was_cast")).add_cte(*written)


def _allows(poll: FromClause, seen: Sight) -> ColumnElement[bool]:
    """All that `ballot.cast` asks before it writes."""
    named = ballot_terms.projects(seen).cte("named")
    is_as_remembered = named.c.cost_euros.is_not_distinct_from(_said.c.cost)
    fitting = select(func.count()).select_from(_said.join(named, named.c.id == _said.c.contribution))
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
    locking = Sending(ballot.KEEP, {"activity_id": activity, "voter": str(actor)})
    values = _written(activity, actor, METHODS[terms.method], said) | _as_remembered(terms, said)
    given = {"id": activity, "viewer": actor, "is_blank": is_blank, **values}
    return SingleStatement(
        _cast_where_allowed(asker.sight, is_keyed=is_keyed),
        given,
        Outcome({"activity_id": activity}),
        FirstCast,
        lambda first: first.was_cast,
        before=(locking,),
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
    costs = [terms.costs[id_] for id_ in said]
    return {"vote_method": terms.method.value, **rule, "count": len(said), "said_costs": costs}


def _written(activity: UUID, actor: UUID, method: Method, said: Mapping[UUID, Voice]) -> dict[str, object]:
    """What is written, as parameters of the statement."""
    id_, (salt, receipt) = new_id(), ballot.salted(said)
    votes = {contribution: new_id() for contribution in said}
    moved = [(votes[one], one, ballot_vote.moves(method, None, voice)) for one, voice in said.items()]
    mail = {"actor": actor, "about": id_, "good_for": set_aside.MAIL_GOOD_FOR, "pause": ballot.TOLD_AFTER}
    return {
        "ballot_id": id_,
        "activity_id": activity,
        "actor_id": actor,
        "salt": salt,
        "receipt": receipt,
        "ids": [*said],
        "said_ids": [*votes.values()],
        "said_contributions": [*said],
        "said_choices": [voice.choice.value for voice in said.values()],
        "said_amounts": [voice.amount for voice in said.values()],
        **{f"moved_{name}": column for name, column in ballot_vote.counted_columns(moved).items()},
        **events(NewEvent(EventKind.BALLOT_CAST, activity, None, {"receipt": receipt})),
        **mail,
        "kind": MailKind.BALLOT_RECEIVED.value,
    }
