"""Documents for people: which are interpreted in which forms, and what is missing."""

from datetime import date, datetime

import msgspec

from events.instants import FAR
from events.interpretation import InterpretationForm
from pipeline.home.errors import NotFoundError
from pipeline.home.workspace import Workspace
from pipeline.office.columns import Column, day, ident, number, text, word
from pipeline.office.interpretation.rule import interpretation_rule
from pipeline.office.scope import Place, Scope, keys_within
from pipeline.office.units import unit_tree
from projections.policy.interpretation import INTERPRETATION_TYPES, Document, documents_at

FORMS: dict[InterpretationForm, str] = {form.code: form.title for form in interpretation_rule().forms}
"""What people call the forms, by code."""

STATES = {"short": "缺解读", "met": "已解读", "exempt": "无需解读"}
"""How a document stands, by code."""

COLUMNS: tuple[Column, ...] = (
    ident("number", "文号"),
    text("title", "标题", wraps=True),
    text("unit", "牵头起草部门"),
    day("published_on", "发布日期"),
    word("forms", "已有解读形式", FORMS),
    number("missing", "缺少形式数"),
    word("state", "情况", STATES),
    text("problem", "问题", wraps=True),
)
"""Columns of the list, for the command line and the page."""


class DocumentRow(msgspec.Struct, frozen=True, kw_only=True):
    """A document as a list has it."""

    number: str
    title: str
    unit: str
    published_on: date
    forms: tuple[InterpretationForm, ...]  # in the order of the rule
    links: tuple[str, ...]
    missing: int
    state: str  # short, met, exempt
    problem: str  # as the annex of the bulletin says it; empty where nothing is missing


def list_documents(
    workspace: Workspace,
    at: datetime,
    scope: Scope = Scope(),  # noqa: B008 (frozen)
    known_at: datetime = FAR,
) -> list[DocumentRow]:
    """Return the documents of a scope as they stand at a moment, those with missing forms first."""
    documents = documents_within(workspace, at, scope, known_at)
    order = {"short": 0, "met": 1, "exempt": 2}
    return sorted(map(_row, documents), key=lambda d: (order[d.state], d.unit, d.published_on, d.number))


def documents_within(
    workspace: Workspace, at: datetime, scope: Scope, known_at: datetime = FAR
) -> list[Document]:
    """Return the documents whose department belongs to a scope; a scope that has none gives none."""
    documents = documents_at(workspace.known.read(INTERPRETATION_TYPES, known_at), at)
    if scope == Scope():
        return documents
    placed = {d.subject: Place(owner=d.told.unit, platform="") for d in documents}
    try:
        kept = keys_within(placed, scope, unit_tree(workspace, known_at=known_at))
    except NotFoundError:
        return []
    return [d for d in documents if d.subject in kept]


def _row(document: Document) -> DocumentRow:
    rule, data = interpretation_rule(), document.told
    missing = document.missing(rule)
    state = "short" if missing else "met" if data.normative else "exempt"
    return DocumentRow(
        number=data.number,
        title=data.title,
        unit=data.unit,
        published_on=data.published_on,
        forms=tuple(form.code for form in rule.forms if form.code in document.forms),
        links=tuple(one.url for one in document.interpretations if one.url),
        missing=missing,
        state=state,
        problem=document.problem(rule),
    )
