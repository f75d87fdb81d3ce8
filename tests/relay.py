"""A mail server of the tests': takes any number of mails, as slowly and as unwillingly as it is told."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

Answer = Callable[[str], bytes]
"""What a recipient is answered."""


@dataclass
class Relay:
    """What it was given; `delay_s` is how long it thinks about each mail."""

    port: int
    answer: Answer
    delay_s: float
    mails: list[EmailMessage] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def addresses(self) -> list[str]:
        """To whom it took mails, in order."""
        return [str(mail["To"]) for mail in self.mails]

    def serve(self, connection: socket.socket) -> None:
        """One client, until it leaves."""
        with connection, connection.makefile("rb") as told:
            try:
                connection.sendall(b"220 ready\r\n")
                while line := told.readline().decode().rstrip("\r\n"):
                    connection.sendall(self._answered(line, connection, told.readline) + b"\r\n")
                    if line.lower() == "quit":
                        return
            except OSError:
                return  # It left in the middle.

    def _answered(self, line: str, connection: socket.socket, read: Callable[[], bytes]) -> bytes:
        word = line[:4].lower()
        if word == "rcpt":
            return self.answer(line.partition("<")[2].partition(">")[0])
        if word != "data":
            return b"221 bye" if word == "quit" else b"250 ok"
        connection.sendall(b"354 go on\r\n")
        lines: list[bytes] = []
        while (read_ := read()) != b".\r\n":
            if not read_:
                raise OSError("the client left")
            lines.append(read_)
        self.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))  # type: ignore[arg-type]
        time.sleep(self.delay_s)
        return b"250 ok"


@contextmanager
def relay(answer: Answer = lambda _: b"250 ok", *, delay_s: float = 0.0, port: int = 0) -> Iterator[Relay]:
    """A mail server on the loopback until the end; what is under way then is cut off."""
    with socket.create_server(("127.0.0.1", port), backlog=64) as listener:
        found = Relay(listener.getsockname()[1], answer, delay_s)
        connections: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                connections.append(connection)
                threading.Thread(target=found.serve, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield found
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for connection in connections:
                connection.close()
            thread.join(5)
