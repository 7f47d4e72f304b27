"""What stands above the pages of a Word document."""

from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH


def put_above_pages(opened: DocxDocument, text: str) -> None:
    """Say something at the top of every page, above what a template says there."""
    for section in opened.sections:
        for header in (section.header, section.even_page_header, section.first_page_header):
            header.is_linked_to_previous = False
            first = header.paragraphs[0]
            said = first.insert_paragraph_before(text) if first.text.strip() else first
            if said is first:
                said.add_run(text)
            said.alignment = WD_ALIGN_PARAGRAPH.CENTER
