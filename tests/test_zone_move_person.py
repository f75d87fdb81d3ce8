"""Persons of a zone that moves: an account goes along by its own consent, and what was somebody's is claimed there."""

from uuid import UUID

import auth.account
from tests.acting import cast, refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.telling import actor_of, person
from tests.test_zone_move import READ, carried, commune, department, finish, newest, offered, proposed, there, zone  # noqa: F401  # Fixtures.


def email_of(given: Given, who: Portal) -> str:
    [(email,)] = given.sql(who, "SELECT email FROM __tenant__.account WHERE actor_id = %s", actor_of(who))
    return str(email)


def confirmed(given: Given, portal: Portal, email: str) -> Portal:
    """Who signs in with an address."""

    async def confirm() -> UUID:
        async with given.database.transaction(portal.number) as transaction:
            return (await auth.account.confirmed(transaction, email)).actor_id

    who = given.signed_in(portal, given.run(confirm()))
    portal.running.database.versions[portal.number] += 1
    return who


def test_account_moves_by_consent_alone(given: Given, department: Portal, commune: Portal, zone: UUID) -> None:  # noqa: F811
    activity = given.activity(department)
    willing, other = person(given, department, "Maryse"), person(given, department, "Paul")
    hers, his = offered(given, willing, zone, activity), offered(given, other, zone, activity)
    move = proposed(department, commune, zone)
    ahead = newest(willing)
    assert (ahead["proposedBy"], ahead["hasMyConsent"]) == (None, False)
    done(willing, "zoneMoveConsent", zoneMove=ahead["id"], isGiven=True)
    assert newest(willing)["hasMyConsent"] is True
    done(commune, "zoneMoveAnswer", zoneMove=move, isAccepted=True)
    finish(given, department, commune, move)
    emails = [email_of(given, who) for who in (willing, other)]
    moved_ = given.sql(commune, "SELECT email FROM __tenant__.account WHERE email = ANY (%s)", emails)
    assert moved_ == [(emails[0],)]
    names = [commune.ask(READ, id=there(commune, id_))["contribution"]["author"]["name"] for id_ in (hers, his)]
    assert names == ["Maryse", "Paul"]
    place = "SELECT exact_lat IS NULL FROM __tenant__.contribution WHERE id = %s"
    assert given.sql(commune, place, uuid_in(hers)) == [(False,)]
    assert given.sql(commune, place, uuid_in(his)) == [(True,)]
    late = do(willing, "zoneMoveConsent", zoneMove=ahead["id"], isGiven=False)
    assert late["userErrors"] == refused("NOT_FOUND", "zoneMove")


def test_who_signs_in_later_votes_on_and_may_claim(
    given: Given,
    department: Portal,  # noqa: F811
    commune: Portal,  # noqa: F811
    zone: UUID,  # noqa: F811
) -> None:
    activity = given.activity(department, kind="IDEA_BOX", vote_method="SUPPORT")
    author, voter = person(given, department, "Paul"), person(given, department, "Zoé")
    idea = offered(given, author, zone, activity)
    cast(author, idea, "SUPPORT")
    cast(voter, idea, "SUPPORT")
    carried(given, department, commune, zone)
    named = "SELECT a.name FROM __tenant__.vote v JOIN __tenant__.actor a ON a.id = actor_id WHERE contribution_id = %s"
    names = {name for (name,) in given.sql(commune, named, uuid_in(idea))}
    assert names == {"Habitant·e", "Paul"}, "who only voted shows no name"
    again = confirmed(given, commune, email_of(given, voter))
    assert again.ask("{ viewer { claimableCount } }")["viewer"] == {"claimableCount": 0}
    assert cast(again, there(commune, idea), "SUPPORT")["userErrors"] == []
    given.fold(commune)
    read = commune.ask(READ, id=there(commune, idea))["contribution"]
    assert (read["tally"]["supportCount"], read["author"]["name"]) == (2, "Paul")
    mine = confirmed(given, commune, email_of(given, author))
    assert mine.ask("{ viewer { claimableCount } }")["viewer"] == {"claimableCount": 1}
    assert commune.ask("{ viewer { claimableCount } }")["viewer"] == {"claimableCount": 0}
    done(mine, "zoneMoveClaim", isTaken=True)
    read = commune.ask(READ, id=there(commune, idea))["contribution"]
    assert uuid_in(read["author"]["id"]) == actor_of(mine)
    assert mine.ask("{ viewer { claimableCount } }")["viewer"] == {"claimableCount": 0}


def test_one_person_has_one_voice_on_both_portals(
    given: Given,
    department: Portal,  # noqa: F811
    commune: Portal,  # noqa: F811
    zone: UUID,  # noqa: F811
) -> None:
    activity = given.activity(department, kind="IDEA_BOX", vote_method="SUPPORT")
    voter = person(given, department)
    own = confirmed(given, commune, email_of(given, voter))
    idea = offered(given, given.actor(department), zone, activity)
    cast(voter, idea, "SUPPORT")
    carried(given, department, commune, zone)
    cast(own, there(commune, idea), "SUPPORT")
    given.fold(commune)
    assert commune.ask(READ, id=there(commune, idea))["contribution"]["tally"]["supportCount"] == 1
    assert given.sql(commune, "SELECT actor_id FROM __tenant__.vote WHERE contribution_id = %s", uuid_in(idea)) == [
        (actor_of(own),)
    ]
