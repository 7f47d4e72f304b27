"""The past of an imported home: rows of the history under the lives they had, and the rounds that were scored."""

from collections.abc import Collection, Iterator
from uuid import UUID

import msgspec
import pyarrow as pa
from clickhouse_connect.driver.client import Client

from connectors.history.client import HistoryError
from connectors.history.copies import ORIGIN, RECORDS, beginning, insert_tables, rows_held, stretches
from connectors.history.round_copies import RUNS, VERDICT_ROWS
from connectors.history.rounds import load_run
from connectors.transfer.folder import Folder
from connectors.transfer.manifest import File
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.progress import Progress
from pipeline.upkeep.transfer.tables import RUNS_FILE, records_file, round_file


class Missing(msgspec.Struct, frozen=True):
    """What the history lacks of an export."""

    records: list[tuple[File, int]]  # files that are not stored to their end, with the rows that are
    runs: list[UUID]

    def __bool__(self) -> bool:
        return bool(self.records or self.runs)


def find_missing(client: Client, folder: Folder, own: Collection[str]) -> Missing:
    """Compare an export with the history; raises `HistoryError` where other rows stand in the same places.

    `own` are the lives of the topics that go on; behind the rows of the export more of them may stand. Raises
    `UsageError` where rows are missing and those of another log stand there: the old ones have to come first.
    """
    lives = folder.manifest.lives
    stored = {(s.topic, s.incarnation, s.partition): s for s in stretches(client)}
    records = []
    for life in lives:
        for partition in range(life.partitions):
            file = folder.file(records_file(life.topic, life.incarnation, partition))
            if file is None:
                continue
            stretch = stored.get((life.topic, life.incarnation, partition))
            if stretch is not None and life.incarnation in own:
                stretch = beginning(client, stretch, _last_offset(folder, file))
            places = folder.tables(file.name, RECORDS, columns=["offset", "id"], added=ORIGIN)
            held = rows_held(stretch, places, file.name)
            if held < file.rows:
                records.append((file, held))
    others = {key[:2] for key in stored} - {(life.topic, life.incarnation) for life in lives}
    if records and others:
        topic, incarnation = min(others)
        raise UsageError(
            message(
                "the history holds {topic} of another log already ({incarnation}), and lacks"
                " {records_count} files of the export; old rows come before new ones, so import"
                " into a home with a history of its own",
                topic=topic,
                incarnation=incarnation,
                records_count=len(records),
            )
        )
    return Missing(records, [run_id for run_id in _run_ids(folder) if load_run(client, run_id) is None])


def store_records(client: Client, folder: Folder, missing: Missing, own: Collection[str]) -> int:
    """Store the rows that are missing, in the order of the lives; returns how many."""
    total = sum(file.rows - held for file, held in missing.records)
    with Progress("写入历史 history", total) as progress:

        def stored(rows: int) -> None:
            fail_point("import.after_page")
            progress.add(rows)

        for file, held in missing.records:
            tables = _from_row(folder.tables(file.name, RECORDS, added=ORIGIN), held)
            insert_tables(client, "records", tables, f"import/{file.sha256}/{held}", stored=stored)
    left = find_missing(client, folder, own).records
    if left:
        file, held = left[0]
        raise HistoryError(
            message("{name}: sent {rows} rows, {held} stored", name=file.name, rows=file.rows, held=held)
        )
    return total


def store_rounds(client: Client, folder: Folder, missing: Missing) -> int:
    """Store the rounds that are missing, rows first, the manifest last; returns how many."""
    with Progress("写入考核 rounds", len(missing.runs)) as progress:
        for table in folder.tables(RUNS_FILE, RUNS):
            for number, packed in enumerate(table.column("run_id").to_pylist()):
                run_id = UUID(bytes=packed)
                if run_id in missing.runs:
                    _store_round(client, folder, run_id, table.slice(number, 1))
                    progress.add(1)
    return len(missing.runs)


def _store_round(client: Client, folder: Folder, run_id: UUID, run: pa.Table) -> None:
    name = round_file(str(run_id))
    file = folder.file(name)
    if file is not None:
        rows = folder.tables(name, VERDICT_ROWS)
        insert_tables(client, "verdict_rows", rows, f"import/{file.sha256}", stored=_nothing)
    fail_point("import.before_run")
    insert_tables(client, "runs", [run], f"import/run/{run_id}", stored=_nothing)


def _run_ids(folder: Folder) -> Iterator[UUID]:
    for table in folder.tables(RUNS_FILE, RUNS, columns=["run_id"]):
        for packed in table.column("run_id").to_pylist():
            yield UUID(bytes=packed)


def _last_offset(folder: Folder, file: File) -> int:
    last = 0
    for table in folder.tables(file.name, RECORDS, columns=["offset"], added=ORIGIN):
        last = table.column("offset")[-1].as_py()
    return last


def _from_row(tables: Iterator[pa.Table], begin: int) -> Iterator[pa.Table]:
    for table in tables:
        if begin < table.num_rows:
            yield table.slice(begin)
        begin = max(begin - table.num_rows, 0)


def _nothing(rows: int) -> None:
    del rows
