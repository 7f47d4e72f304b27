"""What is wrong with a sheet: where it stands and what to do."""

from pathlib import Path

import msgspec

from connectors.people.mobile import holds_mobile
from connectors.sheets.rows import NamedAccount
from events.fields import FieldsError
from events.messages import Message, joined, message

MAX_LISTED_ERRORS = 20
MAX_EXCERPT = 60


class BadValueError(ValueError):
    """One value that cannot be read; the reader of the row adds the place."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(joined("; ", (problem, remedy)))
        self.problem = problem
        self.remedy = remedy


class CellError(msgspec.Struct, frozen=True):
    """One bad cell; a number of a person in it is not shown, for messages end up in logs."""

    row: int  # as the person sees it in the sheet
    column: str  # header as in the file
    place: str  # C12 in a workbook, empty in a CSV file
    value: str  # empty when the cell is
    problem: str
    remedy: str

    def to_message(self) -> Message:
        """Return where it stands, what is there, what is wrong and what to do."""
        excerpt = self.value[:MAX_EXCERPT] + ("…" if len(self.value) > MAX_EXCERPT else "")
        return message(
            "row {row}, column {column}{place}: {value}{problem}; {remedy}",
            row=self.row,
            column=self.column,
            place=f" ({self.place})" if self.place else "",
            value=f"“{excerpt}” " if excerpt and not holds_mobile(self.value) else "",
            problem=self.problem,
            remedy=self.remedy,
        )

    def __str__(self) -> str:
        return str(self.to_message())


class SheetError(FieldsError):
    """A sheet that was refused; nothing of it was taken."""

    def __init__(self, path: Path, problem: str, remedy: str) -> None:
        super().__init__(message("{path}: {problem}; {remedy}", path=path, problem=problem, remedy=remedy))
        self.path = path
        self.problem = problem
        self.remedy = remedy


class UnreadableSheetError(SheetError):
    """The file is missing, damaged, protected or of another kind."""


class SheetTooLargeError(SheetError):
    """The file is above a bound, or would be when unpacked."""


class MissingColumnsError(SheetError):
    """No row near the top holds every needed column."""


class DuplicateColumnsError(SheetError):
    """Two columns mean the same."""


class EmptySheetError(SheetError):
    """There is no row to read."""


class SheetErrors(SheetError):  # noqa: N818 - the plural says that it lists every bad cell
    """Every bad cell of a sheet, in the order of the rows.

    `named`: the accounts that its rows name, where a reader refused it; whoever knows the registry looks them up, so
    that all that is wrong is told at once.
    """

    def __init__(
        self, path: Path, errors: tuple[CellError, ...], named: tuple[NamedAccount, ...] = ()
    ) -> None:
        super().__init__(
            path,
            message("{number} bad cells", number=len(errors)),
            message("correct them and hand the sheet in again"),
        )
        self.errors = errors
        self.named = named

    def marked(self) -> str:
        lines = [
            message("{path}, {cell}", path=self.path, cell=error.to_message())
            for error in self.errors[:MAX_LISTED_ERRORS]
        ]
        more = len(self.errors) - MAX_LISTED_ERRORS
        if more > 0:
            lines.append(
                message(
                    "{path}: {more} more bad cells; correct these first and try again",
                    path=self.path,
                    more=more,
                )
            )
        return joined("\n", lines)
