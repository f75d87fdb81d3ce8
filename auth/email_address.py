"""E-mail addresses: what mail can be sent to, in the one form under which accounts know it."""

import unicodedata

from email_validator import EmailNotValidError, validate_email

from models.account import MAX_EMAIL

MAX_TEXT = 2 * MAX_EMAIL
"""Nobody reads a longer text as an address. A domain may become longer as it is written for the mail."""

_AROUND = ("Cc", "Cf", "Zs", "Zl", "Zp")
"""Blanks and invisible signs, which come along where an address is pasted."""


class AddressError(ValueError):
    """Mail cannot be sent there; the message says why. `is_accent`: there are signs before the @ beyond ASCII."""

    def __init__(self, message: str, *, is_accent: bool = False) -> None:
        super().__init__(message)
        self.is_accent = is_accent


def canonical(text: str) -> str:
    """The address in lower case, its domain as the mail knows it (`xn--…`). Raises AddressError.

    Looks at the form alone, so that nothing is told about accounts, and asks no other server. Providers that tell
    capitals apart before the @ are not known any more; people who type one at times are many.
    """
    wanted = _stripped(text)
    if len(wanted) > MAX_TEXT:
        raise AddressError("An e-mail address has at most 254 characters.")
    local = wanted.rpartition("@")[0]
    if local and not local.isascii():
        raise AddressError("Our mail carries a-z, 0-9 and few signs before the @, no accents.", is_accent=True)
    try:
        address = validate_email(wanted, check_deliverability=False, allow_smtputf8=False, strict=True).ascii_email
    except EmailNotValidError as error:
        raise AddressError(str(error)) from error
    if address is None or len(address) > MAX_EMAIL or len(address.rpartition(".")[2]) < 2:
        raise AddressError("This is not an e-mail address.")
    return address.lower()


def _stripped(text: str) -> str:
    start, end = 0, len(text)
    while start < end and unicodedata.category(text[start]) in _AROUND:
        start += 1
    while end > start and unicodedata.category(text[end - 1]) in _AROUND:
        end -= 1
    return text[start:end]
