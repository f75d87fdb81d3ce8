"""Publication: contributions are published, revised, renewed and closed by their authors."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from models import expected
from models.activity import KINDS
from models.base import table
from models.contribution import (
    MAX_EUROS,
    RULES,
    Contribution,
    ContributionKind,
    ContributionOutcome,
    ContributionStatus,
    OnBehalfOf,
    Side,
    Urgency,
)
from models.debate import EXPERT
from models.event import EventKind
from models.phase import Doing
from models.refusal import ErrorCode, Refusal, bad_input, not_found
from planner.act import Act, Outcome, value
from resolvers import (
    access,
    amendment,
    ballot,
    fulfilment,
    life,
    particulars,
    parting,
    petition,
    petition_proposal,
    petitioner,
    portal_text,
    position,
    review,
    roll_up,
    safety,
    speaking,
    unplaced,
    waiting_list,
)  # fmt: skip
from resolvers import draft as drafts

MAX_EXPIRY_DAYS = 365
RESUMED_DAYS = 30
"""Of what would not expire by itself."""
_contribution = table(Contribution)
ANSWERING = select(*(_contribution.c[name] for name in ("urgency", "capacity", "accepted_count"))).where(
    _contribution.c.id == value(Contribution, "id")
)


ESTIMATE = (
    update(_contribution)
    .where(_contribution.c.id == value(Contribution, "id"))
    .values(cost_euros=value(Contribution, "cost_euros"))
)


@dataclass(frozen=True, slots=True)
class Answering:
    """How soon answers to a contribution are wanted, how many, and how many were accepted."""

    urgency: Urgency
    capacity: int | None
    accepted_count: int


async def publish(
    act: Act,
    *,
    activity: UUID,
    kind: ContributionKind,
    title: str,
    body: str,
    category: UUID | None = None,
    location: particulars.Location | None = None,
    is_anonymous: bool = False,
    expires_after_days: int | None = None,
    about: UUID | None = None,
    side: Side | None = None,
    price_cents: int | None = None,
    price_unit: str | None = None,
    urgency: Urgency = Urgency.NO_HURRY,
    capacity: int | None = None,
    season_months: Sequence[int] | None = None,
    on_behalf_of: UUID | None = None,
    draft: UUID | None = None,
    version: str | None = None,
    behalf: OnBehalfOf = OnBehalfOf.NOBODY,
    is_at_desk: bool = False,
    is_old_enough: bool = False,
    is_kept_sealed: bool = False,
) -> Outcome:
    """Publish a contribution in an activity that is open; its draft ends."""
    author = await speaking.speaker(act, on_behalf_of)
    columns = particulars.texts(title, body) | particulars.details(
        kind, is_anonymous, price_cents, price_unit, season_months or (), urgency, capacity, behalf, is_at_desk
    )
    rules = await _open_activity(act, activity, kind)
    await _require_allowed(act, rules, kind, author, is_anonymous, is_old_enough)
    columns |= await _argument(act, activity, kind, about, side)
    columns["category_id"] = await particulars.category_of(act, activity, category, kind, author, is_kept_sealed)
    place = await particulars.place(act, author, rules.location_rule, location)
    days = _days(kind, expires_after_days, _usual_days(kind, rules))
    await drafts.take(act, draft, version)
    counted = roll_up.Counted(activity, await _first(act, rules, author), kind, category, None)
    return act.did(contribution_id=await _write(act, rules, counted, days, author, place, columns))


async def _first(act: Act, rules: access.Rules, author: UUID) -> ContributionStatus:
    is_held = await review.is_due(act, rules.review_rule, author)
    return ContributionStatus.HELD if is_held else ContributionStatus.OPEN


async def _write(
    act: Act,
    rules: access.Rules,
    counted: roll_up.Counted,
    days: int | None,
    author: UUID,
    place: position.Position | None,
    columns: dict[str, Any],
) -> UUID:
    """Write it at its place, with its petition; a moderator is asked about what waits. Returns its id."""
    columns |= place.columns() if place else unplaced.NOWHERE
    whole = replace(counted, published=place.published if place else None)
    contribution = await life.publish(act, whole, days, author, **columns)
    if counted.status is ContributionStatus.HELD:
        await review.ask(act, contribution)
    await petition_proposal.submit(act, rules.kind, counted.activity, contribution)
    return contribution


async def _require_allowed(
    act: Act, rules: access.Rules, kind: ContributionKind, author: UUID, is_anonymous: bool, is_old_enough: bool
) -> None:
    """Whoever publishes is old enough, has agreed to the charter, asks for a few things at a time, and gives a name
    where the activity wants one. Raises Refusal."""
    safety.require_age(rules.least_age, is_old_enough)
    await safety.require_few_requests(act, kind, rules.alive_requests, author)
    await portal_text.require_charter(act)
    if is_anonymous and not rules.may_be_anonymous:
        raise bad_input("This activity takes nothing without a name.", "isAnonymous", expected.NOTHING)


async def revise(
    act: Act,
    *,
    contribution: UUID,
    title: str | None = None,
    body: str | None = None,
    category: UUID | None = None,
    location: particulars.Location | None = None,
    price_cents: int | None = None,
    price_unit: str | None = None,
    season_months: Sequence[int] | None = None,
    urgency: Urgency | None = None,
    capacity: int | None = None,
    expires_after_days: int | None = None,
    is_kept_sealed: bool = False,
) -> Outcome:
    """Change what is given of the asker's own contribution; a new expiry renews one that has expired."""
    fixed = {"title": title, "body": body, "location": location}
    own = await _own(act, contribution, while_open=True, fixed=next((f for f in fixed if fixed[f] is not None), None))
    columns: dict[str, Any] = {}
    if title is not None or body is not None:
        columns |= _reworded(own, own.title if title is None else title, own.body if body is None else body)
    if category is not None:
        sealed = is_kept_sealed or category == own.category_id
        whose = (own.kind, own.author_id)
        columns["category_id"] = await particulars.category_of(act, own.activity_id, category, *whose, sealed)
    if price_cents is not None or price_unit is not None:
        cents = own.price_cents if price_cents is None else price_cents
        columns |= particulars.price(own.kind, cents, own.price_unit if price_unit is None else price_unit)
    if season_months is not None:
        columns |= particulars.season(own.kind, season_months)
    if urgency is not None or capacity is not None:
        columns |= particulars.answering(own.kind, *await _as_it_is(act, contribution, urgency, capacity))
    await _require_room(act, own, expires_after_days)
    await _rewrite(act, own, _days(own.kind, expires_after_days, None), await _moved(act, own, location), columns)
    if capacity is not None:
        await waiting_list.advance(act.transaction, contribution)
        await fulfilment.of(act.transaction, contribution)
    return act.did(contribution_id=contribution)


def _reworded(own: life.Own, title: str, body: str) -> dict[str, Any]:
    """Its new words; with others than those that were pinned it is no expert's view any more. Raises Refusal."""
    columns = particulars.texts(title, body)
    is_other = (columns["title"], columns["body"]) != (own.title, own.body)
    if own.is_redacted and is_other:
        raise Refusal(ErrorCode.CONTENT_REDACTED, "A moderator has redacted its words.", "body")
    return columns | (dict.fromkeys(EXPERT) if is_other and own.kind is ContributionKind.ARGUMENT else {})


async def _rewrite(
    act: Act, own: life.Own, days: int | None, place: position.Position | None, columns: dict[str, Any]
) -> None:
    """Write what was revised, and for how many more days; what is a petition has no end of its own."""
    if place:
        columns |= place.columns()
    await life.revise(act, own, days, place.published if place else None, **columns)
    if days is not None and own.kind is ContributionKind.PROPOSAL:
        await petition_proposal.last(act, own.id)


async def _require_room(act: Act, own: life.Own, days: int | None) -> None:
    """What is renewed is no request too many. Raises Refusal."""
    if days is not None:
        most = (await access.activity(act, own.activity_id)).alive_requests
        await safety.require_few_requests(act, own.kind, most, own.author_id, own.id)


async def pause(act: Act, *, contribution: UUID) -> Outcome:
    """Take the asker's own contribution out of the lists for a while; what was agreed about it goes on."""
    own = await _own(act, contribution)
    if not RULES[own.kind].is_exchanged:
        raise bad_input("Offers, requests and listings are paused.", "contribution", expected.OTHER)
    await life.pause(act, own)
    return act.did(contribution_id=contribution)


async def resume(act: Act, *, contribution: UUID) -> Outcome:
    """Put it back, for as long as the activity usually gives."""
    own = await _own(act, contribution, while_open=True)
    if own.status is not ContributionStatus.PAUSED:
        raise Refusal(ErrorCode.CONTRIBUTION_NOT_OPEN, "It is not paused.", "contribution")
    rules = await access.activity(act, own.activity_id)
    await life.revise(act, own, _usual_days(own.kind, rules) or RESUMED_DAYS, None)
    return act.did(contribution_id=contribution)


async def close(act: Act, *, contribution: UUID, outcome: ContributionOutcome) -> Outcome:
    """Close the asker's own contribution with an outcome."""
    if outcome is ContributionOutcome.MERGED:
        raise bad_input("Moderators merge doubles.", "outcome", expected.OTHER)
    own = await _own(act, contribution)
    if own.kind is ContributionKind.PROPOSAL:
        await petitioner.require_alone(act, contribution)
    await life.close(act, own, outcome)
    if own.kind is ContributionKind.PROPOSAL:
        await petition_proposal.withdraw(act.transaction, [contribution])
        await amendment.withdraw(act.transaction, [contribution])
    await parting.of_contribution(act.transaction, contribution)
    return act.did(contribution_id=contribution)


async def estimate(act: Act, *, contribution: UUID, cost_euros: int | None = None) -> Outcome:
    """Say what a project would cost, before anybody voted; None: nothing is said any more."""
    target = await access.contribution(act, contribution)
    if not RULES[target.kind].may_have_cost:
        raise bad_input("Only a proposal has a cost.", "contribution", expected.OTHER)
    if cost_euros is not None and not 0 <= cost_euros <= MAX_EUROS:
        raise bad_input(f"A cost is 0 to {MAX_EUROS:,} euros.", "costEuros", expected.number(0, MAX_EUROS))
    await ballot.require_not_begun(act, target.activity_id, "contribution")
    await act.execute(ESTIMATE, id=contribution, cost_euros=cost_euros)
    return act.did(
        EventKind.CONTRIBUTION_ESTIMATED, contribution, {"costEuros": cost_euros}, contribution_id=contribution
    )


async def _as_it_is(
    act: Act, contribution: UUID, urgency: Urgency | None, capacity: int | None
) -> tuple[Urgency, int | None, int]:
    """What is given of how soon and how many, else what there is; and how many were accepted."""
    there = await act.one(ANSWERING, into=Answering, id=contribution)
    assert there is not None
    return urgency or there.urgency, there.capacity if capacity is None else capacity or None, there.accepted_count


def _usual_days(kind: ContributionKind, rules: access.Rules) -> int | None:
    """When something expires of which its author says nothing: the sooner of what its kind and the activity say."""
    both = (RULES[kind].most_days, rules.expires_after_days)
    return min((days for days in both if days is not None), default=None)


def _days(kind: ContributionKind, wanted: int | None, default: int | None) -> int | None:
    """For how many days it is kept. Raises Refusal."""
    most = RULES[kind].most_days
    if wanted is not None and most is not None and wanted > most:
        message = f"A request is kept for {most} days at most."
        raise Refusal(ErrorCode.KEPT_TOO_LONG, message, "expiresAfterDays", about=str(most))
    if wanted is not None and not 1 <= wanted <= MAX_EXPIRY_DAYS:
        raise bad_input(
            f"An expiry is 1 to {MAX_EXPIRY_DAYS} days away.", "expiresAfterDays", expected.number(1, MAX_EXPIRY_DAYS)
        )
    return default if wanted is None else wanted


async def _open_activity(act: Act, activity: UUID, kind: ContributionKind) -> access.Rules:
    rules = await access.activity(act, activity)
    if KINDS[rules.kind].is_staffed:
        await _require_staff_before_the_vote(act, activity, "activity")
    elif not rules.is_running:
        raise Refusal(ErrorCode.ACTIVITY_NOT_OPEN, "The activity is not open now.", "activity")
    if not rules.takes(kind):
        raise Refusal(ErrorCode.KIND_NOT_ACCEPTED, "The activity does not take this kind.", "kind")
    return rules


async def _require_staff_before_the_vote(act: Act, activity: UUID, field: str) -> None:
    """What residents vote on is the city's to publish, also before the activity opens, and stays as it is once somebody
    has voted. Raises Refusal."""
    if not act.asker.viewer.is_administrator:
        raise Refusal(ErrorCode.FORBIDDEN, "The city publishes here, and residents vote.", field)
    await ballot.require_not_begun(act, activity, field)


async def _argument(
    act: Act, activity: UUID, kind: ContributionKind, about: UUID | None, side: Side | None
) -> dict[str, Any]:
    """The proposal and the side of an argument; other kinds have neither."""
    if RULES[kind].about is None:
        if about is not None or side is not None:
            field = "side" if about is None else "about"
            raise bad_input("Only an argument is about something and takes sides.", field, expected.NOTHING)
        return {"about_id": None, "side": None}
    if about is None or side is None:
        field = "about" if about is None else "side"
        raise Refusal(ErrorCode.REQUIRED, "An argument says what it is about and for which side.", field)
    target = await access.contribution(act, about, "about")
    if target.activity_id != activity or target.kind is not RULES[kind].about:
        raise not_found("about")
    target.require_standing("about")
    return {"about_id": about, "side": side}


async def _own(act: Act, contribution: UUID, *, while_open: bool = False, fixed: str | None = None) -> life.Own:
    """The asker's contribution, locked, if it may be changed; with `while_open`, only while its activity is open; with
    `fixed`, a field that a petition keeps once the city has decided on it, only before."""
    target = await access.contribution(act, contribution)
    own = await life.own(act, contribution)
    if while_open and KINDS[target.activity_kind].is_staffed:
        await _require_staff_before_the_vote(act, target.activity_id, "contribution")
    elif while_open:
        target.require_running(Doing.PUBLISH)
    if fixed:
        await petition.require_submitted(act, target.activity_kind, contribution, fixed)
    return own


async def _moved(act: Act, own: life.Own, location: particulars.Location | None) -> position.Position | None:
    if location is None:
        return None
    rules = await access.activity(act, own.activity_id)
    return await particulars.place(act, own.author_id, rules.location_rule, location)
