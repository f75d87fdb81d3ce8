"""Fault: what an error of the database may be told as in a log: by its code, never by the values that it quotes."""

from collections.abc import Iterator

import psycopg

MAX_WORDS = 300
"""Characters of what a lost connection says: where to and why, and no row of anybody's."""


def said(error: psycopg.Error) -> str:
    """Its SQLSTATE, and what of the schema it names. Without one, as where there was no connection, its own words."""
    if error.sqlstate is None:
        return " ".join(str(error).split())[:MAX_WORDS]
    diag = error.diag
    named = {"table": diag.table_name, "column": diag.column_name, "constraint": diag.constraint_name}
    return " ".join([f"SQLSTATE {error.sqlstate}", *(f"{what} {name}" for what, name in named.items() if name)])


def behind(error: BaseException) -> Iterator[BaseException]:
    """An error and all that it came from, those of groups among them, each once."""
    left, seen = [error], set[int]()
    while left:
        one = left.pop(0)
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            grouped = one.exceptions if isinstance(one, BaseExceptionGroup) else ()
            left += [cause for cause in (one.__cause__, one.__context__, *grouped) if cause is not None]


def without_values(text: str, error: BaseException) -> str:
    """A stack trace of an error in which what PostgreSQL said is replaced by its code."""
    for one in behind(error):
        if isinstance(one, psycopg.Error) and (
            lines := [line.strip() for line in str(one).splitlines() if line.strip()]
        ):
            text = text.replace(lines[0], said(one))
            for line in lines[1:]:
                text = text.replace(line, "…")
    return text


def chain(error: BaseException) -> str:
    """What an error is and what it came from, in one line: a full pool, a silent server, a lost connection."""
    return " from ".join(f"{type(one).__name__}({_said_if_known(one)})" for one in behind(error))


def _said_if_known(error: BaseException) -> str:
    return said(error) if isinstance(error, psycopg.Error) else ""
