"""The demonstration's data is complete, consistent, believable French and the same at every call."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from demo import tenants
from demo.phrase import Deck, at_place, expand, of_place
from demo.story import DemoContribution, DemoTenant

SLUGS = [
    *("paris", "rennes", "lehavre", "orleans", "deux-sevres", "namur", "lille", "mulhouse", "poitiers"),
    *("courbevoie", "bourg-la-reine", "albi", "villecresnes", "meudon", "calvados", "correze"),
]
SIZES = {"paris": 300, "deux-sevres": 300, "rennes": 265, "orleans": 200, "lehavre": 150, "namur": 120}
OPINIONS = {"FOR", "MIXED", "AGAINST"}
CHOICES = {
    None: set(),
    "SUPPORT": {"SUPPORT"},
    "OPINION": OPINIONS,
    "APPROVAL": {"SUPPORT"},
    "BUDGET": {"SUPPORT"},
    "POINTS": {"POINTS"},
    "RANKED": {"RANK"},
    "MAJORITY_JUDGEMENT": {"EXCELLENT", "GOOD", "PASSABLE", "REJECTED"},
}
KINDS = {
    "MUTUAL_AID": {"OFFER", "REQUEST"},
    "MARKETPLACE": {"LISTING"},
    "IDEA_BOX": {"PROPOSAL"},
    "PETITION": {"PROPOSAL"},
    "CONSULTATION": {"PROPOSAL", "ARGUMENT"},
    "DEBATE": {"PROPOSAL", "ARGUMENT"},
    "PARTICIPATORY_BUDGET": {"PROPOSAL"},
}
PERSONS = {"CITIZEN", "ASSOCIATION"}
CITY_RADIUS_KM = 15
COUNTRY_RADIUS_KM = 80
NOT_ELIDED = re.compile(
    r"(?<![-\w'’])(?:[dD]e|[qQ]ue|[jJ]e|[nN]e|[mM]e|[tT]e|[sS]e|[lL]e|[lL]a|[cC]e) "
    r"(?!onze\b|oui\b)[aeiouàâéèêîôûœAEIOUÀÂÉÈÊÎÔÛŒ]"
    r"|\b[sS]i ils?\b|\b(?:[jJ]us|[lL]ors|[pP]uis)que [aeiouàéê]"
)
NOT_CONTRACTED = re.compile(r"\b(?:[dD]e|[àÀ]) (?:le|les|Le|Les)\b")
LEFTOVER = re.compile(r"[\[\]{}<>|]|  | [,.]|\.\.|lorem", re.IGNORECASE)
PRIVATE = re.compile(r"@|\b0[1-9](?:[ .]?\d{2}){4}\b|\bhttps?:")
TYPEWRITTEN = re.compile(r"'")
FAULTS = {
    "elision": NOT_ELIDED,
    "apostrophe": TYPEWRITTEN,
    "contraction": NOT_CONTRACTED,
    "leftover": LEFTOVER,
    "private": PRIVATE,
}

TENANTS = tenants()
EVERY = [pytest.param(tenant, id=tenant.slug) for tenant in TENANTS]


def texts(tenant: DemoTenant) -> Iterator[str]:
    """Everything that a reader sees of a tenant."""
    yield from (tenant.title, *(actor.name for actor in tenant.actors))
    for space in tenant.spaces:
        yield from (space.title, space.description)
        for activity in space.activities:
            yield from (activity.title, activity.description, *(label.name for label in activity.categories))
    for item in tenant.contributions:
        yield from (item.title, item.body, *(comment.body for comment in item.comments))
        yield from filter(None, (item.address, item.price_unit))


def published(kind: str) -> list[DemoContribution]:
    return [item for tenant in TENANTS for item in tenant.contributions if item.kind == kind]


def distance_km(lat: float, lng: float, tenant: DemoTenant) -> float:
    """Flat-earth distance to the tenant's centre, right to a percent at this scale."""
    north = (lat - tenant.lat) * 111.32
    east = (lng - tenant.lng) * 111.32 * math.cos(math.radians(tenant.lat))
    return math.hypot(north, east)


def contrast_on_white(colour: str) -> float:
    """The WCAG 2 contrast ratio between a colour and white."""
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def test_sixteen_tenants_hold_about_two_thousand_contributions() -> None:
    assert [tenant.slug for tenant in TENANTS] == SLUGS
    assert 1_900 <= sum(len(tenant.contributions) for tenant in TENANTS) <= 2_300


@pytest.mark.parametrize("tenant", EVERY)
def test_size_is_about_the_planned_one(tenant: DemoTenant) -> None:
    planned = SIZES.get(tenant.slug, 70)
    assert abs(len(tenant.contributions) - planned) <= 10
    assert 25 <= len(tenant.actors) <= 140


def test_every_call_gives_the_same() -> None:
    assert tenants() == TENANTS


def test_hosts_belong_to_one_tenant() -> None:
    hosts = [host for tenant in TENANTS for host in tenant.hosts]
    assert len(set(hosts)) == len(hosts) == 16
    assert {"idee.paris", "fabriquecitoyenne.rennes.fr", "correze.parvis.localhost"} <= set(hosts)


@pytest.mark.parametrize("tenant", EVERY)
def test_keys_are_unique_and_references_resolve(tenant: DemoTenant) -> None:
    actors = Counter(actor.key for actor in tenant.actors)
    keys = Counter(item.key for item in tenant.contributions)
    activities = [activity for space in tenant.spaces for activity in space.activities]
    labels = {activity.key: {label.slug for label in activity.categories} for activity in activities}
    assert max(actors.values()) == max(keys.values()) == 1
    assert len(labels) == len(activities)
    for item in tenant.contributions:
        writers = {item.author, *(comment.author for comment in item.comments)}
        assert writers | {vote.actor for vote in item.votes} <= actors.keys()
        assert item.category in labels[item.activity]


@pytest.mark.parametrize("tenant", EVERY)
def test_one_administrator_and_two_moderators(tenant: DemoTenant) -> None:
    roles = Counter(actor.role for actor in tenant.actors)
    assert (roles["ADMIN"], roles["MODERATOR"]) == (1, 2)
    assert [actor.kind for actor in tenant.actors if actor.role == "ADMIN"] == ["INSTITUTION"]
    assert len({actor.name for actor in tenant.actors}) == len(tenant.actors)


@pytest.mark.parametrize("tenant", EVERY)
def test_activities_hold_their_kinds_of_contribution_and_features_follow(tenant: DemoTenant) -> None:
    activities = {activity.key: activity for space in tenant.spaces for activity in space.activities}
    assert activities["entraide"].kind == "MUTUAL_AID"
    for item in tenant.contributions:
        assert item.kind in KINDS[activities[item.activity].kind]
        assert item.age_hours < 24 * activities[item.activity].opens_days_ago
    assert tenant.features == tuple(dict.fromkeys(activity.kind for activity in activities.values()))


@pytest.mark.parametrize("tenant", EVERY)
def test_votes_are_one_an_actor_and_fit_the_method(tenant: DemoTenant) -> None:
    methods = {activity.key: activity.vote_method for space in tenant.spaces for activity in space.activities}
    for item in tenant.contributions:
        voters = [vote.actor for vote in item.votes]
        assert len(set(voters)) == len(voters)
        assert item.author not in voters
        assert {vote.choice for vote in item.votes} <= CHOICES[methods[item.activity]]


def test_proposals_and_arguments_gather_votes() -> None:
    unsigned = (gathering.CHECKED, gathering.SEEKING)  # On paper alone, and not yet.
    assert all(item.votes for item in published("PROPOSAL") if item.key not in unsigned)
    assert {vote.choice for item in published("ARGUMENT") for vote in item.votes} == OPINIONS


def test_arguments_have_a_side_and_an_older_proposal_of_the_same_activity() -> None:
    for tenant in TENANTS:
        proposals = {item.key: item for item in tenant.contributions if item.kind == "PROPOSAL"}
        for item in tenant.contributions:
            if item.kind != "ARGUMENT":
                assert (item.side, item.about) == (None, None)
                continue
            assert item.side in {"FOR", "AGAINST"}
            assert item.about is not None
            about = proposals[item.about]
            assert (about.activity, item.lat, item.lng) == (item.activity, None, None)
            assert item.age_hours < about.age_hours


def test_offers_come_first() -> None:
    assert len(published("OFFER")) > 4 * len(published("REQUEST"))


def test_only_requests_are_anonymous_and_their_authors_never_answer_in_public() -> None:
    anonymous = [item for tenant in TENANTS for item in tenant.contributions if item.is_anonymous]
    assert {item.kind for item in anonymous} == {"REQUEST"}
    assert all(item.author != comment.author for item in anonymous for comment in item.comments)


@pytest.mark.parametrize("tenant", EVERY)
def test_points_are_near_the_centre_and_exact_only_where_the_address_is_published(tenant: DemoTenant) -> None:
    kinds = {actor.key: actor.kind for actor in tenant.actors}
    rural = tenant.collectivite.startswith(("departement", "province"))
    radius_km = COUNTRY_RADIUS_KM if rural else CITY_RADIUS_KM
    for item in tenant.contributions:
        assert (item.lat is None) == (item.lng is None)
        assert item.is_exact == (item.address is not None) == (item.kind == "LISTING")
        assert not (item.is_exact and kinds[item.author] in PERSONS)
        if item.kind in {"OFFER", "REQUEST", "LISTING"}:
            assert item.lat is not None
        if item.lat is not None and item.lng is not None:
            assert distance_km(item.lat, item.lng, tenant) <= radius_km


@pytest.mark.parametrize("tenant", EVERY)
def test_a_vendor_has_one_address(tenant: DemoTenant) -> None:
    places = {(item.author, item.address, item.lat, item.lng) for item in tenant.contributions if item.address}
    assert len({author for author, *_ in places}) == len(places)


def test_expiry_and_outcome_follow_the_kind_and_the_status() -> None:
    for item in (item for tenant in TENANTS for item in tenant.contributions):
        expires = item.kind in {"OFFER", "REQUEST", "LISTING"}
        assert item.expires_after_days == (30 if expires else None)
        assert (item.outcome in {"FULFILLED", "WITHDRAWN", "MERGED"}) == (item.status == "CLOSED")
        assert item.outcome is None or (item.outcome == "MERGED") is (item.kind == "PROPOSAL")
        assert item.status in {"OPEN", "CLOSED"}
        assert item.age_hours > 0


def test_a_few_are_expired_and_a_few_closed() -> None:
    ending = [item for tenant in TENANTS for item in tenant.contributions if item.expires_after_days]
    expired = sum(item.age_hours >= 24 * 30 for item in ending)
    closed = sum(item.status == "CLOSED" for item in ending)
    assert 0.01 < expired / len(ending) < 0.05
    assert 0.02 < closed / len(ending) < 0.06


def test_prices_come_with_their_unit_and_only_on_listings() -> None:
    for item in (item for tenant in TENANTS for item in tenant.contributions):
        assert (item.price_cents is None) == (item.price_unit is None)
        assert item.price_cents is None or (item.kind == "LISTING" and 10 <= item.price_cents <= 10_000)


def test_comments_are_at_most_five_younger_than_the_contribution_and_in_order() -> None:
    items = [item for tenant in TENANTS for item in tenant.contributions]
    for item in items:
        ages = [comment.age_hours for comment in item.comments]
        assert len(ages) <= 5
        assert ages == sorted(ages, reverse=True)
        assert all(0 <= age < item.age_hours for age in ages)
    assert 0.45 < sum(bool(item.comments) for item in items) / len(items) < 0.65


@pytest.mark.parametrize("tenant", EVERY)
def test_texts_have_their_lengths_and_none_is_repeated(tenant: DemoTenant) -> None:
    assert all(3 <= len(item.title) <= 120 for item in tenant.contributions)
    assert all(20 <= len(item.body) <= 1_500 for item in tenant.contributions)
    written = Counter((item.title, item.body) for item in tenant.contributions)
    assert max(written.values()) == 1


def test_the_whole_demonstration_uses_many_different_texts() -> None:
    assert len({item.body for tenant in TENANTS for item in tenant.contributions}) > 1_600
    assert len({item.title for tenant in TENANTS for item in tenant.contributions}) > 600


@pytest.mark.parametrize("tenant", EVERY)
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_french_is_elided_contracted_and_finished(tenant: DemoTenant, fault: re.Pattern[str]) -> None:
    assert [text for text in texts(tenant) if fault.search(text)] == []


@pytest.mark.parametrize(
    "text", ["près de Albi", "de le Havre", "à le marché", "il faut que il vienne", "à Les Coteaux"]
)
def test_the_french_check_sees_faults(text: str) -> None:
    assert NOT_ELIDED.search(text) or NOT_CONTRACTED.search(text)


@pytest.mark.parametrize("tenant", EVERY)
def test_primary_colour_is_readable_on_white(tenant: DemoTenant) -> None:
    assert contrast_on_white(tenant.primary_color) >= 4.5
    assert re.fullmatch(r"#[0-9a-f]{6}", tenant.secondary_color)


@pytest.mark.parametrize("tenant", EVERY)
def test_zones_are_closed_outlines_of_five_to_nine_corners_in_the_city(tenant: DemoTenant) -> None:
    if tenant.slug in {"paris", "rennes", "lehavre", "lille"}:
        assert 3 <= len(tenant.zones) <= 6
    for zone in tenant.zones:
        (ring,) = zone.geometry["coordinates"]
        assert ring[0] == ring[-1]
        assert 5 <= len(ring) - 1 <= 9
        assert all(distance_km(lat, lng, tenant) <= CITY_RADIUS_KM for lng, lat in ring)


@pytest.mark.parametrize(
    ("name", "at", "of"),
    [
        ("Le Blosne", "au Blosne", "du Blosne"),
        ("Les Coteaux", "aux Coteaux", "des Coteaux"),
        ("La Crèche", "à La Crèche", "de La Crèche"),
        ("Albi", "à Albi", "d’Albi"),
        ("Échiré", "à Échiré", "d’Échiré"),
        ("Niort", "à Niort", "de Niort"),
    ],
)
def test_place_names_contract(name: str, at: str, of: str) -> None:
    assert (at_place(name), of_place(name)) == (at, of)


def test_a_text_agrees_with_its_author_and_fills_its_slots() -> None:
    text = "<infirmier/infirmière> retraité<e> {at}. [je suis là.|je suis là.]"
    slots = {"at": "au Blosne"}
    assert expand(text, Random(1), slots, feminine=True) == "Infirmière retraitée au Blosne. Je suis là."
    assert expand(text, Random(1), slots, feminine=False) == "Infirmier retraité au Blosne. Je suis là."


def test_a_deck_deals_every_card_before_any_comes_again() -> None:
    deck = Deck("abcd", Random(7))
    assert [sorted(deck.draw() for _ in "abcd") for _ in range(3)] == [["a", "b", "c", "d"]] * 3
