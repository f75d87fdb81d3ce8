"""Telephone numbers: mobiles of France, overseas and Belgium, however they are typed, and no others."""

import pytest

from auth.phone_number import PhoneError, PhoneFault, canonical


@pytest.mark.parametrize(
    ("typed", "zone", "number"),
    [
        ("06 12 34 56 78", "Europe/Paris", "+33612345678"),
        ("0033 6 12 34 56 78", "Europe/Paris", "+33612345678"),
        ("+33 (0)6.12.34.56.78", "Europe/Paris", "+33612345678"),
        ("0612345678", "Europe/Paris", "+33612345678"),
        ("\u00a006\u202f12\u202f34-56-78 ", "Europe/Paris", "+33612345678"),
        ("٠٦١٢٣٤٥٦٧٨", "Europe/Paris", "+33612345678"),
        ("0692 12 34 56", "Europe/Paris", "+262692123456"),
        ("0639 69 12 34", "Europe/Paris", "+262639691234"),
        ("0690 12 34 56", "Indian/Reunion", "+590690123456"),
        ("0694 20 12 34", "Europe/Paris", "+594694201234"),
        ("0696 12 34 56", "Europe/Paris", "+596696123456"),
        ("0612345678", "Indian/Reunion", "+33612345678"),
        ("75 12 34", "Pacific/Noumea", "+687751234"),
        ("+687 75 12 34", "Europe/Paris", "+687751234"),
        ("87 12 34 56", "Pacific/Tahiti", "+68987123456"),
        ("0470 12 34 56", "Europe/Brussels", "+32470123456"),
        ("0032 470 12 34 56", "Europe/Paris", "+32470123456"),
    ],
)
def test_number_is_one_however_it_is_typed(typed: str, zone: str, number: str) -> None:
    assert canonical(typed, zone) == number


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("01 23 45 67 89", PhoneFault.NO_MOBILE),
        ("09 87 65 43 21", PhoneFault.NO_MOBILE),
        ("0899 12 34 56", PhoneFault.NO_MOBILE),
        ("0800 12 34 56", PhoneFault.NO_MOBILE),
        ("3639", PhoneFault.NO_MOBILE),
        ("17", PhoneFault.NO_MOBILE),
        ("0700 12 34 56 78 90 12", PhoneFault.NO_MOBILE),
        ("06 12 34 56", PhoneFault.NO_MOBILE),
        ("0612345678;ext=5", PhoneFault.NO_MOBILE),
        ("0612345678 poste 3", PhoneFault.NO_MOBILE),
        ("tel:+33612345678", PhoneFault.NO_MOBILE),
        ("0470 12 34 56", PhoneFault.NO_MOBILE),
        ("75 12 34", PhoneFault.NO_MOBILE),
        ("", PhoneFault.NO_MOBILE),
        ("06" + " " * 39, PhoneFault.NO_MOBILE),
        ("+41 79 123 45 67", PhoneFault.ABROAD),
        ("+1 202 555 0123", PhoneFault.ABROAD),
        ("+508 55 12 34", PhoneFault.ABROAD),
    ],
)
def test_number_that_gets_no_message_is_refused(typed: str, fault: PhoneFault) -> None:
    with pytest.raises(PhoneError) as raised:
        canonical(typed)
    assert raised.value.fault is fault
    assert typed not in str(raised.value) or not typed


def test_countries_are_those_of_the_setting() -> None:
    assert canonical("+41 79 123 45 67", prefixes=("+41",)) == "+41791234567"
    with pytest.raises(PhoneError) as raised:
        canonical("06 12 34 56 78", prefixes=("+41",))
    assert raised.value.fault is PhoneFault.ABROAD
