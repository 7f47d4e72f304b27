"""Evidence files beside a check sheet: the folder comes from other hands, and only plain files of it are taken."""

import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from connectors.sheets.errors import BadValueError, SheetTooLargeError
from pipeline.home.evidence import MAX_BYTES

MAX_FILES = 500
MAX_SUM_BYTES = 4 * 1024**3
_REMEDY = "put the file itself into the folder of the sheet, and write its name"


def file_checker(folder: Path) -> Callable[[str], None]:
    """Return what refuses a name that is no plain file of the folder; it raises `BadValueError`.

    Links are refused wherever they lead: what they show may lie outside the folder.
    """

    def check(name: str) -> None:
        if Path(name).name != name:
            raise BadValueError("is no file beside the sheet", _REMEDY)
        try:
            found = (folder / name).lstat()
        except (OSError, ValueError):
            raise BadValueError("is no file beside the sheet", _REMEDY) from None
        if not stat.S_ISREG(found.st_mode):
            raise BadValueError("is a link or a folder, and no file beside the sheet", _REMEDY)
        if found.st_size > MAX_BYTES:
            raise BadValueError(f"is larger than {MAX_BYTES // 1024**2} MB", "hand in a smaller copy")

    return check


def refuse_too_much(path: Path, names: Iterable[str]) -> None:
    """Refuse a sheet with more evidence than one sheet may bring, before any of it is read."""
    files = set(names)
    if len(files) > MAX_FILES:
        raise SheetTooLargeError(
            path, f"names {len(files)} evidence files, {MAX_FILES} are taken at once", "split the sheet"
        )
    if sum((path.parent / name).lstat().st_size for name in files) > MAX_SUM_BYTES:
        raise SheetTooLargeError(
            path,
            f"brings more than {MAX_SUM_BYTES // 1024**3} GB of evidence",
            "split the sheet, or hand in smaller copies",
        )
