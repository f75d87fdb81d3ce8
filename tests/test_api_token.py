"""API tokens: made and revoked by administrators, shown once, kept as digests, good at one tenant for what they say."""

import hashlib
import re
from typing import Any

import psycopg
import pytest

import database.recent
from auth.api_token import PREFIX, ApiTokens
from auth.machine import Machine
from auth.token import InvalidTokenError
from auth.viewer import Audience, Viewer
from database.recent import RecentlyRead
from models.actor import Role
from models.api_token import TokenScope
from tests.acting import ERRORS, refused
from tests.conftest import Portal
from tests.given import Given, uuid_in

FIELDS = "id name scopes budgetPerMinute isActive expiresAt lastUsedAt revokedAt actor { kind name } createdBy { name }"
CREATE = f"""
mutation($input: ApiTokenCreateInput!) {{
  apiTokenCreate(input: $input) {{ token apiToken {{ {FIELDS} }} {ERRORS} }}
}}"""
REVOKE = f"""
mutation($input: ApiTokenRevokeInput!) {{
  apiTokenRevoke(input: $input) {{ apiToken {{ isActive revokedAt }} {ERRORS} }}
}}"""
LIST = f"{{ apiTokens {{ {FIELDS} }} }}"


@pytest.fixture(scope="module")
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN", name="Mairie")


def in_days(given: Given, portal: Portal, days: int) -> str:
    """An instant so many days from now, by the database's clock."""
    [(instant,)] = given.sql(portal, "SELECT now() + make_interval(days => %s)", days)
    return str(instant.isoformat())


def create(given: Given, portal: Portal, *scopes: str, **fields: Any) -> dict[str, Any]:
    base = {"name": "Passerelle", "scopes": scopes or ("READ",), "expiresAt": in_days(given, portal, 30)}
    return dict(portal.ask(CREATE, input={**base, **fields})["apiTokenCreate"])


def created(given: Given, portal: Portal, *scopes: str) -> tuple[str, str]:
    """The id and the text of a new token."""
    payload = create(given, portal, *scopes)
    assert payload["userErrors"] == []
    return payload["apiToken"]["id"], payload["token"]


def read(given: Given, portal: Portal, token: str) -> Machine:
    """Who shows a token, for a process that knows nothing yet."""
    return given.run(ApiTokens(given.database).machine(portal.number, token))


# Creation ------------------------------------------------------------------------------------------------------------


def test_new_token_is_shown_with_what_it_may_do(given: Given, town: Portal, admin: Portal) -> None:
    payload = create(given, admin, "MODERATE", "EXPORT", budgetPerMinute=5_000)
    assert re.fullmatch(rf"pat_{town.number}_[A-Za-z0-9_-]{{43}}", payload["token"])
    shown = payload["apiToken"]
    assert (shown["name"], set(shown["scopes"]), shown["budgetPerMinute"], shown["isActive"]) == (
        "Passerelle",
        {"MODERATE", "EXPORT"},
        5_000,
        True,
    )
    assert (shown["actor"], shown["createdBy"]) == ({"kind": "INSTITUTION", "name": "Passerelle"}, {"name": "Mairie"})
    assert (shown["lastUsedAt"], shown["revokedAt"]) == (None, None)


def test_no_table_holds_the_token_but_its_digest(given: Given, town: Portal, admin: Portal) -> None:
    id_, token = created(given, admin, "CONTRIBUTE")
    [(row, digest)] = given.sql(
        town, "SELECT to_jsonb(t)::text, digest FROM __tenant__.api_token t WHERE id = %s", uuid_in(id_)
    )
    assert token not in row
    assert max(token.split("_"), key=len) not in row  # The secret may hold the sign that parts the token.
    assert digest == hashlib.sha256(token.encode()).hexdigest()


def test_token_is_shown_once_also_under_an_idempotency_key(given: Given, town: Portal, admin: Portal) -> None:
    fields = {"idempotencyKey": "the same key", "expiresAt": in_days(given, town, 30)}
    first = create(given, admin, "CONTRIBUTE", **fields)
    with given.nothing_written(town):
        again = create(given, admin, "CONTRIBUTE", **fields)
    assert (again["token"], again["apiToken"]["id"]) == (None, first["apiToken"]["id"])
    assert first["token"] not in given.sql(town, "SELECT jsonb_agg(t)::text FROM __tenant__.idempotency t")[0][0]


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"name": " "}, "TOO_SHORT", "name"),
        ({"name": "x" * 121}, "TOO_LONG", "name"),
        ({"scopes": []}, "REQUIRED", "scopes"),
        ({"scopes": ["ROUTER", "READ"]}, "BAD_INPUT", "scopes"),
        ({"budgetPerMinute": 0}, "BAD_INPUT", "budgetPerMinute"),
        ({"budgetPerMinute": 1_000_001}, "BAD_INPUT", "budgetPerMinute"),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, "BAD_INPUT", "expiresAt"),
        ({"expiresAt": "2120-01-01T00:00:00Z"}, "BAD_INPUT", "expiresAt"),
    ],
)
def test_wrong_token_is_refused_and_nothing_is_made(
    given: Given, town: Portal, admin: Portal, fields: dict[str, Any], code: str, field: str
) -> None:
    with given.nothing_written(town):
        payload = create(given, admin, "CONTRIBUTE", **fields)
    assert payload == {"token": None, "apiToken": None, "userErrors": refused(code, field)}


@pytest.mark.parametrize(
    "change",
    [
        "scopes = '{KING}'",
        "scopes = '{}'",
        "scopes = '{ROUTER,READ}'",
        "actor_id = NULL",
        "expires_at = created_at + interval '367 days'",
        "budget_per_minute = 0",
        "name = ''",
    ],
)
def test_rules_of_tokens_hold_in_the_database(given: Given, town: Portal, admin: Portal, change: str) -> None:
    id_, _ = created(given, admin, "CONTRIBUTE")
    with pytest.raises(psycopg.errors.CheckViolation):
        given.sql(town, f"UPDATE __tenant__.api_token SET {change} WHERE id = %s", uuid_in(id_))


# Who may -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [None, "MEMBER", "MODERATOR"])
def test_tokens_are_for_administrators_alone(given: Given, town: Portal, admin: Portal, role: str | None) -> None:
    created(given, admin)
    asker = given.actor(town, role=role) if role else town
    assert asker.codes(LIST)
    with given.nothing_written(town):
        given_ = {"name": "Passerelle", "scopes": ["READ"], "expiresAt": in_days(given, town, 30)}
        assert asker.codes(CREATE, input=given_)


def test_list_shows_every_token_and_no_text(given: Given, town: Portal, admin: Portal) -> None:
    made = [created(given, admin) for _ in range(2)]
    answer = admin.post(LIST).text
    shown = [found["id"] for found in admin.ask(LIST)["apiTokens"]]
    assert shown[:2] == [id_ for id_, _ in reversed(made)]
    assert not any(token.removeprefix(PREFIX) in answer for _, token in made)


# What a token may do -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scopes", "role", "audience"),
    [
        (("READ",), None, Audience.PUBLIC),
        (("EXPORT",), None, Audience.PUBLIC),
        (("CONTRIBUTE",), Role.MEMBER, Audience.PUBLIC),
        (("CONTRIBUTE", "MODERATE"), Role.MODERATOR, Audience.MODERATOR),
        (("MODERATE", "READ"), Role.MODERATOR, Audience.MODERATOR),
        (("ROUTER",), None, Audience.ROUTER),
    ],
)
def test_token_acts_as_its_scopes_say(
    given: Given, town: Portal, admin: Portal, scopes: tuple[str, ...], role: Role | None, audience: Audience
) -> None:
    id_, token = created(given, admin, *scopes)
    machine = read(given, town, token)
    [(actor,)] = given.sql(town, "SELECT actor_id FROM __tenant__.api_token WHERE id = %s", uuid_in(id_))
    is_router = "ROUTER" in scopes
    assert machine.viewer == Viewer(actor, role, is_router=is_router, client=f"token:{uuid_in(id_)}")
    assert (actor is None) == (role is None)
    assert machine.viewer.audience is audience
    assert machine.scopes == {TokenScope(scope) for scope in scopes}


def test_budget_of_a_token_is_told(given: Given, town: Portal, admin: Portal) -> None:
    own = create(given, admin, budgetPerMinute=7)["token"]
    assert read(given, town, own).budget_per_minute == 7
    assert read(given, town, created(given, admin)[1]).budget_per_minute is None


# Which tokens are good -----------------------------------------------------------------------------------------------


def test_token_of_another_tenant_is_nobody_s(given: Given, town: Portal, lehavre: Portal, admin: Portal) -> None:
    _, token = created(given, admin)
    renumbered = token.replace(f"pat_{town.number}_", f"pat_{lehavre.number}_")
    for text in (token, renumbered):
        with pytest.raises(InvalidTokenError):
            read(given, lehavre, text)


@pytest.mark.parametrize("text", ["", "pat_", "pat_{n}_", "pat_{n}_short", "pat_{n}_" + "é" * 43, "pot_" + "A" * 43])
def test_garbage_is_refused_without_asking_the_database(given: Given, town: Portal, text: str) -> None:
    tokens = ApiTokens(given.database)
    with pytest.raises(InvalidTokenError):
        given.run(tokens.machine(town.number, text.format(n=town.number)))


def test_unknown_token_of_the_right_form_is_refused(given: Given, town: Portal) -> None:
    with pytest.raises(InvalidTokenError):
        read(given, town, f"pat_{town.number}_{'A' * 43}")


def test_expired_token_is_refused_and_shown_as_such(given: Given, town: Portal, admin: Portal) -> None:
    id_, token = created(given, admin)
    given.sql(
        town,
        "UPDATE __tenant__.api_token SET created_at = now() - interval '1 day', expires_at = now() WHERE id = %s",
        uuid_in(id_),
    )
    with pytest.raises(InvalidTokenError):
        read(given, town, token)
    assert [found["isActive"] for found in admin.ask(LIST)["apiTokens"] if found["id"] == id_] == [False]


def test_revoked_token_is_refused(given: Given, town: Portal, admin: Portal) -> None:
    id_, token = created(given, admin)
    payload = admin.ask(REVOKE, input={"apiToken": id_})["apiTokenRevoke"]
    assert (payload["apiToken"]["isActive"], payload["userErrors"]) == (False, [])
    with pytest.raises(InvalidTokenError):
        read(given, town, token)
    again = admin.ask(REVOKE, input={"apiToken": id_})["apiTokenRevoke"]
    assert again["apiToken"]["revokedAt"] == payload["apiToken"]["revokedAt"]


def test_unknown_token_cannot_be_revoked(given: Given, town: Portal, lehavre: Portal, admin: Portal) -> None:
    id_, token = created(given, admin)
    foreign = given.actor(lehavre, role="ADMIN")
    for asker, named in ((foreign, id_), (admin, id_[:-4] + "0000")):
        payload = asker.ask(REVOKE, input={"apiToken": named})["apiTokenRevoke"]
        assert payload == {"apiToken": None, "userErrors": refused("NOT_FOUND", "apiToken")}
    assert read(given, town, token)


def test_revocation_counts_at_once_where_it_is_made_and_within_a_second_elsewhere(
    given: Given, town: Portal, admin: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_, token = created(given, admin)
    here, there = ApiTokens(given.database), ApiTokens(given.database)

    async def is_good(tokens: ApiTokens) -> bool:
        try:
            return bool(await tokens.machine(town.number, token))
        except InvalidTokenError:
            return False

    monkeypatch.setattr(database.recent, "KEPT_S", 3_600)  # So that the machine's slowness does not count.
    assert given.run(is_good(here))
    assert given.run(is_good(there))
    given.sql(town, "UPDATE __tenant__.api_token SET revoked_at = now() WHERE id = %s", uuid_in(id_))
    assert given.run(is_good(there))  # It was asked a moment ago.
    given.database.note_change(town.number)  # As a mutation does in its own process.
    assert not given.run(is_good(here))
    monkeypatch.setattr(database.recent, "KEPT_S", 0)
    assert not given.run(is_good(there))


def test_recent_values_are_kept_for_a_second_under_one_version_and_few_of_them(given: Given) -> None:
    now, reads = [0.0], []
    recent: RecentlyRead[str] = RecentlyRead("test", max_bytes=2_000, clock=lambda: now[0])

    async def get(key: str, version: int = 0) -> str:
        async def read() -> str:
            reads.append(key)
            return key

        return await recent.get(key, version, read)

    for moment, key, version, is_read in (
        (0.0, "a", 0, True),
        (0.99, "a", 0, False),
        (1.0, "a", 0, True),
        (1.5, "a", 1, True),
        (1.5, "b", 1, True),
        (1.5, "c", 1, True),
        (1.5, "b", 1, False),
        (1.5, "a", 1, True),
    ):
        now[0] = moment
        before = len(reads)
        assert given.run(get(key, version)) == key
        assert (len(reads) > before) is is_read, (moment, key, version)


# Last use ------------------------------------------------------------------------------------------------------------


def test_last_use_is_noted_beside_the_request_and_once_a_minute(given: Given, town: Portal, admin: Portal) -> None:
    id_, token = created(given, admin)
    tokens = ApiTokens(given.database)

    def last_use() -> Any:
        return given.sql(town, "SELECT last_used_at FROM __tenant__.api_token WHERE id = %s", uuid_in(id_))[0][0]

    given.run(tokens.machine(town.number, token))
    assert last_use() is None
    given.run(tokens.record_use())
    first = last_use()
    assert first is not None
    assert [found["lastUsedAt"] for found in admin.ask(LIST)["apiTokens"] if found["id"] == id_] != [None]

    given.database.note_change(town.number)
    given.run(tokens.machine(town.number, token))
    given.run(tokens.record_use())
    assert last_use() == first
    given.sql(
        town, "UPDATE __tenant__.api_token SET last_used_at = now() - interval '61 seconds' WHERE id = %s", uuid_in(id_)
    )
    given.database.note_change(town.number)
    given.run(tokens.machine(town.number, token))
    given.run(tokens.record_use())
    assert last_use() > first
