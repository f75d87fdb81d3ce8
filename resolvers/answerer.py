"""Answerer («répondant»): who answers a survey: an account, or a browser without one, known again by a signed key."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Text, and_, cast, func, literal_column

from auth import attempt
from models.refusal import ErrorCode, Refusal
from models.survey_answer import BROWSER_KEY_BYTES, BROWSERS_AN_HOUR, SurveyChannel
from planner.act import Act
from planner.context import Asker, FieldContext


@dataclass(frozen=True, slots=True)
class Answerer:
    """An account or a browser, in one survey; `new_key` is for a browser that had none."""

    actor: UUID | None
    browser: str | None = None
    new_key: str | None = None

    @property
    def channel(self) -> SurveyChannel:
        """By which way its answer comes."""
        return SurveyChannel.ACCOUNT if self.browser is None else SurveyChannel.BROWSER

    @property
    def columns(self) -> dict[str, object]:
        """Whose an answer is."""
        return {"actor_id": self.actor, "browser_digest": self.browser}


async def of(act: Act, activity: UUID, key: str | None, *, is_without_account: bool) -> Answerer:
    """Who asks: the account that is signed in; without one, where the survey allows it, the browser of a key, else a
    new one. Raises Refusal(UNAUTHENTICATED, SURVEY_NETWORK)."""
    if act.actor_or_none is not None or not is_without_account:
        return Answerer(act.actor)
    chance = chance_of(act.asker, key)
    if chance is not None:
        return Answerer(None, digest(chance, activity))
    await _require_few(act, activity)
    chance = secrets.token_urlsafe(BROWSER_KEY_BYTES)
    return Answerer(None, digest(chance, activity), f"{chance}.{_signature(act.asker, chance)}")


def known(act: Act, activity: UUID, key: str | None) -> Answerer:
    """The same, where nothing is begun. Raises Refusal(UNAUTHENTICATED)."""
    chance = None if act.actor_or_none is not None else chance_of(act.asker, key)
    return Answerer(act.actor) if chance is None else Answerer(None, digest(chance, activity))


def chance_of(asker: Asker, key: str | None) -> str | None:
    """What of a browser's key is its own; None for one that this server has not signed for this portal."""
    chance, _, signature = (key or "").partition(".")
    is_signed = hmac.compare_digest(signature.encode(), _signature(asker, chance).encode())
    return chance if is_signed else None


def _signature(asker: Asker, chance: str) -> str:
    return asker.digest("browser of a survey", chance)[:32]


def digest(chance: str, activity: UUID) -> str:
    """What is kept of a browser: of one survey, so that nobody follows it from one to another."""
    return hashlib.sha256(f"{chance}{activity}".encode()).hexdigest()


def is_own(answer: FromClause, activity: ColumnElement[UUID], context: FieldContext) -> ColumnElement[bool]:
    """An answer is the viewer's, or of the browser whose key is given."""
    mine: ColumnElement[bool] = answer.c.actor_id == context.person_id
    if context.viewer.role is None and context.has("browserKey"):
        chance = context.bind(lambda given, asker: chance_of(asker, given["browserKey"]), Text())
        hashed = func.sha256(func.convert_to(chance + cast(activity, Text), literal_column("'UTF8'", Text)))
        mine = answer.c.browser_digest == func.encode(hashed, literal_column("'hex'", Text))
    return and_(answer.c.activity_id == activity, mine)


async def _require_few(act: Act, activity: UUID) -> None:
    """Count one browser more of a network. What is counted is a keyed digest, for two hours. Raises
    Refusal(SURVEY_NETWORK)."""
    subject = act.asker.digest("network of a survey", str(activity), act.asker.network)
    row = await act.transaction.one(attempt.COUNT, hour=attempt.hour(), subject=subject)
    if row is None or not isinstance(row[0], int) or row[0] > BROWSERS_AN_HOUR:
        raise Refusal(ErrorCode.SURVEY_NETWORK, f"At most {BROWSERS_AN_HOUR} an hour from one network.", "activity")
