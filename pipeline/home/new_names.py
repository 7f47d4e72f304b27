"""Names and ids that are about to be given: refused where no file, table or terminal could hold them.

What the log knows already is left alone: it was given before, and stays readable.
"""

import sqlite3
from collections.abc import Iterator

from connectors.log.seen_items import has_looked
from connectors.sheets.errors import CellError
from connectors.sheets.rows import AccountRow
from events.fields import field
from events.messages import message
from events.names import unfit_id, unfit_label, unfit_name
from pipeline.home.errors import UsageError
from projections.registry.cards import AccountCard

_COLUMNS = {"id": "账号ID", "platform": "平台", "name": "账号名称"}
_REMEDY = message("write it as the platform shows it, or shorten it")


def unfit_account(subject: str, name: str, known: AccountCard | None) -> str:
    """Say why an account can't have this id, where nobody knows it yet, or this name, where it is another one."""
    for what, text, why in _unfit(subject, name, known):
        return message("the {what} {text!r} {why}; {remedy}", what=what, text=text, why=why, remedy=_REMEDY)
    return ""


def require_fit_account(subject: str, name: str, known: AccountCard | None = None) -> None:
    """Raise `UsageError` where `unfit_account` says why."""
    if why := unfit_account(subject, name, known):
        raise UsageError(why)


def unfit_row(row: AccountRow, subject: str, known: AccountCard | None) -> CellError | None:
    """Return what is wrong with id, platform or name of a row of a list of accounts, None where nothing is."""
    for what, text, why in _unfit(subject, row.name, known):
        return CellError(row.row, _COLUMNS[what], "", text, why, _REMEDY)
    return None


def _unfit(subject: str, name: str, known: AccountCard | None) -> Iterator[tuple[str, str, str]]:
    """Yield what is unfit, its text and why."""
    slug, _, native = subject.partition(":")
    if known is None:
        if why := unfit_id(native):
            yield "id", native, why
        if why := unfit_name(slug):
            yield "platform", slug, why
    if name and (known is None or name != known.name) and (why := unfit_name(name)):
        yield "name", name, why


def require_fit_source(db: sqlite3.Connection, name: str) -> None:
    """Raise `UsageError` for the name of a new source that can't be one; a source that has looked goes on."""
    if (why := unfit_label(name)) and not has_looked(db, name):
        raise UsageError(
            message(
                "{source} {name!r} {why}; write a short name of letters, digits, dots and dashes:"
                " recorded-polls",
                source=field("source"),
                name=name,
                why=why,
            )
        )
