"""Writing: what people typed or pasted, kept as it is meant, without signs that show nothing or turn others around."""

import re
import unicodedata

_BREAK = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
"""Line breaks of other systems and programs: Word's is a vertical tab."""

_BLANKS = re.compile(r"\s+")
_FIRM = "\u00a0\u202f"
"""No-break spaces: French has them before its high signs and inside numbers."""

_DECEIVING = re.compile("[\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff]")
"""Signs that turn the direction of what follows, in the text and behind it; that join nothing and add nothing; and no
signs at all. Arabic and Hebrew read right without them, by Unicode's own rules and the marks that are kept."""

_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007f]+)|[\U000e0000-\U000e007f]")
"""They spell the flags of Scotland and Wales, and elsewhere nothing that anybody sees."""

_BLANK_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Hangul's fillers, Khmer's vowels that are not written and the empty Braille cell: letters that show nothing."""

_JOINERS = "\u200c\u200d"
"""Emoji of families and letters of Persian or Hindi are made with them."""

_UNSEEN = ("Cc", "Cf", "Cs", "Mn", "Me")
"""Alone they show nothing. Joiners are among them, which emoji and Persian need between others."""


def tidy(text: str) -> str:
    """NFC, each line break as one newline, a tab as a space, without control characters and signs that deceive."""
    parted = _BREAK.sub("\n", text).replace("\t", " ")
    kept = "".join(c for c in _DECEIVING.sub("", parted) if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", _TAGS.sub(r"\1", kept)).strip()


def line(text: str) -> str:
    """The same on one line: blanks in a row become one, a no-break space where one is among them."""
    return _BLANKS.sub(lambda match: next((c for c in match[0] if c in _FIRM), " "), tidy(text))


def name(text: str) -> str:
    """A name on one line, of signs that show and the joiners between them; nothing where none of it shows."""
    parted = " ".join(tidy(text).split())
    kept = "".join(c for c in parted if c not in _BLANK_LETTERS and (c.isprintable() or c in _JOINERS))
    return unicodedata.normalize("NFC", " ".join(kept.split())) if seen(kept) else ""


def seen(text: str) -> str:
    """What of a text shows: without blanks around, and without signs that show nothing by themselves."""
    return "".join(c for c in text if c not in _BLANK_LETTERS and unicodedata.category(c) not in _UNSEEN).strip()
