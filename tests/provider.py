"""The real OpenID Connect provider of the tests, and a browser's way through it."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import httpx

from tests.conftest import NODE

SECRET = "a secret of the tests"


@dataclass(frozen=True)
class Provider:
    """A running provider."""

    issuer: str

    def through(self, url: str, login: str | None, acr: str | None = "eidas1") -> str:
        """Where the provider sends a browser that asked for `url`, once `login` has signed in there; None refuses."""
        headers = {"x-login": login} if login else {}
        headers |= {"x-acr": acr} if acr else {}
        with httpx.Client(headers=headers) as client:
            while url.startswith(self.issuer):
                answer = client.get(url)
                assert answer.is_redirect, answer.text
                url = urljoin(url, answer.headers["location"])
        return url


@contextmanager
def running(node: str, clients: list[dict[str, Any]]) -> Iterator[Provider]:
    """A provider that knows these clients, until the block ends."""
    command = [node, str(NODE / "provider.mjs")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(clients).encode())
        process.stdin.close()
        issuer = process.stdout.readline().decode().strip()
        try:
            assert issuer.startswith("http://127.0.0.1:"), "the provider did not start"
            yield Provider(issuer)
        finally:
            process.terminate()
