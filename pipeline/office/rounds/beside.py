"""Evidence files beside a check sheet: the folder comes from other hands, and only plain files of it are taken."""

import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from connectors.sheets.errors import BadValueError, SheetTooLargeError
from events.messages import message
from pipeline.home.evidence import MAX_BYTES

MAX_FILES = 500
MAX_SUM_BYTES = 4 * 1024**3
_REMEDY = message("put the file itself into the folder of the sheet, and write its name")


def file_checker(folder: Path) -> Callable[[str], None]:
    """Return what refuses a name that is no plain file of the folder; it raises `BadValueError`.

    Links are refused wherever they lead: what they show may lie outside the folder.
    """

    def check(name: str) -> None:
        if Path(name).name != name:
            raise BadValueError(message("is no file beside the sheet"), _REMEDY)
        try:
            found = (folder / name).lstat()
        except (OSError, ValueError):
            raise BadValueError(message("is no file beside the sheet"), _REMEDY) from None
        if not stat.S_ISREG(found.st_mode):
            raise BadValueError(message("is a link or a folder, and no file beside the sheet"), _REMEDY)
        if found.st_size > MAX_BYTES:
            raise BadValueError(
                message("is larger than {max_bytes} MB", max_bytes=MAX_BYTES // 1024**2),
                message("hand in a smaller copy"),
            )

    return check


def refuse_too_much(path: Path, names: Iterable[str]) -> None:
    """Refuse a sheet with more evidence than one sheet may bring, before any of it is read."""
    files = set(names)
    if len(files) > MAX_FILES:
        raise SheetTooLargeError(
            path,
            message(
                "names {files_count} evidence files, {max_files} are taken at once",
                files_count=len(files),
                max_files=MAX_FILES,
            ),
            message("split the sheet"),
        )
    if sum((path.parent / name).lstat().st_size for name in files) > MAX_SUM_BYTES:
        raise SheetTooLargeError(
            path,
            message(
                "brings more than {max_sum_bytes} GB of evidence", max_sum_bytes=MAX_SUM_BYTES // 1024**3
            ),
            message("split the sheet, or hand in smaller copies"),
        )
