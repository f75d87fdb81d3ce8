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


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "version": "draft", "features": [*features]}


class Service:
    """A service that answers with what it was told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, list[str]]] = []
        self.paths: list[str] = []
        self.status = 200
        self.body: object = collection()
        self.silence = threading.Event()
        self.silence.set()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service.paths.append(urlsplit(self.path).path)
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
        self.url = f"http://127.0.0.1:{self._server.server_port}/geocodage"

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
    service.body = collection(feature("1 Place de la Mairie 35000 Rennes", 0.97))
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
    service.body = collection(feature("Loin", 0.49), feature("Juste", 0.5))
    assert [found.label for found in given.run(geocoder.find("rue", None))] == ["Juste"]


def test_same_question_is_asked_once(given: Given, service: Service, geocoder: Geocoder) -> None:
    service.body = collection(feature("Ici", 0.9))
    first, again = (given.run(geocoder.find(text, CENTER)) for text in ("Rue du Bac", "rue  du bac"))
    assert first == again
    assert len(service.asked) == 1
    assert 0 < geocoder.kept.bytes < geocoder.kept.max_bytes


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"type": "FeatureCollection", "features": 3}',
        {"features": [feature("Sans type", 1)]},
        collection({}),
        collection(feature("Nulle part", 1, 500, 500)),
        collection(feature("Ici", True)),
        collection(feature("Ici", float("nan"))),
        collection(feature("", 1)),
        collection({**feature("Ici", 1), "geometry": {"type": "Polygon", "coordinates": []}}),
        collection({**feature("Ici", 1), "geometry": {"type": "Point", "coordinates": ["-1.6", "48.1"]}}),
        collection({**feature("Ici", 1), "properties": {"label": ["Ici"], "score": 1}}),
        collection(*[feature("Ici", 1)] * 101),
    ],
)
def test_answer_that_cannot_be_read_is_none(given: Given, service: Service, geocoder: Geocoder, body: object) -> None:
    service.body = body
    assert given.run(geocoder.find("rue", CENTER)) == ()


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(given: Given, service: Service, clock: Clock) -> Iterator[Geocoder]:
    outbound = Outbound(allows_private=True)
    yield Geocoder(outbound, service.url, clock)
    given.run(outbound.close())


@pytest.mark.parametrize(("status", "pause_s"), [(429, module.PAUSE_S), (503, module.PAUSE_S), (500, 0), (302, 0)])
def test_service_that_refuses_is_asked_again_later(
    given: Given, service: Service, timed: Geocoder, clock: Clock, status: int, pause_s: float
) -> None:
    service.status = status
    assert given.run(timed.find("rue", CENTER)) == ()
    service.status, service.body = 200, collection(feature("Ici", 0.9))
    if pause_s:
        clock.now += pause_s - 0.1
        assert given.run(timed.find("rue", CENTER)) == ()
        assert len(service.asked) == 1
        clock.now += 0.2
    assert len(given.run(timed.find("rue", CENTER))) == 1


def test_no_more_is_asked_in_a_second_than_the_service_allows(
    given: Given, service: Service, timed: Geocoder, clock: Clock
) -> None:
    service.body = collection(feature("Ici", 0.9))
    found = [given.run(timed.find(f"rue {number}", CENTER)) for number in range(module.A_SECOND + 5)]
    assert [len(one) for one in found] == [1] * module.A_SECOND + [0] * 5
    assert len(service.asked) == module.A_SECOND < 50
    clock.now += 1.0
    assert len(given.run(timed.find("rue 44", CENTER))) == 1


def test_commune_around_a_cell_is_named_by_its_middle_alone(given: Given, service: Service, geocoder: Geocoder) -> None:
    there = feature("12 Rue du Secret 35000 Rennes", 0.9)
    there["properties"] |= {"city": "Rennes", "district": "Le Blosne"}
    service.body = collection(there)
    assert given.run(geocoder.around(HALL)) == given.run(geocoder.around(HALL)) == "Le Blosne, Rennes"
    lat, lng = cell.center(cell.from_text(HALL))
    assert service.paths == ["/geocodage/reverse"]
    assert service.asked == [{"lat": [f"{lat:.5f}".rstrip("0")], "lon": [f"{lng:.5f}".rstrip("0")], "limit": ["1"]}]


def test_place_without_a_commune_has_no_name(given: Given, service: Service, geocoder: Geocoder) -> None:
    service.body = collection(feature("En mer", 1))
    assert given.run(geocoder.around(HALL)) == ""


def test_nothing_that_was_typed_is_logged(
    given: Given, service: Service, geocoder: Geocoder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "parvis")
    for status, body in ((500, b""), (200, b"rue du secret"), (200, collection(feature("Rue du Secret", True)))):
        service.status, service.body = status, body
        assert given.run(geocoder.find("rue du secret", CENTER)) == ()
    logged = [record.getMessage() for record in caplog.records if record.name == "parvis.geocoder"]
    assert len(logged) == 3
    assert "secret" not in " ".join(logged).lower()


def test_address_of_the_search_will_do_as_the_service_s(given: Given, service: Service) -> None:
    outbound = Outbound(allows_private=True)
    service.body = collection(feature("Ici", 0.9))
    for url in (service.url, f"{service.url}/", f"{service.url}/search"):
        assert len(given.run(Geocoder(outbound, url).find("rue", CENTER))) == 1
    assert set(service.paths) == {"/geocodage/search"}
    given.run(outbound.close())


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
    service.body = collection(feature("1 Place de la Mairie 35000 Rennes", 0.97))
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
            there = feature("3 Rue du Secret 35000 Rennes", 0.97)
            there["properties"]["city"] = "Saint-Jacques-de-la-Lande"
            service.body = collection(there)
            near = browser.get("/annonces?autour=48.11,-1.68").text
            assert "<h1>Près de Saint-Jacques-de-la-Lande</h1>" in near
            assert "Secret" not in near
            service.status = 500
            fallen = browser.get("/annonces?autour=48.05,-1.60")
            assert (fallen.status_code, "<h1>Près d’ici</h1>" in fallen.text) == (200, True)
            assert "/annonces?cell=" in browser.get("/chercher?search=35200").text
