"""What must be the same after a home has moved."""

from pathlib import Path
from typing import Any

from tests.pipeline import small_city as c
from tests.pipeline.program import asked, done, rows

FACTS_SQL = (
    "SELECT DISTINCT toString(id) AS id, type, subject, toString(time) AS time, data FROM records"
    " WHERE topic = 'facts' AND type != 'log.marked' ORDER BY id"
)


def scored(home: Path, *options: object) -> dict[str, Any]:
    """Score the small city at its check point."""
    found: dict[str, Any] = asked(home, *options, "score", "--check-point", c.CHECK_POINT)
    return found


def exported(home: Path, folder: Path, *options: object) -> Path:
    """Export a home into a new folder."""
    done(home, "export", folder, *options)
    return folder


def told(home: Path) -> list[str]:
    """Return the lines of the file of alerts."""
    path = home / "alerts.jsonl"
    return path.read_text("utf-8").splitlines() if path.exists() else []


def facts(home: Path, *options: object) -> list[dict[str, Any]]:
    return rows(home, *options, "sql", FACTS_SQL)
