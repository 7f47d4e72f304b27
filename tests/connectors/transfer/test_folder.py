"""The folder of an export: whole or not there, and nothing of it is trusted unseen."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from connectors.transfer.folder import MANIFEST, Folder, FolderError, NewFolder
from connectors.transfer.manifest import Life, Manifest

SCHEMA = pa.schema([("n", pa.int64())])


def a_table(*numbers: int) -> pa.Table:
    return pa.table({"n": pa.array(numbers, pa.int64())}, schema=SCHEMA)


def write(path: Path, *tables: pa.Table) -> Manifest:
    folder = NewFolder(path)
    folder.add("numbers.parquet", SCHEMA, tables)
    lives = (Life("facts", "abc", 4, 7),)
    manifest = Manifest(made_at=datetime.now(UTC), from_history=False, lives=lives, files=())
    return folder.seal(manifest, fail_point=lambda _: None)


@pytest.fixture
def path(tmp_path):
    write(tmp_path / "export", a_table(1, 2), a_table(3))
    return tmp_path / "export"


def check(path: Path) -> None:
    Folder(path).check(lambda _: None)


def test_what_was_written_is_read(path):
    """Rows in their order, and the manifest with a line for each file."""
    folder = Folder(path)
    check(path)
    assert [1, 2, 3] == [
        n for t in folder.tables("numbers.parquet", SCHEMA) for n in t.column("n").to_pylist()
    ]
    assert [("numbers.parquet", 3)] == [(f.name, f.rows) for f in folder.manifest.files]
    assert [] == list(folder.tables("others.parquet", SCHEMA))


def test_an_export_that_was_cut_off_is_no_folder(tmp_path):
    """Until the manifest is written nothing has the name, and the next export begins anew."""
    cut_off = NewFolder(tmp_path / "export")
    cut_off.add("numbers.parquet", SCHEMA, [a_table(9)])
    assert not (tmp_path / "export").exists()
    write(tmp_path / "export", a_table(1))
    assert ["export"] == [p.name for p in tmp_path.iterdir()]
    assert 1 == Folder(tmp_path / "export").manifest.files[0].rows


def test_an_export_is_not_written_over(path):
    """A folder that exists is left as it is."""
    with pytest.raises(FolderError, match="exists already"):
        NewFolder(path)


def test_a_changed_byte_is_found(path):
    """The file is named, before anything was used."""
    file = path / "numbers.parquet"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(FolderError, match=r"numbers\.parquet is not what was exported"):
        check(path)


def test_a_missing_file_is_found(path):
    """A copy of the folder may have been cut off."""
    (path / "numbers.parquet").unlink()
    with pytest.raises(FolderError, match=r"numbers\.parquet is missing"):
        check(path)


@pytest.mark.parametrize(
    ("text", "says"), [(b"{", "export again"), (b"{}", "export again"), (None, "no export")]
)
def test_a_folder_without_a_manifest_is_no_export(path, text, says):
    """Nor is one whose manifest is cut off."""
    (path / MANIFEST).unlink()
    if text is not None:
        (path / MANIFEST).write_bytes(text)
    with pytest.raises(FolderError, match=says):
        Folder(path)


def test_another_format_is_not_guessed_at(path):
    """A later release may mean other things by the same names."""
    manifest = (path / MANIFEST).read_text("utf-8").replace('"format": 1', '"format": 2')
    (path / MANIFEST).write_text(manifest, "utf-8")
    with pytest.raises(FolderError, match="format 2"):
        Folder(path)


def test_a_file_of_other_columns_is_refused(path):
    """Even one that has the right hash."""
    with pytest.raises(FolderError, match=r"numbers\.parquet holds 3 rows of n"):
        list(Folder(path).tables("numbers.parquet", pa.schema([("m", pa.int64())])))
