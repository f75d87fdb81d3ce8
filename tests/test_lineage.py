"""Lineage: doubles are merged and parted, proposals become projects, and who writes is shown what is like it."""

import re
from typing import Any

import pytest

from models.likeness import normal, similarity, trigrams
from models.lineage import LIKE, LIKENESS_SCALE
from tests.acting import cast, close, comment, publish, published, refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.telling import followed, person, told
from tests.test_page_petition import Visitor
from tests.test_statement_count import statements

READ = """query($id: ID!) { contribution(id: $id) {
  status outcome succession succeededAt supporterCount successor { id } similar(first: 5) { nodes { title } }
  predecessors { totalCount nodes { id succession } } tally { supportCount } } }"""
LIKE_IT = """query($activity: ID!, $title: String!, $first: Int = 3) {
  similarProposals(activity: $activity, title: $title, first: $first) { nodes { title tally { totalCount } } } }"""


@pytest.fixture
def box(given: Given, town: Portal) -> str:
    return given.activity(town, kind="IDEA_BOX", vote_method="SUPPORT")


@pytest.fixture
def moderator(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="MODERATOR")


@pytest.fixture
def pair(given: Given, town: Portal, box: str) -> tuple[str, str]:
    """A double, and the proposal that it is a double of."""
    one, other = given.actor(town), given.actor(town)
    return published(one, box, title="Un banc au square"), published(other, box, title="Des bancs au square")


def read(who: Portal, proposal: str) -> dict[str, Any]:
    return dict(who.ask(READ, id=proposal)["contribution"])


def merge(who: Portal, double: str, into: str) -> list[Any]:
    return list(do(who, "proposalMerge", contribution=double, into=into)["userErrors"])


def open_count(who: Portal, activity: str) -> int:
    asked = "query($id: ID!) { activity(id: $id) { contributions { totalCount } } }"
    return int(who.ask(asked, id=activity)["activity"]["contributions"]["totalCount"])


def similar(who: Portal, activity: str, title: str) -> list[str]:
    nodes = who.ask(LIKE_IT, activity=activity, title=title)["similarProposals"]["nodes"]
    return [node["title"] for node in nodes]


# Doubles --------------------------------------------------------------------------------------------------------------


def test_double_is_closed_leads_on_and_its_supporters_count_once(
    given: Given, town: Portal, box: str, moderator: Portal, pair: tuple[str, str]
) -> None:
    double, stays = pair
    voters = given.citizens(town, 5)
    for voter in voters[:3]:
        cast(voter, double, "SUPPORT")
    for voter in voters[2:]:
        cast(voter, stays, "SUPPORT")
    assert open_count(town, box) == 2
    assert merge(moderator, double, stays) == []
    told = read(town, double)
    assert (told["status"], told["outcome"], told["succession"]) == ("CLOSED", "MERGED", "MERGED")
    assert told["successor"] == {"id": stays} and told["succeededAt"]
    kept = read(town, stays)
    assert kept["predecessors"] == {"totalCount": 1, "nodes": [{"id": double, "succession": "MERGED"}]}
    assert (kept["supporterCount"], kept["tally"]["supportCount"]) == (5, 3)
    assert (told["supporterCount"], told["tally"]["supportCount"]) == (3, 3)
    assert open_count(town, box) == 1
    given.fold(town)
    assert open_count(town, box) == 1
    assert cast(voters[4], double, "SUPPORT")["userErrors"] == refused("CONTRIBUTION_NOT_OPEN", "contribution")
    assert comment(voters[0], double)["userErrors"] == refused("CONTRIBUTION_NOT_OPEN", "contribution")


def test_parting_opens_a_double_again_as_it_was(
    given: Given, town: Portal, box: str, moderator: Portal, pair: tuple[str, str]
) -> None:
    double, stays = pair
    voter = given.actor(town)
    cast(voter, double, "SUPPORT")
    before = given.row(town, double)
    assert merge(moderator, double, stays) == []
    done(moderator, "proposalPart", contribution=double)
    assert given.row(town, double) == before
    assert read(town, stays)["predecessors"]["totalCount"] == 0
    assert read(town, stays)["supporterCount"] == 0
    assert open_count(town, box) == 2
    assert do(moderator, "proposalPart", contribution=double)["userErrors"] == refused(
        "ACTION_NOT_POSSIBLE", "contribution"
    )
    kinds = "SELECT payload FROM __tenant__.event WHERE subject_id = %s AND kind = 'LINEAGE_CHANGED' ORDER BY at, id"
    told = [payload["succession"] for (payload,) in given.sql(town, kinds, uuid_in(double))]
    assert told == ["MERGED", None]


def test_what_is_not_merged(given: Given, town: Portal, box: str, moderator: Portal, pair: tuple[str, str]) -> None:
    double, stays = pair
    author = given.actor(town)
    elsewhere = published(author, given.activity(town, kind="IDEA_BOX"))
    petition = published(author, given.activity(town, kind="PETITION", vote_method="SUPPORT"))
    ended = published(author, box, title="Une idée finie")
    close(author, ended)
    foreign = f"contribution_{town.number + 1}_{uuid_in(stays)}"
    with given.nothing_written(town):
        assert merge(moderator, double, double) == refused("BAD_INPUT", "into")
        assert merge(moderator, double, elsewhere) == refused("BAD_INPUT", "into")
        assert merge(moderator, petition, stays) == refused("KIND_NOT_ACCEPTED", "contribution")
        assert merge(moderator, double, petition) == refused("KIND_NOT_ACCEPTED", "into")
        assert merge(moderator, ended, stays) == refused("CONTRIBUTION_NOT_OPEN", "contribution")
        assert merge(moderator, double, ended) == refused("CONTRIBUTION_NOT_OPEN", "into")
        assert merge(moderator, double, foreign) == refused("NOT_FOUND", "into")
    assert merge(moderator, double, stays) == []
    with given.nothing_written(town):
        assert merge(moderator, stays, double) == refused("CONTRIBUTION_NOT_OPEN", "into")
        assert merge(moderator, double, stays) == refused("CONTRIBUTION_NOT_OPEN", "contribution")
    assert close(author, published(author, box, title="Encore une"), "MERGED")["userErrors"] == refused(
        "BAD_INPUT", "outcome"
    )


def test_followers_of_a_double_hear_of_what_it_was_merged_into(
    given: Given, town: Portal, box: str, moderator: Portal, pair: tuple[str, str]
) -> None:
    double, stays = pair
    follower = person(given, town)
    followed(follower, contribution=double)
    assert merge(moderator, double, stays) == []
    done(moderator, "officialResponsePublish", contribution=stays, service="Voirie", body="C'est fait.")
    assert [about for _, about in told(given, follower)] == [stays]
    done(moderator, "proposalPart", contribution=double)
    done(moderator, "officialResponsePublish", contribution=stays, service="Voirie", body="C'est refait.")
    assert [about for _, about in told(given, follower)] == [stays]


def test_database_refuses_a_successor_of_itself_or_half_of_one(
    given: Given, town: Portal, pair: tuple[str, str]
) -> None:
    double, stays = pair
    for change in (
        f"successor_id = '{uuid_in(double)}', succession = 'PROJECT', succeeded_at = now()",
        f"successor_id = '{uuid_in(stays)}'",
        f"successor_id = '{uuid_in(stays)}', succession = 'MERGED', succeeded_at = now()",
    ):
        with pytest.raises(Exception, match="successor_of_proposal"):
            given.sql(town, f"UPDATE __tenant__.contribution SET {change} WHERE id = %s", uuid_in(double))


# Projects -------------------------------------------------------------------------------------------------------------


def test_proposal_becomes_a_project_and_each_leads_to_the_other(
    given: Given, town: Portal, box: str, moderator: Portal, pair: tuple[str, str]
) -> None:
    double, stays = pair
    admin = given.actor(town, role="ADMIN")
    rule = {"vote_least": 1, "vote_most": 3}
    budget = given.activity(town, kind="PARTICIPATORY_BUDGET", vote_method="APPROVAL", **rule)
    project = published(admin, budget, title="Vingt bancs dans les squares")
    with given.nothing_written(town):
        refusal = do(moderator, "proposalAdopt", contribution=stays, project=double)["userErrors"]
        assert refusal == refused("KIND_NOT_ACCEPTED", "project")
        refusal = do(moderator, "proposalAdopt", contribution=project, project=project)["userErrors"]
        assert refusal == refused("KIND_NOT_ACCEPTED", "contribution")
    assert merge(moderator, double, stays) == []
    done(moderator, "proposalAdopt", contribution=stays, project=project)
    told = read(town, stays)
    assert (told["status"], told["succession"], told["successor"]) == ("OPEN", "PROJECT", {"id": project})
    assert read(town, project)["predecessors"]["nodes"] == [{"id": stays, "succession": "PROJECT"}]
    again = do(moderator, "proposalAdopt", contribution=stays, project=project)["userErrors"]
    assert again == refused("ACTION_NOT_POSSIBLE", "contribution")
    page = Visitor(town).get(f"/contribution/{stays}").text
    assert "Devenue le projet" in page and f"/contribution/{project}" in page and "fusionnée ici" in page
    assert "devenue ce projet" in Visitor(town).get(f"/contribution/{project}").text
    done(moderator, "proposalPart", contribution=stays)
    assert read(town, stays)["succession"] is None and read(town, project)["predecessors"]["totalCount"] == 0


# What is like it ------------------------------------------------------------------------------------------------------

TITLES = (
    "Un composteur collectif au jardin public",
    "Des composteurs collectifs au jardin",
    "Un jardin partagé derrière l'école",
    "Refaire la rue du Port",
)


def share(one: str, other: str) -> int:
    """The likeness of two titles, reckoned again in thousandths."""
    return int(similarity(trigrams(normal(one)), trigrams(normal(other))) * LIKENESS_SCALE)


def test_who_writes_is_shown_the_likest_open_proposals_in_one_statement(given: Given, town: Portal, box: str) -> None:
    author = given.actor(town)
    for title in TITLES:
        published(author, box, title=title)
    published(author, given.activity(town, kind="IDEA_BOX"), title="Composteur collectif au jardin public")
    typed = "Composteur COLLECTIF dans le jardin"
    wanted = sorted((title for title in TITLES if share(typed, title) >= LIKE), key=lambda t: -share(typed, t))
    assert wanted == [TITLES[0], TITLES[1]]
    with statements(town, 1):
        told = author.ask(LIKE_IT, activity=box, title=typed)["similarProposals"]["nodes"]
    assert [node["title"] for node in told] == wanted and told[0]["tally"] == {"totalCount": 0}
    for nothing in ("", "  ", "le la les", "!?", "zz"):
        assert similar(town, box, nothing) == []


def test_closed_and_withheld_proposals_are_not_shown_as_similar(given: Given, town: Portal, box: str) -> None:
    author = given.actor(town)
    shown, ended = (published(author, box, title=title) for title in TITLES[:2])
    close(author, ended)
    assert similar(town, box, TITLES[1]) == [TITLES[0]]
    hide = "UPDATE __tenant__.contribution SET status = 'HIDDEN', status_before = 'OPEN' WHERE id = %s"
    given.sql(town, hide, uuid_in(shown))
    assert similar(town, box, TITLES[1]) == []


def test_a_proposals_own_likes_are_others_of_its_activity(given: Given, town: Portal, box: str) -> None:
    author = given.actor(town)
    ids = [published(author, box, title=title) for title in TITLES]
    assert [one["title"] for one in read(town, ids[0])["similar"]["nodes"]] == [TITLES[1]]
    assert read(town, ids[3])["similar"]["nodes"] == []


# Pages ----------------------------------------------------------------------------------------------------------------


def test_form_shows_what_is_like_it_while_writing_and_before_publishing(given: Given, town: Portal, box: str) -> None:
    proposed = published(given.actor(town), box, title=TITLES[0])
    writer = Visitor(given.actor(town))
    typed = {
        "form": "Publish",
        "activity": box,
        "kind": "PROPOSAL",
        "title": "Composteur collectif",
        "body": "Au jardin.",
    }
    for step in ("what", "check"):
        page = writer.submit(f"/publier/{box}", typed | {"step": step})
        assert page.status_code == 200
        assert "Cela ressemble à ce que d’autres ont proposé" in page.text and f"/contribution/{proposed}" in page.text
    other = writer.submit(f"/publier/{box}", typed | {"title": "Une piscine", "step": "check"}).text
    assert "Cela ressemble" not in other
    assert publish(writer.who, box, title="Composteur collectif")["userErrors"] == []


def test_moderator_merges_and_parts_by_forms(
    given: Given, town: Portal, moderator: Portal, pair: tuple[str, str]
) -> None:
    double, stays = pair
    desk, page = Visitor(moderator), f"/gestion/contributions/{double}/lignee"
    assert "Des bancs au square" in desk.get(page).text
    sent = desk.submit(page, {"form": "Merge", "contribution": double, "into": stays})
    assert sent.status_code == 303
    public = Visitor(town).get(f"/contribution/{double}").text
    assert "Fusionnée dans" in public and f'href="/contribution/{stays}"' in public
    assert "fusionnée ici" in Visitor(town).get(f"/contribution/{stays}").text
    assert desk.submit(page, {"form": "Part", "contribution": double}).status_code == 303
    assert "Fusionnée dans" not in Visitor(town).get(f"/contribution/{double}").text
    assert Visitor(given.actor(town)).get(page).status_code == 404


def test_what_is_offered_twice_has_one_button_and_what_is_called_alike_two_names(
    given: Given, town: Portal, box: str, moderator: Portal
) -> None:
    double, *others = [published(given.actor(town), box, title="Un banc au square Villebois") for _ in range(3)]
    other = published(given.actor(town), box, title="Une fontaine à Villebois")
    month = "UPDATE __tenant__.contribution SET published_at = published_at - interval '1 month' WHERE id = %s"
    given.sql(town, month, uuid_in(others[0]))
    page = Visitor(moderator).get(f"/gestion/contributions/{double}/lignee?search=villebois").text
    offered = re.findall(r'name="into" value="([^"]+)"', page)
    assert sorted(offered) == sorted([*others, other])
    names = re.findall(r'Fusionner dans celle-ci<span class="hidden">([^<]*)</span>', page)
    assert len(set(names)) == 3 and " – Une fontaine à Villebois" in names
    assert len([name for name in names if name.startswith(" – Un banc au square Villebois, ")]) == 2
