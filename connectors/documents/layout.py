"""Layouts of documents: those of this release, and the files of an office that stand in for them."""

import os
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import msgspec

from connectors.documents.errors import TemplateError
from connectors.sheets.errors import SheetError
from connectors.sheets.files import read_file
from connectors.sheets.packages import require_sound_package
from events.fields import marked
from events.messages import message

MAX_BYTES = 16 * 1024 * 1024
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
FOR_ALL = "document"
"""Stem of the files that lay out every kind of document without files of its own."""

EXAMPLE = "示例数据，内容均为虚构"
"""What documents of invented facts say at the top of every page."""


class Layout(msgspec.Struct, frozen=True):
    """How documents look in Word and on a page, with the names of the files for messages."""

    docx: bytes
    page: str
    docx_name: str
    page_name: str
    example: bool = False  # what is laid out is invented, and says so


def load_layout(
    folder: Path | None = None,
    kind: str = FOR_ALL,
    default: Callable[[], bytes] | None = None,
    *,
    example: bool = False,
) -> Layout:
    """Return the layout of a kind of document: `KIND.docx` and `KIND.html` of an office's folder.

    Where one is not there, `document.docx` or `document.html` stands in, and then that of the release: `default`, if a
    kind has a DOCX of its own. Raises `TemplateError` for a file that cannot be read.
    """
    docx_name, docx = template_file(folder, (f"{kind}.docx", f"{FOR_ALL}.docx"), default or default_docx)
    page_name, page = template_file(folder, (f"{kind}.html", f"{FOR_ALL}.html"), default_page)
    return Layout(docx, decoded(page_name, page), docx_name, page_name, example)


def template_file(
    folder: Path | None, names: tuple[str, ...], default: Callable[[], bytes]
) -> tuple[str, bytes]:
    """Return the first of these files that a folder has, or the default; raises `TemplateError`."""
    paths = [folder / name for name in names] if folder is not None else []
    path = next(filter(os.path.lexists, paths), None)
    return (names[0], default()) if path is None else (str(path), _read(path))


def decoded(name: str, content: bytes) -> str:
    """Return the text of a template; raises `TemplateError`."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TemplateError(message("{name}: is not UTF-8; save it as UTF-8", name=name)) from None


def default_docx() -> bytes:
    """Return the DOCX layout of this release, which is built, so that no binary needs to be kept."""
    from connectors.documents.docx_template import build_docx  # noqa: PLC0415 (slow to import)

    return build_docx()


def default_page() -> bytes:
    """Return the layout of the page of this release."""
    return (resources.files("infra") / "documents" / "document.html").read_bytes()


def _read(path: Path) -> bytes:
    try:
        content = read_file(path, max_bytes=MAX_BYTES, smaller=message("take out the pictures"))
        if path.suffix == ".docx":
            require_sound_package(
                path,
                content,
                limit=MAX_UNPACKED_BYTES,
                noun=message("Word document"),
                suffix=".docx",
                again=message("save it again in Word or WPS"),
                smaller=message("take out the pictures"),
            )
    except SheetError as e:
        raise TemplateError(marked(e)) from None
    return content
