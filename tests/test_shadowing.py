"""No statement looks a row up anew where that of the query around it is meant: each that any test has made is looked at."""

import pytest

from database import statement
from tests.shadowing import shadowed

OUTER = "SELECT (SELECT count(*) FROM {inner}) FROM __tenant__.activity AS r$1"


@pytest.mark.parametrize(
    ("inner", "names"),
    [
        ("__tenant__.ballot WHERE activity_id = r$1.id", set()),
        ("__tenant__.ballot, __tenant__.activity AS r$1 WHERE activity_id = r$1.id", {"r$1"}),
        ("(SELECT 1 UNION SELECT 2 FROM __tenant__.activity AS r$1) AS r$2", {"r$1"}),
        ("__tenant__.activity AS r$2 WHERE ')' = '' AND r$2.id = r$1.id", set()),
        ("(SELECT 1 FROM __tenant__.space AS r$3 UNION SELECT 2 FROM __tenant__.space AS r$3) AS r$2", set()),
    ],
)
def test_names_that_are_given_again_are_found(inner: str, names: set[str]) -> None:
    assert shadowed(OUTER.format(inner=inner)) == names


def test_statements_of_all_tests_are_looked_at() -> None:
    assert statement.build.__name__ == "looked_at"
