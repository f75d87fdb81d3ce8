"""Outline: categories in order with their depths are a tree."""

from typing import Any

from portal.outline import Chapter, outline

Nested = list[tuple[str, "Nested"]]


def tree(sections: list[Chapter]) -> Nested:
    return [(section.category["id"], tree(section.inner)) for section in sections]


def categories(*depths: int) -> list[dict[str, Any]]:
    return [{"id": "abcdefgh"[place], "depth": depth} for place, depth in enumerate(depths)]


def test_each_lies_in_the_nearest_before_it_that_is_less_deep() -> None:
    assert tree(outline(categories(0, 1, 2, 2, 1, 0))) == [("a", [("b", [("c", []), ("d", [])]), ("e", [])]), ("f", [])]


def test_depths_that_skip_or_begin_within_are_shown_all_the_same() -> None:
    assert tree(outline(categories(2, 1, 3, 0, 2))) == [("a", []), ("b", [("c", [])]), ("d", [("e", [])])]


def test_section_leads_to_all_within_it() -> None:
    [first, second] = outline(categories(0, 1, 2, 0))
    assert (first.ids, second.ids) == (["a", "b", "c"], ["d"])
