"""Certified identities: name and birth date that a provider certifies prove once, under the key of desks and lists."""

from datetime import date
from typing import Any

import pytest

import auth.account
import jobs.sign_in
from auth.account import CivilIdentity, Person
from auth.provider import STANDARD_CLAIMS, Provider
from auth.secret import PERSONS, Keyed
from models.identity_provider import Preset
from tests.acting import refused
from tests.conftest import SECRET, Portal
from tests.given import Given, uuid_in
from tests.test_ballot import chosen
from tests.test_proof import Proved
from tests.test_seen_document import see
from tests.test_voter_roll import NOT_ON_LIST, Listed

PROVE = """mutation($input: ProofByIdentityInput!) { proofByIdentity(input: $input) { userErrors { code field } } }"""
SHOWN = """query($id: ID!) { activity(id: $id) { proofRule { isViewerCertified providers { slug } } } }"""
ANGELA = CivilIdentity("Angela Claire Louise", "DUBOIS", date(1962, 8, 24))
ISSUER = "https://id.franceconnect.example"


PROVIDER = """INSERT INTO __tenant__.identity_provider (slug, title, preset, issuer, client_id, secret_name, scopes,
  acr_values, claims, is_enabled, created_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, now())"""


def certified(vote: Proved, civil: CivilIdentity = ANGELA) -> Portal:
    """Somebody whose identity was certified just now."""
    voter, _ = vote.voter()
    actor = uuid_in(voter.ask("{ viewer { id } }")["viewer"]["id"])
    [(account,)] = vote.given.sql(vote.town, "SELECT id FROM __tenant__.account WHERE actor_id = %s", actor)
    linked = "INSERT INTO __tenant__.identity (issuer, subject, account_id, linked_at) VALUES (%s, %s, %s, now())"
    vote.given.sql(vote.town, linked, ISSUER, str(actor), account)
    there = "SELECT slug FROM __tenant__.identity_provider WHERE issuer = %s"
    if not vote.given.sql(vote.town, there, ISSUER):
        columns = {"title": "FC", "preset": "FRANCECONNECT", "issuer": ISSUER, "client_id": "p", "secret_name": "s"}
        terms = {"scopes": ["openid"], "acr_values": ["eidas1"], "claims": "{}", "is_enabled": True}
        vote.given.sql(vote.town, PROVIDER, "fc-of-votes", *columns.values(), *terms.values())

    async def certify() -> None:
        async with vote.given.database.transaction(vote.town.number) as transaction:
            person = Person(ISSUER, str(actor), None, None, civil)
            await auth.account.certify(transaction, person, Keyed(SECRET, PERSONS))

    vote.given.run(certify())
    return voter


def prove(vote: Proved, voter: Portal, **said: Any) -> Any:
    return voter.ask(PROVE, input={"activity": vote.activity, **said})["proofByIdentity"]["userErrors"]


@pytest.fixture
def vote(given: Given, town: Portal) -> Proved:
    return Proved(given, town, "FRANCECONNECT", "DECLARATION")


def test_certified_identity_proves_once_over_accounts(vote: Proved) -> None:
    first, second, nobody = certified(vote), certified(vote), vote.voter()[0]
    assert prove(vote, nobody) == refused("NOT_CERTIFIED", "activity")
    assert first.ask(SHOWN, id=vote.activity)["activity"]["proofRule"]["isViewerCertified"] is True
    assert nobody.ask(SHOWN, id=vote.activity)["activity"]["proofRule"]["isViewerCertified"] is False
    assert prove(vote, first) == []
    assert prove(vote, second) == refused("PROOF_USED", "activity")
    assert vote.cast(first, chosen(0))["userErrors"] == []
    assert vote.shown()["turnout"]["proofCounts"] == [{"level": "FRANCECONNECT", "ballotCount": None}]


@pytest.mark.parametrize("given_names", ["Angela", "angela claire louise"])
def test_declaration_of_the_same_person_is_the_same(vote: Proved, given_names: str) -> None:
    said = {"givenNames": given_names, "familyName": "Dubois", "bornOn": "1962-08-24"}
    voter, other = certified(vote), vote.given.actor(vote.town)
    assert vote.declare(other, **said) == []
    assert prove(vote, voter) == refused("PROOF_USED", "activity")
    later = Proved(vote.given, vote.town, "FRANCECONNECT", "DECLARATION")
    assert prove(later, voter) == []
    assert later.declare(other, **said) == refused("PROOF_USED", "familyName")
    assert later.sign(later.desk, name="DUBOIS Angela", bornOn="1962-08-24") == "SIGNED"
    assert later.cast(voter, chosen(0))["userErrors"] == refused("ALREADY_VOTED", "activity")


def test_document_is_not_taken_from_a_certified_identity(vote: Proved) -> None:
    voter, (_, address) = certified(vote), vote.voter()
    assert prove(vote, voter) == []
    said = {"givenNames": "Angela Claire Louise", "familyName": "Dubois", "bornOn": "1962-08-24"}
    assert see(vote, email=address, **said) == refused("PROOF_USED", "familyName")


def test_row_of_a_list_is_the_same_person(given: Given, town: Portal) -> None:
    file = "Nom;Prénoms;Né le\nDubois;Angela Marie;24/08/1962\n"
    vote = Listed(given, town, "FRANCECONNECT", "LIST", file=file)
    assert prove(vote, certified(vote)) == []
    assert vote.prove(given.actor(town), "Angela", "Dubois", "1962-08-24") == NOT_ON_LIST


def test_nobody_proves_by_a_provider_that_was_switched_off_or_certifies_no_more(vote: Proved) -> None:
    voter = certified(vote)
    show = "query($id: ID!) { activity(id: $id) { proofRule { isViewerCertified } } }"
    change = "UPDATE __tenant__.identity_provider SET is_enabled = %s, acr_values = %s WHERE issuer = %s"
    try:
        for is_enabled, acr in ((False, ["eidas1"]), (True, [])):
            vote.given.sql(vote.town, change, is_enabled, acr, ISSUER)
            assert prove(vote, voter) == refused("NOT_CERTIFIED", "activity")
            assert voter.ask(show, id=vote.activity)["activity"]["proofRule"] == {"isViewerCertified": False}
    finally:
        vote.given.sql(vote.town, change, True, ["eidas1"], ISSUER)
    assert prove(vote, voter) == []


def test_age_wants_the_birth_date_that_is_certified(given: Given, town: Portal) -> None:
    vote = Proved(given, town, "FRANCECONNECT", asks={"leastAge": 65, "ageOn": "2026-06-01"})
    voter = certified(vote)
    assert prove(vote, voter) == refused("REQUIRED", "bornOn")
    assert prove(vote, voter, bornOn="1950-01-01") == refused("BAD_INPUT", "bornOn")
    assert prove(vote, voter, bornOn="1962-08-24") == refused("TOO_YOUNG", "bornOn")
    older = Proved(given, town, "FRANCECONNECT", asks={"leastAge": 63, "ageOn": "2026-06-01"})
    assert prove(older, voter, bornOn="1962-08-24") == []


def test_digests_alone_are_kept_for_an_hour(vote: Proved) -> None:
    voter = certified(vote)
    stored = vote.given.sql(vote.town, "SELECT string_agg(to_jsonb(i)::text, '') FROM __tenant__.identity i")[0][0]
    assert not any(said in stored.lower() for said in ("dubois", "angela", "1962"))
    aged = "UPDATE __tenant__.identity SET certified_at = now() - interval '61 minutes' WHERE issuer = %s"
    vote.given.sql(vote.town, aged, ISSUER)
    assert prove(vote, voter) == refused("NOT_CERTIFIED", "activity")
    vote.given.run(jobs.sign_in.forget(vote.given.database, vote.town.number))
    left = "SELECT count(*) FILTER (WHERE person_digest IS NULL), count(birth_digest) FROM __tenant__.identity WHERE issuer = %s"
    [(emptied, kept)] = vote.given.sql(vote.town, left, ISSUER)
    assert emptied > 0 and kept == 0


def test_provider_certifies_at_a_level_of_assurance_alone() -> None:
    def provider(preset: Preset, *acr: str) -> Provider:
        return Provider("fc", "FC", preset, ISSUER, "id", "secret", ("openid",), acr, STANDARD_CLAIMS)

    assert provider(Preset.FRANCECONNECT, "eidas1").is_certifying
    assert not provider(Preset.FRANCECONNECT).is_certifying
    assert not provider(Preset.GENERIC, "eidas1").is_certifying
