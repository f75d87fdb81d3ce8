"""What the command line says of errors: one sentence that tells what to do."""

from psycopg import Error as PostgresError

from database import naming
from database.embedded.launcher import EmbeddedPostgresError
from database.failure import DatabaseUnavailableError, DiskFullError, StatementTimeoutError
from register.official import ImportFileError
from server import settings
from server.listener import ListenError
from server.settings import Settings, SettingsError
from tenants.archive import ArchiveError
from tenants.directory import ProvisioningError
from tenants.requirement import UnfitClusterError
from tenants.rollout import RolloutError
from tenants.script import EditedMigrationError
from tenants.zone import ZoneFileError

NOT_PERMITTED = "42501"
"""The SQLSTATE of what this login may not do."""


def sentence(error: BaseException) -> str | None:
    """What to say of an error; None where nobody foresaw it."""
    match error:
        case ListenError() | SettingsError() | EmbeddedPostgresError():
            return str(error)
        case (
            ArchiveError()
            | ProvisioningError()
            | ImportFileError()
            | ZoneFileError()
            | UnfitClusterError()
            | EditedMigrationError()
            | RolloutError()
        ):
            return str(error)
        case DiskFullError():
            return "the disk of the database is full: make room, and do it again"
        case DatabaseUnavailableError():
            return _away(settings.read(), error.cluster)
        case StatementTimeoutError():
            return "the database is busy with a change of the same rows; try again"
        case PostgresError():
            hint = "; DATABASE_ADMIN_URL names a login that may" if error.sqlstate == NOT_PERMITTED else ""
            return f"the database refused: {error.diag.message_primary or error}{hint}"
        case FileExistsError():
            return f"{error.filename} is there already"
        case BrokenPipeError():
            return None  # Whoever reads has enough: click ends quietly.
        case OSError():
            return f"{error.filename or 'the system refused'}: {error.strerror}"
    return None


def _away(config: Settings, cluster: str) -> str:
    if cluster != naming.HOME:
        return f"the cluster {cluster!r} does not answer; is its URL in PARVIS_CLUSTERS right, and is it up?"
    if config.database_url:
        return "the database does not answer; is DATABASE_URL right and the cluster up?"
    log = config.data / "postgres" / "server.log"
    return f"the PostgreSQL that Parvis brings along does not answer; is the disk full? It says why in {log}"
