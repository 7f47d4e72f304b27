"""Files that come with an answer, and the day on which one came on paper."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from litestar import Response

from events.evidence import Evidence
from events.instants import SHANGHAI
from pipeline.access.users import Role
from pipeline.console.hands import has
from pipeline.console.pages.bulletin_words import read_day
from pipeline.console.visit import Visit

FILE_KINDS = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".doc": "application/msword",
    ".wps": "application/octet-stream",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
}
"""What is taken, by ending."""
_ENDINGS = {kind: ending for ending, kind in reversed(FILE_KINDS.items())}
_MOST_FILES, _MOST_BYTES = 10, 20 << 20


def wrong_files(visit: Visit) -> str:
    """Return what is wrong with the files of a form, empty where nothing is."""
    files = visit.form.files
    if len(files) > _MOST_FILES:
        return f"一次最多 {_MOST_FILES} 个文件"
    for file in files:
        if Path(file.name).suffix.lower() not in FILE_KINDS:
            return f"“{file.name}”不是可以收的文件；请用 PDF、Word、Excel 或图片"
        if len(file.content) > _MOST_BYTES:
            return f"“{file.name}”过大，每个文件不超过 {_MOST_BYTES >> 20} 兆"
    return ""


def stored_files(folder: Path, visit: Visit) -> tuple[Path, ...]:
    """Write the files of a form into a folder, where a service reads them; of their names the endings stay."""
    paths = []
    for number, file in enumerate(visit.form.files):
        path = folder / f"{number}{Path(file.name).suffix.lower()}"
        path.write_bytes(file.content)
        paths.append(path)
    return tuple(paths)


def received_on(visit: Visit) -> tuple[datetime | None, str]:
    """Return when an answer came that a clerk enters from paper, None for now; and what is wrong about it."""
    if not visit.form.text("on") or not has(visit, Role.CLERK):
        return None, ""
    on = read_day(visit.form.text("on"))
    if on is None:
        return None, "收到日期这样写：2027-01-08，或2027年1月8日"
    return min(_end_of(on), datetime.now(UTC)), ""


def given_file(visit: Visit, evidence: Evidence, content: bytes, name: str) -> Response[bytes]:
    """Answer with a file as it was handed in, under a name of ours; a browser keeps it and does not show it."""
    kind = evidence.media_type if evidence.media_type in _ENDINGS else "application/octet-stream"
    return visit.original(content, f"{name}{_ENDINGS.get(kind, '.bin')}", kind)


def _end_of(on: date) -> datetime:
    """Return the end of a day that a paper came on; nothing says at which hour."""
    return datetime.combine(on + timedelta(days=1), time(), SHANGHAI).astimezone(UTC) - timedelta(seconds=1)
