"""Evidence beside a check sheet: bounded before any of it is read."""

import pytest

from connectors.sheets.errors import BadValueError, SheetTooLargeError
from pipeline.home.evidence import MAX_BYTES
from pipeline.office.rounds.beside import MAX_FILES, MAX_SUM_BYTES, file_checker, refuse_too_much


def sparse(path, size):
    """Make a file of a size that takes no room on the disk."""
    with path.open("wb") as file:
        file.truncate(size)
    return path.name


def test_a_file_above_the_bound_is_refused_by_its_size(tmp_path):
    """At the bound it is taken; one byte more is refused, and what it holds is never read."""
    check = file_checker(tmp_path)
    check(sparse(tmp_path / "film.mp4", MAX_BYTES))
    with pytest.raises(BadValueError, match="is larger than 200 MB"):
        check(sparse(tmp_path / "film.mp4", MAX_BYTES + 1))


@pytest.mark.parametrize("name", ["../1.png", "/etc/passwd", "..", ".", "2.png", "a" * 300, "1\x00.png"])
def test_a_name_that_is_no_file_of_the_folder_is_refused(tmp_path, name):
    """A path that leads elsewhere is none, whatever lies there."""
    (tmp_path / "sheets").mkdir()
    (tmp_path / "1.png").write_bytes(b"picture")
    with pytest.raises(BadValueError, match="no file beside the sheet"):
        file_checker(tmp_path / "sheets")(name)


def test_the_number_of_files_of_a_sheet_is_bounded(tmp_path):
    """A file that several rows name counts once."""
    sheet = tmp_path / "sheet.xlsx"
    names = [sparse(tmp_path / f"{n}.png", 1) for n in range(MAX_FILES)]
    refuse_too_much(sheet, [*names, *names])
    with pytest.raises(SheetTooLargeError, match="501 evidence files, 500 are taken"):
        refuse_too_much(sheet, [*names, "more.png"])


def test_the_sum_of_the_sizes_of_a_sheet_is_bounded(tmp_path):
    """Files that are small enough one by one may be too much together."""
    sheet = tmp_path / "sheet.xlsx"
    names = [sparse(tmp_path / f"{n}.mp4", MAX_BYTES) for n in range(MAX_SUM_BYTES // MAX_BYTES + 1)]
    refuse_too_much(sheet, names[:-1])
    with pytest.raises(SheetTooLargeError, match="more than 4 GB of evidence"):
        refuse_too_much(sheet, names)
