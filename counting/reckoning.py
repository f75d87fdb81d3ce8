"""Counting («dépouillement»): from projects, ballots and an activity's rules to the rows of its results."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from hashlib import sha256
from math import ceil
from typing import Any
from uuid import UUID

from award.base import Award, Contender, Group, Scores, Verdict, by_score, grouped, totals
from award.by_category import Reading, by_category, readings
from award.equal_shares import equal_shares
from award.greedy import greedy
from award.majority import Profile, by_majority, completed, majority_grade
from award.threshold import threshold
from counting import share
from counting.channel import Tallies, by_channel, by_proof, channels, tallied, worth_rule
from counting.short_ballot import said_by
from models.ballot import COLUMNS, VoteRule
from models.base import new_id
from models.polling_desk import VoteChannel
from models.set_aside import DoubtSign
from models.vote import Choice, VoteMethod
from models.vote_result import TERM_COLUMNS, AwardRule, AwardTerms, RankWorth, TieBreak
from resolvers.vote_method import METHODS
from resolvers.vote_method.base import SheetCount, Voice

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Over:
    """An activity whose vote is over, and its rules. `seed` is that of the draw, published when it opened."""

    id: UUID
    vote_method: VoteMethod
    vote_least: int | None
    vote_most: int | None
    vote_most_each: int | None
    vote_grades: int | None
    budget_euros: int | None
    award_rule: AwardRule | None
    award_ceiling_euros: int | None
    award_least_each: int | None
    award_is_ending_category: bool | None
    award_is_ending: bool | None
    award_tie_break: TieBreak | None
    award_rank_worth: RankWorth | None
    support_threshold: int | None
    proof_levels: list[str] | None
    proof_least_age: int | None
    proof_age_on: date | None
    proof_zone_id: UUID | None
    is_secret: bool

    @property
    def rule(self) -> VoteRule:
        """What a ballot could hold."""
        return VoteRule(**{name: getattr(self, column) for column, name in COLUMNS.items()})

    @property
    def terms(self) -> AwardTerms:
        """What the rule of award leaves open, as it was said."""
        return AwardTerms(**{name: getattr(self, column) for column, name in TERM_COLUMNS.items()})

    @property
    def decisive(self) -> AwardRule:
        """The rule that decides."""
        usual = AwardRule.THRESHOLD if self.budget_euros is None else AwardRule.GREEDY
        return self.award_rule or usual


@dataclass(frozen=True, slots=True)
class Costed:
    """A project that can win, with its category and the category's own ceiling."""

    id: UUID
    title: str
    cost_euros: int | None
    category_id: UUID | None
    ceiling_euros: int | None
    category_name: str | None = None


@dataclass(frozen=True, slots=True)
class CastVote:
    """A vote, and the ballot that it is part of."""

    ballot_id: UUID
    contribution_id: UUID
    choice: Choice
    amount: int | None


@dataclass(frozen=True, slots=True)
class CastBallot:
    """A ballot, and the chance that its receipt is made with; without `receipt` it is from before there were any.
    It is not counted where it is set aside, for a `sign`."""

    id: UUID
    is_blank: bool
    salt: str
    receipt: str | None
    proof: str | None
    sign: DoubtSign | None


@dataclass(frozen=True, slots=True)
class DeskTotals:
    """What a desk counted, by its last record; `double_count` of its signatures were a voter's second."""

    desk_id: UUID
    name: str
    channel: VoteChannel
    version: int
    signatures: int
    envelopes: int
    valid: int
    blank: int
    spoilt: int
    remark: str | None
    totals: Sequence[SheetCount]
    double_count: int
    photo_digest: str | None
    ballots: Sequence[str] | None
    """What each valid one says, where two people typed them; None: totals alone are known."""


@dataclass(frozen=True, slots=True)
class Counting:
    """All that results are reckoned from: ballots, and what desks counted on paper."""

    over: Over
    projects: Sequence[Costed]
    votes: Sequence[CastVote]
    ballots: Sequence[CastBallot]
    seed: str = ""
    desks: Sequence[DeskTotals] = ()
    envelopes: Sequence[str] = ()
    """Of a secret vote the receipts of its envelopes, in their order: not that of the ballots."""

    envelope_proofs: Sequence[str] = ()
    """Of a secret vote the levels by which its voters proved who they are, one a signature."""

    @property
    def online_count(self) -> int:
        """All ballots cast online that are counted."""
        return sum(one.sign is None for one in self.ballots)

    @property
    def ballot_count(self) -> int:
        """All ballots that are counted; null ones are not."""
        return self.online_count + sum(desk.valid + desk.blank for desk in self.desks)

    @property
    def set_aside_count(self) -> int:
        """Ballots that are set aside."""
        return len(self.ballots) - self.online_count

    @property
    def online_blank_count(self) -> int:
        """Those cast online that are blank."""
        return sum(one.is_blank and one.sign is None for one in self.ballots)

    @property
    def blank_count(self) -> int:
        """All that are blank."""
        return self.online_blank_count + sum(desk.blank for desk in self.desks)

    @property
    def counted_votes(self) -> list[CastVote]:
        """The votes of ballots that are counted."""
        aside = {one.id for one in self.ballots if one.sign is not None}
        return [vote for vote in self.votes if vote.ballot_id not in aside]


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What one rule says, by one reading of it; `is_told` project by project, else as figures alone."""

    rule: AwardRule
    reading: int
    said: Reading | None
    award: Award
    is_told: bool = True


@dataclass(frozen=True, slots=True)
class SortedBallots:
    """The ballots as rules want them: `ordered` projects, the best first, and what ballots give to each."""

    ordered: Sequence[Contender]
    groups: Sequence[Group]
    profiles: Mapping[Any, Profile]
    scores: Mapping[Any, int]
    """What all ballots give to each project, those on paper too."""


def sorted_ballots(counting: Counting) -> SortedBallots:
    """Projects in their order, equal ballots together."""
    method, rule = METHODS[counting.over.vote_method], worth_rule(counting)
    ballots: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for vote in counting.counted_votes:
        ballots[vote.ballot_id][vote.contribution_id] = method.worth(Voice(vote.choice, vote.amount), rule)
    typed = [
        {project: method.worth(voice, rule) for project, voice in said_by(says).items()}
        for desk in counting.desks
        for says in desk.ballots or ()
    ]
    profiles = _profiles(counting)
    groups = grouped(_approving([*ballots.values(), *typed]))
    contenders = _contenders(counting)
    scores = Counter(totals(grouped(_approving(ballots.values()))))
    for channel in {desk.channel for desk in counting.desks}:
        scores.update(tallied(counting, channel).scores)
    ordered = by_majority(contenders, profiles) if profiles else by_score(contenders, scores)
    return SortedBallots(ordered, groups, profiles, scores)


def _contenders(counting: Counting) -> list[Contender]:
    """Projects that can win: with a cost, where there is a budget."""
    over = counting.over
    is_drawn = over.terms.tie_break is TieBreak.DRAW
    return [
        Contender(one.id, one.cost_euros or 0, drawn(counting.seed, place) if is_drawn else place)
        for place, one in enumerate(counting.projects)
        if one.cost_euros is not None or over.budget_euros is None
    ]


def drawn(seed: str, place: int) -> int:
    """A project's place in the draw from a seed; `place` is its place by age, from 0."""
    return int(sha256(f"{seed}:{place}".encode()).hexdigest(), 16)


def _approving(ballots: Iterable[Mapping[Any, int]]) -> list[Scores]:
    """What ballots give, without what they give nothing to."""
    return [{key: score for key, score in scores.items() if score > 0} for scores in ballots]


def _profiles(counting: Counting) -> dict[Any, Profile]:
    """The merit profile of each project, where there are grades; ballots that graded others gave it the lowest."""
    scale = METHODS[counting.over.vote_method].scale(counting.over.rule)
    if not scale:
        return {}
    graded = Counter((vote.contribution_id, vote.choice) for vote in counting.counted_votes)
    for desk in counting.desks:
        for one in desk.totals:
            graded[one.project, one.voice.choice] += one.count
    voters = counting.ballot_count - counting.blank_count
    return {one.id: completed([graded[one.id, grade] for grade in scale], voters) for one in counting.projects}


def awarded(counting: Counting, ready: SortedBallots) -> list[RuleOutcome]:
    """By each rule that can be reckoned, the decisive one first: with a budget those that spend one, else the
    threshold."""
    over, scores, budget = counting.over, ready.scores, counting.over.budget_euros
    if budget is None or over.decisive is AwardRule.THRESHOLD:
        award = threshold(ready.ordered, scores, over.support_threshold or 1)
        return [RuleOutcome(AwardRule.THRESHOLD, 0, None, award)]
    is_ending = bool(over.terms.is_ending) and over.decisive is AwardRule.GREEDY
    told = [RuleOutcome(AwardRule.GREEDY, 0, None, greedy(ready.ordered, scores, budget, is_stopping=is_ending))]
    if all(desk.ballots is not None for desk in counting.desks):  # Totals do not tell what equal shares want.
        told.append(RuleOutcome(AwardRule.EQUAL_SHARES, 0, None, equal_shares(ready.groups, ready.ordered, budget)))
    if over.decisive is AwardRule.BY_CATEGORY:
        told += _read(counting, ready, budget)
    return sorted(told, key=lambda one: (one.rule is not over.decisive, one.reading))


def _read(counting: Counting, ready: SortedBallots, budget: int) -> list[RuleOutcome]:
    """The rule by category by each reading of it, that which the activity says first."""
    categories: dict[Any, Any] = {one.id: one.category_id for one in counting.projects}
    awards = [
        (said, by_category(ready.ordered, ready.scores, budget, categories, said))
        for said in readings(reading(counting))
    ]
    return [
        RuleOutcome(AwardRule.BY_CATEGORY, place, said, award, is_told=place == 0)
        for place, (said, award) in enumerate(awards)
    ]


def reading(counting: Counting) -> Reading:
    """What the activity says of its levels."""
    terms = counting.over.terms
    own: dict[Any, int] = {
        one.category_id: one.ceiling_euros
        for one in counting.projects
        if one.category_id is not None and one.ceiling_euros is not None
    }
    return Reading(
        terms.ceiling_euros, own, terms.least_each or 0, bool(terms.is_ending_category), bool(terms.is_ending)
    )


def reckoned(counting: Counting) -> list[tuple[Row, list[Row]]]:
    """The rows of each result and of its awards."""
    ready = sorted_ballots(counting)
    tallies = {channel: tallied(counting, channel) for channel in channels(counting)}
    told = awarded(counting, ready)
    decided = set(told[0].award.winners)
    written = []
    for one in told:
        result = _result_row(counting, one, ready.groups, decided)
        verdicts = one.award.verdicts if one.is_told else ()
        rows = [
            _award_row(result["id"], rank, verdict, tallies, ready.profiles, counting)
            for rank, verdict in enumerate(verdicts, start=1)
        ]
        written.append((result, rows))
    return written


def _result_row(counting: Counting, one: RuleOutcome, groups: Sequence[Group], decided: set[Any]) -> Row:
    over = counting.over
    return {
        "id": new_id(),
        "activity_id": over.id,
        "rule": one.rule.value,
        "is_decisive": one.rule is over.decisive and one.reading == 0,
        "ballot_count": counting.ballot_count,
        "blank_count": counting.blank_count,
        "set_aside_count": counting.set_aside_count,
        "reached_count": one.award.reached(groups),
        "budget_euros": over.budget_euros,
        "spent_euros": one.award.spent,
        "reading": one.reading,
        "winner_count": len(one.award.winners),
        "differing_count": len(decided.symmetric_difference(one.award.winners)),
        "least_each": one.said.least_each if one.said else None,
        "is_ending_category": one.said.is_ending_category if one.said else None,
        "is_ending": one.said.is_ending if one.said else None,
        "channels": [by_channel(counting, channel) for channel in channels(counting)],
        "proofs": by_proof(counting),
        "shares": share.kept(one.award.shares, worth_rule(counting).most) if one.award.shares else None,
    }


def _award_row(
    result: UUID, rank: int, verdict: Verdict, tallies: Tallies, profiles: Mapping[Any, Profile], counting: Counting
) -> Row:
    profile = profiles.get(verdict.key, ())
    scale = METHODS[counting.over.vote_method].scale(counting.over.rule)
    return {
        "id": new_id(),
        "result_id": result,
        "rank": rank,
        "contribution_id": verdict.key,
        "is_winner": verdict.is_winner,
        "is_completion": verdict.by_completion,
        "level": verdict.level,
        "score": verdict.score,
        "voter_count": sum(tally.named[verdict.key] for tally in tallies.values()),
        "round": verdict.round,
        "lacking": _whole(verdict.lacking),
        "median_grade": scale[majority_grade(profile)].value if profile else None,
        "profile": list(profile),
        "channels": [
            {"channel": channel.value, "score": tally.scores[verdict.key], "voter_count": tally.named[verdict.key]}
            for channel, tally in tallies.items()
        ],
    }


def _whole(lacking: Fraction) -> int:
    """Whole euros, rounded up: with so much more it would have been enough."""
    return ceil(lacking)
