"""Docket: the rows of the demonstration's moderation, for its loader."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from demo.moderation import MARKED, WATCHED, flagger
from demo.story import DemoCase, DemoReport, DemoTenant
from models.appeal import Appeal
from models.detection import Detection
from models.moderation import ModerationCase, ModerationDecision
from models.report import TRUSTED_AHEAD, UNLAWFUL, URGENCY, USUAL_URGENCY, Report, ReportCategory
from models.watched_word import WatchedWord

Rows = list[dict[str, Any]]
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class Docket:
    """Cases, decisions and reports of one tenant, with the replies that were hidden."""

    def __init__(self, story: DemoTenant, now: datetime, id_: Callable[[str, str], UUID]) -> None:
        self._story = story
        self._now = now
        self._id = id_
        self._flagger = flagger(story.cases)
        everything = (*story.contributions, *story.withheld)
        self._contributions = {item.key: item for item in everything}

    def comments(self) -> Rows:
        """Replies that stand in no thread of the texts, because a moderator hid them."""
        return [
            {
                "id": self._id("comment", self._key(case)),
                "contribution_id": self._id("contribution", case.about),
                "author_id": self._id("actor", case.reply.author),
                "body": case.reply.body,
                "published_at": self._ago(case.reply.age_hours),
                "status": "HIDDEN",
            }
            for case in self._story.cases
            if case.reply is not None
        ]

    def rows(self) -> list[tuple[type[SQLModel], Rows]]:
        """Tables with their rows, in the order in which they are written."""
        cases = self._story.cases
        return [
            (WatchedWord, [self._watched(word) for word in WATCHED]),
            (Detection, [self._detection(*mark) for mark in MARKED if mark[0] in self._contributions]),
            (ModerationCase, [self._case(case) for case in cases]),
            (ModerationDecision, [row for case in cases if case.decision for row in self._decisions(case)]),
            (Report, [row for case in cases for row in self._reports(case)]),
            (Appeal, [self._appeal(case) for case in cases if case.appeal]),
        ]

    def _watched(self, word: str) -> dict[str, Any]:
        """A word, with a star behind it where it is a stem."""
        kept = {"word": word.rstrip("*"), "is_stem": word.endswith("*"), "created_at": self._ago(24 * 30)}
        return {"id": self._id("watched", word), **kept}

    def _detection(self, about: str, kind: str, words: str | None) -> dict[str, Any]:
        item = self._contributions[about]
        return {
            "id": self._id("detection", f"{about}/{kind}"),
            "contribution_id": self._id("contribution", about),
            "comment_id": None,
            "author_id": self._id("actor", item.author),
            "kind": kind,
            "words": words,
            "like_id": None,
            "found_at": self._ago(item.age_hours),
        }

    def _key(self, case: DemoCase) -> str:
        return f"{case.about}/judged" if case.reply else case.about

    def _ago(self, hours: int) -> datetime:
        return self._now - timedelta(hours=hours)

    def _case(self, case: DemoCase) -> dict[str, Any]:
        return {
            "id": self._id("case", self._key(case)),
            "contribution_id": self._id("contribution", case.about),
            "comment_id": self._id("comment", self._key(case)) if case.reply else None,
            "state": "APPEALED" if case.appeal else "DECIDED" if case.decision else "OPEN",
            "urgency": min((self._urgency(case, report) for report in case.reports), default=USUAL_URGENCY),
            "cause": "REPORTS" if case.reports else "REVIEW",
            "report_count": len(case.reports),
            "version": (2 if case.decision.suspended_days else 1) if case.decision else 0,
            "opened_at": self._ago(case.age_hours),
            "changed_at": self._ago(case.age_hours - 1 if case.decision else case.age_hours),
        }

    def _urgency(self, case: DemoCase, report: DemoReport) -> int:
        is_trusted = case.decision is None and report.actor == self._flagger
        return URGENCY[ReportCategory(report.category)] - (TRUSTED_AHEAD if is_trusted else 0)

    def _decisions(self, case: DemoCase) -> Rows:
        """What was decided of a case, and then of its author."""
        decision, first = case.decision, self._decision(case)
        if decision is None or not decision.suspended_days:
            return [first]
        until = first["decided_at"] + timedelta(days=decision.suspended_days)
        second = {
            "id": self._id("decision", f"{self._key(case)}/author"),
            "action": "SUSPEND",
            "suspended_until": until,
        }
        return [first, {**first, **second}]

    def _decision(self, case: DemoCase) -> dict[str, Any]:
        decision, about = case.decision, self._contributions[case.about]
        assert decision is not None
        is_notice = any(ReportCategory(report.category) in UNLAWFUL for report in case.reports)
        return {
            "id": self._id("decision", self._key(case)),
            "case_id": self._id("case", self._key(case)),
            "author_id": self._id("actor", case.reply.author if case.reply else about.author),
            "moderator_id": self._id("actor", decision.moderator),
            "action": decision.action,
            "category": decision.category,
            "ground": decision.ground,
            "rule": decision.rule,
            "facts": decision.facts,
            "explanation": None,
            "is_detected_automatically": False,
            "source": "ARTICLE_16" if is_notice else "OTHER_NOTIFICATION",
            "seen_title": None if case.reply else about.title,
            "seen_body": case.reply.body if case.reply else decision.written or about.body,
            "redacted_title": about.title if decision.written else None,
            "redacted_body": about.body if decision.written else None,
            "suspended_until": None,
            "decided_at": self._ago(case.age_hours - 1),
        }

    def _appeal(self, case: DemoCase) -> dict[str, Any]:
        return {
            "id": self._id("appeal", self._key(case)),
            "decision_id": self._id("decision", self._key(case)),
            "appellant_id": self._id("actor", self._contributions[case.about].author),
            "reason": case.appeal,
            "created_at": self._ago(case.age_hours // 2),
            "outcome": None,
            "reply": None,
            "decider_id": None,
            "decided_at": None,
        }

    def _reports(self, case: DemoCase) -> Rows:
        return [
            {
                "id": (report_id := self._id("report", f"{self._key(case)}/{report.actor}")),
                "case_id": self._id("case", self._key(case)),
                "reporter_id": self._id("actor", report.actor),
                "category": report.category,
                "quote": report.quote,
                "explanation": report.explanation,
                "receipt": _receipt(report_id),
                "created_at": self._ago(case.age_hours),
                "decision_id": self._id("decision", self._key(case)) if case.decision else None,
                "is_trusted": case.decision is None and report.actor == self._flagger,
            }
            for report in case.reports
        ]


def _receipt(id_: UUID) -> str:
    """A receipt that is the same at every load."""
    signs = [_SIGNS[byte % len(_SIGNS)] for byte in id_.bytes[-8:]]
    return "".join(signs[:4]) + "-" + "".join(signs[4:])
