"""A zone moves into the portal of its commune: by consent, whole, with votes running, and its old ids lead there."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from database import naming
from jobs import moving, territory, zone_consent, zone_move
from models import ident
from models.tenant import Feature
from tests.acting import cast, comment, published, refused
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import Portal
from tests.exchanging import proposed as exchange_proposed
from tests.given import Given, uuid_in
from tests.telling import actor_of, person
from tests.test_page_portal import signed_in
from tests.test_zone_change import follow

HERE = {"lat": 48.1113, "lng": -1.68}
MOVES = """{ zoneMoves { nodes { id zoneName state isOutgoing portal portalTitle host proposedBy acceptedBy movedCount
  stays { reason count } hasMyConsent } } }"""
MOVED = "query($id: ID!) { movedContribution(id: $id) { portal host path } }"
READ = """query($id: ID!) { contribution(id: $id) { id title body status author { id name } category { name }
  location { cell } activity { title } tally { supportCount }
  comments { nodes { id body author { name } } } } }"""


@pytest.fixture(scope="module")
def department(given: Given, rennes: Portal) -> Portal:
    return given.actor(given.tenant(rennes, f"moves-{uuid4().hex[:8]}", "departement-35"), role="ADMIN", name="Anne")


@pytest.fixture(scope="module")
def commune(given: Given, rennes: Portal) -> Portal:
    portal = given.tenant(rennes, f"moved-{uuid4().hex[:8]}", "commune-35238")
    admin = given.actor(portal, role="ADMIN", name="Bruno")
    done(admin, "territoryReceive", isOn=True)
    return admin


@pytest.fixture
def zone(given: Given, department: Portal) -> UUID:
    return given.zone(department, f"Quartier {uuid4().hex[:8]}")


def proposed(department: Portal, commune: Portal, zone: UUID) -> str:
    """The receiving portal's id of a move that is proposed."""
    done(department, "zoneMovePropose", zone=ident.encode("zone", department.number, zone), to=commune.story.slug)
    move = newest(commune)
    assert (move["state"], move["isOutgoing"]) == ("PROPOSED", False)
    return str(move["id"])


def newest(portal: Portal) -> dict[str, Any]:
    """The move of a zone that a portal told of last."""
    return dict(portal.ask(MOVES)["zoneMoves"]["nodes"][0])


def rows_of(given: Given, portal: Portal, ideas: list[str], what: str) -> dict[UUID, Any]:
    """Something of the votes or comments of contributions, by their ids."""
    return dict(
        given.sql(portal, f"{what} WHERE contribution_id = ANY (%s) GROUP BY 1", [uuid_in(each) for each in ideas])
    )


def accepted(given: Given, department: Portal, commune: Portal, zone: UUID) -> str:
    move = proposed(department, commune, zone)
    done(commune, "zoneMoveAnswer", zoneMove=move, isAccepted=True)
    return move


def carried(given: Given, department: Portal, commune: Portal, zone: UUID) -> str:
    """The id of a move that was accepted and carried out, by whichever process."""
    move = accepted(given, department, commune, zone)
    finish(given, department, commune, move)
    return move


def finish(given: Given, department: Portal, commune: Portal, move: str) -> None:
    while state(commune, move) in ("ACCEPTED", "REVERTING"):
        given.run(zone_move.carry_on(given.database, department.number))
    for portal in (department, commune):
        given.fold(portal)
        follow(given, portal)  # Else contributions that a test puts into a zone by hand leave it again.


def state(portal: Portal, move: str) -> str:
    nodes = portal.ask(MOVES)["zoneMoves"]["nodes"]
    return str(next(node["state"] for node in nodes if uuid_in(node["id"]) == uuid_in(move)))


def offered(
    given: Given, author: Portal, zone: UUID | None, activity: str, kind: str = "PROPOSAL", **given_: Any
) -> str:
    id_ = published(author, activity, kind, location=HERE, **given_)
    given.sql(author, "UPDATE __tenant__.contribution SET zone_id = %s WHERE id = %s", zone, uuid_in(id_))
    return id_


def there(commune: Portal, id_: str) -> str:
    return ident.encode("contribution", commune.number, uuid_in(id_))


def test_zone_moves_whole_and_its_old_ids_lead_there(
    given: Given, department: Portal, commune: Portal, zone: UUID
) -> None:
    activity = given.activity(department, kind="IDEA_BOX", vote_method="SUPPORT")
    category = given.category(department, activity, "Voirie")
    author, other = person(given, department, "Maryse"), given.actor(department, name="Paul")
    idea = offered(given, author, zone, activity, title="Un banc", body="À l'ombre.", category=category)
    elsewhere = offered(given, author, None, activity, title="Ailleurs")
    said = comment(other, idea, "Oui !")["comment"]["id"]
    for voter in given.citizens(department, 3):
        assert cast(voter, idea, "SUPPORT")["userErrors"] == []
    before = department.ask(READ, id=idea)["contribution"]
    move = carried(given, department, commune, zone)
    after = commune.ask(READ, id=there(commune, idea))["contribution"]
    assert after.pop("id") == there(commune, before.pop("id"))
    assert after["author"].pop("id") != before["author"].pop("id")
    assert after["comments"]["nodes"][0].pop("id") == ident.encode("comment", commune.number, uuid_in(said))
    before["comments"]["nodes"][0].pop("id")
    assert after == before
    assert after["tally"]["supportCount"] == 3
    assert department.ask(READ, id=idea)["contribution"] is None
    assert department.ask(READ, id=elsewhere)["contribution"]["title"] == "Ailleurs"
    path = f"/contribution/{there(commune, idea)}"
    told = {"portal": commune.story.slug, "host": commune.host, "path": path}
    assert department.ask(MOVED, id=idea)["movedContribution"] == told
    assert department.ask(MOVED, id=elsewhere)["movedContribution"] is None
    node = newest(department)
    assert node | {"id": "", "zoneName": ""} == {
        "id": "",
        "zoneName": "",
        "state": "MOVED",
        "isOutgoing": True,
        "portal": commune.story.slug,
        "portalTitle": "Rennes",
        "host": commune.host,
        "proposedBy": "Anne",
        "acceptedBy": "Bruno",
        "movedCount": 1,
        "stays": [],
        "hasMyConsent": False,
    }
    assert move


def test_both_portals_agree_before_anything_moves(
    given: Given, department: Portal, commune: Portal, zone: UUID
) -> None:
    activity = given.activity(department)
    idea = offered(given, given.actor(department), zone, activity)
    named = ident.encode("zone", department.number, zone)
    assert do(department, "zoneMovePropose", zone=named, to="nowhere")["userErrors"] == refused("NOT_FOUND", "to")
    assert do(department, "zoneMovePropose", zone=named, to=department.story.slug)["userErrors"] == refused(
        "NOT_FOUND", "to"
    )
    move = proposed(department, commune, zone)
    again = do(department, "zoneMovePropose", zone=named, to=commune.story.slug)
    assert again["userErrors"] == refused("ACTION_NOT_POSSIBLE", "zone")
    outgoing = newest(department)
    own = do(department, "zoneMoveAnswer", zoneMove=outgoing["id"], isAccepted=True)
    assert own["userErrors"] == refused("ACTION_NOT_POSSIBLE", "isAccepted")
    given.run(zone_move.carry_on(given.database, department.number))
    assert department.ask(READ, id=idea)["contribution"] is not None
    with pytest.raises(zone_move.ZoneMoveError):
        given.run(zone_move.run(given.database, uuid_in(move)))
    done(department, "zoneMoveAnswer", zoneMove=outgoing["id"], isAccepted=False)
    assert state(commune, move) == "DECLINED"
    late = do(commune, "zoneMoveAnswer", zoneMove=move, isAccepted=True)
    assert late["userErrors"] == refused("ACTION_NOT_POSSIBLE", "zoneMove")
    assert proposed_again(department, commune, zone) != move


def proposed_again(department: Portal, commune: Portal, zone: UUID) -> str:
    done(department, "zoneMovePropose", zone=ident.encode("zone", department.number, zone), to=commune.story.slug)
    return str(newest(commune)["id"])


def test_operator_proposes_and_the_other_portal_answers(
    given: Given, department: Portal, commune: Portal, zone: UUID
) -> None:
    [(name,)] = given.sql(department, "SELECT name FROM __tenant__.zone WHERE id = %s", zone)
    asked = (given.database, department.story.slug, name, commune.story.slug, "Mme Roy")
    move = given.run(zone_consent.propose(*asked))
    [told] = [each for each in commune.ask(MOVES)["zoneMoves"]["nodes"] if uuid_in(each["id"]) == move]
    assert (told["zoneName"], told["state"], told["proposedBy"], told["acceptedBy"]) == (
        *(name, "PROPOSED"),
        *("Mme Roy", None),
    )
    with pytest.raises(zone_move.ZoneMoveError, match="moving to another portal already"):
        given.run(zone_consent.propose(*asked))
    done(commune, "zoneMoveAnswer", zoneMove=told["id"], isAccepted=False)
    with pytest.raises(zone_move.ZoneMoveError, match="has no zone 'Nulle part'"):
        given.run(zone_consent.propose(*asked[:2], "Nulle part", *asked[3:]))


def test_portal_that_proposes_cannot_accept_in_the_database_either(
    given: Given, department: Portal, commune: Portal, zone: UUID
) -> None:
    move = uuid_in(proposed(department, commune, zone))
    accept = "UPDATE platform.zone_move SET state = 'ACCEPTED', accepted_by = 'moi' WHERE id = %s"
    for portal, count in ((department, None), (commune, 1)):
        with psycopg.connect(given.url) as connection:
            connection.execute(f"SET ROLE t_{portal.number}".encode())
            if count is None:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(accept, [move])
            else:
                assert connection.execute(accept, [move]).rowcount == count
            connection.rollback()


def test_votes_and_comments_that_run_meanwhile_are_neither_lost_nor_double(
    given: Given, department: Portal, commune: Portal, zone: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "AT_ONCE", 3)
    activity = given.activity(department, kind="CONSULTATION", vote_method="OPINION")
    author = given.actor(department)
    ideas = [offered(given, author, zone, activity, title=f"Idée {n}") for n in range(18)]
    voters = given.citizens(department, 12)
    move = proposed(department, commune, zone)
    begun, kept, said = threading.Barrier(len(voters) + 1), Counter[str](), Counter[str]()

    def vote(voter: Portal) -> None:
        for rank, idea in enumerate(ideas):
            if rank == 3:
                begun.wait(30)
            if cast(voter, idea, "FOR")["userErrors"] == []:
                kept[idea] += 1
            if rank % 4 == 0 and comment(voter, idea, f"Là {uuid4().hex[:6]} !")["userErrors"] == []:
                said[idea] += 1

    with ThreadPoolExecutor(len(voters)) as pool:
        running = [pool.submit(vote, voter) for voter in voters]
        begun.wait(30)
        done(commune, "zoneMoveAnswer", zoneMove=move, isAccepted=True)
        finish(given, department, commune, move)
        for each in running:
            each.result()
    while given.run(zone_move.follow(given.database, uuid_in(move))):
        pass
    given.fold(department)
    given.fold(commune)
    once = "SELECT contribution_id, array_agg(actor_id ORDER BY actor_id) FROM __tenant__.vote"
    moved, left = (rows_of(given, portal, ideas, once) for portal in (commune, department))
    assert moved.keys().isdisjoint(left)
    assert moved, "nothing moved"
    assert {idea: len(people) for idea, people in (moved | left).items()} == {
        uuid_in(idea): count for idea, count in kept.items()
    }
    assert all(len(set(people)) == len(people) for people in (moved | left).values())
    tally = "SELECT contribution_id, sum(count)::int FROM __tenant__.tally"
    for portal, voted in ((commune, moved), (department, left)):
        counted = {idea: count for idea, count in rows_of(given, portal, ideas, tally).items() if count}
        assert counted == {idea: len(people) for idea, people in voted.items()}
    comments = "SELECT count(*) FROM __tenant__.comment WHERE body <> '–' AND contribution_id = ANY (%s)"
    ids = [uuid_in(idea) for idea in ideas]
    counts = [given.sql(portal, comments, ids)[0][0] for portal in (commune, department)]
    assert sum(counts) == sum(said.values())


def test_move_that_was_cut_off_goes_on(
    given: Given, department: Portal, commune: Portal, zone: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    activity = given.activity(department)
    ideas = [offered(given, given.actor(department), zone, activity, title=f"Idée {n}") for n in range(5)]
    move = proposed(department, commune, zone)
    given.sql(
        department,
        "UPDATE platform.zone_move SET state = 'ACCEPTED', accepted_by = 'x', to_slug = %s WHERE id = %s",
        commune.story.slug,
        uuid_in(move),
    )
    real, cut = moving.carry, []

    async def once(way: Any, roots: Any) -> int:
        if cut:
            raise ConnectionError
        cut.append(await real(way, roots))
        return cut[0]

    with monkeypatch.context() as patch:
        patch.setattr(moving, "AT_ONCE", 2)
        patch.setattr(moving, "carry", once)
        with pytest.raises(ConnectionError):
            given.run(zone_move.run(given.database, uuid_in(move)))
    assert cut == [2]
    in_one = (  # In one statement, since the server's own job may go on at any time.
        "SELECT count(*) FROM __tenant__.contribution c WHERE id = ANY (%s) AND (status = 'TAKEN_BACK') ="
        f" EXISTS (SELECT FROM {naming.schema_name(commune.number)}.contribution other WHERE other.id = c.id)"
    )
    assert given.sql(department, in_one, [uuid_in(idea) for idea in ideas]) == [(5,)]
    finish(given, department, commune, move)
    assert all(commune.ask(READ, id=there(commune, idea))["contribution"] for idea in ideas)
    copies = "SELECT count(DISTINCT activity_id) FROM __tenant__.contribution WHERE id = ANY (%s)"
    assert given.sql(commune, copies, [uuid_in(idea) for idea in ideas]) == [(1,)]


def test_what_is_said_late_follows_once(given: Given, department: Portal, commune: Portal, zone: UUID) -> None:
    """A request that had looked before the move, and wrote after it."""
    activity = given.activity(department, kind="IDEA_BOX", vote_method="SUPPORT")
    idea = offered(given, given.actor(department), zone, activity)
    first, second = given.citizens(department, 2)
    cast(first, idea, "SUPPORT")
    move = carried(given, department, commune, zone)
    for voter in (first, second):
        given.insert(
            department, "vote", contribution_id=uuid_in(idea), actor_id=actor_of(voter), choice="SUPPORT", cast_at="now"
        )
    late = {"contribution_id": uuid_in(idea), "author_id": actor_of(first), "body": "Tard", "published_at": "now"}
    given.insert(department, "comment", **late)
    while given.run(zone_move.follow(given.database, uuid_in(move))):
        pass
    given.fold(commune)
    read = commune.ask(READ, id=there(commune, idea))["contribution"]
    assert read["tally"]["supportCount"] == 2
    assert [each["body"] for each in read["comments"]["nodes"]] == ["Tard"]
    assert rows_of(given, department, [idea], "SELECT contribution_id, count(*) FROM __tenant__.vote") == {}


def test_what_cannot_move_stays_and_is_counted_by_its_reason(
    given: Given, department: Portal, commune: Portal, zone: UUID
) -> None:
    author = given.actor(department)
    help_ = given.activity(department, kind="MUTUAL_AID", expires_after_days=60)
    ballots = given.activity(department, kind="IDEA_BOX", vote_method="SUPPORT")
    talked = offered(given, author, zone, help_, "OFFER")
    exchange_proposed(given.actor(department), talked)
    free = offered(given, author, zone, help_, "OFFER")
    project = offered(given, author, zone, ballots)
    rule = "UPDATE __tenant__.activity SET vote_method = 'APPROVAL', vote_least = 1, vote_most = 3 WHERE id = %s"
    given.sql(department, rule, uuid_in(ballots))
    space = given.space(department)
    inside = offered(given, author, zone, given.activity(department, space=space))
    closed = "UPDATE __tenant__.participatory_space SET visibility = 'MEMBERS' WHERE id = %s"
    given.sql(department, closed, uuid_in(space))
    hidden = offered(given, author, zone, help_, "OFFER")
    given.sql(
        department,
        "UPDATE __tenant__.contribution SET status = 'HIDDEN', status_before = 'OPEN' WHERE id = %s",
        uuid_in(hidden),
    )
    unseen = offered(given, author, zone, given.activity(department, kind="CONSULTATION"))
    given.features(commune, set(Feature) - {Feature.CONSULTATION})
    try:
        carried(given, department, commune, zone)
    finally:
        given.features(commune, set(Feature))
    node = newest(department)
    assert (node["movedCount"], {each["reason"]: each["count"] for each in node["stays"]}) == (
        1,
        {"BALLOT": 1, "EXCHANGE": 1, "MODERATION": 1, "NOT_OFFERED": 1, "NOT_PUBLIC": 1},
    )
    assert commune.ask(READ, id=there(commune, free))["contribution"] is not None
    for kept in (talked, project, inside, unseen):
        assert department.ask(READ, id=kept)["contribution"] is not None


def test_move_is_taken_back_with_what_was_said_since(
    given: Given, department: Portal, commune: Portal, zone: UUID
) -> None:
    activity = given.activity(department, kind="IDEA_BOX", vote_method="SUPPORT")
    category = given.category(department, activity, "Voirie")
    author = person(given, department, "Paul")
    idea = offered(given, author, zone, activity, category=category)
    cast(given.actor(department), idea, "SUPPORT")
    comment(author, idea, "Avant")
    before = department.ask(READ, id=idea)["contribution"]
    move = carried(given, department, commune, zone)
    comment(given.actor(commune, name="Nina"), there(commune, idea), "Après")
    cast(given.actor(commune), there(commune, idea), "SUPPORT")
    done(commune, "zoneMoveRevert", zoneMove=move)
    finish(given, department, commune, move)
    assert state(commune, move) == "REVERTED"
    after = department.ask(READ, id=idea)["contribution"]
    said = after.pop("comments")["nodes"]
    assert [(each["body"], each["author"]["name"]) for each in said] == [("Avant", "Paul"), ("Après", "Nina")]
    assert said[0] == before.pop("comments")["nodes"][0]
    assert (after.pop("tally"), before.pop("tally")) == ({"supportCount": 2}, {"supportCount": 1})
    assert after == before
    assert commune.ask(READ, id=there(commune, idea))["contribution"] is None
    assert department.ask(MOVED, id=idea)["movedContribution"] is None
    assert commune.ask(MOVED, id=there(commune, idea))["movedContribution"]["path"] == f"/contribution/{idea}"
    assert rows_of(given, commune, [idea], "SELECT contribution_id, count(*) FROM __tenant__.vote") == {}


def test_move_waits_for_a_suspended_portal(given: Given, department: Portal, commune: Portal, zone: UUID) -> None:
    idea = offered(given, given.actor(department), zone, given.activity(department))
    move = proposed(department, commune, zone)
    given.sql(
        department, "UPDATE platform.zone_move SET state = 'ACCEPTED', accepted_by = 'x' WHERE id = %s", uuid_in(move)
    )
    suspend = "UPDATE platform.tenant SET state = %s WHERE number = %s"  # The server itself does not notice.
    given.sql(commune, suspend, "SUSPENDED", commune.number)
    with pytest.raises(zone_move.ZoneMoveError, match="suspended"):
        given.run(zone_move.run(given.database, uuid_in(move)))
    given.sql(commune, suspend, "ACTIVE", commune.number)
    assert department.ask(READ, id=idea)["contribution"] is not None


def test_settled_move_forgets_who_was_who_and_still_leads_there(
    given: Given, department: Portal, commune: Portal, zone: UUID
) -> None:
    idea = offered(given, person(given, department), zone, given.activity(department))
    move = carried(given, department, commune, zone)
    given.run(zone_move.settle(given.database, uuid_in(move)))
    assert given.sql(department, "SELECT count(*) FROM platform.moved_person WHERE move_id = %s", uuid_in(move)) == [
        (0,)
    ]
    assert department.ask(MOVED, id=idea)["movedContribution"]["portal"] == commune.story.slug
    assert do(commune, "zoneMoveRevert", zoneMove=move)["userErrors"] == refused("ACTION_NOT_POSSIBLE", "zoneMove")
    with pytest.raises(zone_move.ZoneMoveError):
        given.run(zone_move.settle(given.database, uuid_in(move)))


def test_what_moved_is_published_to_others_from_its_new_portal_alone(
    given: Given, rennes: Portal, department: Portal, commune: Portal, zone: UUID
) -> None:
    reader = given.actor(given.tenant(rennes, f"reads-{uuid4().hex[:8]}", "commune-35047"), role="ADMIN")
    done(reader, "territoryReceive", isOn=True)
    for portal in (department, commune):
        done(portal, "territoryRuleSet", reader=reader.story.slug, kinds=["OFFER"])
    activity, title = given.activity(department, kind="MUTUAL_AID", expires_after_days=60), f"Échelle {uuid4().hex[:8]}"
    offered(given, given.actor(department), zone, activity, "OFFER", title=title)
    given.run(territory.compare(given.database, department.number))
    told = "{ territoryPublications { nodes { title portal } } }"
    reader.running.database.versions[reader.number] += 1
    nodes = reader.ask(told)["territoryPublications"]["nodes"]
    assert [each["portal"] for each in nodes if each["title"] == title] == [department.story.slug]
    carried(given, department, commune, zone)
    reader.running.database.versions[reader.number] += 1
    nodes = reader.ask(told)["territoryPublications"]["nodes"]
    assert [each["portal"] for each in nodes if each["title"] == title] == [commune.story.slug]


def test_old_page_leads_to_the_new_one(given: Given, department: Portal, commune: Portal, zone: UUID) -> None:
    idea = offered(given, given.actor(department), zone, given.activity(department))
    carried(given, department, commune, zone)
    old = {"host": department.host}
    for path in (f"/contribution/{idea}", f"/contribution/{idea}/repondre"):
        answer = department.client.get(path, headers=old)
        if path.endswith("repondre"):
            assert answer.status_code == 303, "who is not signed in is asked to, first"
            continue
        assert answer.status_code == 308
        assert answer.headers["location"] == f"http://{commune.host}/contribution/{there(commune, idea)}"
    assert department.client.get(f"/contribution/{there(commune, idea)}", headers=old).status_code == 404
    assert (
        commune.client.get(f"/contribution/{there(commune, idea)}", headers={"host": commune.host}).status_code == 200
    )


def test_pages_propose_accept_and_ask_for_consent(
    given: Given, department: Portal, commune: Portal, zone: UUID
) -> None:
    [(name,)] = given.sql(department, "SELECT name FROM __tenant__.zone WHERE id = %s", zone)
    path = "/gestion/quartiers/demenagements"
    person(given, department, "Maryse")
    here, other = (Browser(portal.client, portal.host) for portal in (department, commune))
    for browser in (here, other):
        signed_in(browser, "ADMIN")
    fields = {"zone": ident.encode("zone", department.number, zone), "to": commune.story.slug}
    assert name in here.get(path).text
    assert here.submit(path, {"form": "Propose", **fields}).status_code == 303
    again = here.submit(path, {"form": "Propose", **fields})
    assert again.status_code == 422
    assert "proposé" in here.get(path).text
    resident = signed_in(Browser(department.client, department.host))
    page = resident.get("/moi/donnees").text
    assert f"{name} rejoint Rennes" in page
    move = next(node for node in newest_of(department, name))
    sent = resident.submit("/moi/donnees", {"form": "Consent", "zoneMove": move["id"], "isGiven": "true"})
    assert sent.status_code == 303
    assert "Garder mon compte ici seulement" in resident.get("/moi/donnees").text
    assert "Accueillir ces contributions" in other.get(path).text
    [arriving] = newest_of(commune, name)
    accepted_ = other.submit(path, {"form": "Answer", "zoneMove": arriving["id"], "isAccepted": "true"})
    assert accepted_.status_code == 303
    finish(given, department, commune, arriving["id"])
    assert "Tout rendre" in other.get(path).text
    assert f"{name} rejoint" not in resident.get("/moi/donnees").text


def newest_of(portal: Portal, zone: str) -> list[dict[str, Any]]:
    """The moves of a zone, by its name."""
    return [node for node in portal.ask(MOVES)["zoneMoves"]["nodes"] if node["zoneName"] == zone]
