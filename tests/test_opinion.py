"""Votes that an analysis reads: only those for and against, never secret ones; groups of opinion are told without who is
in them, and of few people nothing."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.analysis import LEAST_VOTERS
from tests.acting import cast, published
from tests.administering import done
from tests.analysing import compute, quickly, start
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_page_petition import Visitor, plain
from tests.test_statement_count import statements

VOTED = "contribution { id } isAgainst score votes { group voteCount forCount againstCount neitherCount }"
OPINIONS = f"""query($id: ID!) {{ analysis(id: $id) {{ notes opinions {{
  personCount leftOutCount voteCount silhouette
  groups {{ number personCount x y standsFor {{ {VOTED} }} }}
  texts {{ {VOTED} }} consensus: texts(kind: CONSENSUS) {{ {VOTED} }} divide: texts(kind: DIVIDE) {{ {VOTED} }} }} }} }}"""
CAMPS = (9, 7)
TEXTS = 10
"""The camps disagree on all texts but the last two: all are for the last but one, and against the last."""


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    with quickly():
        yield


@pytest.fixture(scope="module")
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


def said(camp: int, text: int) -> str:
    """What a camp says to a text."""
    if text >= TEXTS - 2:
        return "FOR" if text == TEXTS - 2 else "AGAINST"
    return "FOR" if text % 2 == camp else "AGAINST"


def debated(given: Given, town: Portal, **activity: Any) -> tuple[str, list[str]]:
    """An activity in which two camps have voted on all texts, and one more person on the first alone."""
    box = given.activity(town, **({"kind": "CONSULTATION", "vote_method": "OPINION"} | activity))
    texts = [
        published(given.actor(town), box, title=f"Proposition {at}", body=f"Mot{at} à dire.") for at in range(TEXTS)
    ]
    choices = [[said(camp, text) for text in range(TEXTS)] for camp, size in enumerate(CAMPS) for _ in range(size)]
    voters = given.citizens(town, len(choices) + 1)
    for who, every in zip(voters, [*choices, ["FOR"]], strict=True):
        actor = uuid_in(who.ask("{ viewer { id } }")["viewer"]["id"])
        put = (
            "INSERT INTO __tenant__.vote (id, contribution_id, actor_id, choice, amount, cast_at, ballot_id) SELECT gen_random_uuid(), id, %s, choice, NULL, now(), NULL"
            " FROM unnest(%s::uuid[], %s::text[]) AS v (id, choice)"
        )
        given.sql(town, put, actor, [uuid_in(id_) for id_ in texts[: len(every)]], every)
    return box, texts


@pytest.fixture(scope="module")
def voted(given: Given, town: Portal) -> tuple[str, list[str]]:
    return debated(given, town)


@pytest.fixture(scope="module")
def read_(given: Given, town: Portal, admin: Portal, voted: tuple[str, list[str]], tmp_path_factory: Any) -> str:
    analysis = start(admin, activity=voted[0])
    compute(given, town, tmp_path_factory.mktemp("votes"))
    return analysis


def opinions(who: Portal, analysis: str) -> Any:
    return who.ask(OPINIONS, id=analysis)["analysis"]["opinions"]


def ids(texts: list[dict[str, Any]]) -> list[str]:
    return [one["contribution"]["id"] for one in texts]


def test_camps_are_groups_and_each_count_is_that_of_the_votes(
    admin: Portal, read_: str, voted: tuple[str, list[str]]
) -> None:
    said_ = opinions(admin, read_)
    assert [group["personCount"] for group in said_["groups"]] == [9, 7]
    assert (said_["personCount"], said_["leftOutCount"], said_["voteCount"]) == (16, 1, 16 * TEXTS)
    assert said_["silhouette"] > 0.5
    assert sorted(ids(said_["texts"])) == sorted(voted[1])
    votes = {one["contribution"]["id"]: one["votes"] for one in said_["texts"]}
    first = [(one["group"], one["voteCount"], one["forCount"], one["againstCount"]) for one in votes[voted[1][0]]]
    assert first == [(1, 9, 9, 0), (2, 7, 0, 7)]
    united = {one["contribution"]["id"]: one["isAgainst"] for one in said_["consensus"]}
    assert united == {voted[1][-2]: False, voted[1][-1]: True}
    assert set(ids(said_["divide"])) == set(voted[1][:-2])
    for group in said_["groups"]:
        assert group["standsFor"] and set(ids(group["standsFor"])) <= set(voted[1][:-2])


def test_groups_are_read_in_one_statement(admin: Portal, read_: str) -> None:
    with statements(admin, 1):
        opinions(admin, read_)


def test_report_says_groups_and_leads_to_the_counts(
    given: Given, town: Portal, admin: Portal, read_: str, voted: tuple[str, list[str]]
) -> None:
    file = f"/opendata/synthese/{read_}/avis.csv"
    assert Visitor(town).get(file).status_code == 404
    assert Visitor(town).get(f"/synthese/{read_}/avis").status_code == 404
    assert "2 familles" in plain(Visitor(admin).get(f"/gestion/analyses/{read_}"))
    done(admin, "analysisPublish", analysis=read_)
    report = Visitor(town).get(f"/synthese/{read_}")
    assert "9 d’accord et 0 pas d’accord sur 9" in plain(report)
    assert f'href="/synthese/{read_}/avis#texte-{voted[1][0]}"' in report.text
    told = re.findall(rf'href="/synthese/{read_}/avis#texte-([^"]+)"', report.text)
    assert len(told) == len(set(told)) > 2, "Of two families what divides them is said once, and not by each."
    assert f'id="texte-{voted[1][0]}"' in Visitor(town).get(f"/synthese/{read_}/avis").text
    rows = list(csv.DictReader(io.StringIO(Visitor(town).get(file).text)))
    counts = {(row["contribution"], row["group"]): (row["votes"], row["for"], row["against"]) for row in rows}
    assert counts[voted[1][0], "1"] == ("9", "9", "0") and len(rows) == 2 * TEXTS
    assert {row["group_people"] for row in rows} == {"9", "7"}


def test_hidden_text_is_in_no_list_of_votes(given: Given, town: Portal, admin: Portal, tmp_path: Path) -> None:
    box, texts = debated(given, town)
    analysis = start(admin, activity=box)
    compute(given, town, tmp_path)
    hide = "UPDATE __tenant__.contribution SET status = 'HIDDEN', status_before = 'OPEN' WHERE id = ANY (%s)"
    given.sql(town, hide, [uuid_in(texts[0]), uuid_in(texts[-1])])
    said_ = opinions(admin, analysis)
    shown = ids(said_["texts"]) + ids(said_["consensus"]) + ids(said_["divide"])
    shown += [id_ for group in said_["groups"] for id_ in ids(group["standsFor"])]
    assert not {texts[0], texts[-1]} & set(shown)
    assert ids(said_["consensus"]) == [texts[-2]]


@pytest.mark.parametrize(
    "change", [{"vote_method": "SUPPORT"}, {"urn_key": "68nGoiLXpqaV46cxsj82gg7X541sIYKI6fZKUBYHYAo="}]
)
def test_other_votes_and_secret_ones_are_not_read(
    given: Given, town: Portal, admin: Portal, tmp_path: Path, change: dict[str, str]
) -> None:
    box, _ = debated(given, town)
    for column, value in change.items():
        given.sql(town, f"UPDATE __tenant__.activity SET {column} = %s WHERE id = %s", value, uuid_in(box))
    analysis = start(admin, activity=box)
    compute(given, town, tmp_path)
    assert opinions(admin, analysis) is None


def test_votes_of_people_who_were_erased_and_of_hidden_texts_are_not_read(
    given: Given, town: Portal, admin: Portal, tmp_path: Path
) -> None:
    box, texts = debated(given, town)
    given.sql(town, "UPDATE __tenant__.vote SET actor_id = NULL WHERE contribution_id = ANY (%s) AND choice = 'FOR'",
              [uuid_in(id_) for id_ in texts[:-2]])  # fmt: skip
    given.sql(town, "UPDATE __tenant__.contribution SET status = 'HIDDEN', status_before = 'OPEN' WHERE id = ANY (%s)",
              [uuid_in(texts[-1]), uuid_in(texts[-2])])  # fmt: skip
    extra = [published(given.actor(town), box, title=f"Autre {at}", body="Et encore.") for at in range(2)]
    assert cast(given.actor(town), extra[0], "FOR")["userErrors"] == []
    analysis = start(admin, activity=box)
    compute(given, town, tmp_path)
    assert opinions(admin, analysis) is None


def test_few_people_are_no_group(given: Given, town: Portal, admin: Portal, tmp_path: Path) -> None:
    """A camp of fewer than the least is never told, although it is one."""
    box, texts = debated(given, town)
    given.sql(town, "DELETE FROM __tenant__.vote WHERE contribution_id = ANY (%s) AND actor_id IN ("
              " SELECT actor_id FROM __tenant__.vote WHERE contribution_id = %s AND choice = 'AGAINST'"
              " ORDER BY actor_id LIMIT %s)",
              [uuid_in(id_) for id_ in texts], uuid_in(texts[0]), CAMPS[1] - LEAST_VOTERS + 1)  # fmt: skip
    analysis = start(admin, activity=box)
    compute(given, town, tmp_path)
    said_ = opinions(admin, analysis)
    assert all(group["personCount"] >= LEAST_VOTERS for group in said_["groups"])
    assert [group["personCount"] for group in said_["groups"]] != [CAMPS[0], LEAST_VOTERS - 1]
    assert all(vote["voteCount"] >= LEAST_VOTERS for one in said_["texts"] for vote in one["votes"])
