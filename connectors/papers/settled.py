"""What a person has settled about a page before it is read."""

from collections.abc import Mapping

import msgspec

from connectors.papers.paper import Span
from connectors.papers.paper_time import PaperTime


class Settled(msgspec.Struct, frozen=True):
    """What a person has settled about a page before it is read; None and empty: as the page says."""

    kind: str = ""
    looked_at: PaperTime | None = None
    area: str = ""
    leave_out: bool = False
    marks: Mapping[str, str] = {}  # tick, cross, slash -> fine, problem, not_applicable
    columns: Mapping[str, str] = {}  # field -> letter, where two columns mean the same
    same_owner_as_above: bool = False
    same_account_as_above: bool = False
    leave_out_hidden_rows: bool = False
    merged_for_each: bool = (
        False  # merges over who a row is about, or when somebody looked, mean each of their rows
    )
    span: Span | None = None  # of counts
    mended: Mapping[str, str] = {}  # cell, like F12 -> what it is to say
    reads: Mapping[str, str] = {}  # letter of a column -> the field that it holds; empty: it is kept aside
    headers: Mapping[str, str] = {}  # key of a header -> the field that its column holds
    learned: Mapping[str, str] = {}  # the same, as it was said of papers of this sender before
