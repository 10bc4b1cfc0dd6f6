"""Engine, sessions and column types. The SQLAlchemy session is the unit of work; there is no layer above it.

SQLite runs in WAL with FULL synchronisation; a transaction that will write begins IMMEDIATE, so that two writers queue
instead of failing half-way. PostgreSQL needs neither.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, Integer, LargeBinary, MetaData, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import TypeDecorator

from shopify_app.crypto import Keyring

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

Followers = Mapping[str, Sequence[str]]
"""Event kind -> names of the reactions that follow it (`jobs.reactions` holds the table)."""

POOL = {"pool_size": 40, "max_overflow": 20, "pool_recycle": 86_400}
FILE_POOL = POOL | {"pool_use_lifo": True}  # the connection that was used last has pages and statements at hand
BigKey = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up by itself only on INTEGER keys
Json = JSON().with_variant(JSONB, "postgresql")


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Naive datetimes are refused; what comes back is aware, in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is no instant")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], Any] | None:
        """On SQLite an instant is a text, which is read in one step instead of four."""
        return _instant if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


@lru_cache(4096)
def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


class Encrypted(TypeDecorator[str]):
    """Text that only this deployment's keys can read. The keyring travels on the engine's dialect."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _dialect_keyring(dialect).encrypt(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else _dialect_keyring(dialect).decrypt(bytes(value))


class database_epoch(FunctionElement[int]):  # noqa: N801 - reads like the SQL function it is
    """Seconds since 1970 by the database's own clock: the one clock that all workers share (leases)."""

    type = BigInteger()
    inherit_cache = True


@compiles(database_epoch, "sqlite")
def _epoch_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return "CAST(strftime('%s', 'now') AS INTEGER)"


@compiles(database_epoch, "postgresql")
def _epoch_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) AS BIGINT)"


Key = Annotated[int, mapped_column(BigKey, primary_key=True)]
ShopKey = Annotated[int, mapped_column(BigKey, ForeignKey("shop.id", ondelete="CASCADE"))]
ShopifyId = Annotated[int, mapped_column(BigInteger)]
Minor = Annotated[int, mapped_column(BigInteger, default=0)]
"""Minor units of the row's currency."""


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UTCDateTime, dict[str, Any]: Json, list[Any]: Json, list[str]: Json}


class Database:
    """One engine and the two ways to talk to it: `read()` and `write()`.

    >>> with database.write() as session:      # one transaction; commits at the end, rolls back on an error
    ...     session.add(row)
    """

    def __init__(self, url: str, keyring: Keyring, followers: Followers | None = None) -> None:
        self.engine = make_engine(url, keyring)
        self.keyring = keyring
        self.followers = followers or {}
        self.after_write: Callable[[float], None] | None = None  # told how many seconds each transaction took
        self._write_engine = self.engine.execution_options(writes=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one consistent state and leaves nothing behind."""
        with Reading(self.engine, info=self._info(), expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        began = time.monotonic()
        with Session(self._write_engine, info=self._info(), expire_on_commit=False) as session, session.begin():
            yield session
        if self.after_write is not None:
            self.after_write(time.monotonic() - began)

    def _info(self) -> dict[str, Any]:
        return {"keyring": self.keyring, "followers": self.followers}


class Reading(Session):
    """A session that only reads. Prepared statements ask on the driver's connection, straight out of the pool; should
    SQLAlchemy's own statements come besides, they are asked on the same one, in the same transaction. Its way to a
    connection and back takes as long as ten statements of a page."""

    _engine: Engine
    _taken: PoolProxiedConnection | None = None
    _driver: tuple[Dialect, Any] | None = None
    _connection: Connection | None = None

    def __init__(self, engine: Engine, **options: Any) -> None:
        super().__init__(engine, **options)
        self._engine = engine

    def driver(self) -> tuple[Dialect, Any] | None:
        """The driver's connection, in its transaction; None where SQLAlchemy must be asked: it has begun by itself, or
        somebody listens to its statements."""
        if self._engine.dispatch.before_cursor_execute:
            return None
        if self._driver is None and not self.in_transaction():
            self._driver = self._take()
        return self._driver

    def _take(self) -> tuple[Dialect, Any]:
        self._taken = self._engine.raw_connection()
        driver, dialect = self._taken.dbapi_connection, self._engine.dialect
        if dialect.name == "sqlite":
            _begin_reading(driver)
        return dialect, driver

    def get_bind(self, *args: Any, **options: Any) -> Engine | Connection:
        """The engine, or the connection that was taken from it."""
        if self._taken is None:
            return super().get_bind(*args, **options)
        if self._connection is None:
            self._connection = Connection(self._engine, self._taken)
        return self._connection

    def close(self) -> None:
        """Ends the transaction, as `commit` and `rollback` do, and gives back what was taken."""
        super().close()
        self._give_back()

    def commit(self) -> None:
        super().commit()
        self._give_back()

    def rollback(self) -> None:
        super().rollback()
        self._give_back()

    def _give_back(self) -> None:
        taken, self._taken, self._driver, self._connection = self._taken, None, None, None
        if taken is not None:
            taken.close()


def keyring_of(session: Session) -> Keyring:
    """The keys of the deployment this session belongs to."""
    return session.info["keyring"]


def make_engine(url: str, keyring: Keyring) -> Engine:
    """An engine with the house's pragmas, pool and keyring."""
    engine = create_engine(url, hide_parameters=True, **_pool(url))
    engine.dialect.keyring = keyring  # type: ignore[attr-defined]
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", begin_sqlite)
    return engine


def _pool(url: str) -> dict[str, Any]:
    if url == "sqlite://":  # in memory: one connection is all there is
        return {}
    return FILE_POOL if url.startswith("sqlite") else POOL


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, below
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=10000",
        "foreign_keys=ON",
        "cache_size=-20000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def begin_sqlite(connection: Any) -> None:
    """Begins a transaction: one that will write takes its place in the queue at once."""
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        _begin_reading(connection.connection.dbapi_connection)


def _begin_reading(driver: Any) -> None:
    if not driver.in_transaction:
        driver.execute("BEGIN")  # waits for nobody, so nothing can go wrong


def _dialect_keyring(dialect: Dialect) -> Keyring:
    return dialect.keyring  # type: ignore[attr-defined]


__all__ = [
    "Base", "BigKey", "Database", "Encrypted", "Followers", "Json", "Key", "Mapped", "Minor", "Reading", "Session",
    "ShopKey", "ShopifyId", "UTCDateTime", "database_epoch", "keyring_of", "make_engine", "mapped_column",
]  # fmt: skip
