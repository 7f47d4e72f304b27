"""A folder, and an archive that is one, are read one level deep; what is left out is named."""

import zipfile

from connectors.papers.folder import MAX_FILES, files_at


def reasons(handed):
    return {file.name: file.left_out.code for file in handed if file.left_out}


def test_a_folder_is_read_one_level_deep(tmp_path):
    """Hidden files, locks of Office and folders below are named and left out."""
    (tmp_path / "台账.csv").write_text("序号\n")
    (tmp_path / "~$台账.xlsx").write_bytes(b"x")
    (tmp_path / ".DS_Store").write_bytes(b"x")
    (tmp_path / "旧").mkdir()
    (tmp_path / "旧" / "a.csv").write_text("a\n")
    handed = files_at(tmp_path)
    assert [file.name for file in handed if file.left_out is None] == ["台账.csv"]
    assert reasons(handed) == {"~$台账.xlsx": "lock_file", ".DS_Store": "hidden_file", "旧": "too_deep"}


def test_an_archive_of_papers_is_a_folder(tmp_path):
    """Names that a Chinese program wrote without the mark of UTF-8 come back as they were."""
    path = tmp_path / "报送.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("台账.csv", "序号\n")
        archive.writestr("ABCD.csv", "b\n")
        archive.writestr("下级/a.csv", "a\n")
    path.write_bytes(path.read_bytes().replace(b"ABCD.csv", "周报".encode("gb18030") + b".csv"))
    handed = files_at(path)
    assert [file.name for file in handed if file.left_out is None] == ["台账.csv", "周报.csv"]
    assert reasons(handed) == {"下级/a.csv": "too_deep"}


def test_a_workbook_is_a_file_and_no_folder(write_xlsx):
    """Every .xlsx is an archive, too."""
    path = write_xlsx(["序号"], name="台账.xlsx")
    (file,) = files_at(path)
    assert (file.name, file.content, file.left_out) == ("台账.xlsx", path.read_bytes(), None)


def test_an_archive_beyond_bounds_is_refused_whole(tmp_path):
    """A thousand files and no more."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(MAX_FILES + 1):
            archive.writestr(f"{number}.csv", "")
    assert reasons(files_at(path)) == {"a.zip": "too_large"}


def test_what_cannot_be_read_is_told(tmp_path):
    """A path that is not there and an archive that is cut off carry a reason."""
    cut = tmp_path / "b.zip"
    cut.write_bytes(b"PK\x03\x04 and no more")
    assert reasons(files_at(tmp_path / "none.csv")) == {"none.csv": "damaged"}
    assert reasons(files_at(cut)) == {"b.zip": "damaged"}
