"""Language: which languages a client wants to be spoken to in, by its Accept-Language header."""

from functools import lru_cache

from models import sentence

MAX_HEADER = 200
"""Bytes that are read: browsers send some 40."""


def wanted(header: bytes | None) -> tuple[str, ...]:
    """The languages of the header, the most wanted first; those of no weight are left out."""
    return _wanted(header[:MAX_HEADER]) if header else ()


def spoken(header: bytes | None, otherwise: tuple[str, ...]) -> str:
    """Of the languages that refusals are explained in, the one that a client understands best."""
    return _spoken(header[:MAX_HEADER] if header else b"", otherwise)


@lru_cache(maxsize=256)
def _spoken(header: bytes, otherwise: tuple[str, ...]) -> str:
    return sentence.locale((*wanted(header), *otherwise))


@lru_cache(maxsize=256)
def _wanted(header: bytes) -> tuple[str, ...]:
    weights: dict[str, float] = {}
    for part in header.decode("latin-1").split(","):
        tag, _, quality = part.partition(";")
        weights[tag.strip()] = _weight(quality.strip())
    ordered = sorted(weights, key=lambda tag: -weights[tag])
    return tuple(tag for tag in ordered if tag and weights[tag] > 0)


def _weight(quality: str) -> float:
    """`q=0.8`, or 1 where nothing is said; 0 for what is no weight."""
    if not quality:
        return 1.0
    try:
        return float(quality.removeprefix("q="))
    except ValueError:
        return 0.0
