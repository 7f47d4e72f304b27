"""Acts on a bulletin: drafted, checked, handed over, signed, issued. Each is one press; what is refused says why."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from events.bulletin import Edition, Extras, Override
from events.days import chinese_day
from pipeline.access.users import Role
from pipeline.console.pages.bulletin_shown import edition_asked, round_asked, round_of_own, show, url_of
from pipeline.console.pages.bulletin_words import Words, as_form, read_day, read_form, sent_form
from pipeline.console.problems import said_by
from pipeline.console.visit import Asked, Visit
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.registry import registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin import RefusedError, bulletin_state, check, draft, issue, sign, submit
from pipeline.office.own_office import office_now

_LONGEST_ROLE = 40


@get("/bulletins/{name:str}/words", sync_to_thread=True)
def show_words(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Show the texts, demands and last day that stand beside the figures."""
    edition = edition_asked(visit)
    with visit.workspace() as workspace:
        round_of_own(workspace, visit, name, Role.CLERK)
        extras = _extras(workspace, name, edition)
    return _words_page(visit, name, edition, as_form(extras))


@post("/bulletins/{name:str}/words", sync_to_thread=True)
def draft_with_words(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Draft the bulletin with the texts of the form, and check it."""
    edition = edition_asked(visit)
    try:
        extras = read_form(visit.form)
    except Words as refused:
        return _words_page(visit, name, edition, sent_form(visit.form), refused.errors)
    try:
        return _draft(visit, name, edition, extras)
    except (UsageError, ConflictError) as error:
        return _words_page(visit, name, edition, sent_form(visit.form), {"all": said_by(error)})


@post("/bulletins/{name:str}/draft", sync_to_thread=True)
def draft_again(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Draft the bulletin with the texts that it has, and check it."""
    edition = edition_asked(visit)
    try:
        with visit.workspace() as workspace:
            round_of_own(workspace, visit, name, Role.CLERK)
            extras = _extras(workspace, name, edition)
        return _draft(visit, name, edition, extras)
    except (UsageError, ConflictError) as error:
        return show(visit, name, edition, status=422, error=said_by(error))


@post("/bulletins/{name:str}/check", sync_to_thread=True)
def check_again(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Read the documents of the draft back and hold them against the rows."""
    edition = edition_asked(visit)
    try:
        with visit.workspace() as workspace:
            round_of_own(workspace, visit, name, Role.CLERK)
            found = check(workspace, name, visit.actor, edition=edition)
    except UsageError as error:
        return show(visit, name, edition, status=422, error=said_by(error))
    if found.faults:
        return show(visit, name, edition, status=422, faults=_in_words(found.faults))
    return visit.go(url_of(name, edition), done="bulletin-checked")


@post("/bulletins/{name:str}/submit", sync_to_thread=True)
def hand_over(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Hand the checked draft over for signature."""
    edition = edition_asked(visit)
    try:
        with visit.workspace() as workspace:
            round_of_own(workspace, visit, name, Role.CLERK)
            submit(workspace, name, visit.actor, edition=edition)
    except (UsageError, ConflictError) as error:
        return show(visit, name, edition, status=_status(error), error=said_by(error))
    return visit.go(url_of(name, edition), done="bulletin-submitted")


@post("/bulletins/{name:str}/sign", sync_to_thread=True)
def sign_draft(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Sign the draft; whoever drafted it may not."""
    edition, role = edition_asked(visit), visit.form.text("role")
    if not role or len(role) > _LONGEST_ROLE:
        return show(visit, name, edition, status=422, errors={"role": "请写签发人的职务，不写姓名"})
    try:
        with visit.workspace() as workspace:
            round_ = round_of_own(workspace, visit, name, Role.SIGNER)
            office = office_now(workspace, round_.announced.office).name
            sign(workspace, name, visit.actor, office=office, role=role, edition=edition)
    except (UsageError, ConflictError) as error:
        return show(visit, name, edition, status=_status(error), error=said_by(error))
    return visit.go(url_of(name, edition), done="bulletin-signed")


@post("/bulletins/{name:str}/issue", sync_to_thread=True)
def issue_draft(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Record under which number the signed draft went out, held against the stamped file where one is handed in."""
    edition, form = edition_asked(visit), visit.form
    errors = {} if form.text("number") else {"number": "请写文号，例如 江府办〔2026〕18号"}
    on = chinese_day(visit.now) if not form.text("on") else read_day(form.text("on"))
    if on is None:
        errors["on"] = "日期这样写：2027-01-08，或2027年1月8日"
    if errors or on is None:
        return show(visit, name, edition, status=422, errors=errors)
    try:
        _issue(visit, name, edition, on)
    except RefusedError as refused:
        return show(visit, name, edition, status=422, faults=_in_words(refused.examination.faults))
    except (UsageError, ConflictError) as error:
        return show(visit, name, edition, status=_status(error), error=said_by(error))
    return visit.go(url_of(name, edition), done="bulletin-issued")


def _issue(visit: Visit, name: str, edition: Edition, on: date) -> None:
    form = visit.form
    copies = tuple(filter(None, (c.strip() for c in form.text("copy_to").replace("，", "、").split("、"))))
    with visit.workspace() as workspace, tempfile.TemporaryDirectory() as folder:
        round_of_own(workspace, visit, name, Role.CLERK)
        final = None
        for file in form.files[:1]:
            final = Path(folder) / (Path(file.name).name or "final.docx")
            final.write_bytes(file.content)
        issue(
            workspace,
            name,
            visit.actor,
            number=form.text("number"),
            issued_on=on,
            copy_to=copies,
            overrides=_overrides(visit, workspace),
            edition=edition,
            final=final,
        )


def _overrides(visit: Visit, workspace: Workspace) -> tuple[Override, ...]:
    """Return the reasons that the form gives for accounts that stay unknown, by their numbers."""
    by_number = {number: account for account, number in registry_now(workspace).numbers.items()}
    given = zip(visit.form.texts("unknown"), visit.form.texts("unknown_why"), strict=False)
    return tuple(Override(by_number[n], why) for n, why in given if why and n in by_number)


def _draft(visit: Visit, name: str, edition: Edition, extras: Extras) -> Response[Any]:
    with visit.workspace() as workspace:
        round_asked(workspace, name)
        draft(workspace, name, visit.actor, extras=extras, edition=edition)
        found = check(workspace, name, visit.actor, edition=edition)
    if found.faults:
        return show(visit, name, edition, status=422, faults=_in_words(found.faults))
    return visit.go(url_of(name, edition), done="bulletin-drafted")


def _extras(workspace: Workspace, name: str, edition: Edition) -> Extras:
    """Return the texts of the newest draft; those of the public edition where the internal one has none yet."""
    round_asked(workspace, name)
    editions: tuple[Edition, ...] = (edition, "public")
    for one in editions:
        if (state := bulletin_state(workspace, name, one)) is not None:
            return state.draft.extras
    return Extras()


def _words_page(
    visit: Visit, name: str, edition: Edition, fields: dict[str, Any], errors: dict[str, str] | None = None
) -> Response[Any]:
    with visit.workspace() as workspace:
        state = round_asked(workspace, name)
    return visit.page(
        "bulletins/words.html",
        status=422 if errors else 200,
        round=state,
        edition=edition,
        fields=fields,
        errors=errors or {},
        back=url_of(name, edition),
    )


def _in_words(faults: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(said_by(UsageError(fault)) for fault in faults)


def _status(error: Exception) -> int:
    return 409 if isinstance(error, ConflictError) else 422


HANDLERS = [
    show_words,
    draft_with_words,
    draft_again,
    check_again,
    hand_over,
    sign_draft,
    issue_draft,
]
