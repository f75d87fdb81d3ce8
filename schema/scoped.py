"""Scoped contracts: one engine for each set of features and audience that is asked for."""

from cachetools import LRUCache
from graphql import GraphQLObjectType, GraphQLSchema

import schema.root
from auth.viewer import Audience
from database import deadline
from models.tenant import Feature
from planner.engine import Engine
from planner.planning import Planning
from planner.scope import Scope, scoped

MAX_ENGINES = 256
"""Each takes 0.2 MB and its plans; one that nobody asked for long is made again in 10 ms."""


TRUSTED = frozenset({Audience.ADMINISTRATOR, Audience.OPERATOR, Audience.ROUTER})


class ScopedContract:
    """The engines by scope, the longest unused ones go first."""

    def __init__(self, size: int = MAX_ENGINES, *, is_open: bool = True, planning: Planning | None = None) -> None:
        """Unless it `is_open`, those alone may look into the schema who administer or route."""
        self.planning = planning or Planning()
        self._is_open = is_open
        self._engines: LRUCache[tuple[frozenset[Feature], Audience], Engine] = LRUCache(size)

    @property
    def engines(self) -> list[Engine]:
        """Those in memory."""
        return list(self._engines.values())

    def engine(self, features: frozenset[Feature], audience: Audience) -> Engine:
        """The engine whose schema has what these features and this audience have."""
        key = (features, audience)
        try:
            return self._engines[key]
        except KeyError:
            with deadline.paused():
                return self._made(key)

    def _made(self, key: tuple[frozenset[Feature], Audience]) -> Engine:
        part = _with_own_sdl(scoped(schema.root.executable(), Scope(*key)))
        if len(self._engines) >= self._engines.maxsize:
            self.planning.forget(self._engines.popitem()[1].scope)
        engine = Engine(part, self.planning, is_open=self._is_open or key[1] in TRUSTED)
        self._engines[key] = engine
        return engine

    def sdl(self, features: frozenset[Feature], audience: Audience) -> str:
        """The contract of a scope."""
        return schema.root.sdl(self.engine(features, audience).schema)


def _with_own_sdl(built: GraphQLSchema) -> GraphQLSchema:
    """`_service` tells of the scope alone; the library's own resolver would print everything."""
    query: GraphQLObjectType | None = built.query_type
    if query is not None and "_service" in query.fields:
        text: list[str] = []

        def service(*_: object) -> dict[str, str]:
            if not text:
                text.append(schema.root.sdl(built))
            return {"sdl": text[0]}

        query.fields["_service"].resolve = service
        service_type = built.type_map["_Service"]
        assert isinstance(service_type, GraphQLObjectType)
        service_type.fields["sdl"].resolve = lambda source, _info: source["sdl"]
    return built
