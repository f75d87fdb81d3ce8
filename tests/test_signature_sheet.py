"""Sheets of signatures on paper: counted with the web's, once an elector, in versions, with a photo for the city alone."""

import hashlib
from datetime import date
from typing import Any

import httpx
import pytest

from resolvers import signature_sheet
from tests.acting import ERRORS, WITHDRAW, refused
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.petitioning import LEVELS, elector, opened, read, ruled, sign_as, signed, tended
from tests.test_logo import picture
from tests.test_page_petition import Visitor

TYPE = f"""mutation($input: PetitionSheetTypeInput!) {{ petitionSheetType(input: $input) {{
  sheet {{ id number version isLast counted repeated rejected signedOn reason hasPhoto }} {ERRORS} }} }}"""
SHEETS = """query($id: ID!) { contribution(id: $id) { petition { signatures paperSignatures sheets { nodes {
  number version isLast counted reason photoDigest } } } } }"""


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def proposal(given: Given, town: Portal, admin: Portal) -> str:
    """A petition by the law."""
    return opened(given.actor(town), admin, ruled(given, town, admin, isByLaw=True))


@pytest.fixture
def free(given: Given, town: Portal, admin: Portal) -> str:
    """A petition that is not by the law."""
    return opened(given.actor(town), admin, ruled(given, town, admin))


def today(given: Given, town: Portal, less: int = 0) -> str:
    [(day,)] = given.sql(town, f"SELECT (now() AT TIME ZONE 'Europe/Paris')::date - {less}")
    return str(day)


def typed(given: Given, who: Portal, proposal: str, **said: Any) -> dict[str, Any]:
    """The answer to a sheet of today."""
    asked = {"contribution": proposal, "signedOn": today(given, who), **said}
    return dict(who.ask(TYPE, input=asked)["petitionSheetType"])


def shown(town: Portal, proposal: str) -> dict[str, Any]:
    return dict(town.ask(SHEETS, id=proposal)["contribution"]["petition"])


def test_paper_counts_on_the_gauge_and_for_the_threshold(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    assert sign_as(given.actor(town), proposal, **elector()) == []
    told = typed(given, admin, proposal, signatures=[elector(), elector()], rejected=3)
    assert told["userErrors"] == []
    sheet = {name: told["sheet"][name] for name in ("number", "version", "counted", "repeated", "rejected")}
    assert sheet == {"number": 1, "version": 1, "counted": 2, "repeated": [], "rejected": 3}
    there = tended(given, town, proposal, "REACHED", 2)
    assert (there["signatures"], shown(town, proposal)["paperSignatures"]) == (LEVELS[1]["signatures"], 2)


def test_elector_counts_once_over_web_and_paper_and_over_petitions(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    web, other, fresh = elector(), elector(), elector()
    who = given.actor(town)
    assert sign_as(who, proposal, **web) == []
    second = opened(given.actor(town), admin, ruled(given, town, admin, isByLaw=True))
    assert sign_as(given.actor(town), second, **other) == []
    written = web | {"familyName": web["familyName"].upper()}
    told = typed(given, admin, proposal, signatures=[written, fresh, other, fresh])
    assert (told["sheet"]["counted"], told["sheet"]["repeated"]) == (1, [1, 3, 4])
    assert read(town, proposal)["signatures"] == 2
    assert sign_as(given.actor(town), second, **fresh) == refused("SIGNED_THIS_QUARTER", "familyName")
    who.ask(WITHDRAW, input={"contribution": proposal})
    assert typed(given, admin, proposal, signatures=[web])["sheet"]["counted"] == 1


def test_another_version_counts_instead_and_the_one_before_stays_readable(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    wrong, right = elector(), elector()
    typed(given, admin, proposal, signatures=[wrong, right])
    again = {"number": 1, "signatures": [right, elector(), elector()]}
    assert typed(given, admin, proposal, **again)["userErrors"] == refused("CONFLICT", "version")
    assert typed(given, admin, proposal, **again, version=1)["userErrors"] == refused("TOO_SHORT", "reason")
    assert typed(given, admin, proposal, **again | {"number": 9}, version=1)["userErrors"] == refused(
        "CONFLICT", "version"
    )
    reason = "Un nom avait été mal lu."
    told = typed(given, admin, proposal, **again, version=1, reason=reason)
    assert (told["sheet"]["counted"], told["sheet"]["repeated"], told["sheet"]["isLast"]) == (3, [], True)
    there = shown(town, proposal)
    lines = [
        (one["number"], one["version"], one["isLast"], one["counted"], one["reason"])
        for one in there["sheets"]["nodes"]
    ]
    assert lines == [(1, 2, True, 3, reason), (1, 1, False, 2, None)]
    assert (there["signatures"], there["paperSignatures"]) == (3, 3)
    assert sign_as(given.actor(town), proposal, **wrong) == [], "whoever was typed by mistake may sign"
    assert typed(given, admin, proposal, signatures=[elector()])["sheet"]["number"] == 2


def test_where_no_law_asks_nobody_is_named(given: Given, town: Portal, admin: Portal, free: str) -> None:
    assert typed(given, admin, free, signatures=[elector()])["userErrors"] == refused("BAD_INPUT", "signatures")
    assert typed(given, admin, free)["userErrors"] == refused("REQUIRED", "total")
    assert typed(given, admin, free, total=501)["userErrors"] == refused("BAD_INPUT", "total")
    assert typed(given, admin, free, total=-1)["userErrors"] == refused("BAD_INPUT", "total")
    assert typed(given, admin, free, total=2)["sheet"]["counted"] == 2
    signed(given, town, free, 1)
    assert tended(given, town, free, "REACHED", 2)["signatures"] == 3


def test_sheet_of_a_petition_by_the_law_wants_each_elector(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    minor = elector() | {"bornOn": today(given, town, 365 * 17)}
    for said, code, field in (
        ({"total": 5}, "BAD_INPUT", "total"),
        ({}, "REQUIRED", "signatures"),
        ({"signatures": [elector()] * 61}, "LIMIT_REACHED", "signatures"),
        ({"signatures": [elector(), minor]}, "TOO_YOUNG", "signatures.1.bornOn"),
        ({"signatures": [elector() | {"givenNames": ""}]}, "TOO_SHORT", "signatures.0.givenNames"),
        ({"signatures": [elector() | {"commune": "97105"}]}, "BAD_INPUT", "signatures.0.commune"),
        ({"signatures": [elector()], "signedOn": today(given, town, -1)}, "BAD_INPUT", "signedOn"),
        ({"signatures": [elector()], "signedOn": today(given, town, 1)}, "BAD_INPUT", "signedOn"),
    ):
        assert typed(given, admin, proposal, **said)["userErrors"] == refused(code, field), said
    assert shown(town, proposal) == {"signatures": 0, "paperSignatures": 0, "sheets": {"nodes": []}}


def test_sheet_counts_in_the_quarter_of_its_day_while_its_digests_are_kept(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    begun = "UPDATE __tenant__.petition SET opened_at = now() - interval '200 days' WHERE contribution_id = %s"
    given.sql(town, begun, uuid_in(proposal))
    old = typed(given, admin, proposal, signatures=[elector()], signedOn=today(given, town, 150))
    assert old["userErrors"] == refused("BAD_INPUT", "signedOn")
    [(first,)] = given.sql(town, "SELECT date_trunc('quarter', now() AT TIME ZONE 'Europe/Paris')::date")
    told = typed(given, admin, proposal, signatures=[elector()], signedOn=str(first))
    assert told["userErrors"] == []
    quarters = "SELECT quarter FROM __tenant__.petition_signature WHERE contribution_id = %s"
    assert given.sql(town, quarters, uuid_in(proposal)) == [(first,)]


@pytest.mark.parametrize(
    ("day", "first", "next_"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 4, 1)),
        (date(2026, 6, 30), date(2026, 4, 1), date(2026, 7, 1)),
        (date(2026, 9, 30), date(2026, 7, 1), date(2026, 10, 1)),
        (date(2026, 12, 31), date(2026, 10, 1), date(2027, 1, 1)),
    ],
)
def test_quarters_of_the_calendar(day: date, first: date, next_: date) -> None:
    assert (signature_sheet.quarter(day), signature_sheet.quarter_end(day)) == (first, next_)


def test_sheets_are_typed_by_the_city_while_the_petition_is_signed(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    member = given.actor(town)
    assert typed(given, member, proposal, signatures=[elector()])["userErrors"] == refused("FORBIDDEN", None)
    given.sql(
        town,
        "UPDATE __tenant__.petition SET opened_at = now() - interval '9 days', closes_at = now() - interval '1 day'"
        " WHERE contribution_id = %s",
        uuid_in(proposal),
    )
    told = typed(given, admin, proposal, signatures=[elector()])
    assert told["userErrors"] == refused("ACTION_NOT_POSSIBLE", "contribution")


def send(portal: Portal, sheet: str, content: bytes) -> httpx.Response:
    headers = {"host": portal.host, "authorization": f"Bearer {portal.token}"}
    return portal.client.post(f"/petition/feuille/{sheet}/photo", headers=headers, files={"file": ("a.png", content)})


def look(portal: Portal, sheet: str) -> httpx.Response:
    signed_in = {"authorization": f"Bearer {portal.token}"} if portal.token else {}
    return portal.client.get(f"/petition/feuille/{sheet}/photo", headers={"host": portal.host, **signed_in})


def test_photo_is_drawn_anew_kept_once_and_seen_by_the_city_alone(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    sheet = typed(given, admin, proposal, signatures=[elector()])["sheet"]["id"]
    member = given.actor(town)
    assert send(member, sheet, picture("PNG", (40, 30))).status_code == 404
    assert send(admin, sheet, b"no picture").status_code == 422
    answer = send(admin, sheet, picture("PNG", (40, 30)))
    kept = look(admin, sheet)
    assert (answer.status_code, kept.status_code, kept.headers["content-type"]) == (201, 200, "image/jpeg")
    assert answer.json() == {"photoDigest": hashlib.sha256(kept.content).hexdigest()}
    assert [look(who, sheet).status_code for who in (member, town)] == [404, 404]
    assert send(admin, sheet, picture("PNG", (50, 30))).status_code == 422, "a photo that is there stays"
    [one] = shown(town, proposal)["sheets"]["nodes"]
    assert one["photoDigest"] == answer.json()["photoDigest"]


def test_sheet_is_typed_corrected_and_photographed_by_forms(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    city, page = Visitor(admin), f"/gestion/petitions/{proposal}/feuilles"
    assert page in city.get(f"/gestion/petitions/{proposal}").text
    lines = {f"signatures.{place}.{name}": said for place in (0, 1) for name, said in elector().items()}
    fields = {"form": "Type", "contribution": proposal, "signedOn": today(given, town), "rejected": "1", **lines}
    refused_ = city.submit(page, fields | {"signatures.1.bornOn": "2020-05-06"})
    assert refused_.status_code == 422 and 'value="2020-05-06"' in refused_.text
    assert lines["signatures.0.familyName"] in refused_.text and "signatures.1.bornOn-problem" in refused_.text
    assert city.submit(page, fields).status_code == 303
    shown_ = city.get(page).text
    assert "2 comptent" in shown_ and "1 écartée" in shown_ and "2 signatures sur papier" in shown_
    assert "dont 2 signatures sur papier" in town_text(town, f"/contribution/{proposal}")
    again = {"number": "1", "version": "1", "reason": "Une signature avait été mal lue."}
    assert "Pourquoi la feuille est saisie de nouveau" in city.get(f"{page}?feuille=1").text
    assert city.submit(page, fields | again).status_code == 303
    shown_ = city.get(page).text
    assert "Feuille 1, version 2" in shown_ and "ne compte plus" in shown_ and again["reason"] in shown_
    sheet = shown(town, proposal)["sheets"]["nodes"][0]
    assert (sheet["version"], sheet["counted"]) == (2, 2)
    assert "/photo" in shown_ and 'enctype="multipart/form-data"' in shown_
    assert Visitor(given.actor(town)).get(page).status_code == 404


def town_text(town: Portal, path: str) -> str:
    return Visitor(town).get(path).text
