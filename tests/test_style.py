"""Sheets: a class has one meaning, whichever of them it is in; what is other in one place says in which."""

import re
from collections import defaultdict
from pathlib import Path

STYLE = Path(__file__).parent.parent / "web" / "style"
_COMMENT, _MEDIA = re.compile(r"/\*.*?\*/", re.DOTALL), re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_RULE = re.compile(r"([^{}]+)\{")
_WEIGHTLESS = re.compile(r":(?:where|not)\((?:[^()]|\([^()]*\))*\)")
"""What says where a rule is for without outweighing any other."""


def test_no_class_is_described_by_two_sheets() -> None:
    """A sheet that is read later would change it on pages that were looked at long ago."""
    sheets: dict[str, set[str]] = defaultdict(set)
    for path in STYLE.rglob("*.css"):
        text = _MEDIA.sub("", _COMMENT.sub("", path.read_text("utf-8")))
        for selectors in _RULE.findall(_WEIGHTLESS.sub("", text)):
            for selector in map(str.strip, selectors.split(",")):
                if re.fullmatch(r"\.[\w-]+", selector):
                    sheets[selector].add(path.name)
    assert len(sheets) > 100
    assert {selector: names for selector, names in sheets.items() if len(names) > 1} == {}
