"""Tags are as long as office programs write them; a parser keeps a whole one."""

import pytest

from connectors.sheets import tags
from connectors.sheets.tags import TagLengths

PIECE = 100


def too_long(xml: bytes, piece: int = PIECE) -> bool:
    lengths = TagLengths()
    return any(lengths.too_long(xml[at : at + piece]) for at in range(0, len(xml), piece))


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(tags, "MAX_TAG", 300)


@pytest.mark.parametrize("before", ["", "<a/>", "<a>words' ", "<!-- ' --><a>", "<?p <?>", "<![CDATA[<!--]]>"])
@pytest.mark.parametrize("piece", [7, 64, PIECE])
@pytest.mark.parametrize(
    "tag",
    [
        "<b c='" + "d" * 500 + "'/>",
        "<b c='" + '">' * 250 + "'/>",
        '<b c="' + "'/>" * 200 + '"/>',
        "<b " + "c='' " * 100 + "/>",
        "<b" + " " * 500 + "/>",
        "<" + "b" * 500 + ">",
        "<!--" + "<b/>" * 120 + "-->",
        "<!-->" + "<!--" * 120 + "-->",
        "<?b " + "<b/>" * 120 + "?>",
    ],
)
def test_a_tag_without_end_is_seen(before, piece, tag):
    """Whatever it is made of, whatever stands before it, and wherever a piece ends."""
    assert too_long(f"{before}{tag}</a>".encode(), piece)


@pytest.mark.parametrize("piece", [1, 7, 64, PIECE, 10_000])
@pytest.mark.parametrize(
    "xml",
    [
        "<a>" + 'words that say "a > b\'s" ' * 100 + "</a>",
        "<a b='" + "c" * 250 + "'/>" + "words" * 100,
        "<a b='>' c=\"'\">" + "<d/>" * 500 + "</a>",
        "<a>" + "<!-- ' > <b -->" * 100 + "</a>",
        "<a>" + "<![CDATA[ ' < \" ]]>" * 100 + "</a>",
        "<?xml version='1.0'?>" + "<a>'</a>" * 100,
        "",
        "no markup",
    ],
)
def test_long_texts_and_many_tags_pass(piece, xml):
    """A cell may hold a long text, which is refused by its place; a page has any number of tags."""
    assert not too_long(xml.encode(), piece)
