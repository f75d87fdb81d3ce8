"""Room: a limit holds for those who ask at once, each on a connection of its own."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from models.activity import MAX_IN_SPACE
from models.admission import MAX_BATCHES
from models.category import MAX_CATEGORIES
from models.follow import MAX_FOLLOWS
from models.note import MAX_NOTES
from models.official_response import MAX_RESPONSES
from models.organisation_member import MAX_MEMBERS
from models.proposal_status import MAX_STATUSES
from models.report import A_DAY
from models.watched_word import MAX_WATCHED
from models.zone import MAX_ZONES
from resolvers.trusted_flagger import MAX_FLAGGERS
from tests.acting import published
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import SQUARE, Given, uuid_in
from tests.telling import actor_of
from tests.test_admission import Coded
from tests.test_exchange_parallel import at_once, codes
from tests.test_organisation_member import me, organisation

AT_ONCE = 6
BOX = {"south": 48.10, "west": -1.70, "north": 48.12, "east": -1.66}
MANY = "SELECT gen_random_uuid() AS id, n FROM generate_series(1, %s) AS n"


@dataclass(frozen=True)
class Full:
    """What one place is left of: six that are refused or not, and how many there are then."""

    acts: list[Callable[[], dict[str, Any]]]
    count: Callable[[], int]
    most: int
    code: str = "LIMIT_REACHED"


@pytest.fixture(scope="module")
def city(given: Given, rennes: Portal) -> Portal:
    return given.tenant(rennes, "room", "commune-35238")


@pytest.fixture
def admin(given: Given, city: Portal) -> Portal:
    return given.actor(city, role="ADMIN")


def counted(given: Given, city: Portal, table: str, where: str = "true", *values: object) -> Callable[[], int]:
    return lambda: int(given.sql(city, f"SELECT count(*) FROM __tenant__.{table} WHERE {where}", *values)[0][0])


def notes(given: Given, city: Portal, admin: Portal) -> Full:
    idea = published(given.actor(city), given.activity(city))
    fill = f"""INSERT INTO __tenant__.note (id, contribution_id, concerned_id, body, written_at)
        SELECT each.id, c.id, c.author_id, 'Vu.', now() FROM ({MANY}) AS each, __tenant__.contribution c WHERE c.id = %s"""
    given.sql(city, fill, MAX_NOTES - 1, uuid_in(idea))
    acts = [lambda: do(admin, "noteAdd", contribution=idea, body="Vu sur place.")] * AT_ONCE
    return Full(acts, counted(given, city, "note", "contribution_id = %s", uuid_in(idea)), MAX_NOTES)


def responses(given: Given, city: Portal, admin: Portal) -> Full:
    idea = published(given.actor(city), given.activity(city))
    fill = f"""INSERT INTO __tenant__.official_response (id, contribution_id, service, body, published_at)
        SELECT each.id, %s, 'Voirie', 'Vu.', now() FROM ({MANY}) AS each"""
    given.sql(city, fill, uuid_in(idea), MAX_RESPONSES - 1)
    acts = [lambda: do(admin, "officialResponsePublish", contribution=idea, service="Voirie", body="Vu.")] * AT_ONCE
    return Full(acts, counted(given, city, "official_response", "contribution_id = %s", uuid_in(idea)), MAX_RESPONSES)


def follows(given: Given, city: Portal, admin: Portal) -> Full:
    who = given.actor(city)
    actor = actor_of(who)
    fill = f"""INSERT INTO __tenant__.follow (id, actor_id, cell, rings, started_at)
        SELECT each.id, %s, 612000000000000000 + each.n, 1, now() FROM ({MANY}) AS each"""
    given.sql(city, fill, actor, MAX_FOLLOWS - 1)
    activities = [given.activity(city) for _ in range(AT_ONCE)]
    acts = [lambda one=one: do(who, "followStart", activity=one) for one in activities]
    return Full(acts, counted(given, city, "follow", "actor_id = %s", actor), MAX_FOLLOWS)


def batches(given: Given, city: Portal, admin: Portal) -> Full:
    vote = Coded(given, city, count=1)
    fill = f"""INSERT INTO __tenant__.admission (id, activity_id, batch_id, batch_name, level, digest, added_at)
        SELECT each.id, %s, each.id, 'Halle', 'CODE', each.id::text, now() FROM ({MANY}) AS each"""
    given.sql(city, fill, uuid_in(vote.activity), MAX_BATCHES - 2)
    acts = [lambda: do(vote.admin, "codesMake", activity=vote.activity, name="Halle", count=1)] * AT_ONCE
    return Full(acts, counted(given, city, "admission", "activity_id = %s", uuid_in(vote.activity)), MAX_BATCHES)


def categories(given: Given, city: Portal, admin: Portal) -> Full:
    activity = given.activity(city)
    fill = f"""INSERT INTO __tenant__.category (id, activity_id, slug, name, rank)
        SELECT each.id, %s, each.id::text, 'Jardin', each.n FROM ({MANY}) AS each"""
    given.sql(city, fill, uuid_in(activity), MAX_CATEGORIES - 1)
    acts = [lambda: do(admin, "categoryAdd", activity=activity, name="Potager")] * AT_ONCE
    return Full(acts, counted(given, city, "category", "activity_id = %s", uuid_in(activity)), MAX_CATEGORIES)


def statuses(given: Given, city: Portal, admin: Portal) -> Full:
    activity = given.activity(city)
    fill = f"""INSERT INTO __tenant__.proposal_status
        (id, activity_id, name, color, rank, is_open_to_votes, is_open_to_comments)
        SELECT each.id, %s, 'État ' || each.n, '#336699', each.n, true, true FROM ({MANY}) AS each"""
    given.sql(city, fill, uuid_in(activity), MAX_STATUSES - 1)
    acts = [lambda: do(admin, "proposalStatusAdd", activity=activity, name="À l'étude", color="#336699")] * AT_ONCE
    return Full(acts, counted(given, city, "proposal_status", "activity_id = %s", uuid_in(activity)), MAX_STATUSES)


def activities(given: Given, city: Portal, admin: Portal) -> Full:
    space = given.space(city)
    for _ in range(MAX_IN_SPACE - 1):
        given.activity(city, space=space)
    acts = [lambda: do(admin, "activityCreate", space=space, kind="IDEA_BOX", title="Vos idées")] * AT_ONCE
    return Full(acts, counted(given, city, "activity", "space_id = %s", uuid_in(space)), MAX_IN_SPACE)


def members(given: Given, city: Portal, admin: Portal) -> Full:
    group = organisation(admin)
    fill = f"""WITH each AS ({MANY}), person AS (INSERT INTO __tenant__.actor (id, kind, role, name, created_at)
        SELECT each.id, 'CITIZEN', 'MEMBER', 'Voisin', now() FROM each RETURNING id)
        INSERT INTO __tenant__.organisation_member (id, organisation_id, member_id, given_at)
        SELECT person.id, %s, person.id, now() FROM person"""
    given.sql(city, fill, MAX_MEMBERS - 1, uuid_in(group))
    people = [me(given.actor(city)) for _ in range(AT_ONCE)]
    acts = [lambda one=one: do(admin, "organisationMemberAdd", organisation=group, actor=one) for one in people]
    return Full(acts, counted(given, city, "organisation_member", "organisation_id = %s", uuid_in(group)), MAX_MEMBERS)


def flaggers(given: Given, city: Portal, admin: Portal) -> Full:
    fill = f"""INSERT INTO __tenant__.actor (id, kind, role, name, created_at, is_trusted_flagger)
        SELECT each.id, 'ASSOCIATION', 'MEMBER', 'Vigie', now(), true FROM ({MANY}) AS each"""
    given.sql(city, fill, MAX_FLAGGERS - 1)
    people = [me(given.actor(city)) for _ in range(AT_ONCE)]
    acts = [lambda one=one: do(admin, "trustedFlaggerAdd", actor=one) for one in people]
    return Full(acts, counted(given, city, "actor", "is_trusted_flagger"), MAX_FLAGGERS)


def words(given: Given, city: Portal, admin: Portal) -> Full:
    fill = f"""INSERT INTO __tenant__.watched_word (id, word, is_stem, created_at)
        SELECT each.id, 'mot' || each.n, false, now() FROM ({MANY}) AS each"""
    given.sql(city, fill, MAX_WATCHED - 1)
    acts = [lambda one=one: do(admin, "watchedWordAdd", word=f"gros {one}") for one in "abcdef"]
    return Full(acts, counted(given, city, "watched_word"), MAX_WATCHED)


def zones(given: Given, city: Portal, admin: Portal) -> Full:
    fill = f"""INSERT INTO __tenant__.zone (id, name, geometry, cells)
        SELECT each.id, 'Quartier ' || each.n, %s, '{{}}' FROM ({MANY}) AS each"""
    given.sql(city, fill, SQUARE, MAX_ZONES - 1)
    acts = [lambda one=one: do(admin, "zoneDraw", name=f"Îlot {one}", box=BOX) for one in "abcdef"]
    return Full(acts, counted(given, city, "zone"), MAX_ZONES)


def reports(given: Given, city: Portal, admin: Portal) -> Full:
    who, author, activity = given.actor(city), given.actor(city), given.activity(city)
    ideas = [published(author, activity) for _ in range(A_DAY - 1 + AT_ONCE)]
    said = {"category": "SCAMS_AND_FRAUD", "isGoodFaith": True}
    for idea in ideas[AT_ONCE:]:
        done(who, "reportSubmit", contribution=idea, **said)
    acts = [lambda one=one: do(who, "reportSubmit", contribution=one, **said) for one in ideas[:AT_ONCE]]
    return Full(acts, counted(given, city, "report", "reporter_id = %s", actor_of(who)), A_DAY, "TOO_MANY_REPORTS")


LIMITED = [
    notes, responses, follows, batches, categories, statuses, activities, members, flaggers, words, zones, reports,
]  # fmt: skip


@pytest.mark.parametrize("fill", LIMITED, ids=lambda fill: fill.__name__)
def test_of_six_at_once_for_the_last_place_one_gets_it(
    given: Given, city: Portal, admin: Portal, fill: Callable[[Given, Portal, Portal], Full]
) -> None:
    full = fill(given, city, admin)
    assert full.count() == full.most - 1
    answers = at_once(*full.acts)
    assert Counter(str(codes(answer)) for answer in answers) == {"[]": 1, f"['{full.code}']": AT_ONCE - 1}
    assert full.count() == full.most


@pytest.mark.parametrize(("add", "table", "said"), [
    ("categoryAdd", "category", {}),
    ("proposalStatusAdd", "proposal_status", {"color": "#336699"}),
])  # fmt: skip
def test_place_behind_the_others_is_free_after_a_removal(
    given: Given, city: Portal, admin: Portal, add: str, table: str, said: dict[str, str]
) -> None:
    activity = given.activity(city)
    for name in ("Un", "Deux", "Trois"):
        done(admin, add, activity=activity, name=name, **said)
    given.sql(city, f"DELETE FROM __tenant__.{table} WHERE activity_id = %s AND name = 'Un'", uuid_in(activity))
    done(admin, add, activity=activity, name="Quatre", **said)
    ranks = f"SELECT name, rank FROM __tenant__.{table} WHERE activity_id = %s ORDER BY rank"
    assert given.sql(city, ranks, uuid_in(activity)) == [("Deux", 2), ("Trois", 3), ("Quatre", 4)]
