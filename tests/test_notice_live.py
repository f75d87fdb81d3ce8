"""Notices as they happen: told to their reader alone, once they are delivered, and after a pause without loss."""

from tests.acting import comment, published
from tests.conftest import Portal
from tests.given import Given
from tests.listening import NOTICED, events, socket, start
from tests.telling import deliver, followed, person


def test_reader_is_told_as_it_is_delivered_and_nobody_else(given: Given, town: Portal) -> None:
    reader, other = person(given, town), person(given, town)
    activity = given.activity(town)
    followed(reader, activity=activity)
    followed(other, activity=given.activity(town))
    after = start(given, town)
    with socket(reader) as own, socket(other) as others:
        own.subscribe(NOTICED, after=after)
        others.subscribe(NOTICED, after=after)
        contribution = published(given.actor(town), activity)
        deliver(given, town)
        told = own.told()
        assert (told["kind"], told["contribution"]["id"]) == ("PUBLISHED", contribution)
        # What comes to the other first is the other's own.
        mine = published(other, activity)
        comment(given.actor(town), mine)
        deliver(given, town)
        assert others.told()["contribution"]["id"] == mine


def test_nothing_is_missed_between_two_connections(given: Given, town: Portal) -> None:
    reader, activity = person(given, town), given.activity(town)
    followed(reader, activity=activity)
    after = start(given, town)
    first = published(given.actor(town), activity)
    deliver(given, town)
    with events(reader, NOTICED, last=after) as stream:
        assert stream.told()["contribution"]["id"] == first
        last = stream.last
    later = [published(given.actor(town), activity) for _ in range(3)]
    deliver(given, town)
    with events(reader, NOTICED, last=last) as stream:
        assert [stream.told()["contribution"]["id"] for _ in later] == later


def test_whoever_is_not_signed_in_is_refused(town: Portal) -> None:
    with socket(town) as nobody:
        nobody.subscribe(NOTICED)
        assert nobody.code() == "UNAUTHENTICATED"


def test_what_is_hidden_meanwhile_is_not_told(given: Given, town: Portal) -> None:
    reader, activity = person(given, town), given.activity(town)
    followed(reader, activity=activity)
    after = start(given, town)
    hidden, shown = (published(given.actor(town), activity) for _ in range(2))
    deliver(given, town)
    hide = "UPDATE __tenant__.contribution SET status = 'HIDDEN', status_before = 'OPEN' WHERE id = %s"
    given.sql(town, hide, hidden.rsplit("_", 1)[1])
    with events(reader, NOTICED, last=after) as stream:
        assert stream.told()["contribution"]["id"] == shown
