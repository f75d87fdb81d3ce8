"""What stands in the way of a statement where tenants' schemas are spread over machines (decision 0103).

A distributed engine sends a statement that changes something to the machine of its schema, and reckons what is not
immutable beforehand. It cannot where that is mixed with a row's own columns, and a parameter of a type of its own keeps it
from doing so for the others. These are rules about our SQL's text, so that they hold where no such engine runs.
"""

import re
from collections.abc import Iterable, Iterator

CHANGING = {"INSERT", "UPDATE", "DELETE", "MERGE"}
UNSTEADY = {
    "now",
    "statement_timestamp",
    "transaction_timestamp",
    "current_timestamp",
    "current_date",
    "localtimestamp",
}
BARE = {"current_timestamp", "current_date", "localtimestamp"}
"""Functions that are called without parentheses."""

VOLATILE = {"clock_timestamp", "random", "gen_random_uuid", "nextval", "setval", "timeofday", "uuidv7", "uuidv4"}
MIXING = {"coalesce", "least", "greatest"}

_TOKEN = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|::|\$\d+|[A-Za-z_][\w$]*(?:\.[A-Za-z_][\w$]*)*|\d[\w.]*|[^\s]")


def in_the_way(text: str) -> set[str]:
    """The rules that a statement breaks, as it is sent."""
    words = _TOKEN.findall(text)
    return {rule for change in _changes(words) for rule in _broken(change)} | set(_badly_defined(words))


def _badly_defined(words: list[str]) -> Iterator[str]:
    """What is refused of statements that define something."""
    lower = [word.lower() for word in words]
    match lower[:2]:
        case ["alter", "table"]:
            if any(word == "," and depth == 0 for _, word, depth in _depths(words)):
                yield "more than one action in ALTER TABLE"
            if lower[3:5] == ["add", "column"] and {"check", "unique", "primary"} & set(lower):
                yield "a constraint without a name beside a column"
            if "statistics" in lower:
                yield "SET STATISTICS"
        case ["create" | "alter", "policy"]:
            if any(lower[place : place + 2] == ["(", "select"] for place in range(len(lower))):
                yield "a subquery in a policy"
        case ["create", "trigger" | "rule" | "sequence" as kind]:
            yield f"a {kind}"
    if lower[:1] in (["create"], ["alter"]) and {"serial", "bigserial", "identity"} & set(lower):
        yield "a column that counts by itself"


def _changes(words: list[str]) -> Iterator[list[str]]:
    """The words of each part that changes something: the whole statement, or a parenthesis of its WITH."""
    if any(_begins(words, place) for place, _, depth in _depths(words) if depth == 0):
        yield words
        return
    opened: list[int] = []
    for place, word in enumerate(words):
        if word == "(":
            opened.append(place)
        elif word == ")" and opened:
            begin = opened.pop()
            if begin + 1 < place and _begins(words, begin + 1):
                yield words[begin + 1 : place]


def _begins(words: list[str], place: int) -> bool:
    """Whether a change begins here, and not the UPDATE of `FOR UPDATE` or `DO UPDATE`."""
    before = words[place - 1].upper() if place else ""
    return words[place].upper() in CHANGING and before in ("", "(", ")", ";")


def _depths(words: list[str]) -> Iterator[tuple[int, str, int]]:
    depth = 0
    for place, word in enumerate(words):
        depth -= word == ")"
        yield place, word, depth
        depth += word == "("


def _broken(words: list[str]) -> Iterator[str]:
    lower = [word.lower() for word in words]
    calls = [place for place, word in enumerate(lower) if lower[place + 1 :][:1] == ["("] or word in BARE]
    unsteady = {place for place in calls if lower[place] in UNSTEADY}
    if unsteady and any(lower[place : place + 2] == ["::", "varchar"] for place in range(len(lower))):
        yield "a bind of VARCHAR beside now()"
    for place in calls:
        if lower[place] in MIXING and any(place < other < _end(lower, place + 1) for other in unsteady):
            yield f"now() in {lower[place]}()"
    for begin, end in _cases(lower):
        if any(begin < other < end for other in unsteady):
            yield "now() in CASE"
    returning = lower.index("returning") if "returning" in lower else len(lower)
    if any(place > returning for place in unsteady):
        yield "now() in RETURNING"
    conflict = next((place for place in range(len(lower) - 1) if lower[place : place + 2] == ["on", "conflict"]), None)
    if conflict is not None and any(conflict < place < returning for place in unsteady):
        yield "now() in ON CONFLICT"
    is_insert = lower[0] in ("insert", "with") and "insert" in lower
    for place in calls:
        if lower[place] in VOLATILE and (not is_insert or (conflict is not None and place > conflict)):
            yield f"{lower[place]}() in a change"


def _end(words: list[str], opened: int) -> int:
    """Where the parenthesis ends that is opened here."""
    depth = 0
    for place in range(opened, len(words)):
        depth += (words[place] == "(") - (words[place] == ")")
        if depth == 0:
            return place
    return len(words)


def _cases(words: list[str]) -> Iterator[tuple[int, int]]:
    begun: list[int] = []
    for place, word in enumerate(words):
        if word == "case":
            begun.append(place)
        elif word == "end" and begun:
            yield begun.pop(), place


_MADE = re.compile(r"CREATE TEMP(?:ORARY)? TABLE (?:IF NOT EXISTS )?(\w+)", re.IGNORECASE)
REFERENCE = re.compile(r"\bplatform\.(?:collectivite|collectivite_outline)\b")
"""The tables that every machine has a copy of."""


def mixed(texts: Iterable[str]) -> set[str]:
    """Statements of one module that name a temporary table of its own beside a reference table."""
    texts = list(texts)
    made = {name for text in texts for name in _MADE.findall(text)}
    return {
        text
        for text in texts
        if REFERENCE.search(text)
        and not _MADE.search(text)
        and any(re.search(rf"(?:FROM|JOIN|USING|INTO)\s+{name}\b", text) for name in made)
    }
