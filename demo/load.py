"""Writes the demonstration into tenants of their own, through the same rules of place as the API."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, bindparam, select, update
from sqlmodel import SQLModel

from counting import vote_result
from database import naming
from database.door import Database, Transaction
from demo import (
    follower,
    lineage,
    moderation,
    people,
    phase,
    polling,
    portal,
    proof,
    reception,
    staff,
    stall,
    survey,
    unpublished,
    urn,
)
from demo.album import Album
from demo.answer import ANSWERED, Answers
from demo.category import asking
from demo.clock import awake, spread
from demo.docket import Docket, Rows
from demo.follower import Follower
from demo.rule import location_rule
from demo.story import DemoContribution, DemoTenant, DemoVote
from demo.text import response
from geo import cover
from jobs import fold, journal
from models import time_zone, word
from models.activity import USUAL_LEAST_AGE, Activity
from models.actor import Actor
from models.ballot import COLUMNS as RULE_COLUMNS
from models.ballot import Ballot
from models.base import new_id, table
from models.category import Category
from models.comment import Comment
from models.consent import Consent
from models.contribution import Contribution, Precision
from models.exchange import Exchange
from models.message import Message
from models.nudge import Nudge
from models.official_response import OfficialResponse
from models.organisation_member import OrganisationMember
from models.polling_desk import Signing
from models.portal_text import PortalText
from models.proposal_status import ProposalStatus
from models.space import ParticipatorySpace
from models.space_role import SpaceRole
from models.tenant import Tenant
from models.vote import Choice, TallyDelta, Vote, VoteMethod
from models.vote_result import TERM_COLUMNS
from models.wave import Wave
from models.zone import Zone
from resolvers import position, roll_up, unplaced
from resolvers.vote_method import METHODS
from resolvers.vote_method.base import Voice
from tenants import provisioning

_NAMESPACE = UUID("7d1f0a52-6f0e-5c2e-9b7e-2a4c61d3f001")
"""Ids of the demonstration are the same at every load, so that links to it can be kept."""

FOLDED = ("activity_count", "cell_count", "space_cell_count", "tally")  # What is read of counts, once they are folded.

_tenant = table(Tenant)
SETTINGS = (
    update(_tenant)
    .where(_tenant.c.number == bindparam("number", type_=BigInteger()))
    .values(
        **{
            name: bindparam(name, type_=_tenant.c[name].type)
            for name in ("contact_email", "contact_phone", "contact_address", "footer_links", "host_requests")
        },
        version=_tenant.c.version + 1,
    )
)
"""How to reach the city, and its links, by the tenant's own role."""

_ANY = select(table(Contribution).c.id).limit(1)


async def load(database: Database, stories: Sequence[DemoTenant], progress: Callable[[int], None]) -> None:
    """Create the tenants that are missing and fill those that are empty; `progress` hears of contributions written."""
    now = datetime.now(UTC).replace(microsecond=0)
    for story in stories:
        number, _ = await provisioning.create(database, portal.new_tenant(story))
        if not await database.rows(_ANY, number):
            await _Writer(story, now).write(database, number, progress)
        else:
            progress(len(story.contributions))


def actor_id(slug: str, key: str) -> UUID:
    """The id of an actor of the demonstration."""
    return demo_id(slug, "actor", key)


def demo_id(slug: str, kind: str, key: str) -> UUID:
    """The id of an object of the demonstration."""
    return uuid5(_NAMESPACE, f"{slug}/{kind}/{key}")


class _Writer:
    """One tenant's rows."""

    def __init__(self, story: DemoTenant, now: datetime) -> None:
        self._story = story
        self._now = now
        self._zone = ZoneInfo(time_zone.of(story.collectivite))
        self._docket = Docket(story, now, self._id)
        self._album = Album(story, now, self._id)
        self._assignees = staff.assignees(story, self._id)
        self._follower = Follower(story, now, self._id)
        self._answers = Answers(story, now, self._id)
        self._activities = {activity.key: activity for space in story.spaces for activity in space.activities}

    def _id(self, kind: str, key: str) -> UUID:
        return demo_id(self._story.slug, kind, key)

    async def write(self, database: Database, number: int, progress: Callable[[int], None]) -> None:
        """Everything in one transaction: an interrupted load leaves nothing."""
        async with database.transaction(number) as transaction:
            await transaction.execute(SETTINGS, number=number, **portal.settings(self._story))
            await _copy(transaction, PortalText, self._texts())
            await _copy(transaction, Actor, people.actors(self._story, self._id, self._ago(24 * 90)))
            await _copy(transaction, Consent, people.consents(self._story, self._id, self._ago(24 * 80)))
            await _copy(transaction, Zone, self._zones())
            await _copy(transaction, ParticipatorySpace, self._spaces())
            await _copy(transaction, SpaceRole, staff.roles(self._story, self._id, self._ago(24 * 60)))
            await _copy(transaction, OrganisationMember, staff.members(self._story, self._id, self._ago(24 * 60)))
            await _copy(transaction, Activity, self._activity_rows())
            await _copy(transaction, Category, self._categories())
            rows = [await self._contribution(transaction, contribution) for contribution in self._ordered()]
            await _copy(transaction, Contribution, rows)
            work = staff.work(self._story, self._id, self._ago(24))
            work += reception.rows(self._story, self._id, self._ago(0))
            for model, told in [*work, *stall.rows(self._story, self._id, self._ago(24 * 20))]:
                await _copy(transaction, model, told)
            await _copy(transaction, Exchange, self._album.exchanges())
            await _copy(transaction, Message, self._album.messages())
            await _copy(transaction, Nudge, self._album.nudges())
            await _copy(transaction, Wave, self._album.waves())
            await _copy(transaction, Comment, [*self._comments(), *self._docket.comments()])
            await self._answered(transaction)
            await roll_up.count(transaction, *((None, roll_up.counted(roll_up.CountedRow.of(row))) for row in rows))
        await journal.seal(database, number)  # First: what it tells of is older than any seal.
        while await fold.fold(database, number):
            pass
        await vote_result.count(database, number)
        await follower.tell(database, number)
        async with database.administration() as connection:
            for name in ("contribution", "comment", "vote", "actor", *FOLDED):
                await connection.execute(naming.qualify(f"ANALYZE __tenant__.{name}", number))
        progress(len(rows))

    async def _answered(self, transaction: Transaction) -> None:
        """What people and the city say of what was published: follows, answers, votes, cases, paper."""
        await _copy(transaction, ProposalStatus, self._answers.statuses())
        await _copy(transaction, OfficialResponse, self._answers.responses())
        await _copy(transaction, Ballot, self._ballots())
        await _copy(transaction, Vote, self._votes())
        await _copy(transaction, TallyDelta, self._deltas())
        await _copy(transaction, Signing, urn.signings(self._story, self._id, self._ballot_cast_at, proof.level))
        told = [*self._follower.rows(), *self._answers.petitions(), *survey.rows(self._story, self._id, self._ago)]
        told += unpublished.survey(self._story, self._id, self._now)
        proofs = proof.rows(self._story, self._id, self._ballot_cast_at, self._ago(24 * 22))
        for model, filed in [*proofs, *self._docket.rows(), *polling.rows(self._story, self._id, self._ago), *told]:
            await _copy(transaction, model, filed)

    def _ago(self, hours: int) -> datetime:
        return self._now - timedelta(hours=hours)

    def _texts(self) -> Rows:
        return [
            {
                "id": self._id("text", f"{text.kind}/{text.version}"),
                "kind": text.kind,
                "version": text.version,
                "bodies": {"fr": text.body.strip()},
                "published_at": self._ago(24 * text.days_ago),
            }
            for text in portal.texts(self._story)
        ]

    def _zones(self) -> Rows:
        return [
            {
                "id": self._id("zone", zone.name),
                "name": zone.name,
                "geometry": zone.geometry,
                "cells": cover.geometry(dict(zone.geometry)),
            }
            for zone in self._story.zones
        ]

    def _spaces(self) -> Rows:
        return [
            {
                "id": self._id("space", space.slug),
                "slug": space.slug,
                "title": space.title,
                "description": space.description,
                "visibility": "PUBLIC",
                "opens_at": self._ago(24 * 90),
                "closes_at": None,
                "created_at": self._ago(24 * 90 - rank),
            }
            for rank, space in enumerate(self._story.spaces)
        ] + [unpublished.space(self._id("space", unpublished.SLUG), self._ago(0))]

    def _activity_rows(self) -> Rows:
        return [
            {
                "id": self._id("activity", activity.key),
                "space_id": self._id("space", space.slug),
                "kind": activity.kind,
                "title": activity.title,
                "description": activity.description,
                "rank": rank,
                "opens_at": self._ago(24 * activity.opens_days_ago),
                "closes_at": None if activity.closes_in_days is None else self._ago(-24 * activity.closes_in_days),
                "vote_method": activity.vote_method,
                "location_rule": location_rule(activity).value,
                "least_age": USUAL_LEAST_AGE if activity.kind == "MUTUAL_AID" else None,
                "expires_after_days": 30 if activity.kind in ("MUTUAL_AID", "MARKETPLACE") else None,
                "support_threshold": activity.support_threshold,
                "phases": phase.planned(self._story.slug, activity, self._now),
                "review_rule": "NEW_ACTORS" if activity.kind == "PETITION" else "AFTER_PUBLICATION",
                "answer_within_days": response.PROMISED_DAYS if activity.kind in ANSWERED else None,
                "urn_key": activity.rule.get(urn.IN_RULE),
                **proof.rule(self._story.slug, activity.key),
                **{column: activity.rule.get(column) for column in (*RULE_COLUMNS, "award_rule", *TERM_COLUMNS)},
            }
            for space in self._story.spaces
            for rank, activity in enumerate(space.activities)
        ]

    def _categories(self) -> Rows:
        return [
            {
                "id": self._id("category", f"{activity.key}/{category.slug}"),
                "activity_id": self._id("activity", activity.key),
                "slug": category.slug,
                "name": category.name,
                **asking(category.slug),
                "rank": rank,
                "depth": category.depth,
            }
            for activity in self._activities.values()
            for rank, category in enumerate(activity.categories)
        ]

    def _ordered(self) -> Iterable[DemoContribution]:
        """Proposals before the arguments about them."""
        every = (*self._story.contributions, *self._story.withheld, *reception.published(self._story))
        return sorted(every, key=lambda contribution: contribution.about is not None)

    async def _contribution(self, transaction: Transaction, item: DemoContribution) -> dict[str, Any]:
        published_at = self._published_at(item)
        expires_at = None if item.expires_after_days is None else published_at + timedelta(days=item.expires_after_days)
        return {
            "id": self._id("contribution", item.key),
            "activity_id": self._id("activity", item.activity),
            "kind": item.kind,
            "status": item.status,
            "outcome": item.outcome,
            "title": item.title,
            "body": item.body,
            "author_id": self._id("actor", item.author),
            "is_anonymous": item.is_anonymous,
            **moderation.marks(item),
            "category_id": self._id("category", f"{item.activity}/{item.category}") if item.category else None,
            "about_id": self._id("contribution", item.about) if item.about else None,
            "side": item.side,
            **lineage.columns(item, published_at, self._id),
            "season_months": stall.season(item),
            "price_cents": item.price_cents,
            "price_unit": item.price_unit,
            "cost_euros": item.cost_euros,
            "support_count": 0,
            "published_at": published_at,
            "expires_at": expires_at,
            "closed_at": published_at + timedelta(hours=item.age_hours / 2) if item.outcome else None,
            "search_text": word.searchable(item.title, item.body),
            **self._album.answering(item),
            "behalf": "DESK" if item.key.startswith("desk-") else "NOBODY",
            "assignee_id": self._assignees.get(item.key),
            **await self._place(transaction, item),
        }

    async def _place(self, transaction: Transaction, item: DemoContribution) -> dict[str, Any]:
        if item.lat is None or item.lng is None:
            return unplaced.NOWHERE
        precision = Precision.EXACT if item.is_exact else Precision.CELL
        location = {"lat": item.lat, "lng": item.lng, "precision": precision, "address": item.address}
        return (await position.of(transaction, self._id("actor", item.author), location)).columns()

    def _comments(self) -> Rows:
        return [
            {
                "id": self._id("comment", f"{contribution.key}/{rank}"),
                "contribution_id": self._id("contribution", contribution.key),
                "author_id": self._id("actor", comment.author),
                "body": comment.body,
                "published_at": awake(self._ago(comment.age_hours), self._zone),
                "status": "PUBLISHED",
            }
            for contribution in self._story.contributions
            for rank, comment in enumerate(contribution.comments)
        ]

    def _votes(self) -> Rows:
        return [
            {
                "id": self._id("vote", f"{contribution.key}/{vote.actor}"),
                "contribution_id": self._id("contribution", contribution.key),
                "actor_id": self._id("actor", vote.actor),
                "choice": vote.choice,
                "amount": vote.amount,
                "cast_at": self._cast_at(contribution, vote),
                "ballot_id": self._ballot_id(contribution.activity, vote.actor),
            }
            for contribution in self._open_contributions()
            for vote in contribution.votes
        ]

    def _published_at(self, item: DemoContribution) -> datetime:
        return awake(self._ago(item.age_hours), self._zone)

    def _cast_at(self, item: DemoContribution, vote: DemoVote) -> datetime:
        """Some time since the publication: most people vote soon."""
        if self._activities[item.activity].rule:
            return self._ballot_cast_at(item.activity, vote.actor)
        published_at = self._published_at(item)
        chance = self._id("vote", f"{item.key}/{vote.actor}").int % 10_000 / 10_000
        return awake(published_at + (self._now - published_at) * chance**2, self._zone, published_at)

    def _ballot_cast_at(self, activity: str, actor: str) -> datetime:
        """While it was open, and after the last project was there: most people vote soon."""
        closes = self._activities[activity].closes_in_days
        until = self._ago(1 if closes is None or closes > 0 else 1 - 24 * closes)
        since = max(self._published_at(item) for item in self._story.contributions if item.activity == activity)
        return spread(since, until, self._id("ballot", f"{activity}/{actor}").int % 10_000 / 10_000, self._zone)

    def _ballot_id(self, activity: str, actor: str) -> UUID | None:
        """Of the ballot that a vote is part of; None where each is cast by itself."""
        return self._id("ballot", f"{activity}/{actor}") if self._activities[activity].rule else None

    def _ballots(self) -> Rows:
        """One for each actor who voted in an activity by ballots."""
        pairs = dict.fromkeys((item.activity, vote.actor) for item in self._open_contributions() for vote in item.votes)
        return [
            {
                "id": id_,
                "activity_id": self._id("activity", activity),
                "actor_id": self._id("actor", actor),
                "is_blank": False,
                "cast_at": self._ballot_cast_at(activity, actor),
                "proof": proof.level(self._story.slug, activity),
            }
            for activity, actor in pairs
            if (id_ := self._ballot_id(activity, actor)) is not None
        ]

    def _deltas(self) -> Rows:
        """What each vote adds to a tally; folding counts them and seals the votes."""
        return [
            {
                "id": new_id(),
                "vote_id": self._id("vote", f"{contribution.key}/{vote.actor}"),
                "contribution_id": self._id("contribution", contribution.key),
                "key": key,
                "delta": delta,
            }
            for contribution in self._open_contributions()
            if (method := self._activities[contribution.activity].vote_method) is not None
            for vote in contribution.votes
            for key, delta in METHODS[VoteMethod(method)].adds(Voice(Choice(vote.choice), vote.amount)).items()
        ]

    def _open_contributions(self) -> list[DemoContribution]:
        """Those whose votes are no secret."""
        return [item for item in self._story.contributions if urn.IN_RULE not in self._activities[item.activity].rule]


async def _copy(transaction: Transaction, model: type[SQLModel], rows: Rows) -> None:
    if rows:
        await transaction.copy(table(model), rows)
