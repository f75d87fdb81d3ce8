"""Statements: SQLAlchemy Core compiled once to PostgreSQL's own text with numbered parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, String, Text
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg, PGDialect_psycopg
from sqlalchemy.sql import ClauseElement

from database import codec, moment, naming
from database.codec import Codec


class _Compiler(PGCompiler_psycopg):
    """Casts texts to TEXT: beside a VARCHAR a distributed engine cannot reckon `now()` beforehand."""

    def render_bind_cast(self, type_: Any, dbapi_type: Any, sqltext: str) -> str:
        """`$1::TEXT`, and `$1::TEXT[]` of several."""
        cast_to = dbapi_type
        if dbapi_type._type_affinity is String:
            cast_to = Text()
        elif isinstance(dbapi_type, ARRAY) and dbapi_type.item_type._type_affinity is String:
            cast_to = ARRAY(Text())
        rendered: str = super().render_bind_cast(type_, cast_to, sqltext)  # type: ignore[no-untyped-call]  # SQLAlchemy's own
        return rendered


class _Dialect(PGDialect_psycopg):
    statement_compiler = _Compiler


_DIALECT = _Dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]  # SQLAlchemy's own

TEXTS_BYTES = 32_768
"""Bytes of tenants' texts that a statement caches, beside the last one; making one takes some microseconds."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement's text for any tenant, the names of `$1`, `$2`, … and its constant parameters."""

    text: str
    names: tuple[str, ...]
    constants: Mapping[str, object]
    codecs: tuple[Codec, ...]
    oids: tuple[int, ...]
    formats: tuple[int, ...]
    _texts: dict[int | None, str] = field(default_factory=dict, compare=False)

    @property
    def size(self) -> int:
        """Approximate bytes, at most."""
        return TEXTS_BYTES + 3 * len(self.text)

    def text_for(self, tenant: int | None) -> str:
        """The text for a tenant's number; None for statements on shared tables."""
        text = self._texts.get(tenant)
        if text is None:
            if len(self._texts) * len(self.text) >= TEXTS_BYTES:
                self._texts.clear()
            text = self.text if tenant is None else naming.qualify(self.text, tenant)
            self._texts[tenant] = text
        return text

    def with_moment(self) -> "Statement":
        """The same with one parameter more, the time (`database.moment`)."""
        return replace(self, oids=(*self.oids, moment.OID), formats=(*self.formats, moment.FORMAT))

    def values(self, given: Mapping[str, object]) -> list[object]:
        """The parameters in order. Raises KeyError for a name that is neither given nor constant."""
        constants = self.constants
        return [given[name] if name in given else constants[name] for name in self.names]

    def encoded(self, given: Mapping[str, object]) -> list[bytes | None]:
        """The encoded parameters in order. Raises KeyError as `values` does."""
        constants = self.constants
        return [
            None if (value := given[name] if name in given else constants[name]) is None else encode(value)
            for name, (_, encode) in zip(self.names, self.codecs, strict=True)
        ]


def build(clause: ClauseElement) -> Statement:
    """Compile a Core statement. Takes 0.2 to 20 ms; keep the result."""
    compiled: Any = clause.compile(dialect=_DIALECT)
    names = tuple(getattr(compiled, "positiontup", None) or ())
    codecs = tuple(codec.of(compiled.binds[name].type) for name in names)
    oids, formats = tuple(each.oid for each in codecs), tuple(int(each.oid != 0) for each in codecs)
    return Statement(str(compiled), names, {name: compiled.params[name] for name in names}, codecs, oids, formats)


@lru_cache(maxsize=1_024)
def cached(clause: ClauseElement) -> Statement:
    """The compiled form of a statement that a module keeps as a constant."""
    return build(clause)
