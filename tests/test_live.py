"""Subscriptions: what is told to whom, over both transports, without loss, and never more than a query would show."""

from dataclasses import replace

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests import test_api_token as api_token
from tests.acting import cast, published
from tests.conftest import Portal
from tests.exchanging import accepted, proposed
from tests.given import Given, uuid_in
from tests.listening import CHANGED, PUBLISHED, RECEIVED, TALLIED, dialled, events, socket, start
from tests.test_thread import Talk, sent


@pytest.fixture
def talk(given: Given, town: Portal) -> Talk:
    return Talk(given, town)


def test_message_is_told_to_the_other_alone(talk: Talk) -> None:
    after = start(talk.given, talk.town)
    with socket(talk.helper) as helper, socket(talk.author) as author:
        for who in (helper, author):
            who.subscribe(RECEIVED, id=talk.exchange, after=after)
        sent(talk.author, talk.exchange, "Samedi, dix heures ?")
        sent(talk.helper, talk.exchange, "Parfait.")
        assert helper.told() == {"body": "Samedi, dix heures ?", "isMine": False, "exchange": {"id": talk.exchange}}
        assert author.told() == {"body": "Parfait.", "isMine": False, "exchange": {"id": talk.exchange}}


def test_exchange_is_told_to_its_two_as_each_may_read_it(talk: Talk) -> None:
    after = start(talk.given, talk.town)
    with socket(talk.helper) as helper, events(talk.author, CHANGED, after=after) as author:
        helper.subscribe(CHANGED, id=talk.exchange, after=after)
        accepted(talk.author, talk.exchange)
        for who in (helper, author):
            told = who.told()
            while told["status"] == "PROPOSED":  # Proposing it may have been sealed later.
                told = who.told()
            assert (told["id"], told["status"]) == (talk.exchange, "ACCEPTED")


def test_stranger_hears_nothing_of_an_exchange(talk: Talk) -> None:
    """Whoever names an exchange of others hears nothing of it; of the own one that is made afterwards, everything."""
    stranger, after = talk.given.actor(talk.town), start(talk.given, talk.town)
    with socket(stranger) as listening:
        listening.subscribe(CHANGED, id=talk.exchange, after=after)
        listening.subscribe(RECEIVED, id=talk.exchange, after=after)
        listening.subscribe(CHANGED, after=after)
        sent(talk.author, talk.exchange, "Un secret.")
        accepted(talk.author, talk.exchange)
        own = proposed(stranger, Talk(talk.given, talk.town).contribution)
        assert listening.told()["id"] == own


def test_member_of_an_organisation_hears_of_its_exchanges(given: Given, town: Portal) -> None:
    talk = Talk(given, town)
    member, after = given.actor(town), start(given, town)
    joined(given, talk, member)
    with socket(member) as listening:
        listening.subscribe(RECEIVED, after=after)
        sent(talk.author, talk.exchange, "Bonjour.")
        sent(talk.helper, talk.exchange, "Pour l'association.")
        assert listening.told()["body"] == "Pour l'association."


def test_publications_of_an_activity_and_near_a_point(given: Given, town: Portal) -> None:
    activity, author, after = given.activity(town), given.actor(town), start(given, town)
    near = {"lat": 48.11, "lng": -1.66, "radiusM": 2_000}
    with events(town, PUBLISHED, activity=activity, after=after) as everywhere, socket(author) as close:
        close.subscribe(PUBLISHED, activity=activity, near=near, after=after)
        published(author, activity, title="Loin", location={"lat": 48.20, "lng": -1.66})
        published(author, activity, title="Ailleurs", location={"lat": 48.11, "lng": -1.55})
        here = published(author, activity, title="Ici", location={"lat": 48.11, "lng": -1.66})
        assert [everywhere.told()["title"] for _ in range(3)] == ["Loin", "Ailleurs", "Ici"]
        assert close.told()["id"] == here


def test_space_of_members_is_told_to_members_alone(given: Given, town: Portal) -> None:
    hidden = given.activity(town, space=given.space(town, visibility="MEMBERS"))
    public, author, after = given.activity(town), given.actor(town), start(given, town)
    with socket(town) as stranger, socket(given.actor(town)) as member:
        for who in (stranger, member):
            who.subscribe(PUBLISHED, activity=hidden, after=after)
            who.subscribe(PUBLISHED, activity=public, after=after)
        published(author, hidden, title="Entre nous")
        published(author, public, title="Pour tous")
        assert stranger.told()["title"] == "Pour tous"
        assert {member.told()["title"], member.told()["title"]} == {"Entre nous", "Pour tous"}


def test_tally_is_told_as_it_is_and_as_it_changes(given: Given, town: Portal) -> None:
    activity = given.activity(town, vote_method="SUPPORT")
    author, voter = given.actor(town), given.actor(town)
    idea = published(author, activity)
    with events(town, TALLIED, id=idea) as stream:
        assert stream.told() == {"tally": {"totalCount": 0, "supportCount": 0}}
        assert cast(voter, idea, "SUPPORT")["userErrors"] == []
        assert stream.told() == {"tally": {"totalCount": 1, "supportCount": 1}}


def test_nothing_is_lost_between_two_connections(talk: Talk) -> None:
    after = start(talk.given, talk.town)
    with events(talk.helper, RECEIVED, id=talk.exchange, after=after) as stream:
        sent(talk.author, talk.exchange, "Un.")
        assert stream.told()["body"] == "Un."
    sent(talk.author, talk.exchange, "Deux.")
    sent(talk.author, talk.exchange, "Trois.")
    with events(
        talk.helper, RECEIVED.replace("$after: String", "").replace("after: $after", ""), stream.last, id=talk.exchange
    ) as again:
        sent(talk.author, talk.exchange, "Quatre.")
        assert [again.told()["body"] for _ in range(3)] == ["Deux.", "Trois.", "Quatre."]


def test_who_leaves_an_organisation_hears_no_more_of_it(given: Given, town: Portal) -> None:
    """Rights are looked at again at each telling: only the own exchange is heard of, which is made last."""
    talk, member = Talk(given, town), given.actor(town)
    after = start(given, town)
    joined(given, talk, member)
    with socket(member) as listening:
        listening.subscribe(RECEIVED, id=talk.exchange, after=after)
        sent(talk.author, talk.exchange, "Bonjour.")
        sent(talk.helper, talk.exchange, "Pour l'association.")
        assert listening.told()["body"] == "Pour l'association."
        given.sql(town, "DELETE FROM __tenant__.organisation_member WHERE organisation_id = %s", author_of(given, talk))
        sent(talk.helper, talk.exchange, "Encore pour elle.")
        listening.subscribe(CHANGED, after=start(given, town))
        own = proposed(member, Talk(given, town).contribution)
        assert listening.told()["id"] == own


def author_of(given: Given, talk: Talk) -> object:
    return given.row(talk.town, talk.exchange)["author_id"]


def joined(given: Given, talk: Talk, member: Portal) -> None:
    """The member speaks for the author from now on."""
    viewer = uuid_in(member.ask("{ viewer { id } }")["viewer"]["id"])
    given.insert(
        talk.town, "organisation_member", organisation_id=author_of(given, talk), member_id=viewer, given_at="now"
    )


def test_token_that_is_revoked_ends_what_it_hears(given: Given, town: Portal) -> None:
    activity, author, after = given.activity(town), given.actor(town), start(given, town)
    admin = given.actor(town, role="ADMIN")
    id_, token = api_token.created(given, admin, "READ")
    with events(replace(town, token=token), PUBLISHED, activity=activity, after=after) as machine:
        published(author, activity)
        machine.told()
        admin.ask(api_token.REVOKE, input={"apiToken": id_})
        for _ in range(100):  # Who a token belongs to is read once a second.
            published(author, activity)
            name, answer = machine.next()
            if "errors" in answer:
                break
        assert name == "next" and answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert machine.next() == ("complete", None)


def test_ids_of_another_tenant_tell_nothing(given: Given, town: Portal, lehavre: Portal) -> None:
    """They are as ids of nothing; what is the viewer's own is told."""
    member, talk, after = given.actor(town), Talk(given, town), start(given, town)
    nothing = f"{lehavre.number}_{talk.exchange.rsplit('_', 1)[1]}"
    with socket(member) as listening:
        listening.subscribe(CHANGED, id=f"exchange_{nothing}", after=after)
        listening.subscribe(RECEIVED, id=f"exchange_{nothing}", after=after)
        listening.subscribe(PUBLISHED, activity=f"activity_{nothing}", after=after)
        listening.subscribe(TALLIED, id=f"contribution_{nothing}")
        listening.subscribe(CHANGED, after=after)
        accepted(talk.author, talk.exchange)
        own = proposed(member, Talk(given, town).contribution)
        assert listening.told()["id"] == own


def test_anonymous_visitor_has_no_exchanges(town: Portal) -> None:
    with socket(town) as stranger:
        stranger.subscribe(CHANGED)
        assert stranger.code() == "UNAUTHENTICATED"
    with events(town, CHANGED) as refused:
        assert refused.response.status_code == 401
        assert refused.response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        (PUBLISHED, {}, "BAD_INPUT"),
        (PUBLISHED, {"activity": "activity"}, "BAD_ID"),
        (PUBLISHED, {"near": {"lat": 48, "lng": -1, "radiusM": 500}, "after": "-1"}, "BAD_CURSOR"),
        (PUBLISHED, {"near": {"lat": 48, "lng": -1, "radiusM": 500}, "after": "9" * 30}, "BAD_CURSOR"),
        (TALLIED, {}, "BAD_USER_INPUT"),
        ("subscription { tallyChanged }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("subscription {", {}, "GRAPHQL_PARSE_FAILED"),
        ("subscription { __typename }", {}, "GRAPHQL_VALIDATION_FAILED"),
        (PUBLISHED + "#" * 8_192, {"near": {"lat": 48, "lng": -1, "radiusM": 500}}, "QUERY_TOO_LARGE"),
    ],
)
def test_bad_subscription_is_refused_with_a_code(
    town: Portal, query: str, variables: dict[str, object], code: str
) -> None:
    with socket(town) as client:
        client.subscribe(query, **variables)
        assert client.code() == code
    with events(town, query, **variables) as refused:
        assert refused.response.status_code == 400
        assert refused.response.json()["errors"][0]["extensions"]["code"] == code


def test_query_is_no_subscription(town: Portal) -> None:
    with socket(town) as client:
        client.subscribe("{ portal { slug } }")
        assert client.code() == "OPERATION_NOT_SUPPORTED"
    with events(town, "{ portal { slug } }") as refused:
        assert refused.response.status_code == 406


@pytest.mark.parametrize("accept", ["*/*", "application/json, text/event-stream", "text/event-stream;q=0.5, */*"])
def test_stream_is_for_those_who_prefer_one(town: Portal, accept: str) -> None:
    answer = town.post("{ portal { slug } }", accept=accept)
    assert answer.headers["content-type"].startswith(("application/json", "application/graphql-response+json"))
    told = town.post(TALLIED, {"id": f"contribution_{town.number}_{'0' * 8}-0000-7000-8000-{'0' * 12}"}, accept=accept)
    assert told.json()["errors"][0]["extensions"]["code"] == "SUBSCRIPTION_NOT_SUPPORTED"


def test_token_that_is_not_valid_closes_the_socket(town: Portal) -> None:
    with dialled(town) as client:
        client.send(type="connection_init", payload={"Authorization": "Bearer rien"})
        with pytest.raises(ConnectionClosed) as closed:
            client.receive()
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 4403


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"ping"', "{}", '{"type": 1}', '{"type": "subscribe"}', '{"type": "subscribe", "id": 1}',
     '{"type": "subscribe", "id": "1", "payload": []}', '{"type": "subscribe", "id": "1", "payload": {"query": 1}}',
     '{"type": "complete", "id": null}', '{"type": "dance"}', "[" * 5_000],
)  # fmt: skip
def test_message_that_is_none_closes_the_socket(town: Portal, text: str) -> None:
    with socket(town) as client:
        client.connection.send(text)
        with pytest.raises(ConnectionClosed) as closed:
            client.receive()
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 4400


def test_message_of_a_megabyte_closes_the_socket(town: Portal) -> None:
    with socket(town) as client:
        client.connection.send(" " * 1_000_000)
        with pytest.raises(ConnectionClosed):
            client.receive()


def test_socket_elsewhere_is_refused(town: Portal) -> None:
    with pytest.raises(InvalidStatus) as refused, dialled(town, path="/"):
        pass
    assert refused.value.response.status_code == 403
