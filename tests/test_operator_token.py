"""Operators' tokens: made, listed and revoked by commands, good at every tenant until they expire."""

import hashlib
import re
from pathlib import Path
from uuid import UUID, uuid4

import pytest

import database.recent
from auth.machine import Machine
from auth.operator_token import OperatorTokens
from auth.token import InvalidTokenError
from auth.viewer import Audience, Viewer
from models.actor import Role
from tests.command import Run, refusal, runner
from tests.own import Own


@pytest.fixture(scope="module")
def run(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return runner(own, Path(tmp_path_factory.mktemp("data")))


def created(run: Run, name: str = "astreinte", *options: str) -> tuple[UUID, str]:
    """The id and the text of a new token."""
    result = run("operator", "token", "create", name, *options)
    found = re.match(r"token ([0-9a-f-]{36}) ", result.stderr)
    assert found, result.output
    return UUID(found[1]), result.stdout.strip()


def read(own: Own, token: str) -> Machine:
    return own.run(lambda database: OperatorTokens(database).machine(token))


def is_good(own: Own, token: str) -> bool:
    try:
        return bool(read(own, token))
    except InvalidTokenError:
        return False


def test_token_makes_its_holder_an_operator(run: Run, own: Own) -> None:
    id_, token = created(run)
    machine = read(own, token)
    assert machine == Machine(Viewer(role=Role.ADMIN, is_operator=True, client=f"operator:{id_}"))
    assert (machine.viewer.audience, machine.viewer.is_administrator) == (Audience.OPERATOR, True)


def test_no_table_holds_the_token_but_its_digest(run: Run, own: Own) -> None:
    id_, token = created(run)
    row, digest = own.rows("SELECT to_jsonb(t)::text, digest FROM platform.operator_token t WHERE id = %s", id_)[0]
    assert re.fullmatch("pot_[A-Za-z0-9_-]{43}", token)
    assert token.removeprefix("pot_") not in row
    assert digest == hashlib.sha256(token.encode()).hexdigest()


def test_token_is_good_for_as_long_as_it_was_made_for(run: Run, own: Own) -> None:
    id_, token = created(run, "court", "--days", "7")
    days = own.value("SELECT extract(day FROM expires_at - created_at) FROM platform.operator_token WHERE id = %s", id_)
    assert days == 7
    past = "created_at = now() - interval '8 days', expires_at = now()"
    own.rows(f"UPDATE platform.operator_token SET {past} WHERE id = %s", id_)
    assert not is_good(own, token)


@pytest.mark.parametrize("token", ["", "pot_", "pot_short", "pot_" + "A" * 43, "pot_" + "é" * 43, "pat_1_" + "A" * 43])
def test_anything_else_is_refused(own: Own, token: str) -> None:
    assert not is_good(own, token)


def test_revoked_token_is_refused_within_a_second(run: Run, own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    id_, token = created(run)
    assert is_good(own, token)
    assert run("operator", "token", "revoke", str(id_)).output == f"{id_} is revoked\n"
    assert not is_good(own, token)

    _, other = created(run)
    monkeypatch.setattr(database.recent, "KEPT_S", 0)

    async def then_revoked(tokens: OperatorTokens) -> None:
        await tokens.machine(other)
        own.rows("UPDATE platform.operator_token SET revoked_at = now()")
        await tokens.machine(other)

    with pytest.raises(InvalidTokenError):
        own.run(lambda database: then_revoked(OperatorTokens(database)))


def test_revoking_twice_keeps_the_first_time_and_an_unknown_one_is_refused(run: Run, own: Own) -> None:
    id_, _ = created(run)
    run("operator", "token", "revoke", str(id_))
    query = "SELECT revoked_at FROM platform.operator_token WHERE id = %s"
    first = own.value(query, id_)
    run("operator", "token", "revoke", str(id_))
    assert own.value(query, id_) == first
    unknown = uuid4()
    assert refusal(run("operator", "token", "revoke", str(unknown))) == f"Error: no token {unknown}"


def test_use_is_noted_once_a_minute(run: Run, own: Own) -> None:
    id_, token = created(run)

    def last_use() -> object:
        return own.value("SELECT last_used_at FROM platform.operator_token WHERE id = %s", id_)

    async def use(tokens: OperatorTokens) -> None:
        await tokens.machine(token)
        await tokens.record_use()

    own.run(lambda database: use(OperatorTokens(database)))
    first = last_use()
    assert first is not None
    own.run(lambda database: use(OperatorTokens(database)))
    assert last_use() == first


def test_list_shows_state_and_last_use_and_no_text(run: Run, own: Own) -> None:
    own.rows("DELETE FROM platform.operator_token")
    (good, token), (revoked, _), (expired, _) = (created(run, name) for name in ("a", "b", "c  d"))
    run("operator", "token", "revoke", str(revoked))
    past = "created_at = '2020-01-01', expires_at = '2020-02-01', last_used_at = '2020-01-15'"
    own.rows(f"UPDATE platform.operator_token SET {past} WHERE id = %s", expired)
    listed = run("operator", "token", "list").output
    assert token not in listed
    assert [re.sub(r"until \d{4}-\d\d-\d\d", "until …", line) for line in listed.splitlines()] == [
        f"{expired}  EXPIRED   until …  last used 2020-01-15  c d",
        f"{good}  ACTIVE    until …  never used  a",
        f"{revoked}  REVOKED   until …  never used  b",
    ]


@pytest.mark.parametrize("options", [("--days", "0"), ("--days", "366"), ("--days", "x")])
def test_wrong_duration_is_refused(run: Run, own: Own, options: tuple[str, str]) -> None:
    before = own.value("SELECT count(*) FROM platform.operator_token")
    assert run("operator", "token", "create", "x", *options).exit_code == 2
    assert own.value("SELECT count(*) FROM platform.operator_token") == before


@pytest.mark.parametrize("name", ["", " ", "x" * 121])
def test_wrong_name_is_refused(run: Run, name: str) -> None:
    assert refusal(run("operator", "token", "create", name), 2) == "Error: a name has 1 to 120 characters"
