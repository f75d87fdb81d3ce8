"""Signature: mails are signed by the sender's domain (DKIM, RFC 6376), so that programs may trust what heads them."""

from collections.abc import Callable

import dkim

SIGNED = (
    *("from", "to", "subject", "date", "message-id", "mime-version", "content-type", "reply-to", "in-reply-to"),
    *("references", "list-id", "list-unsubscribe", "list-unsubscribe-post", "auto-submitted"),
)
"""The headers that a signature covers where a mail has them; RFC 8058 wants both of List-Unsubscribe in it."""


class SigningKeyError(ValueError):
    """What is to be the key is none."""


def signer(key: str, selector: str, sender: str) -> Callable[[bytes], bytes]:
    """Signs for the domain of a sender, with a private key in PEM. Raises SigningKeyError."""
    domain, secret = sender.rpartition("@")[2].encode("idna"), key.encode()

    def sign(mail: bytes) -> bytes:
        head = b"\r\n" + mail.partition(b"\r\n\r\n")[0].lower()
        headers = [name.encode() for name in SIGNED if f"\r\n{name}:".encode() in head]
        signed: bytes = dkim.sign(
            mail, selector.encode(), domain, secret, canonicalize=(b"relaxed", b"relaxed"), include_headers=headers
        )
        return signed + mail

    try:
        sign(b"From: a@b.example\r\n\r\n.\r\n")
    except (dkim.DKIMException, ValueError) as error:
        raise SigningKeyError("the key that signs mails is no RSA key in PEM") from error
    return sign
