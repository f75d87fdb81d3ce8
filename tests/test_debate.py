"""Debates: arguments in a published order that pages keep, their figures in one statement, and pinned expert views."""

import re
from collections.abc import Sequence
from math import floor, sqrt
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from models.debate import CONFIDENCE, MAX_EXPERT_VIEWS, SCORE_SCALE
from tests.acting import cast, comment, published, refused, revise
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_page_petition import Visitor
from tests.test_personal import erase
from tests.test_statement_count import statements

LIST = """query($id: ID!, $order: ArgumentOrder = BEST, $side: Side, $first: Int = 20, $after: String) {
  contribution(id: $id) { arguments(order: $order, side: $side, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { id title argumentScore expert { name function } } } } }"""
WIDGET = """query($id: ID!, $first: Int!) { contribution(id: $id) {
  title tally { totalCount forCount mixedCount againstCount }
  debate { argumentCount forCount againstCount expertCount authorCount voteCount replyCount lastAt }
  pro: arguments(side: FOR, order: BEST, first: $first) { nodes { title argumentScore commentCount tally { totalCount } } }
  contra: arguments(side: AGAINST, order: BEST, first: $first) { nodes { title argumentScore expert { name } } }
} }"""
NOTHING = dict.fromkeys(
    ("argumentCount", "forCount", "againstCount", "expertCount", "authorCount", "voteCount", "replyCount"), 0
) | {"lastAt": None}


@pytest.fixture
def activity(given: Given, town: Portal) -> str:
    return given.activity(town, kind="DEBATE", vote_method="OPINION", location_rule="NONE")


@pytest.fixture
def moderator(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="MODERATOR")


@pytest.fixture
def question(given: Given, town: Portal, activity: str) -> str:
    return published(given.actor(town), activity, title="Fermer le quai le dimanche")


def argue(who: Portal, activity: str, question: str, title: str, side: str = "FOR") -> str:
    return published(who, activity, "ARGUMENT", about=question, side=side, title=title)


def voted(voters: Sequence[Portal], argument: str, choices: str) -> None:
    """One vote for each letter: for, mixed, against."""
    said = {"f": "FOR", "m": "MIXED", "a": "AGAINST"}
    for voter, letter in zip(voters, choices, strict=False):
        assert cast(voter, argument, said[letter])["userErrors"] == []


def listed(who: Portal, question: str, **asked: Any) -> list[tuple[str, int]]:
    nodes = who.ask(LIST, id=question, **asked)["contribution"]["arguments"]["nodes"]
    return [(node["title"], node["argumentScore"]) for node in nodes]


def pin(who: Portal, argument: str, name: str = "Ada Le Bris", function: str = "ingénieure") -> list[Any]:
    return list(do(who, "expertViewPin", contribution=argument, name=name, function=function)["userErrors"])


def bound(agreeing: int, count: int) -> int:
    """The published rule, reckoned again: the lower bound of Wilson's interval in ten-thousandths."""
    if not count:
        return 0
    z = CONFIDENCE
    root = sqrt(agreeing * (count - agreeing) / count + z * z / 4)
    return floor(max(0.0, (agreeing + z * z / 2 - z * root) / (count + z * z)) * SCORE_SCALE)


def test_best_are_those_with_whose_readers_surely_agree(
    given: Given, town: Portal, activity: str, question: str
) -> None:
    author, voters = given.actor(town), given.citizens(town, 10)
    said = {
        "Neuf sur dix": "fffffffffa",
        "Trois sur trois": "fff",
        "Personne": "",
        "Un sur deux": "fm",
        "Aucun": "aaaa",
    }
    for title, choices in said.items():
        voted(voters, argue(author, activity, question, title), choices)
    scores = [("Neuf sur dix", 5958), ("Trois sur trois", 4384), ("Un sur deux", 945), ("Aucun", 0), ("Personne", 0)]
    assert listed(town, question) == scores
    given.fold(town)
    assert listed(town, question) == scores
    assert [title for title, _ in listed(town, question, order="NEWEST")] == [*said][::-1]
    assert listed(town, question, side="AGAINST") == []


@drawn(st.integers(0, 400), st.integers(0, 400))
def test_rule_prefers_more_agreement_and_more_votes_of_the_same_share(agreeing: int, others: int) -> None:
    count = agreeing + others
    assert 0 <= bound(agreeing, count) <= SCORE_SCALE * agreeing / max(count, 1)
    assert bound(agreeing, count) <= bound(agreeing + 1, count + 1)
    assert bound(agreeing, count) <= bound(2 * agreeing, 2 * count)
    assert bound(agreeing, count + 1) <= bound(agreeing, count)


def test_score_in_the_database_is_the_published_rule(given: Given, town: Portal, activity: str, question: str) -> None:
    author = given.actor(town)
    wanted = {}
    for agreeing, others in ((1, 0), (0, 3), (60, 40), (999, 1), (12345, 54321)):
        title = f"{agreeing} contre {others}"
        argument = argue(author, activity, question, title)
        for key, count in (("FOR", agreeing), ("MIXED", others // 2), ("AGAINST", others - others // 2)):
            row = (uuid_in(argument), key, count)
            given.sql(town, "INSERT INTO __tenant__.tally (contribution_id, key, count) VALUES (%s, %s, %s)", *row)
        wanted[title] = bound(agreeing, agreeing + others)
    assert dict(listed(town, question)) == wanted
    assert wanted["60 contre 40"] == 5020


@pytest.mark.parametrize("order", ["BEST", "NEWEST"])
def test_pages_of_both_sides_alternate_and_keep_their_place_while_others_are_added(
    given: Given, town: Portal, activity: str, question: str, order: str
) -> None:
    author, voters = given.actor(town), given.citizens(town, 3)
    counts = {"FOR": 5, "AGAINST": 3}
    for side, count in counts.items():
        for number in range(count):
            voted(voters, argue(author, activity, question, f"{side} {number}", side), "f" * (number % 3))
    whole = {side: [title for title, _ in listed(town, question, side=side, order=order)] for side in counts}
    seen: dict[str, list[str]] = {"FOR": [], "AGAINST": []}
    after: dict[str, str | None] = dict.fromkeys(seen)
    for turn in range(3):
        for side in seen:
            page = town.ask(LIST, id=question, side=side, order=order, first=2, after=after[side])
            found = page["contribution"]["arguments"]
            seen[side] += [node["title"] for node in found["nodes"]]
            after[side] = found["pageInfo"]["endCursor"] or after[side]
        argue(author, activity, question, f"Nouveau {turn}", "FOR")
    new = [title for title in seen["FOR"] if title.startswith("Nouveau")]
    assert [title for title in seen["FOR"] if title not in new] == whole["FOR"]
    assert seen["AGAINST"] == whole["AGAINST"] and len(seen["AGAINST"]) == 3
    assert len(new) == len(set(new)) and (order == "BEST" or new == [])


def test_figures_of_a_debate_in_one_statement(
    given: Given, town: Portal, activity: str, question: str, moderator: Portal
) -> None:
    one, two = given.actor(town), given.actor(town)
    voters = given.citizens(town, 4)
    assert moderator.ask(WIDGET, id=question, first=3)["contribution"]["debate"] == NOTHING
    first = argue(one, activity, question, "On respire enfin")
    argue(one, activity, question, "Les cafés y gagnent")
    other = argue(two, activity, question, "Le trafic ira ailleurs", "AGAINST")
    voted(voters, first, "fffm")
    voted(voters, other, "fa")
    cast(voters[0], question, "FOR")
    comment(two, first)
    comment(one, other)
    comment(voters[0], other)
    assert pin(moderator, other) == []
    for count in (1, 20):
        with statements(town, 1):
            told = one.ask(WIDGET, id=question, first=count)["contribution"]
    last = given.row(town, other)["published_at"]
    figures = told["debate"]
    assert figures.pop("lastAt")[:19] == last[:19]
    assert figures == {
        "argumentCount": 3, "forCount": 2, "againstCount": 1, "expertCount": 1, "authorCount": 2, "voteCount": 6,
        "replyCount": 3,
    }  # fmt: skip
    assert told["tally"] == {"totalCount": 1, "forCount": 1, "mixedCount": 0, "againstCount": 0}
    assert [node["title"] for node in told["pro"]["nodes"]] == ["On respire enfin", "Les cafés y gagnent"]
    assert told["pro"]["nodes"][0] == {
        "title": "On respire enfin", "argumentScore": bound(3, 4), "commentCount": 1, "tally": {"totalCount": 4},
    }  # fmt: skip
    assert told["contra"]["nodes"] == [
        {"title": "Le trafic ira ailleurs", "argumentScore": bound(1, 2), "expert": {"name": "Ada Le Bris"}}
    ]


def test_what_moderation_hides_is_counted_for_moderators_alone(
    given: Given, town: Portal, activity: str, question: str, moderator: Portal
) -> None:
    shown, hidden = (argue(given.actor(town), activity, question, f"Argument {n}") for n in (1, 2))
    hide = "UPDATE __tenant__.contribution SET status = 'HIDDEN', status_before = 'OPEN' WHERE id = %s"
    given.sql(town, hide, uuid_in(hidden))
    counted = [who.ask(WIDGET, id=question, first=5)["contribution"] for who in (town, moderator)]
    assert [answer["debate"]["argumentCount"] for answer in counted] == [1, 2]
    assert [node["title"] for node in counted[0]["pro"]["nodes"]] == ["Argument 1"]
    assert given.row(town, shown)["status"] == "OPEN"


def test_only_what_is_argued_about_has_figures_and_only_arguments_a_score(
    given: Given, town: Portal, activity: str, question: str
) -> None:
    idea = published(given.actor(town), given.activity(town, kind="IDEA_BOX"))
    argument = argue(given.actor(town), activity, question, "On respire")
    asked = "query($id: ID!) { contribution(id: $id) { debate { argumentCount } argumentScore mayPin } }"
    told = [town.ask(asked, id=id_)["contribution"] for id_ in (idea, argument, question)]
    assert [one["debate"] for one in told] == [None, None, {"argumentCount": 1}]
    assert [one["argumentScore"] for one in told] == [None, 0, None]
    assert [one["mayPin"] for one in told] == [False, False, False]


# Expert views ---------------------------------------------------------------------------------------------------------


def test_expert_view_comes_first_with_name_and_function_until_it_is_unpinned(
    given: Given, town: Portal, activity: str, question: str, moderator: Portal
) -> None:
    author, voters = given.actor(town), given.citizens(town, 3)
    experts = argue(author, activity, question, "Une étude le montre")
    voted(voters, argue(author, activity, question, "Mieux noté"), "fff")
    assert [title for title, _ in listed(town, question)] == ["Mieux noté", "Une étude le montre"]
    assert pin(moderator, experts, "  Ada   Le Bris ", "ingénieure en mobilité") == []
    for order in ("BEST", "NEWEST"):
        nodes = town.ask(LIST, id=question, order=order)["contribution"]["arguments"]["nodes"]
        assert [node["expert"] for node in nodes] == [
            {"name": "Ada Le Bris", "function": "ingénieure en mobilité"},
            None,
        ]
    since = given.row(town, experts)["pinned_at"]
    assert pin(moderator, experts, "Ada Le Bris", "professeure") == []
    row = given.row(town, experts)
    assert (row["expert_function"], row["pinned_at"]) == ("professeure", since)
    for _ in range(2):
        done(moderator, "expertViewUnpin", contribution=experts)
    assert [title for title, _ in listed(town, question)] == ["Mieux noté", "Une étude le montre"]
    kinds = (
        "SELECT payload FROM __tenant__.event WHERE subject_id = %s AND kind = 'EXPERT_VIEW_CHANGED' ORDER BY at, id"
    )
    payloads = [payload for (payload,) in given.sql(town, kinds, uuid_in(experts))]
    assert payloads == [{"isPinned": True}, {"isPinned": True}, {"isPinned": False}]


def test_author_who_changes_the_words_is_no_expert_any_more(
    given: Given, town: Portal, activity: str, question: str, moderator: Portal
) -> None:
    author = given.actor(town)
    argument = argue(author, activity, question, "Une étude le montre")
    assert pin(moderator, argument) == []
    assert revise(author, argument, title="Une étude le montre")["userErrors"] == []
    assert given.row(town, argument)["expert_name"] == "Ada Le Bris"
    assert revise(author, argument, title="Achetez mes volets")["userErrors"] == []
    row = given.row(town, argument)
    assert [row[name] for name in ("expert_name", "expert_function", "pinned_at")] == [None, None, None]


def test_erased_author_leaves_no_experts_name(
    given: Given, town: Portal, activity: str, question: str, moderator: Portal
) -> None:
    for remains in ("BLANK", "KEEP"):
        author = given.actor(town, name=f"Ada {remains}")
        argument = argue(author, activity, question, "Une étude le montre")
        assert pin(moderator, argument, f"Ada {remains}") == []
        assert erase(author, f"Ada {remains}", remains)["userErrors"] == []
        assert given.row(town, argument)["expert_name"] is None


def test_what_is_pinned_and_by_which_names(
    given: Given, town: Portal, activity: str, question: str, moderator: Portal
) -> None:
    argument = argue(given.actor(town), activity, question, "Une étude le montre")
    foreign = f"contribution_{town.number + 1}_{uuid_in(argument)}"
    with given.nothing_written(town):
        assert pin(moderator, question) == refused("KIND_NOT_ACCEPTED", "contribution")
        assert pin(moderator, foreign) == refused("NOT_FOUND", "contribution")
        assert pin(moderator, argument, name=" A ") == refused("TOO_SHORT", "name")
        assert pin(moderator, argument, function="x" * 201) == refused("TOO_LONG", "function")
    assert given.row(town, argument)["pinned_at"] is None
    assert pin(given.actor(town, role="ADMIN"), argument) == []


def test_a_proposal_has_few_expert_views(
    given: Given, town: Portal, activity: str, question: str, moderator: Portal
) -> None:
    arguments = [argue(given.actor(town), activity, question, f"Avis {n}") for n in range(MAX_EXPERT_VIEWS + 1)]
    for argument in arguments[:-1]:
        assert pin(moderator, argument) == []
    assert pin(moderator, arguments[0], "Autre nom") == []
    assert pin(moderator, arguments[-1]) == refused("LIMIT_REACHED", "contribution")


def test_database_refuses_an_expert_without_a_function_or_of_a_proposal(
    given: Given, town: Portal, activity: str, question: str
) -> None:
    argument = argue(given.actor(town), activity, question, "Une étude le montre")
    for id_, change in (
        (argument, "expert_name = 'Ada'"),
        (question, "expert_name = 'A', expert_function = 'b', pinned_at = now()"),
    ):
        with pytest.raises(Exception, match="expert_of_argument"):
            given.sql(town, f"UPDATE __tenant__.contribution SET {change} WHERE id = %s", uuid_in(id_))


# Pages ----------------------------------------------------------------------------------------------------------------


def sides(text: str) -> list[tuple[str, str]]:
    """Side and title of each argument of a page, in their order."""
    return re.findall(
        r'<li class="side (for|against)".*?<a href="[^"]*/contribution/[^"]*">([^<]*)</a>', text, re.DOTALL
    )


def test_page_takes_one_of_each_side_in_turn_and_its_next_page_goes_on(
    given: Given, town: Portal, activity: str, question: str
) -> None:
    author = given.actor(town)
    for number in range(12):
        argue(author, activity, question, f"Pour {number}")
    for number in range(2):
        argue(author, activity, question, f"Contre {number}", "AGAINST")
    reader = Visitor(given.actor(town))
    with statements(town, 1):
        page = reader.get(f"/contribution/{question}?order=NEWEST").text
    expected = [("for", "Pour 11"), ("against", "Contre 1"), ("for", "Pour 10"), ("against", "Contre 0")]
    assert sides(page) == expected + [("for", f"Pour {number}") for number in range(9, 1, -1)]
    [more] = re.findall(r'href="([^"]*)#arguments">Voir les arguments suivants', page)
    rest = reader.get(more.replace("&amp;", "&")).text
    assert sides(rest) == [("for", "Pour 1"), ("for", "Pour 0")]
    assert "Voir les arguments suivants" not in rest
    assert (
        "du plus récent au plus ancien" in page
        and "intervalle de Wilson" in reader.get(f"/contribution/{question}").text
    )


def test_votes_and_replies_stand_beside_an_argument_and_a_form_casts_a_vote(
    given: Given, town: Portal, activity: str, question: str
) -> None:
    author, reader = given.actor(town), given.actor(town)
    argument = argue(author, activity, question, "On <b>respire</b>")
    comment(author, argument, "Je l'ai mesuré : deux fois moins de bruit.")
    visitor = Visitor(reader)
    page = visitor.get(f"/contribution/{question}").text
    assert "On &lt;b&gt;respire&lt;/b&gt;" in page and "deux fois moins de bruit." in page
    assert re.search(r'#reponses">1.réponse<span class="hidden"> – On &lt;b&gt;', page)
    cast_by_form = {"form": "Vote", "contribution": argument, "choice": "MIXED"}
    assert visitor.submit(f"/contribution/{question}", cast_by_form).status_code == 303
    told = reader.ask("query($id: ID!) { contribution(id: $id) { viewerVote { choice } } }", id=argument)
    assert told["contribution"]["viewerVote"] == {"choice": "MIXED"}
    own = visitor.get(f"/contribution/{argument}").text
    assert re.search(r'id="vote-[^"]*-mixed" aria-pressed="true"', own)


def test_moderator_pins_by_a_form_that_loses_nothing(
    given: Given, town: Portal, activity: str, question: str, moderator: Portal
) -> None:
    argument = argue(given.actor(town), activity, question, "Une étude le montre")
    desk, form = Visitor(moderator), {"form": "Pin", "contribution": argument, "name": "Ada Le Bris"}
    refusal = desk.submit(f"/gestion/contributions/{argument}/expert", form | {"function": "x"})
    assert refusal.status_code == 422 and 'value="Ada Le Bris"' in refusal.text
    sent = desk.submit(f"/gestion/contributions/{argument}/expert", form | {"function": "ingénieure"})
    assert sent.status_code == 303
    page = Visitor(town).get(f"/contribution/{question}").text
    assert "Avis d’expert" in page and "Ada Le Bris, ingénieure" in page
    unpinned = desk.submit(f"/gestion/contributions/{argument}/expert", {"form": "Unpin", "contribution": argument})
    assert unpinned.status_code == 303
    assert "Avis d’expert</b>" not in Visitor(town).get(f"/contribution/{question}").text


def test_demonstration_has_expert_views(lehavre: Portal) -> None:
    asked = "{ contributions(kinds: [ARGUMENT], first: 100, status: null) { nodes { title expert { name } } } }"
    names = {node["expert"]["name"] for node in lehavre.ask(asked)["contributions"]["nodes"] if node["expert"]}
    assert {"Hélène Marchadour", "Philippe Guérand"} <= names
