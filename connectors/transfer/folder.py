"""The folder of an export: Parquet files and a manifest, written whole or not at all, checked before it is used."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from connectors.transfer.manifest import FORMAT, File, Manifest
from events.messages import joined, message

MANIFEST = "manifest.json"
GROUP_ROWS = 8_192
"""Rows that a reader holds at a time; one reader stands in each partition of a log."""

_BLOCK_BYTES = 1 << 20


class FolderError(Exception):
    """A folder that is no whole export, or where none can be made; says which file and row, and what to do."""


class NewFolder:
    """An export under way: it has a name of its own until it is whole, and is made anew if it was cut off."""

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise FolderError(message("{path} exists already; name a folder that does not", path=path))
        self.path = path
        self._partial = path.with_name(f"{path.name}.partial")
        self._files: list[File] = []
        try:
            shutil.rmtree(self._partial, ignore_errors=True)
            self._partial.mkdir(mode=0o700, parents=True)
        except OSError as e:
            raise FolderError(
                message(
                    "{path} cannot be made: {strerror}; name a folder that can",
                    path=path,
                    strerror=e.strerror,
                )
            ) from None

    def add(self, name: str, schema: pa.Schema, tables: Iterable[pa.Table]) -> int:
        """Write tables of one schema as a file; returns the number of rows."""
        path = self._partial / name
        rows = 0
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for table in tables:
                writer.write_table(table, row_group_size=GROUP_ROWS)
                rows += table.num_rows
        _sync(path)
        self._files.append(File(name, rows, _sha256(path)))
        return rows

    def seal(self, manifest: Manifest, *, fail_point: Callable[[str], None]) -> Manifest:
        """Add the manifest with the files that were written, and give the folder its name."""
        whole = msgspec.structs.replace(manifest, files=tuple(self._files))
        path = self._partial / MANIFEST
        path.write_bytes(msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n")
        _sync(path)
        _sync(self._partial)
        fail_point("export.before_rename")
        self._partial.rename(self.path)
        _sync(self.path.parent)
        return whole


class Folder:
    """An export that is whole, as far as its manifest says; `check` reads every byte of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self.manifest = msgspec.json.decode((path / MANIFEST).read_bytes(), type=Manifest)
        except OSError:
            raise FolderError(
                message(
                    "{path} has no {manifest}: it is no export, or one that was cut off; export again",
                    path=path,
                    manifest=MANIFEST,
                )
            ) from None
        except (msgspec.MsgspecError, UnicodeDecodeError) as e:
            raise FolderError(
                message("{path}: {error}; export again", path=path / MANIFEST, error=e)
            ) from None
        if self.manifest.format != FORMAT:
            raise FolderError(
                message(
                    "{path}: format {format}, and this release reads {format_2}; import with the"
                    " release that made it",
                    path=path / MANIFEST,
                    format=self.manifest.format,
                    format_2=FORMAT,
                )
            )
        self._files = {file.name: file for file in self.manifest.files}

    def check(self, progress: Callable[[int], None]) -> None:
        """Compare every file with its hash in the manifest; raises `FolderError` before anything was used."""
        for file in self.manifest.files:
            path = self._path / file.name
            if not path.is_file():
                raise FolderError(
                    message("{path} is missing; copy the folder again, or export again", path=path)
                )
            if _sha256(path) != file.sha256:
                raise FolderError(
                    message(
                        "{path} is not what was exported: its hash differs; copy the folder again, or"
                        " export again",
                        path=path,
                    )
                )
            progress(1)

    def file(self, name: str) -> File | None:
        """Return what the manifest says of a file, None where it has none of this name."""
        return self._files.get(name)

    def columns(self, name: str) -> list[str]:
        """Return the names of the columns of a file, none where the export has no such file."""
        if name not in self._files:
            return []
        with pq.ParquetFile(self._path / name) as parquet:
            return list(parquet.schema_arrow.names)

    def place(self, name: str, row: int) -> str:
        """Return where a row stands, for messages."""
        return f"{self._path / name} row {row + 1}"

    def tables(
        self, name: str, schema: pa.Schema, *, columns: Sequence[str] | None = None, added: Sequence[str] = ()
    ) -> Iterator[pa.Table]:
        """Yield the rows of a file, some at a time; nothing where the export has no such file.

        `added` names texts at the end of the schema that an export of an earlier release lacks: there they are empty.
        """
        file = self._files.get(name)
        if file is None:
            return
        with pq.ParquetFile(self._path / name) as parquet:
            before = pa.schema([f for f in schema if f.name not in added])
            lacking = [f for f in schema if f.name in added] if parquet.schema_arrow == before else []
            if (parquet.schema_arrow != schema and not lacking) or parquet.metadata.num_rows != file.rows:
                raise FolderError(
                    message(
                        "{path} holds {num_rows} rows of {names}; wanted are {rows} of {schema_names}",
                        path=self._path / name,
                        num_rows=parquet.metadata.num_rows,
                        names=joined(", ", parquet.schema_arrow.names),
                        rows=file.rows,
                        schema_names=joined(", ", schema.names),
                    )
                )
            for batch in parquet.iter_batches(GROUP_ROWS, columns=columns):
                table = pa.Table.from_batches([batch])
                for column in lacking if columns is None else ():
                    table = table.append_column(column, pa.array([""] * table.num_rows, column.type))
                yield table


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _sync(path: Path) -> None:
    """Force a file, or the names in a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
