"""Voter rolls: a file is kept as keyed digests; a voter of it proves once, however named; a stranger learns nothing."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest

from jobs import retention
from tests.acting import refused
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import chosen
from tests.test_proof import LATER, OPENED, PERSON, SET, Proved
from transfer.roll import RollFileError, born_on, columns, namings

PROVE = """mutation($input: ProofByListInput!) { proofByList(input: $input) {
  activity { viewerProof { level } } userErrors { code field message explanation } } }"""
CONFIRM = """mutation($input: VoterRollConfirmInput!) { voterRollConfirm(input: $input) {
  activity { id } userErrors { code field } } }"""
REMOVE = """mutation($input: VoterRollRemoveInput!) { voterRollRemove(input: $input) {
  activity { proofRule { rolls { id } } } userErrors { code field } } }"""
ROLLS = """query($id: ID!) { activity(id: $id) { proofRule { rolls { id name rowCount voterCount refusedCount usedCount
  columns { means name } remarks { line problem } confirmedAt } } } }"""
FILE = """N° électeur;Nom de naissance;Nom d'usage;Prénoms;Date de naissance;Adresse
1;de La Tour-Dupont;;Éloïse Marie;29/02/1984;Secrète
2;LE GOFF;;Yves;02/01/1950;Secrète
3;Martin;Bernard;Anne-Sophie, Jeanne;1970-05-06;Secrète
4;LEROY;;Paul Jean;07/08/1990;Secrète
5;LEROY;;Paul Marie;07/08/1990;Secrète
6;Le Goff;;YVES;02/01/1950;Secrète
7;Sansdate;;Luc;00/00/1950;Secrète
8;;;Luc;01/01/1950;Secrète
9;Court;;Luc;01/01/50;Secrète
"""


class Listed(Proved):
    """A vote with a list."""

    def __init__(self, given: Given, town: Portal, *levels: str, file: str | bytes | None = FILE, **more: Any) -> None:
        super().__init__(given, town, *(levels or ("LIST",)), **more)
        if file is not None:
            self.roll = self.sent(file).json()["voterRoll"]
            assert self.confirm(self.roll) == []

    def sent(self, file: str | bytes, who: Portal | None = None, name: str = "Liste électorale") -> Any:
        content = file.encode() if isinstance(file, str) else file
        sender = who or self.admin
        return sender.client.post(
            "/roll/file",
            headers={"host": sender.host, "authorization": f"Bearer {sender.token}"},
            data={"activity": self.activity, "name": name},
            files={"file": ("liste.csv", content)},
        )

    def confirm(self, roll: str) -> Any:
        return self.admin.ask(CONFIRM, input={"roll": roll})["voterRollConfirm"]["userErrors"]

    def rolls(self, who: Portal | None = None) -> list[dict[str, Any]]:
        return list((who or self.admin).ask(ROLLS, id=self.activity)["activity"]["proofRule"]["rolls"])

    def prove(self, voter: Portal, given: str, family: str, born: str) -> Any:
        """What refuses a proof by the list, as code and field."""
        said = {"activity": self.activity, "givenNames": given, "familyName": family, "bornOn": born}
        errors = voter.ask(PROVE, input=said)["proofByList"]["userErrors"]
        return [{key: error[key] for key in ("code", "field")} for error in errors]


def jobs_run(vote: Listed) -> None:
    """What a visit takes out of rolls that were removed."""
    vote.given.run(retention.clear_rolls(vote.given.database, vote.town.number))


NOT_ON_LIST = refused("NOT_ON_LIST", "familyName")


@pytest.fixture
def listed(given: Given, town: Portal) -> Listed:
    return Listed(given, town)


# Files ---------------------------------------------------------------------------------------------------------------


def test_columns_are_known_by_their_names() -> None:
    said = columns(("N° électeur", "Nom de naissance", "Nom d’usage", "Prénom(s)", "Né(e) le", "Quartier"))
    assert {target.value: name for target, name in said.items()} == {
        "FAMILY_NAME": "Nom de naissance",
        "USAGE_NAME": "Nom d’usage",
        "GIVEN_NAMES": "Prénom(s)",
        "BORN_ON": "Né(e) le",
        "ZONE": "Quartier",
    }
    assert {target.value for target in columns(("Nom et prénom", "Date de naissance"))} == {"WHOLE_NAME", "BORN_ON"}
    for names in (("Nom", "Prénom"), ("Nom", "Date de naissance"), ()):
        with pytest.raises(RollFileError):
            columns(names)


def test_voter_has_a_name_for_each_family_name_with_all_given_names_and_the_first() -> None:
    assert namings("Martin", "Bernard", "Anne-Sophie, Jeanne") == (
        "Martin Anne-Sophie, Jeanne",
        "Martin Anne-Sophie",
        "Bernard Anne-Sophie, Jeanne",
        "Bernard Anne-Sophie",
    )
    assert namings("Le Goff", "", "Yves") == ("Le Goff Yves",)
    assert (namings("", "", "Yves"), namings("Le Goff", "", "-")) == ((), ())
    assert (namings("", "", "", "LE GOFF Yves"), namings("", "", "", "Yves")) == (("LE GOFF Yves",), ())


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("29/02/1984", date(1984, 2, 29)),
        ("1.3.1984", date(1984, 3, 1)),
        ("1984-02-29 00:00:00", date(1984, 2, 29)),
        ("19840229", date(1984, 2, 29)),
        ("29/02/1985", None),
        ("29/02/84", None),
        ("00/00/1950", None),
        ("", None),
    ],
)
def test_birth_dates(said: str, day: date | None) -> None:
    assert born_on(said) == day


def test_file_is_tried_first_and_says_what_it_refuses(given: Given, town: Portal) -> None:
    vote = Listed(given, town, file=None)
    assert vote.sent(FILE.encode("cp1252")).status_code == 201
    [tried] = vote.rolls()
    assert (tried["rowCount"], tried["voterCount"], tried["refusedCount"], tried["usedCount"]) == (9, 5, 4, 0)
    assert tried["remarks"] == [
        {"line": 7, "problem": "REPEATED"},
        {"line": 8, "problem": "BAD_DATE"},
        {"line": 9, "problem": "NO_NAME"},
        {"line": 10, "problem": "BAD_DATE"},
    ]
    assert {"means": "USAGE_NAME", "name": "Nom d'usage"} in tried["columns"]
    assert tried["confirmedAt"] is None
    voter = given.actor(town)
    assert vote.prove(voter, "Yves", "Le Goff", "1950-01-02") == NOT_ON_LIST
    assert vote.rolls(voter) == []
    assert vote.confirm(tried["id"]) == []
    assert vote.prove(voter, "Yves", "Le Goff", "1950-01-02") == []
    assert [roll["usedCount"] for roll in vote.rolls()] == [1]


def test_nothing_of_the_file_is_stored(listed: Listed) -> None:
    voter = listed.given.actor(listed.town)
    assert listed.prove(voter, "Yves", "Le Goff", "1950-01-02") == []
    for table in ("admission", "voter_roll", "proof", "sign_in_attempt", "event"):
        dump = f"SELECT coalesce(string_agg(to_jsonb(t)::text, ''), '') FROM __tenant__.{table} t"
        stored = listed.given.sql(listed.town, dump)[0][0].lower()
        for said in ("1950-01", "02/01", "goff", "leroy", "secr", "eloise", "1984-02"):
            assert said not in stored, (table, said)


def test_files_that_cannot_be_used_are_refused(given: Given, town: Portal, listed: Listed) -> None:
    for file, code in (
        ("a;b\n1;2\n", "NO_COLUMNS"),
        ("", "REQUIRED"),
        (" \n", "EMPTY"),
        (b"PK\x03\x04no", "UNREADABLE"),
    ):
        answer = listed.sent(file)
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (422, code), file
    assert listed.sent(FILE, given.actor(town)).status_code == 403
    assert listed.sent(FILE, name="x").status_code == 422
    other = Proved(given, town, "DECLARATION")
    answer = Listed.sent(other, FILE)  # type: ignore[arg-type]  # It sends alike.
    assert answer.json()["errors"][0]["extensions"]["code"] == "ACTION_NOT_POSSIBLE"
    assert len(listed.rolls()) == 1


def test_second_file_adds_whom_the_first_one_has_not(listed: Listed) -> None:
    more = "Nom;Prénom;Date de naissance\nLe Goff;Yves;02/01/1950\nNouveau;Léa;03/04/2000\n"
    roll = listed.sent(more).json()["voterRoll"]
    assert listed.confirm(roll) == []
    [newest, _] = listed.rolls()
    assert (newest["voterCount"], newest["refusedCount"], newest["remarks"]) == (2, 0, [])
    assert listed.prove(listed.given.actor(listed.town), "Léa", "Nouveau", "2000-04-03") == []
    done = listed.admin.ask(REMOVE, input={"roll": roll})["voterRollRemove"]
    assert [one["id"] for one in done["activity"]["proofRule"]["rolls"]] == [listed.roll]
    assert listed.shown()["turnout"]["ballotCount"] == 0


def test_roll_that_is_removed_proves_nobody_any_more(listed: Listed) -> None:
    first, second = listed.given.actor(listed.town), listed.given.actor(listed.town)
    assert listed.prove(first, "Yves", "Le Goff", "1950-01-02") == []
    assert listed.admin.ask(REMOVE, input={"roll": listed.roll})["voterRollRemove"]["userErrors"] == []
    assert listed.prove(second, "Paul Jean", "Leroy", "1990-08-07") == NOT_ON_LIST
    assert listed.cast(first, chosen(0))["userErrors"] == []


def test_journal_says_how_many_lost_the_right_that_they_had_not_used(listed: Listed) -> None:
    assert [roll["voterCount"] for roll in listed.rolls()] == [5]
    assert listed.prove(listed.given.actor(listed.town), "Yves", "Le Goff", "1950-01-02") == []
    listed.admin.ask(REMOVE, input={"roll": listed.roll})
    assert listed.revoked() == [{"count": 4, "level": "LIST"}]


def test_rows_of_another_zone_are_left_out(given: Given, town: Portal) -> None:
    home = given.zone(town, "Bréquigny")
    file = "Nom;Prénom;Né le;Secteur\nLe Goff;Yves;02/01/1950;BREQUIGNY\nAilleurs;Yves;02/01/1950;Villejean\n"
    vote = Listed(given, town, file=file, asks={"zone": f"zone_{town.number}_{home}"})
    [roll] = vote.rolls()
    assert (roll["voterCount"], roll["remarks"]) == (1, [{"line": 3, "problem": "OTHER_ZONE"}])
    assert vote.prove(given.actor(town), "Yves", "Le Goff", "1950-01-02") == []


def test_hundred_thousand_rows(given: Given, rennes: Portal) -> None:
    town = given.tenant(rennes, "test-roll", "commune-35238")  # Its tables are full then, and others read theirs.
    vote, table = Listed(given, town, file=None), io.StringIO()
    rows = csv.writer(table, delimiter=";")
    rows.writerow(("Nom", "Prénoms", "Date de naissance"))
    for place in range(100_000):
        rows.writerow((f"Nom{place % 7919}", f"Ada Béa{place}", f"{place % 28 + 1:02}/{place % 12 + 1:02}/1980"))
    roll = vote.sent(table.getvalue()).json()["voterRoll"]
    assert vote.confirm(roll) == []
    assert [one["voterCount"] for one in vote.rolls()] == [100_000]
    assert vote.prove(given.actor(town), "Ada Béa42", "nom42", "1980-07-15") == []
    assert vote.admin.ask(REMOVE, input={"roll": roll})["voterRollRemove"]["activity"]["proofRule"]["rolls"] == []
    jobs_run(vote)
    left = "SELECT count(*) FROM __tenant__.admission WHERE activity_id = %s"
    assert given.sql(town, left, uuid_in(vote.activity)) == [(1,)]


# Proving -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_names", "family", "born"),
    [
        ("Éloïse Marie", "de La Tour-Dupont", "1984-02-29"),
        ("eloise", "TOUR DUPONT", "1984-02-29"),
        ("Eloïse Jeanne", "La Tour Dupont", "1984-02-29"),
        ("Anne-Sophie", "Martin", "1970-05-06"),
        ("anne sophie", "BERNARD", "1970-05-06"),
        ("Anne Sophie Jeanne", "Bernard", "1970-05-06"),
        ("Paul Jean", "Leroy", "1990-08-07"),
    ],
)
def test_voter_is_found_however_named(listed: Listed, given_names: str, family: str, born: str) -> None:
    voter, again = listed.given.actor(listed.town), listed.given.actor(listed.town)
    assert listed.prove(voter, given_names, family, born) == []
    assert listed.shown(voter)["viewerProof"] == {"level": "LIST"}
    assert listed.prove(again, given_names, family, born) == NOT_ON_LIST
    assert listed.cast(voter, chosen(0))["userErrors"] == []
    assert listed.shown()["turnout"]["proofCounts"] == [{"level": "LIST", "ballotCount": None}]


def test_first_given_name_is_not_enough_where_it_means_two(listed: Listed) -> None:
    voter = listed.given.actor(listed.town)
    assert listed.prove(voter, "Paul", "Leroy", "1990-08-07") == NOT_ON_LIST
    assert listed.prove(voter, "Paul Marie", "Leroy", "1990-08-07") == []


def test_row_proves_one_voter_over_its_names(listed: Listed) -> None:
    first, second = listed.given.actor(listed.town), listed.given.actor(listed.town)
    assert listed.prove(first, "Anne-Sophie", "Martin", "1970-05-06") == []
    assert listed.prove(second, "Anne-Sophie Jeanne", "Bernard", "1970-05-06") == NOT_ON_LIST


def test_stranger_learns_nothing(listed: Listed) -> None:
    assert listed.prove(listed.given.actor(listed.town), "Yves", "Le Goff", "1950-01-02") == []
    assert listed.sign(listed.desk, name="Anne-Sophie Martin", bornOn="1970-05-06") == "SIGNED"
    stranger = listed.given.actor(listed.town)
    told = []
    for given_names, family, born in (
        ("Yves", "Le Goff", "1950-01-02"),  # Who has proved.
        ("Anne-Sophie", "Bernard", "1970-05-06"),  # Who has signed at a desk.
        ("Paul", "Leroy", "1990-08-07"),  # Two people.
        ("Nul", "Personne", "1950-01-02"),  # Nobody.
    ):
        said = {"activity": listed.activity, "givenNames": given_names, "familyName": family, "bornOn": born}
        told.append(stranger.ask(PROVE, input=said)["proofByList"])
    assert all(one == told[0] for one in told)
    assert told[0]["userErrors"][0]["code"] == "NOT_ON_LIST"


def test_wrong_guesses_of_one_account_are_bounded(listed: Listed) -> None:
    stranger = listed.given.actor(listed.town)
    for day in range(1, 7):
        assert listed.prove(stranger, "Yves", "Le Goff", f"1950-02-{day:02}") == NOT_ON_LIST
    refusal = refused("TOO_MANY_TRIES", "familyName")
    assert listed.prove(stranger, "Yves", "Le Goff", "1950-01-02") == refusal
    assert listed.prove(stranger, "Nul", "Personne", "1950-01-02") == refusal
    assert listed.prove(listed.given.actor(listed.town), "Yves", "Le Goff", "1950-01-02") == []


@pytest.mark.parametrize("family", ["Le Goff", "Personne"])
def test_wrong_guesses_of_one_name_are_bounded_whoever_asks(listed: Listed, family: str) -> None:
    strangers = listed.given.citizens(listed.town, 5)
    for place in range(20):
        born = f"1960-01-{place + 1:02}"
        assert listed.prove(strangers[place % 4], "Yves", family, born) == NOT_ON_LIST
    assert listed.prove(strangers[4], "Yves", family, "1950-01-02") == refused("TOO_MANY_TRIES", "familyName")
    assert listed.prove(strangers[4], "Paul Jean", "Leroy", "1990-08-07") == []


def test_parts_and_order_of_a_name_give_no_more_guesses(listed: Listed) -> None:
    strangers = listed.given.citizens(listed.town, 5)
    typed = (
        ("Anne-Sophie", "Martin"),
        ("Anne-Sophie Martin", "Martin"),
        ("Sophie", "Anne Martin"),
        ("Martin", "Anne Sophie"),
    )
    for place in range(20):
        given_names, family = typed[place % 4]
        if place % 4 == 1:
            given_names = f"Anne-Sophie X{place}"
        born = f"1971-01-{place + 1:02}"
        assert listed.prove(strangers[place % 4], given_names, family, born) == NOT_ON_LIST
    refusal = refused("TOO_MANY_TRIES", "familyName")
    assert listed.prove(strangers[4], "Anne-Sophie", "Martin", "1970-05-06") == refusal
    assert listed.prove(strangers[4], "Anne-Sophie Jeanne", "Martin", "1970-05-06") == refusal


def test_guess_of_whoever_has_had_a_turn_stays_counted(listed: Listed) -> None:
    assert listed.prove(listed.given.actor(listed.town), "Yves", "Le Goff", "1950-01-02") == []
    stranger = listed.given.actor(listed.town)
    for _ in range(6):
        assert listed.prove(stranger, "Yves", "Le Goff", "1950-01-02") == NOT_ON_LIST
    assert listed.prove(stranger, "Paul Jean", "Leroy", "1990-08-07") == refused("TOO_MANY_TRIES", "familyName")


def test_wrong_guess_under_a_key_is_no_answer_that_is_kept(listed: Listed) -> None:
    voter = listed.given.actor(listed.town)
    said = {"activity": listed.activity, "givenNames": "Yves", "familyName": "Goffic", "bornOn": "1950-01-02"}
    said["idempotencyKey"] = "roll-0123456789abcdef"
    for _ in range(2):
        assert voter.ask(PROVE, input=said)["proofByList"]["userErrors"][0]["code"] == "NOT_ON_LIST"


def test_age_is_asked_of_the_birth_date(given: Given, town: Portal) -> None:
    vote = Listed(given, town, asks={"leastAge": 40, "ageOn": "2026-01-01"})
    assert vote.prove(given.actor(town), "Paul Jean", "Leroy", "1990-08-07") == refused("TOO_YOUNG", "bornOn")
    assert vote.prove(given.actor(town), "Yves", "Le Goff", "1950-01-02") == []


def test_desk_web_and_declaration_share_the_key(given: Given, town: Portal) -> None:
    vote = Listed(given, town, "LIST", "DECLARATION")
    online = given.actor(town)
    assert vote.prove(online, "Éloïse", "La Tour Dupont", "1984-02-29") == []
    again = {**PERSON, "givenNames": "Éloïse Marie"}
    assert vote.declare(given.actor(town), **again) == refused("PROOF_USED", "familyName")
    assert vote.declare(given.actor(town)) == refused("PROOF_USED", "familyName")
    vote.cast(online, chosen(0))
    for name in ("TOUR DUPONT Eloïse", "Éloïse Marie de La Tour-Dupont"):
        assert vote.sign(vote.desk, name=name, bornOn="1984-02-29") == refused("ALREADY_VOTED", "desk")
    assert vote.sign(vote.desk, name="BERNARD Anne Sophie", bornOn="1970-05-06") == "SIGNED"
    assert vote.sign(vote.other, name="Martin Anne-Sophie Jeanne", bornOn="1970-05-06") == refused(
        "ALREADY_VOTED", "desk"
    )
    assert vote.prove(given.actor(town), "Anne-Sophie", "Martin", "1970-05-06") == NOT_ON_LIST
    absent = {**PERSON, "givenNames": "Ada", "familyName": "Hors Liste"}
    assert vote.declare(given.actor(town), **absent) == []


def test_of_many_accounts_at_once_one_proves(listed: Listed) -> None:
    voters, ready = listed.given.citizens(listed.town, 12), Barrier(12)

    def prove(voter: Portal) -> Any:
        ready.wait(10)
        return listed.prove(voter, "Yves", "Le Goff", "1950-01-02")

    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(prove, voters))
    assert outcomes.count([]) == 1
    assert outcomes.count(NOT_ON_LIST) == 11


def test_list_is_asked_beside_desks_and_not_beside_codes(given: Given, town: Portal, listed: Listed) -> None:
    given.sql(town, LATER, uuid_in(listed.activity))
    for levels, code in ((["LIST", "CODE"], "PROOFS_DO_NOT_MIX"), (["LIST", "DECLARATION"], None)):
        done = listed.admin.ask(SET, input={"activity": listed.activity, "levels": levels})["proofRuleSet"]
        assert done["userErrors"] == ([] if code is None else refused(code, "levels"))
    given.sql(town, OPENED, uuid_in(listed.activity))


# Several rolls -------------------------------------------------------------------------------------------------------

BOTH = "Nom;Prénom;Date de naissance\nLe Goff;Yves;02/01/1950\nNouveau;Léa;03/04/2000\n"


def take_out(vote: Listed, roll: str) -> None:
    done = vote.admin.ask(REMOVE, input={"roll": roll})["voterRollRemove"]
    assert done["userErrors"] == []
    assert roll not in [one["id"] for one in done["activity"]["proofRule"]["rolls"]]


def test_trial_keeps_no_voter_from_the_corrected_roll(given: Given, town: Portal) -> None:
    vote = Listed(given, town, file=None)
    trial, corrected = (vote.sent(BOTH).json()["voterRoll"] for _ in range(2))
    assert vote.confirm(corrected) == []
    assert [(roll["voterCount"], roll["refusedCount"]) for roll in vote.rolls()] == [(2, 0), (2, 0)]
    assert vote.prove(given.actor(town), "Yves", "Le Goff", "1950-01-02") == []
    take_out(vote, trial)
    assert vote.prove(given.actor(town), "Léa", "Nouveau", "2000-04-03") == []


def test_of_two_confirmed_rolls_the_older_takes_nobody_with_it(listed: Listed) -> None:
    newer = listed.sent(BOTH).json()["voterRoll"]
    assert listed.confirm(newer) == []
    take_out(listed, listed.roll)
    assert listed.prove(listed.given.actor(listed.town), "Yves", "Le Goff", "1950-01-02") == []
    assert listed.prove(listed.given.actor(listed.town), "Yves", "Le Goff", "1950-01-02") == NOT_ON_LIST
    assert listed.prove(listed.given.actor(listed.town), "Paul Jean", "Leroy", "1990-08-07") == NOT_ON_LIST


def test_other_names_of_whoever_has_proved_outlast_the_roll(given: Given, town: Portal) -> None:
    vote = Listed(given, town, "LIST", "DECLARATION")
    assert vote.prove(given.actor(town), "Anne-Sophie", "Bernard", "1970-05-06") == []
    take_out(vote, vote.roll)
    named = {**PERSON, "bornOn": "1970-05-06", "givenNames": "Anne-Sophie"}
    for family in ("Bernard", "Martin"):
        again = vote.declare(given.actor(town), **{**named, "familyName": family})
        assert again == refused("PROOF_USED", "familyName"), family
    left = "SELECT count(*) FROM __tenant__.admission WHERE activity_id = %s"
    jobs_run(vote)
    assert given.sql(town, left, uuid_in(vote.activity)) == [(1,)]


@pytest.mark.parametrize("where", ["online", "at a desk"])
def test_roll_that_comes_during_the_vote_knows_who_has_had_a_turn_by_another_name(
    given: Given, town: Portal, where: str
) -> None:
    vote = Listed(given, town, "LIST", "DECLARATION", file=None)
    if where == "online":
        named = {**PERSON, "bornOn": "1970-05-06", "givenNames": "Anne-Sophie", "familyName": "Bernard"}
        assert vote.declare(given.actor(town), **named) == []
    else:
        assert vote.sign(vote.desk, name="Anne-Sophie Bernard", bornOn="1970-05-06") == "SIGNED"
    assert vote.confirm(vote.sent(FILE).json()["voterRoll"]) == []
    assert vote.prove(given.actor(town), "Anne-Sophie Jeanne", "Martin", "1970-05-06") == NOT_ON_LIST
    named = {**PERSON, "bornOn": "1970-05-06", "givenNames": "Anne-Sophie Jeanne", "familyName": "Martin"}
    assert vote.declare(given.actor(town), **named) == refused("PROOF_USED", "familyName")
    if where == "at a desk":
        refusal = vote.sign(vote.other, name="Anne-Sophie Jeanne Martin", bornOn="1970-05-06")
        assert refusal == refused("ALREADY_VOTED", "desk")
    take_out(vote, vote.rolls()[0]["id"])
    jobs_run(vote)
    assert vote.declare(given.actor(town), **named) == refused("PROOF_USED", "familyName")
