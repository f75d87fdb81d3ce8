"""Exports of tenants that live in another cluster than the first: restored where they were, or elsewhere once that is
lost, and taken in there."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import Result

from tenants import export, restore, tenant_copy
from tenants.provisioning import ProvisioningError
from tests.behind import EAST, Pair
from tests.command import Run, refusal, runner
from tests.conftest import Portal
from tests.own import until
from tests.test_tenant_move import MOVING, cleaned, moved, numbers, schemas, stand, state
from tests.test_tenant_move import pair as pair
from tests.test_tenant_move import portals as portals
from tests.test_tenant_move import running as running

PLACE = "SELECT database FROM platform.tenant WHERE slug = %s"


@pytest.fixture
def run(pair: Pair, tmp_path: Path) -> Run:
    def there(*words: str) -> Result:
        return runner(pair.main, tmp_path)(*words, PARVIS_CLUSTERS=f"{EAST} {pair.east.url}")

    return there


@pytest.fixture
def file(pair: Pair, tmp_path: Path) -> Path:
    """The export of a portal that is in the second cluster alone."""
    stand(pair, EAST)
    path = tmp_path / "martinet.zip"
    pair.run(lambda database: export.export(database, MOVING.slug, path))
    return path


@pytest.fixture
def lost(pair: Pair) -> Iterator[None]:
    """The second cluster is away, until the test's end at the latest."""
    pair.postgres.stop()
    yield
    pair.postgres.start()


def votes(pair: Pair, where: str) -> int:
    own = pair.east if where == EAST else pair.main
    return int(own.value(f"SELECT count(*) FROM t_{numbers(pair)[MOVING.slug]}.vote"))


def restored(run: Run, file: Path, *more: str) -> str:
    result = run("tenant", "restore", str(file), "--yes", MOVING.slug, *more)
    assert result.exit_code == 0, result.output
    return str(result.stdout)


def served(portal: Portal) -> bool:
    """Asked anew, not from what is kept for visitors; not before the process has heard of the tenant."""
    return (
        portal.running.registry.at(portal.host) is not None
        and portal.member(0).post("{ viewer { id } }").status_code == httpx.codes.OK
    )


def test_tenant_is_put_back_where_it_is(pair: Pair, run: Run, file: Path, portals: tuple[Portal, Portal]) -> None:
    before, number = votes(pair, EAST), numbers(pair)[MOVING.slug]
    assert before > 0
    pair.east.rows(f"DELETE FROM t_{number}.vote")
    pair.east.rows("UPDATE platform.tenant SET title = 'Autre', version = version + 1 WHERE number = %s", number)
    until(lambda: portals[1].record.title == "Autre")
    assert restored(run, file).endswith(f", in {EAST}\n")
    assert (votes(pair, EAST), state(pair)) == (before, [])
    assert f"t_{number}" not in schemas(pair.main)
    for own in (pair.main, pair.east):
        assert own.rows("SELECT database, title FROM platform.tenant WHERE number = %s", number) == [
            (EAST, MOVING.title)
        ]
    until(lambda: portals[1].record.title == MOVING.title)
    assert portals[1].ask("{ portal { title } }") == {"portal": {"title": MOVING.title}}


def test_deleted_tenant_comes_back_where_it_was(
    pair: Pair, run: Run, file: Path, portals: tuple[Portal, Portal]
) -> None:
    before, number = votes(pair, EAST), numbers(pair)[MOVING.slug]
    assert run("tenant", "delete", MOVING.slug, "--yes", MOVING.slug).exit_code == 0
    assert (schemas(pair.east), number in numbers(pair).values()) == (set(), False)
    assert restored(run, file).endswith(f", in {EAST}\n")
    assert (votes(pair, EAST), pair.main.value(PLACE, MOVING.slug)) == (before, EAST)
    until(lambda: served(portals[1]))


def test_tenant_of_a_lost_cluster_is_put_back_in_another_one(
    pair: Pair, run: Run, file: Path, portals: tuple[Portal, Portal], lost: None
) -> None:
    kept = len(schemas(pair.main))
    gone = run("tenant", "delete", MOVING.slug, "--yes", MOVING.slug)
    assert "the cluster 'east' does not answer; is its URL in PARVIS_CLUSTERS right" in refusal(gone)
    assert not served(portals[1])
    assert restored(run, file, "--to", "main").endswith("+00:00\n")
    until(lambda: served(portals[1]))
    assert (state(pair), len(schemas(pair.main))) == ([(EAST, "main", "OPEN")], kept + 1)
    del lost
    pair.postgres.start()
    until(lambda: pair.east.rows(PLACE, MOVING.slug), 30)
    assert served(portals[1]) and portals[1].record.is_at_home
    cleaned(pair)
    assert (schemas(pair.east), pair.east.rows(PLACE, MOVING.slug), state(pair)) == (set(), [], [])
    assert served(portals[1])


def test_tenant_is_taken_in_by_the_cluster_that_is_named(pair: Pair, run: Run, file: Path) -> None:
    words = ("tenant", "import", str(file), "--slug", "essai", "--host", "essai.example")
    assert "PARVIS_CLUSTERS names no cluster 'west'" in refusal(run(*words, "--to", "west"))
    result = run(*words, "--to", EAST)
    assert result.exit_code == 0, result.output
    number = numbers(pair)["essai"]
    assert result.stdout.endswith(f"are the tenant essai, number {number}, in {EAST}\n")
    assert f"t_{number}" in schemas(pair.east) - schemas(pair.main)
    row = "SELECT slug, database, features, version FROM platform.tenant WHERE number = %s"
    assert pair.main.rows(row, number) == pair.east.rows(row, number)
    assert pair.main.rows("SELECT tenant_number FROM platform.host WHERE host = 'essai.example'") == [(number,)]
    assert "belongs to another tenant" in refusal(run(*words, "--to", EAST))
    for command in (("suspend", "essai"), ("suspend", "essai", "--resume"), ("delete", "essai", "--yes", "essai")):
        assert run("tenant", *command).exit_code == 0
    assert f"t_{number}" not in schemas(pair.east)


def test_import_that_fails_leaves_nothing_in_either_cluster(
    pair: Pair, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [
        (numbers(pair), schemas(each), each.rows("SELECT host FROM platform.host")) for each in (pair.main, pair.east)
    ]

    async def cut_off(*_: object) -> None:
        raise RuntimeError("cut off")

    monkeypatch.setattr(restore, "_list", cut_off)
    with pytest.raises(RuntimeError, match="cut off"):
        pair.run(lambda database: restore.take_in(database, file, slug="essai", hosts=["essai.example"], to=EAST))
    assert before == [
        (numbers(pair), schemas(each), each.rows("SELECT host FROM platform.host")) for each in (pair.main, pair.east)
    ]


def test_tenant_that_moves_is_not_put_back(pair: Pair, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def cut_off(*_: object) -> int:
        raise RuntimeError("cut off")

    with monkeypatch.context() as patch:
        patch.setattr(tenant_copy, "fill", cut_off)
        with pytest.raises(RuntimeError, match="cut off"):
            moved(pair, "main")
    with pytest.raises(ProvisioningError, match="moves to another cluster: end that before"):
        pair.run(lambda database: restore.put_back(database, file, MOVING.slug))
    moved(pair, "main")
    assert pair.run(lambda database: restore.put_back(database, file, MOVING.slug)).database == "main"
    assert state(pair) == [(EAST, "main", "OPEN")]
    assert pair.run(lambda database: restore.put_back(database, file, MOVING.slug, EAST)).database == EAST
    assert state(pair) == [("main", EAST, "OPEN")]
    cleaned(pair)
