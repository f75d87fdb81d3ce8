"""Record: what one row says, judged by itself: what is wrong with it is said by column, in a code."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from models import comment, contribution, word, writing
from models.contribution import ContributionKind, Side
from models.import_run import REFERENCE_LENGTH, DeclaredMeasure, ImportedKind, ImportRemarkCode, ImportTarget
from models.official_response import RESPONSE_LENGTH, SERVICE_LENGTH
from transfer import markup, mission, value
from transfer.line import FileLine
from transfer.mission import MissionSaid
from transfer.vocabulary import COMMENT, KINDS, SIDES, TOTALS, WITHDRAWN, StatusWord, status_of

T = TypeVar("T")
Key = tuple[str, str]
"""What a row became, and its reference in the system that it comes from."""

_T, _R = ImportTarget, ImportRemarkCode

TITLE_OF_BODY = 90
"""Characters of a text that are its title where a file gives none, as for arguments."""

SHOWN = 80
NAME_LENGTH = 120
MAX_CENTS = 100_000_000
_SENTENCE = re.compile(r"[.!?…](?=\s|$)|\n")


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said of a cell."""

    line: int
    column: str | None
    code: ImportRemarkCode
    value: str | None


@dataclass(slots=True)
class RowRules:
    """By what rows are judged: the kinds that the activity takes, the one of rows that say none, and the clock; whether
    its proposals have costs, else they are told in words, and its budget, where it has one."""

    kinds: tuple[str, ...]
    usual: str
    zone: tzinfo
    now: datetime
    has_costs: bool = False
    budget_euros: int | None = None


@dataclass(slots=True)
class Record:
    """A row that says something sound."""

    line: int
    kind: str
    reference: str
    title: str
    body: str
    about: str | None = None
    side: Side | None = None
    author: str | None = None
    category: str | None = None
    published_at: datetime | None = None
    lat: float | None = None
    lng: float | None = None
    commune: str | None = None
    price_cents: int | None = None
    price_unit: str | None = None
    cost_euros: int | None = None
    answer: str | None = None
    answered_at: datetime | None = None
    service: str | None = None
    status: StatusWord | None = None
    old_address: str | None = None
    totals: dict[DeclaredMeasure, int] = field(default_factory=dict)
    mission: MissionSaid | None = None
    search_text: str = ""
    """Of a contribution that is imported now; see `models/word.py`."""


class _Refused(Exception):
    """The row is refused, for this reason."""

    def __init__(self, target: ImportTarget, code: ImportRemarkCode) -> None:
        super().__init__(target, code)
        self.target = target
        self.code = code


@dataclass(slots=True)
class _Row:
    """A row's cells by what they say."""

    line: FileLine
    columns: Mapping[ImportTarget, str]
    rules: RowRules
    notes: list[Remark] = field(default_factory=list)

    def cell(self, target: ImportTarget) -> str:
        if self.line.meant is not None:
            return self.line.meant.get(target, "").strip()
        return self.line.cells.get(self.columns.get(target, ""), "").strip()

    def read(self, target: ImportTarget, parse: Callable[[str], T], code: ImportRemarkCode) -> T | None:
        """A cell's value; None for an empty cell."""
        cell = self.cell(target)
        if not cell:
            return None
        try:
            return parse(cell)
        except (ValueError, KeyError, OverflowError):
            raise _Refused(target, code) from None

    def remark(self, target: ImportTarget, code: ImportRemarkCode) -> Remark:
        return Remark(self.line.number, self.columns.get(target), code, self.cell(target)[:SHOWN] or None)


def judged(line: FileLine, columns: Mapping[ImportTarget, str], rules: RowRules) -> tuple[Record | None, list[Remark]]:
    """What a row says, and what is to be said of it; no record for a row that is refused."""
    if line.is_broken:
        return None, [Remark(line.number, None, _R.BROKEN_ROW, None)]
    row = _Row(line, columns, rules)
    try:
        return _record(row), row.notes
    except (_Refused, mission.UnsoundError) as refused:
        return None, [row.remark(refused.target, refused.code)]


def _record(row: _Row) -> Record:
    if word.plain(row.cell(_T.STATUS)).casefold() in WITHDRAWN:
        raise _Refused(_T.STATUS, _R.WITHDRAWN)
    kind = _kind(row)
    title, body = _texts(row, kind)
    about = row.cell(_T.ABOUT).strip('"') or None
    is_about = kind in (COMMENT, ContributionKind.ARGUMENT.value)
    if is_about and not about:
        raise _Refused(_T.ABOUT, _R.MISSING)
    draft = Record(row.line.number, kind, _reference(row), title, body, about if is_about else None)
    draft.side = _side(row) if kind == ContributionKind.ARGUMENT.value else None
    draft.author = writing.name(row.cell(_T.AUTHOR))[:NAME_LENGTH] or None
    draft.published_at = _instant(row, _T.PUBLISHED_AT)
    draft.old_address = _address(row)
    if kind == COMMENT:
        return draft
    draft.category = writing.line(row.cell(_T.CATEGORY).split(";")[0])[:NAME_LENGTH] or None
    _answer(row, draft)
    _estimate(row, draft)
    _locate(row, draft)
    if kind == ContributionKind.LISTING.value:
        draft.price_cents = row.read(_T.PRICE, _cents, _R.BAD_NUMBER)
        draft.price_unit = row.cell(_T.PRICE_UNIT)[:40] or None if draft.price_cents is not None else None
    if kind == ContributionKind.REQUEST.value and _T.STARTS_AT in row.columns:
        draft.mission, notes = mission.said(row.cell, row.rules.zone, row.rules.now)
        draft.author = draft.mission.organiser
        row.notes += [row.remark(target, code) for target, code in notes]
    for target, measure in TOTALS.items():
        if (total := row.read(target, value.count, _R.BAD_NUMBER)) is not None:
            draft.totals[measure] = total
    return draft


def _kind(row: _Row) -> str:
    rules = row.rules
    kind = row.read(_T.KIND, lambda cell: KINDS[word.plain(cell).casefold()], _R.BAD_KIND) or rules.usual
    if kind not in rules.kinds:
        raise _Refused(_T.KIND, _R.BAD_KIND)
    return kind


def _texts(row: _Row, kind: str) -> tuple[str, str]:
    """Title and text. Where one is not given the other says it; costs and places in words are told in the text."""
    title = writing.line(markup.plain(row.cell(_T.TITLE)).replace("\n", " "))
    body = writing.tidy(markup.plain(row.cell(_T.BODY)))
    if not title and not body:
        raise _Refused(_T.TITLE, _R.MISSING)
    if not title and _T.TITLE in row.columns and kind not in (COMMENT, ContributionKind.ARGUMENT.value):
        row.notes.append(Remark(row.line.number, row.columns.get(_T.TITLE), _R.TITLE_OF_TEXT, headline(body)[:SHOWN]))
    title, body = title or headline(body), body or title
    if kind != COMMENT:
        body = "\n\n".join((body, *_told(row)))
    bounds = comment.BODY_LENGTH if kind == COMMENT else contribution.BODY_LENGTH
    _measure(body, bounds, _T.BODY)
    if kind != COMMENT:
        _measure(title, contribution.TITLE_LENGTH, _T.TITLE)
    return title, body


def _told(row: _Row) -> list[str]:
    """What the domain has no field for, in words."""
    told = []
    if not row.rules.has_costs and (cost := row.read(_T.COST, value.number, _R.BAD_NUMBER)) is not None:
        whole = f"{cost:,.0f}" if cost.is_integer() else f"{cost:,.2f}".replace(".", "¤")
        told.append(f"Coût estimé : {whole.replace(',', ' ').replace('¤', ',')} €")
    if place := writing.line(row.cell(_T.PLACE)):
        told.append(f"Lieu : {place[:200]}")
    return told


def headline(body: str) -> str:
    """The first sentence of a text, or its beginning."""
    sentence = _SENTENCE.search(body, 2)
    first = writing.line(body[: sentence.end()] if sentence else body)
    if len(first) > TITLE_OF_BODY:
        first = first[:TITLE_OF_BODY].rpartition(" ")[0].rstrip(" ,;:–-") + "…"
    return first if len(writing.seen(first)) >= contribution.TITLE_LENGTH[0] else writing.line(body)[:TITLE_OF_BODY]


def _measure(text: str, bounds: tuple[int, int], target: ImportTarget) -> None:
    if len(writing.seen(text)) < bounds[0]:
        raise _Refused(target, _R.TOO_SHORT)
    if len(text) > bounds[1]:
        raise _Refused(target, _R.TOO_LONG)


def _reference(row: _Row) -> str:
    """What the source calls the row; without a column for it, its place in the file."""
    reference = row.cell(_T.REFERENCE).strip('"')
    if not reference and _T.REFERENCE in row.columns:
        raise _Refused(_T.REFERENCE, _R.MISSING)
    if len(reference) > REFERENCE_LENGTH:
        raise _Refused(_T.REFERENCE, _R.TOO_LONG)
    return reference or f"#{row.line.number}"


def _side(row: _Row) -> Side:
    side = row.read(_T.SIDE, lambda cell: SIDES[word.plain(cell).casefold()], _R.BAD_SIDE)
    if side is None:
        raise _Refused(_T.SIDE, _R.MISSING)
    return side


def _estimate(row: _Row, draft: Record) -> None:
    """What a proposal would cost; what is more than there is to spend is said."""
    if not row.rules.has_costs or draft.kind != ContributionKind.PROPOSAL.value:
        return
    draft.cost_euros = row.read(_T.COST, lambda cell: value.euros(cell, contribution.MAX_EUROS), _R.BAD_NUMBER)
    if draft.cost_euros and row.rules.budget_euros and draft.cost_euros > row.rules.budget_euros:
        row.notes.append(row.remark(_T.COST, _R.COST_ABOVE_BUDGET))


def _answer(row: _Row, draft: Record) -> None:
    """What the source's institution said of it; of a proposal also where it is with it."""
    is_proposal = draft.kind == ContributionKind.PROPOSAL.value
    most = RESPONSE_LENGTH[1] if is_proposal else comment.BODY_LENGTH[1]
    draft.answer = markup.plain(row.cell(_T.ANSWER))[:most] or None
    if is_proposal:
        draft.status = status_of(writing.line(row.cell(_T.STATUS)))
    draft.answered_at = _instant(row, _T.ANSWERED_AT)
    service = writing.line(row.cell(_T.ANSWER_SERVICE))[: SERVICE_LENGTH[1]]
    draft.service = service if len(service) >= SERVICE_LENGTH[0] else None


def _instant(row: _Row, target: ImportTarget) -> datetime | None:
    instant = row.read(target, lambda cell: value.instant(cell, row.rules.zone), _R.BAD_DATE)
    if instant is not None and instant > row.rules.now:
        raise _Refused(target, _R.FUTURE_DATE)
    if instant is not None and instant.year < 1970:
        raise _Refused(target, _R.BAD_DATE)
    return instant


def _locate(row: _Row, draft: Record) -> None:
    lat, lng = (row.read(target, value.number, _R.BAD_PLACE) for target in (_T.LATITUDE, _T.LONGITUDE))
    if (lat is None) != (lng is None):
        raise _Refused(_T.LATITUDE if lat is None else _T.LONGITUDE, _R.BAD_PLACE)
    if lat is not None and lng is not None:
        if not -90 <= lat <= 90 or not -180 <= lng <= 180:
            raise _Refused(_T.LATITUDE, _R.BAD_PLACE)
        draft.lat, draft.lng = lat, lng
        return
    code = row.read(_T.COMMUNE, value.commune, _R.UNKNOWN_COMMUNE)
    if code is not None:
        draft.commune, was_short = code
        if was_short:
            row.notes.append(row.remark(_T.COMMUNE, _R.ZERO_RESTORED))


def _cents(text: str) -> int:
    cents = round(value.number(text) * 100)
    if not 0 <= cents <= MAX_CENTS:
        raise ValueError(text)
    return cents


def _address(row: _Row) -> str | None:
    """A web address that is one, to be linked to and to be led from; any other text is no address."""
    text = row.cell(_T.OLD_ADDRESS)
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    is_one = parts.scheme in ("http", "https") and parts.netloc and len(text) <= 500 and text.isprintable()
    return text if is_one else None


def old_path(address: str) -> str | None:
    """Of an old address what a request for it names: path and query; None for a start page."""
    parts = urlsplit(address)
    query = urlencode(parse_qs(parts.query), doseq=True)
    path = unquote(parts.path).rstrip("/") + (f"?{query}" if query else "")
    return path or None


def columns_of(columns: Any) -> dict[ImportTarget, str]:
    """By target the name of the column that says it, of a run's `columns`."""
    targets = ((ImportTarget(column["target"]), str(column["name"])) for column in columns)
    return {target: name for target, name in targets if target is not ImportTarget.NOTHING}


def usual_kind(kinds: tuple[str, ...], columns: Mapping[ImportTarget, str]) -> str:
    """What rows are that do not say it: what begins at a time is a mission, arguments take a side on something,
    comments are about something."""
    if _T.STARTS_AT in columns:
        return ContributionKind.REQUEST.value
    argument = ContributionKind.ARGUMENT.value
    if _T.ABOUT in columns and _T.SIDE in columns and argument in kinds:
        return argument
    return COMMENT if _T.ABOUT in columns and _T.TITLE not in columns else kinds[0]


def kind_of(record: Record) -> ImportedKind:
    """What a row becomes; proposals, arguments and comments are numbered apart."""
    apart = {COMMENT: ImportedKind.COMMENT, ContributionKind.ARGUMENT.value: ImportedKind.ARGUMENT}
    return apart.get(record.kind, ImportedKind.CONTRIBUTION)


def key_of(record: Record) -> Key:
    """How a row is found again among those of its source."""
    return kind_of(record).value, record.reference
