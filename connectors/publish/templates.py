"""The templates of a bulletin: those of this release, and those of an office that stand in for them."""

import os
from importlib import resources
from pathlib import Path

import msgspec

from connectors.publish.errors import TemplateError
from connectors.sheets.errors import SheetError
from connectors.sheets.files import read_file
from connectors.sheets.packages import require_sound_package
from events.figures import Conventions

MAX_BYTES = 16 * 1024 * 1024
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
STYLE, TEXT, PAGE, DOCUMENT = "bulletin.toml", "bulletin.txt", "bulletin.html", "bulletin.docx"


class Style(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a place settles once for all of its bulletins."""

    office: str = ""  # the office that issues; empty: none is printed
    letterhead: str = ""  # red heading of the first page 版头; empty: none
    addressees: str = ""
    conventions: Conventions = Conventions()


class Templates(msgspec.Struct, frozen=True):
    """Style, words and layouts, with the names of their files for messages."""

    style: Style
    text: str
    page: str
    document: bytes
    names: dict[str, str]


def load_templates(folder: Path | None = None) -> Templates:
    """Return the templates of an office's folder, the release's own where a file is not there.

    Raises `TemplateError` for a file that cannot be read.
    """
    names, contents = {}, {}
    for name in (STYLE, TEXT, PAGE, DOCUMENT):
        path = folder / name if folder is not None else None
        if path is not None and os.path.lexists(path):
            names[name], contents[name] = str(path), _read(path)
        else:
            names[name], contents[name] = name, default_template(name)
    return Templates(
        style=_style(names[STYLE], contents[STYLE]),
        text=_decoded(names[TEXT], contents[TEXT]),
        page=_decoded(names[PAGE], contents[PAGE]),
        document=contents[DOCUMENT],
        names=names,
    )


def write_templates(folder: Path) -> list[Path]:
    """Write the release's own templates to change; a file that is there already stays as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in (STYLE, TEXT, PAGE, DOCUMENT):
        path = folder / name
        if not path.exists():
            path.write_bytes(default_template(name))
            written.append(path)
    return written


def default_template(name: str) -> bytes:
    """Return a template of this release; the DOCX one is built, so that no binary needs to be kept."""
    if name == DOCUMENT:
        from connectors.publish.docx_template import default_docx  # noqa: PLC0415 (slow to import)

        return default_docx()
    return (resources.files("infra") / "bulletin" / name).read_bytes()


def _read(path: Path) -> bytes:
    try:
        content = read_file(path, max_bytes=MAX_BYTES, smaller="take out the pictures")
        if path.suffix == ".docx":
            require_sound_package(
                path,
                content,
                limit=MAX_UNPACKED_BYTES,
                noun="Word document",
                suffix=".docx",
                again="save it again in Word or WPS",
                smaller="take out the pictures",
            )
    except SheetError as e:
        raise TemplateError(str(e)) from None
    return content


def _style(name: str, content: bytes) -> Style:
    try:
        style = msgspec.toml.decode(content, type=Style)
    except (msgspec.MsgspecError, UnicodeDecodeError) as e:
        raise TemplateError(f"{name}: {e}") from None
    if not 1 <= style.conventions.digits <= 4:
        raise TemplateError(f"{name}: digits is {style.conventions.digits}; write 1 to 4")
    return style


def _decoded(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TemplateError(f"{name}: is not UTF-8; save it as UTF-8") from None
