"""Rule of an edition: how people voted and projects won by the file of a finished vote, as an activity has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from models.ballot import COLUMNS, LIMITS, MAX_VOTES, VoteRule
from models.contribution import MAX_EUROS
from models.edition import EditionTerm
from models.import_run import ImportRemarkCode
from models.vote_result import TERM_COLUMNS, TERMS_OF_EVERY_RULE, TERMS_OF_RULE, AwardRule
from resolvers.vote_method import METHODS
from transfer import value, vote_type
from transfer.finished_vote import VoteSurvey
from transfer.record import SHOWN, Remark

_R, _T = ImportRemarkCode, EditionTerm
AWARDS: Mapping[str, AwardRule] = {
    "greedy": AwardRule.GREEDY,
    "unknown": AwardRule.GREEDY,
    "equalshares": AwardRule.EQUAL_SHARES,
    "equal_shares": AwardRule.EQUAL_SHARES,
    "mes": AwardRule.EQUAL_SHARES,
}
"""By which rule projects won; `equalshares/add1` is read up to the slash."""

WHOLE = 100
"""Per cent."""

OWN_CURRENCY = "EUR"
DAY = timedelta(days=1)
COLUMN_OF: Mapping[EditionTerm, str] = {
    _T.METHOD: "vote_method",
    _T.LEAST: "vote_least",
    _T.MOST: "vote_most",
    _T.MOST_EACH: "vote_most_each",
    _T.BUDGET: "budget_euros",
    _T.AWARD: "award_rule",
    _T.OPENS: "opens_at",
    _T.CLOSES: "closes_at",
}
RULED = ("vote_method", *COLUMNS, "award_rule", *TERM_COLUMNS, "opens_at", "closes_at")
"""The columns of an activity that an imported vote sets, and its undoing sets back."""

Columns = dict[str, Any]


@dataclass(slots=True)
class RuleReader:
    """Reads the rule of a file, beside an activity's own `before`; what is to be said of it is in `remarks`."""

    survey: VoteSurvey
    before: Columns
    zone: tzinfo
    now: datetime
    remarks: list[Remark]

    def read(self) -> Columns:
        """The columns that the vote has. What the file does not say is as in the activity."""
        budget = self._budget()
        kind = self._kind(budget)
        method = vote_type.READ[kind]
        rule = METHODS[method].complete(self._bounded(kind, budget))
        opens, closes = self._period()
        columns = {column: getattr(rule, name) for column, name in COLUMNS.items()}
        self._count("num_projects", self.survey.project_count)
        self._count("num_votes", self.survey.ballot_count)
        currency = self.survey.said("currency")
        if currency and currency.upper() != OWN_CURRENCY:
            self._note("currency", _R.OTHER_CURRENCY)
        return {"vote_method": method, **columns, **self._award(), "opens_at": opens, "closes_at": closes}

    def _note(self, key: str, code: ImportRemarkCode = _R.META_LEFT_OUT) -> None:
        line = self.survey.meta[key].line if key in self.survey.meta else 1
        self.remarks.append(Remark(line, key, code, self.survey.said(key)[:SHOWN] or None))

    def _number(self, *keys: str) -> int | None:
        """The first of these keys that says a whole number."""
        for key in keys:
            if not self.survey.said(key):
                continue
            try:
                return value.count(self.survey.said(key))
            except ValueError:
                self._note(key)
        return None

    def _count(self, key: str, there: int) -> None:
        """Say where the file counts itself otherwise."""
        said = self._number(key)
        if said is not None and said != there:
            self._note(key, _R.COUNT_DIFFERS)

    def _kind(self, budget: int | None) -> str:
        """Of which type the vote is; where the file does not say it, as its ballots look."""
        said = self.survey.said("vote_type").casefold()
        if said not in vote_type.READ:
            self._note("vote_type")
            return vote_type.CUMULATIVE if self.survey.has_points else vote_type.APPROVAL
        is_enveloped = budget and self.survey.said("max_sum_cost") and not self.survey.said("max_length")
        return vote_type.ENVELOPE if said == vote_type.APPROVAL and is_enveloped else said

    def _budget(self) -> int | None:
        try:
            euros = value.euros(self.survey.said("budget"), MAX_EUROS)
            if euros:
                return euros
        except ValueError:
            pass
        self._note("budget")
        own: int | None = self.before["budget_euros"]
        return own

    def _bounded(self, kind: str, budget: int | None) -> VoteRule:
        """What a ballot may hold; where the file says no most, what its largest ballot holds."""
        survey, largest = self.survey, MAX_VOTES
        least: int | None
        most: int | None
        most_each: int | None = None
        if kind in (vote_type.CUMULATIVE, vote_type.SCORING):
            least = self._number("min_sum_points")
            most = self._number("max_sum_points") or survey.most_sum
            most_each = self._number("max_points") or survey.most_points
        elif kind == vote_type.ENVELOPE and budget:
            least, most, largest = self._share("min_sum_cost", budget) or 0, self._share("max_sum_cost", budget), WHOLE
        elif kind == vote_type.ONE:
            least, most = 1, 1
        else:
            least, most = self._number("min_length"), self._number("max_length") or survey.most_projects
        most = min(max(most or 1, 1), largest)
        if most_each is not None:
            most_each = min(max(most_each, 1), most, LIMITS["vote_most_each"][1])
        return VoteRule(
            least=min(1 if least is None else least, most), most=most, most_each=most_each, budget_euros=budget
        )

    def _share(self, key: str, budget: int) -> int | None:
        """Per cent of the budget, up."""
        amount = self._number(key)
        return None if amount is None else -(-amount * WHOLE // budget)

    def _award(self) -> Columns:
        """The rule of award with those of the activity's terms that it has."""
        said = self.survey.said("rule").casefold().partition("/")[0]
        own = self.before["award_rule"]
        rule = AWARDS.get(said, own and AwardRule(own))
        if said not in AWARDS:
            self._note("rule")
        possible = TERMS_OF_RULE[rule or AwardRule.GREEDY] | TERMS_OF_EVERY_RULE
        kept = {column: self.before[column] if name in possible else None for column, name in TERM_COLUMNS.items()}
        return {"award_rule": rule, **kept}

    def _period(self) -> tuple[datetime, datetime]:
        """When people voted: it is over."""
        begin, end = self._day("date_begin", is_end=False), self._day("date_end", is_end=True)
        closes = end or self.before["closes_at"]
        closes = self.now if closes is None or closes > self.now else closes
        opens = begin or self.before["opens_at"]
        return (opens if opens < closes else closes - DAY), closes

    def _day(self, key: str, *, is_end: bool) -> datetime | None:
        """The beginning of a day, or its end; of a year alone its first, or its last day. None: it is not over yet."""
        said = self.survey.said(key)
        try:
            if not said:
                return None
            if said.isdecimal() and len(said) == len("2019"):
                at = datetime(int(said) + is_end, 1, 1, tzinfo=self.zone).astimezone(UTC)
            else:
                at = value.instant(said, self.zone) + is_end * DAY
        except (ValueError, OverflowError):
            self._note(key)
            return None
        if at > self.now:
            self._note(key)
            return None
        return at


def told(columns: Columns) -> dict[str, str | None]:
    """The terms of a rule as texts, by what they are."""
    return {term.value: _text(columns[column]) for term, column in COLUMN_OF.items()}


def _text(said: Any) -> str | None:
    if said is None:
        return None
    return said.isoformat() if isinstance(said, datetime) else str(getattr(said, "value", said))


def stored(columns: Columns) -> dict[str, Any]:
    """Columns as JSON."""
    texts = {name: _text(said) for name, said in columns.items() if isinstance(said, datetime)}
    return {name: getattr(said, "value", said) for name, said in columns.items()} | texts


def restored(kept: Mapping[str, Any]) -> Columns:
    """Columns from JSON."""
    times = ("opens_at", "closes_at")
    return {name: datetime.fromisoformat(kept[name]) if name in times and kept[name] else kept[name] for name in RULED}


def rule_of(columns: Mapping[str, Any]) -> VoteRule:
    """What a ballot may hold, by an activity's columns."""
    return VoteRule(**{name: columns[column] for column, name in COLUMNS.items()})
