"""A plan as programs read it: pages, totals, rows by their fate, people, changes, questions. Codes, with places."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from connectors.papers.paper import Column, Context, ReadFile, ReadPage, Reason, Record, Row, Stated
from connectors.papers.places import cell_name
from events.account import AccountOpened
from events.finding import FindingRecorded
from events.patrol import AccountPatrolled
from events.post import PostPublished
from events.rectification import RectificationAnswered
from events.site import SITE_PREFIX
from events.unit import UNIT_PREFIX, UnitChanged, UnitRegistered
from pipeline.office.intake.plan import Address, Plan, PlannedRow, Question, Title, layout_of, line_on_paper

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SORTS = ("data", "total", "note", "signature", "section", "blank", "example", "repeated_header")


def plan_contents(plan: Plan) -> dict[str, Any]:
    """Return a plan as plain values; accounts as name, platform and owner, `why` as a code of docs/intake.md."""
    several = len(plan.files) > 1
    return {
        "plan": plan.id,
        "received": plan.received.isoformat(),
        "taken_before": list(plan.taken_before),
        "replaces": (
            {"intake": plan.replaces, "kept": len(plan.kept), "withdrawn": len(plan.gone)}
            if plan.replaces
            else None
        ),
        "files": [_file(file) for file in plan.files],
        "attachments": [{"name": a.name, "sha256": a.sha256, "kind": a.kind} for a in plan.attachments],
        "left_out": [{"name": file.name, **_why(file.why)} for file in plan.left_out],
        "pages": [_page(file, page, several) for file in plan.files for page in file.pages],
        "totals": _totals(plan),
        "doubtful": [_row(plan, row) for row in plan.rows if row.fate == "doubtful"],
        "contradictions": [_row(plan, row) for row in plan.rows if row.fate == "contradicting"],
        "refused": [_row(plan, row) for row in plan.rows if row.fate == "refused"],
        "cells_set_aside": [
            {**_cell_at(plan, row.at, c.column), "field": c.field, "cell": c.cell, **_why(c.why)}
            for row in plan.rows
            for c in row.record.set_aside
        ],
        "not_listed": [{"page": m.page, "account": _account(m.account), **_why(m.why)} for m in plan.missing],
        "records": [_record(plan, row) for row in plan.rows if row.fate == "taken"],
        "people": [
            {
                **_at(plan, p.at),
                "unit": p.placed.unit,
                "role": p.placed.role,
                "accounts": [_account(_title_of(plan, subject)) for subject in p.accounts],
            }
            for p in plan.people
        ],
        "findings": list(_findings(plan)),
        "changes": [
            {
                **_at(plan, c.at),
                "account": _account(c.account),
                "field": c.field,
                "before": c.before or None,
                "after": c.after,
                "kind": c.kind,
                "holds_from": c.holds_from,
            }
            for c in plan.changes
        ],
        "hints": [
            *({**_at(plan, at), **_why(hint)} for at, hint in plan.hints),
            *({**_at(plan, row.at), **_why(hint)} for row in plan.rows for hint in row.notes),
        ],
        "questions": [_question(plan, q) for q in plan.questions],
    }


def _file(file: ReadFile) -> dict[str, Any]:
    answer: dict[str, Any] = {"name": file.name, "sha256": file.sha256, "form": file.form}
    if file.encoding:
        answer["encoding"] = file.encoding
    return answer | ({"refused": file.refused.code} if file.refused else {})


def _page(file: ReadFile, page: ReadPage, several: bool) -> dict[str, Any]:
    answer: dict[str, Any] = {"file": file.name} if several else {}
    answer |= {"page": page.title, "read": page.read}
    if page.why is not None:
        answer |= _why(page.why)
    if not page.read:
        return answer
    rows = {sort: page.count(sort) for sort in _SORTS}  # type: ignore[arg-type]
    answer |= {
        "kind": page.kind,
        **({} if page.layout == "rows" else {"layout": page.layout}),
        "header_rows": list(page.header_rows),
        "context": _context(page.context),
        "columns": {
            "understood": {c.header: _fields(c) for c in page.columns if c.use == "understood"},
            "kept_aside": [c.header for c in page.columns if c.use == "kept_aside"],
            "ignored": [c.header for c in page.columns if c.use == "ignored"],
        },
        "rows": rows,
        "duplicate_rows": sum(r.fate == "duplicate" for r in page.records),
        "cells_filled_down": sum(page.filled_down.values()),
        "sections": [_section(row) for row in page.rows if row.sort == "section"],
    }
    if file.encoding:
        answer["encoding"] = file.encoding
    if page.totals:
        answer |= {
            "stated_total": page.totals[-1].stated,
            "total_agrees": all(total.agrees for total in page.totals),
        }
    return answer


def _fields(column: Column) -> str:
    return "+".join(column.fields) or (f"rule:{column.rule}" if column.rule else "")


def _section(row: Row) -> dict[str, Any]:
    return {"row": row.number, "text": row.text}


def _context(context: Context) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    for name in ("area", "reported_by", "checked_by", "sheet_date", "looked_at"):
        stated = getattr(context, name)
        if isinstance(stated, Stated):
            answer[name] = str(stated.value)
            answer[f"{name}_from"] = f"{stated.source} {stated.place}".strip()
    if context.quarter:
        answer["quarter"] = context.quarter
    if context.marks:
        answer["marks"] = dict(context.marks)
    return answer


def _totals(plan: Plan) -> dict[str, Any]:
    rows = [row for row in plan.rows if row.fate == "taken"]
    likely = [row for row in plan.rows if row.fate in ("taken", "doubtful")]
    outcomes = Counter(row.record.text("outcome") for row in likely if row.kind == "self_check")
    drafts = plan.written(by_default=False)
    of_default = plan.written(by_default=True)
    fates = Counter(row.fate for row in plan.rows)
    findings = [d.event.data for d in drafts if isinstance(d.event.data, FindingRecorded)]
    opened = {d.event.subject for d in of_default if isinstance(d.event.data, AccountOpened)}
    accounts = [row.account for row in likely if row.account is not None]
    plain = [row.record.platform.name for row in plan.rows if _is_plain(row) and row.record.platform]
    indicators = list(_findings(plan))
    changed = {c.subject for c in plan.changes if not c.subject.startswith((UNIT_PREFIX, SITE_PREFIX))}
    return {
        "accounts": len({row.subject for row in likely if row.subject and _has_account(row)}),
        "accounts_without_a_question": len({row.subject for row in rows if row.subject}),
        "accounts_if_defaults_are_taken": len({row.subject for row in likely if row.subject}),
        "owners": len({account.owner for account in accounts if account.owner}),
        "platforms_of_plain_rows": dict(Counter(plain).most_common()),
        "posts": sum(isinstance(d.event.data, PostPublished) for d in drafts),
        "looks": sum(isinstance(d.event.data, AccountPatrolled) for d in drafts),
        "findings": len(indicators) or len(findings),
        "answers": sum(isinstance(d.event.data, RectificationAnswered) for d in drafts),
        "findings_counted": sum(finding.count for finding in findings),
        "new": len(opened),
        "changed": len(changed),
        "already_known": len(
            {row.subject for row in rows if row.kind == "accounts" and row.found_by != "new"} - changed
        ),
        "questions_answered_before": sum(q.remembered for q in plan.questions),
        "checked": outcomes["passed"] + outcomes["failed"],
        **{outcome: outcomes[outcome] for outcome in ("not_checked", "passed", "failed")},
        "doubtful_rows": len({row.at for row in plan.rows if row.fate == "doubtful"}),
        "contradicting_rows": fates["contradicting"],
        "duplicate_rows_passed_over": fates["duplicate"],
        "refused_rows": fates["refused"],
        "cells_set_aside": sum(len(row.record.set_aside) for row in plan.rows),
        "people": len(plan.people),
        "units_new": sum(isinstance(d.event.data, UnitRegistered) for d in of_default),
        "units_changed": sum(isinstance(d.event.data, UnitChanged) for d in of_default),
        "new_facts": len(drafts),
    }


def _has_account(row: PlannedRow) -> bool:
    """Tell a row that is taken, and one of a self-check: what it leaves open is the outcome, not the account."""
    return row.fate == "taken" or row.kind == "self_check"


def _is_plain(row: PlannedRow) -> bool:
    """Tell a row that asks nothing: taken, or said before."""
    return row.fate in ("taken", "duplicate")


def _row(plan: Plan, row: PlannedRow) -> dict[str, Any]:
    answer = {**_at(plan, row.at), **_why(row.why)}
    if row.account is not None:
        answer["account"] = _account(row.account)
    elif row.record.text("name"):
        answer["account"] = _account(_of_record(row.record))
    by_id = {q.id: q for q in plan.questions}
    asked = [by_id[question_id] for question_id in row.needs]
    if asked:
        answer["questions"] = [q.id for q in asked]
        answer["default"] = asked[0].default
        answer["cell"] = asked[0].cell
    return answer


def _record(plan: Plan, row: PlannedRow) -> dict[str, Any]:
    answer: dict[str, Any] = {**_at(plan, row.at), "how": row.found_by}
    if row.account is not None:
        answer["account"] = _account(row.account)
    record = row.record
    match row.kind:
        case "accounts":
            opened = record.time("opened_at")
            answer |= {
                "name": record.text("name"),
                "platform": record.platform.name if record.platform else "",
                "owner": record.text("owner"),
                "area": record.text("area"),
                "opened": None if opened is None else str(opened),
                "opened_precision": None if opened is None else opened.precision,
                "native": record.text("account_id") or None,
            }
            for field in ("tier", "functions", "verified_as", "link", "state"):
                if record.text(field):
                    answer[field] = record.text(field)
        case "looks":
            newest = record.time("newest_post_at")
            looked = record.time("looked_at")
            answer |= {
                "looked_at": None if looked is None else str(looked),
                "newest": None if newest is None else str(newest),
                "newest_date_only": newest is not None and newest.clock is None,
            }
        case "findings":
            found = record.time("found_at")
            for finding in record.findings:
                answer |= {
                    "rule": finding.rule,
                    "severity": finding.severity or (finding.rule or "").partition("-")[0],
                    "count": finding.count,
                    "found": None if found is None else str(found),
                    "text_kept": finding.keeps_text,
                    "reference": finding.reference or None,
                }
        case "answers":
            answered = [d.event.data for d in plan.drafts if d.at == row.at]
            answer["state"] = record.text("answer_state") or None
            answer["tasks"] = [
                str(task)
                for data in answered
                if isinstance(data, RectificationAnswered)
                for task in data.tasks
            ]
            answer["papers"] = [
                evidence.sha256
                for data in answered
                if isinstance(data, RectificationAnswered)
                for evidence in data.evidence
            ]
        case "self_check":
            answer["outcome"] = record.text("outcome")
    return answer


def _findings(plan: Plan) -> Iterable[dict[str, Any]]:
    """Yield what a self-check says of indicators: told beside a verdict, and proof of nothing about silence."""
    for row in plan.rows:
        if row.kind == "self_check":
            for finding in row.record.findings:
                answer = {
                    **_at(plan, row.at),
                    "indicator": finding.words,
                    "rule": finding.rule,
                    "count": finding.count,
                }
                yield answer | ({"account": _account(row.account)} if row.account else {})


def _question(plan: Plan, question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        **_at(plan, question.at),
        **_why(question.why),
        "field": question.field,
        "cell": question.cell,
        "answers": list(question.answers),
        "default": question.default,
        "answer": question.answer,
        "rows": list(question.rows),
    }


def _at(plan: Plan, at: Address) -> dict[str, Any]:
    answer: dict[str, Any] = {"file": plan.files[at.file].name} if len(plan.files) > 1 else {}
    layout = layout_of(plan.files, at)
    answer |= {"page": at.page}
    if layout == "columns" and at.row:
        return answer | {"column": line_on_paper(plan, at, at.row)}
    return answer | ({"row": at.row} if at.row and layout == "rows" else {})


def _cell_at(plan: Plan, at: Address, letter: str) -> dict[str, Any]:
    """Return the place of a cell: page, row and column of the paper."""
    if layout_of(plan.files, at) == "rows":
        return {**_at(plan, at), "column": letter}
    name = cell_name(letter, at.row)
    return {**_at(plan, at), "row": int(name.lstrip(_LETTERS)), "column": name.rstrip("0123456789")}


def _why(why: Reason | None) -> dict[str, Any]:
    if why is None:
        return {}
    return {"why": why.code} | ({"says": dict(why.says)} if why.says else {})


def _account(title: Title) -> dict[str, str]:
    return {"name": title.name, "platform": title.platform, "owner": title.owner}


def _of_record(record: Record) -> Title:
    return Title(record.text("name"), record.platform.name if record.platform else "", record.text("owner"))


def _title_of(plan: Plan, subject: str) -> Title:
    return next(
        (row.account for row in plan.rows if row.subject == subject and row.account), Title(subject, "", "")
    )
