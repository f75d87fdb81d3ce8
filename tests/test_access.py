"""Who sees what: for every right a row of expected outcomes, by every road; not allowed to see equals not existing."""

from typing import Any

import pytest

from demo import unpublished
from tests.conftest import Portal
from tests.twin import LATITUDES, LOCATED, LONGITUDE, PER_SPACE, VISIBILITY

VIEWERS = ("anonymous", "member", "moderator", "admin")
SEEN_BY = {"PUBLIC": VIEWERS, "MEMBERS": VIEWERS[1:], "DRAFT": VIEWERS[2:]}
"""The access matrix of spaces, and of all that is in them."""

MATRIX = [(viewer, slug, viewer in SEEN_BY[VISIBILITY[slug]]) for slug in VISIBILITY for viewer in VIEWERS]
MISSING = "00000000-0000-4000-8000-000000000000"

Ids = dict[str, Any]


def as_viewer(portal: Portal, viewer: str) -> Portal:
    """The portal for somebody of a role; the member is the neighbour, who published only arguments."""
    return {
        "anonymous": lambda: portal,
        "member": lambda: portal.member(1),
        "moderator": portal.moderator,
        "admin": portal.admin,
    }[viewer]()


@pytest.fixture(scope="module")
def portal(twins: tuple[Portal, Portal]) -> Portal:
    return twins[0]


@pytest.fixture(scope="module")
def ids(portal: Portal) -> dict[str, Ids]:
    """The ids of what each space holds, as the author and the administrator see them."""
    query = """{ contributions(first: 50) { nodes { id kind author { id } category { id } comments { nodes { id } }
        activity { id space { id slug } } viewerVote { id } } } }"""
    found: dict[str, Ids] = {slug: {} for slug in VISIBILITY}
    for node in portal.admin().ask(query)["contributions"]["nodes"]:
        space = node["activity"]["space"]
        found[space["slug"]] |= {
            node["kind"]: node["id"],
            f"{node['kind']} comment": node["comments"]["nodes"][0]["id"],
            "space": space["id"],
            f"{node['kind']} activity": node["activity"]["id"],
            f"{node['kind']} category": node["category"]["id"],
            f"{node['kind']} author": node["author"]["id"],
        }
    return found


# Spaces and all that they hold ---------------------------------------------------------------------------------------


def roads(ids: Ids, slug: str, lat: float) -> dict[str, str]:
    """Every way to a contribution of a space, its activities, its comments and the space itself, as a field to select."""
    offer, activity, argument = ids["OFFER"], ids["OFFER activity"], ids["ARGUMENT"]
    bounds = f"bounds: {{south: {lat - 0.02}, west: -1.7, north: {lat + 0.02}, east: -1.5}}, zoom: 12"
    near = f"near: {{lat: {lat}, lng: {LONGITUDE}, radiusM: 1500}}"

    def entity(type_: str, id_: str, selection: str) -> str:
        return f'_entities(representations: [{{__typename: "{type_}", id: "{id_}"}}]) {{ ... on {type_} {{ {selection} }} }}'

    return {
        "space by id": f'space(id: "{ids["space"]}") {{ title activities {{ title contributions {{ nodes {{ title }} }} }} }}',
        "space by slug": f'space(slug: "{slug}") {{ title }}',
        "activity": f'activity(id: "{activity}") {{ title space {{ title }} contributions {{ totalCount }} categories {{ name }} }}',
        "contribution": f'contribution(id: "{offer}") {{ title activity {{ space {{ title }} }} comments {{ nodes {{ body }} }} }}',
        "argument": f'contribution(id: "{argument}") {{ title about {{ title arguments {{ totalCount }} }} }}',
        "list of an activity": f'contributions(activity: "{activity}") {{ totalCount nodes {{ title }} }}',
        "list of a category": f'contributions(categories: ["{ids["OFFER category"]}"]) {{ totalCount nodes {{ title }} }}',
        "nearest": f"contributions({near}, order: NEAREST) {{ totalCount nodes {{ title }} }}",
        "newest in a circle": f"contributions({near}, order: NEWEST) {{ totalCount nodes {{ title }} }}",
        "search": f'contributions(search: "tondeuse {slug}") {{ totalCount nodes {{ title }} }}',
        "map": f"hexagons({bounds}) {{ count offerCount }}",
        "map of an activity": f'hexagons({bounds}, activity: "{activity}") {{ count }}',
        "entity space": entity("ParticipatorySpace", ids["space"], "title activities { title }"),
        "entity activity": entity("Activity", activity, "title space { title }"),
        "entity category": entity("Category", ids["OFFER category"], "name"),
        "entity contribution": entity("Contribution", offer, "title body author { name } tally { totalCount }"),
        "entity comment": entity("Comment", ids["OFFER comment"], "body contribution { title } author { name }"),
        "entity argument": entity("Contribution", argument, "title about { title }"),
    }


@pytest.mark.parametrize(("viewer", "slug", "is_seen"), MATRIX)
def test_space_and_all_in_it_is_seen_by_whom_it_is_for(
    portal: Portal, ids: dict[str, Ids], viewer: str, slug: str, is_seen: bool
) -> None:
    """A stranger gets, by every road, the very answer of a space that does not exist."""
    nothing = {key: id_.rsplit("_", 1)[0] + f"_{MISSING}" for key, id_ in ids[slug].items()}
    missing = roads(nothing, "nowhere", lat=10.0)
    asker = as_viewer(portal, viewer)
    for road, field in roads(ids[slug], slug, LATITUDES[slug]).items():
        answer, of_nothing = (asker.ask(f"{{ road: {found} }}") for found in (field, missing[road]))
        assert (answer != of_nothing) is is_seen, road


@pytest.mark.parametrize("viewer", VIEWERS)
def test_lists_and_counts_hold_exactly_what_the_viewer_sees(portal: Portal, viewer: str) -> None:
    asker = as_viewer(portal, viewer)
    slugs = [slug for slug in VISIBILITY if viewer in SEEN_BY[VISIBILITY[slug]]]
    found = asker.ask("""{ contributions(first: 50) { totalCount nodes { activity { space { slug } } } }
        spaces { totalCount nodes { slug activities { contributions { totalCount } } } }
        hexagons(bounds: {south: 48, west: -1.7, north: 48.3, east: -1.5}, zoom: 12) { count offerCount requestCount listingCount }
        wide: hexagons(bounds: {south: 47, west: -3, north: 49, east: 0}, zoom: 5) { count } }""")
    assert found["contributions"]["totalCount"] == PER_SPACE * len(slugs)
    assert sorted(node["activity"]["space"]["slug"] for node in found["contributions"]["nodes"]) == sorted(
        slugs * PER_SPACE
    )
    prepared = [unpublished.SLUG] if viewer in SEEN_BY["DRAFT"] else []  # The demonstration's own draft, still empty.
    assert sorted(node["slug"] for node in found["spaces"]["nodes"]) == sorted([*slugs, *prepared])
    assert found["spaces"]["totalCount"] == len(slugs) + len(prepared)
    counts = [
        activity["contributions"]["totalCount"] for node in found["spaces"]["nodes"] for activity in node["activities"]
    ]
    assert sum(counts) == PER_SPACE * len(slugs)
    assert sum(hexagon["count"] for hexagon in found["hexagons"]) == LOCATED * len(slugs)
    for name in ("offerCount", "requestCount", "listingCount"):
        assert sum(hexagon[name] for hexagon in found["hexagons"]) == len(slugs)
    assert sum(hexagon["count"] for hexagon in found["wide"]) == LOCATED * len(slugs)


@pytest.mark.parametrize("viewer", VIEWERS)
def test_contributions_of_an_actor_are_those_that_the_viewer_sees(
    portal: Portal, ids: dict[str, Ids], viewer: str
) -> None:
    asker = as_viewer(portal, viewer)
    spaces = [slug for slug in VISIBILITY if viewer in SEEN_BY[VISIBILITY[slug]]]
    asked = f'[{{__typename: "Actor", id: "{ids["dehors"]["OFFER author"]}"}}]'
    (author,) = asker.ask(f"""{{ _entities(representations: {asked}) {{ ... on Actor {{
        contributions(first: 50) {{ totalCount nodes {{ kind activity {{ space {{ slug }} }} }} }} }} }} }}""")[
        "_entities"
    ]
    kinds = ["OFFER", "PROPOSAL"] + (["REQUEST"] if viewer in ("moderator", "admin") else [])
    assert author["contributions"]["totalCount"] == len(kinds) * len(spaces)
    seen = sorted((node["activity"]["space"]["slug"], node["kind"]) for node in author["contributions"]["nodes"])
    assert seen == sorted((slug, kind) for slug in spaces for kind in kinds)


@pytest.mark.parametrize(("viewer", "slug", "is_seen"), [row for row in MATRIX if not row[2]])
def test_writing_to_what_one_does_not_see_is_as_to_what_does_not_exist(
    portal: Portal, ids: dict[str, Ids], viewer: str, slug: str, is_seen: bool
) -> None:
    asker = as_viewer(portal, viewer)
    code = "UNAUTHENTICATED" if viewer == "anonymous" else "NOT_FOUND"
    for name, field, kind, rest in (
        ("voteCast", "contribution", "PROPOSAL", "choice: FOR"),
        ("voteWithdraw", "contribution", "PROPOSAL", ""),
        ("commentPublish", "contribution", "OFFER", 'body: "Bonjour"'),
        ("contributionRevise", "contribution", "OFFER", 'title: "Bonjour"'),
        ("contributionClose", "contribution", "OFFER", "outcome: WITHDRAWN"),
        ("contributionPublish", "activity", "PROPOSAL activity", 'kind: PROPOSAL, title: "Bonjour", body: "Bonjour"'),
    ):
        real = ids[slug][kind]
        missing = real.rsplit("_", 1)[0] + f"_{MISSING}"
        answers = [
            asker.post(
                f'mutation {{ {name}(input: {{{field}: "{id_}", {rest}}}) {{ userErrors {{ code field message }} }} }}'
            ).text
            for id_ in (real, missing)
        ]
        assert f'"{code}"' in answers[0]
        assert answers[0] == answers[1]


def test_token_of_another_tenants_member_is_refused_everywhere(
    twins: tuple[Portal, Portal], ids: dict[str, Ids]
) -> None:
    here, there = twins
    token = there.member().token
    for slug in VISIBILITY:
        for road, field in roads(ids[slug], slug, LATITUDES[slug]).items():
            assert here.post(f"{{ {field} }}", authorization=f"Bearer {token}").status_code == 401, road


# Authors of requests without a name ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("viewer", "name"),
    [
        ("anonymous", None),
        ("member", None),
        ("moderator", "Autrice hirondelle"),
        ("admin", "Autrice hirondelle"),
        ("author", "Autrice hirondelle"),
    ],
)
def test_author_of_a_request_without_a_name(portal: Portal, ids: dict[str, Ids], viewer: str, name: str | None) -> None:
    asker = portal.member(0) if viewer == "author" else as_viewer(portal, viewer)
    request = ids["dehors"]["REQUEST"]
    expected = {"isAnonymous": True, "isMine": viewer == "author", "author": name and {"name": name}}
    fields = "isAnonymous isMine author { name }"
    found = asker.ask(f"""{{ contribution(id: "{request}") {{ {fields} comments {{ nodes {{ contribution {{ {fields} }} }} }} }}
        list: contributions(kinds: [REQUEST], search: "dehors") {{ nodes {{ {fields} }} edges {{ node {{ {fields} }} }} }}
        _entities(representations: [{{__typename: "Contribution", id: "{request}"}}]) {{ ... on Contribution {{ {fields} }} }}
        activity(id: "{ids["dehors"]["REQUEST activity"]}") {{ contributions(kinds: [REQUEST]) {{ nodes {{ {fields} }} }} }} }}""")
    assert found["contribution"].pop("comments") == {"nodes": [{"contribution": expected}]}
    assert found["contribution"] == expected
    assert found["list"] == {"nodes": [expected], "edges": [{"node": expected}]}
    assert found["_entities"] == [expected]
    assert found["activity"]["contributions"]["nodes"] == [expected]


def test_author_sees_the_own_request_without_a_name_in_the_own_list_only(portal: Portal) -> None:
    query = "{ viewer { contributions(first: 50) { totalCount nodes { kind } } } }"
    kinds = [node["kind"] for node in portal.member(0).ask(query)["viewer"]["contributions"]["nodes"]]
    assert sorted(kinds) == sorted(["OFFER", "PROPOSAL", "REQUEST"] * 2)


# Roles, votes, own place ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("viewer", "role"),
    [("anonymous", None), ("member", None), ("moderator", "MEMBER"), ("admin", "MEMBER"), ("author", "MEMBER")],
)
def test_role_of_an_actor(portal: Portal, ids: dict[str, Ids], viewer: str, role: str | None) -> None:
    asker = portal.member(0) if viewer == "author" else as_viewer(portal, viewer)
    offer, actor = ids["dehors"]["OFFER"], ids["dehors"]["OFFER author"]
    found = asker.ask(f"""{{ contribution(id: "{offer}") {{ author {{ role }} }} viewer {{ role }}
        _entities(representations: [{{__typename: "Actor", id: "{actor}"}}]) {{ ... on Actor {{ role contributions(first: 1) {{ nodes {{ author {{ role }} }} }} }} }} }}""")
    assert found["contribution"] == {"author": {"role": role}}
    assert found["_entities"] == [{"role": role, "contributions": {"nodes": [{"author": {"role": role}}]}}]
    own = {"anonymous": None, "member": "MEMBER", "author": "MEMBER", "moderator": "MODERATOR", "admin": "ADMIN"}[
        viewer
    ]
    assert found["viewer"] == (own and {"role": own})


@pytest.mark.parametrize(
    ("viewer", "choice"),
    [("anonymous", None), ("member", "AGAINST"), ("moderator", None), ("admin", None), ("author", "FOR")],
)
def test_vote_is_its_actors_secret(portal: Portal, ids: dict[str, Ids], viewer: str, choice: str | None) -> None:
    asker = portal.member(0) if viewer == "author" else as_viewer(portal, viewer)
    proposal = ids["dehors"]["PROPOSAL"]
    show = f"""{{ contribution(id: "{proposal}") {{ viewerVote {{ id choice contribution {{ viewerVote {{ choice }} }} }} tally {{ totalCount forCount }} }}
        list: contributions(search: "fontaine dehors") {{ nodes {{ viewerVote {{ choice }} }} }} }}"""
    found = asker.ask(show)
    expected = choice and {"choice": choice}
    assert found["contribution"]["tally"] == {"totalCount": 2, "forCount": 1}
    assert found["list"]["nodes"] == [{"viewerVote": expected}]
    vote = found["contribution"]["viewerVote"]
    assert (vote and vote["choice"]) == choice
    assert vote is None or vote["contribution"]["viewerVote"] == expected
    for voter, said in ((portal.member(0), "FOR"), (portal.member(1), "AGAINST")):
        id_ = voter.ask(show)["contribution"]["viewerVote"]["id"]
        asked = f'{{ _entities(representations: [{{__typename: "Vote", id: "{id_}"}}]) {{ ... on Vote {{ choice contribution {{ title }} }} }} }}'
        (shown,) = asker.ask(asked)["_entities"]
        assert (shown and shown["choice"]) == (said if said == choice else None)


@pytest.mark.parametrize(
    ("viewer", "is_author"),
    [("anonymous", False), ("member", False), ("moderator", False), ("admin", False), ("author", True)],
)
def test_exact_point_of_a_person_is_its_authors_alone(
    portal: Portal, ids: dict[str, Ids], viewer: str, is_author: bool
) -> None:
    asker = portal.member(0) if viewer == "author" else as_viewer(portal, viewer)
    offer = ids["dehors"]["OFFER"]
    point = {"lat": LATITUDES["dehors"], "lng": LONGITUDE} if is_author else None
    found = asker.ask(f"""{{ contribution(id: "{offer}") {{ ownLocation {{ lat lng }} location {{ lat lng precision address }}
        distance(from: {{lat: 48.1, lng: -1.6}}) {{ metres }} comments {{ nodes {{ contribution {{ ownLocation {{ lat lng }} }} }} }} }}
        _entities(representations: [{{__typename: "Contribution", id: "{offer}"}}]) {{ ... on Contribution {{ ownLocation {{ lat lng }} }} }} }}""")
    assert found["contribution"]["ownLocation"] == point
    assert found["contribution"]["comments"]["nodes"][0]["contribution"] == {"ownLocation": point}
    assert found["_entities"] == [{"ownLocation": point}]
    assert found["contribution"]["location"] == {
        "lat": 48.096933,
        "lng": -1.603428,
        "precision": "CELL",
        "address": None,
    }
    assert found["contribution"]["distance"] == {"metres": None}


def test_exact_point_of_a_shop_is_public(portal: Portal, ids: dict[str, Ids]) -> None:
    found = portal.ask(f"""{{ contribution(id: "{ids["dehors"]["LISTING"]}") {{ location {{ lat lng precision address }}
        distance(from: {{lat: 48.11, lng: -1.6}}) {{ metres band }} ownLocation {{ lat }} }} }}""")["contribution"]
    assert found["location"] == {
        "lat": LATITUDES["dehors"],
        "lng": LONGITUDE,
        "precision": "EXACT",
        "address": "1, rue hirondelle",
    }
    assert found["distance"] == {"metres": 1112, "band": "FROM_1_TO_2_KM"}
    assert found["ownLocation"] is None
