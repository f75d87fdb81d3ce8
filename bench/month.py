"""Month: neighbours who answer each other for thirty days, with nudges and waves, and without: `python -m bench.month`.

Two thousand people, five hundred requests and a thousand offers, seeded. Every act goes through the rules of the
product, in its database; only time is made: each step moves what is stored six hours into the past, and the portal's
clock six hours on, so that there are days and nights. How people behave is a guess, which the constants say; the two
months differ in nothing but what the portal reminds them of and whom it tells.
"""

import asyncio
import contextvars
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import click
import psycopg

import register.load
from auth.nudge_link import NudgeLinks
from auth.viewer import Viewer
from bench import data
from bench.__main__ import SETTINGS
from database import deadline, naming
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from geo import cell, privacy
from jobs import exchange as exchange_clock
from jobs import expiry, nudge, wave, worker
from models.actor import Role
from models.contribution import ContributionKind
from models.exchange import ExchangeReason
from models.nudge import NudgeAnswer
from models.refusal import Refusal
from models.tenant import Feature
from planner import mutation
from planner.act import Act
from planner.context import Asker
from register import record
from resolvers import exchanging, proposing, publication
from resolvers import nudge as nudges
from tenants import migration, provisioning

PEOPLE, REQUESTS, OFFERS = 2_000, 500, 1_000
DAYS, STEP_H = 30, 6
ANSWERS_PER_STEP = {"REQUEST": 0.16, "OFFER": 0.012}
"""The chance that somebody answers a thing in a step, while it has no answer under way."""

LOOKS, LOOKS_WHEN_TOLD = 0.10, 0.55
"""The chance that an author looks at what waits in a step by himself, and in the step after a mail reminded him."""

SAYS_YES = 0.72
SAYS_DONE = 0.05
"""The chance, in a step, that one of the two says by himself that it is done."""

ANSWERS_QUESTION = 0.6
"""The chance that the question in a mail (were you helped?) is answered."""

CATEGORIES = 6
FOLLOWS = 0.1
"""The share of people who follow the surroundings of their home and a category."""

ANSWERS_WAVE = 0.03
"""The chance that somebody whom a wave tells of a request answers it, in the step in which it goes out."""

RINGS, HALF_DEGREES = 3, 0.05
"""Around a follower's home; and how far from the middle of the town people live."""

MIDDLE = (48.11, -1.68)
LINKS = NudgeLinks("a month")
SHIFTED = {
    "contribution": ("published_at", "revised_at", "expires_at", "closed_at"),
    "exchange": (
        *("proposed_at", "changed_at", "lapses_at", "due_at", "nudged_at", "answered_at", "accepted_at"),
        *("done_said_at", "ended_at", "author_read_at", "proposer_read_at"),
    ),
    "message": ("sent_at",),
    "nudge": ("asked_at", "answered_at"),
    "wave": ("told_at", "due_at"),
    "account": ("created_at",),
    "actor": ("created_at",),
}
MEASURED = """
WITH request AS (
  SELECT c.id, c.outcome, c.status, c.published_at,
    (SELECT min(e.answered_at) FROM __tenant__.exchange e WHERE e.contribution_id = c.id) AS answered_at,
    (SELECT min(e.proposed_at) FROM __tenant__.exchange e WHERE e.contribution_id = c.id) AS asked_at,
    EXISTS (SELECT FROM __tenant__.exchange e WHERE e.contribution_id = c.id AND e.status = 'DONE') AS is_done
  FROM __tenant__.contribution c WHERE c.kind = 'REQUEST')
SELECT count(*),
  count(*) FILTER (WHERE outcome IS NOT NULL OR is_done),
  count(*) FILTER (WHERE is_done OR outcome = 'FULFILLED'),
  extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY asked_at - published_at)
    FILTER (WHERE asked_at IS NOT NULL)) / 3600,
  extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY answered_at - asked_at)
    FILTER (WHERE answered_at IS NOT NULL)) / 3600
FROM request"""
LAPSED = """
SELECT count(*), count(*) FILTER (WHERE status = 'LAPSED'), count(*) FILTER (WHERE status = 'DONE'),
  count(*) FILTER (WHERE status = 'PROPOSED' AND lapses_at < now()),
  coalesce(max(extract(epoch FROM coalesce(answered_at, ended_at, now()) - proposed_at))
    FILTER (WHERE status <> 'WAITING' AND ended_by IS DISTINCT FROM 'END'), 0) / 86400
FROM __tenant__.exchange"""
"""Whoever is in a waiting list was told so, and waits for a place, not for an answer, until the request ends."""


@dataclass
class Month:
    """One tenant's month."""

    database: Database
    url: str
    number: int
    is_reminded: bool
    """Whether there are nudges and waves."""

    people_count: int = PEOPLE
    requests: int = REQUESTS
    offers: int = OFFERS
    days: int = DAYS
    chance: Random = field(default_factory=lambda: Random(17))
    people: list[UUID] = field(default_factory=list)
    homes: dict[UUID, tuple[float, float]] = field(default_factory=dict)
    categories: list[UUID] = field(default_factory=list)
    things: dict[UUID, tuple[str, UUID]] = field(default_factory=dict)
    told: set[UUID] = field(default_factory=set)
    heard: int = 0
    """The position of the last wave."""

    called: int = 0
    """How many notices of waves there were."""

    refused: Counter[str] = field(default_factory=Counter)

    _beside: psycopg.AsyncConnection[Any] | None = None

    async def act(self, who: UUID, run: Any, **given: Any) -> Mapping[str, Any]:
        """One act of somebody, through its rules; empty where it was refused."""
        deadline.begin()
        asker = Asker(self.number, Viewer(who, Role.MEMBER), frozenset(Feature), links=LINKS)
        try:
            async with self.database.transaction(self.number) as transaction:
                act = Act(transaction, asker)
                outcome = await run(act, **given)
                await mutation.record(act, outcome)
                return dict(outcome.values)
        except Refusal as refusal:
            self.refused[refusal.code.value] += 1
            return {}

    async def rows(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        """What a statement returns, beside the rules."""
        if self._beside is None:
            self._beside = await psycopg.AsyncConnection.connect(self.url, autocommit=True)
        cursor = await self._beside.execute(naming.qualify(text, self.number), values)
        return await cursor.fetchall() if cursor.description else []

    async def begin(self) -> UUID:
        """People, and an activity of mutual aid."""
        self.people = [uuid.UUID(int=self.chance.getrandbits(128), version=4) for _ in range(self.people_count)]
        await self.rows(
            "INSERT INTO __tenant__.actor (id, kind, role, name, created_at) SELECT id, 'CITIZEN', 'MEMBER', 'Voisin',"
            " now() - interval '90 days' FROM unnest(%s::uuid[]) AS id",
            self.people,
        )
        await self.rows(
            "INSERT INTO __tenant__.account (id, actor_id, email, created_at) SELECT gen_random_uuid(), id,"
            " id || '@courriel.example', now() - interval '90 days' FROM unnest(%s::uuid[]) AS id",
            self.people,
        )
        [(space,)] = await self.rows(
            "INSERT INTO __tenant__.participatory_space (id, slug, title, description, visibility, opens_at,"
            " created_at) VALUES (gen_random_uuid(), 'mois', 'Mois', '', 'PUBLIC', now() - interval '1 year', now())"
            " RETURNING id"
        )
        [(activity,)] = await self.rows(
            "INSERT INTO __tenant__.activity (id, space_id, kind, title, description, rank, opens_at, location_rule,"
            " expires_after_days) VALUES (gen_random_uuid(), %s, 'MUTUAL_AID', 'Entraide', '', 0,"
            " now() - interval '1 year', 'OPTIONAL', 30) RETURNING id",
            space,
        )
        self.categories = [uuid.UUID(int=self.chance.getrandbits(128), version=4) for _ in range(CATEGORIES)]
        await self.rows(
            "INSERT INTO __tenant__.category (id, activity_id, slug, name, rank) SELECT id, %s, 'c' || rank,"
            " 'Catégorie ' || rank, rank FROM unnest(%s::uuid[]) WITH ORDINALITY AS c (id, rank)",
            activity,
            self.categories,
        )
        await self._settle()
        return UUID(str(activity))

    async def _settle(self) -> None:
        """Where people live, and what some of them follow."""
        for person in self.people:
            self.homes[person] = tuple(at + self.chance.uniform(-HALF_DEGREES, HALF_DEGREES) for at in MIDDLE)  # type: ignore[assignment]
            if self.chance.random() < FOLLOWS:
                around = cell.at(*self.homes[person], privacy.PERSON_RESOLUTION)
                own = ("gen_random_uuid()", "%s")
                await self.rows(
                    "INSERT INTO __tenant__.follow (id, actor_id, cell, rings, category_id, started_at) VALUES"
                    f" ({', '.join(own)}, %s, {RINGS}, NULL, now()), ({', '.join(own)}, NULL, NULL, %s, now())",
                    *(person, around),
                    *(person, self.chance.choice(self.categories)),
                )

    async def run(self) -> None:
        """All days, step by step."""
        activity = await self.begin()
        planned = ["REQUEST"] * self.requests + ["OFFER"] * self.offers
        self.chance.shuffle(planned)
        steps = self.days * 2 // 3 * 24 // STEP_H
        for step in range(self.days * 24 // STEP_H):
            await self._set_clock(step)
            for kind in planned[len(planned) * step // steps : len(planned) * (step + 1) // steps]:
                await self._publish(activity, kind)
            await self._propose()
            await self._look()
            await self._meet()
            await self._clock()
            await self._call()
            await self._later()
        await self._clock()

    async def _set_clock(self, step: int) -> None:
        """Let it be three, nine, fifteen or twenty-one by the portal's clock."""
        hour = (step * STEP_H + 3) % 24
        east = (hour - datetime.now(UTC).hour + 11) % 24 - 11
        zone = f"Etc/GMT{-east:+d}"
        await self.rows("ALTER TABLE platform.tenant DROP CONSTRAINT IF EXISTS time_zone_known")
        await self.rows("UPDATE platform.tenant SET time_zone = %s WHERE number = %s", zone, self.number)

    async def _publish(self, activity: UUID, kind: str) -> None:
        author = self.chance.choice(self.people)
        lat, lng = self.homes[author]
        given = {"kind": ContributionKind(kind), "title": "Un coup de main", "body": "Pour samedi."}
        given |= {"location": {"lat": lat, "lng": lng}, "category": self.chance.choice(self.categories)}
        made = await self.act(author, publication.publish, activity=activity, **given)
        if made:
            self.things[made["contribution_id"]] = (kind, author)

    async def _propose(self) -> None:
        free = await self.rows(
            "SELECT c.id FROM __tenant__.contribution c WHERE status = 'OPEN' AND NOT EXISTS (SELECT FROM"
            " __tenant__.exchange e WHERE e.contribution_id = c.id AND (e.ended_at IS NULL OR e.status = 'DONE'))"
            " ORDER BY c.id"
        )
        for (id_,) in free:
            kind, author = self.things[id_]
            if self.chance.random() < ANSWERS_PER_STEP[kind]:
                helper = self.chance.choice(self.people)
                if helper != author:
                    await self.act(helper, proposing.propose, contribution=id_, body="Je peux venir.")

    async def _look(self) -> None:
        """Authors who look at what waits answer it."""
        asked = (
            "SELECT id, author_id FROM __tenant__.exchange WHERE status = 'PROPOSED' AND lapses_at > now() ORDER BY id"
        )
        for id_, author in await self.rows(asked):
            likely = LOOKS_WHEN_TOLD if id_ in self.told else LOOKS
            if self.chance.random() >= likely:
                continue
            if self.chance.random() < SAYS_YES:
                await self.act(author, exchanging.accept, exchange=id_)
            else:
                await self.act(author, exchanging.decline, exchange=id_, reason=ExchangeReason.NOT_SUITABLE)
        self.told.clear()

    async def _meet(self) -> None:
        """Some say by themselves that it is done."""
        met = (
            "SELECT id, author_id, proposer_id FROM __tenant__.exchange WHERE status = 'ACCEPTED'"
            " AND accepted_at < now() - interval '1 day' ORDER BY id"
        )
        for id_, author, proposer in await self.rows(met):
            if self.chance.random() < SAYS_DONE:
                await self.act(self.chance.choice([author, proposer]), exchanging.confirm, exchange=id_)

    async def _clock(self) -> None:
        """The jobs of the portal; without nudges what has lapsed still ends, but nobody is reminded."""
        deadline.begin()
        while await expiry.expire(self.database, self.number) == expiry.BATCH:
            pass
        if not self.is_reminded:
            await self.rows("UPDATE __tenant__.exchange SET nudged_at = now(), due_at = lapses_at"
                            " WHERE status = 'PROPOSED' AND nudged_at IS NULL AND due_at <= now()")  # fmt: skip
        before = {id_ for (id_,) in await self.rows("SELECT id FROM __tenant__.exchange WHERE nudged_at IS NOT NULL")}
        await exchange_clock.tend(self.database, self.number)
        if not self.is_reminded:
            return
        after = {id_ for (id_,) in await self.rows("SELECT id FROM __tenant__.exchange WHERE nudged_at IS NOT NULL")}
        self.told = after - before
        await nudge.ask(self.database, self.number)
        await self._questions()

    async def _call(self) -> None:
        """A wave goes out, and some of those whom it tells answer."""
        # In a context of its own, without a request's deadline, as the worker has.
        await asyncio.create_task(self._deliver(), context=contextvars.Context())
        told = (
            "SELECT n.contribution_id, n.actor_id, n.position FROM __tenant__.notice n WHERE n.kind = 'HELP_WANTED'"
            " AND n.position > %s ORDER BY n.position, n.actor_id"
        )
        for contribution, actor, position in await self.rows(told, self.heard):
            self.called, self.heard = self.called + 1, position
            if self.chance.random() < ANSWERS_WAVE:
                await self.act(actor, proposing.propose, contribution=contribution, body="Je peux venir.")

    async def _deliver(self) -> None:
        if self.is_reminded:
            await wave.send(self.database, self.number)
        await worker.follow(self.database, self.number)

    async def _questions(self) -> None:
        """Some answer the question in the mail as it is."""
        open_ = (
            "SELECT n.id, n.actor_id, n.kind, EXISTS (SELECT FROM __tenant__.exchange e WHERE e.contribution_id ="
            " n.contribution_id AND e.status IN ('ACCEPTED', 'DONE')) FROM __tenant__.nudge n WHERE answer IS NULL"
            " AND asked_at > now() - interval '1 minute' ORDER BY n.contribution_id, n.step"
        )
        for id_, actor, kind, is_met in await self.rows(open_):
            if self.chance.random() >= ANSWERS_QUESTION:
                continue
            answer = NudgeAnswer.YES if is_met or kind == "STILL_OFFERED" else NudgeAnswer.NOT_YET
            if not is_met and self.chance.random() < 0.35:
                answer = NudgeAnswer.NOT_NEEDED
            await self.act(actor, nudges.reply, token=LINKS.make(self.number, id_), answer=answer)

    async def _later(self) -> None:
        """Six hours pass."""
        for table, columns in SHIFTED.items():
            moved = ", ".join(f"{name} = {name} - interval '{STEP_H} hours'" for name in columns)
            await self.rows(f"UPDATE __tenant__.{table} SET {moved}")

    async def outcome(self) -> "MonthOutcome":
        """What came of it."""
        [(requests, known, helped, first, answered)] = await self.rows(MEASURED)
        [(exchanges, lapsed, _, silent, longest)] = await self.rows(LAPSED)
        if self._beside is not None:
            await self._beside.close()
        return MonthOutcome(
            known / requests,
            helped / requests,
            float(first or 0),
            float(answered or 0),
            lapsed / max(exchanges, 1),
            silent,
            float(longest),
            exchanges,
            self.called,
        )


@dataclass(frozen=True, slots=True)
class MonthOutcome:
    """Shares of requests (`known`: of which it is known how they ended) and of exchanges (`lapsed`), medians in hours,
    proposals that are `silent` beyond their time, and how many days the `longest` had no answer."""

    known: float
    helped: float
    first_proposal_h: float
    answered_h: float
    lapsed: float
    silent: int
    longest: float
    exchanges: int
    called: int

    def lines(self, name: str) -> str:
        """In words."""
        return (
            f"\n{name}\n  requests: known outcome {self.known:.0%}, helped {self.helped:.0%}\n"
            f"  median time to the first proposal {self.first_proposal_h:.0f} h, to the author's answer to it"
            f" {self.answered_h:.0f} h\n  exchanges {self.exchanges}: lapsed {self.lapsed:.0%}\n"
            f"  proposals beyond their time {self.silent}; the longest without an answer {self.longest:.1f} days\n"
            f"  neighbours told by waves {self.called}"
        )


async def measure(url: str) -> None:
    """Both months, and what came of them."""
    database = Database(url, connections=4)
    await database.open()
    await migration.migrate(database)
    await register.load.load(database, record.bundled())
    for slug, is_reminded in (("with-nudges-and-waves", True), ("without", False)):
        new = provisioning.NewTenant(data.RENNES, slug, (f"{slug}.example",), first_space=False)
        number, _ = await provisioning.create(database, new)
        month = Month(database, url, number, is_reminded)
        await month.run()
        click.echo((await month.outcome()).lines(slug))
    await database.close()


@click.command()
@click.option("--data", "folder", type=click.Path(path_type=Path), default=Path(".parvis/bench-month"))
def main(folder: Path) -> None:
    """Print both months beside each other; the folder must be new."""
    with EmbeddedPostgres(folder, durable=False, settings=SETTINGS) as postgres:
        asyncio.run(measure(postgres.url))


if __name__ == "__main__":
    main()
