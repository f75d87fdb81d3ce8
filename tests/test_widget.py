"""Widgets: registered by administrators, shown on their origins' pages, which get tokens without cookies."""

import asyncio
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from itsdangerous import URLSafeTimedSerializer
from starlette.applications import Starlette

from auth.machine import Machine
from auth.token import InvalidTokenError
from auth.viewer import Viewer
from auth.widget_token import MAX_AGE_S, Member, WidgetTokens, hand_over, redeem
from models import ident
from models.actor import Role
from server.api.widget import WidgetDoor
from tests.acting import ERRORS, refused
from tests.conftest import Portal
from tests.given import Given, uuid_in

SITE, OTHER = "https://www.example.fr", "https://presse.example.fr:8443"
LOCAL = "http://localhost:5173"
KEY = "secret of the widgets"

FIELDS = "id name origins activity { id } theme { primaryColor secondaryColor font } isTrustedOnly revokedAt"
REGISTER = f"""
mutation($input: WidgetRegisterInput!) {{
  widgetRegister(input: $input) {{ widget {{ {FIELDS} createdBy {{ name }} }} {ERRORS} }}
}}"""
REVISE = f"""
mutation($input: WidgetReviseInput!) {{
  widgetRevise(input: $input) {{ widget {{ {FIELDS} }} {ERRORS} }}
}}"""
REVOKE = f"""
mutation($input: WidgetRevokeInput!) {{
  widgetRevoke(input: $input) {{ widget {{ id revokedAt }} {ERRORS} }}
}}"""
LIST = f"{{ widgets {{ {FIELDS} }} }}"


@pytest.fixture(scope="module")
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN", name="Mairie")


def register(portal: Portal, *origins: str, **fields: Any) -> dict[str, Any]:
    given = {"name": "Carte", "origins": origins or (SITE, OTHER), **fields}
    return dict(portal.ask(REGISTER, input=given)["widgetRegister"])


def registered(portal: Portal, *origins: str, **fields: Any) -> str:
    payload = register(portal, *origins, **fields)
    assert payload["userErrors"] == []
    return str(payload["widget"]["id"])


def revise(portal: Portal, widget: str, **fields: Any) -> dict[str, Any]:
    return dict(portal.ask(REVISE, input={"widget": widget, **fields})["widgetRevise"])


def revoke(portal: Portal, widget: str) -> dict[str, Any]:
    return dict(portal.ask(REVOKE, input={"widget": widget})["widgetRevoke"])


# Administration ------------------------------------------------------------------------------------------------------


def test_registered_widget_is_as_it_was_asked_for(given: Given, town: Portal, admin: Portal) -> None:
    activity = given.activity(town)
    fields: dict[str, Any] = {"activity": activity, "theme": {"primaryColor": "#112233"}, "isTrustedOnly": True}
    accented = ("https://hôtel-de-ville.fr", "https://xn--htel-de-ville-plb.fr/")  # As people and browsers write it.
    given_ = ("HTTPS://www.Example.fr/", "https://www.example.fr:443", OTHER, *accented)
    widget = register(admin, *given_, **fields)["widget"]
    assert widget | {"id": ""} == {
        "id": "",
        "name": "Carte",
        "origins": [SITE, OTHER, "https://xn--htel-de-ville-plb.fr"],
        "activity": {"id": activity},
        "theme": {"primaryColor": "#112233", "secondaryColor": None, "font": None},
        "isTrustedOnly": True,
        "revokedAt": None,
        "createdBy": {"name": "Mairie"},
    }
    assert [found for found in admin.ask(LIST)["widgets"] if found["id"] == widget["id"]] == [
        {name: value for name, value in widget.items() if name != "createdBy"}
    ]


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "*",
        "https://*",
        "https://",
        "www.example.fr",
        "http://www.example.fr",
        "https://www.example.fr/page",
        "https://user@www.example.fr",
        "https://www.example.fr?x",
        "https://-x.fr",
        "https://ex_ämple.fr",
        "https://user@exämple.fr",
        "https://example.fr:0",
        "https://example.fr:123456",
        "http://localhost",
        "http://localhost:5173@evil.example",
        "http://127.0.0.1:5173",
        "javascript:alert(1)",
        "null",
        f"https://{'a.' * 200}fr",
    ],
)
def test_what_is_no_origin_is_refused(given: Given, town: Portal, admin: Portal, origin: str) -> None:
    with given.nothing_written(town):
        payload = register(admin, SITE, origin)
    assert payload == {"widget": None, "userErrors": refused("BAD_INPUT", "origins.1")}


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"name": ""}, "TOO_SHORT", "name"),
        ({"origins": []}, "BAD_INPUT", "origins"),
        ({"origins": [f"https://{n}.example.fr" for n in range(21)]}, "BAD_INPUT", "origins"),
        ({"theme": {"primaryColor": "red"}}, "BAD_INPUT", "theme.primaryColor"),
        ({"theme": {"font": "x; } body { display: none"}}, "BAD_INPUT", "theme.font"),
        ({"activity": "x"}, "BAD_ID", "activity"),
    ],
)
def test_wrong_widget_is_refused(
    given: Given, town: Portal, admin: Portal, fields: dict[str, Any], code: str, field: str
) -> None:
    with given.nothing_written(town):
        answer = admin.ask(REGISTER, input={"name": "Carte", "origins": [SITE], **fields})["widgetRegister"]
    assert answer == {"widget": None, "userErrors": refused(code, field)}


def test_activity_of_another_tenant_is_not_found(given: Given, town: Portal, lehavre: Portal, admin: Portal) -> None:
    with given.nothing_written(town):
        payload = register(admin, activity=given.activity(lehavre))
    assert payload["userErrors"] == refused("NOT_FOUND", "activity")


def test_revision_changes_what_is_given_and_nothing_else(admin: Portal) -> None:
    widget = registered(admin, theme={"primaryColor": "#112233"})
    before = next(found for found in admin.ask(LIST)["widgets"] if found["id"] == widget)
    assert revise(admin, widget)["widget"] == before
    after = revise(admin, widget, origins=[OTHER], isTrustedOnly=True, theme={"font": "Marianne, sans-serif"})
    assert after["widget"] == before | {
        "origins": [OTHER],
        "isTrustedOnly": True,
        "theme": {"primaryColor": None, "secondaryColor": None, "font": "Marianne, sans-serif"},
    }


def test_widget_that_is_revoked_or_another_tenant_s_cannot_be_revised(
    given: Given, lehavre: Portal, admin: Portal
) -> None:
    widget = registered(admin)
    stranger = given.actor(lehavre, role="ADMIN")
    for act in (revise, revoke):
        assert act(stranger, widget)["userErrors"] == refused("NOT_FOUND", "widget")
    first = revoke(admin, widget)
    assert revoke(admin, widget) == first
    assert revise(admin, widget, name="Autre")["userErrors"] == refused("NOT_FOUND", "widget")


@pytest.mark.parametrize("role", [None, "MEMBER", "MODERATOR"])
def test_widgets_are_for_administrators_alone(given: Given, town: Portal, admin: Portal, role: str | None) -> None:
    widget = registered(admin)
    asker = given.actor(town, role=role) if role else town
    assert asker.codes(LIST)
    with given.nothing_written(town):
        assert asker.codes(REGISTER, input={"name": "Carte", "origins": [SITE]})
        assert asker.codes(REVISE, input={"widget": widget, "name": "Autre"})
        assert asker.codes(REVOKE, input={"widget": widget})
    assert {found["revokedAt"] for found in admin.ask(LIST)["widgets"] if found["id"] == widget} == {None}


# Tokens --------------------------------------------------------------------------------------------------------------


def tokens(given: Given, *, allows_local: bool = False) -> WidgetTokens:
    """A process that knows nothing yet."""
    return WidgetTokens(KEY, given.database, allows_local=allows_local)


def machine(given: Given, portal: Portal, token: str, origin: str | None = SITE, **options: Any) -> Machine:
    return given.run(tokens(given, **options).machine(portal.number, token, origin))


def is_good(given: Given, portal: Portal, token: str, origin: str | None = SITE, **options: Any) -> bool:
    try:
        return bool(machine(given, portal, token, origin, **options))
    except InvalidTokenError:
        return False


def test_token_is_nobody_s_in_particular_and_counted_for_its_widget(given: Given, town: Portal, admin: Portal) -> None:
    widget = uuid_in(registered(admin, isTrustedOnly=True))
    token, _ = tokens(given).make(town.number, widget, SITE)
    assert token.startswith("pwt_")
    assert machine(given, town, token) == Machine(Viewer(client=f"widget:{widget}"), is_trusted_only=True)


def signed_up(given: Given, portal: Portal, role: str = "MEMBER") -> UUID:
    """A new actor with an account."""
    actor = given.insert(portal, "actor", kind="CITIZEN", role=role, name="Camille", created_at="now")
    given.insert(portal, "account", actor_id=actor, created_at="now")
    return actor


def test_token_of_who_signed_in_makes_a_member_whatever_the_role(given: Given, town: Portal, admin: Portal) -> None:
    widget, actor = uuid_in(registered(admin)), signed_up(given, town, "MODERATOR")
    token, _ = tokens(given).make(town.number, widget, SITE, Member(actor, 0))
    assert machine(given, town, token).viewer == Viewer(actor, Role.MEMBER, client=f"widget:{widget}")


@pytest.mark.parametrize("origin", [OTHER, SITE + "/", SITE.upper(), "null", "", None, "https://evil.example"])
def test_token_on_another_origin_is_refused(given: Given, town: Portal, admin: Portal, origin: str | None) -> None:
    token, _ = tokens(given).make(town.number, uuid_in(registered(admin)), SITE)
    assert is_good(given, town, token)
    assert not is_good(given, town, token, origin)


def test_token_is_good_for_a_quarter_of_an_hour(
    given: Given, town: Portal, admin: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    token, expires_at = tokens(given).make(town.number, uuid_in(registered(admin)), SITE)
    assert abs(expires_at.timestamp() - now - 900) < 60
    ages = ((MAX_AGE_S - 5, True), (MAX_AGE_S + 5, False), (-55, True), (-65, False))  # Clocks differ a little.
    for age_s, expected in ages:
        monkeypatch.setattr(time, "time", lambda age_s=age_s: now + age_s)
        assert is_good(given, town, token) is expected


def test_token_of_another_tenant_secret_or_text_is_refused(
    given: Given, town: Portal, lehavre: Portal, admin: Portal
) -> None:
    widget = uuid_in(registered(admin))
    token, _ = tokens(given).make(town.number, widget, SITE)
    forged, _ = WidgetTokens("other", given.database, allows_local=False).make(town.number, widget, SITE)
    assert not is_good(given, lehavre, token)
    for text in (forged, "pwt_", "pwt_x", token[:-1], token + "x", token.removesuffix(token[-4:])):
        assert not is_good(given, town, text), text


def test_tokens_of_a_widget_end_with_it_and_with_its_origin(given: Given, town: Portal, admin: Portal) -> None:
    moved, ended = registered(admin), registered(admin)
    made = [tokens(given).make(town.number, uuid_in(widget), SITE)[0] for widget in (moved, ended)]
    assert [is_good(given, town, token) for token in made] == [True, True]
    revise(admin, moved, origins=[OTHER])
    revoke(admin, ended)
    assert [is_good(given, town, token) for token in made] == [False, False]


def test_page_on_a_developer_s_machine_counts_in_the_demonstration_alone(
    given: Given, town: Portal, admin: Portal
) -> None:
    token, _ = tokens(given).make(town.number, uuid_in(registered(admin, LOCAL)), LOCAL)
    assert is_good(given, town, token, LOCAL, allows_local=True)
    assert not is_good(given, town, token, LOCAL)


def test_origins_are_those_of_active_widgets(given: Given, town: Portal, admin: Portal) -> None:
    site = "https://only-here.example"
    widget = registered(admin, site, LOCAL)
    origins = given.run(tokens(given).origins(town.number))
    assert site in origins
    assert LOCAL not in origins
    assert LOCAL in given.run(tokens(given, allows_local=True).origins(town.number))
    revoke(admin, widget)
    assert site not in given.run(tokens(given).origins(town.number))


# Hand-over -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def shown(given: Given, town: Portal, admin: Portal) -> tuple[UUID, UUID]:
    """A widget, and an actor who signed in for it."""
    return uuid_in(registered(admin)), signed_up(given, town)


def redeemed(given: Given, portal: Portal, widget: UUID, code: str, origin: str = SITE) -> UUID | None:
    try:
        return given.run(redeem(given.database, portal.number, widget, origin, code)).actor
    except InvalidTokenError:
        return None


def test_code_brings_the_actor_once(given: Given, town: Portal, shown: tuple[UUID, UUID]) -> None:
    widget, actor = shown
    code = given.run(hand_over(given.database, town.number, widget, SITE, actor))
    assert code not in given.sql(town, "SELECT jsonb_agg(t)::text FROM __tenant__.hand_over t")[0][0]
    assert redeemed(given, town, widget, code) == actor
    assert redeemed(given, town, widget, code) is None


def test_of_two_at_once_one_gets_the_actor(given: Given, town: Portal, shown: tuple[UUID, UUID]) -> None:
    widget, actor = shown

    async def race(code: str) -> list[Member | BaseException]:
        both = (redeem(given.database, town.number, widget, SITE, code) for _ in range(8))
        return list(await asyncio.gather(*both, return_exceptions=True))

    for _ in range(5):
        code = given.run(hand_over(given.database, town.number, widget, SITE, actor))
        outcomes = given.run(race(code))
        assert [found for found in outcomes if isinstance(found, Member)] == [Member(actor, 0)]
        assert all(isinstance(found, Member | InvalidTokenError) for found in outcomes)


def test_code_shown_in_the_wrong_place_is_refused_and_gone(
    given: Given, town: Portal, lehavre: Portal, admin: Portal, shown: tuple[UUID, UUID]
) -> None:
    widget, actor = shown
    other = uuid_in(registered(admin))
    for place, origin in ((other, SITE), (widget, OTHER)):
        code = given.run(hand_over(given.database, town.number, widget, SITE, actor))
        assert redeemed(given, lehavre, widget, code) is None  # It is another tenant's: not even seen.
        assert redeemed(given, town, place, code, origin) is None
        assert redeemed(given, town, widget, code) is None


def test_code_is_good_for_a_minute_and_old_ones_are_forgotten(
    given: Given, town: Portal, shown: tuple[UUID, UUID]
) -> None:
    widget, actor = shown
    given.sql(town, "DELETE FROM __tenant__.hand_over")
    codes = [given.run(hand_over(given.database, town.number, widget, SITE, actor)) for _ in range(2)]
    [(seconds,)] = given.sql(
        town, "SELECT DISTINCT round(extract(epoch FROM expires_at - now())) FROM __tenant__.hand_over"
    )
    assert 30 <= seconds <= 60
    given.sql(town, "UPDATE __tenant__.hand_over SET expires_at = now()")
    assert redeemed(given, town, widget, codes[0]) is None
    given.run(hand_over(given.database, town.number, widget, SITE, actor))
    assert given.sql(town, "SELECT count(*) FROM __tenant__.hand_over")[0][0] == 1


REVOKE_SESSIONS = f"mutation($actor: ID) {{ sessionsRevoke(input: {{actor: $actor}}) {{ {ERRORS} }} }}"
CHANGE_ROLE = f"mutation($actor: ID!) {{ roleChange(input: {{actor: $actor, role: MODERATOR}}) {{ {ERRORS} }} }}"


@pytest.mark.parametrize("mutation", [REVOKE_SESSIONS, CHANGE_ROLE])
def test_what_ends_sessions_ends_what_the_account_has_in_widgets(
    given: Given, town: Portal, admin: Portal, shown: tuple[UUID, UUID], mutation: str
) -> None:
    widget, actor = shown
    neighbour = signed_up(given, town)
    seen = tokens(given)  # A process that knows them already.
    made = {who: seen.make(town.number, widget, SITE, Member(who, 0))[0] for who in (actor, neighbour)}
    codes = {who: given.run(hand_over(given.database, town.number, widget, SITE, who)) for who in (actor, neighbour)}
    assert all(given.run(seen.machine(town.number, token, SITE)) for token in made.values())
    given_id = ident.encode("actor", town.number, actor)
    assert next(iter(admin.ask(mutation, actor=given_id).values()))["userErrors"] == []
    given.database.versions[town.number] += 1  # As the process that revokes does, others within a second.
    with pytest.raises(InvalidTokenError):
        given.run(seen.machine(town.number, made[actor], SITE))
    assert redeemed(given, town, widget, codes[actor]) is None
    assert given.run(seen.machine(town.number, made[neighbour], SITE))
    assert redeemed(given, town, widget, codes[neighbour]) == neighbour
    code = given.run(hand_over(given.database, town.number, widget, SITE, actor))
    anew = given.run(redeem(given.database, town.number, widget, SITE, code))
    assert anew == Member(actor, 1) and is_good(given, town, seen.make(town.number, widget, SITE, anew)[0])


def test_token_of_an_account_that_is_gone_is_refused(given: Given, town: Portal, shown: tuple[UUID, UUID]) -> None:
    widget, actor = shown
    token, _ = tokens(given).make(town.number, widget, SITE, Member(actor, 0))
    code = given.run(hand_over(given.database, town.number, widget, SITE, actor))
    given.sql(town, "DELETE FROM __tenant__.account WHERE actor_id = %s", actor)
    assert not is_good(given, town, token)
    assert redeemed(given, town, widget, code) is None


@pytest.mark.parametrize("whose", ["x", 1, [], ["x", 0], [str(UUID(int=1)), "x"], [str(UUID(int=1))], {}, True])
def test_token_about_nobody_is_refused(given: Given, town: Portal, admin: Portal, whose: object) -> None:
    widget = uuid_in(registered(admin))
    serializer = URLSafeTimedSerializer(KEY, salt="parvis-widget-token")
    assert not is_good(given, town, f"pwt_{serializer.dumps([town.number, str(widget), SITE, whose])}")


# Over HTTP -----------------------------------------------------------------------------------------------------------

Ask = Callable[..., httpx.Response]


@pytest.fixture
def ask(given: Given, town: Portal) -> Ask:
    """Asks the routes as a page of an origin does."""
    door = WidgetDoor(given.database, town.running.registry, tokens(given))
    transport = httpx.ASGITransport(Starlette(routes=door.routes()))

    def send(path: str, origin: str | None = SITE, host: str = town.host, method: str = "POST", **options: Any) -> Any:
        async def sent() -> httpx.Response:
            async with httpx.AsyncClient(transport=transport, base_url="https://portal") as client:
                headers = {"host": host, "cookie": "parvis=x"} | ({"origin": origin} if origin is not None else {})
                return await client.request(method, path, headers=headers, **options)

        return given.run(sent())

    return send


def test_page_gets_a_token_and_no_cookie(given: Given, town: Portal, admin: Portal, ask: Ask) -> None:
    activity = given.activity(town)
    widget = registered(admin, activity=activity, theme={"primaryColor": "#112233"})
    answer = ask(f"/widget/{widget}/token")
    assert answer.status_code == 200
    assert answer.json() | {"token": "", "expiresAt": ""} == {
        "token": "",
        "expiresAt": "",
        "activity": activity,
        "theme": {"primaryColor": "#112233", "secondaryColor": None, "font": None},
    }
    assert machine(given, town, answer.json()["token"]).viewer == Viewer(client=f"widget:{uuid_in(widget)}")
    headers = answer.headers
    assert (headers["access-control-allow-origin"], headers["vary"], headers["cache-control"]) == (
        SITE,
        "origin",
        "no-store",
    )
    assert "access-control-allow-credentials" not in headers
    assert "set-cookie" not in headers


def test_browser_may_ask_before(admin: Portal, ask: Ask) -> None:
    widget = registered(admin)
    answer = ask(f"/widget/{widget}/session", method="OPTIONS")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == SITE
    assert answer.headers["access-control-allow-headers"] == "content-type"


def test_whoever_may_not_show_the_widget_reads_that_there_is_none(admin: Portal, lehavre: Portal, ask: Ask) -> None:
    widget, revoked = registered(admin), registered(admin)
    revoke(admin, revoked)
    answers = [
        ask(f"/widget/{widget}/token", origin="https://evil.example"),
        ask(f"/widget/{widget}/token", origin=None),
        ask(f"/widget/{widget}/token", host=lehavre.host),
        ask(f"/widget/{widget}/token", host="unknown.example"),
        ask(f"/widget/{widget[:-4]}0000/token"),
        ask("/widget/x/token"),
        ask(f"/widget/{revoked}/token"),
        ask(f"/widget/{widget}/session", origin="https://evil.example", json={"code": "x"}),
        ask(f"/widget/{widget}/token", origin="https://evil.example", method="OPTIONS"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert {answer.headers["access-control-allow-origin"] for answer in answers} == {"*"}
    assert not any("access-control-allow-credentials" in answer.headers for answer in answers)


def test_code_becomes_a_token_of_its_actor_once(given: Given, town: Portal, admin: Portal, ask: Ask) -> None:
    widget = registered(admin)
    actor = signed_up(given, town, "MODERATOR")
    code = given.run(hand_over(given.database, town.number, uuid_in(widget), SITE, actor))
    answer = ask(f"/widget/{widget}/session", json={"code": code})
    assert answer.headers["access-control-allow-origin"] == SITE
    viewer = machine(given, town, answer.json()["token"]).viewer
    assert viewer == Viewer(actor, Role.MEMBER, client=f"widget:{uuid_in(widget)}")
    assert ask(f"/widget/{widget}/session", json={"code": code}).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'{"code": 1}',
        b'{"code": ""}',
        b'{"code": "\\ud800"}',
        b"\xff",
        b"[" * 900,
        b"x" * 2_000,
    ],
)
def test_any_other_body_is_refused_alike(admin: Portal, ask: Ask, body: bytes) -> None:
    answer = ask(f"/widget/{registered(admin)}/session", content=body)
    assert answer.status_code == 401
    assert answer.json() == {
        "errors": [{"message": "This code is not valid here.", "extensions": {"code": "UNAUTHENTICATED"}}]
    }
    assert answer.headers["access-control-allow-origin"] == SITE
