"""Expected: what would have been taken where an input is refused, which `models.sentence` tells people in words."""

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

Value = int | str | date


class Expectation(Enum):
    """What was wanted. Those with values have places for them in their sentence."""

    NUMBER = auto()
    CENTS = auto()
    COUNT = auto()
    EXACT_COUNT = auto()
    ONE_OF = auto()
    EXAMPLE = auto()
    DAYS = auto()
    DAY_UNTIL = auto()
    DAYS_AHEAD = auto()
    DAYS_AFTER = auto()
    AFTER = auto()
    ONCE = auto()
    ONE = auto()
    ALONE = auto()
    TOGETHER = auto()
    NOTHING = auto()
    OTHER = auto()
    NEW = auto()
    NAMED = auto()
    ONE_LINE = auto()
    CHANGED = auto()
    THE_SAME = auto()
    AT_MOST = auto()
    NO_MORE = auto()
    FEWER = auto()
    FEWER_FILES = auto()


@dataclass(frozen=True, slots=True)
class Expected:
    """What was wanted, with the values that its sentence names."""

    what: Expectation
    values: tuple[Value, ...] = ()


def number(least: int, most: int) -> Expected:
    """A number from one to another."""
    return Expected(Expectation.NUMBER, (least, most))


def cents(least: int, most: int) -> Expected:
    """An amount of money, in cents."""
    return Expected(Expectation.CENTS, (least, most))


def count(least: int, most: int) -> Expected:
    """So many of them."""
    if least == most:
        return Expected(Expectation.EXACT_COUNT, (most,))
    return Expected(Expectation.COUNT, (least, most))


def at_most(most: int) -> Expected:
    """So many of them, of which one can be taken away."""
    return Expected(Expectation.AT_MOST, (most,))


def no_more(most: int) -> Expected:
    """So many of them, of which each stays."""
    return Expected(Expectation.NO_MORE, (most,))


def fewer(most: int) -> Expected:
    """A choice or a file of so many of them."""
    return Expected(Expectation.FEWER, (most,))


def fewer_files(most_mb: int) -> Expected:
    """Files that are so large together, in MB."""
    return Expected(Expectation.FEWER_FILES, (most_mb,))


def one_of(*values: Value) -> Expected:
    """One of a few values."""
    return Expected(Expectation.ONE_OF, (", ".join(map(str, values)),))


def example(text: str) -> Expected:
    """What is written as in an example."""
    return Expected(Expectation.EXAMPLE, (text,))


def days(first: date, last: date) -> Expected:
    """A day from one to another."""
    return Expected(Expectation.DAYS, (first, last))


def day_until(last: date) -> Expected:
    """A day that is not after another."""
    return Expected(Expectation.DAY_UNTIL, (last,))


def days_ahead(most: int) -> Expected:
    """A moment to come, within so many days."""
    return Expected(Expectation.DAYS_AHEAD, (most,))


def days_after(most: int) -> Expected:
    """A moment after the beginning, within so many days."""
    return Expected(Expectation.DAYS_AFTER, (most,))


AFTER = Expected(Expectation.AFTER)
"""An end that comes after its beginning."""

ONCE = Expected(Expectation.ONCE)
"""Each of a list once."""

ONE = Expected(Expectation.ONE)
"""Exactly one of several fields."""

ALONE = Expected(Expectation.ALONE)
"""A choice beside which there is no other."""

TOGETHER = Expected(Expectation.TOGETHER)
"""A field that wants another one beside it."""

NOTHING = Expected(Expectation.NOTHING)
"""An empty field: what it says means nothing here."""

OTHER = Expected(Expectation.OTHER)
"""Another choice: this one is not for here."""

NEW = Expected(Expectation.NEW)
"""A choice of today: what was chosen is no more."""

NAMED = Expected(Expectation.NAMED)
"""A text with a letter in it."""

ONE_LINE = Expected(Expectation.ONE_LINE)
"""A text of one line."""

CHANGED = Expected(Expectation.CHANGED)
"""Words that differ from those that stand there."""

THE_SAME = Expected(Expectation.THE_SAME)
"""What is the same as what was said before, or certified."""
