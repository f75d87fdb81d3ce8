"""A browser at one portal: keeps its cookies, says where its posts come from; and the mails that reach people."""

import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.own import until

NAME = "__Host-parvis"


@dataclass
class Browser:
    """One browser's view of one host. It follows no redirect by itself."""

    client: httpx.Client
    host: str
    scheme: str = "http"
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}"

    @property
    def token(self) -> str | None:
        """The session's token."""
        return self.cookies.get(NAME) or self.cookies.get("parvis")

    def get(self, path: str, *, params: dict[str, str] | None = None, **headers: str) -> httpx.Response:
        return self._send("GET", path, headers, **({"params": params} if params else {}))

    def post(self, path: str, fields: dict[str, Any], **headers: str) -> httpx.Response:
        """As a script of the portal's page posts JSON."""
        return self._send("POST", path, {"origin": self.origin, **headers}, json=fields)

    def submit(self, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
        """As a form of the portal's page does without scripts."""
        return self._send("POST", path, {"origin": self.origin, **headers}, data=fields)

    def upload(self, path: str, fields: dict[str, str], name: str, content: bytes) -> httpx.Response:
        """As a form with a file does without scripts."""
        return self._send("POST", path, {"origin": self.origin}, data=fields, files={"file": (name, content)})

    def ask(self, query: str, **headers: str) -> httpx.Response:
        """A GraphQL operation with the cookie."""
        return self._send("POST", "/graphql", {"origin": self.origin, **headers}, json={"query": query})

    def actor(self) -> dict[str, str] | None:
        """Who is signed in."""
        found: dict[str, str] | None = self.get("/auth/session").json()["actor"]
        return found

    def sign_in(self, post: "Post", email: str, **fields: str) -> httpx.Response:
        """Sign in with a code from the mail."""
        answer = self.post("/auth/email/confirm", {"email": email, "code": self.code(post, email), **fields})
        assert answer.status_code == 200, answer.text
        return answer

    def code(self, post: "Post", email: str) -> str:
        """Ask for a code and read it in the mail."""
        before = len(post.mails(email))
        assert self.post("/auth/email", {"email": email}).status_code == 202
        return post.code(email, before)

    def _send(self, method: str, path: str, headers: dict[str, str], **body: Any) -> httpx.Response:
        cookies = (
            {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        )
        sent = {"host": self.host, **cookies, **{name.replace("_", "-"): value for name, value in headers.items()}}
        self.client.cookies.clear()
        answer = self.client.request(method, path, headers=sent, follow_redirects=False, **body)
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
            if not value:
                del self.cookies[name]
        return answer


@dataclass(frozen=True)
class Post:
    """The mails that a demonstration server wrote."""

    folder: Path

    def mails(self, email: str) -> list[EmailMessage]:
        """All mails to an address, the oldest first."""
        return [mail for to, mail in map(_read, sorted(self.folder.glob("*.eml"))) if to == email]

    def code(self, email: str, after: int = 0) -> str:
        """The code in the mail that follows the first `after` ones."""
        [found] = re.findall(r"^    (\d{4} \d{4})$", self.text(email, after), re.MULTILINE)
        return str(found).replace(" ", "")

    def text(self, email: str, after: int = 0) -> str:
        """The text of a mail that may be on its way still."""
        until(lambda: len(self.mails(email)) > after)
        return text_of(self.mails(email)[after])


@cache
def _read(file: Path) -> tuple[str, EmailMessage]:
    """The address of a mail, and the mail: whoever waits for one looks again and again at all that there are."""
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    return str(mail["To"]), mail


def text_of(mail: EmailMessage) -> str:
    """What a mail says in plain text."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def path_of(url: str) -> str:
    """Path and query of an address."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
