"""Neighbours who follow where a request is, and a clock that a test moves."""

from datetime import datetime, timedelta
from typing import Any

from geo import cell
from jobs import wave
from models.wave import PLAN
from tests.acting import published
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.telling import actor_of, deliver, person

HERE = {"lat": 48.1203, "lng": -1.6711}
LONG_AGO = "2026-01-01T00:00:00Z"
WAVE = "query($id: ID!) { contribution(id: $id) { wave { toldCount count nextAt isTeamTold } } }"
HEARD = """SELECT n.actor_id FROM __tenant__.notice n WHERE n.contribution_id = %s AND n.kind = %s"""


class Call:
    """A request in an activity and a category of its own, and the instant of its next wave."""

    def __init__(self, given: Given, town: Portal, kind: str = "REQUEST", **fields: Any) -> None:
        self.given, self.town = given, town
        for alone in ("follow WHERE cell IS NOT NULL", "wave"):
            given.sql(town, f"DELETE FROM __tenant__.{alone}")
        self.space = given.space(town)
        self.activity = given.activity(town, kind="MUTUAL_AID", space=self.space)
        self.category = given.category(town, self.activity)
        self.author = person(given, town, "Maryse")
        self._kind, self._fields = kind, fields

    def publish(self) -> "Call":
        """Publish it where its neighbours are: they follow before."""
        about = {
            "category": self.category,
            "location": HERE,
            "expiresAfterDays": 14 if self._kind == "REQUEST" else 30,
        } | self._fields
        self.contribution = published(self.author, self.activity, self._kind, **about)
        deliver(self.given, self.town)
        return self

    def neighbour(self, rings: int | None = None, away: int = 0, *, category: bool = True, **columns: Any) -> Any:
        """The id of somebody who follows an area of so many rings, whose middle is so many rings away, or none, and the
        category."""
        who = person(self.given, self.town, **columns)
        actor = actor_of(who)
        if rings is not None:
            middle = next(one for one, ring in cell.rings(cell.at(HERE["lat"], HERE["lng"], 8), 6) if ring == away)
            self.given.insert(self.town, "follow", actor_id=actor, cell=middle, rings=rings, started_at=LONG_AGO)
        if category:
            about = {"category_id": uuid_in(self.category)}
            self.given.insert(self.town, "follow", actor_id=actor, **about, started_at=LONG_AGO)
        return actor

    def many(self, count: int, away: int = 0) -> set[Any]:
        """The ids of so many neighbours, written at once."""
        middle = next(one for one, ring in cell.rings(cell.at(HERE["lat"], HERE["lng"], 8), 6) if ring == away)
        ids = [
            id_
            for (id_,) in self.given.sql(
                self.town,
                "INSERT INTO __tenant__.actor (id, kind, role, name, created_at) SELECT gen_random_uuid(), 'CITIZEN',"
                " 'MEMBER', 'Voisin ' || n, now() FROM generate_series(1, %s) n RETURNING id",
                count,
            )
        ]
        for text in (
            "INSERT INTO __tenant__.account (id, actor_id, created_at) SELECT gen_random_uuid(), x, now()"
            " FROM unnest(%s::uuid[]) x",
            f"INSERT INTO __tenant__.follow (id, actor_id, cell, rings, started_at) SELECT gen_random_uuid(), x,"
            f" {middle}, 6, now() FROM unnest(%s::uuid[]) x",
        ):
            self.given.sql(self.town, text, ids)
        return set(ids)

    # The clock -------------------------------------------------------------------------------------------------------

    def due(self) -> datetime | None:
        """When the next wave is; None: there is none."""
        text = "SELECT due_at FROM __tenant__.wave WHERE contribution_id = %s"
        [(at,)] = self.given.sql(self.town, text, uuid_in(self.contribution))
        assert at is None or isinstance(at, datetime)
        return at

    def send(self, now: datetime | None = None) -> int:
        """Do what is due when the next wave is, or at an instant; how many waves."""
        done = self.step(now)
        deliver(self.given, self.town)
        return done

    def step(self, now: datetime | None = None) -> int:
        """The same, and nothing is delivered yet."""
        return self.given.run(wave.send(self.given.database, self.town.number, now or self.due()))

    def next_day(self) -> None:
        """The next wave, and what it has to be: a day later, in daylight."""
        before = self.due()
        self.send()
        after = self.due()
        assert before is not None and (after is None or after - before == PLAN.apart)

    def heard(self, kind: str = "HELP_WANTED") -> list[Any]:
        """Who was told of it, in no order."""
        return [actor for (actor,) in self.given.sql(self.town, HEARD, uuid_in(self.contribution), kind)]

    def shown(self, who: Portal | None = None) -> Any:
        """What somebody is told of the waves."""
        return (who or self.author).ask(WAVE, id=self.contribution)["contribution"]["wave"]


EARLY = timedelta(minutes=1)
