"""Values that mean nothing here: ids, cursors, sizes, places and texts; each is refused by its code and field."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from tests import refused
from tests.conftest import Portal
from tests.given import Given

LONG = "A" * 10_000
BRITTANY = "{ south: 47, west: -3, north: 49, east: 0 }"
INT32 = "GRAPHQL_VALIDATION_FAILED"


@pytest.fixture(autouse=True)
def _still_serves(rennes: Portal) -> Iterator[None]:
    """After each of these operations the server answers the next one."""
    yield
    assert rennes.ask("{ portal { title } }")["portal"]["title"] == "La Fabrique citoyenne"


@pytest.fixture(scope="module")
def own_id(rennes: Portal) -> str:
    """The id of a contribution of the portal."""
    return str(rennes.ask("{ contributions(first: 1) { nodes { id } } }")["contributions"]["nodes"][0]["id"])


@pytest.fixture(scope="module")
def other_id(lehavre: Portal) -> str:
    """The id of a contribution of another tenant."""
    return str(lehavre.ask("{ contributions(first: 1) { nodes { id } } }")["contributions"]["nodes"][0]["id"])


def refusals(portal: Portal, query: str, **variables: Any) -> list[tuple[str, str | None]]:
    """Code and field of each error of an operation that is refused."""
    errors = refused.errors(portal.post(query, variables), 200)
    return [(error["extensions"]["code"], error["extensions"].get("field")) for error in errors]


# Ids -----------------------------------------------------------------------------------------------------------------

BY_ID: dict[str, tuple[str, str, Any]] = {
    "contribution": ("query($id: ID!) { contribution(id: $id) { id } }", "id", None),
    "activity": ("query($id: ID!) { activity(id: $id) { id } }", "id", None),
    "space": ("query($id: ID) { space(id: $id) { id } }", "id", None),
    "contributions of an activity": ("query($id: ID) { contributions(activity: $id) { nodes { id } } }", "activity",
    {"nodes": []}),
    "contributions in a zone": ("query($id: ID) { contributions(zone: $id) { nodes { id } } }", "zone", {"nodes": []}),
    "contributions of categories": (
        "query($id: ID!) { contributions(categories: [$id]) { nodes { id } } }", "categories", {"nodes": []}),
    "hexagons": (
        f"query($id: ID) {{ hexagons(bounds: {BRITTANY}, zoom: 9, activity: $id) {{ count }} }}",
        "activity", []),
}  # fmt: skip


@pytest.mark.parametrize("broken", [
    "", "x", "contribution", "contribution_1_", LONG, "é", "🦉", "contribution_0_00000000-0000-0000-0000-000000000000",
    "contribution_01_00000000-0000-0000-0000-000000000000",
    "contribution_9999999999999999999_00000000-0000-0000-0000-000000000000",
    "contribution_1_00000000-0000-0000-0000-00000000000G", "contribution_1_00000000000000000000000000000000",
    " contribution_1_00000000-0000-0000-0000-000000000000", "contribution_1_00000000-0000-0000-0000-000000000000\n",
    "contribution_١_00000000-0000-0000-0000-000000000000", "' OR 1=1 --",
], ids=lambda text: ascii(text)[:40])  # fmt: skip
@pytest.mark.parametrize("name", BY_ID)
def test_what_is_no_id_is_refused(rennes: Portal, name: str, broken: str) -> None:
    query, field, _ = BY_ID[name]
    assert refusals(rennes, query, id=broken) == [("BAD_ID", field)]


def test_id_in_capitals_is_refused(rennes: Portal, own_id: str) -> None:
    assert refusals(rennes, BY_ID["contribution"][0], id=own_id.upper()) == [("BAD_ID", "id")]


def test_id_with_nul_is_refused(rennes: Portal, own_id: str) -> None:
    assert refused.codes(rennes.post(BY_ID["contribution"][0], {"id": own_id + "\0"}), 400) == {"BAD_REQUEST"}


@pytest.mark.parametrize("name", BY_ID)
def test_id_of_another_tenant_or_type_or_of_nothing_finds_nothing(
    rennes: Portal, own_id: str, other_id: str, name: str
) -> None:
    query, _, nothing = BY_ID[name]
    _, number, uuid = own_id.split("_")
    ids = [
        other_id, other_id.replace("contribution", "activity"), f"vote_{number}_{uuid}", f"unheardof_{number}_{uuid}",
        f"contribution_{number}_00000000-0000-0000-0000-000000000000", f"contribution_999999999999999999_{uuid}",
    ]  # fmt: skip
    for id_ in ids:
        assert list(rennes.ask(query, id=id_).values()) == [nothing]


@pytest.mark.parametrize(
    ("id_", "code"), [("", "BAD_ID"), ("commune-35238", "BAD_ID"), ("Collectivite_commune-35238", "BAD_ID")]
)
def test_what_is_no_id_of_the_register_is_refused(rennes: Portal, id_: str, code: str) -> None:
    assert refusals(rennes, "query($id: ID) { collectivite(id: $id) { name } }", id=id_) == [(code, "id")]


@pytest.mark.parametrize(
    "id_", ["collectivite_", "collectivite_x", f"collectivite_{LONG}", "collectivite_commune-99999"]
)
def test_unknown_id_of_the_register_finds_nothing(rennes: Portal, id_: str) -> None:
    assert rennes.ask("query($id: ID) { collectivite(id: $id) { name } }", id=id_) == {"collectivite": None}


@pytest.mark.parametrize(
    "arguments", ["", "id: null", 'inseeCode: "35238", siren: "243500139"', 'id: "x", inseeCode: "35238"']
)
def test_none_or_several_keys_are_refused(rennes: Portal, arguments: str) -> None:
    brackets = f"({arguments})" if arguments else ""
    assert refusals(rennes, f"{{ collectivite{brackets} {{ name }} }}") == [("BAD_INPUT", "id")]


@pytest.mark.parametrize("representation", [
    1, "x", None, [], {}, {"__typename": 5}, {"id": "x"}, {"__typename": "Contribution"},
    {"__typename": "Contribution", "id": 5},
    {"__typename": "Contribution", "id": {"a": 1}}, {"__typename": "Contribution", "title": "x"},
], ids=str)  # fmt: skip
def test_representation_without_type_or_key_is_refused(rennes: Portal, representation: object) -> None:
    query = "query($of: [_Any!]!) { _entities(representations: $of) { __typename } }"
    code = ("BAD_USER_INPUT", None) if representation is None else ("BAD_INPUT", "representations")
    assert refusals(rennes, query, of=[representation]) == [code]


# Cursors -------------------------------------------------------------------------------------------------------------

ZERO = "00000000-0000-0000-0000-000000000000"
NEAR = "near: { lat: 48.11, lng: -1.68, radiusM: 5000 }"


def cursor(*parts: str) -> str:
    return base64.urlsafe_b64encode("|".join(parts).encode()).decode()


@pytest.mark.parametrize("after", [
    "", "x", "é", "====", LONG, base64.b64encode(bytes(range(256))).decode(), cursor("contribution.newest"),
    cursor("contribution.newest", "2026-01-01 00:00:00+00"), cursor("contribution.newest", "2026-01-01 00:00:00+00",
    ZERO, "x"),
    cursor("contribution.newest", "2026-01-01", ZERO), cursor("contribution.newest", "infinity", ZERO),
    cursor("contribution.newest", "2026-13-41 00:00:00+00", ZERO), cursor("contribution.newest",
    "2026-01-01 00:00:00+00", "1"),
    cursor("contribution.supported", "1", ZERO), cursor("space.newest", "2026-01-01 00:00:00+00", ZERO), cursor("",
    "", ""),
], ids=lambda text: text[:30])  # fmt: skip
def test_cursor_of_another_list_or_of_none_is_refused(rennes: Portal, after: str) -> None:
    query = "query($after: String) { contributions(first: 1, after: $after) { nodes { id } } }"
    assert refusals(rennes, query, after=after) == [("BAD_CURSOR", "after")]


def test_real_cursor_is_refused_in_another_order_and_in_another_list(rennes: Portal) -> None:
    page = rennes.ask("{ contributions(first: 1) { pageInfo { endCursor } } }")["contributions"]
    after = page["pageInfo"]["endCursor"]
    for field in (f"contributions(order: NEAREST, {NEAR}, after: $after)",
    "contributions(order: MOST_SUPPORTED, after: $after)",
                  "spaces(after: $after)", "collectivites(after: $after)"):  # fmt: skip
        assert refusals(rennes, f"query($after: String) {{ {field} {{ nodes {{ id }} }} }}", after=after) == [
            ("BAD_CURSOR", "after")
        ]


@pytest.mark.parametrize("distance", ["nan", "inf", "-inf", "1e400", "x", ""])
def test_cursor_with_no_finite_distance_is_refused(rennes: Portal, distance: str) -> None:
    query = f"query($after: String) {{ contributions(order: NEAREST, {NEAR}, after: $after) {{ nodes {{ id }} }} }}"
    assert refusals(rennes, query, after=cursor("contribution.nearest", distance, ZERO)) == [("BAD_CURSOR", "after")]


@pytest.mark.parametrize("count", ["9223372036854775808", "-9223372036854775809", "1.5", "9" * 400])
def test_cursor_with_no_integer_is_refused(rennes: Portal, count: str) -> None:
    query = "query($after: String) { collectivites(after: $after) { nodes { id } } }"
    assert refusals(rennes, query, after=cursor("collectivite.largest", count, "x")) == [("BAD_CURSOR", "after")]


def test_cursor_with_nul_inside_is_refused(rennes: Portal) -> None:
    query = "query($after: String) { collectivites(after: $after) { nodes { id } } }"
    assert refusals(rennes, query, after=cursor("collectivite.largest", "1", "a\0b")) == [("BAD_CURSOR", "after")]


@pytest.mark.parametrize(
    ("moment", "count"), [("0001-01-01 00:00:00+14:00", 0), ("9999-12-31 23:59:59.999999-14:00", 1)]
)
def test_cursor_at_the_ends_of_time_is_a_place_like_any_other(rennes: Portal, moment: str, count: int) -> None:
    query = "query($after: String) { contributions(first: 1, after: $after) { nodes { id } } }"
    data = rennes.ask(query, after=cursor("contribution.newest", moment, ZERO))
    assert len(data["contributions"]["nodes"]) == count


# Sizes ---------------------------------------------------------------------------------------------------------------

SIZES = [
    (-1, "BAD_PAGE_SIZE", "BAD_PAGE_SIZE"), (101, "BAD_PAGE_SIZE", "BAD_PAGE_SIZE"),
    (2**31 - 1, "BAD_PAGE_SIZE", "BAD_PAGE_SIZE"), (-(2**31), "BAD_PAGE_SIZE", "BAD_PAGE_SIZE"),
    (2**31, INT32, "BAD_USER_INPUT"), (2**63, INT32, "BAD_USER_INPUT"), (1.5, INT32, "BAD_USER_INPUT"),
    ("5", INT32, "BAD_USER_INPUT"), (True, INT32, "BAD_USER_INPUT"), (None, INT32, "BAD_USER_INPUT"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "written", "given"), SIZES)
def test_page_size_out_of_range_is_refused(rennes: Portal, first: Any, written: str, given: str) -> None:
    literal = {None: "null", True: "true"}.get(first, f'"{first}"' if isinstance(first, str) else str(first))
    assert refused.codes(rennes.post(f"{{ contributions(first: {literal}) {{ nodes {{ id }} }} }}")) == {written}
    by_variable = "query($first: Int!) { contributions(first: $first) { nodes { id } } }"
    assert refused.codes(rennes.post(by_variable, {"first": first})) == {given}


def test_null_for_a_page_size_with_a_default_is_refused(rennes: Portal) -> None:
    query = "query($first: Int) { contributions(first: $first) { nodes { id } } }"
    assert refusals(rennes, query, first=None) == [("BAD_USER_INPUT", None)]
    assert refusals(rennes, query.replace("{ contr", "{ __schema { queryType { name } } contr"), first=None) == [
        ("BAD_USER_INPUT", None)
    ]
    assert len(rennes.ask(query)["contributions"]["nodes"]) == 20


def test_null_for_a_condition_is_refused(rennes: Portal) -> None:
    query = "query($is: Boolean = true) { portal { title @skip(if: $is) } }"
    assert refusals(rennes, query, **{"is": None}) == [("BAD_USER_INPUT", None)]


@pytest.mark.parametrize("variables", [{}, {"first": []}, {"first": {}}, {"first": "x" * 10_000}])
def test_variable_of_another_type_is_refused(rennes: Portal, variables: dict[str, Any]) -> None:
    query = "query($first: Int!) { contributions(first: $first) { nodes { id } } }"
    assert refusals(rennes, query, **variables) == [("BAD_USER_INPUT", None)]


def test_refused_argument_in_a_payload_changes_nothing(given: Given, rennes: Portal, own_id: str) -> None:
    for argument, code in (("first: -1", "BAD_PAGE_SIZE"), ('after: "x"', "BAD_CURSOR")):
        mutation = f"""mutation($input: CommentPublishInput!) {{
          a: commentPublish(input: $input) {{ comment {{ id }} }}
          b: commentPublish(input: $input) {{
            comment {{ contribution {{ comments({argument}) {{ nodes {{ id }} }} }} }}
          }}
        }}"""
        with given.nothing_written(rennes):
            input_ = {"contribution": own_id, "body": "Bonjour"}
            assert refusals(rennes.member(), mutation, input=input_) == [(code, argument.partition(":")[0])]
