"""Machines: what a token that no person types may do, and what all such tokens share."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Protocol

from auth.viewer import Viewer
from database.failure import DatabaseUnavailableError, StatementTimeoutError
from models.api_token import TokenScope

NOTE_EVERY_S = 10.0
"""How long a token's use may wait to be written down; it is written at most once a minute."""

SECRET = "[A-Za-z0-9_-]{43}"  # noqa: S105  # the form of a secret, not one
"""What `auth.secret` makes, as it stands in a token: letters, digits, `-` and `_`."""

logger = logging.getLogger("parvis.machine")


@dataclass(frozen=True, slots=True)
class Machine:
    """Who asks with a token, and what the token says beside that.

    `scopes` are an API token's, empty for others. `budget_per_minute` is None where the usual one counts.
    `is_trusted_only` says that it may run trusted documents alone.
    """

    viewer: Viewer
    scopes: frozenset[TokenScope] = frozenset()
    budget_per_minute: int | None = None
    is_trusted_only: bool = False


class Uses(Protocol):
    """Tokens whose uses are remembered until they are written down."""

    async def record_use(self) -> None:
        """Write the remembered uses down."""


async def follow(*tokens: Uses) -> None:
    """Write uses down for ever; a database that is away is waited for."""
    while True:
        await asyncio.sleep(NOTE_EVERY_S)
        for kind in tokens:
            try:
                await kind.record_use()
            except (DatabaseUnavailableError, StatementTimeoutError):
                logger.warning("the last uses of tokens could not be written down; later ones will")
