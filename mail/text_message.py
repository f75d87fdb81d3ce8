"""Text messages («SMS»): what they say, in the signs of which one message carries 160."""

from enum import Enum
from pathlib import Path

from mail.letter import LOCALES
from models import word

LONGEST = 160
"""Signs of one message; what is longer is sent, and paid, as several."""

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The letters of GSM 03.38; one other sign makes a message of 70."""

_TYPED = {
    "’": "'",
    "‘": "'",
    "«": '"',
    "»": '"',
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
    "…": "...",
    "œ": "oe",
    "Œ": "OE",
}
_TEMPLATES = Path(__file__).parent / "template"


class TextKind(Enum):
    """What a text message says; each has a text in every language in `template/`."""

    PHONE_CODE = "PHONE_CODE"
    PHONE_USED = "PHONE_USED"


def written(kind: TextKind, locale: str, title: str, code: str) -> str:
    """One message of a portal, in at most LONGEST signs: a long title is cut."""
    language = locale if locale in LOCALES else LOCALES[0]
    text = (_TEMPLATES / language / f"{kind.value.lower()}.txt").read_text("utf-8").strip()
    room = LONGEST - len(plain(text.format(title="", code=code)))
    return plain(text.format(title=plain(title)[:room].strip(), code=code))


def plain(text: str) -> str:
    """The text in the signs of a message: letters that it does not have without their accents."""
    return "".join(map(_sign, text))


def _sign(sign: str) -> str:
    if sign in _GSM:
        return sign
    if sign.isspace():
        return " "
    told = _TYPED.get(sign) or "".join(letter for letter in word.plain(sign) if letter in _GSM)
    return told or "?"
