"""The three documents of a bulletin, from one set of blocks."""

from connectors.publish.blocks import blocks_of
from connectors.publish.docx_writer import write_docx
from connectors.publish.html import write_html
from connectors.publish.templates import Templates
from connectors.publish.xlsx import write_xlsx
from events.bulletin_content import BulletinContent


def documents_of(content: BulletinContent, templates: Templates) -> dict[str, bytes]:
    """Return docx, html and xlsx by ending; the same content gives the same bytes. Raises `TemplateError`."""
    blocks = blocks_of(content, templates)
    return {
        "docx": write_docx(content, blocks, templates),
        "html": write_html(content, blocks, templates),
        "xlsx": write_xlsx(content),
    }
