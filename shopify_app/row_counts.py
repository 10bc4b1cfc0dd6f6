"""What a database knows of the size of its tables, so that it finds the short way on a big shop too."""

from __future__ import annotations

from sqlalchemy import text

from shopify_app.db import Database

ROWS_LOOKED_AT = 1000
"""Of each index: milliseconds for a database of half a gigabyte, so nobody waits for the writer's place."""


def count_rows(database: Database) -> None:
    """SQLite plans by what was counted last. Whoever is connected plans by it from the next statement on: they read the
    counts again when the schema has changed, and giving up the old table changes it. PostgreSQL counts by itself, a
    minute after much was written (autovacuum).

    Source: sqlite.org/lang_analyze.html, "Approximate ANALYZE For Large Databases"; sqlite.org/fileformat2.html,
    "The sqlite_stat1 Table" (an application may drop it).
    """
    if database.engine.dialect.name != "sqlite":
        return
    with database.write() as session:
        session.execute(text(f"PRAGMA analysis_limit={ROWS_LOOKED_AT}"))
        session.execute(text("DROP TABLE IF EXISTS sqlite_stat1"))
        session.execute(text("ANALYZE"))
