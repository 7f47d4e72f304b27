"""年度考核: results by unit, each point with its grounds; material that units hand in, objections, the final one."""

from datetime import MAXYEAR
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from pipeline.access.users import Role
from pipeline.console.exports import exports
from pipeline.console.hands import has
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.pages.findings import evidence_file
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import refusing
from pipeline.console.rights import Reach
from pipeline.console.visit import Asked, Visit
from pipeline.home.errors import NotFoundError
from pipeline.home.typed_numbers import typed_number
from pipeline.home.workspace import Workspace
from pipeline.office.assessment import flow
from pipeline.office.assessment.notes import list_notes
from pipeline.office.assessment.schemes import find_scheme, list_schemes
from pipeline.office.assessment.shown import account_names, result_view, units_within
from pipeline.office.assessment.words import BY, DECISIONS, KINDS, MEASURES, OUTCOMES, REVIEWS, STAGES
from pipeline.office.assessment.years import list_years, scheme_of_year, units_of_year
from pipeline.office.columns import number, text, word
from projections.year.notes import NoteState
from projections.year.schemes import AssessedUnit
from projections.year.state import YearState

_LOOKS = {"passed": "ok", "failed": "bad"}
_REVIEW_LOOKS = {"waiting": "warn", "accepted": "ok", "refused": "bad"}
_SHEETS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LIST = ListPage(
    title="年度考核",
    path="/assessment",
    columns=(
        PageColumn(
            text("unit", "单位"), href=lambda row: f"/assessment/{row['year']}/{row['code']}", phone="pa"
        ),
        PageColumn(word("kind", "类别", KINDS), phone="pc"),
        PageColumn(text("veto", "单项否决"), phone="pc"),
        PageColumn(number("left", "扣分后"), numeric=True, phone="hide"),
        PageColumn(number("bonus", "加分"), numeric=True, phone="hide"),
        PageColumn(number("total", "得分"), numeric=True, phone="pd"),
        PageColumn(
            word("outcome", "结果", OUTCOMES), tag=lambda row: _LOOKS[str(row["outcome"])], phone="pb"
        ),
    ),
    filters=(
        Filter("outcome", "结果", tuple(OUTCOMES.items())),
        Filter("kind", "类别", tuple(KINDS.items())),
    ),
    search=("unit", "veto"),
    none_title="没有考核结果",
    none_next="起草后，各单位的结果会列在这里。",
)


@get("/assessment", sync_to_thread=True)
def list_all(visit: Asked) -> Response[Any]:
    """List the results of the newest year that was drafted, or of the one that the address names."""
    with visit.workspace() as workspace:
        state = _state(visit, workspace)
        years = sorted(list_years(workspace), reverse=True)
        last_year = visit.now.year - 1
        mine = _mine(visit, workspace, state.year if state else last_year)
        rows = _rows_of(visit, workspace, state)
        scheme = find_scheme(state.newest.data.scheme, workspace.home.path).scheme.title if state else ""
        waiting = _waiting(visit, workspace)
    return visit.page(
        "assessment/list.html",
        listing=_LIST.shown(visit, rows),
        state=state,
        stage=STAGES[state.stage] if state else "",
        told_objected=state is not None and any(o.data.draft_id == state.newest.id for o in state.objections),
        scheme=scheme,
        years=years,
        waiting=waiting,
        measures=MEASURES,
        units=mine,
        last_year=last_year,
        clerk=has(visit, Role.CLERK),
        signer=has(visit, Role.SIGNER),
        error=visit.ask("error"),
    )


@get("/assessment/draft", sync_to_thread=True)
def show_draft(visit: Asked) -> Response[Any]:
    """Show the form by which a year is drafted."""
    return draft_page(visit)


@get("/assessment/{year:int}/{unit:str}", sync_to_thread=True)
def show_unit(visit: Asked, year: FromPath[int], unit: FromPath[str]) -> Response[Any]:
    """Show a unit's year: every point with its grounds, what it handed in, its objections."""
    return unit_page(visit, year, unit)


@get("/assessment/{year:int}/{unit:str}/sheet", sync_to_thread=True)
def give_sheet(visit: Asked, year: FromPath[int], unit: FromPath[str]) -> Response[Any]:
    """Give the sheet of a unit as a file."""
    from pipeline.office.assessment.sheets import year_sheets  # noqa: PLC0415 (slow to import)

    kind = visit.ask("as") or "docx"
    if kind not in _SHEETS:
        raise no_such_page()
    with visit.workspace() as workspace, refusing() as refused:
        meant = unit_meant(visit, workspace, year, unit)
        if _is_hidden(visit, flow.load_year(workspace, year)):
            raise no_such_page()
        content = year_sheets(workspace, year, meant.code)[kind]
    if refused:
        raise no_such_page()
    return visit.file(content, f"{year}年度考核{meant.name}.{kind}", _SHEETS[kind])


@get("/assessment/{year:int}/{unit:str}/evidence/{sha256:str}", sync_to_thread=True)
def give_evidence(
    visit: Asked, year: FromPath[int], unit: FromPath[str], sha256: FromPath[str]
) -> Response[Any]:
    """Give a file that came with a row or an objection of the unit; a browser keeps it and does not show it."""
    with visit.workspace() as workspace:
        meant = unit_meant(visit, workspace, year, unit)
        state = list_years(workspace).get(year)
        evidence = [e for n in list_notes(workspace, year, {meant.code}) for e in n.said.evidence]
        evidence += [
            e
            for o in (state.objections if state else ())
            if o.data.unit == meant.code
            for e in o.data.evidence
        ]
    return evidence_file(visit, tuple(evidence), sha256, "考核材料")


def _state(visit: Visit, workspace: Workspace) -> YearState | None:
    """Return the year that the address names, else the newest that was drafted."""
    years = list_years(workspace)
    if visit.ask("year"):
        return years.get(year_named(visit.ask("year")))
    return years[max(years)] if years else None


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        return _rows_of(visit, workspace, _state(visit, workspace))


def _rows_of(visit: Visit, workspace: Workspace, state: YearState | None) -> list[Row]:
    if state is None or _is_hidden(visit, state):
        return []
    data = state.newest.data
    names = find_scheme(data.scheme, workspace.home.path).scheme.names
    mine = {unit.code for unit in _mine(visit, workspace, state.year)}
    return [
        {
            "year": state.year,
            "code": row.unit,
            "unit": row.name,
            "kind": row.kind,
            "veto": "、".join(names.get(veto.code, veto.code) for veto in row.vetoes),
            "left": row.left,
            "bonus": None if row.total is None or row.left is None else row.total - row.left,
            "total": row.total,
            "outcome": row.outcome,
        }
        for row in data.rows
        if row.unit in mine
    ]


def _is_hidden(visit: Visit, state: YearState) -> bool:
    """Tell whether a year is the office's alone still: its newest draft was not told to the units."""
    return state.stage == "drafted" and visit.reach is not Reach.ALL


def _mine(visit: Visit, workspace: Workspace, year: int) -> list[AssessedUnit]:
    """Return the units that a year is assessed of, in the scope of whoever asks."""
    roster = units_of_year(workspace, year)
    codes = units_within(workspace, roster, visit.scope)
    return [unit for unit in roster if unit.code in codes]


def _waiting(visit: Visit, workspace: Workspace) -> list[NoteState]:
    """Return the rows of any year that wait for the office, of the units in the scope of whoever asks."""
    waiting = [note for note in list_notes(workspace) if note.state == "waiting"]
    mine = {
        year: {unit.code for unit in _mine(visit, workspace, year)} for year in {n.said.year for n in waiting}
    }
    return [note for note in waiting if note.unit in mine[note.said.year]]


def unit_meant(visit: Visit, workspace: Workspace, year: int, code: str) -> AssessedUnit:
    """Return a unit that a year is assessed of, in the scope of whoever asks; raises 404."""
    try:
        units = _mine(visit, workspace, year)
    except NotFoundError:
        raise no_such_page() from None
    found = next((unit for unit in units if unit.code == code), None)
    if found is None:
        raise no_such_page()
    return found


def year_named(typed: str) -> int:
    """Return a year as an address or form names it; raises 404."""
    year = typed_number(typed, MAXYEAR)
    if year is None:
        raise no_such_page()
    return year


def unit_page(visit: Visit, year: int, code: str, error: str = "", status: int = 200) -> Response[Any]:
    """Answer with the page of a unit's year, and what was wrong about what was sent."""
    with visit.workspace() as workspace:
        unit = unit_meant(visit, workspace, year, code)
        state = list_years(workspace).get(year)
        notes = list_notes(workspace, year, {unit.code})
        scheme = scheme_of_year(workspace, year).scheme
        result = None
        if state is not None and not _is_hidden(visit, state):
            data = state.newest.data
            scheme = find_scheme(data.scheme, workspace.home.path).scheme
            row = next((one for one in data.rows if one.unit == unit.code), None)
            if row is not None:
                result = result_view(row, scheme, account_names(workspace, (row,)))
    objections = [o for o in (state.objections if state else ()) if o.data.unit == unit.code]
    owner, clerk = visit.reach is Reach.UNIT, has(visit, Role.CLERK)
    return visit.page(
        "assessment/unit.html",
        status=status,
        year=year,
        unit=unit,
        kind=KINDS[unit.kind],
        state=state,
        shown=result,
        look=_LOOKS[result.row.outcome] if result else "plain",
        notes=notes,
        objections=objections,
        names=scheme.names,
        items=[(part.code, part.name) for part in (*scheme.vetoes, *scheme.items, *scheme.bonuses)],
        measures=[(code, MEASURES[code]) for code in scheme.noted()],
        measure_words=MEASURES,
        by=BY,
        reviews=REVIEWS,
        review_looks=_REVIEW_LOOKS,
        decisions=DECISIONS,
        error=error,
        form=visit.form,
        can_note=owner or clerk,
        can_object=(owner or clerk) and state is not None and state.stage == "told",
        can_take_back=owner or clerk,
        clerk=clerk,
        decides=clerk or has(visit, Role.SIGNER),
    )


def draft_page(visit: Visit, error: str = "", status: int = 200) -> Response[Any]:
    """Answer with the form of a draft, and what was wrong about it."""
    last_year = visit.now.year - 1
    with visit.workspace() as workspace:
        schemes = {named.scheme.name: named.scheme for named in reversed(list_schemes(workspace.home.path))}
        usual = scheme_of_year(workspace, last_year).scheme
    return visit.page(
        "assessment/draft.html",
        status=status,
        schemes=[usual, *(scheme for name, scheme in schemes.items() if name != usual.name)],
        last_year=last_year,
        error=error,
        form=visit.form,
    )


HANDLERS = [list_all, *exports(_LIST, _rows), show_draft, show_unit, give_sheet, give_evidence]
