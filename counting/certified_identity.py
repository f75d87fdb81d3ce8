"""Certified identities: who proves by an identity provider that vouches for name and birth date, kept as digests."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Interval, Select, and_, func, literal_column, select

from counting import listed, proving
from counting.listed import VoterKeys
from models import expected
from models.account import Account, Identity
from models.base import constant, table
from models.identity_provider import IdentityProvider, Preset
from models.proof import CERTIFIED_FOR, ProofLevel, birth_parts
from models.refusal import ErrorCode, Refusal, bad_input
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from resolvers import proof

_identity, _account, _provider = table(Identity), table(Account), table(IdentityProvider)
_CERTIFIED_FOR = literal_column(f"interval '{int(CERTIFIED_FOR.total_seconds())} seconds'", Interval)


def _certifies(provider: FromClause) -> ColumnElement[bool]:
    """Whether a provider certifies who somebody is now: what one has certified that was switched off since is void."""
    return and_(
        provider.c.is_enabled,
        provider.c.preset == constant(Preset.FRANCECONNECT),
        func.cardinality(provider.c.acr_values) > literal_column("0"),
    )


def _holds(identity: FromClause) -> ColumnElement[bool]:
    """Whether an identity was certified within the hour, by a provider that still certifies."""
    row = _provider.alias("issuing")
    own = select(row.c.slug).where(row.c.issuer == identity.c.issuer, _certifies(row))
    return and_(identity.c.certified_at > func.now() - _CERTIFIED_FOR, own.correlate(identity).exists())


OWN: Select[tuple[object, ...]] = (
    select(_identity.c.person_digest, _identity.c.first_digest, _identity.c.birth_digest)
    .join_from(_identity, _account, _account.c.id == _identity.c.account_id)
    .where(_account.c.actor_id == value(Account, "actor_id"), _holds(_identity))
    .order_by(_identity.c.certified_at.desc())
    .limit(literal_column("1"))
)
"""The identity that the asker had certified last, if that was within the hour."""


@dataclass(frozen=True, slots=True)
class CertifiedIdentity:
    """What is kept of a certified identity."""

    person_digest: str
    first_digest: str
    birth_digest: str


def providers(_rule: FromClause, _context: FieldContext) -> Select[Any]:
    """The portal's providers that certify who somebody is."""
    row = _provider.alias("certifying")
    return select(row.c.slug, row.c.title).where(_certifies(row)).order_by(row.c.rank, row.c.slug)


def is_certified(_rule: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Whether the viewer has an identity that was certified within the hour."""
    row, owner = _identity.alias("certified"), _account.alias("certified_account")
    own = select(row.c.subject).join_from(row, owner, owner.c.id == row.c.account_id)
    return own.where(owner.c.actor_id == context.viewer_id, _holds(row)).correlate_except(row, owner).exists()


async def prove(act: Act, *, activity: UUID, born_on: date | None = None, zone: UUID | None = None) -> Outcome:
    """Prove by the identity that a provider has certified. Where an age is asked, the birth date is, and compared."""
    terms = await proving.to_prove(act, activity, ProofLevel.FRANCECONNECT)
    if terms.level is not None:
        return act.did(activity_id=activity)
    identity = await act.one(OWN, into=CertifiedIdentity, actor_id=act.actor)
    if identity is None:
        message = "Have your identity certified by the provider first; that is good for an hour."
        raise Refusal(ErrorCode.NOT_CERTIFIED, message, "activity")
    if terms.proof_least_age is not None:
        if born_on is None:
            raise Refusal(ErrorCode.REQUIRED, "This vote asks for an age.", "bornOn")
        if act.asker.digest(*birth_parts(born_on)) != identity.birth_digest:
            raise bad_input("This is not the birth date that the provider certifies.", "bornOn", expected.THE_SAME)
        proving.check_age(terms, born_on)
    proving.check_zone(terms, zone)
    kept = (identity.person_digest, identity.first_digest)
    whole, first = (proof.voter_key(act.asker, activity, key) for key in kept)
    keys = await listed.on_rolls(act, activity, VoterKeys(whole, first))
    await proving.give(act, activity, ProofLevel.FRANCECONNECT, keys, "activity")
    return act.did(activity_id=activity)
