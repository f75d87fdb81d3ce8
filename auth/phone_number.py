"""Telephone numbers: those of mobiles to which a text message may go, in the one form under which they are keyed."""

import unicodedata
from collections.abc import Sequence
from enum import Enum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from auth.text_limit import PREFIXES
from models import time_zone

MAX_TEXT = 40
"""Nobody writes a number with more signs."""

_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_DIALLED_AS_HERE = ("FR", "GP", "GF", "MQ", "RE", "YT")
"""One plan: from any of them a mobile of another is dialled as if it were one's own."""

_BY_ZONE = {
    "Pacific/Noumea": "NC",
    "Pacific/Tahiti": "PF",
    "Pacific/Gambier": "PF",
    "Pacific/Marquesas": "PF",
    "Pacific/Wallis": "WF",
    "America/Miquelon": "PM",
    time_zone.BRUSSELS: "BE",
}
"""Portals where a number without its country's code is read by another plan first."""


class PhoneFault(Enum):
    """Why no message goes to a number."""

    NO_MOBILE = "NO_MOBILE"
    """It is no number, or one of a line at home, of a service or of a machine."""

    ABROAD = "ABROAD"
    """Messages to its country are not sent."""


class PhoneError(ValueError):
    """No message goes there. It tells no number."""

    def __init__(self, fault: PhoneFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def canonical(text: str, zone: str = time_zone.PARIS, prefixes: Sequence[str] = PREFIXES) -> str:
    """The number of a mobile as E.164 (`+33612345678`), however it is typed. Raises PhoneError.

    A number without its country's code is one of the portal's own plan, which its time zone tells, or of France. Looks
    at the form alone: whether anybody has the number is not asked.
    """
    typed = unicodedata.normalize("NFKC", text)  # Blanks of every width, and digits.
    if len(typed) > MAX_TEXT or any(sign.isalpha() for sign in typed):
        raise PhoneError(PhoneFault.NO_MOBILE)
    own = _BY_ZONE.get(zone)
    regions = (own, *_DIALLED_AS_HERE) if own else _DIALLED_AS_HERE
    number = next((read for region in regions if (read := _mobile(typed, region))), None)
    if number is None:
        raise PhoneError(PhoneFault.NO_MOBILE)
    whole = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if not whole.startswith(tuple(prefixes)):
        raise PhoneError(PhoneFault.ABROAD)
    return whole


def _mobile(text: str, region: str) -> PhoneNumber | None:
    """The number of a mobile as it is dialled in a region; None where it is none."""
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    is_mobile = phonenumbers.number_type(number) in _MOBILE  # Of a number that is not valid: UNKNOWN.
    return number if is_mobile and not number.extension else None
