"""Sight: who sees which rows is said once, for reads, writes, counts and exports."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

import models.contribution
import resolvers.sight
import schema.root
from models.contribution import ContributionStatus
from planner import field
from planner.catalog import Catalog
from resolvers import access, vote
from tests.acting import cast, close, comment, published, refused, revise, withdraw
from tests.conftest import Portal, serve
from tests.given import Given
from tests.test_layout import MODULES, PROJECT, TREES

READERS = {
    "jobs/moving.py": "moves them to another portal, and back",
    "office/zone_move.py": "counts what a person may claim of them",
    "resolvers/phase.py": "asks whether any was written since a phase began",
    "mail/petition.py": "tells the signer the title of what they signed",
    "office/petition_roll.py": "asks who speaks for the city about a petition that is seen",
    "resolvers/fulfilment.py": "closes what all places of are done",
    "resolvers/sight.py": "says who sees them",
    "resolvers/life.py": "changes them",
    "jobs/fold.py": "writes their support_count",
    "demo/load.py": "asks whether there are any",
    "jobs/republication.py": "publishes their positions anew",
    "resolvers/withholding.py": "withholds them and shows them again",
    "resolvers/evidence.py": "freezes what a moderator saw and withheld",
    "jobs/retention.py": "asks whether what a decision redacted is shown so still",
    "resolvers/detection.py": "asks by whom the subject of a moderator's case is",
    "resolvers/redaction.py": "replaces their words, which it has read through a case",
    "resolvers/review.py": "counts an author's own and shows them first",
    "resolvers/contribution.py": "asks a row that is seen for its cell, which indexes do not know",
    "resolvers/category.py": "asks whether any has a category that is taken away",
    "office/lineage.py": "merges proposals that a moderator sees, and counts who supports them together",
    "resolvers/debate.py": "counts the expert views of a proposal, and pins one that a moderator sees",
    "resolvers/safety.py": "counts a person's own requests that are alive",
    "intake/entry.py": "writes imported ones, which nobody has seen yet",
    "intake/edition.py": "asks which imported projects the ballots of a finished vote name",
    "jobs/reminder.py": "names what a reminder to somebody who has a place in it is about, while it is open",
    "resolvers/assignment.py": "gives them to somebody of the city's team",
    "office/bulk_write.py": "changes those that a moderator has chosen, and gives back what it changed",
    "intake/undoing.py": "takes back imported ones that nobody has answered",
    "intake/mission_intake.py": "compares missions with those of an earlier file of the same organisation",
    "jobs/examination.py": "looks at what was published, for moderators",
    "resolvers/wording.py": "forgets what a program wrote of texts whose words are others now",
    "office/bulk_change.py": "shows moderators which of them a change leaves as they are",
    "resolvers/capacity.py": "locks what is answered and counts the answers that are accepted",
    "resolvers/exchange.py": "shows the place of what two have agreed on to these two",
    "resolvers/mirror.py": "asks what the other of two has published",
    "resolvers/nudge.py": "asks what a link that was mailed to its author is about",
    "resolvers/desk_entry.py": "gives an entry to the person whose slip it is, who has its code",
    "resolvers/publication.py": "asks how many answers the author's own may have",
    "resolvers/hexagon.py": "counts open ones by cell in the activities that are seen, where no count knows the filter",
    "jobs/nudge.py": "asks whose open ones wait for word",
    "jobs/notice.py": "tells people of what they see of it, by the rules of resolvers/sight.py",
    "resolvers/mail_preference.py": "asks which notices are about the reader's own",
    "jobs/digest_lines.py": "names what a mail to somebody who was told of it is about, by the rules of resolvers/sight.py",
    "jobs/wave.py": "tells neighbours of requests that are still open, by the rules of resolvers/sight.py",
    "resolvers/suggestion.py": "finds open ones in categories whose activities are seen",
    "resolvers/petition.py": "asks in which activity a petition is, which who moves it sees",
    "resolvers/amendment.py": "asks what was accepted and is shown, for the city's text and who decides on it",
    "resolvers/petitioner.py": "gives a petition to another of its authors, who has accepted to be one",
    "office/sampling.py": "asks in which activity a petition is whose signatures are checked",
    "resolvers/progress.py": "asks whether a petition that is seen still stands",
    "resolvers/petition_rule.py": "asks what petitions of an activity have reached, so that no level of theirs goes",
    "jobs/petition.py": "counts signatures of petitions that are open, for everybody alike",
    "resolvers/wave.py": "asks whether help is still wanted, for anyone who sees the request",
    "mail/sign_up.py": "names what a mail to somebody who has signed up is about, while it is public",
    "mail/exchange.py": "names what a mail to its author, or to who answered it, is about",
    "resolvers/position.py": "forgets where exactly was what is over",
    "counting/polling_record.py": "asks which projects a record may count, at a desk that its writer sees",
    "counting/paper_ballot.py": "numbers the projects that paper ballots may name, at a desk that its typist sees",
    "counting/rule_version.py": "publishes the projects of a vote with its rule",
    "resolvers/avoiding.py": "asks what somebody does not find because of a block",
    "resolvers/live.py": "asks where what an event is about lies, before a query reads it",
    "resolvers/envelope.py": "asks whether a ballot's projects are the vote's own",
    "resolvers/ballot_vote.py": "asks for the actor's own votes in an activity, whatever became of what was voted on",
    "counting/vote_result.py": "counts what was voted on once the vote is over, for everybody alike",
    "resolvers/petition_proposal.py": "takes the expiry of what its author publishes or ends as a petition",
    "resolvers/zone.py": "takes a zone that is removed from all of them",
    "jobs/zoning.py": "gives all of them the zones that were drawn",
    "tenants/zone.py": "an operator's command, which assigns zones to all of them",
}
"""Which modules may name the tables of contributions and comments, and why."""

GUARDED = {"Contribution", "Comment"}


def named_tables(path: Path) -> Iterator[str]:
    """The guarded tables that a module asks for, in SQLAlchemy or in SQL's text."""
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "table":
            yield from (arg.id for arg in node.args if isinstance(arg, ast.Name) and arg.id in GUARDED)
        if isinstance(node, ast.GeneratorExp) and ast.unparse(node.elt).startswith("table("):
            listed = (name.id for name in ast.walk(node.generators[0].iter) if isinstance(name, ast.Name))
            yield from (name for name in listed if name in GUARDED)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (name for name in GUARDED if f"__tenant__.{name.lower()} " in f"{node.value} ")


def test_contributions_and_comments_are_read_through_the_sight_alone() -> None:
    found = {str(path) for path in MODULES if any(named_tables(path))}
    assert found - set(READERS) == set(), "ask resolvers/sight.py for the rows"
    assert set(READERS) - found == set(), "take it off the list"


OTHERS = ("_hand_over.c", "was")
"""Others that have an `expires_at`, by the names they have where contributions are read, too: a table, a row in Python."""


def test_open_and_not_past_its_expiry_stands_in_one_place() -> None:
    comparing = {
        str(path)
        for path in MODULES
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.Compare)
        and isinstance(node.left, ast.Attribute)
        and node.left.attr == "expires_at"
        and ast.unparse(node.left.value) not in OTHERS
        and "models.contribution" in (PROJECT / path).read_text("utf-8")
    }
    assert comparing == {"resolvers/life.py", "jobs/wave.py"}  # Waves end there, whatever the status is.


def test_type_that_does_not_say_who_sees_it_does_not_start() -> None:
    with pytest.raises(TypeError, match="visible"):
        field.stored(models.contribution.Contribution)  # type: ignore[call-arg]  # That is the point.


def test_every_stored_type_names_a_function_of_the_sight() -> None:
    for name, stored in Catalog(schema.root.executable()).stored.items():
        assert getattr(resolvers.sight, stored.visible.__name__) is stored.visible, name


# What is hidden is hidden everywhere ----------------------------------------------------------------------------------

READ = """query($id: ID!, $activity: ID!) {
  contribution(id: $id) { id }
  contributions(activity: $activity, status: null) { totalCount nodes { id } }
  activity(id: $activity) {
    contributions(status: null) { nodes { id } }
    statistics { totalCount closedCount proposalCount days { count } }
  }
}"""
MODERATORS = "query($activity: ID!) { activity(id: $activity) { statistics { voteCount commentCount authorCount } } }"
BY_REQUEST = (access.target_contribution, access.target_activity, vote._cast_where_open)
"""What a process makes once of the sight."""


@pytest.fixture
def here(town: Portal, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    """The town at a server to which closed contributions are not public."""
    public = (ContributionStatus.OPEN, ContributionStatus.EXPIRED)
    monkeypatch.setattr(resolvers.sight, "PUBLIC_STATUSES", public)
    for made in BY_REQUEST:
        made.cache_clear()
    for running in serve(database_url, tmp_path):
        with httpx.Client(base_url=running.url, timeout=30) as client:
            yield replace(town, client=client, running=running)
    for made in BY_REQUEST:
        made.cache_clear()


def test_what_is_hidden_is_hidden_from_reads_writes_counts_and_roll_ups(given: Given, here: Portal) -> None:
    author, moderator = given.actor(here), given.actor(here, role="MODERATOR")
    activity = given.activity(here, vote_method="SUPPORT")
    shown, gone = published(author, activity), published(author, activity)
    for contribution in (shown, gone):
        assert comment(author, contribution)["userErrors"] == []
        assert cast(author, contribution, "SUPPORT")["userErrors"] == []
    before = here.ask(READ, id=gone, activity=activity)
    assert before["contribution"] == {"id": gone}
    assert before["contributions"]["totalCount"] == before["activity"]["statistics"]["totalCount"] == 2
    assert close(author, gone, "WITHDRAWN")["userErrors"] == []

    ids = [{"id": shown}]
    for portal in (here, author, given.actor(here)):
        after = portal.ask(READ, id=gone, activity=activity)
        assert after["contribution"] is None
        assert after["contributions"] == {"totalCount": 1, "nodes": ids}
        assert after["activity"]["contributions"]["nodes"] == ids
        counts = after["activity"]["statistics"]
        assert (counts["totalCount"], counts["closedCount"], counts["proposalCount"]) == (1, 0, 1)
        assert counts["days"][-1] == {"count": 1}
    for answer in (
        comment(author, gone),
        cast(author, gone, "SUPPORT"),
        withdraw(author, gone),
        revise(author, gone, title="Encore un banc"),
    ):
        assert answer["userErrors"] == refused("NOT_FOUND", "contribution")
    given.fold(here)
    assert here.ask(READ, id=shown, activity=activity)["activity"]["statistics"]["totalCount"] == 1
    assert moderator.ask(READ, id=gone, activity=activity)["contribution"] == {"id": gone}
    counts = moderator.ask(MODERATORS, activity=activity)["activity"]["statistics"]
    assert counts == {"voteCount": 2, "commentCount": 2, "authorCount": 1}


def test_start_page_counts_and_lists_what_everybody_sees(client: httpx.Client, given: Given, own_town: Portal) -> None:
    published(given.actor(own_town), given.activity(own_town))
    for visibility in ("MEMBERS", "DRAFT"):
        space = given.space(own_town, visibility=visibility)
        published(given.actor(own_town, role="MODERATOR"), given.activity(own_town, space=space))
    past = published(given.actor(own_town), given.activity(own_town, expires_after_days=1))
    given.let_expire(own_town, past)
    portals = client.get("/", headers={"host": "localhost"}).text
    [card] = [card for card in portals.split('<li class="card"') if f"//{own_town.record.slug}.localhost" in card]
    assert ", 1 contribution<" in card
    assert client.get("/developers", headers={"host": own_town.host}).text.count('<li class="card">') == 2


@pytest.fixture
def own_town(given: Given, rennes: Portal) -> Portal:
    return given.tenant(rennes, "start-page-town", "commune-35238")
