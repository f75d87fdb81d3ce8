"""Amending: the charter of the demonstration, in two versions, with what residents would change in it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from demo.draft import Course, Desk, contribution
from demo.phrase import Deck
from demo.story import DemoContribution, DemoTenant
from demo.text.charter import AMENDMENTS, ARTICLES, REASON, SECOND_ARTICLE_5, CharterAmendment
from models.amendment import Amendment
from models.text_version import TextVersion
from models.wording import article, comparison
from models.wording.article import Article

Rows = list[dict[str, Any]]
SLUG, ACTIVITY, KEY, CATEGORY = "rennes", "consultation", "amendement", "nature"
OLDEST_DAYS, APART_DAYS, SECOND_DAYS, FIRST_DAYS = 38, 5, 20, 45
DAY = 24


def proposals(desk: Desk) -> list[DemoContribution]:
    """What residents propose, by a chance of their own: other texts of the demonstration stay as they are."""
    if desk.plan.slug != SLUG:
        return []
    people = Deck(desk.cast.citizens, Random(KEY))
    return [
        contribution(
            key=f"{KEY}-{place:02}",
            activity=ACTIVITY,
            kind="PROPOSAL",
            author=people.draw().actor.key,
            text=(one.title, one.reasons),
            category=CATEGORY,
            course=Course(DAY * (OLDEST_DAYS - APART_DAYS * place)),
        )
        for place, one in enumerate(AMENDMENTS)
    ]


def versions() -> tuple[list[Article], list[Article]]:
    """The charter as it was first, and as it is now."""
    first = [Article(place, *one) for place, one in enumerate(ARTICLES, 1)]
    merged = [one for one in AMENDMENTS if one.state == "ACCEPTED"]
    second = [replace(one, body=_amended(one, merged)) for one in first]
    return first, second


def _amended(one: Article, merged: list[CharterAmendment]) -> str:
    body = one.body
    for change in merged:
        if change.article == one.number:
            body = body.replace(change.old, change.new)
    return body.replace("permis le soir, de mai à septembre", SECOND_ARTICLE_5)


def rows(
    story: DemoTenant, id_: Callable[[str, str], UUID], ago: Callable[[int], datetime]
) -> list[tuple[type[SQLModel], Rows]]:
    """The versions of the charter, and its amendments in each of their states."""
    if story.slug != SLUG:
        return []
    first, second = versions()
    charter = [_version(id_, ago, 1, first, FIRST_DAYS), _version(id_, ago, 2, second, SECOND_DAYS)]
    authors = {item.key: item.author for item in story.contributions}
    amendments = []
    for place, one in enumerate(AMENDMENTS):
        key = f"{KEY}-{place:02}"
        of = {"contribution_id": id_("contribution", key), "author_id": id_("actor", authors[key])}
        within = first if one.version == 1 else second
        amendments.append({"id": id_("amendment", key), **of, **_amendment(id_, ago, one, within)})
    return [(TextVersion, charter), (Amendment, amendments)]


def _version(
    id_: Callable[[str, str], UUID], ago: Callable[[int], datetime], number: int, articles: list[Article], days: int
) -> dict[str, Any]:
    merged = [place for place, one in enumerate(AMENDMENTS) if one.state == "ACCEPTED"] if number > 1 else []
    return {
        "id": id_("text_version", str(number)),
        "activity_id": id_("activity", ACTIVITY),
        "number": number,
        "articles": article.stored(articles),
        "last_number": len(ARTICLES),
        "merged": [id_("amendment", f"{KEY}-{place:02}") for place in merged],
        "reason": REASON if number > 1 else None,
        "author_id": None,
        "prepared_at": ago(DAY * days + 1),
        "published_at": ago(DAY * days),
    }


def _amendment(
    id_: Callable[[str, str], UUID], ago: Callable[[int], datetime], one: CharterAmendment, within: list[Article]
) -> dict[str, Any]:
    body = next(each.body for each in within if each.number == one.article)
    passage = comparison.changed_passage(body, body.replace(one.old, one.new))
    assert passage is not None
    settled = one.settled or (passage.words if one.state == "ACCEPTED" else None)
    if one.settled:
        own = comparison.changed_passage(body, body.replace(one.old, one.settled))
        assert own is not None
        settled = body[passage.start : own.start] + own.words + body[own.end : passage.end]
    return {
        "activity_id": id_("activity", ACTIVITY),
        "version": one.version,
        "article": one.article,
        "starts": passage.start,
        "ends": passage.end,
        "old_words": body[passage.start : passage.end],
        "new_words": passage.words,
        "state": one.state,
        "settled_words": settled,
        "answer": one.answer,
        "decided_at": ago(DAY * (SECOND_DAYS + 2 if one.version == 1 else 4)) if one.answer else None,
        "merged_in": 2 if one.state == "ACCEPTED" else None,
    }
