"""The geocoder: addresses asked of a service by the server, bounded, kept, rounded, and never waited for long."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from auth.outbound import Outbound
from demo import tenants as stories
from geo import cell
from server import geocoder as module
from server.geocoder import Geocoder
from server.settings import SettingsError, read
from tests.browser import Browser
from tests.conftest import Portal, serve
from tests.given import Given

CENTER = (48.1113, -1.68)
HALL = cell.to_text(cell.at(48.1117, -1.6778, 8))


def feature(label: str, score: float, lng: float = -1.6778, lat: float = 48.1117) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lng, lat]},
        "properties": {"label": label, "score": score, "housenumber": "1", "citycode": "35238", "type": "housenumber"},
    }


class Service:
    """A service that answers with what it was told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, list[str]]] = []
        self.status = 200
        self.body: object = {"type": "FeatureCollection", "features": []}
        self.silence = threading.Event()
        self.silence.set()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service.asked.append(parse_qs(urlsplit(self.path).query))
                service.silence.wait(5)
                body = service.body if isinstance(service.body, bytes) else json.dumps(service.body).encode()
                self.send_response(service.status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/search"

    def close(self) -> None:
        self.silence.set()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def running() -> Iterator[Service]:
    found = Service()
    try:
        yield found
    finally:
        found.close()


@pytest.fixture
def service() -> Iterator[Service]:
    with running() as found:
        yield found


@pytest.fixture
def geocoder(given: Given, service: Service) -> Iterator[Geocoder]:
    outbound = Outbound(allows_private=True)
    yield Geocoder(outbound, service.url)
    given.run(outbound.close())


def test_address_is_found_near_the_portal_and_rounded_to_its_cell(
    given: Given, service: Service, geocoder: Geocoder
) -> None:
    service.body = {"features": [feature("1 Place de la Mairie 35000 Rennes", 0.97)]}
    [found] = given.run(geocoder.find("  1 place de  la Mairie ", CENTER))
    assert (found.label, found.cell) == ("1 Place de la Mairie 35000 Rennes", HALL)
    [asked] = service.asked
    assert asked == {
        "q": ["1 place de la mairie"],
        "limit": ["5"],
        "autocomplete": ["1"],
        "lat": ["48.11"],
        "lon": ["-1.68"],
    }


def test_what_fits_badly_is_left_out_so_that_one_asks_again(given: Given, service: Service, geocoder: Geocoder) -> None:
    service.body = {"features": [feature("Loin", 0.49), feature("Juste", 0.5)]}
    assert [found.label for found in given.run(geocoder.find("rue", None))] == ["Juste"]


def test_same_question_is_asked_once(given: Given, service: Service, geocoder: Geocoder) -> None:
    service.body = {"features": [feature("Ici", 0.9)]}
    first, again = (given.run(geocoder.find(text, CENTER)) for text in ("Rue du Bac", "rue  du bac"))
    assert first == again
    assert len(service.asked) == 1
    assert 0 < geocoder.kept.bytes < geocoder.kept.max_bytes


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'{"features": 3}', {"features": [{}]}, {"features": [feature("Nulle part", 1, 500, 500)]}],
)
def test_answer_that_cannot_be_read_is_none(given: Given, service: Service, geocoder: Geocoder, body: object) -> None:
    service.body = body
    assert given.run(geocoder.find("rue", CENTER)) == ()


@pytest.mark.parametrize("status", [429, 500, 302])
def test_service_that_refuses_is_asked_again_later(
    given: Given, service: Service, geocoder: Geocoder, status: int
) -> None:
    service.status = status
    assert given.run(geocoder.find("rue", CENTER)) == ()
    service.status, service.body = 200, {"features": [feature("Ici", 0.9)]}
    assert len(given.run(geocoder.find("rue", CENTER))) == 1


def test_service_that_is_silent_is_not_waited_for(
    given: Given, service: Service, geocoder: Geocoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DEADLINE_S", 0.05)
    service.silence.clear()
    assert given.run(geocoder.find("rue", CENTER)) == ()


def test_service_in_ones_own_network_is_not_asked(given: Given, service: Service) -> None:
    outbound = Outbound()
    assert given.run(Geocoder(outbound, service.url.replace("http://", "https://")).find("rue", CENTER)) == ()
    assert service.asked == []
    given.run(outbound.close())


def test_setting_wants_https(tmp_path: Path) -> None:
    wanted = {"PARVIS_DATA": str(tmp_path), "PARVIS_GEOCODER_URL": "https://data.geopf.fr/geocodage/search"}
    assert read(wanted).geocoder_url == "https://data.geopf.fr/geocodage/search"
    assert read({"PARVIS_DATA": str(tmp_path)}).geocoder_url is None
    with pytest.raises(SettingsError, match="PARVIS_GEOCODER_URL"):
        read(wanted | {"PARVIS_GEOCODER_URL": "http://data.geopf.fr/geocodage/search"})


def test_pages_show_addresses_and_lead_to_what_is_around(
    database_url: str, tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DEADLINE_S", 30)  # A busy machine is no silent service.
    service.body = {"features": [feature("1 Place de la Mairie 35000 Rennes", 0.97)]}
    story = next(found for found in stories() if found.slug == "rennes")
    for server in serve(database_url, tmp_path, geocoder_url=service.url, allows_private_urls=True):
        with httpx.Client(base_url=server.url, timeout=30) as http:
            browser = Browser(http, Portal(http, story, server).host)
            page = browser.get("/chercher?search=1+place+de+la+mairie").text
            assert f'href="/annonces?cell={HALL}&amp;lieu=1%20Place%20de%20la%20Mairie%2035000%20Rennes"' in page
            assert "48.1117" not in page
            before = len(service.asked)
            browser.get("/chercher?search=ab")
            browser.get("/annonces?search=jardin")
            assert len(service.asked) == before
