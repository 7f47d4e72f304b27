"""What a bulletin says beside its accounts: paragraphs, figures and annexes of websites, interpretation, reposts."""

from typing import Literal

import msgspec

from events.figures import Figure

Section = Literal["overall", "practices", "problems"]
"""Where a paragraph stands: 总体情况, 好的做法, 存在问题."""


class BesideParagraph(msgspec.Struct, frozen=True):
    """One paragraph under a heading of its own; `{name}` in its text is the value of the part's figure `name`.

    The name of an annex stands for its number: 见附件{name}.
    """

    section: Section
    heading: str
    text: str


class BesideAnnex(msgspec.Struct, frozen=True, kw_only=True):
    """One more annex: a table whose first column numbers the rows from 1."""

    name: str  # of the table, as a template asks for it: letters, digits and underscores
    title: str
    page: str  # of the workbook; at most 31 characters
    columns: tuple[str, ...]  # behind 序号
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]  # relative, behind 序号
    note: str = ""

    @property
    def header(self) -> tuple[str, ...]:
        """Return all columns as documents print them."""
        return ("序号", *self.columns)

    @property
    def numbered(self) -> tuple[tuple[str, ...], ...]:
        """Return all rows as documents print them."""
        return tuple((str(i), *row) for i, row in enumerate(self.rows, 1))


class BesideAccounts(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a bulletin that no row of its run gives; it follows from facts known at a moment of its own."""

    part: str  # websites, interpretation, reposts
    paragraphs: tuple[BesideParagraph, ...] = ()
    annexes: tuple[BesideAnnex, ...] = ()
    figures: tuple[Figure, ...] = ()  # under names that no other part has
    labels: dict[str, str] = {}  # of figures
