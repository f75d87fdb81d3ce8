"""Few: which counts of a list whose sum is told are withheld, so that nobody is told apart, by them or by the sum."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Integer, and_, case, func, literal_column, or_

from models.measure import LEAST_PEOPLE

Key = TypeVar("Key")
_ZERO: ColumnElement[int] = literal_column("0", Integer)
_LEAST: ColumnElement[int] = literal_column(str(LEAST_PEOPLE), Integer)


def is_withheld(people: ColumnElement[int], key: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a row's count is withheld: from 1 to 4, and beside such the smallest others, in order, until those
    withheld are `LEAST_PEOPLE` more than they are counts: then none of them follows from their sum."""
    is_any, is_few = people > _ZERO, and_(people > _ZERO, people < _LEAST)
    window: dict[str, Any] = {"order_by": (people, key), "rows": (None, -1)}
    fews = func.count(type_=Integer()).filter(is_few).over()
    smaller = func.coalesce(func.sum(case((is_any, people), else_=_ZERO)).over(**window), _ZERO)
    before = func.count(type_=Integer()).filter(is_any).over(**window)
    return or_(is_few, and_(is_any, fews > _ZERO, smaller < before + _LEAST))


def told(counts: Mapping[Key, int]) -> dict[Key, int | None]:
    """The same of counts at hand, with None for those that are withheld."""
    kept: dict[Key, int | None] = dict(counts)
    sum_, number = 0, 0
    for key, people in sorted(counts.items(), key=lambda one: (one[1], str(one[0]))):
        if people <= 0:
            continue
        if people >= LEAST_PEOPLE and (not number or sum_ >= LEAST_PEOPLE + number):
            break
        kept[key] = None
        sum_, number = sum_ + people, number + 1
    return kept
