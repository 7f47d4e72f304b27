"""Filled-in forms handed in: people into their store, everything else into facts, all of a file or none of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from connectors.forms.form import FilingForm
from connectors.sheets.errors import CellError, SheetErrors
from connectors.sheets.notes import Note, Rows
from events.base import Payload
from events.codec import Event
from events.instants import FAR
from events.messages import message
from events.moments import Moment
from pipeline.home.errors import UsageError
from pipeline.home.people import open_people, remember
from pipeline.home.registry import registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.filings.desk import cases_at
from pipeline.office.filings.forms import form_events


def read_forms(path: Path) -> Rows[FilingForm]:
    """Read a form in DOCX, or the forms of a workbook; raises `SheetError`."""
    match path.suffix.lower():
        case ".docx":
            from connectors.forms.docx_reading import read_docx_form  # noqa: PLC0415 (slow to import)

            form = read_docx_form(path)
            return Rows([form], (_not_read(text) for text in form.unread))
        case ".xlsx" | ".csv":
            from connectors.forms.xlsx import read_xlsx_forms  # noqa: PLC0415 (slow to import)

            return read_xlsx_forms(path)
    raise UsageError(
        message(
            "{path} is neither a .docx form nor an .xlsx of forms; `xuncha filings form` writes both",
            path=path,
        )
    )


def take_forms(
    workspace: Workspace, path: Path, when: Moment, *, only: Literal["applications", "acts"]
) -> Rows[Event[Payload]]:
    """Return the facts of forms handed in at a moment; raises `SheetErrors` where one of them cannot be taken.

    People go into their store only when every form can be taken.
    """
    forms = read_forms(path)
    _refuse_others(path, forms, only)
    registry, cases = registry_now(workspace), cases_at(workspace, FAR)
    unstored = form_events(path, forms, registry, [_placeholders(form) for form in forms], when, cases)
    newcomers = [person.name for form in forms for person in form.people.values()]
    workspace.home.texts.refuse_in_facts(unstored, newcomers)
    store = open_people(workspace.home)
    try:
        people = [remember(store, form.owner, {str(r): p for r, p in form.people.items()}) for form in forms]
    finally:
        store.close()
    return Rows(form_events(path, forms, registry, people, when, cases), forms.notes)


def _not_read(text: str) -> Note:
    return Note(
        "cell_not_read", "", message("“{text}” was not read: the form does not ask for it", text=text)
    )


def _refuse_others(path: Path, forms: Sequence[FilingForm], only: str) -> None:
    errors = []
    for number, form in enumerate(forms, start=1):
        took_effect = form.effective_on is not None
        if took_effect is (only == "applications"):
            problem, remedy = (
                (
                    message("has a day although it is an application"),
                    message("clear it, or hand the form in as a filing"),
                )
                if took_effect
                else (
                    message("is empty, so nothing took effect yet"),
                    message("fill it in, or hand the form in as an application"),
                )
            )
            day = form.effective_on.isoformat() if form.effective_on else ""
            errors.append(CellError(number, "生效日期", "", day, problem, remedy))
    if errors:
        raise SheetErrors(path, tuple(errors))


def _placeholders(form: FilingForm) -> Mapping[str, str]:
    """Stand in for ids that the store has not given yet, so that a change of people alone is seen as one."""
    return {str(role): "not stored yet" for role in form.people}
