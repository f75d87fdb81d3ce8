"""Proofs: what a vote asks of its voters is proved once in a vote, over accounts and desks; nothing typed is stored."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest

from counting import vote_result
from models.proof import OF_PERSON, address_letters, age, mailbox, person_letters
from tests.acting import refused
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import CAST_ONE, RULES, Poll, chosen
from tests.test_personal import erase
from tests.test_polling_desk import OPEN, Polling
from tests.test_urn import Secret
from tests.test_vote_file import files

SET = """mutation($input: ProofRuleSetInput!) { proofRuleSet(input: $input) {
  activity { proofRule { levels leastAge ageOn zone { id } } } userErrors { code field } } }"""
DECLARE = """mutation($input: ProofDeclareInput!) { proofDeclare(input: $input) {
  activity { viewerProof { level } } userErrors { code field } } }"""
SHOW = """query($id: ID!) { activity(id: $id) { viewerProof { level }
  turnout { ballotCount proofCounts { level ballotCount } } results { proofs { level ballotCount } } } }"""
LATER = "UPDATE __tenant__.activity SET opens_at = now() + '1 day' WHERE id = %s"
MIXED = "UPDATE __tenant__.activity SET proof_levels = '{EMAIL,DECLARATION}' WHERE id = %s"
"""As in votes that were opened before levels were kept apart."""

OPENED = "UPDATE __tenant__.activity SET opens_at = now() - interval '1 day' WHERE id = %s"
PERSON = {
    "givenNames": "Éloïse",
    "familyName": "de La Tour-Dupont",
    "bornOn": "1984-02-29",
    "address": "3, av. des Lilas, 35000 Rennes",
    "isOnHonour": True,
}


class Proved(Polling):
    """A vote that asks for a proof."""

    def __init__(
        self, given: Given, town: Portal, *levels: str, method: str = "APPROVAL", asks: Any = None, **rule: Any
    ) -> None:
        self.has_desks = set(levels) <= {level.value for level in OF_PERSON}
        super().__init__(given, town, method, **rule)
        self.asks(*levels, **(asks or {}))

    def asks(self, *levels: str, **more: Any) -> None:
        """Asks for one of these."""
        self.given.sql(self.town, LATER, uuid_in(self.activity))
        said = {"activity": self.activity, "levels": list(levels), **more}
        assert self.admin.ask(SET, input=said)["proofRuleSet"]["userErrors"] == []
        self.given.sql(self.town, OPENED, uuid_in(self.activity))

    def declare(self, voter: Portal, **other: Any) -> Any:
        """What refuses a declaration."""
        said = {"activity": self.activity, **PERSON, **other}
        return voter.ask(DECLARE, input=said)["proofDeclare"]["userErrors"]

    def signed(self) -> list[int]:
        """How many signatures there are, and how many of them are double."""
        count = "SELECT count(*), count(*) FILTER (WHERE is_double) FROM __tenant__.signing WHERE activity_id = %s"
        [counts] = self.given.sql(self.town, count, uuid_in(self.activity))
        return list(counts)

    def revoked(self) -> list[dict[str, Any]]:
        """What the journal says of rights to vote that were revoked, in their order."""
        told = "SELECT payload FROM __tenant__.event WHERE kind = 'ADMISSIONS_REVOKED' AND subject_id = %s ORDER BY id"
        return [payload for (payload,) in self.given.sql(self.town, told, uuid_in(self.activity))]

    def shown(self, voter: Portal | None = None) -> dict[str, Any]:
        return dict((voter or self.admin).ask(SHOW, id=self.activity)["activity"])


@pytest.fixture
def proved(given: Given, town: Portal) -> Proved:
    return Proved(given, town, "DECLARATION")


# What is keyed -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Éloïse de La Tour-Dupont",
        "LA TOUR DUPONT Eloise",
        "eloise  Dupont tour",
        "Dupont-Tour (de la), E\u0301loi\u0308se",
    ],
)
def test_name_is_the_same_person_however_it_is_written(name: str) -> None:
    assert person_letters(name) == "dupont eloise tour"


def test_names_that_are_others_stay_others() -> None:
    assert person_letters("Minh Lê") == "le minh"
    assert person_letters("Minh Lê") != person_letters("Minh")
    assert person_letters("Œdipe d'Arc") == "arc oedipe"
    assert person_letters("Jean Martin") != person_letters("Jeanne Martin")


def test_address_and_mailbox_are_the_same_however_they_are_written() -> None:
    assert address_letters("3, av. des Lilas 35000 RENNES") == address_letters("3 Avenue Lilas, 35000 Rennes")
    assert address_letters("3 av. des Lilas") != address_letters("13 av. des Lilas")
    assert mailbox("Jean.Dupont+vote@GoogleMail.com") == "jeandupont@gmail.com"
    assert mailbox("jean.dupont+2@orange.fr") == "jean.dupont@orange.fr"


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        ("2010-06-15", "2026-06-14", 15),
        ("2010-06-15", "2026-06-15", 16),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2008-02-29", "2024-02-29", 16),
    ],
)
def test_age_is_whole_years_on_the_day(born: str, day: str, years: int) -> None:
    assert age(date.fromisoformat(born), date.fromisoformat(day)) == years


# Declarations --------------------------------------------------------------------------------------------------------


def test_vote_wants_the_proof_first_and_ballot_keeps_its_level(proved: Proved) -> None:
    voter = proved.given.actor(proved.town)
    assert proved.cast(voter, chosen(0))["userErrors"] == refused("PROOF_NEEDED", "activity")
    assert proved.shown(voter) == {"viewerProof": None, "turnout": {"ballotCount": 0, "proofCounts": []}, "results": []}
    assert proved.declare(voter) == []
    assert proved.cast(voter, chosen(0, 1))["userErrors"] == []
    assert proved.cast(voter, chosen(2))["userErrors"] == []
    shown = proved.shown(voter)
    assert shown["viewerProof"] == {"level": "DECLARATION"}
    assert shown["turnout"] == {"ballotCount": 1, "proofCounts": []}
    assert proved.shown()["turnout"]["proofCounts"] == [{"level": "DECLARATION", "ballotCount": None}]


def test_nothing_that_was_typed_is_stored(proved: Proved) -> None:
    voter = proved.given.actor(proved.town)
    assert proved.declare(voter) == []
    proved.cast(voter, chosen(0))
    dump = proved.given.sql(proved.town, "SELECT string_agg(to_jsonb(p)::text, '') FROM __tenant__.proof p")[0][0]
    events = proved.given.sql(proved.town, "SELECT string_agg(to_jsonb(e)::text, '') FROM __tenant__.event e")[0][0]
    for said in ("1984-02", "dupont", "lilas", "loïse", "eloise"):
        assert said not in dump.lower() + events.lower()
    [(digest, at_home)] = proved.given.sql(
        proved.town,
        "SELECT digest, address_digest FROM __tenant__.proof WHERE activity_id = %s",
        uuid_in(proved.activity),
    )
    assert (len(digest), len(at_home)) == (64, 64)


def test_same_person_in_another_vote_has_another_key(given: Given, town: Portal, proved: Proved) -> None:
    other, voter = Proved(given, town, "DECLARATION"), given.actor(town)
    assert (proved.declare(voter), other.declare(voter)) == ([], [])
    keys = "SELECT digest, address_digest FROM __tenant__.proof WHERE activity_id IN (%s, %s)"
    found = given.sql(town, keys, uuid_in(proved.activity), uuid_in(other.activity))
    assert len({key for row in found for key in row}) == 4


@pytest.mark.parametrize(
    ("field", "said", "code"),
    [
        ("givenNames", " ", "TOO_SHORT"),
        ("givenNames", "123", "BAD_INPUT"),
        ("familyName", "- . -", "BAD_INPUT"),
        ("familyName", "x" * 81, "TOO_LONG"),
        ("address", "ici", "TOO_SHORT"),
        ("bornOn", "1850-01-01", "BAD_INPUT"),
        ("bornOn", "2999-01-01", "BAD_INPUT"),
        ("isOnHonour", False, "REQUIRED"),
    ],
)
def test_declaration_is_refused_beside_its_field(proved: Proved, field: str, said: object, code: str) -> None:
    voter = proved.given.actor(proved.town)
    assert proved.declare(voter, **{field: said}) == refused(code, field)
    assert proved.shown(voter)["viewerProof"] is None


def test_person_votes_once_over_accounts(proved: Proved) -> None:
    first, second = proved.given.actor(proved.town), proved.given.actor(proved.town)
    assert proved.declare(first) == []
    assert proved.declare(first, givenNames="Autre") == []  # What was declared first stays.
    again = {"givenNames": "eloise", "familyName": "LA TOUR DUPONT", "address": "Ailleurs, 35200 Rennes"}
    assert proved.declare(second, **again) == refused("PROOF_USED", "familyName")
    assert proved.declare(second, bornOn="1985-03-01") == []  # A namesake.
    assert proved.declare(proved.given.actor(proved.town), givenNames="Autre") == []


def test_person_who_erased_the_account_does_not_vote_again(proved: Proved) -> None:
    voter, email = proved.voter()
    assert proved.declare(voter) == []
    proved.cast(voter, chosen(0))
    assert erase(voter, email)["userErrors"] == []
    assert proved.declare(proved.given.actor(proved.town)) == refused("PROOF_USED", "familyName")
    assert proved.shown()["turnout"]["proofCounts"] == [{"level": "DECLARATION", "ballotCount": None}]


def test_age_counts_on_the_day_that_the_vote_names(given: Given, town: Portal) -> None:
    vote = Proved(given, town, "DECLARATION", asks={"leastAge": 16, "ageOn": "2026-06-15"})
    assert vote.declare(given.actor(town), bornOn="2010-06-16") == refused("TOO_YOUNG", "bornOn")
    assert vote.declare(given.actor(town), bornOn="2010-06-15") == []


@pytest.mark.parametrize(
    ("collectivite", "zone"), [("commune-98735", "Pacific/Tahiti"), ("commune-98818", "Pacific/Noumea")]
)
def test_age_today_is_by_the_clock_of_the_portal(given: Given, rennes: Portal, collectivite: str, zone: str) -> None:
    """Of portals 21 hours apart somebody has a birthday in one of them first."""
    overseas = given.tenant(rennes, f"proof-{collectivite}", collectivite)
    assert overseas.record.time_zone == zone
    vote = Proved(given, overseas, "DECLARATION", asks={"leastAge": 16})
    by_clock = "SELECT ((now() AT TIME ZONE %s)::date - interval '16 years')::date + %s"
    [[(sixteen,)], [(younger,)]] = (given.sql(overseas, by_clock, zone, days) for days in (0, 1))
    assert vote.declare(given.actor(overseas), bornOn=str(sixteen)) == []
    assert vote.declare(given.actor(overseas), bornOn=str(younger)) == refused("TOO_YOUNG", "bornOn")


def test_zone_of_residence(given: Given, town: Portal) -> None:
    home, other = (f"zone_{town.number}_{given.zone(town, name)}" for name in ("Ici même", "Là-bas"))
    vote = Proved(given, town, "DECLARATION", asks={"zone": home})
    voter = given.actor(town)
    assert vote.declare(voter) == refused("REQUIRED", "zone")
    assert vote.declare(voter, zone=other) == refused("OUTSIDE_ZONE", "zone")
    assert vote.declare(voter, zone=home) == []


def test_of_two_hundred_connections_of_one_person_one_proves(proved: Proved) -> None:
    voters = proved.given.citizens(proved.town, 200)
    ready = Barrier(20)

    def prove(place: int) -> Any:
        if place < 20:
            ready.wait(10)
        return proved.declare(voters[place], givenNames=("Éloïse", "eloise", "ELOÏSE")[place % 3])

    with ThreadPoolExecutor(20) as pool:
        outcomes = Counter(str(outcome) for outcome in pool.map(prove, range(200)))
    assert outcomes == {"[]": 1, str(refused("PROOF_USED", "familyName")): 199}


# Mailboxes -----------------------------------------------------------------------------------------------------------


def test_confirmed_mailbox_is_proved_by_voting_once_over_its_aliases(given: Given, town: Portal) -> None:
    vote = Proved(given, town, "EMAIL")
    first, second, other, without = vote.voter()[0], vote.voter()[0], vote.voter()[0], given.actor(town)
    for voter, address in ((first, "jean.dupont+a@gmail.com"), (second, "JeanDupont@googlemail.com")):
        actor = uuid_in(voter.ask("{ viewer { id } }")["viewer"]["id"])
        given.sql(town, "UPDATE __tenant__.account SET email = %s WHERE actor_id = %s", address, actor)
    assert vote.cast(first, chosen(0))["userErrors"] == []
    assert vote.cast(first, chosen(1))["userErrors"] == []
    assert vote.cast(second, chosen(0))["userErrors"] == refused("PROOF_USED", "activity")
    assert vote.cast(other, chosen(0))["userErrors"] == []
    assert vote.cast(without, chosen(0))["userErrors"] == refused("PROOF_NEEDED", "activity")
    assert vote.shown()["turnout"]["proofCounts"] == [{"level": "EMAIL", "ballotCount": None}]


def test_free_vote_asks_for_a_proof_too(given: Given, town: Portal) -> None:
    vote = Poll(given, town, "SUPPORT")
    admin, voter = given.actor(town, role="ADMIN"), given.actor(town)
    given.sql(town, LATER, uuid_in(vote.activity))
    said = {"activity": vote.activity, "levels": ["DECLARATION"]}
    assert admin.ask(SET, input=said)["proofRuleSet"]["userErrors"] == []
    given.sql(town, OPENED, uuid_in(vote.activity))

    def cast(who: Portal) -> Any:
        one = {"contribution": vote.projects[0], "choice": "SUPPORT"}
        return who.ask(CAST_ONE, input=one)["voteCast"]["userErrors"]

    assert cast(voter) == refused("PROOF_NEEDED", "contribution")
    assert vote.counts(0) == {}
    assert voter.ask(DECLARE, input={"activity": vote.activity, **PERSON})["proofDeclare"]["userErrors"] == []
    assert cast(voter) == []
    assert vote.counts(0) == {"SUPPORT": 1}
    given.sql(town, MIXED, uuid_in(vote.activity))
    mailed, email = given.actor(town), "camille@free.fr"
    actor = uuid_in(mailed.ask("{ viewer { id } }")["viewer"]["id"])
    given.insert(town, "account", actor_id=actor, email=email, created_at="now")
    assert cast(mailed) == []
    assert vote.counts(0) == {"SUPPORT": 2}


# Desks ---------------------------------------------------------------------------------------------------------------


def test_desk_and_web_know_the_same_person(proved: Proved) -> None:
    online, _ = proved.voter()
    person = {"name": "LA TOUR DUPONT Éloïse", "bornOn": "1984-02-29"}
    assert proved.declare(online) == []
    proved.cast(online, chosen(0))
    assert proved.sign(proved.desk, **person) == refused("ALREADY_VOTED", "desk")
    proved.withdraw(online)
    assert proved.sign(proved.desk, **person) == "SIGNED"
    assert proved.cast(online, chosen(0))["userErrors"] == refused("ALREADY_VOTED", "activity")
    late = proved.given.actor(proved.town)
    assert proved.sign(proved.other, name="Yves Le Goff", bornOn="1950-01-02") == "SIGNED"
    again = {"givenNames": "Yves", "familyName": "Le Goff", "bornOn": "1950-01-02"}
    explained = """mutation($input: ProofDeclareInput!) { proofDeclare(input: $input) {
      userErrors { code field message explanation } } }"""
    said = {"activity": proved.activity, **PERSON}
    told = [late.ask(explained, input={**said, **who})["proofDeclare"]["userErrors"] for who in (again, {})]
    assert told[0][0]["code"] == "PROOF_USED"
    assert told[0] == told[1]  # Nobody learns whether a person has signed at a desk, or declared online.


@pytest.mark.parametrize(("online", "at_desk"), [("Jean", "Jean Pierre"), ("Jean Pierre", "Jean")])
def test_person_who_leaves_given_names_out_online_or_at_a_desk_votes_once(
    proved: Proved, online: str, at_desk: str
) -> None:
    said = {"familyName": "Dupont", "bornOn": "1984-02-29"}
    voter, late = proved.voter()[0], proved.voter()[0]
    assert proved.declare(voter, **said, givenNames=online) == []
    assert proved.cast(voter, chosen(0))["userErrors"] == []
    assert proved.sign(proved.desk, **said, givenNames=at_desk) == refused("ALREADY_VOTED", "desk")
    said["bornOn"] = "1984-03-01"
    assert proved.sign(proved.desk, **said, givenNames=at_desk) == "SIGNED"
    assert proved.declare(late, **said, givenNames=online) == refused("PROOF_USED", "familyName")


def test_paper_in_the_box_sets_the_ballot_of_the_same_person_aside(proved: Proved) -> None:
    online, _ = proved.voter()
    assert proved.declare(online) == []
    proved.cast(online, chosen(0))
    assert proved.sign(proved.desk, name="Éloïse Tour Dupont", bornOn="1984-02-29", isInBox=True) == "PAPER_FIRST"


def test_person_who_erased_the_account_does_not_vote_again_at_a_desk(proved: Proved) -> None:
    said = {"name": "Éloïse de La Tour-Dupont", "bornOn": PERSON["bornOn"]}
    voter, email = proved.voter()
    proved.declare(voter)
    assert proved.cast(voter, chosen(0))["userErrors"] == []
    assert erase(voter, email)["userErrors"] == []
    assert proved.sign(proved.desk, **said) == refused("ALREADY_VOTED", "desk")
    assert proved.signed() == [0, 0]
    assert proved.sign(proved.desk, **said, isInBox=True) == "DOUBLE"
    assert proved.sign(proved.desk, **said, isInBox=True) == "REPEATED"
    assert proved.signed() == [1, 1]


def test_person_who_signed_and_erased_the_account_does_not_sign_again(proved: Proved) -> None:
    said = {"name": "Éloïse de La Tour-Dupont", "bornOn": PERSON["bornOn"]}
    voter, email = proved.voter()
    proved.declare(voter)
    assert proved.sign(proved.desk, **said) == "SIGNED"
    assert erase(voter, email)["userErrors"] == []
    assert proved.sign(proved.other, **said) == refused("ALREADY_VOTED", "desk")
    assert proved.sign(proved.desk, **said) == refused("ALREADY_VOTED", "desk")
    assert proved.signed() == [1, 0]


def test_account_that_proved_nothing_is_no_person_at_a_desk(proved: Proved) -> None:
    voter, email = proved.voter()
    assert proved.sign(proved.desk, email=email) == refused("PROOF_NEEDED", "email")
    assert proved.declare(voter) == []
    assert proved.sign(proved.desk, email=email) == "SIGNED"


def test_of_desk_and_web_at_once_one_is_first(proved: Proved) -> None:
    for place in range(12):
        voter, _ = proved.voter()
        born = f"1990-01-{place + 1:02}"
        ready = Barrier(2)

        def at_desk(ready: Barrier = ready, born: str = born) -> Any:
            ready.wait(10)
            return proved.sign(proved.desk, name="Éloïse Tour Dupont", bornOn=born)

        def online(ready: Barrier = ready, voter: Portal = voter, born: str = born) -> Any:
            ready.wait(10)
            return proved.declare(voter, bornOn=born) or proved.cast(voter, chosen(0))["userErrors"] or "CAST"

        with ThreadPoolExecutor(2) as pool:
            done = [pool.submit(at_desk), pool.submit(online)]
            outcomes = [one.result() for one in done]
        assert sum(outcome in ("SIGNED", "CAST") for outcome in outcomes) == 1, outcomes


# Rules, counts, secrecy ----------------------------------------------------------------------------------------------


def test_rule_is_set_before_the_vote_opens_alone(given: Given, town: Portal, proved: Proved) -> None:
    said = {"activity": proved.activity, "levels": []}
    assert proved.admin.ask(SET, input=said)["proofRuleSet"]["userErrors"] == refused("VOTE_BEGUN", "activity")
    given.sql(town, LATER, uuid_in(proved.activity))
    for wrong, field in (
        ({"levels": ["EMAIL"], "leastAge": 16}, "levels"),
        ({"levels": ["DECLARATION"], "leastAge": 0}, "leastAge"),
        ({"levels": ["DECLARATION"], "ageOn": "2026-01-01"}, "ageOn"),
        ({"levels": [], "leastAge": 16}, "levels"),
    ):
        done = proved.admin.ask(SET, input={**said, **wrong})["proofRuleSet"]
        assert done["userErrors"] == refused("BAD_INPUT", field)
    beside_a_desk = proved.admin.ask(SET, input={**said, "levels": ["PHONE"]})["proofRuleSet"]
    assert beside_a_desk["userErrors"] == refused("PROOFS_DO_NOT_MIX", "levels")
    done = proved.admin.ask(SET, input={**said, "levels": ["DECLARATION", "DECLARATION"]})
    rule = {"levels": ["DECLARATION"], "leastAge": None, "ageOn": None, "zone": None}
    assert done["proofRuleSet"]["activity"]["proofRule"] == rule
    assert proved.admin.ask(SET, input=said)["proofRuleSet"]["activity"]["proofRule"] is None
    assert proved.declare(given.actor(town)) == refused("VOTING_NOT_OPEN", "activity")


@pytest.mark.parametrize("levels", [["EMAIL", "DECLARATION"], ["CODE", "DECLARATION"], ["EMAIL", "CODE"]], ids="+".join)
def test_levels_of_which_one_person_has_several_are_not_mixed(given: Given, town: Portal, levels: list[str]) -> None:
    vote, admin = Poll(given, town, "APPROVAL"), given.actor(town, role="ADMIN")
    given.sql(town, LATER, uuid_in(vote.activity))
    done = admin.ask(SET, input={"activity": vote.activity, "levels": levels})["proofRuleSet"]
    assert done == {"activity": None, "userErrors": refused("PROOFS_DO_NOT_MIX", "levels")}
    show = "query($id: ID!) { activity(id: $id) { proofRule { levels } } }"
    assert admin.ask(show, id=vote.activity)["activity"]["proofRule"] is None


@pytest.mark.parametrize("level", ["EMAIL", "CODE"])
def test_mailbox_and_code_are_not_asked_beside_desks(given: Given, town: Portal, proved: Proved, level: str) -> None:
    given.sql(town, LATER, uuid_in(proved.activity))
    said = {"activity": proved.activity, "levels": [level]}
    assert proved.admin.ask(SET, input=said)["proofRuleSet"]["userErrors"] == refused("PROOFS_DO_NOT_MIX", "levels")
    vote = Proved(given, town, level)
    opened = vote.admin.ask(OPEN, input={"activity": vote.activity, "name": "Mairie"})["pollingDeskOpen"]
    assert opened == {"desk": None, "userErrors": refused("PROOFS_DO_NOT_MIX", "activity")}
    desks = "SELECT count(*) FROM __tenant__.polling_desk WHERE activity_id = %s"
    assert given.sql(town, desks, uuid_in(vote.activity)) == [(0,)]


@pytest.mark.parametrize("method", sorted(RULES))
def test_results_and_published_files_count_levels(given: Given, town: Portal, method: str) -> None:
    vote = Proved(given, town, "DECLARATION", method=method, **RULES[method])
    given.sql(town, MIXED, uuid_in(vote.activity))
    declared, mailed, late = given.actor(town), vote.voter()[0], vote.voter()[0]
    assert vote.declare(declared) == []
    for voter in (declared, mailed, late):
        blank = {"activity": vote.activity, "votes": [], "isBlank": True}
        cast = "mutation($input: BallotCastInput!) { ballotCast(input: $input) { userErrors { code field } } }"
        assert voter.ask(cast, input=blank)["ballotCast"]["userErrors"] == []
    given.close_activity(town, vote.activity)
    given.run(vote_result.count(given.database, town.number))
    counts = [{"level": "EMAIL", "ballotCount": None}, {"level": "DECLARATION", "ballotCount": None}]
    assert vote.shown()["results"][0]["proofs"] == counts
    published = files(vote)
    asked = {"levels": ["EMAIL", "DECLARATION"], "least_age": None, "age_on": None, "zone": None}
    assert json.loads(published["rule.json"])["proof"] == asked
    told = [{"level": count["level"], "ballot_count": count["ballotCount"]} for count in counts]
    assert json.loads(published["result.json"])["results"][0]["proofs"] == told
    assert "proof" not in published["ballots.csv"].splitlines()[0]


def test_secret_ballot_keeps_no_level_and_list_of_signatures_does(given: Given, town: Portal) -> None:
    vote = Secret(given, town)
    given.sql(
        town, "UPDATE __tenant__.activity SET proof_levels = '{DECLARATION}' WHERE id = %s", uuid_in(vote.activity)
    )
    voters = [given.actor(town) for _ in range(3)]
    for place, voter in enumerate(voters):
        said = {"activity": vote.activity, **PERSON, "bornOn": f"1984-02-0{place + 1}"}
        assert voter.ask(DECLARE, input=said)["proofDeclare"]["userErrors"] == []
        assert vote.cast(voter, chosen(place))["userErrors"] == []
    counts = [{"level": "DECLARATION", "ballotCount": None}]
    assert vote.admin.ask(SHOW, id=vote.activity)["activity"]["turnout"]["proofCounts"] == counts
    assert vote.town.ask(SHOW, id=vote.activity)["activity"]["turnout"]["proofCounts"] == []
    vote.counted()
    assert vote.town.ask(SHOW, id=vote.activity)["activity"]["results"][0]["proofs"] == counts
    rows = "SELECT to_jsonb(b)::text FROM __tenant__.ballot b WHERE activity_id = %s"
    ballots = " ".join(text for (text,) in given.sql(town, rows, uuid_in(vote.activity)))
    keys = "SELECT digest, actor_id::text, id::text FROM __tenant__.proof WHERE activity_id = %s"
    for row in given.sql(town, keys, uuid_in(vote.activity)):
        assert not any(value in ballots for value in row)
    assert '"proof": "' not in ballots
