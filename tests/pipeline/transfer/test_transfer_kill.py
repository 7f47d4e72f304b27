"""kill -9 between the durable steps of an export and an import: done again, they end like undisturbed ones."""

import re
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.program import ROOT, asked, done, process, rows
from tests.pipeline.transfer.moving import scored, told

EXPORT = ("export.before_rename",)
IMPORT = (
    "import.after_page",
    "import.after_page:2",
    "import.before_run",
    "import.after_memory",
    "import.after_told",
    "import.before_chunk",
    "import.after_chunk",
)
"""Every point in the order in which an import comes to them."""

COUNTS = (
    "SELECT topic, partition, incarnation, count() AS n, sum(repeats) AS r FROM records"
    " GROUP BY topic, partition, incarnation"
)
TABLES = ("posts", "post_voids", "looks", "occasional_records", "verdict_rows", "runs")


def result(home: Path, old: str) -> dict[str, Any]:
    """Return what an import leaves, without the new life's own name."""
    stored = [{**row, "incarnation": row["incarnation"] == old} for row in rows(home, "sql", COUNTS)]
    return {
        "stored": sorted(stored, key=str),
        **{t: rows(home, "sql", f"SELECT count() AS n FROM {t}") for t in TABLES},
        "letters": [(row["place"], row["reason"]) for row in rows(home, "dead-letters")],
        "told": told(home),
        "alerts": [{k: v for k, v in row.items() if k != "recorded_at"} for row in rows(home, "alerts")],
    }


def imported(home: Path, export: Path, old: str) -> dict[str, Any]:
    """Finish an import, let the home work, and return what there is."""
    done(home, "import", export)
    done(home, "run", "--until-idle")
    return result(home, old)


@pytest.mark.slow
def test_a_kill_between_two_durable_steps_changes_nothing(city, tmp_path):
    """Killed at one point after another and started again each time, nothing is lost or doubled."""
    run = scored(city)
    export = tmp_path / "export"
    for point in EXPORT:
        killed = process(city, "export", export, env={"XUNCHA_FAIL_POINT": point})
        assert -signal.SIGKILL == killed.status, killed.err
        assert not export.exists()
    done(city, "export", export)
    old = rows(city, "sql", "SELECT DISTINCT incarnation FROM records")[0]["incarnation"]

    for name in ("undisturbed", "killed"):
        done(tmp_path / name, "init", "--partitions", 3)
    undisturbed = imported(tmp_path / "undisturbed", export, old)
    home = tmp_path / "killed"
    for point in IMPORT:
        killed = process(home, "import", export, env={"XUNCHA_FAIL_POINT": point})
        assert -signal.SIGKILL == killed.status, f"{point} was never passed: {killed.err}"
    assert undisturbed == imported(home, export, old)
    assert asked(home, "verify", run["run_id"])["holds"]
    assert run["digest"] == scored(home)["digest"]


def test_every_fail_point_of_a_transfer_is_killed_at():
    """A new one has to be added to the lists above."""
    rooms = ("connectors/transfer", "pipeline/upkeep/transfer")
    sources = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    named = re.compile(r"fail_point\(\s*\"([a-z_.]+)\"")
    found = {name for path in sources for name in named.findall(path.read_text("utf-8"))}
    assert found == {point.partition(":")[0] for point in (*EXPORT, *IMPORT)}
