"""Urn: the secret vote of the demonstration, each ballot sealed beside its voter's name."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from demo.story import DemoTenant
from models.ballot import says
from models.urn import envelope_receipt, sealed
from models.vote import Choice
from resolvers.vote_method.base import Voice

KEY = "wJUjO4KPTXsIXUxOGeOWXgTh-yvh4LrhPUIENr-nJm8"
"""Opens the demonstration's urn: here everybody may. Cities are given theirs once, and nobody else has it."""

SEALED_WITH = "68nGoiLXpqaV46cxsj82gg7X541sIYKI6fZKUBYHYAo="
IN_RULE = "urn_key"
"""The part of a rule that says that a vote is secret."""

Rows = list[dict[str, Any]]
Id = Callable[[str, str], UUID]


def signings(
    story: DemoTenant, id_: Id, cast_at: Callable[[str, str], datetime], level: Callable[[str, str], str | None]
) -> Rows:
    """The envelopes of a city's secret votes; `level`: by what voters have proved."""
    secret = {one.key: one for space in story.spaces for one in space.activities if IN_RULE in one.rule}
    said: dict[tuple[str, str], dict[UUID, Voice]] = defaultdict(dict)
    for item in story.contributions:
        for vote in item.votes if item.activity in secret else ():
            said[item.activity, vote.actor][id_("contribution", item.key)] = Voice(Choice(vote.choice), vote.amount)
    count = {key: sum(item.activity == key for item in story.contributions) for key in secret}
    rows = []
    for (activity, actor), voices in said.items():
        secret_id = id_("activity", activity)
        envelope = sealed(SEALED_WITH, secret_id, says(voices), count[activity])
        named = {"id": id_("signing", f"{activity}/{actor}"), "activity_id": secret_id, "actor_id": id_("actor", actor)}
        kept = {"sealed": envelope, "receipt": envelope_receipt(envelope), "proof": level(story.slug, activity)}
        rows.append({**named, **kept, "is_double": False, "signed_at": cast_at(activity, actor)})
    return rows
