"""What a home remembers beside a log: values by name, in the same file and transactions as its other tables."""

import sqlite3


class Memory:
    """Values by name in the tables of `connectors.log.schema`."""

    db: sqlite3.Connection

    def meta(self, key: str) -> str | None:
        """Return a value, None where there is none."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def metas(self, prefix: str) -> dict[str, str]:
        """Return what is kept under all keys that begin so."""
        rows = self.db.execute(
            "SELECT key, value FROM meta WHERE key >= ? AND key < ?", (prefix, f"{prefix}\U0010ffff")
        )
        return dict(rows.fetchall())

    def set_meta(self, key: str, value: str) -> None:
        """Keep a value, inside a transaction of the caller."""
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def drop_meta(self, key: str) -> None:
        """Forget a value, inside a transaction of the caller; one that is not there is no error."""
        self.db.execute("DELETE FROM meta WHERE key = ?", (key,))
