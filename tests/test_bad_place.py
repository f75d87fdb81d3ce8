"""Places, zooms, searches and texts out of range: each is refused by its code and field, or answered."""

from typing import Any

import pytest

from tests import refused
from tests.conftest import Portal
from tests.given import Given

POINTS = (
    "near: { lat: $lat, lng: $lng, radiusM: 1000 }",
    "near: { lat: $lat, lng: $lng, radiusM: 1000 }, order: NEAREST",
)


@pytest.mark.parametrize(("lat", "lng"), [
    (91, 0), (-90.000001, 0), (1e308, 0), (0, 180.5), (0, -181), ("48", 0), (True, 0), (None, 0), ([48], 0), ({}, 0),
])  # fmt: skip
@pytest.mark.parametrize("arguments", POINTS)
def test_point_that_is_none_is_refused(rennes: Portal, arguments: str, lat: object, lng: object) -> None:
    query = f"query($lat: Latitude!, $lng: Longitude!) {{ contributions({arguments}) {{ totalCount }} }}"
    assert refused.codes(rennes.post(query, {"lat": lat, "lng": lng})) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize(
    "lat", ["91", "-90.000001", "1e400", "-1e400", "NaN", "Infinity", '"48"', "true", "[48]", "{ a: 1 }"]
)
def test_point_that_is_none_is_refused_in_the_document(rennes: Portal, lat: str) -> None:
    query = f"{{ contributions(near: {{ lat: {lat}, lng: 0, radiusM: 1000 }}) {{ totalCount }} }}"
    assert refused.codes(rennes.post(query)) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize(("lat", "lng"), [(90, 180), (-90, -180), (0, 0), (89.9999, 179.9999)])
def test_ends_of_the_earth_are_points(rennes: Portal, lat: float, lng: float) -> None:
    for arguments in POINTS:
        query = f"query($lat: Latitude!, $lng: Longitude!) {{ contributions({arguments}) {{ totalCount }} }}"
        assert rennes.ask(query, lat=lat, lng=lng) == {"contributions": {"totalCount": 0}}


@pytest.mark.parametrize("radius", [0, -1, 49, 50.5, 100_001, 10**9, 1e300, 2**63, "1000", True, None, []])
def test_radius_out_of_range_is_refused(rennes: Portal, radius: object) -> None:
    query = "query($radius: Radius!) { contributions(near: { lat: 48.1, lng: -1.7, radiusM: $radius }) { totalCount } }"
    assert refused.codes(rennes.post(query, {"radius": radius})) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize("bounds", [
    {"south": 49, "west": -2, "north": 48, "east": -1}, {"south": 48, "west": -1, "north": 49, "east": -2},
    {"south": 48, "west": -2, "north": 48, "east": -1}, {"south": 48, "west": 179, "north": 49, "east": -179},
])  # fmt: skip
def test_bounds_upside_down_are_refused(rennes: Portal, bounds: dict[str, float]) -> None:
    listed = "query($bounds: BoundsInput!) { contributions(within: $bounds) { totalCount } }"
    [error] = refused.errors(rennes.post(listed, {"bounds": bounds}), 200)
    assert error["extensions"] == {"code": "BAD_INPUT", "field": "within"}
    counted = "query($bounds: BoundsInput!) { hexagons(bounds: $bounds, zoom: 12) { count } }"
    [error] = refused.errors(rennes.post(counted, {"bounds": bounds}), 200)
    assert error["extensions"] == {"code": "BAD_INPUT", "field": "bounds"}


@pytest.mark.parametrize(("zoom", "code"), [
    (-1, "BAD_INPUT"), (23, "BAD_INPUT"), (99, "BAD_INPUT"), (-(2**31), "BAD_INPUT"), (2**31, "BAD_USER_INPUT"),
    (1.5, "BAD_USER_INPUT"),
])  # fmt: skip
def test_zoom_out_of_range_is_refused(rennes: Portal, zoom: float, code: str) -> None:
    bounds = "{ south: 48, west: -2, north: 49, east: -1 }"
    query = f"query($zoom: Int!) {{ hexagons(bounds: {bounds}, zoom: $zoom) {{ count }} }}"
    assert refused.codes(rennes.post(query, {"zoom": zoom})) == {code}


def test_order_nearest_without_a_point_is_refused(rennes: Portal) -> None:
    [error] = refused.errors(rennes.post("{ contributions(order: NEAREST) { totalCount } }"), 200)
    assert error["extensions"] == {"code": "BAD_INPUT", "field": "order"}


# Searches ------------------------------------------------------------------------------------------------------------

SEARCH = "query($text: String) { contributions(search: $text) { totalCount } }"


@pytest.mark.parametrize("text", [
    "", " ", "!!!", '"', '"unclosed', '""', "a & | b", "(", "((a)", "\\", "'", "%", "_", ":*", "a:*", "a <-> b",
    "<b>", "&amp;",
    "ou", "ou ou ou", "or or or", "-", "--", "- -", "-" * 200, "- " * 100, "(-" * 100, '-"' * 100, "a -" * 60, "🦉",
    "\u202e",
    "\ufffe", "x" * 200, "é" * 200, "mot " * 50, "🦉" * 200,
], ids=lambda text: ascii(text)[:24])  # fmt: skip
def test_search_of_any_signs_is_answered(rennes: Portal, text: str) -> None:
    found = rennes.ask(SEARCH, text=text)["contributions"]["totalCount"]
    assert 0 <= found <= 1_000
    assert rennes.ask("query($text: String) { collectivites(search: $text, first: 1) { nodes { name } } }", text=text)[
        "collectivites"
    ]


def test_stray_signs_do_not_change_what_is_found(rennes: Portal) -> None:
    plain = rennes.ask(SEARCH, text="jardin")["contributions"]["totalCount"]
    assert plain > 0
    for text in ("jardin -", "- jardin", "-- jardin", "(jardin)", "jardin !!!", '"jardin'):
        assert rennes.ask(SEARCH, text=text)["contributions"]["totalCount"] == plain
    everything = rennes.ask("{ contributions { totalCount } }")["contributions"]["totalCount"]
    assert rennes.ask(SEARCH, text="-jardin")["contributions"]["totalCount"] == everything - plain


@pytest.mark.parametrize("text", ["x" * 201, "x" * 10_000, "mot " * 2_500, "-" * 10_000, "a -b " * 100_000])
@pytest.mark.parametrize("field", ["contributions", "collectivites"])
def test_overlong_search_is_refused(rennes: Portal, field: str, text: str) -> None:
    query = f"query($text: String) {{ {field}(search: $text) {{ nodes {{ id }} }} }}"
    [error] = refused.errors(rennes.post(query, {"text": text}), 200)
    assert error["extensions"] == {"code": "TOO_LONG", "field": "search"}


# Texts ---------------------------------------------------------------------------------------------------------------

DONE = "{ userErrors { code field } }"
PUBLISH = f"mutation($input: ContributionPublishInput!) {{ done: contributionPublish(input: $input) {DONE} }}"
COMMENT = f"mutation($input: CommentPublishInput!) {{ done: commentPublish(input: $input) {DONE} }}"

TEXTS: list[tuple[dict[str, Any], str, str]] = [
    ({"title": ""}, "TOO_SHORT", "title"),
    ({"title": " \t\n "}, "TOO_SHORT", "title"),
    ({"title": "\u0001\u0002\u0003"}, "TOO_SHORT", "title"),
    ({"title": "x" * 256}, "TOO_LONG", "title"),
    ({"title": "🦉" * 500_000}, "BODY_TOO_LARGE", ""),
    ({"title": "x" * 500_000}, "TOO_LONG", "title"),
    ({"body": ""}, "TOO_SHORT", "body"),
    ({"body": "\n\n"}, "TOO_SHORT", "body"),
    ({"body": "x" * 20_001}, "TOO_LONG", "body"),
    ({"idempotencyKey": ""}, "BAD_INPUT", "idempotencyKey"),
    ({"idempotencyKey": "1234567"}, "BAD_INPUT", "idempotencyKey"),
    ({"idempotencyKey": "x" * 101}, "BAD_INPUT", "idempotencyKey"),
    ({"expiresAfterDays": 0}, "BAD_INPUT", "expiresAfterDays"),
    ({"expiresAfterDays": 2**31 - 1}, "BAD_INPUT", "expiresAfterDays"),
    ({"priceCents": -1, "kind": "LISTING"}, "BAD_INPUT", "priceCents"),
    ({"activity": ""}, "BAD_ID", "activity"),
    ({"category": "x"}, "BAD_ID", "category"),
]


@pytest.mark.parametrize(("change", "code", "field"), TEXTS, ids=lambda value: str(value)[:30])
def test_input_out_of_range_is_refused_and_changes_nothing(
    given: Given, town: Portal, change: dict[str, Any], code: str, field: str
) -> None:
    kind = "MARKETPLACE" if change.get("kind") == "LISTING" else "MUTUAL_AID"
    sent = {
        "activity": given.activity(town, kind=kind),
        "kind": "OFFER",
        "title": "Une offre",
        "body": "Son texte",
        **change,
    }
    member = given.actor(town)
    with given.nothing_written(town):
        answer = member.post(PUBLISH, {"input": sent})
    if field:
        assert answer.json()["data"] == {"done": {"userErrors": [{"code": code, "field": field}]}}
    else:
        assert refused.codes(answer, 413) == {code}


def test_comment_out_of_range_is_refused_and_changes_nothing(given: Given, rennes: Portal, lehavre: Portal) -> None:
    own, other = (
        p.ask("{ contributions(first: 1) { nodes { id } } }")["contributions"]["nodes"][0]["id"]
        for p in (rennes, lehavre)
    )
    for contribution, body, code, field in (
        (own, "", "TOO_SHORT", "body"), (own, "x" * 2_001, "TOO_LONG", "body"),
        ("x", "Bonjour", "BAD_ID", "contribution"), (other, "Bonjour", "NOT_FOUND", "contribution"),
        (own.replace("contribution", "activity"), "Bonjour", "NOT_FOUND", "contribution"),
    ):  # fmt: skip
        with given.nothing_written(rennes):
            data = rennes.member().ask(COMMENT, input={"contribution": contribution, "body": body})
        assert data == {"done": {"userErrors": [{"code": code, "field": field}]}}
