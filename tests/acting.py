"""What actors do, through the endpoint: one function a mutation, its payload as the answer."""

from typing import Any

from tests.conftest import Portal

TALLY = "tally { totalCount supportCount forCount mixedCount againstCount }"
LOCATION = "location { cell precision lat lng address } ownLocation { lat lng }"
ERRORS = "userErrors { code field }"

PUBLISH = f"""
mutation($input: ContributionPublishInput!) {{
  contributionPublish(input: $input) {{ contribution {{ id status {LOCATION} }} {ERRORS} }}
}}"""
REVISE = f"""
mutation($input: ContributionReviseInput!) {{
  contributionRevise(input: $input) {{
    contribution {{ id status title body category {{ id }} priceCents priceUnit {LOCATION} }} {ERRORS}
  }}
}}"""
CLOSE = f"""
mutation($input: ContributionCloseInput!) {{
  contributionClose(input: $input) {{ contribution {{ id status outcome }} {ERRORS} }}
}}"""
PAUSE, RESUME = (
    f"mutation($input: Contribution{name}Input!) {{ contribution{name}(input: $input) {{ contribution {{ status }} {ERRORS} }} }}"
    for name in ("Pause", "Resume")
)
COMMENT = f"""
mutation($input: CommentPublishInput!) {{
  commentPublish(input: $input) {{ comment {{ id body contribution {{ id commentCount }} }} {ERRORS} }}
}}"""
CAST = f"""
mutation($input: VoteCastInput!) {{
  voteCast(input: $input) {{ contribution {{ {TALLY} viewerVote {{ choice }} }} vote {{ choice }} {ERRORS} }}
}}"""
WITHDRAW = f"""
mutation($input: VoteWithdrawInput!) {{
  voteWithdraw(input: $input) {{ contribution {{ {TALLY} viewerVote {{ choice }} }} {ERRORS} }}
}}"""

Payload = dict[str, Any]
EXCHANGED = ("OFFER", "REQUEST", "LISTING")


def refused(code: str, field: str | None) -> list[dict[str, str | None]]:
    """The `userErrors` of a request that was refused."""
    return [{"code": code, "field": field}]


def publish(portal: Portal, activity: str, kind: str = "PROPOSAL", **fields: Any) -> Payload:
    """Publish; fields under their GraphQL names."""
    given = {"activity": activity, "kind": kind, "title": "Un banc sur la place", "body": "À l'ombre du tilleul."}
    declared = {"isOldEnough": True} if kind in EXCHANGED else {}
    return dict(portal.ask(PUBLISH, input={**given, **declared, **fields})["contributionPublish"])


def published(portal: Portal, activity: str, kind: str = "PROPOSAL", **fields: Any) -> str:
    """The id of what is published."""
    payload = publish(portal, activity, kind, **fields)
    assert payload["userErrors"] == [], payload
    return str(payload["contribution"]["id"])


def revise(portal: Portal, contribution: str, **fields: Any) -> Payload:
    return dict(portal.ask(REVISE, input={"contribution": contribution, **fields})["contributionRevise"])


def close(portal: Portal, contribution: str, outcome: str = "FULFILLED", **fields: Any) -> Payload:
    given = {"contribution": contribution, "outcome": outcome, **fields}
    return dict(portal.ask(CLOSE, input=given)["contributionClose"])


def pause(portal: Portal, contribution: str) -> Payload:
    return dict(portal.ask(PAUSE, input={"contribution": contribution})["contributionPause"])


def resume(portal: Portal, contribution: str) -> Payload:
    return dict(portal.ask(RESUME, input={"contribution": contribution})["contributionResume"])


def comment(portal: Portal, contribution: str, body: str = "Bonne idée.", **fields: Any) -> Payload:
    given = {"contribution": contribution, "body": body, **fields}
    return dict(portal.ask(COMMENT, input=given)["commentPublish"])


def cast(portal: Portal, contribution: str, choice: str, **fields: Any) -> Payload:
    given = {"contribution": contribution, "choice": choice, **fields}
    return dict(portal.ask(CAST, input=given)["voteCast"])


def withdraw(portal: Portal, contribution: str, **fields: Any) -> Payload:
    return dict(portal.ask(WITHDRAW, input={"contribution": contribution, **fields})["voteWithdraw"])
