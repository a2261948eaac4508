"""Queries whose SQL is written once and then asked again with other values.

Django writes the SQL of a query each time it is asked; for a page of twenty queries that takes longer than the
database does. A kept query is written as any other, as a function that returns a queryset; what it filters by
stays in one place. The first time it is asked on a kind of database it is built with stand-ins for its values, and the
SQL stays, with the places at which each value goes.
"""

from __future__ import annotations

import copy
import functools
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet

T = TypeVar("T")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class NotKept(Exception):
    """A query that cannot be kept: a value does not reach the database as it was given, or not at all."""

    code = "not_kept"


@dataclass(frozen=True, slots=True)
class Written:
    """The SQL of a query on one kind of database; ``places`` says what goes where: a value's name, or a constant."""

    rows: Any
    compiler: Any
    sql: str
    places: tuple[tuple[str, Any], ...]
    converters: Any

    @property
    def kind(self) -> Any:
        """What turns rows into models, tuples or values."""
        return self.rows._iterable_class  # noqa: SLF001

    def parameters(self, values: dict[str, Any]) -> tuple[Any, ...]:
        """What is sent along with the SQL for these values."""
        given = {name: _adapted(value) for name, value in values.items()}
        return tuple(given[name] if name else constant for name, constant in self.places)

    def answer(self, values: dict[str, Any]) -> list[Any]:
        """The rows for these values, as the queryset gives them."""
        with _cursor() as cursor:
            cursor.execute(self.sql, self.parameters(values))
            found = cursor.fetchall()
        compiler = copy.copy(self.compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        compiler.execute_sql = lambda *_, **__: [found]
        compiler.get_converters = lambda _: self.converters
        query = copy.copy(self.rows.query)
        query.get_compiler = lambda *_, **__: compiler
        rows: Any = QuerySet(self.rows.model, query=query, using=connection.alias)
        return list(self.kind(rows))


class Kept(Generic[T]):
    """A query that is asked by keywords; each value is an id, an aware moment, a number, a text or None."""

    def __init__(self, build: Callable[..., QuerySet[Any, T]]) -> None:
        """Keep the query that ``build`` makes; its parameters are the values."""
        functools.update_wrapper(self, build)
        self.build = build
        self._written: dict[tuple[Any, ...], Written] = {}

    def __call__(self, **values: Any) -> list[T]:
        """The rows for these values."""
        return self.written(values).answer(values)

    def written(self, values: dict[str, Any]) -> Written:
        """The SQL for values of this kind; a query without a value (None) is another than one with it."""
        kind = (connection.vendor, *(type(value) for value in values.values()), *values)
        if kind not in self._written:
            self._written[kind] = self._write(values)
        return self._written[kind]

    def _write(self, values: dict[str, Any]) -> Written:
        """Write it with two sets of stand-ins: what differs between them is where the values go, and nothing else."""
        one, other = (self._with({k: _stand_in(v) for k, v in values.items()}) for _ in range(2))
        used = {name for name, _ in one.places if name}
        unused = {name for name, value in values.items() if value is not None} - used
        if unused or (one.sql, one.places) != (other.sql, other.places):
            raise NotKept(f"{self.build.__qualname__}: {', '.join(sorted(unused)) or 'altered'}")
        return one

    def _with(self, stand_ins: dict[str, Any]) -> Written:
        rows = self.build(**stand_ins)
        compiler = rows.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        names = {_adapted(value): name for name, value in stand_ins.items() if value is not None}
        places = tuple(_place(parameter, names) for parameter in parameters)
        columns = [each for each, *_ in compiler.select[: compiler.col_count]]
        return Written(rows, compiler, sql, places, compiler.get_converters(columns))


def kept(build: Callable[..., QuerySet[Any, T]]) -> Kept[T]:
    """Keep the SQL of the query that a function builds."""
    return Kept(build)


def _place(parameter: Any, names: dict[Any, str]) -> tuple[str, Any]:
    plain = isinstance(parameter, str | int | uuid.UUID | datetime)
    name = names.get(parameter, "") if plain else ""
    return (name, None) if name else ("", parameter)


def _stand_in(value: Any) -> Any:
    """A value of the same kind that nothing else in a query can be taken for."""
    if value is None:
        return None
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    if isinstance(value, datetime):
        return EPOCH + timedelta(microseconds=secrets.randbits(50))
    if type(value) is int:
        return secrets.randbits(30)
    if isinstance(value, str):
        return secrets.token_hex(16)
    raise NotKept(type(value).__name__)


def _adapted(value: Any) -> Any:
    """A value as Django hands it to this database."""
    if isinstance(value, uuid.UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def _cursor() -> Any:
    """A cursor for SQL that comes again: PostgreSQL plans it a few times and then keeps the plan."""
    written_out = connection.queries_logged
    if connection.vendor != "postgresql" or written_out:
        return connection.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor  # noqa: PLC0415 - needs psycopg

    server: Any = connection
    server.ensure_connection()
    made: Any = ServerBindingCursor
    return server._prepare_cursor(made(server.connection))  # noqa: SLF001
