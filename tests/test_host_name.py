"""Host names with accents are kept as browsers send them."""

import pytest

from tenants.host_name import HostNameError, ascii_form, ascii_origin


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Participer.Ville.FR", "participer.ville.fr"),
        (" ville.fr ", "ville.fr"),
        ("Hôtel-de-Ville.fr", "xn--htel-de-ville-plb.fr"),
        ("ho\u0302tel-de-ville.fr", "xn--htel-de-ville-plb.fr"),
        ("xn--htel-de-ville-plb.fr", "xn--htel-de-ville-plb.fr"),
        ("participer.évreux.fr", "participer.xn--vreux-9ra.fr"),
        ("ｖille。fr", "ville.fr"),
        ("a.example:8000", "a.example:8000"),  # Left to the check of the form.
    ],
)
def test_host_name_is_as_browsers_send_it(given: str, kept: str) -> None:
    assert ascii_form(given) == kept
    assert ascii_origin(f" HTTPS://{given.strip()}") == f"https://{kept}"


@pytest.mark.parametrize(
    "given", ["é_a.fr", "-é.fr", "é..fr", "é.fr:8000", "https://é.fr", "é.fr/", "é" * 60 + ".fr", "é a.fr"]
)
def test_what_is_no_host_name_is_told_why(given: str) -> None:
    with pytest.raises(HostNameError, match="not a host's name"):
        ascii_form(given)
