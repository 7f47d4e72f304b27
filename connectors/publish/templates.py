"""The templates of a bulletin: those of this release, and those of an office that stand in for them."""

from importlib import resources
from pathlib import Path

import msgspec

from connectors.documents.errors import TemplateError
from connectors.documents.layout import Layout, decoded, default_page, load_layout, template_file
from events.figures import Conventions
from events.messages import message

_KIND = "bulletin"
STYLE, TEXT, PAGE, DOCUMENT = (f"{_KIND}.{ending}" for ending in ("toml", "txt", "html", "docx"))
_STYLES = "通报"
"""Begins the names of the styles in the DOCX of a bulletin."""


class Style(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a place settles once for all of its bulletins."""

    office: str = ""  # the office that issues; empty: none is printed
    letterhead: str = ""  # red heading of the first page 版头; empty: none
    addressees: str = ""
    conventions: Conventions = Conventions()


class Templates(msgspec.Struct, frozen=True):
    """Style, words and layout; `name` is the file of the words, for messages."""

    style: Style
    text: str
    layout: Layout
    name: str = TEXT


def load_templates(folder: Path | None = None, *, example: bool = False) -> Templates:
    """Return the templates of an office's folder, the release's own where a file is not there.

    What is written by them says that it is invented where it is an `example`.

    Raises `TemplateError` for a file that cannot be read.
    """
    style_name, style = template_file(folder, (STYLE,), lambda: default_template(STYLE))
    text_name, text = template_file(folder, (TEXT,), lambda: default_template(TEXT))
    layout = load_layout(folder, _KIND, lambda: default_template(DOCUMENT), example=example)
    return Templates(_style(style_name, style), decoded(text_name, text), layout, text_name)


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
    """Return a template of this release."""
    if name == DOCUMENT:
        from connectors.documents.docx_template import build_docx  # noqa: PLC0415 (slow to import)

        return build_docx(_STYLES)
    return default_page() if name == PAGE else (resources.files("infra") / _KIND / name).read_bytes()


def _style(name: str, content: bytes) -> Style:
    try:
        style = msgspec.toml.decode(content, type=Style)
    except (msgspec.MsgspecError, UnicodeDecodeError) as e:
        raise TemplateError(message("{name}: {error}", name=name, error=e)) from None
    if not 1 <= style.conventions.digits <= 4:
        raise TemplateError(
            message("{name}: digits is {digits}; write 1 to 4", name=name, digits=style.conventions.digits)
        )
    return style
