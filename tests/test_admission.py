"""Admissions: codes are printed once, kept as digests, good for one voter each, with an account or without."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from auth.secret import Keyed
from auth.viewer import ANONYMOUS
from counting import admission
from models.admission import code_letters, new_code
from models.refusal import ErrorCode, Refusal
from planner.act import Act
from planner.context import Asker
from tests.acting import refused
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import chosen
from tests.test_proof import Proved
from tests.test_urn import Secret

MAKE = """mutation($input: CodesMakeInput!) { codesMake(input: $input) {
  codes userErrors { code field } } }"""
REVOKE = """mutation($input: AdmissionsRevokeInput!) { admissionsRevoke(input: $input) {
  activity { proofRule { batches { count usedCount revokedCount } } } userErrors { code field } } }"""
PROVE = """mutation($input: ProofByCodeInput!) { proofByCode(input: $input) {
  activity { viewerProof { level } } userErrors { code field } } }"""
CAST = """mutation($input: CodeBallotCastInput!) { codeBallotCast(input: $input) {
  receipt activity { turnout { ballotCount blankCount } } userErrors { code field } } }"""


class Coded(Proved):
    """A vote with codes."""

    def __init__(self, given: Given, town: Portal, count: int = 5) -> None:
        super().__init__(given, town, "CODE")
        self.codes = self.made(count)

    def made(self, count: int) -> list[str]:
        said = {"activity": self.activity, "name": "Halle du marché", "count": count}
        return str(self.admin.ask(MAKE, input=said)["codesMake"]["codes"]).splitlines()

    def batches(self) -> list[dict[str, Any]]:
        show = """query($id: ID!) { activity(id: $id) {
          proofRule { batches { id name level count usedCount revokedCount } } } }"""
        return list(self.admin.ask(show, id=self.activity)["activity"]["proofRule"]["batches"])

    def prove(self, voter: Portal, code: str) -> Any:
        return voter.ask(PROVE, input={"activity": self.activity, "code": code})["proofByCode"]["userErrors"]

    def by_code(self, code: str, *places: int, **said: Any) -> dict[str, Any]:
        """A ballot cast without an account."""
        votes = [{"contribution": self.projects[place], "choice": "SUPPORT"} for place in places]
        return dict(
            self.town.ask(CAST, input={"activity": self.activity, "code": code, "votes": votes, **said})[
                "codeBallotCast"
            ]
        )


@pytest.fixture
def coded(given: Given, town: Portal) -> Coded:
    return Coded(given, town)


def test_codes_are_told_once_and_kept_as_digests(coded: Coded) -> None:
    assert len(set(coded.codes)) == 5
    assert {len(code_letters(code)) for code in coded.codes} == {12}
    said = {"activity": coded.activity, "name": "Deux fois", "count": 2, "idempotencyKey": "codes-0123456789abcdef"}
    first, again = (coded.admin.ask(MAKE, input=said)["codesMake"] for _ in range(2))
    printed = first["codes"].splitlines()
    assert len(printed) == 2
    assert again["codes"] is None
    [newest, batch] = coded.batches()
    assert (newest["count"], newest["name"]) == (2, "Deux fois")
    assert batch | {"id": ""} == {
        "id": "", "name": "Halle du marché", "level": "CODE", "count": 5, "usedCount": 0, "revokedCount": 0,
    }  # fmt: skip
    for table in ("admission", "event", "idempotency", "event_detail"):
        rows = coded.given.sql(
            coded.town, f"SELECT coalesce(string_agg(to_jsonb(t)::text, ''), '') FROM __tenant__.{table} t"
        )
        for code in coded.codes + printed:
            assert code not in rows[0][0]
            assert code_letters(code) not in rows[0][0]


@pytest.mark.parametrize(
    ("name", "count", "field"), [("x", 5, "name"), ("Un lot", 0, "count"), ("Un lot", 501, "count")]
)
def test_batch_is_refused(coded: Coded, name: str, count: int, field: str) -> None:
    said = {"activity": coded.activity, "name": name, "count": count}
    made = coded.admin.ask(MAKE, input=said)["codesMake"]
    assert (made["codes"], made["userErrors"][0]["field"]) == (None, field)
    assert len(coded.batches()) == 1


def test_code_proves_once_however_it_is_typed(coded: Coded) -> None:
    first, second = coded.given.actor(coded.town), coded.given.actor(coded.town)
    assert coded.prove(first, new_code()) == refused("BAD_CODE", "code")
    assert coded.cast(first, chosen(0))["userErrors"] == refused("PROOF_NEEDED", "activity")
    assert coded.prove(first, f" {coded.codes[0].lower().replace('-', ' ')} ") == []
    assert coded.cast(first, chosen(0))["userErrors"] == []
    assert coded.prove(second, coded.codes[0]) == refused("PROOF_USED", "code")
    assert coded.by_code(coded.codes[0], 1)["userErrors"] == refused("PROOF_USED", "code")
    assert coded.batches()[0]["usedCount"] == 1
    assert coded.shown()["turnout"]["proofCounts"] == [{"level": "CODE", "ballotCount": None}]


def test_code_of_another_vote_is_none_of_this_one(given: Given, town: Portal, coded: Coded) -> None:
    other = Coded(given, town, 1)
    assert coded.by_code(other.codes[0], 0)["userErrors"] == refused("BAD_CODE", "code")
    assert coded.by_code("", 0)["userErrors"] == refused("BAD_CODE", "code")


def test_vote_without_an_account_is_changed_by_the_same_code(coded: Coded) -> None:
    cast = coded.by_code(coded.codes[1], 0, 1)
    assert (cast["userErrors"], cast["activity"]["turnout"]["ballotCount"], len(cast["receipt"])) == ([], 1, 24)
    for receipt, code in ((None, "REQUIRED"), (" - ", "REQUIRED"), ("A" * 24, "BAD_INPUT")):
        assert coded.by_code(coded.codes[1], 2, receipt=receipt)["userErrors"] == refused(code, "receipt")
    assert [coded.counts(place).get("SUPPORT", 0) for place in range(3)] == [1, 1, 0]
    changed = coded.by_code(coded.codes[1], 2, receipt="-".join((cast["receipt"][:8].lower(), cast["receipt"][8:])))
    assert (changed["userErrors"], changed["activity"]["turnout"]["ballotCount"]) == ([], 1)
    assert changed["receipt"] != cast["receipt"]
    assert coded.by_code(coded.codes[1], 1, receipt=cast["receipt"])["userErrors"] == refused("BAD_INPUT", "receipt")
    assert [coded.counts(place).get("SUPPORT", 0) for place in range(3)] == [0, 0, 1]
    assert coded.prove(coded.given.actor(coded.town), coded.codes[1]) == refused("PROOF_USED", "code")
    assert coded.by_code(coded.codes[2], isBlank=True)["activity"]["turnout"] == {"ballotCount": 2, "blankCount": 1}
    small = coded.by_code(coded.codes[3])
    assert small["userErrors"] == refused("BALLOT_TOO_SMALL", "votes")
    assert small["receipt"] is None
    assert coded.batches()[0]["usedCount"] == 2


def test_of_many_at_once_with_one_code_one_ballot_is_cast(coded: Coded) -> None:
    ready = Barrier(10)

    def vote(place: int) -> str:
        ready.wait(10)
        return str(coded.by_code(coded.codes[4], place % 3)["userErrors"])

    with ThreadPoolExecutor(10) as pool:
        assert Counter(pool.map(vote, range(10))) == {"[]": 1, str(refused("REQUIRED", "receipt")): 9}
    assert coded.shown()["turnout"]["ballotCount"] == 1
    assert sum(coded.counts(place).get("SUPPORT", 0) for place in range(3)) == 1


def test_batch_is_revoked_but_for_what_was_used(coded: Coded) -> None:
    receipt = coded.by_code(coded.codes[0], 0)["receipt"]
    [batch] = coded.batches()
    said = {"activity": coded.activity, "batch": batch["id"]}
    for _ in range(2):
        [now] = coded.admin.ask(REVOKE, input=said)["admissionsRevoke"]["activity"]["proofRule"]["batches"]
        assert now == {"count": 5, "usedCount": 1, "revokedCount": 4}
    assert coded.revoked() == [{"count": 4, "level": "CODE"}, {"count": 0, "level": "CODE"}]
    assert coded.by_code(coded.codes[1], 0)["userErrors"] == refused("BAD_CODE", "code")
    assert coded.by_code(coded.codes[0], 1, receipt=receipt)["userErrors"] == []
    fresh = coded.made(1)
    assert coded.by_code(fresh[0], 0)["userErrors"] == []


def test_wrong_code_locks_and_writes_nothing(given: Given, coded: Coded, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Act, "execute", refuse)
    monkeypatch.setattr(Act, "insert", refuse)

    async def attempt() -> None:
        async with given.database.transaction(coded.town.number) as transaction:
            asker = Asker(coded.town.number, ANONYMOUS, coded.town.record.features, persons=Keyed("0" * 32, "voter"))
            await admission.cast(Act(transaction, asker), activity=uuid_in(coded.activity), code="ABCD-EFGH-JKLM")

    with pytest.raises(Refusal) as refusal:
        given.run(attempt())
    assert refusal.value.code is ErrorCode.BAD_CODE


def test_of_voting_and_revoking_at_once_a_code_is_used_or_revoked_and_never_both(coded: Coded) -> None:
    for _ in range(6):
        [code] = coded.made(1)
        batch = coded.batches()[0]["id"]
        ready = Barrier(2)

        def vote(ready: Barrier = ready, code: str = code) -> Any:
            ready.wait(10)
            return coded.by_code(code, 0)["userErrors"]

        def revoke(ready: Barrier = ready, batch: str = batch) -> Any:
            ready.wait(10)
            return coded.admin.ask(REVOKE, input={"activity": coded.activity, "batch": batch})["admissionsRevoke"]

        with ThreadPoolExecutor(2) as pool:
            done = [pool.submit(vote), pool.submit(revoke)]
            voted = done[0].result()
        now = coded.batches()[0]
        assert (now["usedCount"], now["revokedCount"]) == ((0, 1) if voted else (1, 0))


def test_secret_vote_by_code_is_sealed(given: Given, town: Portal) -> None:
    vote = Secret(given, town)
    given.sql(town, "UPDATE __tenant__.activity SET proof_levels = '{CODE}' WHERE id = %s", uuid_in(vote.activity))
    said = {"activity": vote.activity, "name": "Conseil", "count": 2}
    codes = vote.admin.ask(MAKE, input=said)["codesMake"]["codes"].splitlines()
    votes = [{"contribution": vote.projects[0], "choice": "SUPPORT"}]
    cast = town.ask(CAST, input={"activity": vote.activity, "code": codes[0], "votes": votes})["codeBallotCast"]
    assert cast["userErrors"] == []
    said = {"activity": vote.activity, "code": codes[0], "votes": votes, "isBlank": False}
    assert town.ask(CAST, input=said)["codeBallotCast"]["userErrors"] == refused("REQUIRED", "receipt")
    again = town.ask(CAST, input=said | {"receipt": cast["receipt"]})["codeBallotCast"]
    assert again["userErrors"] == []
    assert again["receipt"] != cast["receipt"]
    assert again["receipt"] in vote.counted()["envelopes.csv"].splitlines()


def test_members_see_no_batches(coded: Coded) -> None:
    show = "query($id: ID!) { activity(id: $id) { proofRule { batches { id } } } }"
    for who in (coded.given.actor(coded.town), coded.given.actor(coded.town, role="MODERATOR"), coded.town):
        assert who.ask(show, id=coded.activity)["activity"]["proofRule"] == {"batches": []}
    free = coded.given.activity(coded.town, vote_method="SUPPORT")
    said = {"activity": free, "name": "Un lot", "count": 1}
    assert coded.admin.ask(MAKE, input=said)["codesMake"]["userErrors"] == refused("ACTION_NOT_POSSIBLE", "activity")
