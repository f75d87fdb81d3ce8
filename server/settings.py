"""Settings: the only module that reads the environment."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


class SettingsError(Exception):
    """A setting is wrong; the message names it and says what is wanted."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How one process runs. Every setting has an environment variable; see `docs/settings.md`."""

    data: Path
    """Where the embedded PostgreSQL and the secret live (PARVIS_DATA)."""

    database_url: str | None
    """A libpq URL of a real cluster (DATABASE_URL); None: the embedded PostgreSQL."""

    connections: int
    """Connections per process (PARVIS_CONNECTIONS)."""

    secret: str
    """What tokens are signed with (PARVIS_SECRET, or made once in the data directory)."""

    is_demo: bool
    """Demonstration mode (PARVIS_DEMO=1): development tokens are accepted and `<slug>.localhost` is served."""

    log_format: str
    """`text` for people, `json` for machines (PARVIS_LOG)."""

    answer_cache_mb: int = 64
    """Memory for answers to anonymous queries, 0 to keep none (PARVIS_ANSWER_CACHE_MB)."""


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises SettingsError."""
    env = os.environ if environment is None else environment
    data = Path(env.get("PARVIS_DATA", ".parvis")).resolve()
    return Settings(
        data=data,
        database_url=env.get("DATABASE_URL") or None,
        connections=_number(env, "PARVIS_CONNECTIONS", default=16, low=2, high=500),
        secret=env.get("PARVIS_SECRET") or _kept_secret(data / "secret"),
        is_demo=_flag(env, "PARVIS_DEMO"),
        log_format=_choice(env, "PARVIS_LOG", ("text", "json")),
        answer_cache_mb=_number(env, "PARVIS_ANSWER_CACHE_MB", default=64, low=0, high=100_000),
    )


def _number(env: Mapping[str, str], name: str, *, default: int, low: int, high: int) -> int:
    text = env.get(name, str(default))
    if not text.isdecimal() or not low <= int(text) <= high:
        raise SettingsError(f"{name} is {text!r}: a number from {low} to {high} is wanted")
    return int(text)


def _flag(env: Mapping[str, str], name: str) -> bool:
    text = env.get(name, "0")
    if text not in ("0", "1"):
        raise SettingsError(f"{name} is {text!r}: 0 or 1 is wanted")
    return text == "1"


def _choice(env: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    text = env.get(name, choices[0])
    if text not in choices:
        raise SettingsError(f"{name} is {text!r}: one of {', '.join(choices)} is wanted")
    return text


def _kept_secret(file: Path) -> str:
    """A secret of this installation's own, made at the first start, readable by its owner alone."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with (
            suppress(FileExistsError),
            os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened,
        ):
            opened.write(secrets.token_urlsafe(32))
        kept = file.read_text("ascii")
    except OSError as error:
        raise SettingsError(f"cannot write {file}: {error.strerror}; set PARVIS_SECRET or PARVIS_DATA") from error
    if not kept:
        raise SettingsError(f"{file} is empty, as after a full disk: remove it, and a new one is made")
    return kept
