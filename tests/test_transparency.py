"""The yearly report of moderation equals a count by hand of a seeded year, and is one statement, a page and a file."""

import csv
import io
import random
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from models.moderation import REASONED, DecisionAction, NoticeSource
from models.report import UNLAWFUL, ReportCategory
from tests.acting import published
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in

YEAR = 2031
PARIS = ZoneInfo("Europe/Paris")
REPORT = """query($year: Int!) { moderationReport(year: $year) {
  part category ground action outcome isAutomatic count medianMinutes } }"""
NONE = dict.fromkeys(("category", "ground", "action", "outcome", "isAutomatic", "medianMinutes"))
Row = dict[str, Any]


class SeededYear:
    """Cases, reports, decisions and appeals of a year and its neighbours, and what they count to."""

    def __init__(self, given: Given, portal: Portal) -> None:
        self.chance, self.given, self.portal = random.Random(16), given, portal
        self.counts: dict[str, Counter[tuple[tuple[str, Any], ...]]] = defaultdict(Counter)
        self.minutes: dict[tuple[str, tuple[tuple[str, Any], ...]], list[float]] = defaultdict(list)
        self.people: set[UUID] = set()
        activity = given.activity(portal)
        self.ideas = [uuid_in(published(given.actor(portal), activity, title=f"Idée {n}")) for n in range(60)]
        self.moderators = [given.insert(portal, "actor", kind="CITIZEN", role="MODERATOR", name="M", created_at="now")
                           for _ in range(3)]  # fmt: skip
        self.author = given.insert(portal, "actor", kind="CITIZEN", role="MEMBER", name="A", created_at="now")
        for idea in self.ideas:
            self._case(idea)

    def _note(self, part: str, minutes: float | None = None, **by: Any) -> None:
        key = tuple(sorted(by.items()))
        self.counts[part][key] += 1
        if minutes is not None:
            self.minutes[part, key].append(minutes)

    def _instant(self) -> datetime:
        """Most within the year, some around its edges by the portal's clock."""
        if self.chance.random() < 0.2:
            edge = datetime(self.chance.choice((YEAR, YEAR + 1)), 1, 1, tzinfo=PARIS)
            return edge + timedelta(minutes=self.chance.choice((-90, -30, -1, 0, 1, 30, 90)))
        return datetime(YEAR, 1, 2, tzinfo=PARIS) + timedelta(minutes=self.chance.randrange(500_000))

    def _case(self, idea: UUID) -> None:
        is_marked = self.chance.random() < 0.3
        case = self.given.insert(
            self.portal, "moderation_case", contribution_id=idea, comment_id=None, state="DECIDED", urgency=1,
            cause="AIDS" if is_marked else "REPORTS", report_count=1, version=1, opened_at="now", changed_at="now",
        )  # fmt: skip
        decision, at = self._decision(case, is_marked=is_marked)
        for _ in range(self.chance.randrange(3)):
            self._report(case, decision, at)
        if self.chance.random() < 0.5:
            self._appeal(decision, at)

    def _decision(self, case: UUID, *, is_marked: bool) -> tuple[UUID, datetime]:
        at, source = self._instant(), self.chance.choice([source.value for source in NoticeSource])
        self.action = self.chance.choice([*DecisionAction])
        against = self.action in REASONED
        reasons = {"category": self.chance.choice(["SCAMS_AND_FRAUD", "CYBER_VIOLENCE"]), "rule": "Règle",
                   "ground": self.chance.choice(["ILLEGAL", "TERMS"]), "facts": "Des faits précis."}  # fmt: skip
        given = reasons if against else {}
        until = {"suspended_until": "2040-01-01"} if self.action is DecisionAction.SUSPEND else {}
        redacted = {"redacted_body": "[…]"} if self.action is DecisionAction.REDACT else {}
        person = self.chance.choice(self.moderators)
        id_ = self.given.insert(
            self.portal, "moderation_decision", case_id=case, author_id=self.author, moderator_id=person,
            action=self.action.value, is_detected_automatically=is_marked, source=source, seen_title="T", seen_body="B",
            decided_at=at, **given, **until, **redacted,
        )  # fmt: skip
        if at.astimezone(PARIS).year != YEAR:
            return id_, at
        self.people.add(person)
        action, category, ground = self.action.value, reasons["category"], reasons["ground"]
        if against:
            self._note("RESTRICTIONS", ground=ground, action=action)
            if source in ("ARTICLE_16", "TRUSTED_FLAGGER"):
                self._note("NOTICE_ACTIONS", category=category, ground=ground, action=action)
            if source == "TRUSTED_FLAGGER":
                self._note("TRUSTED_ACTIONS", category=category, ground=ground, action=action)
            if source == "VOLUNTARY":
                self._note("OWN_INITIATIVE", category=category, action=action, isAutomatic=is_marked)
        if is_marked and (against or self.action is DecisionAction.NOTHING):
            self._note("AUTOMATED", action=action)
        return id_, at

    def _report(self, case: UUID, decision: UUID, decided: datetime) -> None:
        category = self.chance.choice([*[*ReportCategory][:6], ReportCategory.OTHER_VIOLATION_TC])
        at = decided - timedelta(minutes=self.chance.randrange(1, 20_000))
        reporter = self.given.insert(self.portal, "actor", kind="CITIZEN", role="MEMBER", name="R", created_at="now")
        self.given.insert(
            self.portal, "report", case_id=case, reporter_id=reporter, category=category.value, receipt=reporter.hex[-12:],
            created_at=at, decision_id=decision, is_trusted=(is_trusted := self.chance.random() < 0.4),
        )  # fmt: skip
        if at.astimezone(PARIS).year == YEAR:
            part = "NOTICES" if category in UNLAWFUL else "OTHER_REPORTS"
            self._note(part, (decided.timestamp() - at.timestamp()) / 60, category=category.value)
            if is_trusted and part == "NOTICES":
                self._note("TRUSTED_NOTICES", (decided.timestamp() - at.timestamp()) / 60, category=category.value)

    def _appeal(self, decision: UUID, decided: datetime) -> None:
        at, outcome = decided + timedelta(days=3), self.chance.choice(["UPHELD", "REVERSED", None])
        answered = at + timedelta(minutes=self.chance.randrange(1, 30_000))
        answer = {"outcome": outcome, "reply": "Une réponse précise.", "decider_id": self.moderators[0],
                  "decided_at": answered} if outcome else {}  # fmt: skip
        self.given.insert(
            self.portal, "appeal", decision_id=decision, appellant_id=self.author, reason="Une raison précise.",
            created_at=at, **answer,
        )  # fmt: skip
        if at.astimezone(PARIS).year == YEAR:
            minutes = (answered.timestamp() - at.timestamp()) / 60 if outcome else None
            self._note("COMPLAINTS", minutes, outcome=outcome, action=self.action.value)

    def rows(self) -> list[Row]:
        """The report as it is to be, counted by hand."""
        found = [
            {**NONE, "part": part, **dict(key), "count": count, "medianMinutes": self._median(part, key)}
            for part, counts in self.counts.items()
            for key, count in counts.items()
        ]
        return [*found, {**NONE, "part": "PEOPLE", "count": len(self.people)}]

    def _median(self, part: str, key: tuple[tuple[str, Any], ...]) -> int | None:
        minutes = self.minutes.get((part, key))
        return None if not minutes else round(median(minutes))


@pytest.fixture(scope="module")
def village(given: Given, rennes: Portal) -> Portal:
    return given.tenant(rennes, "test-transparency", "commune-35238")


@pytest.fixture(scope="module")
def year(given: Given, village: Portal) -> SeededYear:
    return SeededYear(given, village)


def key(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in sorted(row) if name != "medianMinutes")


def test_report_equals_a_count_by_hand(village: Portal, year: SeededYear) -> None:
    told = village.ask(REPORT, year=YEAR)["moderationReport"]
    expected = year.rows()
    assert {row["part"] for row in told} == set(year.counts) | {"PEOPLE"}
    assert len(set(year.counts)) == 9
    assert sorted(map(key, told)) == sorted(map(key, expected))
    medians = {key(row): row["medianMinutes"] for row in expected}
    for row in told:
        wanted = medians[key(row)]
        assert (row["medianMinutes"] is None) == (wanted is None), row
        assert wanted is None or abs(row["medianMinutes"] - wanted) <= 1, (row, wanted)


def test_report_is_one_statement_a_page_and_a_file(village: Portal, year: SeededYear) -> None:
    anybody = Browser(village.client, village.host)
    anybody.get(f"/moderation/rapport/{YEAR}")
    before = village.running.database.statement_count
    page = anybody.get(f"/moderation/rapport/{YEAR}", **{"cache-control": "no-cache"})
    assert page.status_code == 200 and village.running.database.statement_count - before <= 1
    assert f"Rapport de modération {YEAR}" in page.text and "Réclamations" in page.text
    file = anybody.get(f"/export/moderation-{YEAR}.csv")
    assert file.status_code == 200
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 1 + len(year.rows())
    total = sum(int(row[rows[0].index("Nombre")]) for row in rows[1:])
    assert total == sum(row["count"] for row in year.rows())


def test_year_without_anything_and_years_that_are_none(village: Portal) -> None:
    assert village.ask(REPORT, year=2150)["moderationReport"] == [{**NONE, "part": "PEOPLE", "count": 0}]
    assert village.codes(REPORT, year=99) == ["BAD_INPUT"]
    anybody = Browser(village.client, village.host)
    assert anybody.get("/moderation/rapport/2150").status_code == 200
    assert anybody.get("/moderation/rapport/deux").status_code in (400, 404)
    assert anybody.get("/export/moderation-99.csv").status_code == 404
