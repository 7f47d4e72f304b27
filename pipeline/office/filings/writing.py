"""Filing forms of accounts that the registry knows, as files."""

from collections.abc import Sequence
from pathlib import Path

from connectors.forms.form import FilingForm
from events.closeness import nearest
from events.fields import field
from events.instants import FAR
from events.messages import message
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.people import open_people, read_people
from pipeline.home.registry import find_account, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.filings.desk import cases_at
from pipeline.office.filings.forms import account_form
from projections.registry.filing_case import FilingCase


def forms_of(
    workspace: Workspace, accounts: Sequence[str], owner: str | None, *, people: bool
) -> list[FilingForm]:
    """Return the forms of accounts, of all accounts of a unit, or of everybody; raises `UsageError`.

    Reading people is logged in their store; those that were erased are left blank.
    """
    registry = registry_now(workspace)
    subjects = [find_account(registry, text) for text in accounts] or sorted(registry.cards)
    cards = [c for c in (registry.cards[s] for s in subjects) if owner in (None, c.owner)]
    if not cards:
        owners = {card.owner for card in registry.cards.values()}
        raise NotFoundError(
            message(
                "no account of {owner!r} in the registry{nearest}; `xuncha accounts list` shows the owners",
                owner=owner,
                nearest=nearest(owner or "", owners),
            )
        )
    newest: dict[str, FilingCase] = {}
    for case in cases_at(workspace, FAR):
        if case.filing_id is not None:
            newest[case.account_id] = case
    ids = [i for c in cards for i in c.people.values()]
    ids += [i for c in cards if c.account_id in newest for i in newest[c.account_id].people.values()]
    found = {}
    if people and ids:
        store = open_people(workspace.home)
        try:
            found = read_people(store, ids)
        finally:
            store.close()
    return [account_form(card, newest.get(card.account_id), found) for card in cards]


def write_forms(path: Path, forms: Sequence[FilingForm]) -> None:
    """Write a DOCX of one form or a workbook of many; raises `UsageError`."""
    match path.suffix.lower():
        case ".docx":
            if len(forms) != 1:
                raise UsageError(
                    message(
                        "{path} takes one form, and these are {forms_count}; name one {account}",
                        path=path,
                        forms_count=len(forms),
                        account=field("account"),
                    )
                )
            from connectors.forms.docx_writing import docx_form  # noqa: PLC0415 (slow to import)

            path.write_bytes(docx_form(forms[0]))
        case ".xlsx":
            from connectors.forms.xlsx import xlsx_forms  # noqa: PLC0415 (slow to import)

            path.write_bytes(xlsx_forms(forms))
        case _:
            raise UsageError(
                message("{path} is neither .docx nor .xlsx; name the file by one of them", path=path)
            )


def write_blank(path: Path) -> None:
    """Write an empty DOCX form to fill in; raises `UsageError`."""
    if path.suffix.lower() != ".docx":
        raise UsageError(message("{path} is no .docx; an empty form is one", path=path))
    from connectors.forms.docx_writing import docx_form  # noqa: PLC0415 (slow to import)

    path.write_bytes(docx_form(None))
