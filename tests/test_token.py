"""Development tokens: good for one actor of one tenant, for 30 days, under one secret, in demonstration mode."""

import time
from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from itsdangerous import URLSafeTimedSerializer

from auth.token import MAX_AGE_S, DevelopmentTokens, InvalidTokenError
from auth.viewer import ANONYMOUS, Viewer
from models.actor import Role
from tests.conftest import Portal, serve

ACTOR = UUID("0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000")
TOKENS = DevelopmentTokens("secret")
TOKEN = TOKENS.make(3, ACTOR, Role.MEMBER)
TITLE = "{ portal { title } }"


@pytest.mark.parametrize("role", Role)
def test_token_says_who_holds_it(role: Role) -> None:
    assert TOKENS.read(3, TOKENS.make(3, ACTOR, role)) == Viewer(ACTOR, role)


@pytest.mark.parametrize("tenant", [0, 1, 30, 33, -3])
def test_token_of_another_tenant_is_refused(tenant: int) -> None:
    with pytest.raises(InvalidTokenError):
        TOKENS.read(tenant, TOKEN)


def test_token_under_another_secret_is_refused() -> None:
    with pytest.raises(InvalidTokenError):
        DevelopmentTokens("other").read(3, TOKEN)


def test_token_for_another_purpose_under_the_same_secret_is_refused() -> None:
    other = URLSafeTimedSerializer("secret", salt="another-purpose").dumps([3, str(ACTOR), "ADMIN"])
    with pytest.raises(InvalidTokenError):
        TOKENS.read(3, str(other))


@pytest.mark.parametrize("position", range(len(TOKEN)))
def test_token_with_any_character_changed_is_refused(position: int) -> None:
    changed = "A" if TOKEN[position] != "A" else "Q"  # Differ in a bit that the end of Base64 does not throw away.
    with pytest.raises(InvalidTokenError):
        TOKENS.read(3, TOKEN[:position] + changed + TOKEN[position + 1 :])


@pytest.mark.parametrize(
    ("age_s", "is_good"), [(0, True), (MAX_AGE_S, True), (MAX_AGE_S + 1, False), (-60, True), (-61, False)]
)
def test_token_is_good_for_thirty_days_whatever_little_clocks_differ(
    age_s: int, is_good: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    token = TOKENS.make(3, ACTOR, Role.MEMBER)
    monkeypatch.setattr(time, "time", lambda: now + age_s)
    if is_good:
        assert TOKENS.read(3, token) == Viewer(ACTOR, Role.MEMBER)
    else:
        with pytest.raises(InvalidTokenError):
            TOKENS.read(3, token)


@given(st.text())
@example("")
@example(".")
@example("...")
@example("null")
@example("é" * 10)
@example("\ud800")
@example("\x00")
@example(TOKEN + ".")
@example("." + TOKEN)
@example(TOKEN.upper())
def test_garbage_is_refused(text: str) -> None:
    with pytest.raises(InvalidTokenError):
        TOKENS.read(3, text)


@pytest.mark.parametrize(
    "payload",
    [
        None,
        3,
        "text",
        [],
        [3],
        [3, str(ACTOR)],
        [3, "no uuid", "MEMBER"],
        [3, str(ACTOR), "KING"],
        [3, 7, "MEMBER"],
        {"a": 1},
    ],
)
def test_signed_nonsense_is_refused(payload: object) -> None:
    """Another version of ours could have signed it."""
    signed = str(URLSafeTimedSerializer("secret", salt="parvis-development-token").dumps(payload))
    with pytest.raises(InvalidTokenError):
        TOKENS.read(3, signed)


# Over HTTP


@pytest.mark.parametrize("scheme", ["Bearer {}", "bearer {}", "BEARER   {}"])
def test_token_signs_its_actor_in(rennes: Portal, scheme: str) -> None:
    token = rennes.member().token
    answer = rennes.post(TITLE, authorization=scheme.format(token))
    assert (answer.status_code, answer.json()["data"]["portal"]["title"]) == (200, "La Fabrique citoyenne")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic {}", "{}", "Token {}", "Bearer {} x", "Bearer é"])
def test_anything_else_is_refused(rennes: Portal, header: str) -> None:
    answer = rennes.client.post(
        "/graphql",
        json={"query": TITLE},
        headers=[(b"host", rennes.host.encode()), (b"authorization", header.format(rennes.member().token).encode())],
    )
    assert answer.status_code == 401
    assert answer.json() == {
        "errors": [{"message": "This token is not valid here.", "extensions": {"code": "UNAUTHENTICATED"}}]
    }


def test_token_of_another_portal_is_refused_like_any_other(rennes: Portal, lehavre: Portal) -> None:
    foreign = rennes.post(TITLE, authorization=f"Bearer {lehavre.member().token}")
    garbage = rennes.post(TITLE, authorization="Bearer garbage")
    assert foreign.status_code == garbage.status_code == 401
    assert foreign.content == garbage.content


@pytest.fixture(scope="module")
def outside(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server that is not in demonstration mode."""
    for running in serve(database_url, tmp_path_factory.mktemp("data"), is_demo=False):
        with httpx.Client(base_url=running.url, timeout=30) as client:
            yield client


def test_good_token_is_refused_outside_the_demonstration(rennes: Portal, outside: httpx.Client) -> None:
    headers = {"host": rennes.host, "authorization": f"Bearer {rennes.member().token}"}
    answer = outside.post("/graphql", json={"query": TITLE}, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")


def test_anonymous_viewer_is_no_member() -> None:
    assert (ANONYMOUS.is_member, ANONYMOUS.is_moderator) == (False, False)
    assert [(Viewer(ACTOR, role).is_member, Viewer(ACTOR, role).is_moderator) for role in Role] == [
        (True, False),
        (True, True),
        (True, True),
    ]
