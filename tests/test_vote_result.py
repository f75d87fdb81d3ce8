"""Results: by each rule, counted once after the close, with why each project won or what it lacked; equal to what others
reckon from the same ballots."""

from collections.abc import Hashable, Sequence
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest

from award.base import Contender, Key, Scores, by_score, grouped, totals
from award.by_category import Reading, by_category, readings
from award.equal_shares import equal_shares
from award.greedy import greedy
from award.majority import by_majority, compare, completed, majority_grade
from award.threshold import threshold
from counting import reckoning, vote_result
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import Poll, chosen, given_points, graded, ranked

RESULT = """
query($id: ID!) { activity(id: $id) { results { rule isDecisive ballotCount blankCount reachedCount budgetEuros spentEuros
  awards { contribution { id } rank isWinner isCompletion score voterCount round lacking medianGrade profile } } } }"""

FOLDER = Path("shared/data/evaluation")
FILES = next((up / FOLDER for up in Path(__file__).resolve().parents if (up / FOLDER).exists()), FOLDER)
TOULOUSE, LATER = FILES / "France_Toulouse_2019.pb", FILES / "France_Toulouse_2022.pb"


def contenders(**costs: int) -> list[Contender]:
    return [Contender(key, cost, place) for place, (key, cost) in enumerate(costs.items())]


# Rules ----------------------------------------------------------------------------------------------------------------


def test_greedy_passes_over_what_is_too_dear_and_says_what_it_lacked() -> None:
    scores = {"a": 9, "b": 8, "c": 7, "d": 0}
    award = greedy(by_score(contenders(a=60, b=50, c=40, d=0), scores), scores, 100)
    assert (award.winners, award.spent) == (["a", "c"], 100)
    assert {verdict.key: verdict.lacking for verdict in award.verdicts if not verdict.is_winner} == {"b": 10, "d": 0}


def test_tie_goes_to_the_cheaper_and_then_to_the_lower_reference() -> None:
    scores = {"dear": 5, "cheap": 5, "later": 5}
    ordered = by_score(contenders(dear=60, cheap=40, later=40), scores)
    assert [one.key for one in ordered] == ["cheap", "later", "dear"]


def test_greedy_that_stops_ends_at_the_first_project_that_is_too_dear() -> None:
    scores = {"a": 9, "b": 8, "c": 7}
    award = greedy(by_score(contenders(a=60, b=50, c=10), scores), scores, 100, is_stopping=True)
    assert award.winners == ["a"]
    assert {verdict.key: verdict.lacking for verdict in award.verdicts if not verdict.is_winner} == {"b": 10, "c": 10}


LEVELS = {"north": ("a", "b", "c"), "south": ("d", "e")}
CATEGORIES: dict[Key, Hashable] = {key: name for name, keys in LEVELS.items() for key in keys}


@pytest.mark.parametrize(
    ("reading", "winners", "spent"),
    [
        (Reading(50), [("a", 1), ("d", 1), ("c", 1)], 90),
        (Reading(50, is_ending_category=True), [("a", 1), ("d", 1), ("c", 2)], 90),
        (Reading(50, is_ending_category=True, is_ending=True), [("a", 1), ("d", 1)], 70),
        (Reading(50, least_each=2), [("a", 1), ("b", 1), ("c", 2)], 90),
        (Reading(50, {"north": 20}), [("d", 1), ("c", 1), ("a", 2)], 90),
    ],
)
def test_rule_by_category_does_what_its_reading_says(
    reading: Reading, winners: list[tuple[str, int]], spent: int
) -> None:
    """Of the north's projects the second is too dear for its category, and for what is left."""
    scores = {"a": 9, "b": 8, "d": 7, "c": 6, "e": 5}
    projects = contenders(a=30, b=40, c=20, d=40, e=50)
    award = by_category(by_score(projects, scores), scores, 100, CATEGORIES, reading)
    told = [(verdict.key, verdict.level) for verdict in award.verdicts if verdict.is_winner]
    assert (told, award.spent) == (winners, spent)


def test_project_without_category_is_looked_at_in_the_second_level_alone() -> None:
    scores = {"a": 2, "x": 9}
    award = by_category(by_score(contenders(a=30, x=30), scores), scores, 60, CATEGORIES, Reading(50))
    assert [(verdict.key, verdict.level) for verdict in award.verdicts] == [("a", 1), ("x", 2)]


def test_equal_shares_gives_a_minority_its_part_where_greedy_does_not() -> None:
    """Of ten voters six are for the same two projects, four for another: by shares both get theirs."""
    groups = grouped([{"a": 1, "b": 1}] * 6 + [{"c": 1}] * 4)
    projects = contenders(a=60, b=40, c=40)
    assert set(greedy(by_score(projects, totals(groups)), totals(groups), 100).winners) == {"a", "b"}
    award = equal_shares(groups, projects, 100, is_completed=False)
    assert set(award.winners) == {"b", "c"}
    [lost] = [verdict for verdict in award.verdicts if not verdict.is_winner]
    assert lost.lacking == Fraction(60 - 20)


def test_equal_shares_raises_shares_and_spends_what_is_left() -> None:
    groups = grouped([{"a": 1}] * 3 + [{"b": 1}] * 2)
    award = equal_shares(groups, contenders(a=70, b=30), 100)
    assert (set(award.winners), award.spent) == ({"a", "b"}, 100)
    assert [verdict.is_winner for verdict in equal_shares([], contenders(a=1), 100).verdicts] == [False]


@pytest.mark.parametrize(
    ("profile", "grade"),
    [((3, 1, 1), 0), ((2, 2, 0), 1), ((1, 1, 2), 2), ((0, 0, 0), 2), ((5, 0, 0), 0), ((1, 1, 1), 1)],
)
def test_majority_grade_is_the_lower_median(profile: tuple[int, ...], grade: int) -> None:
    assert majority_grade(profile) == grade


def test_same_majority_grade_is_told_apart_by_taking_medians_away() -> None:
    assert compare((2, 3, 1), (1, 3, 2)) < 0
    assert compare((1, 1, 1), (1, 1, 1)) == 0
    profiles = {"a": (1, 3, 2), "b": (2, 3, 1), "c": (2, 3, 1)}
    assert [one.key for one in by_majority(contenders(a=1, b=9, c=2), profiles)] == ["c", "b", "a"]


def test_project_that_some_did_not_grade_has_the_lowest_grade_from_them() -> None:
    assert completed((2, 1, 0), 5) == (2, 1, 2)


def test_threshold_is_for_each_project_alone() -> None:
    award = threshold(contenders(a=1, b=1), {"a": 3, "b": 2}, 3)
    assert award.winners == ["a"]
    assert award.verdicts[1].lacking == 1


# What others reckon ---------------------------------------------------------------------------------------------------


def read(path: Path) -> tuple[list[Contender], list[dict[Key, int]], int]:
    """Projects, ballots and the budget of a Pabulib file."""
    section, head, meta = "", [""], dict[str, str]()
    projects, ballots = list[Contender](), list[dict[Key, int]]()
    for line in path.read_text("utf-8").splitlines():
        if line in ("META", "PROJECTS", "VOTES"):
            section, head = line, []
            continue
        parts = line.split(";")
        if not head:
            head = parts
            continue
        row = dict(zip(head, parts, strict=False))
        if section == "META":
            meta[parts[0]] = parts[1]
        elif section == "PROJECTS":
            projects.append(Contender(row["project_id"], int(float(row["cost"])), int(row["project_id"])))
        else:
            keys = [key for key in row["vote"].split(",") if key]
            points = [int(point) for point in row.get("points", "").split(",") if point] or [1] * len(keys)
            ballots.append(dict(zip(keys, points, strict=True)))
    return projects, ballots, int(float(meta["budget"]))


needs_files = pytest.mark.skipif(not TOULOUSE.exists(), reason="the Pabulib files are not here")


@needs_files
def test_toulouse_2019_by_points_has_its_fourteen_winners_and_spends_a_million() -> None:
    projects, ballots, budget = read(TOULOUSE)
    groups = grouped(ballots)
    award = greedy(by_score(projects, totals(groups)), totals(groups), budget)
    assert (len(award.winners), award.spent) == (14, 1_000_000)


@needs_files
def test_toulouse_2019_as_approvals_is_what_others_found() -> None:
    projects, ballots, budget = read(TOULOUSE)
    groups = grouped([dict.fromkeys(ballot, 1) for ballot in ballots])
    assert len(greedy(by_score(projects, totals(groups)), totals(groups), budget).winners) == 16
    alone = equal_shares(groups, projects, budget, is_completed=False)
    assert (len(alone.winners), alone.spent * 1_000 // budget) == (15, 312)


@needs_files
def test_two_levels_of_toulouse_2022_by_each_reading_of_their_sentence() -> None:
    """300,000 € at most in each of 20 districts, at least two projects each, then the rest by votes: the city told 83."""
    projects, ballots, budget = read(LATER)
    groups = grouped(ballots)
    lines = LATER.read_text("utf-8").splitlines()
    rows = lines[lines.index("PROJECTS") + 2 : lines.index("VOTES")]
    districts: dict[Key, Hashable] = {row.split(";")[0]: row.split(";")[-1] for row in rows}
    said = Reading(300_000, least_each=2, is_ending_category=True, is_ending=True)
    scores = totals(groups)
    awards = [by_category(by_score(projects, scores), scores, budget, districts, each) for each in readings(said)]
    assert [len(award.winners) for award in awards] == [81, 84, 83, 88, 100, 100, 118, 118]
    assert awards[2].spent == 7_935_020
    assert all(award.spent <= budget for award in awards)


@needs_files
@pytest.mark.parametrize(("file", "winners"), [(TOULOUSE, 20), (LATER, 132)])
def test_equal_shares_with_completion_spend_nearly_everything(file: Path, winners: int) -> None:
    projects, ballots, budget = read(file)
    award = equal_shares(grouped([dict.fromkeys(ballot, 1) for ballot in ballots]), projects, budget)
    assert (len(award.winners), award.spent * 100 // budget >= 98) == (winners, True)
    assert award.spent <= budget


def election(chance: Random, most: int = 1) -> tuple[list[Contender], list[Scores], int]:
    projects = [Contender(f"p{place}", chance.randint(1, 60), place) for place in range(chance.randint(2, 8))]
    sizes = [chance.randint(1, len(projects)) for _ in range(chance.randint(1, 14))]
    ballots: list[Scores] = [
        {one.key: chance.randint(1, most) for one in chance.sample(projects, size)} for size in sizes
    ]
    return projects, ballots, chance.randint(20, 160)


class Theirs:
    """The same election for pabutools, and what its rules say of it."""

    def __init__(self, projects: Sequence[Contender], ballots: Sequence[Scores], budget: int) -> None:
        theirs = pytest.importorskip("pabutools.election")
        self.rules = pytest.importorskip("pabutools.rules")
        tie = pytest.importorskip("pabutools.tiebreaking")
        self.instance = theirs.Instance(
            (theirs.Project(str(one.key), one.cost) for one in projects), budget_limit=budget
        )
        by_name = {one.name: one for one in self.instance}
        self.profile = theirs.CardinalProfile(
            [theirs.CardinalBallot({by_name[str(key)]: score for key, score in ballot.items()}) for ballot in ballots]
        ).as_multiprofile()
        points, references = totals(grouped(ballots)), {str(one.key): one.reference for one in projects}
        score = {str(key): count for key, count in points.items()}
        self.common: dict[str, Any] = {
            "sat_class": theirs.Additive_Cardinal_Sat,
            "tie_breaking": tie.TieBreakingRule(
                lambda _instance, _profile, one: (one.cost, -score.get(one.name, 0), references[one.name])
            ),
        }

    def shares(self, step: Fraction | None = None) -> set[str]:
        """By equal shares; `step`: raised by so much at a time."""
        fractions = pytest.importorskip("pabutools.fractions")
        raised = {} if step is None else {"voter_budget_increment": fractions.frac(step.numerator, step.denominator)}
        outcome = self.rules.method_of_equal_shares(self.instance, self.profile, **self.common, **raised)
        return {one.name for one in outcome}


@pytest.mark.parametrize("most", [1, 4])
@pytest.mark.parametrize("seed", range(40))
def test_equal_shares_are_what_pabutools_reckons(seed: int, most: int) -> None:
    projects, ballots, budget = election(Random(seed), most)  # Chance, no secret.
    mine = equal_shares(grouped(ballots), projects, budget, is_completed=False)
    assert set(mine.winners) == Theirs(projects, ballots, budget).shares()


@pytest.mark.parametrize("most", [1, 4])
@pytest.mark.parametrize("seed", range(40))
def test_raised_shares_are_what_pabutools_reckons(seed: int, most: int) -> None:
    projects, ballots, budget = election(Random(seed), most)  # Chance, no secret.
    award = equal_shares(grouped(ballots), projects, budget)
    mine = {verdict.key for verdict in award.verdicts if verdict.is_winner and not verdict.by_completion}
    assert mine == Theirs(projects, ballots, budget).shares(Fraction(budget, 100 * len(ballots)))


@needs_files
@pytest.mark.parametrize("file", [TOULOUSE, LATER])
def test_equal_shares_of_toulouse_are_what_pabutools_reckons(file: Path) -> None:
    projects, ballots, budget = read(file)
    mine = equal_shares(grouped(ballots), projects, budget, is_completed=False)
    named = [Contender(str(one.key), one.cost, one.reference) for one in projects]
    assert set(mine.winners) == Theirs(named, ballots, budget).shares()


@pytest.mark.parametrize("seed", range(40))
def test_greedy_is_what_pabutools_reckons(seed: int) -> None:
    projects, ballots, budget = election(Random(seed))  # Chance, no secret.
    theirs, score = Theirs(projects, ballots, budget), totals(grouped(ballots))
    sat_class = pytest.importorskip("pabutools.election").Cost_Sat
    best = theirs.rules.greedy_utilitarian_welfare(
        theirs.instance, theirs.profile, **theirs.common | {"sat_class": sat_class}
    )
    winners = set(greedy(by_score(projects, score), score, budget).winners)
    assert winners == {one.name for one in best if score[one.name]}


# From ballots to the answer -------------------------------------------------------------------------------------------


def results(given: Given, poll: Poll) -> list[dict[str, Any]]:
    """What is told after the close; nothing before."""
    assert poll.town.ask(RESULT, id=poll.activity)["activity"]["results"] == []
    given.run(vote_result.count(given.database, poll.town.number))
    assert poll.town.ask(RESULT, id=poll.activity)["activity"]["results"] == []
    given.close_activity(poll.town, poll.activity)
    for _ in range(2):  # Once, however often it is looked for.
        given.run(vote_result.count(given.database, poll.town.number))
    given.sql(poll.town, "UPDATE __tenant__.vote_result SET counted_at = counted_at")
    return list(poll.town.ask(RESULT, id=poll.activity)["activity"]["results"])


def test_budget_by_points_is_counted_by_both_rules_once_after_the_close(given: Given, town: Portal) -> None:
    poll = Poll(given, town, "POINTS", costs=20, vote_least=1, vote_most=7, vote_most_each=3, budget_euros=70)
    for ballot in (given_points(p0=3, p1=2), given_points(p0=1, p2=3), given_points(p2=2)):
        poll.cast(given.actor(town), ballot)
    poll.cast(given.actor(town), {}, isBlank=True)
    decisive, other = results(given, poll)
    assert (decisive["rule"], decisive["isDecisive"], other["rule"], other["isDecisive"]) == (
        "GREEDY", True, "EQUAL_SHARES", False,
    )  # fmt: skip
    assert {name: decisive[name] for name in ("ballotCount", "blankCount", "budgetEuros", "spentEuros")} == {
        "ballotCount": 4, "blankCount": 1, "budgetEuros": 70, "spentEuros": 60,
    }  # fmt: skip
    told = [
        (poll.projects.index(award["contribution"]["id"]), award["isWinner"], award["score"], award["lacking"])
        for award in decisive["awards"]
    ]
    assert told == [(2, True, 5, 0), (0, False, 4, 10), (1, False, 2, 30), (3, False, 0, 70)]


READINGS = """
query($id: ID!) { activity(id: $id) { awardRule awardTerms { ceilingEuros leastEach isEnding } results { rule isDecisive reading
  winnerCount differingCount spentEuros isEndingCategory isEnding version awards { level } } } }"""


def test_rule_by_category_is_counted_by_each_reading_beside_the_other_rules(given: Given, town: Portal) -> None:
    rule: dict[str, Any] = {"award_rule": "BY_CATEGORY", "award_ceiling_euros": 40, "award_is_ending": True}
    poll = Poll(given, town, "APPROVAL", costs=20, vote_least=1, vote_most=3, budget_euros=100, **rule)
    category = given.category(town, poll.activity)
    change = "UPDATE __tenant__.contribution SET category_id = %s WHERE id = ANY(%s)"
    given.sql(town, change, uuid_in(category), [uuid_in(project) for project in poll.projects])
    for ballot in (chosen(0, 1), chosen(1, 2), chosen(1, 3), chosen(3)):
        poll.cast(given.actor(town), ballot)
    given.close_activity(town, poll.activity)
    given.run(vote_result.count(given.database, town.number))
    told = town.ask(READINGS, id=poll.activity)["activity"]
    assert told["awardTerms"] == {"ceilingEuros": 40, "leastEach": None, "isEnding": True}
    decisive, *others = told["results"]
    assert (decisive["rule"], decisive["isDecisive"], decisive["winnerCount"], decisive["spentEuros"]) == (
        "BY_CATEGORY", True, 1, 40,
    )  # fmt: skip
    assert [award["level"] for award in decisive["awards"]] == [1, 0, 0, 0]
    assert [(one["rule"], one["reading"]) for one in others] == [
        ("GREEDY", 0), ("EQUAL_SHARES", 0), ("BY_CATEGORY", 1), ("BY_CATEGORY", 2), ("BY_CATEGORY", 3),
    ]  # fmt: skip
    assert [(one["winnerCount"], one["differingCount"], len(one["awards"])) for one in others] == [
        (2, 1, 4), (2, 1, 4), (2, 1, 0), (1, 0, 0), (2, 1, 0),
    ]  # fmt: skip


def test_borda_gives_a_rank_what_lies_below_it(given: Given, town: Portal) -> None:
    poll = Poll(given, town, "RANKED", costs=20, vote_most=3, budget_euros=20, award_rank_worth="BORDA")
    poll.cast(given.actor(town), ranked(1, 0))
    assert {award["score"] for award in results(given, poll)[0]["awards"]} == {3, 2, 0}


def test_draw_decides_between_even_projects_as_its_seed_says() -> None:
    """Anybody can draw again: the digest of the seed and the project's place by age."""
    assert reckoning.drawn("seed", 3) == int(sha256(b"seed:3").hexdigest(), 16)


REVISE = "mutation($input: ActivityReviseInput!) { activityRevise(input: $input) { userErrors { code field } } }"
RENAME = "mutation($input: CategoryRenameInput!) { categoryRename(input: $input) { userErrors { code field } } }"


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"awardRule": "BY_CATEGORY", "awardTerms": {"ceilingEuros": 0}}, "BAD_INPUT", "awardTerms.ceilingEuros"),
        ({"awardRule": "BY_CATEGORY", "awardTerms": {"leastEach": 101}}, "BAD_INPUT", "awardTerms.leastEach"),
        ({"awardRule": "GREEDY", "awardTerms": {"leastEach": 1}}, "BAD_INPUT", "awardTerms.leastEach"),
        ({"awardRule": "BY_CATEGORY", "voteRule": {}}, "REQUIRED", "voteRule.budgetEuros"),
        ({"voteMethod": "SUPPORT", "voteRule": None, "awardTerms": {"isEnding": True}}, "BAD_INPUT", "awardTerms"),
    ],
)
def test_terms_that_are_none_of_the_rule_are_refused(
    given: Given, town: Portal, changed: dict[str, Any], code: str, field: str
) -> None:
    poll, admin = Poll(given, town, "APPROVAL", budget_euros=100), town.admin()
    wanted = {
        "activity": poll.activity, "version": 1, "title": "Budget", "opensAt": "2026-01-01T00:00:00Z",
        "voteMethod": "APPROVAL", "voteRule": {"budgetEuros": 100}, "locationRule": "OPTIONAL",
    }  # fmt: skip
    given.sql(
        town, "UPDATE __tenant__.activity SET kind = 'PARTICIPATORY_BUDGET' WHERE id = %s", uuid_in(poll.activity)
    )
    answer = admin.ask(REVISE, input=wanted | changed)["activityRevise"]
    assert answer["userErrors"] == [{"code": code, "field": field}]


def test_ceiling_of_a_category_changes_only_before_somebody_voted(given: Given, town: Portal) -> None:
    poll, admin = Poll(given, town, "APPROVAL", budget_euros=100), town.admin()
    category = given.category(town, poll.activity)
    wanted = {"category": category, "name": "Nord", "ceilingEuros": 40, "reason": "Le plafond du nord."}
    assert admin.ask(RENAME, input=wanted)["categoryRename"]["userErrors"] == []
    poll.cast(given.actor(town), chosen(0))
    refusal = {"code": "VOTE_BEGUN", "field": "ceilingEuros"}
    assert admin.ask(RENAME, input=wanted | {"ceilingEuros": 41})["categoryRename"]["userErrors"] == [refusal]
    assert admin.ask(RENAME, input=wanted | {"name": "Sud"})["categoryRename"]["userErrors"] == []


def test_grades_have_a_majority_grade_and_a_merit_profile(given: Given, town: Portal) -> None:
    poll = Poll(given, town, "MAJORITY_JUDGEMENT", costs=20, vote_least=1, vote_grades=4, budget_euros=50)
    for ballot in (
        graded(p0="EXCELLENT", p1="GOOD"),
        graded(p0="GOOD", p1="GOOD", p2="EXCELLENT"),
        graded(p0="REJECTED", p2="PASSABLE"),
    ):
        poll.cast(given.actor(town), ballot)
    first, second, *_ = results(given, poll)[0]["awards"]
    assert (first["contribution"]["id"], first["medianGrade"], first["profile"]) == (
        poll.projects[0], "GOOD", [1, 1, 0, 1],
    )  # fmt: skip
    assert second["isWinner"] is False
    assert {award["medianGrade"] for award in results_of(given, poll)} == {"GOOD", "PASSABLE", "REJECTED"}


def results_of(given: Given, poll: Poll) -> list[dict[str, Any]]:
    return list(poll.town.ask(RESULT, id=poll.activity)["activity"]["results"][0]["awards"])


def test_without_a_budget_the_threshold_decides(given: Given, town: Portal) -> None:
    poll = Poll(given, town, "APPROVAL", vote_least=1, vote_most=3)
    poll.cast(given.actor(town), chosen(0, 1))
    [result] = results(given, poll)
    assert (result["rule"], result["isDecisive"], result["reachedCount"]) == ("THRESHOLD", True, 1)
    assert sorted(award["isWinner"] for award in result["awards"]) == [False, False, True, True]
