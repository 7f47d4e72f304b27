"""A paper from its bytes: every page of it, read or with the reason why not."""

import hashlib
from collections.abc import Mapping
from datetime import date

from connectors.papers.page_reading import read_page
from connectors.papers.paper import ReadFile, Reason
from connectors.papers.parted_pages import parted
from connectors.papers.settled import Settled
from connectors.papers.source_pages import open_paper
from connectors.papers.vocabulary import Vocabulary, vocabulary

_NOTHING_SETTLED = Settled()


def read_paper(
    name: str,
    content: bytes,
    received: date,
    settled: Mapping[str, Settled] = {},
    words: Vocabulary | None = None,
) -> ReadFile:
    """Read a file that came on a day; `settled` says by the name of a page what a person has settled about it.

    Never raises for what stands in the file: one that cannot be taken as a whole carries the reason.
    """
    words = words or vocabulary()
    sha256 = hashlib.sha256(content).hexdigest()
    opened = open_paper(name, content, words)
    if isinstance(opened, Reason):
        return ReadFile(name, sha256, received, refused=opened)
    pages = tuple(
        read_page(source, name, received, words, settled.get(source.title, _NOTHING_SETTLED))
        for sheet in opened.pages
        for source in parted(sheet, words)
    )
    return ReadFile(name, sha256, received, opened.form, opened.encoding, None, pages)
