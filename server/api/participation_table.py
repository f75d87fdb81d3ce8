"""Participation tables: the rows of the table schemas, read through the contract as the public sees them."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal.fit import NothingLeftError
from server.api.feed import Feed, Node
from server.api.table_schema import KINDS, RULES, STATES, TABLES
from transfer.cell import Value
from transfer.csv_writer import PROGRAMS, CsvWriter

Row = Mapping[str, Value]

WHOSE = "query Export { portal { collectivite { name siren inseeCode } } }"
ACTIVITIES = """\
query Export($isArchived: Boolean!, $after: String) {
  spaces(isArchived: $isArchived, first: 20, after: $after) {
    nodes {
      title
      activities {
        id
        kind
        title
        opensAt
        closesAt
        isOpen
        voteRule { least }
        turnout { ballotCount }
        contributions(status: null, first: 0) { totalCount }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
RESULTS = """\
query Export($activity: ID!) {
  activity(id: $activity) {
    id
    title
    results {
      rule
      isDecisive
      version
      ballotCount
      budgetEuros
      countedAt
      awards { rank isWinner score voterCount contribution { id title costEuros } }
    }
  }
}
"""
PETITIONS = """\
query Export($activity: ID!, $after: String) {
  contributions(activity: $activity, kinds: [PROPOSAL], status: null, order: NEWEST, first: 100, after: $after) {
    nodes {
      id
      title
      petition {
        state
        isByLaw
        submittedAt
        openedAt
        closesAt
        signatures
        paperSignatures
        sessionOn
        answeredAt
        deliberation
        link
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""


class ParticipationRows:
    """The rows of one portal's tables. `origin` is what the addresses in them begin with."""

    def __init__(self, feed: Feed, origin: str) -> None:
        self._feed = feed
        self._origin = origin
        self._zone = ZoneInfo(feed.tenant.time_zone)

    async def demarches(self) -> AsyncIterator[list[Row]]:
        """Every activity, those of archived spaces too."""
        whose = await self._whose()
        async for space, activities in self._spaces():
            yield [self._demarche(whose, space, activity) for activity in activities]

    async def projets(self) -> AsyncIterator[list[Row]]:
        """The projects of every vote that was counted, by its decisive result as it was last published."""
        whose = await self._whose()
        async for _, activities in self._spaces():
            for activity in activities:
                if activity["voteRule"] is not None:
                    answer = await self._feed.ask(RESULTS, activity=activity["id"])
                    yield self._awards(whose, answer["activity"])

    async def petitions(self) -> AsyncIterator[list[Row]]:
        """Every petition, newest first in its activity."""
        whose = await self._whose()
        async for _, activities in self._spaces():
            for activity in activities:
                if activity["kind"] == "PETITION":
                    async for nodes in self._feed.pages(PETITIONS, "contributions", activity=activity["id"]):
                        yield [self._petition(whose, node) for node in nodes if node["petition"]]

    async def _whose(self) -> Row:
        told = (await self._feed.ask(WHOSE))["portal"]["collectivite"]
        return {"coll_nom": told["name"], "coll_siren": told["siren"], "coll_insee": told["inseeCode"]}

    async def _spaces(self) -> AsyncIterator[tuple[Node, list[Node]]]:
        for is_archived in (False, True):
            async for spaces in self._feed.pages(ACTIVITIES, "spaces", isArchived=is_archived):
                for space in spaces:
                    yield space, space["activities"]

    def _demarche(self, whose: Row, space: Node, activity: Node) -> Row:
        return {
            **whose,
            "demarche_id": activity["id"],
            "demarche_titre": activity["title"],
            "demarche_type": KINDS[activity["kind"]],
            "espace_titre": space["title"],
            "demarche_url": f"{self._origin}/activite/{activity['id']}",
            "date_ouverture": self._day(activity["opensAt"]),
            "date_fermeture": self._day(activity["closesAt"]),
            "est_ouverte": activity["isOpen"],
            "nb_contributions": activity["contributions"]["totalCount"],
            "nb_bulletins": activity["turnout"]["ballotCount"] if activity["voteRule"] else None,
        }

    def _awards(self, whose: Row, activity: Node) -> list[Row]:
        decisive = [result for result in activity["results"] if result["isDecisive"]]
        if not decisive:
            return []
        result = max(decisive, key=lambda one: one["version"])
        shared = {
            **whose,
            "demarche_id": activity["id"],
            "demarche_titre": activity["title"],
            "date_depouillement": self._day(result["countedAt"]),
            "regle": RULES[result["rule"]],
            "nb_bulletins": result["ballotCount"],
            "budget_euros": result["budgetEuros"],
        }
        return [{**shared, **self._award(award)} for award in result["awards"] if award["contribution"]]

    def _award(self, award: Node) -> Row:
        project = award["contribution"]
        return {
            "projet_id": project["id"],
            "projet_titre": project["title"],
            "projet_url": f"{self._origin}/contribution/{project['id']}",
            "projet_cout_euros": project["costEuros"],
            "nb_voix": award["score"],
            "nb_votants": award["voterCount"],
            "rang": award["rank"],
            "est_laureat": award["isWinner"],
        }

    def _petition(self, whose: Row, node: Node) -> Row:
        petition = node["petition"]
        return {
            **whose,
            "petition_id": node["id"],
            "petition_titre": node["title"],
            "petition_url": f"{self._origin}/contribution/{node['id']}",
            "petition_etat": STATES[petition["state"]],
            "est_legale": petition["isByLaw"],
            "date_depot": self._day(petition["submittedAt"]),
            "date_ouverture": self._day(petition["openedAt"]),
            "date_fermeture": self._day(petition["closesAt"]),
            "nb_signatures": petition["signatures"],
            "nb_signatures_papier": petition["paperSignatures"],
            "date_conseil": petition["sessionOn"],
            "date_reponse": self._day(petition["answeredAt"]),
            "delib_id": petition["deliberation"],
            "delib_url": petition["link"],
        }

    def _day(self, instant: str | None) -> str | None:
        """The day by the portal's clock."""
        return None if instant is None else datetime.fromisoformat(instant).astimezone(self._zone).date().isoformat()


ROWS: Mapping[str, Callable[[ParticipationRows], AsyncIterator[list[Row]]]] = {
    "demarches": ParticipationRows.demarches,
    "projets": ParticipationRows.projets,
    "petitions": ParticipationRows.petitions,
}


async def written(name: str, origin: str, feed: Feed) -> AsyncIterator[bytes]:
    """A table's file; its header alone where the portal has none of it."""
    writer, names = CsvWriter(PROGRAMS), [field.name for field in TABLES[name].fields]
    yield writer.begin(names)
    try:
        async for rows in ROWS[name](ParticipationRows(feed, origin)):
            values: list[Any] = [[row.get(each) for each in names] for row in rows]
            if data := writer.rows(values):
                yield data
    except NothingLeftError:  # The portal has no petitions, for example.
        pass
    yield writer.end()
