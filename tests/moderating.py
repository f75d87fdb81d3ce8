"""What moderation does, through the endpoint: reports, cases, decisions; one function a mutation, and what waits."""

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

from models.mail import MailKind
from tests.acting import ERRORS, Payload
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.own import until

REPORT = f"""
mutation($input: ReportSubmitInput!) {{
  reportSubmit(input: $input) {{ report {{ id receipt category quote isAnswered answer }} {ERRORS} }}
}}"""
DECIDE = f"""
mutation($input: ModerationDecideInput!) {{
  moderationDecide(input: $input) {{ case {{ id state shown reportCount }} {ERRORS} }}
}}"""
CASES = """
query($state: CaseState!, $first: Int!, $after: String) {
  moderationCases(state: $state, first: $first, after: $after) {
    totalCount pageInfo { endCursor hasNextPage }
    nodes {
      id state isUrgent reportCount version shown isOwn againstCount contribution { id title status } comment { id body }
      author { id } categories { category count } decisions { nodes { id action rule facts moderator { id } } }
    }
  }
}"""
REASONS = {
    "category": "ILLEGAL_OR_HARMFUL_SPEECH",
    "ground": "TERMS",
    "rule": "Charte, article 3 : le respect des personnes",
    "facts": "Le message traite un voisin de menteur et de voleur.",
}
"""The statement of reasons of a decision against somebody."""


def submit(who: Portal, category: str = "OTHER_VIOLATION_TC", **about: Any) -> Payload:
    given = {"category": category, "isGoodFaith": True, **about}
    return dict(who.ask(REPORT, input=given)["reportSubmit"])


def reported(who: Portal, category: str = "OTHER_VIOLATION_TC", **about: Any) -> str:
    """The id of a report that was sent."""
    payload = submit(who, category, **about)
    assert payload["userErrors"] == [], payload
    return str(payload["report"]["id"])


def cases(moderator: Portal, state: str = "OPEN") -> list[dict[str, Any]]:
    """All cases in a state."""
    found: list[dict[str, Any]] = []
    page: dict[str, Any] = {"pageInfo": {"hasNextPage": True, "endCursor": None}}
    while page["pageInfo"]["hasNextPage"]:
        after = page["pageInfo"]["endCursor"]
        page = moderator.ask(CASES, state=state, first=50, after=after)["moderationCases"]
        found += page["nodes"]
    return found


def case_about(moderator: Portal, contribution: str, comment: str | None = None) -> dict[str, Any]:
    """The one case about a contribution or one of its comments, in whichever state."""
    [found] = [
        found
        for state in ("OPEN", "DECIDED", "APPEALED", "VOID")
        for found in cases(moderator, state)
        if (found["contribution"] or {}).get("id") == contribution and (found["comment"] or {}).get("id") == comment
    ]
    return found


def decide(moderator: Portal, case: dict[str, Any], action: str, **fields: Any) -> Payload:
    """Decide on the version of a case that was read; with reasons where they are due."""
    reasons = REASONS if action in ("HIDE", "REDACT", "WARN", "SUSPEND") else {}
    given = {"case": case["id"], "version": case["version"], "action": action, **reasons, **fields}
    return dict(moderator.ask(DECIDE, input=given)["moderationDecide"])


def decided(moderator: Portal, contribution: str, action: str, comment: str | None = None, **fields: Any) -> Payload:
    """Decide the case about something, as it is now."""
    payload = decide(moderator, case_about(moderator, contribution, comment), action, **fields)
    assert payload["userErrors"] == [], payload
    return payload


def with_address(given: Given, portal: Portal, role: str = "MEMBER") -> tuple[Portal, str]:
    """A new actor who signs in, and the address."""
    actor, email = given.actor(portal, role=role), f"{uuid4().hex[:12]}@courriel.example"
    uuid = uuid_in(actor.ask("{ viewer { id } }")["viewer"]["id"])
    given.insert(portal, "account", actor_id=uuid, email=email, created_at="now")
    return actor, email


def mails(given: Given, portal: Portal, email: str) -> list[str]:
    """The kinds of all mails to an address: those that the worker has sent, and those that still wait."""
    waiting: list[tuple[str, int]] = []

    def settled() -> bool:
        """Nothing is on its way: a mail that is being sent may be in the queue and in the folder at once."""
        waiting[:] = given.sql(
            portal, "SELECT kind, attempts FROM __tenant__.mail WHERE email = %s ORDER BY created_at, kind", email
        )
        return all(attempts == 0 for _, attempts in waiting)

    until(settled)
    sent = [_kind(str(mail["Subject"])) for mail in portal.running.post.mails(email)]
    until(settled)
    still = [kind for kind, _ in waiting]
    return sent + still if len(sent) == len(portal.running.post.mails(email)) else mails(given, portal, email)


LETTERS = Path(__file__).parents[1] / "mail" / "template" / "fr"


def _beginnings() -> dict[str, str]:
    """How the subjects of each kind of mail begin in French, as their letters have them."""
    found: dict[str, str] = {}
    for kind in MailKind:
        lines = (LETTERS / f"{kind.value.lower()}.txt").read_text("utf-8").splitlines()
        subject = next(line for line in lines if " – {{ title }}" in line).partition(" – {{ title }}")[0]
        parts = [_plain(part.partition("{{")[0]) for part in re.split(r"{%.*?%}", subject)]
        found |= {words: kind.value for words in parts if words}
    return found


def _kind(subject: str) -> str:
    """What a mail is, by its subject. Raises StopIteration where no letter begins so."""
    return next(kind for words, kind in _beginnings().items() if _plain(subject).startswith(words))


def _plain(text: str) -> str:
    return re.sub(r"[\u202f\u00a0]", " ", text).strip()


def assert_mailed(given: Given, portal: Portal, email: str, *kinds: str) -> None:
    """These mails and no others were made for an address, whether they were sent meanwhile or wait."""
    made = sorted(mails(given, portal, email))
    assert made == sorted(kinds), made
