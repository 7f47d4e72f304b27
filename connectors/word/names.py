"""Names of elements of WordprocessingML, sorted by what they do to the text in them (ECMA-376 part 1, 17)."""

from collections.abc import Iterator
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"

BODY_WRAPPERS = frozenset({"ins", "moveTo", "customXml", "smartTag", "hyperlink", "dir", "bdo"})
"""Stand around text that is shown."""

DELETED = frozenset({"del", "moveFrom", "delText", "delInstrText"})
"""Stand around text that a tracked change takes out; moved text is shown where it was moved to."""

UNSEEN = frozenset(
    {
        "pPr", "rPr", "tcPr", "trPr", "tblPr", "tblGrid", "tblPrEx", "sdtPr", "sdtEndPr", "sectPr", "customXmlPr",
        "smartTagPr", "bookmarkStart", "bookmarkEnd", "proofErr", "permStart", "permEnd", "commentRangeStart",
        "commentRangeEnd", "commentReference", "annotationRef", "footnoteReference", "endnoteReference",
        "footnoteRef", "endnoteRef", "separator", "continuationSeparator", "pgNum", "lastRenderedPageBreak",
        "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "customXmlInsRangeStart",
        "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd", "customXmlMoveFromRangeStart",
        "customXmlMoveFromRangeEnd", "customXmlMoveToRangeStart", "customXmlMoveToRangeEnd", "fldData",
        *DELETED,
    }
)  # fmt: skip
"""Hold no text of the body."""


def local(element: Any) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Any) -> Iterator[Any]:
    """Yield the elements in an element; of alternatives for several programs the one that Word would show."""
    for child in element:
        if child.tag != _ALTERNATIVES:
            yield child
        elif len(child):
            yield from children(child[0])
