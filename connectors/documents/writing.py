"""The three files of a document, from one set of blocks."""

from connectors.documents.document import Document
from connectors.documents.layout import Layout


def write_document(document: Document, layout: Layout) -> dict[str, bytes]:
    """Return docx, html and xlsx by ending; the same document gives the same bytes. Raises `TemplateError`."""
    from connectors.documents.docx_writer import write_docx  # noqa: PLC0415 (all three are slow to import)
    from connectors.documents.html import write_html  # noqa: PLC0415
    from connectors.documents.xlsx import write_xlsx  # noqa: PLC0415

    return {
        "docx": write_docx(document, layout),
        "html": write_html(document, layout),
        "xlsx": write_xlsx(document, example=layout.example),
    }
