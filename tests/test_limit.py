"""Limits: no document takes much longer to read and validate than a large page does, whatever its shape."""

import time
from collections.abc import Callable, Iterator

import pytest

from planner import limit
from planner.document import MAX_LENGTH, Documents
from tests.operation import CONTRACT
from tests.test_cost import PORTAL_PAGE


def each(count: int, text: str, *, start: int = 0) -> str:
    """A text once for each number, which stands where `#` does."""
    return " ".join(text.replace("#", str(number)) for number in range(start, count))


def spreading(count: int, ahead: int) -> str:
    """Fragments of which each spreads some of those behind it."""

    def next_few(number: int) -> str:
        return each(min(number + ahead + 1, count), "...F#", start=number + 1)

    parts = (f"fragment F{number} on Query {{ {next_few(number)} }}" for number in range(count))
    return f"{{ ...F0 ...F1 }} {' '.join(parts)}"


HOSTILE: dict[str, Callable[[int], str]] = {
    "repeats of an object": lambda n: f"{{ portal {{ {'collectivite { name } ' * n} }} }}",
    "repeats in repeats": lambda n: f"{{ portal {{ {('collectivite { ' + 'center { lat } ' * n + '} ') * n} }} }}",
    "inline fragments": lambda n: f"{{ portal {{ {'... { title } ' * n} }} }}",
    "fragments in one place": lambda n: f"{{ portal {{ {each(n, '...F#')} }} }} {each(n, 'fragment F# on Portal { title }')}",
    "fragments that spread all later ones": lambda n: spreading(n, n),
    "fragments that spread the next few": lambda n: spreading(n, 3),
    "fragments that nobody spreads": lambda n: f"{{ portal {{ title }} }} {each(n, 'fragment F# on Portal { title }')}",
    "operations": lambda n: each(n, "query Q# { portal { title } }"),
    "operations over the same fragments": lambda n: (
        f"{each(n, 'query Q# { portal { ...F0 ...F1 } }')} {each(n, 'fragment F# on Portal { title ...F1 }')}"
    ),
    "aliases": lambda n: f"{{ portal {{ {each(n, 'a#: title')} }} }}",
    "aliases in many places": lambda n: f"{{ {each(28, 'p#: portal { ' + each(n, 'a#: title') + ' }')} }}",
    "directives": lambda n: f"{{ portal {{ title {'@include(if: true) ' * n} }} }}",
    "unknown directives": lambda n: f"{{ portal {{ title {'@quick ' * n} }} }}",
    "variables": lambda n: f"query ({each(n, '$v#: Int')}) {{ portal {{ title }} }}",
    "unknown fields": lambda n: f"{{ portal {{ {each(n, 'titl#')} }} }}",
    "items of a list": lambda n: f"{{ contributions(kinds: [{'OFFER ' * n}]) {{ totalCount }} }}",
    "fields of an input": lambda n: f"{{ contributions(near: {{{each(n, 'f#: 1')}}}) {{ totalCount }} }}",
    "inputs in inputs": lambda n: f"{{ contributions(near: {'{near: ' * n}1{'}' * n}) {{ totalCount }} }}",
    "arguments": lambda n: f"{{ contributions({each(n, 'f#: 1')}) {{ totalCount }} }}",
    "comments": lambda n: "{ portal { title } }" + "\n#" * n,
    "a long string": lambda n: f'{{ space(slug: "{"x" * n}") {{ id }} }}',
    "long names": lambda n: f"{{ {each(20, 'x' * n + '#')} }}",
}  # fmt: skip
SIZES = (3, 6, 12, 24, 44, 60, 100, 180, 300, 480, 960, 1_900, 5_000, 24_000, 48_000)


def documents(shape: Callable[[int], str]) -> Iterator[str]:
    """A shape in all sizes, up to the first that is refused for its length alone."""
    for size in SIZES:
        yield shape(size)
        if len(shape(size)) > MAX_LENGTH:
            break


def seconds(query: str) -> float:
    """The processor time that a document takes before it could run."""
    began = time.process_time()
    Documents(CONTRACT).read(query)
    return time.process_time() - began


@pytest.mark.parametrize("shape", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_document_takes_much_longer_than_a_large_page(shape: Callable[[int], str]) -> None:
    page = min(seconds(PORTAL_PAGE) for _ in range(3))
    worst = max(min(seconds(query) for _ in range(2)) for query in documents(shape))
    assert worst < 5 * page


def code(query: str) -> str | None:
    """The code of the first error that forbids a document's execution."""
    errors = Documents(CONTRACT).read(query).errors
    return str((errors[0].extensions or {})["code"]) if errors else None


@pytest.mark.parametrize(
    ("shape", "most"),
    [
        (lambda n: f"{{ portal {{ {each(n, 'a#: title')} }} }}", limit.MAX_ALIASES),
        (lambda n: f"{{ portal {{ ...A ...B }} }} fragment A on Portal {{ {each(20, 'a#: title')} }} fragment B on Portal {{ {each(n, 'a#: title', start=20)} }}", limit.MAX_ALIASES),
        (lambda n: f"{{ {each(n, 'a#: portal { title }')} }}", limit.MAX_ROOT_FIELDS),
        (lambda n: f"{{ portal {{ {'title ' * n} }} }}", 63),  # 63 × 62 / 2 pairs.
        (lambda n: f"{{ contributions(kinds: [{'OFFER ' * n}]) {{ totalCount }} }}", 99),  # The list is a value, too.
        (lambda n: f"{{ space(slug: \"{'x' * n}\") {{ id }} }}", MAX_LENGTH - len('{ space(slug: "") { id } }')),
        (lambda n: each(n, "query Q# { portal { title } }"), limit.MAX_OPERATIONS),
        (lambda n: f"{{ portal {{ {'...A ' * n} }} }} fragment A on Portal {{ title }}", limit.MAX_SPREADS),
    ],
    ids=("aliases", "aliases by fragments", "root fields", "repeats", "values", "characters", "operations", "spreads"),
)  # fmt: skip
def test_what_is_just_within_a_limit_passes_and_one_more_is_too_large(shape: Callable[[int], str], most: int) -> None:
    assert code(shape(most)) is None
    assert code(shape(most + 1)) == "QUERY_TOO_LARGE"
