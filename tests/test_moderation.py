"""Moderation: one case for each thing, decided once, on the version that was seen, with reasons, by somebody else."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.acting import comment, published, refused, revise
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.moderating import (
    CASES,
    REASONS,
    assert_mailed,
    case_about,
    cases,
    decide,
    decided,
    reported,
    submit,
    with_address,
)
from tests.test_life import events

DECISIONS = """{ viewer { decisions { nodes {
  id action category ground rule facts explanation source isDetectedAutomatically seenTitle seenBody } } } }"""


@pytest.fixture
def moderator(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="MODERATOR")


@pytest.fixture
def idea(given: Given, town: Portal) -> tuple[Portal, str]:
    """An author and what the author published."""
    author = given.actor(town)
    return author, published(author, given.activity(town))


def test_reports_on_one_thing_are_one_case_with_the_gravest_urgency(
    given: Given, town: Portal, moderator: Portal, idea: tuple[Portal, str]
) -> None:
    _, contribution = idea
    for category in ("OTHER_VIOLATION_TC", "VIOLENCE", "OTHER_VIOLATION_TC"):
        reported(given.actor(town), category, contribution=contribution)
    case = case_about(moderator, contribution)
    assert (case["state"], case["reportCount"], case["isUrgent"]) == ("OPEN", 3, True)
    assert case["categories"] == [{"category": "OTHER_VIOLATION_TC", "count": 2}, {"category": "VIOLENCE", "count": 1}]


def test_queue_is_the_urgent_first_and_the_oldest_of_them(given: Given, town: Portal, moderator: Portal) -> None:
    author, activity, reporter = given.actor(town), given.activity(town), given.actor(town)
    made = {}
    for name, category in (("late", "OTHER_VIOLATION_TC"), ("grave", "SCAMS_AND_FRAUD"), ("urgent", "VIOLENCE")):
        made[name] = [published(author, activity) for _ in range(2)]
        for contribution in made[name]:
            reported(reporter, category, contribution=contribution)
    wanted = [id_ for name in ("urgent", "grave", "late") for id_ in made[name]]
    about = [case["contribution"]["id"] for case in cases(moderator) if case["contribution"]]
    assert [id_ for id_ in about if id_ in wanted] == wanted
    paged: list[str] = []
    after = None
    while True:
        page = moderator.ask(CASES, state="OPEN", first=2, after=after)["moderationCases"]
        paged += [case["contribution"]["id"] for case in page["nodes"] if case["contribution"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert [id_ for id_ in paged if id_ in wanted] == wanted  # Jobs that mark texts open other cases meanwhile.
    assert len(set(paged)) == len(paged)


def test_decision_tells_the_author_why_in_the_columns_of_the_transparency_database(
    given: Given, town: Portal, moderator: Portal
) -> None:
    author, address = with_address(given, town)
    reporter, its_address = with_address(given, town)
    contribution = published(author, given.activity(town), title="Un voleur", body="Mon voisin est un voleur.")
    report = reported(reporter, "ILLEGAL_OR_HARMFUL_SPEECH", contribution=contribution, quote="un voleur")
    payload = decided(moderator, contribution, "HIDE", explanation="La charte demande de respecter chacun.")
    assert (payload["case"]["state"], payload["case"]["shown"]) == ("DECIDED", "HIDDEN")
    [told] = author.ask(DECISIONS)["viewer"]["decisions"]["nodes"]
    del told["id"]
    assert told == {
        "action": "HIDE",
        **REASONS,
        "explanation": "La charte demande de respecter chacun.",
        "source": "ARTICLE_16",
        "isDetectedAutomatically": False,
        "seenTitle": "Un voleur",
        "seenBody": "Mon voisin est un voleur.",
    }
    assert_mailed(given, town, address, "MODERATION_DECIDED")
    assert_mailed(given, town, its_address, "REPORT_RECEIVED", "REPORT_DECIDED")
    answer = reporter.ask("query($id: ID!) { report(id: $id) { isAnswered answer contribution { id } } }", id=report)
    assert answer["report"] == {"isAnswered": True, "answer": "HIDE", "contribution": None}


def test_decision_is_seen_by_its_author_and_by_moderators_and_says_not_who_decided(
    given: Given, town: Portal, moderator: Portal, idea: tuple[Portal, str]
) -> None:
    author, contribution = idea
    reported(given.actor(town), contribution=contribution)
    decided(moderator, contribution, "WARN")
    [decision] = case_about(moderator, contribution)["decisions"]["nodes"]
    assert decision["moderator"] is not None
    ask = "query($id: ID!) { moderationDecision(id: $id) { rule } }"
    shown = {"rule": REASONS["rule"]}
    for who, found in ((author, shown), (moderator, shown), (given.actor(town), None), (town, None)):
        assert who.ask(ask, id=decision["id"])["moderationDecision"] == found
    answer = author.post("query($id: ID!) { moderationDecision(id: $id) { moderator { id } } }", {"id": decision["id"]})
    assert answer.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    [own] = author.ask(DECISIONS)["viewer"]["decisions"]["nodes"]
    assert own["action"] == "WARN"
    assert town.ask("query($id: ID!) { contribution(id: $id) { id } }", id=contribution)["contribution"] is not None


def test_what_was_revised_since_it_was_seen_is_not_decided(
    given: Given, town: Portal, moderator: Portal, idea: tuple[Portal, str]
) -> None:
    author, contribution = idea
    reported(given.actor(town), contribution=contribution)
    seen = case_about(moderator, contribution)
    assert revise(author, contribution, body="Un autre texte.")["userErrors"] == []
    with given.nothing_written(town):
        assert decide(moderator, seen, "HIDE")["userErrors"] == refused("CONFLICT", "version")
    assert decide(moderator, case_about(moderator, contribution), "HIDE")["userErrors"] == []


def test_of_moderators_who_decide_at_once_one_does(
    given: Given, town: Portal, moderator: Portal, idea: tuple[Portal, str]
) -> None:
    _, contribution = idea
    reported(given.actor(town), contribution=contribution)
    seen = case_about(moderator, contribution)
    others = [given.actor(town, role="MODERATOR") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda who: decide(who, seen, "HIDE")["userErrors"], others))
    assert sorted(answers, key=str) == [[], *[refused("CONFLICT", "version")] * 3]
    assert len(case_about(moderator, contribution)["decisions"]["nodes"]) == 1


def test_nobody_decides_on_what_is_ones_own(given: Given, town: Portal, moderator: Portal) -> None:
    contribution = published(moderator, given.activity(town))
    reported(given.actor(town), contribution=contribution)
    case = case_about(moderator, contribution)
    assert case["isOwn"] is True
    with given.nothing_written(town):
        assert decide(moderator, case, "NOTHING")["userErrors"] == refused("OWN_CONTENT", "action")
    assert decided(given.actor(town, role="ADMIN"), contribution, "NOTHING")["case"]["state"] == "DECIDED"


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"category": None}, "REQUIRED", "category"),
        ({"ground": None}, "REQUIRED", "ground"),
        ({"rule": None}, "REQUIRED", "rule"),
        ({"facts": None}, "REQUIRED", "facts"),
        ({"rule": "ab"}, "TOO_SHORT", "rule"),
        ({"facts": "insultes"}, "TOO_SHORT", "facts"),
        ({"facts": "a" * 2_001}, "TOO_LONG", "facts"),
        ({"explanation": "a" * 2_001}, "TOO_LONG", "explanation"),
        ({"version": "0"}, "CONFLICT", "version"),
    ],
)
def test_decision_without_its_reasons_is_refused_and_changes_nothing(
    given: Given,
    town: Portal,
    moderator: Portal,
    idea: tuple[Portal, str],
    fields: dict[str, str | None],
    code: str,
    field: str,
) -> None:
    reported(given.actor(town), contribution=idea[1])
    case = case_about(moderator, idea[1])
    with given.nothing_written(town):
        assert decide(moderator, case, "HIDE", **fields)["userErrors"] == refused(code, field)


def test_what_is_shown_is_not_restored(given: Given, town: Portal, moderator: Portal, idea: tuple[Portal, str]) -> None:
    reported(given.actor(town), contribution=idea[1])
    case = case_about(moderator, idea[1])
    with given.nothing_written(town):
        assert decide(moderator, case, "RESTORE")["userErrors"] == refused("ACTION_NOT_POSSIBLE", "action")


def test_hiding_twice_restoring_twice_is_refused(
    given: Given, town: Portal, moderator: Portal, idea: tuple[Portal, str]
) -> None:
    reported(given.actor(town), contribution=idea[1])
    decided(moderator, idea[1], "HIDE")
    assert decide(moderator, case_about(moderator, idea[1]), "HIDE")["userErrors"] == refused(
        "ACTION_NOT_POSSIBLE", "action"
    )
    decided(moderator, idea[1], "RESTORE")
    assert decide(moderator, case_about(moderator, idea[1]), "RESTORE")["userErrors"] == refused(
        "ACTION_NOT_POSSIBLE", "action"
    )


def test_repeated_press_decides_once(given: Given, town: Portal, moderator: Portal, idea: tuple[Portal, str]) -> None:
    reported(given.actor(town), contribution=idea[1])
    case = case_about(moderator, idea[1])
    for _ in range(2):
        assert decide(moderator, case, "HIDE", idempotencyKey="a press of the button")["userErrors"] == []
    assert len(case_about(moderator, idea[1])["decisions"]["nodes"]) == 1


def test_moderator_who_has_lost_the_role_decides_nothing(given: Given, town: Portal, idea: tuple[Portal, str]) -> None:
    reported(given.actor(town), contribution=idea[1])
    moderator = given.actor(town, role="MODERATOR")
    case = case_about(moderator, idea[1])
    actor = moderator.ask("{ viewer { id } }")["viewer"]["id"]
    change = "mutation($input: RoleChangeInput!) { roleChange(input: $input) { userErrors { code } } }"
    given.actor(town, role="ADMIN").ask(change, input={"actor": actor, "role": "MEMBER"})
    member = given.signed_in(town, uuid_in(actor))
    answer = member.post(
        "mutation($input: ModerationDecideInput!) { moderationDecide(input: $input) { userErrors { code } } }",
        {"input": {"case": case["id"], "version": case["version"], "action": "NOTHING"}},
    )
    assert answer.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert case_about(given.actor(town, role="MODERATOR"), idea[1])["state"] == "OPEN"


def test_new_report_opens_a_decided_case_again_with_its_history(
    given: Given, town: Portal, moderator: Portal, idea: tuple[Portal, str]
) -> None:
    reporter = given.actor(town)
    reported(reporter, contribution=idea[1])
    decided(moderator, idea[1], "NOTHING")
    reported(reporter, contribution=idea[1])
    case = case_about(moderator, idea[1])
    assert (case["state"], case["reportCount"], len(case["decisions"]["nodes"])) == ("OPEN", 1, 1)


def test_case_about_somebody_who_is_erased_has_no_object_any_more(
    given: Given, town: Portal, moderator: Portal
) -> None:
    author, address = with_address(given, town)
    contribution = published(author, given.activity(town))
    reply = comment(author, published(given.actor(town), given.activity(town)))["comment"]
    for about in ({"contribution": contribution}, {"comment": reply["id"]}):
        reported(given.actor(town), **about)
    seen = case_about(moderator, contribution)
    erase = "mutation($input: AccountEraseInput!) { accountErase(input: $input) { userErrors { code } } }"
    author.ask(erase, input={"contributions": "BLANK", "confirmation": address})
    assert case_about(moderator, contribution)["state"] == "VOID"
    assert case_about(moderator, reply["contribution"]["id"], reply["id"])["state"] == "VOID"
    assert decide(moderator, seen, "HIDE")["userErrors"] == refused("CONFLICT", "version")


def test_history_of_an_author_counts_decisions_against_other_things(
    given: Given, town: Portal, moderator: Portal
) -> None:
    author, activity = given.actor(town), given.activity(town)
    first, second = published(author, activity), published(author, activity)
    for contribution in (first, second):
        reported(given.actor(town), contribution=contribution)
    decided(moderator, first, "WARN")
    assert case_about(moderator, second)["againstCount"] == 1
    assert case_about(moderator, first)["againstCount"] == 0


def test_events_say_what_was_decided_without_words(
    given: Given, town: Portal, moderator: Portal, idea: tuple[Portal, str]
) -> None:
    report = reported(given.actor(town), contribution=idea[1])
    decided(moderator, idea[1], "HIDE")
    case = case_about(moderator, idea[1])
    assert [(kind, note) for kind, _, note in events(given, town, report)] == [
        ("REPORT_SUBMITTED", {"category": "OTHER_VIOLATION_TC"})
    ]
    assert [(kind, note) for kind, _, note in events(given, town, case["id"])] == [
        ("MODERATION_DECIDED", {"action": "HIDE", "category": "ILLEGAL_OR_HARMFUL_SPEECH"})
    ]
    assert [kind for kind, _, _ in events(given, town, idea[1])] == ["CONTRIBUTION_PUBLISHED", "CONTRIBUTION_HIDDEN"]


def test_report_of_a_withheld_thing_finds_nothing(
    given: Given, town: Portal, moderator: Portal, idea: tuple[Portal, str]
) -> None:
    reported(given.actor(town), contribution=idea[1])
    decided(moderator, idea[1], "HIDE")
    for who in (given.actor(town), moderator):
        assert submit(who, contribution=idea[1])["userErrors"] == refused("NOT_FOUND", "contribution")
