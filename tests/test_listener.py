"""Where a server listens: on every address of its host, on one port; commands find the demonstration's port."""

import signal
import socket
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from server import listener
from server.listener import ListenError
from tests.browser import text_of
from tests.command import runner
from tests.own import Own, until
from tests.test_command_serve import PATIENCE_S, answers, serving


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_all_addresses_of_a_host_have_one_port(host: str) -> None:
    with listener.listening(host, 0) as sockets:
        ports = {found.getsockname()[1] for found in sockets}
        assert len(ports) == 1
        assert ports != {0}


def test_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ListenError) as error, listener.listening("127.0.0.1", port):
            pass
    assert str(error.value) == f"cannot listen on 127.0.0.1, port {port}: Address already in use"


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
@pytest.mark.parametrize(("host", "takes_ipv4"), [("::", True), ("::1", False)])
def test_everything_is_ipv6_and_ipv4(host: str, takes_ipv4: bool) -> None:
    with listener.listening(host, 0) as sockets:
        [found] = sockets
        found.listen()
        port = found.getsockname()[1]
        socket.create_connection(("::1", port), 5).close()
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
            took_ipv4 = True
        except ConnectionRefusedError:
            took_ipv4 = False
    assert took_ipv4 == takes_ipv4


def test_links_of_the_demonstration_lead_to_the_port_where_it_is_served(own: Own, tmp_path: Path) -> None:
    own.create("port-town")
    run = runner(own, tmp_path)

    def invited() -> str:
        link = run("tenant", "invite", "port-town", "maire@port.example", PARVIS_DEMO="1").stdout
        return link.partition("/auth/")[0]

    assert invited() == "http://port-town.localhost:8000"
    with serving(tmp_path, port=0, PARVIS_DEMO="1", PARVIS_SECRET="s", DATABASE_URL=own.url) as process:
        until(lambda: process.poll() is not None or listener.noted_port(tmp_path), PATIENCE_S)
        port = listener.noted_port(tmp_path)

        def said() -> list[str]:
            """What the server mailed meanwhile."""
            files = [file.read_bytes() for file in (tmp_path / "mail").glob("*.eml")]
            return [text_of(message_from_bytes(found, policy=policy.default)) for found in files]

        assert invited() == f"http://port-town.localhost:{port}"
        assert port is not None
        until(lambda: answers(process, port), PATIENCE_S)
        until(lambda: len(said()) == 2, PATIENCE_S)  # The first invitation's as well, which waited.
        assert all(f"\n    http://port-town.localhost:{port}/auth/" in text for text in said())
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    assert invited() == "http://port-town.localhost:8000"
