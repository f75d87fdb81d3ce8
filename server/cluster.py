"""The database cluster of this process: a real one by its URL, else the embedded one, ours or the running server's."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from database.embedded.launcher import EmbeddedPostgres, EmbeddedPostgresError
from server.cluster_list import NamedCluster
from server.settings import REPLICA_LAG_S, Settings

if TYPE_CHECKING:
    from database.door import Database


logger = logging.getLogger("parvis.cluster")


@dataclass(frozen=True, slots=True)
class Cluster:
    """How a cluster is reached: libpq URLs of the login that serves, of the one that migrates and provisions, and of a
    copy of the cluster that follows it."""

    url: str
    admin_url: str
    replica_url: str | None = None
    replica_lag_s: float = REPLICA_LAG_S
    """How far it may be behind and still be asked."""

    others: tuple[NamedCluster, ...] = ()
    """The clusters behind it, to which tenants may have moved."""

    def database(self, connections: int) -> "Database":
        """The database, not yet open. Each cluster has an equal part of the connections: one that hangs takes none of
        the others'."""
        from database.door import Database  # A command that only lists tenants does without SQLAlchemy.

        part = connections // (len(self.others) + 1)
        others = [
            Database(
                other.url,
                connections=part,
                admin_url=other.admin_url,
                replica_url=other.replica_url,
                most_lag_s=self.replica_lag_s,
                name=other.name,
            )
            for other in self.others
        ]
        return Database(
            self.url,
            connections=connections - part * len(others),
            admin_url=self.admin_url,
            replica_url=self.replica_url,
            most_lag_s=self.replica_lag_s,
            clusters=others,
        )


@contextmanager
def own(settings: Settings) -> Iterator[Cluster]:
    """The cluster of a server process: the embedded one is started here and stopped at the end.

    Raises EmbeddedPostgresError when it cannot be started, for example because another process runs it.
    """
    if settings.database_url:
        admin_url = settings.admin_url or settings.database_url
        yield Cluster(settings.database_url, admin_url, settings.replica_url, settings.replica_lag_s, settings.clusters)
        return
    if not (settings.data / "postgres").exists():  # Also where PARVIS_DATA names another place than was meant.
        logger.warning("no data are in %s yet: a new installation begins there", settings.data)
    with EmbeddedPostgres(settings.data / "postgres") as postgres:
        cluster = _embedded(settings, postgres.serving_url, postgres.url)
        note = _note(settings)
        note.touch(mode=0o600)
        note.write_text(f"{cluster.url}\n{cluster.admin_url}")
        try:
            yield cluster
        finally:
            with suppress(OSError):
                note.unlink()


@contextmanager
def shared(settings: Settings) -> Iterator[Cluster]:
    """The cluster of a command: that of the running server if there is one, else started for the command."""
    try:
        with own(settings) as cluster:
            yield cluster
    except EmbeddedPostgresError:
        if not _note(settings).exists():
            raise
        url, admin_url = _note(settings).read_text().split("\n")
        yield _embedded(settings, url, admin_url)


def _embedded(settings: Settings, url: str, admin_url: str) -> Cluster:
    return Cluster(url, admin_url, replica_lag_s=settings.replica_lag_s, others=settings.clusters)


def _note(settings: Settings) -> Path:
    """Where a running server says how to reach its cluster."""
    return settings.data / "postgres.url"
