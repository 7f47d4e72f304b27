"""Export: all that a home holds, as a folder that another home can take in (`xuncha export`)."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from clickhouse_connect.driver.client import Client

from connectors.history.copies import RECORDS, Stretch, record_pages, stretches
from connectors.history.lanes import stored_ends
from connectors.history.round_copies import RUNS, VERDICT_ROWS, read_runs, verdict_pages
from connectors.log.memory_copies import seen_pages, values_of
from connectors.log.port import DERIVED, Log
from connectors.transfer.folder import FolderError, NewFolder
from connectors.transfer.manifest import Life, Manifest
from events.fields import marked
from events.instants import local_iso
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.evidence import evidence_files
from pipeline.home.failpoints import fail_point
from pipeline.home.folder import Home
from pipeline.home.progress import Progress
from pipeline.home.workspace import open_workspace
from pipeline.upkeep.transfer.tables import (
    EVIDENCE,
    EVIDENCE_FILE,
    KEPT_VALUES,
    LETTERS,
    LETTERS_FILE,
    RULESETS,
    RULESETS_FILE,
    RUNS_FILE,
    SEEN,
    SEEN_FILE,
    VALUES,
    VALUES_FILE,
    letters_table,
    records_file,
    round_file,
)

_INSTANT = pa.timestamp("us", "UTC")
_WAIT_S = 120.0
_POLL_S = 0.1


class Exported(msgspec.Struct, frozen=True):
    """What an export holds."""

    records: int
    rounds: int
    lives: tuple[Life, ...]
    records_left_out: int = 0  # recorded later than was asked for
    rounds_left_out: int = 0


def export_home(
    home: Home, path: Path, *, from_history: bool = False, until: datetime | None = None
) -> Exported:
    """Write all that a home holds into a new folder, whole or not at all.

    The records are those of the history, which is brought up to the end of the log before. `from_history` asks the
    history alone, for a log that is lost; memory and dead letters of the connectors are left out then: they may know of
    facts that were lost with the log. `until` leaves out what was recorded later, and rounds that knew of it: for a log
    that a wrong clock has written to. Memory is left out then, too, and on Kafka the history is taken as it is, for
    sinks stop before such a record.

    1. What the connectors remember is copied first, so that it knows of no fact that is not in the export.
    2. The history catches up, and the end of every partition is settled; what comes later is not in the export.
    3. Every life of the log, every round, and the evidence files that their findings name.
    4. The manifest, and the folder gets its name.
    """
    try:
        folder = NewFolder(path)
        _export_rulesets(folder, home)
        if from_history or (until is not None and home.cluster is not None):
            with home.history(unfilled=from_history) as (client, _):
                return _export_history(home, folder, client, from_history=from_history, until=until)
        with open_workspace(home) as workspace:
            if until is not None:
                return _export_history(home, folder, workspace.client, from_history=False, until=until)
            _export_memory(folder, workspace.log)
            workspace.catch_up()
            _await_derived(workspace.log, workspace.client)
            return _export_history(home, folder, workspace.client, from_history=False, until=None)
    except FolderError as e:
        raise UsageError(marked(e)) from None


def _export_rulesets(folder: NewFolder, home: Home) -> None:
    """Add the rulesets that the home has of its own: its rounds are proved with them."""
    files = sorted((home.path / "rulesets").glob("*.toml"))
    folder.add(RULESETS_FILE, RULESETS, [_rows(RULESETS, [(f.name, f.read_bytes()) for f in files])])


def _export_evidence(folder: NewFolder, home: Home) -> None:
    """Add the evidence files as they are: one that was changed is found changed in the new home, too."""
    files = (_rows(EVIDENCE, [(f.name, f.read_bytes())]) for f in evidence_files(home))
    folder.add(EVIDENCE_FILE, EVIDENCE, files)


def _export_memory(folder: NewFolder, log: Log) -> None:
    folder.add(VALUES_FILE, VALUES, [_rows(VALUES, values_of(log.db, KEPT_VALUES))])
    folder.add(SEEN_FILE, SEEN, (_rows(SEEN, page) for page in seen_pages(log.db)))
    folder.add(LETTERS_FILE, LETTERS, [letters_table(log.letters())])


def _await_derived(log: Log, client: Client) -> None:
    """Wait until the history holds the derived events, too: they tell who was told what."""
    ends = log.end_offsets(DERIVED)
    deadline = time.monotonic() + _WAIT_S
    while True:
        stored = stored_ends(client, DERIVED)
        waiting = (log.read(DERIVED, p, stored.get(p, 0), 1) for p in range(log.partitions))
        if all(not records or records[0].offset >= ends[records[0].partition] for records in waiting):
            return
        if time.monotonic() > deadline:
            raise UsageError(
                message(
                    "the history did not take the derived events in within {wait_s:.0f} s; is its"
                    " sink running?",
                    wait_s=_WAIT_S,
                )
            )
        time.sleep(_POLL_S)


def _export_history(
    home: Home, folder: NewFolder, client: Client, *, from_history: bool, until: datetime | None
) -> Exported:
    found, there = stretches(client, until), sum(s.rows for s in stretches(client))
    if not found:
        of = "" if until is None else message(" of what was recorded by {until}", until=local_iso(until))
        raise UsageError(message("the history is empty{of}; there is nothing to export", of=of))
    records = _export_records(folder, client, found)
    runs = read_runs(client)
    kept = (
        runs
        if until is None
        else runs.filter(pc.less_equal(runs.column("known_at"), pa.scalar(until, _INSTANT)))
    )
    rounds = _export_rounds(folder, client, kept)
    _export_evidence(folder, home)
    lives = _lives(found)
    manifest = Manifest(made_at=datetime.now(UTC), from_history=from_history, lives=lives, files=())
    folder.seal(manifest, fail_point=fail_point)
    left_out = (there - records, int(runs.num_rows) - rounds) if until is not None else (0, 0)
    return Exported(records, rounds, lives, *left_out)


def _export_records(folder: NewFolder, client: Client, found: Sequence[Stretch]) -> int:
    total = sum(s.rows for s in found)
    with Progress("导出记录 records", total) as progress:
        for s in found:
            name = records_file(s.topic, s.incarnation, s.partition)
            rows = folder.add(name, RECORDS, _counted(record_pages(client, s), progress.add))
            if rows != s.rows:
                raise UsageError(
                    message(
                        "the history holds {rows} rows of {topic} partition {partition}, of which"
                        " {rows_2} can be read in order; it is damaged: make it anew from the log",
                        rows=s.rows,
                        topic=s.topic,
                        partition=s.partition,
                        rows_2=rows,
                    )
                )
    return total


def _export_rounds(folder: NewFolder, client: Client, runs: pa.Table) -> int:
    folder.add(RUNS_FILE, RUNS, [runs])
    with Progress("导出考核 rounds", runs.num_rows) as progress:
        for run in runs.column("run_id").to_pylist():
            run_id = UUID(bytes=run)
            folder.add(round_file(str(run_id)), VERDICT_ROWS, verdict_pages(client, run_id))
            progress.add(1)
    return int(runs.num_rows)


def _lives(found: Sequence[Stretch]) -> tuple[Life, ...]:
    lives: dict[tuple[str, str], Life] = {}
    for s in found:
        known = lives.get((s.topic, s.incarnation), Life(s.topic, s.incarnation, 0, 0))
        lives[s.topic, s.incarnation] = Life(
            s.topic,
            s.incarnation,
            max(known.partitions, s.partition + 1),
            max(known.last_recorded_at, s.last_recorded_at),
        )
    return tuple(lives.values())


def _counted(pages: Iterator[pa.Table], progress: Callable[[int], None]) -> Iterator[pa.Table]:
    for page in pages:
        yield page
        progress(page.num_rows)


def _rows(schema: pa.Schema, rows: Sequence[tuple[object, ...]]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [[] for _ in schema]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
