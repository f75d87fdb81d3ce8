"""A case, a decision and a report of each kind, written straight into the tables, for tests that ask for every object."""

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

if TYPE_CHECKING:
    from tests.conftest import Portal
    from tests.given import Given

SEEN = "SELECT encode(sha256(convert_to(concat_ws('|', '0', title, body), 'UTF8')), 'hex') FROM __tenant__.contribution WHERE id = %s"  # fmt: skip
"""The mark of a contribution's case that nobody has decided."""

HIDDEN = """
INSERT INTO __tenant__.contribution (id, activity_id, kind, status, status_before, title, body, author_id, is_anonymous,
  support_count, published_at, search_text)
SELECT %s, activity_id, 'PROPOSAL', 'HIDDEN', 'OPEN', title, body, author_id, false, 0, now(), '' FROM
  __tenant__.contribution WHERE id = %s"""


def judged(given: "Given", portal: "Portal", contribution: UUID, actor: UUID, moderator: UUID) -> dict[str, str]:
    """Ids of what is about a contribution and its author: its case that waits, a decision, a report, and something that
    is hidden beside it."""
    hidden = uuid4()
    given.sql(portal, HIDDEN, hidden, contribution)
    waiting = _case(given, portal, contribution, "OPEN")
    done = _case(given, portal, hidden, "DECIDED")
    decision = _decision(given, portal, done, actor, moderator)
    report = given.insert(
        portal, "report", case_id=done, reporter_id=actor, category="SCAMS_AND_FRAUD", quote="Vu",
        explanation="Pourquoi", receipt=uuid4().hex[:9], created_at="now", decision_id=decision,
    )  # fmt: skip
    detection = given.insert(
        portal, "detection", contribution_id=contribution, author_id=actor, kind="WORD", words="vu", like_id=contribution,
        found_at="now",
    )  # fmt: skip
    evidence = given.insert(
        portal, "evidence", decision_id=decision, author_id=actor, author_name="Autrice", title="Vu", body="Vu.",
        published_at="now", digest="0" * 64, frozen_at="now", kept_until="tomorrow",
    )  # fmt: skip
    contested = _decision(given, portal, waiting, actor, moderator)
    appeal = given.insert(
        portal, "appeal", decision_id=contested, appellant_id=actor, reason="Une raison qui suffit.", created_at="now"
    )
    [(version,)] = given.sql(portal, SEEN, contribution)
    return {
        "ModerationCase": f"moderationcase_{portal.number}_{waiting}",
        "ModerationDecision": f"moderationdecision_{portal.number}_{decision}",
        "Appeal": f"appeal_{portal.number}_{appeal}",
        "Evidence": f"evidence_{portal.number}_{evidence}",
        "Detection": f"detection_{portal.number}_{detection}",
        "appealSubmit.decision": f"moderationdecision_{portal.number}_{decision}",
        "Report": f"report_{portal.number}_{report}",
        "WithheldContribution": f"contribution_{portal.number}_{hidden}",
        "moderationDecide.version": str(version),
    }


CASE = """
INSERT INTO __tenant__.moderation_case (id, contribution_id, state, urgency, report_count, version, opened_at, changed_at)
VALUES (%s, %s, %s, 1, 1, 0, now(), now()) ON CONFLICT ON CONSTRAINT moderation_case_subject DO UPDATE
SET id = EXCLUDED.id, state = EXCLUDED.state, cause = 'REPORTS', urgency = 1, report_count = 1"""


def _decision(given: "Given", portal: "Portal", case: UUID, actor: UUID, moderator: UUID) -> UUID:
    reasons = {"category": "SCAMS_AND_FRAUD", "ground": "ILLEGAL", "rule": "Une loi", "facts": "Des faits précis."}
    return given.insert(
        portal, "moderation_decision", case_id=case, author_id=actor, moderator_id=moderator, action="HIDE",
        is_detected_automatically=False, source="VOLUNTARY", seen_title="Vu", seen_body="Vu.", decided_at="now",
        explanation="Parce que.", **reasons,
    )  # fmt: skip


def _case(given: "Given", portal: "Portal", contribution: UUID, state: str) -> UUID:
    """A case, also where a program has opened one meanwhile."""
    case = uuid4()
    given.sql(portal, CASE, case, contribution, state)
    return case


FORGET = (
    "DELETE FROM __tenant__.detection",
    "DELETE FROM __tenant__.evidence",
    "DELETE FROM __tenant__.appeal",
    "DELETE FROM __tenant__.report WHERE explanation = 'Pourquoi' OR explanation IS NULL",
    "DELETE FROM __tenant__.moderation_decision",
    "DELETE FROM __tenant__.moderation_case",
    "DELETE FROM __tenant__.contribution WHERE status = 'HIDDEN'",
)
"""Takes all of it away."""
