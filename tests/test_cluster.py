"""Names of databases and logins in another cluster than the embedded one, and where that one is."""

import fcntl
from pathlib import Path

import pytest

from tests import cluster
from tests.cluster import renamed, serving

OTHER = "postgresql://admin:p%40ss@db.example:5433/postgres?sslmode=require"
EMBEDDED = "postgresql://postgres@/parvis?host=%2Fdata&port=5432"


@pytest.mark.parametrize(
    ("url", "database", "login"),
    [
        (
            OTHER,
            "postgresql://admin:p%40ss@db.example:5433/own?sslmode=require",
            "postgresql://parvis:p%40ss@db.example:5433/postgres?sslmode=require",
        ),
        (
            EMBEDDED,
            "postgresql://postgres@/own?host=%2Fdata&port=5432",
            "postgresql://parvis@/parvis?host=%2Fdata&port=5432",
        ),
    ],
    ids=["other", "embedded"],
)
def test_other_database_and_other_login_of_the_same_cluster(url: str, database: str, login: str) -> None:
    assert (renamed(url, "own"), serving(url)) == (database, login)


def test_cluster_is_in_memory_where_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a killed run left there is removed, and what another run uses is not."""
    left, used = (tmp_path / f"{cluster.PREFIX}{name}" / "lock" for name in ("left", "used"))
    for lock in (left, used):
        lock.parent.mkdir()
        lock.touch()
    monkeypatch.setattr(cluster, "MEMORY", tmp_path)
    monkeypatch.setattr(cluster, "ROOM_BYTES", 0)
    with used.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with cluster.place(Path("folder")) as place:
            assert sorted(tmp_path.iterdir()) == sorted([place, used.parent])
    assert list(tmp_path.iterdir()) == [used.parent]
    monkeypatch.setattr(cluster, "ROOM_BYTES", 2**60)
    with cluster.place(Path("folder")) as place:
        assert place == Path("folder")
