"""Cookies are read as browsers write them: byte by byte, so that `__Host-` holds, and one of a name or none."""

from collections.abc import Iterator

import httpx
import pytest

from auth import cookie
from auth.cookie import CookieTwiceError
from tests.browser import NAME, Browser
from tests.own import Own
from tests.test_sign_in import Town, towns

MINE, PLANTED = "m" * 43, "p" * 43


def read(*lines: bytes, host: bytes = b"town.example") -> str | None:
    return cookie.read(cookie.gathered([(b"host", host), *((b"cookie", line) for line in lines)]))


LOOK_ALIKE = [
    b"\xa0__Host-parvis=%s",  # A no-break space in Latin-1: cut off by str.strip().
    b"\xc2\xa0__Host-parvis=%s",  # The same in UTF-8,
    b"\x85__Host-parvis=%s",  # a next line,
    b"\xe2\x80\x8b__Host-parvis=%s",  # a zero-width space.
    b"\x0b__Host-parvis=%s",
    b"\x0c__Host-parvis=%s",
    b"\x1f__Host-parvis=%s",
    b"__Host-parvis\xa0=%s",
    b"__Host-parvis =%s",
    b"=__Host-parvis=%s",  # A cookie without a name.
    b"==__Host-parvis=%s",
    b"__host-parvis=%s",
    b"__HOST-PARVIS=%s",
    b"__Host-Parvis=%s",
    b'"__Host-parvis"=%s',
    b'__Host-parvis="%s"',
    b"$__Host-parvis=%s",
    b"a=b, __Host-parvis=%s",
    b'a="b, __Host-parvis=%s"',
    b"__Host-parvis:%s",
    b"__Host-parvis",
    b"parvis=%s",  # Without the prefix, away from the developer's machine.
    b"xn__Host-parvis=%s",
    b"__Host-parvis=%s\xa0",
    b"__Host-parvis=%s, a=b",
    b"__Host-parvis= %s",
]


@pytest.mark.parametrize("planted", LOOK_ALIKE)
def test_name_that_looks_alike_is_not_the_session(planted: bytes) -> None:
    line = planted.replace(b"%s", PLANTED.encode())
    assert read(line) is None
    own = f"{NAME}={MINE}".encode()
    if not line.startswith(own[: len(NAME) + 1]):
        assert read(own + b"; " + line) == read(line + b"; " + own) == read(line, own) == MINE


@pytest.mark.parametrize(
    "lines",
    [
        [b"__Host-parvis=%s"],
        [b" \t__Host-parvis=%s \t"],
        [b"a=b;__Host-parvis=%s;c"],
        [b"; ;a=__Host-parvis;__Host-parvis=%s; "],
        [b"a=b", b"__Host-parvis=%s", b"c=d"],  # HTTP/2 splits them.
        [b"__Host-parvis=%s", b"a=b"],
        [b"__Host-parvis-flow=x; __Host-parvis=%s"],
    ],
)
def test_session_among_other_cookies_is_read(lines: list[bytes]) -> None:
    assert read(*(line.replace(b"%s", MINE.encode()) for line in lines)) == MINE


@pytest.mark.parametrize(
    "lines",
    [
        [b"__Host-parvis=%m; __Host-parvis=%p"],
        [b"__Host-parvis=%p;__Host-parvis=%m"],
        [b"__Host-parvis=%m", b"__Host-parvis=%p"],
        [b"__Host-parvis=%m; a=b", b"c=d; __Host-parvis=%p"],
        [b"__Host-parvis=%m; __Host-parvis=%m"],
        [b"__Host-parvis=%m; __Host-parvis="],
        [b"__Host-parvis=%m; __Host-parvis=x"],
    ],
)
def test_two_sessions_are_refused(lines: list[bytes]) -> None:
    with pytest.raises(CookieTwiceError):
        read(*(line.replace(b"%m", MINE.encode()).replace(b"%p", PLANTED.encode()) for line in lines))


@pytest.mark.parametrize("token", ["", "x", "m" * 42, "m" * 44, "é" * 43, "m" * 42 + "=", "m" * 42 + "%"])
def test_what_is_no_token_is_none(token: str) -> None:
    assert read(f"{NAME}={token}".encode("latin-1")) is None


def test_local_name_counts_once_on_the_developers_machine() -> None:
    assert read(f"parvis={MINE}".encode(), host=b"rennes.localhost:8000") == MINE
    with pytest.raises(CookieTwiceError):
        read(f"parvis={MINE}; parvis={PLANTED}".encode(), host=b"rennes.localhost:8000")


# Over HTTP


@pytest.fixture(scope="module")
def town(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    for [found] in towns(own, tmp_path_factory.mktemp("cookie"), ("cookie-town",)):
        yield found


def send(town: Town, method: str, path: str, *cookies: bytes, **body: object) -> httpx.Response:
    headers = [(b"host", town.portal.host.encode()), (b"origin", f"http://{town.portal.host}".encode())]
    town.portal.client.cookies.clear()
    return town.portal.client.request(
        method,
        path,
        headers=[*headers, *((b"cookie", line) for line in cookies)],
        **body,  # type: ignore[arg-type]
    )


@pytest.fixture(scope="module")
def sessions(town: Town) -> tuple[bytes, bytes]:
    """The victim's cookie, and the attacker's own token."""
    found: list[Browser] = [town.browser(), town.browser()]
    for browser, name in zip(found, ("victim", "attacker"), strict=True):
        browser.sign_in(town.post, f"{name}@cookie.example", name=name)
    return f"{NAME}={found[0].token}".encode(), (found[1].token or "").encode()


def viewer(town: Town, *cookies: bytes) -> object:
    return send(town, "POST", "/graphql", *cookies, json={"query": "{ viewer { name } }"}).json()["data"]["viewer"]


def test_planted_session_of_a_sibling_domain_is_nobodys(town: Town, sessions: tuple[bytes, bytes]) -> None:
    victim, attacker = sessions
    planted = b"\xa0__Host-parvis=" + attacker
    assert viewer(town, planted) is None
    assert viewer(town, planted + b"; " + victim) == viewer(town, victim + b"; " + planted) == {"name": "victim"}
    assert send(town, "GET", "/auth/session", planted).json() == {"actor": None}


def test_two_sessions_are_none_for_the_api_and_said_where_one_signs_in(
    town: Town, sessions: tuple[bytes, bytes]
) -> None:
    victim, attacker = sessions
    both = (victim, b"__Host-parvis=" + attacker)
    assert viewer(town, *both) is None
    for method, path in (("GET", "/auth/session"), ("GET", "/auth/sign-in"), ("POST", "/auth/sign-out")):
        answer = send(town, method, path, *both)
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "COOKIE_TWICE")
        assert "set-cookie" not in answer.headers
    assert viewer(town, victim) == {"name": "victim"}


def test_cookies_in_several_headers_are_one_jar(town: Town, sessions: tuple[bytes, bytes]) -> None:
    victim, _ = sessions
    assert viewer(town, victim, b"a=b") == viewer(town, b"a=b", victim) == {"name": "victim"}
    assert send(town, "GET", "/auth/session", victim, b"a=b").json()["actor"]["name"] == "victim"
