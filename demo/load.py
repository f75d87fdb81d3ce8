"""Writes the demonstration into tenants of their own, through the same rules of place as the API."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlmodel import SQLModel

from database import naming
from database.door import Database, Transaction
from demo.story import DemoActivity, DemoContribution, DemoTenant
from geo import cover
from jobs import fold
from models import word
from models.activity import KINDS, Activity, ActivityKind, LocationRule
from models.actor import Actor
from models.ballot import COLUMNS as RULE_COLUMNS
from models.ballot import Ballot
from models.base import new_id, table
from models.category import Category
from models.comment import Comment
from models.contribution import Contribution, ContributionKind, Precision
from models.space import ParticipatorySpace
from models.vote import Choice, TallyDelta, Vote, VoteMethod
from models.zone import Zone
from resolvers import position, roll_up, vote_result
from resolvers.vote_method import METHODS
from resolvers.vote_method.base import Voice
from tenants import provisioning

_NAMESPACE = UUID("7d1f0a52-6f0e-5c2e-9b7e-2a4c61d3f001")
"""Ids of the demonstration are the same at every load, so that links to it can be kept."""

FOLDED = ("activity_count", "cell_count", "space_cell_count", "tally")
"""What is read of counts, once they are folded."""

_ANY = select(table(Contribution).c.id).limit(1)

Rows = list[dict[str, Any]]


async def load(database: Database, stories: Sequence[DemoTenant], progress: Callable[[int], None]) -> None:
    """Create the tenants that are missing and fill those that are empty; `progress` hears of contributions written."""
    now = datetime.now(UTC).replace(microsecond=0)
    for story in stories:
        number, _ = await provisioning.create(database, _new_tenant(story))
        if not await database.rows(_ANY, number):
            await _Writer(story, now).write(database, number, progress)
        else:
            progress(len(story.contributions))


def actor_id(slug: str, key: str) -> UUID:
    """The id of an actor of the demonstration."""
    return uuid5(_NAMESPACE, f"{slug}/actor/{key}")


def _new_tenant(story: DemoTenant) -> provisioning.NewTenant:
    return provisioning.NewTenant(
        collectivite=story.collectivite,
        slug=story.slug,
        hosts=story.hosts,
        title=story.title,
        primary_color=story.primary_color,
        secondary_color=story.secondary_color,
        font=story.font,
        cover=story.cover,
        locales=story.locales,
        features=story.features,
        lat=story.lat,
        lng=story.lng,
        first_space=False,
    )


class _Writer:
    """One tenant's rows."""

    def __init__(self, story: DemoTenant, now: datetime) -> None:
        self._story = story
        self._now = now
        self._activities = {activity.key: activity for space in story.spaces for activity in space.activities}

    def _id(self, kind: str, key: str) -> UUID:
        return uuid5(_NAMESPACE, f"{self._story.slug}/{kind}/{key}")

    async def write(self, database: Database, number: int, progress: Callable[[int], None]) -> None:
        """Everything in one transaction: an interrupted load leaves nothing."""
        async with database.transaction(number) as transaction:
            await _copy(transaction, Actor, self._actors())
            await _copy(transaction, Zone, self._zones())
            await _copy(transaction, ParticipatorySpace, self._spaces())
            await _copy(transaction, Activity, self._activity_rows())
            await _copy(transaction, Category, self._categories())
            rows = [await self._contribution(transaction, found) for found in self._ordered()]
            await _copy(transaction, Contribution, rows)
            await _copy(transaction, Comment, self._comments())
            await _copy(transaction, Ballot, self._ballots())
            await _copy(transaction, Vote, self._votes())
            await _copy(transaction, TallyDelta, self._deltas())
            await roll_up.count(transaction, *((None, roll_up.counted(roll_up.CountedRow.of(row))) for row in rows))
        while await fold.fold(database, number):
            pass
        await vote_result.count(database, number)
        async with database.administration() as connection:
            for name in ("contribution", "comment", "vote", "actor", *FOLDED):
                await connection.execute(naming.qualify(f"ANALYZE __tenant__.{name}", number))
        progress(len(rows))

    def _ago(self, hours: int) -> datetime:
        return self._now - timedelta(hours=hours)

    def _actors(self) -> Rows:
        return [
            {
                "id": self._id("actor", a.key),
                "kind": a.kind,
                "role": a.role,
                "name": a.name,
                "created_at": self._ago(24 * 90),
            }
            for a in self._story.actors
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
        ]

    def _activity_rows(self) -> Rows:
        return [
            {
                "id": self._id("activity", found.key),
                "space_id": self._id("space", space.slug),
                "kind": found.kind,
                "title": found.title,
                "description": found.description,
                "rank": rank,
                "opens_at": self._ago(24 * found.opens_days_ago),
                "closes_at": None if found.closes_in_days is None else self._ago(-24 * found.closes_in_days),
                "vote_method": found.vote_method,
                "location_rule": _location_rule(found).value,
                "expires_after_days": 30 if found.kind in ("MUTUAL_AID", "MARKETPLACE") else None,
                "support_threshold": found.support_threshold,
                **{column: found.rule.get(column) for column in RULE_COLUMNS},
                "award_rule": None,
            }
            for space in self._story.spaces
            for rank, found in enumerate(space.activities)
        ]

    def _categories(self) -> Rows:
        return [
            {
                "id": self._id("category", f"{activity.key}/{found.slug}"),
                "activity_id": self._id("activity", activity.key),
                "slug": found.slug,
                "name": found.name,
                "rank": rank,
            }
            for activity in self._activities.values()
            for rank, found in enumerate(activity.categories)
        ]

    def _ordered(self) -> Iterable[DemoContribution]:
        """Proposals before the arguments about them."""
        return sorted(self._story.contributions, key=lambda found: found.about is not None)

    async def _contribution(self, transaction: Transaction, found: DemoContribution) -> dict[str, Any]:
        published_at = self._ago(found.age_hours)
        expires_at = (
            None if found.expires_after_days is None else published_at + timedelta(days=found.expires_after_days)
        )
        return {
            "id": self._id("contribution", found.key),
            "activity_id": self._id("activity", found.activity),
            "kind": found.kind,
            "status": found.status,
            "outcome": found.outcome,
            "title": found.title,
            "body": found.body,
            "author_id": self._id("actor", found.author),
            "is_anonymous": found.is_anonymous,
            "category_id": self._id("category", f"{found.activity}/{found.category}") if found.category else None,
            "about_id": self._id("contribution", found.about) if found.about else None,
            "side": found.side,
            "price_cents": found.price_cents,
            "price_unit": found.price_unit,
            "cost_euros": found.cost_euros,
            "support_count": 0,
            "published_at": published_at,
            "expires_at": expires_at,
            "closed_at": published_at + timedelta(hours=found.age_hours / 2) if found.outcome else None,
            "search_text": word.searchable(found.title, found.body),
            **await self._place(transaction, found),
        }

    async def _place(self, transaction: Transaction, found: DemoContribution) -> dict[str, Any]:
        if found.lat is None or found.lng is None:
            return position.NOWHERE
        precision = Precision.EXACT if found.is_exact else Precision.CELL
        location = {"lat": found.lat, "lng": found.lng, "precision": precision, "address": found.address}
        return (await position.of(transaction, self._id("actor", found.author), location)).columns()

    def _comments(self) -> Rows:
        return [
            {
                "id": self._id("comment", f"{found.key}/{rank}"),
                "contribution_id": self._id("contribution", found.key),
                "author_id": self._id("actor", comment.author),
                "body": comment.body,
                "published_at": self._ago(comment.age_hours),
            }
            for found in self._story.contributions
            for rank, comment in enumerate(found.comments)
        ]

    def _votes(self) -> Rows:
        return [
            {
                "id": self._id("vote", f"{found.key}/{vote.actor}"),
                "contribution_id": self._id("contribution", found.key),
                "actor_id": self._id("actor", vote.actor),
                "choice": vote.choice,
                "amount": vote.amount,
                "cast_at": self._cast_at(found.activity),
                "ballot_id": self._ballot_id(found.activity, vote.actor),
            }
            for found in self._story.contributions
            for vote in found.votes
        ]

    def _cast_at(self, activity: str) -> datetime:
        """While it was open."""
        closes = self._activities[activity].closes_in_days
        return self._ago(1 if closes is None or closes > 0 else 1 - 24 * closes)

    def _ballot_id(self, activity: str, actor: str) -> UUID | None:
        """Of the ballot that a vote is part of; None where each is cast by itself."""
        return self._id("ballot", f"{activity}/{actor}") if self._activities[activity].rule else None

    def _ballots(self) -> Rows:
        """One for each actor who voted in an activity by ballots."""
        pairs = dict.fromkeys(
            (found.activity, vote.actor) for found in self._story.contributions for vote in found.votes
        )
        return [
            {
                "id": id_,
                "activity_id": self._id("activity", activity),
                "actor_id": self._id("actor", actor),
                "is_blank": False,
                "cast_at": self._cast_at(activity),
            }
            for activity, actor in pairs
            if (id_ := self._ballot_id(activity, actor)) is not None
        ]

    def _deltas(self) -> Rows:
        """What each vote adds to a tally; folding counts them and seals the votes."""
        return [
            {
                "id": new_id(),
                "vote_id": self._id("vote", f"{found.key}/{vote.actor}"),
                "contribution_id": self._id("contribution", found.key),
                "key": key,
                "delta": delta,
            }
            for found in self._story.contributions
            if (method := self._activities[found.activity].vote_method) is not None
            for vote in found.votes
            for key, delta in METHODS[VoteMethod(method)].adds(Voice(Choice(vote.choice), vote.amount)).items()
        ]


def _location_rule(activity: DemoActivity) -> LocationRule:
    """Where help, goods and ideas are matters; arguments have no place."""
    kinds = KINDS[ActivityKind(activity.kind)].contributions
    if ContributionKind.ARGUMENT in kinds:
        return LocationRule.NONE
    return LocationRule.REQUIRED if ContributionKind.PROPOSAL not in kinds else LocationRule.OPTIONAL


async def _copy(transaction: Transaction, model: type[SQLModel], rows: Rows) -> None:
    if rows:
        await transaction.copy(table(model), rows)
