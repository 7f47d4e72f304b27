"""Texts out of files that somebody hands in for reading: sheets with titles, documents, pages, pictures, recordings.

What is read stays in memory. A picture or recording goes through the command that the settings name for it.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.fields import RowFields
from connectors.sheets.files import read_file
from connectors.sheets.kinds.shared import ACCOUNT
from connectors.sheets.reading import read_rows
from connectors.sheets.rows import AccountRef
from connectors.wording.commands import CommandError, text_of
from events.fields import marked
from events.messages import message
from events.wording import Where
from pipeline.home.settings import ReadingReview
from pipeline.office.document_texts import DOCUMENTS, MAX_BYTES, NotReadError, document_text

SHEETS = frozenset({".xlsx", ".csv"})
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".gif", ".tif", ".tiff"})
RECORDINGS = frozenset({".mp3", ".wav", ".m4a", ".aac", ".flac", ".ogg", ".mp4", ".mov", ".mkv", ".avi"})
READ = SHEETS | PICTURES | RECORDINGS | DOCUMENTS

_TEXTS = (
    Column(
        "title",
        "标题",
        ("文章标题", "作品标题", "题目", "title"),
        "文章标题",
        "Title of the post",
        "某市开展某项工作",
    ),
    Column("text", "正文", ("内容", "文章内容", "全文", "text"), "文章正文", "Text of the post", ""),
    Column(
        "link",
        "链接",
        ("文章链接", "作品链接", "网址", "url"),
        "文章链接",
        "Link of the post",
        "https://example.cn/1",
    ),
)
_OF_ACCOUNTS = SheetKind("texts", "阅评", (*ACCOUNT, *_TEXTS))
_OF_ONE = SheetKind("texts", "阅评", (msgspec.structs.replace(_TEXTS[0], needed="yes"), *_TEXTS[1:]))


class Found(msgspec.Struct, frozen=True):
    """A text of a file, and whose it is: None where the file does not say."""

    post: str  # its link, else file and row
    where: Where
    text: str
    link: str = ""
    account: AccountRef | None = None
    row: int = 0


def files_in(paths: Sequence[Path]) -> Iterator[Path]:
    """Give files as they are named, and those of folders and the folders below that may be read, by name."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for found in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in found.relative_to(path).parts)
            if not hidden and not found.is_symlink() and found.is_file() and found.suffix.lower() in READ:
                yield found


def texts_in(path: Path, settings: ReadingReview, *, of_accounts: bool) -> list[Found]:
    """Return the texts of a file; raises `SheetError`, or `NotReadError` where it gives none.

    `of_accounts`: nobody said whose the texts are, so each row of a sheet has to.
    """
    suffix = path.suffix.lower()
    if suffix in SHEETS:
        return _of_sheet(path, _OF_ACCOUNTS if of_accounts else _OF_ONE)
    content = read_file(path, max_bytes=MAX_BYTES, smaller=message("hand in a smaller copy"))
    post = hashlib.sha256(content).hexdigest()
    if suffix in PICTURES or suffix in RECORDINGS:
        return [_by_command(path, post, settings)]
    return [Found(post, "body", document_text(path, content))]


def _of_sheet(path: Path, kind: SheetKind) -> list[Found]:
    name = hashlib.sha256(path.read_bytes()).hexdigest()

    def take(fields: RowFields) -> tuple[Found, ...] | None:
        account = fields.account() if kind is _OF_ACCOUNTS else None
        link = fields.link("link") or ""
        if fields.errors:
            return None
        post = link or f"{name}:{fields.number}"
        texts: tuple[tuple[Where, str], ...] = (
            ("title", fields.text("title")),
            ("body", fields.text("text")),
        )
        return tuple(Found(post, where, text, link, account, fields.number) for where, text in texts if text)

    return [found for row in read_rows(path, kind, take) for found in row]


def _by_command(path: Path, post: str, settings: ReadingReview) -> Found:
    is_picture = path.suffix.lower() in PICTURES
    command = settings.ocr if is_picture else settings.speech
    if not command:
        name = "ocr" if is_picture else "speech"
        raise NotReadError(
            message("[reading_review] {name} names no command that makes text of it", name=name)
        )
    try:
        text = text_of(command, path, within_s=settings.command_s)
    except CommandError as e:
        raise NotReadError(marked(e)) from None
    return Found(post, "image" if is_picture else "speech", text)
