"""Where the databases of tests come from: each test finds every table, empty, at an address that stays the same.

The engine stays too. SQLAlchemy writes a statement down once for each engine, which costs more than carrying it out,
and a connection to PostgreSQL is at its best when it is warm.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Mapping, Sequence
from copy import copy
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Protocol

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from shopify_app.crypto import Keyring
from shopify_app.db import Database, make_engine
from shopify_app.tables import metadata

TABLES = tuple(table.name for table in metadata.sorted_tables)
FEW_CONNECTIONS = 4
"""How many stay open from one test to the next; more would be cold each time it is their turn."""


class Databases(Protocol):
    """One kind of database. `standing` is the engine that tests share."""

    standing: Database

    def fresh(self) -> str:
        """The address of the database, in which nothing is; whoever still held a connection to it has lost it."""
        ...

    def apart(self) -> str:
        """The address of another with every table, which is left alone."""
        ...

    def close(self) -> None: ...


def databases(keyring: Keyring) -> Databases:
    """SQLite, or PostgreSQL where POSTLUDE_TEST_DATABASE says so."""
    server = os.environ.get("POSTLUDE_TEST_DATABASE")
    return OnSQLite(keyring) if server is None else OnPostgres(keyring, server)


def sharing(database: Database, followers: Mapping[str, Sequence[str]]) -> Database:
    """The same database with these followers of events."""
    followed = copy(database)
    followed.followers = followers
    return followed


def stop_timers() -> None:
    """What a test has put off (views that are to be written soon) is not to happen in the next one's database."""
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.cancel()
            thread.join()


class OnSQLite:
    """A file, in memory where the machine has room for that: nobody cuts the power here."""

    def __init__(self, keyring: Keyring) -> None:
        memory = Path("/dev/shm")
        self.folder = Path(mkdtemp(prefix="postlude-tests-", dir=memory if memory.is_dir() else None))
        self.template, self.file = self.folder / "template.sqlite3", self.folder / "postlude.sqlite3"
        self._numbers = count(1)
        engine = make_engine(f"sqlite:///{self.template}", keyring)
        metadata.create_all(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        self.standing = Database(f"sqlite:///{self.file}", keyring)

    def fresh(self) -> str:
        self.standing.engine.dispose()
        for end in ("", "-wal", "-shm"):  # whoever has the old file open keeps the old file
            self.file.with_name(self.file.name + end).unlink(missing_ok=True)
        shutil.copyfile(self.template, self.file)
        return f"sqlite:///{self.file}"

    def apart(self) -> str:
        file = self.folder / f"apart-{next(self._numbers)}.sqlite3"
        shutil.copyfile(self.template, file)
        return f"sqlite:///{file}"

    def close(self) -> None:
        self.standing.engine.dispose()
        shutil.rmtree(self.folder, ignore_errors=True)


class OnPostgres:
    """A database of this process on the server, emptied between tests: making one anew takes ten times as long."""

    def __init__(self, keyring: Keyring, server: str) -> None:
        self._server = psycopg.connect(server, autocommit=True)
        self._address = make_url(server).set(drivername="postgresql+psycopg")
        self._numbers = count(1)
        self._made: list[str] = []
        self._template = self._create()
        engine = make_engine(self._at(self._template), keyring)
        metadata.create_all(engine)
        engine.dispose()
        self.name = self._create(self._template)
        self.standing = Database(self._at(self.name), keyring)
        self._broom = _Broom(self.standing)

    def fresh(self) -> str:
        if self.standing.engine.pool.checkedin() > FEW_CONNECTIONS:  # type: ignore[attr-defined]
            self.standing.engine.dispose()
        if not self._broom.sweep():
            self._broom.close()
            self.standing.engine.dispose()
            self._drop(self.name)
            self.standing.engine.dispose()  # what an ending thread opened meanwhile is dead as well
            self._create(self._template, self.name)
            self._broom = _Broom(self.standing)
        return self._at(self.name)

    def apart(self) -> str:
        return self._at(self._create(self._template))

    def close(self) -> None:
        self._broom.close()
        self.standing.engine.dispose()
        for name in list(self._made):
            self._drop(name)
        self._server.close()

    def _create(self, template: str | None = None, name: str | None = None) -> str:
        name = name or f"test_{os.getpid()}_{next(self._numbers)}"
        copied = f' TEMPLATE "{template}"' if template else ""
        self._server.execute(f'CREATE DATABASE "{name}"{copied}')
        self._made.append(name)
        return name

    def _drop(self, name: str) -> None:
        self._server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        self._made.remove(name)

    def _at(self, name: str) -> str:
        return self._address.set(database=name).render_as_string(hide_password=False)


class _Broom:
    """Empties one database of PostgreSQL. It deletes the few rows that there are, table by table: to truncate tables
    makes new files for each and its indexes."""

    STRAYS = """SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND state <> 'idle' AND backend_type = 'client backend'"""
    SHAPE = "SELECT count(*), max(oid::bigint) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    REWIND = """SELECT setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences
        WHERE last_value IS NOT NULL"""

    def __init__(self, database: Database) -> None:
        address = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(address, autocommit=True, prepare_threshold=0)
        self._connection.execute("SET session_replication_role = replica")  # foreign keys need no order then
        self._connection.execute("SET lock_timeout = '5s'")
        used = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} WHERE EXISTS (TABLE {})").format(sql.Literal(name), sql.Identifier(name))
            for name in TABLES
        )
        self._used = used.as_string(self._connection)
        self._shape = self._connection.execute(self.SHAPE).fetchone()

    def sweep(self) -> bool:
        """Empties every table. False when tables are not what they were, or somebody will not let go."""
        try:
            self._connection.execute(self.STRAYS)
            if self._connection.execute(self.SHAPE).fetchone() != self._shape:
                return False
            used = [sql.Identifier(name) for (name,) in self._connection.execute(self._used).fetchall()]
            emptied = [sql.SQL("DELETE FROM {}").format(name) for name in used]
            with self._connection.transaction():  # sent as one: each by itself would wait for its answer
                self._connection.execute(sql.SQL("; ").join([*emptied, sql.SQL(self.REWIND)]), prepare=False)
            if used:  # rows are to lie in the order in which they come, as in a table that is new
                self._connection.execute(sql.SQL("VACUUM {}").format(sql.SQL(", ").join(used)))
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        self._connection.close()
