"""Subscriber: one subscription, with the credentials by which its viewer is known again at each telling."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.types import Scope

from planner.engine import Operation
from planner.field import LiveTopic
from server.live.outbox import Outbox
from tenants.registry import TenantRecord

CREDENTIALS = (b"authorization", b"cookie", b"parvis-router")
"""The headers that prove who asks."""

_IDENTIFYING = (b"host", b"origin", *CREDENTIALS)


def identifying(headers: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """The few headers that are kept for as long as somebody subscribes."""
    return {name: headers[name] for name in _IDENTIFYING if name in headers}


@dataclass(eq=False, slots=True)
class Subscriber:
    """Who listens at a tenant, to what. `scope` says where the connection comes from."""

    tenant: TenantRecord
    headers: Mapping[bytes, bytes]
    scope: Scope
    locale: str
    operation: Operation
    topic: LiveTopic
    price: int
    outbox: Outbox
    likeness: tuple[object, ...] = field(init=False)
    """Its credentials and what it asks: those who are alike are told the same."""

    def __post_init__(self) -> None:
        asked: Any = (self.operation.query, self.operation.variables, self.operation.name)
        credentials = tuple(self.headers.get(name) for name in CREDENTIALS)
        origin = None if self.is_anonymous else self.headers.get(b"origin")
        self.likeness = (*credentials, origin, self.host, orjson.dumps(asked, option=orjson.OPT_SORT_KEYS))

    @property
    def host(self) -> str:
        """The portal's host."""
        return self.headers.get(b"host", b"").decode("latin-1")

    @property
    def is_anonymous(self) -> bool:
        """Whether it shows no credentials, so that nobody need be asked who it is."""
        return not any(name in self.headers for name in CREDENTIALS)
