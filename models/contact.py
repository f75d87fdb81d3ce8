"""Contact data in a text: telephone numbers, e-mail addresses and links, which wait until two people have agreed."""

import re

MASK = "[…]"
"""What stands in the place of each."""

_HIDDEN = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
"""Characters that nobody sees, and that part a number for a program alone."""

_BETWEEN = rf"[\s.,\-‐-–_/()·•*{_HIDDEN}]"
_LINK = r"(?:https?://|www\.)\S+"
_AT = r"(?:\s?(?:@|[(\[{]\s?(?:at|a|arobase?|chez)\s?[)\]}])\s?|\s(?:at|arobase?)\s)"
_DOT = r"(?:\.|\s?[(\[{]\s?(?:dot|point)\s?[)\]}]\s?|\s(?:dot|point)\s)"
_EMAIL = rf"[\w.+-]{{1,64}}{_AT}[\w-]{{1,63}}{_DOT}[\w.-]{{0,200}}\w{{2}}"
_MESSENGER = r"\b(?:t\.me|wa\.me|m\.me)/\S+"
_ENDINGS = "fr|com|net|org|eu|info|bzh|be|ch|lu|re|gp|mq|nc|pf|io|me|app|shop|site|online|asso|example"
_SITE = rf"(?<![\w.@-])(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,8}}(?:{_ENDINGS})(?![\w-]|\.\w)(?:[/?#]\S*)?"
"""A site without its scheme, by the endings that people here write; «etc.par» or «3.fois» are none."""

_PHONE = rf"(?<!\d)(?<!\d[.,])(?:\+{_BETWEEN}?|00{_BETWEEN}?)?\d(?:{_BETWEEN}{{0,3}}\d){{8,13}}(?!\d)"
_WORDS = re.compile("|".join((_LINK, _EMAIL, _MESSENGER, _SITE)), re.IGNORECASE)
_NUMBER = re.compile(rf"({_PHONE})(?!{_BETWEEN}*(?:€|euros?\b))", re.IGNORECASE)

_DATE = re.compile(
    r"(?<!\d)(?:(?:0?[1-9]|[12]\d|3[01])([/.\-])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d(?!\d|\1\d)"
    r"|(?:19|20)\d\d-(?:0[1-9]|1[0-2])-[0-3]\d(?!\d|-\d))"
)
_YEARS = re.compile(r"(?:(?:19|20)\d\d\D*)+")
_DECIMALS = re.compile(r"(?:(?:0|[1-9]\d*),\d\d?\D*)+")


def masked(text: str) -> str | None:
    """The text without its contact data; None where there are none."""
    without = _WORDS.sub(MASK, text)
    for start, end in reversed(_numbers(without)):
        without = without[:start] + MASK + without[end:]
    return None if without == text else without


def data(text: str) -> list[str]:
    """What of a text is contact data: addresses and links, then numbers, each once and in its order."""
    words = [each[0].strip() for each in _WORDS.finditer(text)]
    rest = _WORDS.sub(MASK, text)
    return list(dict.fromkeys(words + [rest[start:end] for start, end in _numbers(rest)]))


def _numbers(text: str) -> list[tuple[int, int]]:
    """Where telephone numbers stand; dates, rows of years and of prices are none."""
    dates = [each.span() for each in _DATE.finditer(text)]
    ends = [0, *(place for date in dates for place in date), len(text)]
    spans = [
        each.span()
        for start, end in zip(ends[::2], ends[1::2], strict=True)
        for each in _NUMBER.finditer(text, start, end)
    ]
    return [
        span for span in spans if not (_YEARS.fullmatch(text[slice(*span)]) or _DECIMALS.fullmatch(text[slice(*span)]))
    ]
