"""Everything the dev store knows: documents by kind and id, in memory, written through to one SQLite file."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Document = dict[str, Any]

FIRST_ID = 100_000_000_000_001
"""Where the numbers of a kind begin that the seed left empty: far above what it uses, exact in any JSON reader."""


@dataclass(frozen=True)
class _Stored:
    """A document as it was put: its text (the truth) and the same text parsed (what readers share)."""

    text: str
    parsed: Document


class Store:
    """Documents of the dev store, by kind (``"order"``, ``"product"``, ...) and integer id.

    A change is in the file when the outermost `transaction` (or the lone `put`) returns, so that killing the process
    loses nothing that was answered. `path` None keeps everything in memory. All methods may be called from any thread.
    """

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._journal: list[tuple[str, int, _Stored | None]] = []
        self._kinds: dict[str, dict[int, _Stored]] = {}
        self._indexes: dict[tuple[str, str], dict[Any, dict[int, None]]] = {}
        self._last_ids: dict[str, int] = {}
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._open()

    def get(self, kind: str, id: int) -> Document | None:
        """The document, as the caller's own copy: change it and `put` it back. None when there is none."""
        with self._lock:
            stored = self._kinds.get(kind, {}).get(id)
        return None if stored is None else json.loads(stored.text)

    def peek(self, kind: str, id: int) -> Document | None:
        """The document as all readers share it: fast, and not to be changed."""
        with self._lock:
            stored = self._kinds.get(kind, {}).get(id)
        return None if stored is None else stored.parsed

    def all(self, kind: str) -> list[Document]:
        """Every document of the kind, oldest first, shared between readers: not to be changed (`get` gives a copy)."""
        with self._lock:
            return [stored.parsed for stored in self._kinds.get(kind, {}).values()]

    def find(self, kind: str, **equals: Any) -> list[Document]:
        """Documents whose top-level fields equal all of `equals`, oldest first, shared like `all`; indexed."""
        with self._lock:
            if not equals:
                return self.all(kind)
            (field, value), *others = equals.items()
            stored = self._kinds.get(kind, {})
            found = [stored[id].parsed for id in self._index(kind, field).get(_hashable(value), ())]
        return [document for document in found if all(document.get(key) == wanted for key, wanted in others)]

    def put(self, kind: str, document: Document) -> Document:
        """Stores a copy of the document under its ``id``, new or in place of the old one, and returns the document."""
        id = int(document["id"])
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        with self._lock:
            self._remember(kind, id)
            self._db.execute(
                "INSERT INTO document (kind, id, text) VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET text = ?",
                (kind, id, text, text),
            )
            self._place(kind, id, _Stored(text, json.loads(text)))
        return document

    def delete(self, kind: str, id: int) -> None:
        """Forgets the document; nothing happens when there is none. Its id is not given out again."""
        with self._lock:
            self._remember(kind, id)
            self._db.execute("DELETE FROM document WHERE kind = ? AND id = ?", (kind, id))
            self._place(kind, id, None)

    def next_id(self, kind: str) -> int:
        """A number that no document of the kind has or had. A rolled back transaction leaves a gap, as a database's."""
        with self._lock:
            id = max(self._last_ids.get(kind, FIRST_ID - 1), max(self._kinds.get(kind, {}), default=0)) + 1
            self._last_ids[kind] = id
            self._db.execute("INSERT OR REPLACE INTO last_id (kind, id) VALUES (?, ?)", (kind, id))
            return id

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside happen together or, when the block raises, not at all. May be nested; one at a time."""
        with self._lock:
            mark, name = len(self._journal), f"level_{self._depth}"
            self._db.execute(f"SAVEPOINT {name}")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._undo(mark)
                self._db.execute(f"ROLLBACK TO {name}")
                raise
            finally:
                self._db.execute(f"RELEASE {name}")
                self._depth -= 1
                if self._depth == 0:
                    self._journal.clear()

    def twin(self) -> Store:
        """Another store, in memory, which holds the same and then goes its own way."""
        made = Store(None)
        with self._lock:
            made._kinds = {
                kind: {id: _Stored(each.text, json.loads(each.text)) for id, each in documents.items()}
                for kind, documents in self._kinds.items()
            }
            made._last_ids = dict(self._last_ids)
            self._db.backup(made._db)
        return made

    def close(self) -> None:
        """Closes the file. The store is not usable afterwards."""
        with self._lock:
            self._db.close()

    def _open(self) -> None:
        # NORMAL: the operating system has every committed page, which survives a kill of the process.
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS document"
            " (place INTEGER PRIMARY KEY, kind TEXT NOT NULL, id INTEGER NOT NULL, text TEXT NOT NULL,"
            " UNIQUE (kind, id))"
        )
        self._db.execute("CREATE TABLE IF NOT EXISTS last_id (kind TEXT PRIMARY KEY, id INTEGER NOT NULL)")
        self._last_ids = dict(self._db.execute("SELECT kind, id FROM last_id"))
        for kind, id, text in self._db.execute("SELECT kind, id, text FROM document ORDER BY place"):
            self._kinds.setdefault(kind, {})[id] = _Stored(text, json.loads(text))

    def _index(self, kind: str, field: str) -> dict[Any, dict[int, None]]:
        if (kind, field) not in self._indexes:
            index = self._indexes[kind, field] = {}
            for id, stored in self._kinds.get(kind, {}).items():
                index.setdefault(_hashable(stored.parsed.get(field)), {})[id] = None
        return self._indexes[kind, field]

    def _place(self, kind: str, id: int, stored: _Stored | None) -> None:
        documents = self._kinds.setdefault(kind, {})
        before = documents.get(id)
        if stored is None:
            documents.pop(id, None)
        else:
            documents[id] = stored
        for (indexed_kind, field), index in self._indexes.items():
            if indexed_kind != kind:
                continue
            if before is not None:
                index.get(_hashable(before.parsed.get(field)), {}).pop(id, None)
            if stored is not None:
                index.setdefault(_hashable(stored.parsed.get(field)), {})[id] = None

    def _remember(self, kind: str, id: int) -> None:
        if self._depth:
            self._journal.append((kind, id, self._kinds.get(kind, {}).get(id)))

    def _undo(self, mark: int) -> None:
        while len(self._journal) > mark:
            kind, id, before = self._journal.pop()
            self._place(kind, id, before)


def _hashable(value: Any) -> Any:
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value
