"""更正: what was wrong in a bulletin that went out, and what is right; drafted, signed, issued under its own number."""

import mimetypes
import tempfile
from pathlib import Path
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from events.bulletin import CorrectedText, Edition
from events.days import chinese_day
from pipeline.access.users import Role
from pipeline.console.hands import acts_in
from pipeline.console.pages.bulletin_shown import edition_asked, is_office, round_asked, round_of_own, url_of
from pipeline.console.pages.bulletin_words import read_day
from pipeline.console.problems import no_such_page, said_by
from pipeline.console.visit import Asked, Form, Visit
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin import RefusedError, bulletin_state
from pipeline.office.bulletin.correction import (
    correction_state,
    draft_correction,
    issue_correction,
    sign_correction,
)
from pipeline.office.bulletin.hands import hands_of
from pipeline.office.bulletin.kept_files import kept_correction
from pipeline.office.own_office import office_now
from pipeline.office.two_persons import is_waived
from projections.bulletin.corrections import CorrectionState
from projections.rounds.state import RoundState

_SPARE, _MOST = 2, 40


@get("/bulletins/{name:str}/correction", sync_to_thread=True)
def show_correction(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Show the correction of a bulletin that went out: what it says, how far it has come, its next step."""
    return _page(visit, name, edition_asked(visit))


@post("/bulletins/{name:str}/correction", sync_to_thread=True)
def draft(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Draft a correction of the texts of the form; one that was signed before loses its signature."""
    edition, form = edition_asked(visit), visit.form
    pairs = [CorrectedText(wrong, right) for wrong, right in _pairs(form) if wrong or right]
    try:
        with visit.workspace() as workspace:
            round_of_own(workspace, visit, name, Role.CLERK)
            number = _number(workspace, name, edition)
            draft_correction(workspace, number, pairs, visit.actor)
    except (UsageError, ConflictError) as error:
        return _page(visit, name, edition, error)
    return visit.go(url_of(name, edition, "/correction"), done="correction-drafted")


@post("/bulletins/{name:str}/correction/sign", sync_to_thread=True)
def sign(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Sign the correction; whoever drafted it may not."""
    edition, role = edition_asked(visit), visit.form.text("role")
    if not role:
        return _page(visit, name, edition, errors={"role": "请写签发人的职务，不写姓名"})
    try:
        with visit.workspace() as workspace:
            round_ = round_of_own(workspace, visit, name, Role.SIGNER)
            number = _number(workspace, name, edition)
            office = office_now(workspace, round_.announced.office).name
            sign_correction(workspace, number, visit.actor, office=office, role=role[:40])
    except (UsageError, ConflictError, RefusedError) as error:
        return _page(visit, name, edition, error)
    return visit.go(url_of(name, edition, "/correction"), done="correction-signed")


@post("/bulletins/{name:str}/correction/issue", sync_to_thread=True)
def issue(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Record under which number the correction went out."""
    edition, form = edition_asked(visit), visit.form
    errors = {} if form.text("number") else {"number": "更正也要有自己的文号"}
    on = chinese_day(visit.now) if not form.text("on") else read_day(form.text("on"))
    if on is None:
        errors["on"] = "日期这样写：2027-01-08，或2027年1月8日"
    if errors or on is None:
        return _page(visit, name, edition, errors=errors)
    try:
        with visit.workspace() as workspace, tempfile.TemporaryDirectory() as folder:
            final = None
            for file in form.files[:1]:
                final = Path(folder) / (Path(file.name).name or "final.docx")
                final.write_bytes(file.content)
            round_of_own(workspace, visit, name, Role.CLERK)
            number = _number(workspace, name, edition)
            new = form.text("number")
            issue_correction(workspace, number, visit.actor, new_number=new, issued_on=on, final=final)
    except (UsageError, ConflictError, RefusedError) as error:
        return _page(visit, name, edition, error)
    return visit.go(url_of(name, edition, "/correction"), done="correction-issued")


@get("/bulletins/{name:str}/correction/files/{ending:str}", sync_to_thread=True)
def give_file(visit: Asked, name: FromPath[str], ending: FromPath[str]) -> Response[Any]:
    """Give a document of the newest correction."""
    edition = edition_asked(visit)
    with visit.workspace() as workspace:
        _read(workspace, visit, name)
        first, state = correction_state(workspace, _number(workspace, name, edition))
        if state is None or ending not in ("docx", "html", "final"):
            raise no_such_page()
        path = kept_correction(workspace.home, name, first, state, ending)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return visit.original(path.read_bytes(), f"更正{'' if state.issued else '（草稿）'}{path.suffix}", kind)


def _page(
    visit: Visit,
    name: str,
    edition: Edition,
    error: UsageError | ConflictError | RefusedError | None = None,
    errors: dict[str, str] | None = None,
) -> Response[Any]:
    with visit.workspace() as workspace:
        round_ = _read(workspace, visit, name)
        first, state = correction_state(workspace, _number(workspace, name, edition))
        hand = hands_of(workspace, state.draft_id).get(state.draft_id, "") if state else ""
        waived = is_waived(workspace, "sign")
    own = visit.user is not None and hand == visit.user.id and not waived
    return visit.page(
        "bulletins/correction.html",
        status=_status(error, errors),
        round=round_,
        edition=edition,
        first=first.issued,
        state=state,
        pairs=_pairs_to_fill(visit.form, state),
        error=_error_text(error),
        errors=errors or {},
        form=visit.form,
        back=url_of(name, edition),
        url=lambda page="": url_of(name, edition, f"/correction{page}"),
        can=_can(visit, round_, state, own=own, waived=waived),
    )


def _read(workspace: Workspace, visit: Visit, name: str) -> RoundState:
    """Return the round of an address for the offices that read its corrections; raises 404 for others."""
    round_ = round_asked(workspace, name)
    if not is_office(visit, round_):
        raise no_such_page()
    return round_


def _can(
    visit: Visit, round_: RoundState, state: CorrectionState | None, *, own: bool, waived: bool
) -> dict[str, Any]:
    clerk, signer = (acts_in(visit, round_, role) for role in (Role.CLERK, Role.SIGNER))
    waits = state is not None and state.issued is None
    signed = state is not None and state.signed is not None
    return {
        "draft": clerk,
        "sign": signer and waits and not signed and not own,
        "issue": clerk and waits and (signed or waived),
        "why": "您是起草人，须由他人签发" if own and waits and not signed else "",
    }


def _pairs_to_fill(form: Form, state: CorrectionState | None) -> list[tuple[str, str]]:
    sent = _pairs(form)
    if not sent and state is not None and state.issued is None:
        sent = [(text.wrong, text.right) for text in state.draft.texts]
    filled = [pair for pair in sent if any(pair)]
    return [*filled, *[("", "")] * _SPARE]


def _pairs(form: Form) -> list[tuple[str, str]]:
    return list(zip(form.texts("wrong"), form.texts("right"), strict=False))[:_MOST]


def _number(workspace: Workspace, name: str, edition: Edition) -> str:
    """Return the number of the issued bulletin; raises 404 before it went out."""
    round_asked(workspace, name)
    state = bulletin_state(workspace, name, edition)
    if state is None or state.issued is None:
        raise no_such_page()
    return state.issued.number


def _error_text(error: Exception | None) -> str:
    if isinstance(error, RefusedError):
        return "；".join(said_by(UsageError(fault)) for fault in error.examination.faults)
    return "" if error is None else said_by(error)


def _status(error: Exception | None, errors: dict[str, str] | None) -> int:
    if isinstance(error, ConflictError):
        return 409
    return 422 if error is not None or errors else 200


HANDLERS = [show_correction, draft, sign, issue, give_file]
