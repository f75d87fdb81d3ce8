"""Logos: a picture is drawn anew or refused; nothing else that was sent with it is ever sent on."""

import asyncio
import io
import struct
import time
import zlib

import httpx
import pytest
from PIL import Image, ImageFile

from models.logo import MAX_BYTES, MAX_SIDE, SHOWN
from portal import logo
from portal.logo import BadImageError, LargeImageError
from server.page import drawing
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given
from tests.own import until

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 100), **options: object) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "#5b2a86").save(written, kind, **options)
    return written.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it has `side` × `side` pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def animated() -> bytes:
    written = io.BytesIO()
    first, second = (Image.new("RGB", (20, 20), color) for color in ("red", "blue"))
    first.save(written, "PNG", save_all=True, append_images=[second])
    return written.getvalue()


def draw(sent: bytes) -> logo.DrawnLogo:
    return logo.drawn(sent, max_side=MAX_SIDE, shown=SHOWN)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_picture_is_drawn_anew_within_its_room(kind: str) -> None:
    drawn = draw(picture(kind, (2_000, 1_000)))
    image = Image.open(io.BytesIO(drawn.content))
    assert (image.format, image.size) == ("PNG", (drawn.width, drawn.height)) == ("PNG", (384, 192))


def test_what_a_picture_holds_beside_its_pixels_is_left_behind() -> None:
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    told.add_text("Comment", "<script>secret</script>")
    drawn = draw(picture(pnginfo=told))
    assert b"secret" not in drawn.content and b"tEXt" not in drawn.content


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        pytest.param(SVG, BadImageError, id="svg"),
        pytest.param(b"", BadImageError, id="nothing"),
        pytest.param(picture("GIF"), BadImageError, id="gif"),
        pytest.param(picture()[:-20], BadImageError, id="cut"),
        pytest.param(picture() + SVG, BadImageError, id="polyglot"),
        pytest.param(picture() + b"PK\x05\x06" + bytes(18), BadImageError, id="archive"),
        pytest.param(picture("WEBP") + SVG, BadImageError, id="webp polyglot"),
        pytest.param(picture("JPEG") + SVG, BadImageError, id="jpeg polyglot"),
        pytest.param(animated(), BadImageError, id="animated"),
        pytest.param(bomb(20_000), LargeImageError, id="20,000 pixels"),
        pytest.param(bomb(60_000), LargeImageError, id="60,000 pixels"),
        pytest.param(bomb(100), BadImageError, id="broken"),
    ],
)
def test_what_is_no_whole_still_picture_is_refused(sent: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        draw(sent)


def test_large_jpeg_is_unpacked_smaller_than_it_is_and_a_png_of_that_size_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unpacked = []
    load = ImageFile.ImageFile.load
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: (unpacked.append(image.size), load(image))[1])
    large = picture("JPEG", (6_400, 4_800))
    assert logo.photo(large, max_side=8_000, shown=(1_600, 1_600)).startswith(b"\xff\xd8")
    assert set(unpacked) == {(3_200, 2_400)}
    with pytest.raises(LargeImageError):
        logo.photo(picture("PNG", (6_400, 4_800)), max_side=8_000, shown=(1_600, 1_600))


def test_one_picture_is_drawn_at_a_time() -> None:
    counted, most = [0], [0]

    def draw_one(_sent: bytes) -> int:
        counted[0] += 1
        most[0] = max(most[0], counted[0])
        time.sleep(0.02)
        counted[0] -= 1
        return 1

    async def draw_many() -> list[int]:
        return await asyncio.gather(*(drawing.alone(draw_one, b"") for _ in range(6)))

    assert asyncio.run(draw_many()) == [1] * 6
    assert most == [1]


# Over HTTP ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def city(given: Given, rennes: Portal) -> Portal:
    return given.tenant(rennes, "logo-city", "commune-35238")


def send(portal: Portal, content: bytes, name: str = "logo.png") -> httpx.Response:
    headers = {"host": portal.host} | ({"authorization": f"Bearer {portal.token}"} if portal.token else {})
    return portal.client.post("/logo", headers=headers, files={"file": (name, content)}, follow_redirects=False)


def test_logo_is_put_sent_and_taken_off(given: Given, city: Portal) -> None:
    admin = given.actor(city, role="ADMIN")
    answer = send(admin, picture())
    assert answer.status_code == 201
    path = answer.json()["logoUrl"]
    assert city.ask("{ portal { theme { logoUrl } } }")["portal"]["theme"]["logoUrl"] == path
    browser = Browser(city.client, city.host)
    assert f'src="{path}"' in browser.get("/").text
    sent = browser.get(path)
    assert (sent.status_code, sent.headers["content-type"], sent.headers["x-content-type-options"]) == (
        200, "image/png", "nosniff",
    )  # fmt: skip
    assert Image.open(io.BytesIO(sent.content)).size == (300, 100)
    ask = "{ journalEntries(kinds: [LOGO_CHANGED], first: 1) { nodes { changes { name after } } } }"
    [entry] = admin.ask(ask)["journalEntries"]["nodes"]
    assert {"name": "logo_url", "after": path} in entry["changes"]
    done(admin, "logoRemove")
    until(lambda: city.record.logo_url is None)
    assert browser.get(path).status_code == 404
    assert do(admin, "logoRemove")["userErrors"][0]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (SVG, 422, "BAD_IMAGE"),
        (picture() + SVG, 422, "BAD_IMAGE"),
        (bomb(20_000), 413, "IMAGE_TOO_LARGE"),
        (picture() + bytes(MAX_BYTES), 413, "IMAGE_TOO_LARGE"),
        (b"", 422, "REQUIRED"),
    ],
)
def test_refused_logo_changes_nothing(given: Given, city: Portal, content: bytes, status: int, code: str) -> None:
    admin = given.actor(city, role="ADMIN")
    with given.nothing_written(city):
        answer = send(admin, content)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (status, code)


def test_logo_is_for_administrators_to_change(given: Given, city: Portal) -> None:
    for who in (city, given.actor(city), given.actor(city, role="MODERATOR")):
        with given.nothing_written(city):
            assert send(who, picture()).status_code == 403


def test_another_portals_logo_is_not_sent(given: Given, city: Portal, rennes: Portal) -> None:
    path = send(given.actor(city, role="ADMIN"), picture(size=(50, 50))).json()["logoUrl"]
    assert Browser(rennes.client, rennes.host).get(path).status_code == 404
