"""Addresses are refused where no mail reaches them, and have one form whatever is typed."""

import pytest

from auth import email_code
from auth.email_address import AddressError, canonical
from auth.oidc import _person
from auth.provider import STANDARD_CLAIMS, Provider
from models.identity_provider import Preset


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" Ann@Exemple.FR ", "ann@exemple.fr"),
        ("\u00a0ann@exemple.fr\u200b\n", "ann@exemple.fr"),
        ("\ufeffann@exemple.fr\u202c", "ann@exemple.fr"),
        ("a.b+c@x-y.example", "a.b+c@x-y.example"),
        ("o'neill@mairie.example", "o'neill@mairie.example"),
        ("ann@hôtel-de-ville.fr", "ann@xn--htel-de-ville-plb.fr"),
        ("ann@ho\u0302tel-de-ville.fr", "ann@xn--htel-de-ville-plb.fr"),
        ("Ann@HÔTEL-de-ville.fr", "ann@xn--htel-de-ville-plb.fr"),
        ("ann@XN--HTEL-DE-VILLE-PLB.fr", "ann@xn--htel-de-ville-plb.fr"),
        ("ann@ville。fr", "ann@ville.fr"),
        ("ann@ｖｉｌｌｅ.fr", "ann@ville.fr"),
    ],
)
def test_address_has_one_form(given: str, kept: str) -> None:
    assert canonical(given) == email_code.address(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "nobody",
        "@",
        "jeanne@",
        "@ville.fr",
        "jeanne,martin@ville.fr",
        "jeanne martin@ville.fr",
        "jeanne@ville",
        "jeanne@localhost",
        "jeanne@ville..fr",
        "jeanne@.ville.fr",
        "jeanne@ville.fr.",
        ".jeanne@ville.fr",
        "jeanne.@ville.fr",
        "jeanne..martin@ville.fr",
        "jeanne@@ville.fr",
        "jeanne@ville@fr.fr",
        "jeanne@-ville.fr",
        "jeanne@ville-.fr",
        "jeanne@ville_haute.fr",
        "jeanne@ville.f",
        "jeanne@192.0.2.1",
        "jeanne@[192.0.2.1]",
        '"jeanne"@ville.fr',
        "Jeanne <jeanne@ville.fr>",
        "mailto:jeanne@ville.fr,a@b.fr",
        "jeanne@ville.fr;a@b.fr",
        "a@b.example\nBcc: c@d.example",
        "jeanne@ville.local",
        "jeanne@ville.invalid",
        "jeanne＠ville.fr",
        "jeanne@vil\u200ble.fr",
        "jeanne@xn--a.fr",
        f"{'a' * 65}@ville.fr",
        f"jeanne@{'a' * 64}.fr",
        f"jeanne@{'é' * 60}.fr",
        f"a@{'b.' * 130}fr",
        "x" * 9_000,
    ],
)
def test_what_mail_cannot_be_sent_to_is_refused(given: str) -> None:
    with pytest.raises(AddressError) as refused:
        canonical(given)
    assert not refused.value.is_accent
    assert email_code.address(given) is None


@pytest.mark.parametrize(
    "given", ["jérôme@ville.fr", "je\u0301ro@ville.fr", "用户@ville.fr", "ｊ@ville.fr", "j\u200bo@ville.fr"]
)
def test_signs_before_the_at_that_our_mail_cannot_carry_are_told(given: str) -> None:
    with pytest.raises(AddressError, match="no accents") as refused:
        canonical(given)
    assert refused.value.is_accent


@pytest.mark.parametrize(
    "given",
    [
        "12345678",
        "1234 5678",
        "1234-5678",
        "1234\u20115678",
        "1234\u00a05678",
        "1234\u202f5678",
        "\u200b1234\u200b5678\ufeff",
        "\u200e1234 5678\u200f",
        "1\u200d2\u200d3\u200d4\u200d5\u200d6\u200d7\u200d8",
        "1234.5678.",
        " 1234\t5678\r\n",
        "１２３４５６７８",
        "١٢٣٤٥٦٧٨",
        "۱۲۳۴۵۶۷۸",
        "१२३४ ५६७८",
        "𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖",
        "Votre code : 1234 5678",
        "«\u00a01234 5678\u00a0»",
    ],
)
def test_code_is_its_eight_digits_however_it_is_pasted(given: str) -> None:
    assert email_code.digits(given) == "12345678"


@pytest.mark.parametrize("given", ["", "1", "1234567", "123456789", "1234 5678 9", "abcdefgh", "l2345678", "١٢٣", "\0"])
def test_what_cannot_be_a_code_is_none(given: str) -> None:
    assert email_code.digits(given) is None


@pytest.mark.parametrize(
    ("claims", "email"),
    [
        ({"email_verified": True}, "ann@xn--htel-de-ville-plb.fr"),
        ({"email_verified": "true"}, "ann@xn--htel-de-ville-plb.fr"),
        *(({"email_verified": odd}, None) for odd in (False, "false", "True", "TRUE", " true", "yes", "1", "", "on")),
        *(({"email_verified": odd}, None) for odd in (1, 1.0, 0, None, [], [True], ["true"], {"true": True})),
        ({}, None),
        ({"email_verified": True, "email": None}, None),
        ({"email_verified": True, "email": ["ann@ville.fr"]}, None),
        ({"email_verified": "true", "email": "jérôme@ville.fr"}, None),
        ({"email_verified": "true", "email": "nobody"}, None),
    ],
)
def test_address_of_a_provider_counts_where_it_is_said_to_be_confirmed(
    claims: dict[str, object], email: str | None
) -> None:
    provider = Provider("mairie", "Mairie", Preset.GENERIC, "https://id.example", "c", "s", (), (), STANDARD_CLAIMS)
    assert _person(provider, {"sub": "1", "email": "Ann@Hôtel-de-ville.fr"} | claims).email == email
