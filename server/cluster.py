"""The database cluster of this process: a real one by its URL, else the embedded one, ours or the running server's."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from server.embedded import EmbeddedPostgres, EmbeddedPostgresError
from server.settings import Settings


@contextmanager
def own(settings: Settings) -> Iterator[str]:
    """A libpq URL for a server process: the embedded cluster is started here and stopped at the end.

    Raises EmbeddedPostgresError when it cannot be started, for example because another process runs it.
    """
    if settings.database_url:
        yield settings.database_url
        return
    with EmbeddedPostgres(settings.data / "postgres") as postgres:
        note = _note(settings)
        note.touch(mode=0o600)
        note.write_text(postgres.url)
        try:
            yield postgres.url
        finally:
            with suppress(OSError):
                note.unlink()


@contextmanager
def shared(settings: Settings) -> Iterator[str]:
    """A libpq URL for a command: the cluster of the running server if there is one, else started for the command."""
    try:
        with own(settings) as url:
            yield url
    except EmbeddedPostgresError:
        if not _note(settings).exists():
            raise
        yield _note(settings).read_text()


def _note(settings: Settings) -> Path:
    """Where a running server says how to reach its cluster."""
    return settings.data / "postgres.url"
