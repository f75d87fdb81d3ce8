"""Seen documents: an agent gives a person's proof to whoever has shown the document, whoever had taken it before."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.acting import refused
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.moderating import mails
from tests.test_admission import CAST, MAKE, REVOKE
from tests.test_ballot import chosen
from tests.test_polling_desk import ADD
from tests.test_proof import DECLARE, PERSON, Proved
from tests.test_set_aside import doubts, put_aside
from tests.test_urn import Secret
from tests.test_voter_roll import Listed

SEE = """mutation($input: DocumentSeeInput!) { documentSee(input: $input) { outcome userErrors { code field } } }"""
WHO = {"givenNames": "Éloïse", "familyName": "de La Tour-Dupont", "bornOn": "1984-02-29"}
OWN = (
    """query($id: ID!) { activity(id: $id) { viewerProof { level } viewerBallot { setAside { sign explanation } } } }"""
)
APPEAL = """mutation($input: BallotAppealInput!) { ballotAppeal(input: $input) { userErrors { code field } } }"""


def see(vote: Proved, who: Portal | None = None, **said: Any) -> Any:
    """What came of a document, or why it was refused."""
    given = {"desk": vote.desk, **WHO, **said}
    done = (who or vote.admin).ask(SEE, input=given)["documentSee"]
    return done["userErrors"] or done["outcome"]


def codes(vote: Proved, count: int = 3) -> list[str]:
    said = {"activity": vote.activity, "name": "Accueil", "count": count}
    return str(vote.admin.ask(MAKE, input=said)["codesMake"]["codes"]).splitlines()


def by_code(vote: Proved, code: str, *places: int, **said: Any) -> Any:
    """What refuses a ballot that is cast by a code, and its receipt."""
    votes = [{"contribution": vote.projects[place], "choice": "SUPPORT"} for place in places]
    done = vote.town.ask(CAST, input={"activity": vote.activity, "code": code, "votes": votes, **said})[
        "codeBallotCast"
    ]
    return done["userErrors"] or done["receipt"]


@pytest.fixture
def vote(given: Given, town: Portal) -> Proved:
    return Proved(given, town, "DOCUMENT", "DECLARATION")


def test_agent_of_the_desk_gives_the_proof_to_an_account(vote: Proved) -> None:
    agent, email = vote.voter()
    voter, address = vote.voter()
    assert see(vote, agent, email=address) == [{"code": "FORBIDDEN", "field": None}]
    vote.admin.ask(ADD, input={"desk": vote.desk, "email": email})
    assert see(vote, agent, email=address.upper()) == "GIVEN"
    assert see(vote, agent, email=address) == "REPEATED"
    assert vote.shown(voter)["viewerProof"] == {"level": "DOCUMENT"}
    assert vote.cast(voter, chosen(0))["userErrors"] == []
    assert vote.shown()["turnout"]["proofCounts"] == [{"level": "DOCUMENT", "ballotCount": None}]
    assert vote.declare(vote.given.actor(vote.town)) == refused("PROOF_USED", "familyName")
    assert vote.sign(vote.other, name="TOUR DUPONT Eloise", bornOn="1984-02-29") == refused("ALREADY_VOTED", "desk")


def test_nothing_of_the_document_is_stored_and_the_journal_names_nobody(vote: Proved) -> None:
    _, address = vote.voter()
    assert see(vote, email=address) == "GIVEN"
    told = """SELECT payload::text FROM __tenant__.event WHERE kind = 'DOCUMENT_SEEN' AND subject_id = %s"""
    [(payload,)] = vote.given.sql(vote.town, told, uuid_in(vote.activity))
    assert "GIVEN" in payload
    for table in ("proof", "event", "event_detail"):
        dump = f"SELECT coalesce(string_agg(to_jsonb(t)::text, ''), '') FROM __tenant__.{table} t"
        stored = vote.given.sql(vote.town, dump)[0][0].lower()
        assert not any(said in stored for said in ("1984-02", "dupont", "loïse"))


def test_document_takes_the_proof_from_a_false_declaration_and_sets_its_ballot_aside(vote: Proved) -> None:
    (false, suspect), right = vote.voter(), vote.voter()
    assert vote.declare(false) == []
    assert vote.cast(false, chosen(0))["userErrors"] == []
    assert vote.declare(right[0]) == refused("PROOF_USED", "familyName")
    assert see(vote, email=right[1]) == "TAKEN_OVER"
    own = false.ask(OWN, id=vote.activity)["activity"]
    assert own["viewerProof"] is None
    assert own["viewerBallot"]["setAside"]["sign"] == "IDENTITY_SEEN"
    assert "pièce d'identité" in own["viewerBallot"]["setAside"]["explanation"]
    assert vote.cast(right[0], chosen(1))["userErrors"] == []
    assert vote.cast(false, chosen(2))["userErrors"] == refused("PROOF_NEEDED", "activity")
    told = "SELECT count(*) FROM __tenant__.set_aside WHERE activity_id = %s AND sign = 'IDENTITY_SEEN'"
    assert vote.given.sql(vote.town, told, uuid_in(vote.activity)) == [(1,)]
    assert mails(vote.given, vote.town, suspect).count("BALLOT_SET_ASIDE") == 1
    said = {"activity": vote.activity, "words": "C'est bien moi, venez voir."}
    assert false.ask(APPEAL, input=said)["ballotAppeal"]["userErrors"] == []


def test_short_declaration_of_a_longer_name_is_taken_over_too(vote: Proved) -> None:
    false, (_, address) = vote.voter()[0], vote.voter()
    assert vote.declare(false) == []
    assert see(vote, email=address, givenNames="Éloïse Marie") == "TAKEN_OVER"
    assert vote.declare(vote.given.actor(vote.town)) == refused("PROOF_USED", "familyName")


def test_own_declaration_is_raised_and_another_name_is_given_up(vote: Proved) -> None:
    voter, address = vote.voter()
    assert vote.declare(voter) == []
    assert see(vote, email=address) == "RAISED"
    assert vote.shown(voter)["viewerProof"] == {"level": "DOCUMENT"}
    other, address = vote.voter()
    assert vote.declare(other, familyName="Pseudonyme") == []
    assert see(vote, email=address, familyName="Vrai Nom") == "GIVEN"
    assert vote.declare(vote.given.actor(vote.town), familyName="Pseudonyme") == []


def test_ballot_under_another_name_goes_with_the_proof_of_it(vote: Proved) -> None:
    voter, address = vote.voter()
    assert vote.declare(voter, familyName="Pseudonyme") == []
    assert vote.cast(voter, chosen(0))["userErrors"] == []
    assert see(vote, email=address, familyName="Vrai Nom") == "GIVEN"
    own = voter.ask(OWN, id=vote.activity)["activity"]
    assert own["viewerProof"] == {"level": "DOCUMENT"}
    assert own["viewerBallot"]["setAside"]["sign"] == "IDENTITY_SEEN"
    assert vote.declare(vote.given.actor(vote.town), familyName="Pseudonyme") == []


def test_account_that_has_shown_a_document_or_signed_takes_no_other_name(vote: Proved) -> None:
    voter, address = vote.voter()
    assert see(vote, email=address) == "GIVEN"
    assert see(vote, email=address, familyName="Autre Nom") == refused("PROOF_USED", "email")
    assert vote.shown(voter)["viewerProof"] == {"level": "DOCUMENT"}
    assert see(vote, email=address) == "REPEATED"
    signed, address = vote.voter()
    assert vote.declare(signed, familyName="Pseudonyme") == []
    assert vote.sign(vote.desk, email=address) == "SIGNED"
    assert see(vote, email=address, familyName="Vrai Nom") == refused("ALREADY_VOTED", "email")
    assert vote.shown(signed)["viewerProof"] == {"level": "DECLARATION"}


def test_code_that_is_given_anew_while_it_votes_keeps_nobody_waiting_for_ever(vote: Proved) -> None:
    for place, code in enumerate(codes(vote, 6)):
        born, ready = f"1992-01-{place + 1:02}", Barrier(2)
        assert see(vote, code=code, bornOn=born) == "GIVEN"

        def cast(code: str = code, ready: Barrier = ready) -> Any:
            ready.wait(10)
            return by_code(vote, code, 0)

        def shown(code: str = code, born: str = born, ready: Barrier = ready) -> Any:
            ready.wait(10)
            return see(vote, code=code, bornOn=born)

        with ThreadPoolExecutor(2) as pool:
            receipt, outcome = (one.result() for one in [pool.submit(cast), pool.submit(shown)])
        assert (isinstance(receipt, str), outcome) == (True, "GIVEN")


def test_document_is_not_taken_from_whoever_has_shown_one(vote: Proved) -> None:
    first, second = vote.voter(), vote.voter()
    assert see(vote, email=first[1]) == "GIVEN"
    assert see(vote, email=second[1]) == refused("PROOF_USED", "familyName")
    assert vote.shown(first[0])["viewerProof"] == {"level": "DOCUMENT"}


def test_whoever_has_signed_at_a_desk_gets_nothing_more(vote: Proved) -> None:
    assert vote.sign(vote.desk, name="Éloïse Tour Dupont", bornOn="1984-02-29") == "SIGNED"
    assert see(vote, email=vote.voter()[1]) == refused("ALREADY_VOTED", "familyName")
    false, email = vote.voter()
    assert vote.declare(false, familyName="Autre") == []
    assert vote.sign(vote.desk, email=email) == "SIGNED"
    assert see(vote, email=vote.voter()[1], familyName="Autre") == refused("ALREADY_VOTED", "familyName")


def test_code_is_good_once_an_agent_has_given_it(vote: Proved) -> None:
    first, second, third = codes(vote)
    assert by_code(vote, first, 0) == refused("BAD_CODE", "code")
    assert see(vote, code="AAAA-BBBB-CCCC") == refused("BAD_CODE", "code")
    assert see(vote, code=first) == "GIVEN"
    receipt = by_code(vote, first, 0)
    assert isinstance(receipt, str)
    assert vote.shown()["turnout"]["proofCounts"] == [{"level": "DOCUMENT", "ballotCount": None}]
    assert see(vote, code=first, familyName="Autre") == refused("BAD_CODE", "code")
    assert see(vote, code=second, familyName="Autre") == "GIVEN"
    assert vote.declare(vote.given.actor(vote.town)) == refused("PROOF_USED", "familyName")
    assert see(vote, code=third) == "GIVEN"  # The first one is lost.
    assert by_code(vote, first, 1) == refused("BAD_CODE", "code")
    assert by_code(vote, third, 1) == refused("REQUIRED", "receipt")
    assert isinstance(by_code(vote, third, 1, receipt=receipt), str)
    assert vote.shown()["turnout"]["ballotCount"] == 1
    show = "query($id: ID!) { activity(id: $id) { proofRule { batches { id usedCount revokedCount } } } }"
    [batch] = vote.admin.ask(show, id=vote.activity)["activity"]["proofRule"]["batches"]
    assert (batch["usedCount"], batch["revokedCount"]) == (2, 1)
    done = vote.admin.ask(REVOKE, input={"activity": vote.activity, "batch": batch["id"]})["admissionsRevoke"]
    assert done["userErrors"] == []
    assert isinstance(by_code(vote, second, 2), str)  # What somebody was given stays good.


def test_code_takes_the_proof_from_a_false_declaration_too(vote: Proved) -> None:
    false, [code] = vote.given.actor(vote.town), codes(vote, 1)
    assert vote.declare(false) == []
    assert see(vote, code=code) == "TAKEN_OVER"
    assert vote.cast(false, chosen(0))["userErrors"] == refused("PROOF_NEEDED", "activity")
    assert isinstance(by_code(vote, code, 1), str)


def test_envelope_of_a_false_declaration_goes_unread(given: Given, town: Portal) -> None:
    vote = Secret(given, town)
    asks = "UPDATE __tenant__.activity SET proof_levels = '{DECLARATION}' WHERE id = %s"
    given.sql(town, asks, uuid_in(vote.activity))
    (false, _), (right, address) = vote.voter(), vote.voter()
    said = {"activity": vote.activity, **PERSON}
    assert false.ask(DECLARE, input=said)["proofDeclare"]["userErrors"] == []
    assert vote.cast(false, chosen(0))["userErrors"] == []
    done = vote.admin.ask(SEE, input={"desk": vote.desk, **WHO, "email": address})["documentSee"]
    assert done == {"outcome": "TAKEN_OVER", "userErrors": []}
    assert vote.mine(false)["viewerEnvelope"] is None
    assert vote.mine(false)["turnout"]["ballotCount"] == 0
    assert vote.cast(right, chosen(1))["userErrors"] == []


def test_neither_address_nor_code_is_refused(vote: Proved) -> None:
    assert see(vote) == refused("REQUIRED", "email")
    assert see(vote, email="personne@nulle.part.example") == refused("NO_ACCOUNT", "email")
    assert see(vote, email=vote.voter()[1], givenNames=" ") == refused("TOO_SHORT", "givenNames")
    assert see(vote, email=vote.voter()[1], bornOn="2999-01-01") == refused("BAD_INPUT", "bornOn")


def test_given_names_that_are_made_up_show_as_a_sign_and_namesakes_of_another_day_do_not(vote: Proved) -> None:
    for names in ("Éloïse Ada", "Éloïse Bérénice", "Eloise Cléo"):
        voter = vote.given.actor(vote.town)
        assert vote.declare(voter, givenNames=names) == []
        assert vote.cast(voter, chosen(0))["userErrors"] == []
    other = vote.given.actor(vote.town)
    assert vote.declare(other, bornOn="1984-03-01") == []
    assert vote.cast(other, chosen(0))["userErrors"] == []
    [group] = [one for one in doubts(vote) if one["sign"] == "FIRST_NAME"]  # Actors may have an address of other tests.
    assert (group["ballotCount"], len(group["shown"])) == (3, 6)
    assert put_aside(vote, group)["activity"]["turnout"]["setAsideCount"] == 2
    assert "FIRST_NAME" not in {one["sign"] for one in doubts(vote)}


def test_row_of_a_list_is_taken_over(given: Given, town: Portal) -> None:
    vote = Listed(given, town)
    thief, (owner, address) = vote.voter()[0], vote.voter()
    assert vote.prove(thief, "Anne-Sophie", "Bernard", "1970-05-06") == []
    said = {"givenNames": "Anne-Sophie Jeanne", "familyName": "Martin", "bornOn": "1970-05-06"}
    assert see(vote, email=address, **said) == "TAKEN_OVER"
    assert vote.shown(owner)["viewerProof"] == {"level": "DOCUMENT"}
    assert vote.shown(thief)["viewerProof"] is None


def test_of_a_false_ballot_and_a_document_at_once_no_ballot_stays_counted_without_a_proof(vote: Proved) -> None:
    for place in range(8):
        (false, _), (_, address), ready = vote.voter(), vote.voter(), Barrier(2)
        born = f"1991-01-{place + 1:02}"
        assert vote.declare(false, bornOn=born) == []

        def cast(false: Portal = false, ready: Barrier = ready) -> Any:
            ready.wait(10)
            return vote.cast(false, chosen(0))["userErrors"]

        def shown(address: str = address, born: str = born, ready: Barrier = ready) -> Any:
            ready.wait(10)
            return see(vote, email=address, bornOn=born)

        with ThreadPoolExecutor(2) as pool:
            outcomes = [pool.submit(cast), pool.submit(shown)]
            refusal, outcome = (one.result() for one in outcomes)
        assert outcome == "TAKEN_OVER"
        own = false.ask(OWN, id=vote.activity)["activity"]["viewerBallot"]
        assert (own is None) if refusal else (own["setAside"]["sign"] == "IDENTITY_SEEN")
