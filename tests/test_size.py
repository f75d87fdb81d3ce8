"""Sizes: functions and modules that fit on a screen, and no room that holds half of the house."""

import ast
from collections import Counter
from pathlib import Path
from statistics import median

from tests.test_layout import MODULES, PROJECT, TREES

MAX_MEDIAN, MAX_FUNCTION, MAX_MODULE = 6, 40, 400
"""Lines."""

MAX_ROOM = 0.20
"""Of the product's lines."""

LINES = {path: len((PROJECT / path).read_text("utf-8").splitlines()) for path in MODULES}
FUNCTIONS = [
    (f"{path}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
    for path in MODULES
    for node in ast.walk(TREES[path])
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
]


def test_a_function_in_the_middle_has_six_lines() -> None:
    assert median(lines for _, lines in FUNCTIONS) <= MAX_MEDIAN


def test_no_function_is_long() -> None:
    assert [function for function in FUNCTIONS if function[1] > MAX_FUNCTION] == []


def test_no_module_is_long() -> None:
    assert {str(path): lines for path, lines in LINES.items() if lines > MAX_MODULE} == {}


def test_no_room_is_large() -> None:
    rooms: Counter[str] = Counter()
    for path, lines in LINES.items():
        rooms[Path(path).parts[0]] += lines
    whole = sum(rooms.values())
    assert {room: lines for room, lines in rooms.items() if lines > MAX_ROOM * whole} == {}
