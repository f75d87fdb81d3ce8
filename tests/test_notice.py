"""Notices: who follows what an event is about is told once, of what may be seen, and reads it."""

from collections.abc import Callable
from typing import Any

import pytest

from geo import cell, privacy
from jobs import call
from models.event import CONSUMERS, Consumer
from models.notice import TOLD, NoticeKind
from portal.notice_word import NOTICE_KINDS as WORDS
from tests.acting import close, comment, published, refused
from tests.conftest import Portal
from tests.exchanging import Aid, accepted, proposed
from tests.given import Given, uuid_in
from tests.telling import NOTICES, READ, actor_of, deliver, followed, person, told
from tests.test_actor_block import block
from tests.test_thread import send

HERE = {"lat": 48.1203, "lng": -1.6711}


def test_every_kind_is_heard_of_and_has_words() -> None:
    assert {kind for kind, consumers in CONSUMERS.items() if Consumer.NOTICES in consumers} == set(TOLD)
    assert set(TOLD.values()) == set(NoticeKind) and set(WORDS) == {kind.value for kind in NoticeKind}


def test_author_and_followers_are_told_of_a_reply_once_and_its_writer_is_not(given: Given, town: Portal) -> None:
    author, follower, writer = (person(given, town) for _ in range(3))
    contribution = published(author, given.activity(town))
    for who in (author, follower, writer):
        followed(who, contribution=contribution)
    comment(writer, contribution)
    assert told(given, author) == told(given, follower) == [("COMMENTED", contribution)]
    assert told(given, writer) == []


@pytest.mark.parametrize("target", ["activity", "space", "category", "cell", "zone"])
def test_followers_of_a_place_are_told_of_what_is_published_there(given: Given, town: Portal, target: str) -> None:
    space = given.space(town)
    activity = given.activity(town, space=space)
    category = given.category(town, activity)
    who, other = person(given, town), person(given, town)
    author = given.actor(town)
    middle = cell.at(48.1403, -1.6311, 8)
    blocks = privacy.blocks(middle)
    zone = given.zone(town, f"Zone de {activity}", blocks)
    ids = {"activity": activity, "space": space, "category": category, "cell": cell.to_text(middle)}
    followed(who, **{target: (ids | {"zone": f"zone_{town.number}_{zone}"})[target]})
    followed(other, activity=given.activity(town))
    lat, lng = cell.center(blocks[0])
    contribution = published(author, activity, category=category, location={"lat": lat, "lng": lng})
    assert ("PUBLISHED", contribution) in told(given, who)
    assert told(given, other) == []
    given.sql(town, "UPDATE __tenant__.zone SET cells = '{}' WHERE id = %s", zone)


@pytest.mark.parametrize(("rings", "hears"), [(1, False), (6, True)])
def test_an_area_ends_with_its_rings(given: Given, town: Portal, rings: int, hears: bool) -> None:
    who, activity = person(given, town), given.activity(town)
    away = {"lat": HERE["lat"] + 0.04, "lng": HERE["lng"]}  # 4.4 km
    followed(who, cell=cell.to_text(cell.at(HERE["lat"], HERE["lng"], 8)), rings=rings)
    contribution = published(given.actor(town), activity, location=away)
    assert (("PUBLISHED", contribution) in told(given, who)) is hears


def _hidden(given: Given, town: Portal, contribution: str, space: str) -> None:
    given.sql(
        town,
        "UPDATE __tenant__.contribution SET status = 'HIDDEN', status_before = 'OPEN' WHERE id = %s",
        uuid_in(contribution),
    )


def _draft(given: Given, town: Portal, contribution: str, space: str) -> None:
    given.sql(town, "UPDATE __tenant__.participatory_space SET visibility = 'DRAFT' WHERE id = %s", uuid_in(space))


@pytest.mark.parametrize("lose", [_hidden, _draft])
@pytest.mark.parametrize("is_late", [False, True])
def test_nobody_is_told_of_what_is_not_seen(
    given: Given, town: Portal, lose: Callable[..., None], is_late: bool
) -> None:
    space = given.space(town)
    who, activity = person(given, town), given.activity(town, space=space)
    followed(who, activity=activity)
    contribution = published(given.actor(town), activity)
    if is_late:
        assert told(given, who) == [("PUBLISHED", contribution)]
    lose(given, town, contribution, space)
    assert told(given, who) == []
    assert who.ask(NOTICES)["viewer"]["unreadNoticeCount"] == 0


def test_role_is_looked_at_when_it_is_delivered(given: Given, town: Portal) -> None:
    space = given.space(town, visibility="DRAFT")
    activity = given.activity(town, space=space)
    editor, stranger = person(given, town), person(given, town)
    role = {"space_id": uuid_in(space), "kind": "EDITOR", "given_at": "now"}
    given.insert(town, "space_role", actor_id=actor_of(editor), **role)
    for who in (editor, stranger):
        given.insert(town, "follow", actor_id=actor_of(who), activity_id=uuid_in(activity), started_at="now")
    contribution = published(given.actor(town, role="MODERATOR"), activity)
    assert told(given, editor) == [("PUBLISHED", contribution)]
    assert told(given, stranger) == []


def test_people_who_blocked_each_other_are_told_nothing_of_each_other(given: Given, town: Portal) -> None:
    aid = Aid(given, town)
    helper = person(given, town)
    followed(helper, activity=aid.activity)
    block(aid.author, proposed(helper, aid.contribution))
    later = published(aid.author, aid.activity, "REQUEST", location=HERE)
    assert ("PUBLISHED", later) not in told(given, helper)


def test_the_two_of_an_exchange_hear_of_each_other(given: Given, town: Portal) -> None:
    aid, helper = Aid(given, town), person(given, town)
    given.insert(town, "account", actor_id=actor_of(aid.author), created_at="now")
    exchange = proposed(helper, aid.contribution)
    assert told(given, aid.author) == [("EXCHANGE_PROPOSED", aid.contribution)]
    accepted(aid.author, exchange)
    send(aid.author, exchange, "À samedi")
    kinds = ["MESSAGE_RECEIVED", "EXCHANGE_ACCEPTED"]
    assert [kind for kind, _ in told(given, helper)] == kinds
    assert [kind for kind, _ in told(given, aid.author)] == ["EXCHANGE_PROPOSED"]


@pytest.mark.parametrize("status", ["HELD", "HIDDEN"])
def test_the_two_of_an_exchange_hear_of_each_other_while_moderation_withholds_what_it_is_about(
    given: Given, town: Portal, status: str
) -> None:
    aid, helper, follower = Aid(given, town), person(given, town), person(given, town)
    followed(follower, contribution=aid.contribution)
    exchange = proposed(helper, aid.contribution)
    accepted(aid.author, exchange)
    withhold = "UPDATE __tenant__.contribution SET status_before = status, status = %s WHERE id = %s"
    given.sql(town, withhold, status, uuid_in(aid.contribution))
    send(aid.author, exchange, "À samedi quand même")
    assert [kind for kind, _ in told(given, helper)] == ["MESSAGE_RECEIVED", "EXCHANGE_ACCEPTED"]
    assert told(given, follower) == []


def test_who_agreed_to_help_is_told_that_it_was_closed_and_both_that_the_clock_has_ended_it(
    given: Given, town: Portal
) -> None:
    aid, helper, other = Aid(given, town), person(given, town), person(given, town)
    given.insert(town, "account", actor_id=actor_of(aid.author), created_at="now")
    exchange = proposed(helper, aid.contribution)
    proposed(other, aid.contribution)
    accepted(aid.author, exchange)
    close(aid.author, aid.contribution, "WITHDRAWN")
    assert told(given, helper)[0] == ("CLOSED", aid.contribution)
    assert told(given, other)[0] == ("EXCHANGE_ENDED", aid.contribution)
    aid.age(exchange, "14 days 1 second")
    aid.tend()
    assert [kind for kind, _ in told(given, helper)] == ["EXCHANGE_ENDED", "CLOSED", "EXCHANGE_ACCEPTED"]
    assert told(given, aid.author)[0] == ("EXCHANGE_ENDED", aid.contribution)


def test_members_of_an_organisation_are_told_of_what_it_wrote(given: Given, town: Portal) -> None:
    organisation, member = given.actor(town, kind="ASSOCIATION"), person(given, town)
    link = {"organisation_id": actor_of(organisation), "member_id": actor_of(member), "given_at": "now"}
    given.insert(town, "organisation_member", **link)
    contribution = published(organisation, given.activity(town))
    comment(given.actor(town), contribution)
    assert told(given, member) == [("COMMENTED", contribution)]


def test_followers_are_told_that_it_is_closed(given: Given, town: Portal) -> None:
    who, author = person(given, town), person(given, town)
    contribution = published(author, given.activity(town))
    followed(who, contribution=contribution)
    assert close(author, contribution)["userErrors"] == []
    assert told(given, who) == [("CLOSED", contribution)]
    assert told(given, author) == []


@pytest.mark.parametrize(
    ("opens", "closes", "kind"),
    [
        ("now() - interval '1 day'", "now() + interval '30 days'", "VOTE_OPENED"),
        ("now() - interval '20 days'", "now() + interval '1 day'", "VOTE_CLOSING"),
        ("now() - interval '20 days'", "now() + interval '3 days'", None),
        ("now() - interval '1 day'", "now() + interval '1 day'", None),
    ],
)
def test_followers_are_told_once_that_a_vote_opens_and_closes_soon(
    given: Given, town: Portal, opens: str, closes: str, kind: str | None
) -> None:
    who, activity = person(given, town), given.activity(town, vote_method="SUPPORT")
    followed(who, activity=activity)
    period = f"UPDATE __tenant__.activity SET opens_at = {opens}, closes_at = {closes} WHERE id = %s"
    given.sql(town, period, uuid_in(activity))
    for _ in range(2):
        given.run(call.call(given.database, town.number))
    assert told(given, who) == ([(kind, activity)] if kind else [])


def test_delivering_an_event_again_tells_nobody_again(given: Given, town: Portal) -> None:
    who, activity = person(given, town), given.activity(town)
    followed(who, activity=activity)
    contribution = published(given.actor(town), activity)
    deliver(given, town)
    given.sql(town, "UPDATE __tenant__.event_cursor SET position = 0 WHERE consumer = 'NOTICES'")
    assert told(given, who) == [("PUBLISHED", contribution)]
    orphans = """SELECT count(*) FROM __tenant__.notice n LEFT JOIN __tenant__.event e
        ON e.id = n.event_id AND e.position = n.position WHERE e.id IS NULL"""
    assert given.sql(town, orphans) == [(0,)]


def test_notices_are_read_one_by_one_or_all(given: Given, town: Portal) -> None:
    who, other, activity = person(given, town), person(given, town), given.activity(town)
    author = given.actor(town)
    for one in (who, other):
        followed(one, activity=activity)
    for _ in range(3):
        published(author, activity)
    deliver(given, town)
    seen: dict[str, Any] = who.ask(NOTICES)["viewer"]
    first = seen["notices"]["nodes"][0]["id"]
    assert (seen["unreadNoticeCount"], [one["isRead"] for one in seen["notices"]["nodes"]]) == (3, [False] * 3)
    assert other.ask(READ, input={"notice": first})["noticesRead"]["userErrors"] == refused("NOT_FOUND", "notice")
    assert who.ask(READ, input={"notice": first})["noticesRead"]["notice"] == {"id": first, "isRead": True}
    assert who.ask(NOTICES)["viewer"]["unreadNoticeCount"] == 2
    assert who.ask(READ, input={})["noticesRead"]["userErrors"] == []
    assert who.ask(NOTICES)["viewer"]["unreadNoticeCount"] == 0
    assert other.ask(NOTICES)["viewer"]["unreadNoticeCount"] == 3


def test_answer_of_somebody_blocked_is_not_told(given: Given, town: Portal) -> None:
    aid, answering = Aid(given, town), given.actor(town)
    given.insert(town, "account", actor_id=actor_of(aid.author), created_at="now")
    block(aid.author, proposed(answering, aid.contribution))
    comment(answering, aid.contribution)
    assert "COMMENTED" not in [kind for kind, _ in told(given, aid.author)]


def test_notices_of_somebody_blocked_since_are_gone(given: Given, town: Portal) -> None:
    aid, reader = Aid(given, town), person(given, town)
    followed(reader, activity=aid.activity)
    contribution = published(aid.author, aid.activity, "REQUEST", location=HERE)
    assert ("PUBLISHED", contribution) in told(given, reader)
    block(aid.author, proposed(reader, contribution))
    assert [kind for kind, _ in told(given, reader)] == ["EXCHANGE_ENDED"]
    assert reader.ask(NOTICES)["viewer"]["unreadNoticeCount"] == 1
