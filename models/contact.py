"""Contact data in a text: telephone numbers, e-mail addresses and links, which wait until two people have agreed."""

import re

MASK = "[…]"
"""What stands in the place of each."""

_LINK = r"(?:https?://|www\.)\S+"
_EMAIL = r"[\w.+-]+\s?(?:@|\(at\)|\[at\]|\s(?:at|arobase)\s)\s?[\w-]+(?:\.|\s(?:dot|point)\s)[\w.-]{2,}"
_PHONE = r"(?<![\d.,])(?:\+|00\s?)?\d(?:[\s.\-/()]{0,3}\d){8,13}(?![\d])"
_MESSENGER = r"\b(?:t\.me|wa\.me|m\.me)/\S+"
_PATTERN = re.compile("|".join((_LINK, _EMAIL, _MESSENGER, _PHONE)), re.IGNORECASE)


def masked(text: str) -> str | None:
    """The text without its contact data; None where there are none."""
    without = _PATTERN.sub(MASK, text)
    return None if without == text else without
