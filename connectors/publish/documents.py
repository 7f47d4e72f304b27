"""The three documents of a bulletin, from one set of blocks."""

from connectors.publish.blocks import blocks_of
from connectors.publish.templates import Templates
from events.bulletin_content import BulletinContent


def documents_of(content: BulletinContent, templates: Templates) -> dict[str, bytes]:
    """Return docx, html and xlsx by ending; the same content gives the same bytes. Raises `TemplateError`."""
    from connectors.publish.docx_writer import write_docx  # noqa: PLC0415 (all three are slow to import)
    from connectors.publish.html import write_html  # noqa: PLC0415
    from connectors.publish.xlsx import write_xlsx  # noqa: PLC0415

    blocks = blocks_of(content, templates)
    return {
        "docx": write_docx(content, blocks, templates),
        "html": write_html(content, blocks, templates),
        "xlsx": write_xlsx(content),
    }
