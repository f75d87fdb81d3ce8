"""Mirror: two who have published the one what the other looks for, and answer each other, have one exchange."""

from uuid import UUID

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.sql.expression import literal_column
from sqlalchemy.types import Uuid

from models.activity import Activity
from models.base import constant, table
from models.category import Category
from models.contribution import Contribution, ContributionKind
from models.exchange import Exchange, ExchangeStatus
from planner.act import Act
from resolvers import access
from resolvers.exchange import is_in, is_lapsed

_exchange = table(Exchange)
_theirs, _answered = table(Contribution).alias("theirs"), table(Contribution).alias("answered")
_one, _other = bindparam("proposer", type_=Uuid()), bindparam("author", type_=Uuid())
_category, _activity = table(Category), table(Activity)
_one_category, _other_category = _category.alias("one_category"), _category.alias("other_category")
_one_activity, _other_activity = _activity.alias("one_activity"), _activity.alias("other_activity")
_linked = (
    select(_one_category.c.id)
    .join_from(_one_category, _one_activity, _one_activity.c.id == _one_category.c.activity_id)
    .join(_other_category, _other_category.c.slug == _one_category.c.slug)
    .join(_other_activity, _other_activity.c.id == _other_category.c.activity_id)
    .where(
        _one_category.c.id == _answered.c.category_id,
        _other_category.c.id == _theirs.c.category_id,
        _one_activity.c.kind == _other_activity.c.kind,
    )
    .correlate(_answered, _theirs)
)
"""The same category, or that of the same short name in another activity of the kind: what is suggested too."""

_AID = [constant(kind) for kind in (ContributionKind.OFFER, ContributionKind.REQUEST)]
FIND = (
    select(_exchange.c.id)
    .join_from(_exchange, _answered, _answered.c.id == _exchange.c.contribution_id)
    .join(_theirs, _theirs.c.id == bindparam("contribution", type_=Uuid()))
    .where(
        _exchange.c.author_id == _one,
        _exchange.c.proposer_id == _other,
        is_in(_exchange, ExchangeStatus.PROPOSED),
        ~is_lapsed(_exchange),
        or_(
            and_(
                _answered.c.activity_id == _theirs.c.activity_id,
                _answered.c.category_id.is_not_distinct_from(_theirs.c.category_id),
            ),
            _linked.exists(),
        ),
        _answered.c.kind.in_(_AID),
        _theirs.c.kind.in_(_AID),
        _answered.c.kind != _theirs.c.kind,
    )
    .order_by(_exchange.c.proposed_at)
    .limit(literal_column("1"))
)


async def find(act: Act, contribution: UUID, author: UUID, proposer: UUID) -> UUID | None:
    """The exchange in which the author of a contribution has already answered the proposer's own, of the same activity
    and category, or a linked one, and of the opposite kind."""
    there = await act.one(FIND, into=access.Id, contribution=contribution, author=author, proposer=proposer)
    return there.id if there else None
