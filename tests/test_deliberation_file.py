"""Files of deliberations for other tools: in the columns of Polis, told of enough people, and leading back to nobody."""

import csv
import io
from typing import Any

import httpx
import pytest

from tests.acting import cast, published
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in


class Debate:
    """Three statements: nine voices on the first, five on the second, four on the third."""

    def __init__(self, given: Given, town: Portal) -> None:
        self.given, self.town = given, town
        self.activity = given.activity(town, kind="CONSULTATION", vote_method="OPINION")
        self.author = given.actor(town, name="Zénobie Quatremère")
        self.statements = [
            published(self.author, self.activity, title=f"Avis {n}", body="Une phrase,\net une autre.")
            for n in range(3)
        ]
        self.people = given.citizens(town, 9)
        for place, person in enumerate(self.people):
            cast(person, self.statements[0], ("FOR", "AGAINST", "MIXED")[place % 3])
            if place < 5:
                cast(person, self.statements[1], "FOR")
            if place < 4:
                cast(person, self.statements[2], "AGAINST")

    def fetched(self, name: str) -> httpx.Response:
        return Browser(self.town.client, self.town.host).get(f"/opendata/deliberations/{self.activity}/{name}")

    def comments(self) -> list[dict[str, str]]:
        return read(self.fetched("comments.csv"))


@pytest.fixture(scope="module")
def debate(given: Given, town: Portal) -> Debate:
    return Debate(given, town)


def read(answer: httpx.Response) -> list[dict[str, str]]:
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8"), answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def matrix(debate: Debate, role: str | None = "ADMIN") -> httpx.Response:
    browser = Browser(debate.town.client, debate.town.host)
    if role:
        debate.given.actor(debate.town, role=role)
        browser.submit("/auth/demo", {"role": role, "next": "/"})
    return browser.get(f"/export/participants-votes.csv?activity={debate.activity}")


def test_statements_are_in_polis_columns_with_counts_of_enough_voices(debate: Debate) -> None:
    told = {row["comment-id"]: row for row in debate.comments()}
    assert list(told["0"]) == [
        "timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body",
    ]  # fmt: skip
    assert {number: (row["agrees"], row["disagrees"]) for number, row in told.items()} == {
        "0": ("3", "3"),
        "1": ("5", "0"),
        "2": ("", ""),
    }
    assert told["0"]["comment-body"] == "Avis 0. Une phrase, et une autre."
    assert [row["comment-id"] for row in debate.comments()] == ["2", "1", "0"]


def test_author_is_a_number_that_is_another_in_every_file(debate: Debate) -> None:
    first, again = ({row["author-id"] for row in debate.comments()} for _ in range(2))
    assert len(first) == len(again) == 1
    assert first != again
    author = str(debate.author.ask("{ viewer { id } }")["viewer"]["id"]).rsplit("_", 1)[1]
    text = debate.fetched("comments.csv").text
    assert "Zénobie" not in text
    assert author not in text


def test_summary_says_how_many_in_polis_rows(debate: Debate) -> None:
    answer = debate.fetched("summary.csv")
    told = dict(csv.reader(io.StringIO(answer.text, newline="")))
    assert {name: told[name] for name in ("voters", "voters-in-conv", "commenters", "comments", "groups")} == {
        "voters": "9",
        "voters-in-conv": "9",
        "commenters": "",
        "comments": "3",
        "groups": "",
    }
    assert told["url"] == f"http://{debate.town.host}/activite/{debate.activity}"


def test_matrix_has_a_row_a_person_and_no_statement_of_few(debate: Debate) -> None:
    told = read(matrix(debate))
    assert list(told[0]) == ["participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", "0", "1"]
    assert [row["participant"] for row in told] == [str(number) for number in range(9)]
    said = sorted((row["0"], row["1"]) for row in told)
    votes = [("1", "-1", "0")[place % 3] for place in range(9)]
    assert said == sorted((vote, "1" if place < 5 else "") for place, vote in enumerate(votes))
    assert {(row["n-comments"], row["group-id"]) for row in told} == {("", "")}
    assert sum(int(row["n-agree"]) for row in told) == 8
    assert sum(int(row["n-disagree"]) for row in told) == 3
    assert sum(int(row["n-votes"]) for row in told) == 14


def test_order_of_the_matrix_tells_nothing(debate: Debate) -> None:
    orders = {tuple((row["0"], row["1"]) for row in read(matrix(debate))) for _ in range(12)}
    assert len(orders) > 1


@pytest.mark.parametrize("role", [None, "MEMBER", "MODERATOR"])
def test_matrix_is_for_administrators(debate: Debate, role: str | None) -> None:
    answer = matrix(debate, role)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")


def test_what_is_not_public_is_in_none(given: Given, town: Portal) -> None:
    hidden = Debate(given, town)
    space = given.space(town, visibility="MEMBERS")
    uuid = uuid_in(hidden.activity)
    given.sql(town, "UPDATE __tenant__.activity SET space_id = %s WHERE id = %s", uuid_in(space), uuid)
    for name in ("comments.csv", "summary.csv", "card.json"):
        assert hidden.fetched(name).status_code == 404
    assert read(matrix(hidden)) == []
    browser = Browser(town.client, town.host)
    assert hidden.activity not in browser.get("/opendata/deliberations.json").text


def test_list_names_files_that_answer_with_a_card_and_a_licence(debate: Debate) -> None:
    browser = Browser(debate.town.client, debate.town.host)
    told: dict[str, Any] = browser.get("/opendata/deliberations.json").json()
    assert told["license"].startswith("https://www.etalab.gouv.fr/")
    [one] = [each for each in told["deliberations"] if each["id"] == debate.activity]
    for address in one["files"].values():
        answer = browser.get(address.removeprefix(browser.origin))
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "*"
    card = browser.get(one["files"]["card"].removeprefix(browser.origin)).json()
    assert card["protection"]["leastVoices"] == 5
    assert card["license"]["name"] == "Licence Ouverte 2.0"
    assert 'href="/opendata/deliberations.json"' in browser.get("/donnees").text


@pytest.mark.parametrize("activity", ["x", "activity_1_00000000-0000-0000-0000-000000000000"])
def test_nothing_is_not_found(town: Portal, activity: str) -> None:
    browser = Browser(town.client, town.host)
    for name in ("comments.csv", "summary.csv", "card.json", "votes.csv"):
        assert browser.get(f"/opendata/deliberations/{activity}/{name}").status_code == 404
