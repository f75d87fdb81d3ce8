"""Names of databases and logins in another cluster than the embedded one."""

import pytest

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
