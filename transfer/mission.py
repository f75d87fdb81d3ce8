"""Mission: what a row in API Engagement's fields says of an organisation, a period, places and conditions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from models import writing
from models.import_run import ImportRemarkCode, ImportTarget
from models.mission import MAX_AHEAD_DAYS, MAX_PLACES, MAX_SLOT_DAYS, REQUIREMENTS_LENGTH, MissionDomain
from transfer import markup, value

_T, _R = ImportTarget, ImportRemarkCode

YES = frozenset(("oui", "yes", "true", "1", "vrai"))
NAME_LENGTH, STREET_LENGTH = (2, 120), 200
ORGANISATION = "organisation:"
"""Begins the reference under which an organisation is stored, apart from persons of the same name."""

Note = tuple[ImportTarget, ImportRemarkCode]


@dataclass(frozen=True, slots=True)
class MissionSaid:
    """What a mission's row says beside title, text and place. `organisation` names the organiser, `organiser` is the
    reference of it; the period is half-open, in UTC."""

    organisation: str
    organiser: str
    starts_at: datetime
    ends_at: datetime
    places: int
    domain: MissionDomain | None
    requirements: str | None
    is_open_to_minors: bool
    is_accessible: bool
    street: str | None


class UnsoundError(Exception):
    """The row is refused for what a cell says."""

    def __init__(self, target: ImportTarget, code: ImportRemarkCode) -> None:
        super().__init__(target, code)
        self.target, self.code = target, code


def said(cell: Callable[[ImportTarget], str], zone: tzinfo, now: datetime) -> tuple[MissionSaid, list[Note]]:
    """What cells say of a mission, and what is to be said of them. Raises UnsoundError."""
    notes: list[Note] = []
    name = writing.name(markup.shown(cell(_T.ORGANISATION)))[: NAME_LENGTH[1]]
    if len(name) < NAME_LENGTH[0]:
        raise UnsoundError(_T.ORGANISATION, _R.MISSING)
    starts_at, ends_at = _period(cell, zone, now, notes)
    requirements = writing.tidy(markup.shown(cell(_T.REQUIREMENTS))) or None
    if requirements and len(requirements) > REQUIREMENTS_LENGTH[1]:
        raise UnsoundError(_T.REQUIREMENTS, _R.TOO_LONG)
    told = MissionSaid(
        organisation=name,
        organiser=f"{ORGANISATION}{cell(_T.ORGANISATION_REFERENCE) or name}",
        starts_at=starts_at,
        ends_at=ends_at,
        places=_places(cell, notes),
        domain=_domain(cell, notes),
        requirements=requirements,
        is_open_to_minors=cell(_T.OPEN_TO_MINORS).casefold() in YES,
        is_accessible=cell(_T.ACCESSIBLE).casefold() in YES,
        street=writing.line(cell(_T.STREET))[:STREET_LENGTH] or None,
    )
    return told, notes


def _period(
    cell: Callable[[ImportTarget], str], zone: tzinfo, now: datetime, notes: list[Note]
) -> tuple[datetime, datetime]:
    """When it begins and ends; one without an end, or of more than a year, is of a year from now on at most."""
    starts_at, ends_at = (_instant(cell, target, zone) for target in (_T.STARTS_AT, _T.ENDS_AT))
    if starts_at is None:
        raise UnsoundError(_T.STARTS_AT, _R.MISSING)
    if ends_at is not None and ends_at <= starts_at:
        raise UnsoundError(_T.ENDS_AT, _R.BAD_PERIOD)
    if ends_at is not None and ends_at <= now:
        raise UnsoundError(_T.ENDS_AT, _R.PAST_PERIOD)
    if starts_at > now + timedelta(days=MAX_AHEAD_DAYS):
        raise UnsoundError(_T.STARTS_AT, _R.BAD_PERIOD)
    most = timedelta(days=MAX_SLOT_DAYS)
    if ends_at is not None and ends_at <= starts_at + most:
        return starts_at, ends_at
    notes.append((_T.ENDS_AT, _R.PERIOD_CHANGED))
    begins = max(starts_at, now.replace(hour=0, minute=0, second=0, microsecond=0))
    return begins, min(ends_at or begins + most, begins + most)


def _instant(cell: Callable[[ImportTarget], str], target: ImportTarget, zone: tzinfo) -> datetime | None:
    if not (text := cell(target)):
        return None
    try:
        return value.instant(text, zone)
    except (ValueError, OverflowError):
        raise UnsoundError(target, _R.BAD_DATE) from None


def _places(cell: Callable[[ImportTarget], str], notes: list[Note]) -> int:
    """As many as a slot can have; one where nothing is said."""
    text = cell(_T.PLACES)
    try:
        wanted = value.count(text) if text else 0
    except ValueError:
        raise UnsoundError(_T.PLACES, _R.BAD_NUMBER) from None
    places = min(max(wanted, 1), MAX_PLACES)
    if places != wanted:
        notes.append((_T.PLACES, _R.PLACES_CHANGED))
    return places


def _domain(cell: Callable[[ImportTarget], str], notes: list[Note]) -> MissionDomain | None:
    text = cell(_T.DOMAIN)
    name = text.strip().upper().replace("-", "_")
    if name in MissionDomain.__members__:
        return MissionDomain[name]
    if text:
        notes.append((_T.DOMAIN, _R.UNKNOWN_DOMAIN))
    return None
