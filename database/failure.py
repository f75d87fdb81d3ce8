"""Failures: what an error of PostgreSQL means for whoever asked the database something."""

import re

import psycopg

from database import naming

READ_ONLY = "25006"
_LOST = re.compile(f"{READ_ONLY}|57P..|08...|53...")
"""SQLSTATE codes for faults of the session, the cluster or its machine: a retry may succeed, also after a fail-over."""

HELD = "PV001"
"""The SQLSTATE with which `platform.refuse_held` stops what would be written while a tenant moves."""

UNMADE = (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)
"""Of a cluster that no process of this version has migrated yet."""

LOCKED = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)
"""Others use the same tables: a try later may succeed."""

PROGRAM_LIMIT = "54"
"""The SQLSTATE class of statements that exceed a limit of PostgreSQL, for example in columns or depth."""


class DatabaseUnavailableError(Exception):
    """The database does not answer; nothing was changed, unless the last statement was on its way. Try again later, a
    change under the same key."""

    cluster = naming.HOME
    """Which one does not answer, where a command asked it."""

    is_told = False
    """Whether the log has said what was not done because of it."""


class DiskFullError(DatabaseUnavailableError):
    """The disk of the database is full: it reads and cannot write. The connection is sound."""


class DeadlockError(DatabaseUnavailableError):
    """Two transactions waited for each other, and PostgreSQL rolled this one back: nothing was changed. Begin again."""


class StatementTimeoutError(Exception):
    """The statement took longer than `pool.STATEMENT_TIMEOUT_MS` or waited too long for a lock, and was stopped."""


class TenantHeldError(DatabaseUnavailableError):
    """Nothing may be written in the tenant for a moment, because it moves to another cluster: nothing was changed."""


OF_ONE_TENANT = (DeadlockError, TenantHeldError)
"""Of what is unavailable, what keeps nothing from other tenants."""


class TenantGoneError(Exception):
    """The tenant's role or tables are not there (any more): it was deleted meanwhile."""


def told(error: BaseException, tenant: int | None) -> BaseException:
    """PostgreSQL's error as one of this module's, where there is one."""
    match error:
        case psycopg.errors.DiskFull():
            return DiskFullError()
        case psycopg.errors.DeadlockDetected():
            return DeadlockError()
        case psycopg.Error() if error.sqlstate == HELD:
            return TenantHeldError()
        case psycopg.Error() if _LOST.fullmatch(error.sqlstate or ""):
            return DatabaseUnavailableError()
        case psycopg.errors.QueryCanceled() | psycopg.errors.LockNotAvailable():
            return StatementTimeoutError()
        case psycopg.errors.UndefinedTable() if tenant is not None:
            return TenantGoneError()
        case psycopg.errors.InvalidParameterValue() as refused if tenant and _names(refused, naming.role(tenant)):
            return TenantGoneError()
        case psycopg.OperationalError() | psycopg.InterfaceError():
            # A statement that is itself at fault would not do better another time.
            return error if (error.sqlstate or "").startswith(PROGRAM_LIMIT) else DatabaseUnavailableError()
    return error


def _names(error: psycopg.Error, role: str) -> bool:
    """It is about this role, in whatever language it is said: functions refuse values by the same code."""
    return f'"{role}"' in (error.diag.message_primary or "")
