"""Desks: who sets them up and keeps them; a voter signs once, at a desk or online, whatever comes first."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from auth.secret import Keyed
from models.polling_desk import MARKS_WAIT
from tests.conftest import SECRET, Portal
from tests.given import Given, uuid_in
from tests.test_ballot import Poll, chosen
from tests.test_rule_version import revised

OPEN = """mutation($input: PollingDeskOpenInput!) { pollingDeskOpen(input: $input) {
  desk { id name channel } userErrors { code field } } }"""
ADD = """mutation($input: PollingAgentAddInput!) { pollingAgentAdd(input: $input) {
  desk { agents { id } } userErrors { code field } } }"""
REMOVE = """mutation($input: PollingAgentRemoveInput!) { pollingAgentRemove(input: $input) {
  desk { agents { id } } userErrors { code field } } }"""
SIGN = """mutation($input: SigningMarkInput!) { signingMark(input: $input) {
  outcome desk { signingCount doubleCount } userErrors { code field } } }"""
DESK = "query($id: ID!) { pollingDesk(id: $id) { name signingCount activity { id } } viewer { pollingDesks { id } } }"


class Polling(Poll):
    """A vote with desks."""

    counted_by = "TOTALS"
    has_desks = True

    def __init__(self, given: Given, town: Portal, method: str = "APPROVAL", **rule: Any) -> None:
        super().__init__(
            given, town, method, **({"vote_least": 1, "vote_most": 3, "costs": 20, "budget_euros": 100} | rule)
        )
        self.admin = given.actor(town, role="ADMIN")
        if self.has_desks:
            self.desk, self.other = self.opened("Mairie"), self.opened("Gymnase")

    def opened(self, name: str, channel: str = "DESK") -> str:
        said = {"activity": self.activity, "name": name, "channel": channel, "countedBy": self.counted_by}
        return str(self.admin.ask(OPEN, input=said)["pollingDeskOpen"]["desk"]["id"])

    def voter(self) -> tuple[Portal, str]:
        """Somebody with an account, and its address."""
        voter, email = self.given.actor(self.town), f"{uuid4().hex}@free.fr"
        actor = uuid_in(voter.ask("{ viewer { id } }")["viewer"]["id"])
        self.given.insert(self.town, "account", actor_id=actor, email=email, created_at="now")
        return voter, email

    def sign(self, desk: str, who: Portal | None = None, **said: Any) -> Any:
        """What came of a signature, or why it was refused."""
        done = (who or self.admin).ask(SIGN, input={"desk": desk, **said})["signingMark"]
        return done["userErrors"] or done["outcome"]


ALREADY = [{"code": "ALREADY_VOTED", "field": "desk"}]


@pytest.fixture
def polling(given: Given, town: Portal) -> Polling:
    return Polling(given, town)


def test_desk_is_kept_by_its_agents_alone(polling: Polling) -> None:
    agent, email = polling.voter()
    assert polling.sign(polling.desk, agent, email=email) == [{"code": "FORBIDDEN", "field": None}]
    assert agent.ask(DESK, id=polling.desk) == {"pollingDesk": None, "viewer": {"pollingDesks": []}}
    said = {"desk": polling.desk, "email": email.upper()}
    [added] = polling.admin.ask(ADD, input=said)["pollingAgentAdd"]["desk"]["agents"]
    assert len(polling.admin.ask(ADD, input=said)["pollingAgentAdd"]["desk"]["agents"]) == 1
    seen = agent.ask(DESK, id=polling.desk)
    assert seen["viewer"]["pollingDesks"] == [{"id": polling.desk}]
    assert seen["pollingDesk"] == {"name": "Mairie", "signingCount": 0, "activity": {"id": polling.activity}}
    assert agent.ask(DESK, id=polling.other)["pollingDesk"] is None
    assert polling.sign(polling.desk, agent, email=email) == "SIGNED"
    assert polling.sign(polling.other, agent, email=email) == [{"code": "FORBIDDEN", "field": None}]
    gone = polling.admin.ask(REMOVE, input={"desk": polling.desk, "actor": added["id"]})
    assert gone["pollingAgentRemove"]["desk"]["agents"] == []
    assert agent.ask(DESK, id=polling.desk)["pollingDesk"] is None


def test_desk_is_refused_where_it_would_not_count(given: Given, town: Portal, polling: Polling) -> None:
    taken = polling.admin.ask(OPEN, input={"activity": polling.activity, "name": " Mairie "})["pollingDeskOpen"]
    assert taken["userErrors"] == [{"code": "NAME_TAKEN", "field": "name"}]
    web = {"activity": polling.activity, "name": "Ailleurs", "channel": "ONLINE"}
    assert polling.admin.ask(OPEN, input=web)["pollingDeskOpen"]["userErrors"][0]["field"] == "channel"
    box = given.activity(town, vote_method="SUPPORT")
    free = polling.admin.ask(OPEN, input={"activity": box, "name": "Mairie"})["pollingDeskOpen"]
    assert free["userErrors"] == [{"code": "VOTING_NOT_OPEN", "field": "activity"}]
    shares = given.activity(town, vote_method="APPROVAL", award_rule="EQUAL_SHARES", vote_most=3, budget_euros=9)
    equal = polling.admin.ask(OPEN, input={"activity": shares, "name": "Mairie"})["pollingDeskOpen"]
    assert equal["userErrors"] == [{"code": "ACTION_NOT_POSSIBLE", "field": "activity"}]
    unheard = polling.admin.ask(ADD, input={"desk": polling.desk, "email": "nobody@nowhere.example"})
    assert unheard["pollingAgentAdd"]["userErrors"] == [{"code": "NO_ACCOUNT", "field": "email"}]


def test_nobody_signs_who_has_no_name_or_was_not_born(polling: Polling) -> None:
    said = {"givenNames": "Jeanne", "familyName": "Dupont", "bornOn": "1950-02-28"}
    for field, wrong in (
        ("bornOn", "2999-01-01"), ("bornOn", "0001-01-01"), ("givenNames", "123"), ("familyName", "- . -")
    ):  # fmt: skip
        assert polling.sign(polling.desk, **said | {field: wrong}) == [{"code": "BAD_INPUT", "field": field}]
    one_line = {"name": "12 34", "bornOn": "1950-02-28"}
    assert polling.sign(polling.desk, **one_line) == [{"code": "BAD_INPUT", "field": "name"}]
    assert polling.sign(polling.desk, **said) == "SIGNED"


def test_one_person_votes_once_at_a_desk_or_online(polling: Polling) -> None:
    first, address = polling.voter()
    assert polling.sign(polling.desk, email=address) == "SIGNED"
    assert polling.sign(polling.desk, email=address) == "REPEATED"
    assert polling.sign(polling.other, email=address) == ALREADY
    refused = [{"code": "ALREADY_VOTED", "field": "activity"}]
    assert polling.cast(first, chosen(0))["userErrors"] == refused
    assert polling.withdraw(first)["userErrors"] == refused
    second, address = polling.voter()
    assert polling.cast(second, chosen(0))["userErrors"] == []
    assert polling.sign(polling.desk, email=address) == ALREADY
    polling.withdraw(second)
    assert polling.sign(polling.desk, email=address) == "SIGNED"


def test_person_without_an_account_signs_by_name_and_birth_date_which_are_not_stored(polling: Polling) -> None:
    said = {"name": "Éloïse DUPONT-MARTIN", "bornOn": "1984-02-29"}
    assert polling.sign(polling.desk, **said) == "SIGNED"
    assert polling.sign(polling.other, name="dupont martin  eloise", bornOn="1984-02-29") == ALREADY
    assert polling.sign(polling.other, **(said | {"bornOn": "1985-03-01"})) == "SIGNED"
    assert polling.sign(polling.desk, name="Éloïse") == [{"code": "REQUIRED", "field": "bornOn"}]
    assert polling.sign(polling.desk) == [{"code": "REQUIRED", "field": "givenNames"}]
    shown = "SELECT string_agg(to_jsonb(s)::text, '') FROM __tenant__.signing s WHERE activity_id = %s"
    [(text,)] = polling.given.sql(polling.town, shown, uuid_in(polling.activity))
    assert "1984" not in text
    assert "dupont" not in text.lower()


def test_whoever_signed_under_the_former_key_has_signed(polling: Polling) -> None:
    activity = uuid_in(polling.activity)
    said = (str(polling.town.number), str(activity), "de eloise la rue", "1984-02-29")
    former = {"voter_key": Keyed(SECRET, "voter").digest(*said), "desk_id": uuid_in(polling.desk)}
    polling.given.insert(polling.town, "signing", activity_id=activity, **former, is_double=False, signed_at="now")
    assert polling.sign(polling.desk, name="Éloïse de la Rue", bornOn="1984-02-29") == "REPEATED"
    assert polling.sign(polling.other, name="DE LA RUE Éloïse", bornOn="1984-02-29") == ALREADY


def test_journal_says_that_somebody_signed_and_not_who(polling: Polling) -> None:
    voter, address = polling.voter()
    assert polling.sign(polling.desk, email=address) == "SIGNED"
    assert polling.sign(polling.desk, name="Yves Le Goff", bornOn="1950-01-02") == "SIGNED"
    told = """SELECT string_agg(subject_kind || columns::text, ' ') FROM __tenant__.event_detail
      WHERE subject_kind = 'signing' OR columns::text LIKE %s"""
    actor = uuid_in(voter.ask("{ viewer { id } }")["viewer"]["id"])
    assert polling.given.sql(polling.town, told, f"%{actor}%") == [(None,)]
    ask = """query($subject: ID!) { journalEntries(kinds: [VOTER_SIGNED], subject: $subject, first: 5) {
      nodes { notes { name value } changes { name } } } }"""
    signed = {"notes": [{"name": "outcome", "value": "SIGNED"}], "changes": []}
    assert polling.admin.ask(ask, subject=polling.desk)["journalEntries"]["nodes"] == [signed, signed]


def test_paper_in_the_box_takes_the_place_of_the_ballot_online(polling: Polling) -> None:
    """Cast after the voter had signed, before the mark came in: the voter is told, the ballot is set aside."""
    voter, address = polling.voter()
    polling.cast(voter, chosen(0, 1))
    assert polling.sign(polling.desk, email=address, isInBox=True) == "PAPER_FIRST"
    assert polling.sign(polling.desk, email=address, isInBox=True) == "REPEATED"
    show = """query($id: ID!) { activity(id: $id) { turnout { ballotCount setAsideCount }
      viewerBallot { setAside { sign explanation } } } }"""
    told = voter.ask(show, id=polling.activity)["activity"]
    assert told["turnout"] == {"ballotCount": 1, "setAsideCount": 1}
    assert told["viewerBallot"]["setAside"]["sign"] == "SIGNED_AT_DESK"
    assert "bureau de vote" in told["viewerBallot"]["setAside"]["explanation"]
    assert polling.cast(voter, chosen(2))["userErrors"] == [{"code": "ALREADY_VOTED", "field": "activity"}]


def test_paper_in_two_boxes_is_told(polling: Polling) -> None:
    _, address = polling.voter()
    assert polling.sign(polling.desk, email=address, isInBox=True) == "SIGNED"
    done = polling.admin.ask(SIGN, input={"desk": polling.other, "email": address, "isInBox": True})["signingMark"]
    assert done == {"outcome": "DOUBLE", "desk": {"signingCount": 1, "doubleCount": 1}, "userErrors": []}
    assert polling.sign(polling.other, email=address, isInBox=True) == "REPEATED"


def test_after_the_close_only_marks_that_waited_come_in(given: Given, town: Portal, polling: Polling) -> None:
    given.close_activity(town, polling.activity)
    _, address = polling.voter()
    assert polling.sign(polling.desk, email=address) == [{"code": "VOTING_NOT_OPEN", "field": "desk"}]
    assert polling.sign(polling.desk, email=address, isInBox=True) == "SIGNED"


def test_ballot_that_was_put_back_is_set_aside_again_for_paper(polling: Polling) -> None:
    voter, address = polling.voter()
    polling.cast(voter, chosen(0))
    ballot = "SELECT id FROM __tenant__.ballot WHERE activity_id = %s"
    [(id_,)] = polling.given.sql(polling.town, ballot, uuid_in(polling.activity))
    polling.given.insert(
        polling.town, "set_aside", activity_id=uuid_in(polling.activity), ballot_id=id_, sign="DOMAIN",
        explanation="Une raison.", set_aside_at="now", reply="Une autre.", restored_at="now",
    )  # fmt: skip
    assert polling.sign(polling.desk, email=address, isInBox=True) == "PAPER_FIRST"


def test_first_signature_is_where_the_vote_begins(polling: Polling) -> None:
    _, address = polling.voter()
    polling.sign(polling.desk, email=address)
    change = """mutation($input: ContributionEstimateInput!) { contributionEstimate(input: $input) {
      userErrors { code } } }"""
    said = {"contribution": polling.projects[0], "costEuros": 7}
    answer = polling.admin.ask(change, input=said)["contributionEstimate"]
    assert answer["userErrors"] == [{"code": "VOTE_BEGUN"}]


def test_mark_of_paper_in_the_box_is_late_after_three_days(polling: Polling) -> None:
    _, address = polling.voter()
    closed = "UPDATE __tenant__.activity SET opens_at = now() - interval '9 days', closes_at = now() - %s WHERE id = %s"
    polling.given.sql(polling.town, closed, MARKS_WAIT, uuid_in(polling.activity))
    said = polling.sign(polling.desk, email=address, isInBox=True)
    assert said == [{"code": "VOTING_NOT_OPEN", "field": "desk"}]
    polling.given.sql(polling.town, closed, MARKS_WAIT - timedelta(minutes=1), uuid_in(polling.activity))
    assert polling.sign(polling.desk, email=address, isInBox=True) == "SIGNED"


def test_equal_shares_are_refused_while_desks_give_totals(polling: Polling) -> None:
    change = "UPDATE __tenant__.activity SET kind = 'PARTICIPATORY_BUDGET' WHERE id = %s"
    polling.given.sql(polling.town, change, uuid_in(polling.activity))
    wanted = {"voteRule": {"least": 1, "most": 3, "budgetEuros": 100}}
    assert revised(polling, **wanted, awardRule="EQUAL_SHARES")["userErrors"] == [
        {"code": "ACTION_NOT_POSSIBLE", "field": "awardRule"}
    ]
    assert revised(polling, **wanted, awardRule="GREEDY")["userErrors"] == []


def test_voter_who_leaves_given_names_out_at_one_desk_is_the_same_at_another(polling: Polling) -> None:
    short = {"givenNames": "Jean", "familyName": "Dupont", "bornOn": "1984-02-29"}
    whole = short | {"givenNames": "Jean Pierre"}
    assert polling.sign(polling.desk, **whole) == "SIGNED"
    assert polling.sign(polling.desk, **short) == "REPEATED"
    assert polling.sign(polling.other, **short) == ALREADY
    assert polling.sign(polling.other, name="Dupont Jean", bornOn="1984-02-29") == ALREADY
    assert polling.sign(polling.other, **short | {"bornOn": "1984-03-01"}) == "SIGNED"
    assert polling.sign(polling.desk, **whole | {"bornOn": "1984-03-01"}) == ALREADY
    assert polling.sign(polling.other, **whole | {"givenNames": "Jean Marie"}) == "SIGNED"
    assert polling.sign(polling.desk, givenNames="Jean", bornOn="1984-02-29") == [
        {"code": "REQUIRED", "field": "familyName"}
    ]
