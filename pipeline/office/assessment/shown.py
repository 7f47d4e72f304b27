"""Results of a year for people: a line for each unit, and of one unit every point with its grounds."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from events.account import AccountSpotted
from events.assessment import Charge, UnitResult
from pipeline.home.registry import Registry, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.assessment.words import BY, KINDS, MEASURES, OUTCOMES, REVIEWS, ground_words
from pipeline.office.columns import Column, ident, minute, number, text, word
from pipeline.office.scope import Scope
from pipeline.office.units import unit_tree
from projections.year.belonging import Belonging
from projections.year.notes import NoteState
from projections.year.schemes import AssessedUnit, Scheme

_ID = 8


class GroundView(msgspec.Struct, frozen=True, kw_only=True):
    """One ground: what it says, and where it stands."""

    what: str
    day: date
    document: str  # title or number of the paper; empty: none
    facts: tuple[UUID, ...]  # empty: it rests on what is missing


class ChargeView(msgspec.Struct, frozen=True, kw_only=True):
    """What one clause came to."""

    item: str  # name of the veto, item or bonus
    name: str  # of the clause
    clause: str
    points: int | None  # below zero: deducted; None: a veto
    grounds: tuple[GroundView, ...]


class ResultView(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one unit with everything that it rests on."""

    row: UnitResult
    kind: str
    outcome: str
    charges: tuple[ChargeView, ...]
    limited: tuple[str, ...]  # items whose clauses came to more than the item, with what was taken


def result_columns(scheme: Scheme) -> tuple[Column, ...]:
    """Return the columns of a list of results: an item of the scheme each."""
    return (
        text("code", "代码"),
        text("unit", "单位"),
        word("kind", "类别", KINDS),
        text("veto", "单项否决"),
        *(number(item.code, f"{item.name}扣分") for item in scheme.items),
        number("left", "扣分后"),
        *(number(bonus.code, f"{bonus.name}加分") for bonus in scheme.bonuses),
        number("total", "得分"),
        word("outcome", "结果", OUTCOMES),
    )


NOTE_COLUMNS = (
    ident("short", "材料ID"),
    text("unit", "单位"),
    word("measure", "事项", MEASURES),
    number("count", "次数"),
    minute("happened_at", "时间"),
    text("document", "依据文件"),
    word("by", "来源", BY),
    word("state", "复核", REVIEWS),
    text("reason", "复核意见"),
)


def result_rows(rows: Sequence[UnitResult], scheme: Scheme) -> list[dict[str, Any]]:
    """Return a line for each result, with codes; a vetoed unit has no points."""
    names = scheme.names
    return [
        {
            "code": row.unit,
            "unit": row.name,
            "kind": row.kind,
            "vetoes": [veto.code for veto in row.vetoes],
            "veto": "、".join(names.get(veto.code, veto.code) for veto in row.vetoes),
            **{item.code: _points(row, row.deductions, item.code) for item in scheme.items},
            "left": row.left,
            **{bonus.code: _points(row, row.bonuses, bonus.code) for bonus in scheme.bonuses},
            "total": row.total,
            "outcome": row.outcome,
        }
        for row in rows
    ]


def note_rows(notes: Sequence[NoteState]) -> list[dict[str, Any]]:
    """Return a line for each row that was handed in."""
    return [
        {
            "note_id": str(one.id),
            "short": str(one.id)[:_ID],
            "code": one.unit,
            "unit": one.said.unit,
            "year": one.said.year,
            "measure": one.said.measure,
            "count": one.said.count,
            "happened_at": one.happened_at,
            "document": one.said.document,
            "note": one.said.note,
            "files": len(one.said.evidence),
            "by": one.said.by,
            "state": one.state,
            "reason": one.reason,
        }
        for one in notes
    ]


def result_view(row: UnitResult, scheme: Scheme, names: Mapping[str, str]) -> ResultView:
    """Return a result with every point and its grounds; `names` are of accounts by id."""
    points = {item.code: item.points for item in scheme.items}
    points |= {bonus.code: bonus.points for bonus in scheme.bonuses}
    limited = [
        f"{scheme.names[item.code]}：各项合计 {charged} 分，按本项 {points[item.code]} 分计"
        for item in (*row.deductions, *row.bonuses)
        if (charged := sum(charge.points for charge in item.charges)) > item.points
    ]
    return ResultView(
        row=row,
        kind=KINDS[row.kind],
        outcome=OUTCOMES[row.outcome],
        charges=tuple(_charges(row, scheme, names)),
        limited=tuple(limited),
    )


def account_names(workspace: Workspace, rows: Collection[UnitResult]) -> dict[str, str]:
    """Return how people call the accounts that results name: those of the registry, and those seen outside of it."""
    registry: Registry = registry_now(workspace)
    asked = {
        about
        for row in rows
        for charge in charges_of(row)
        for ground in charge.grounds
        for about in ground.about
    }
    names = {a: f"“{e.name}”（{e.platform}）" for a, e in registry.entries.items() if a in asked}
    for k in workspace.known.read((AccountSpotted.type,)):
        data = k.event.data
        if isinstance(data, AccountSpotted) and k.event.subject in asked:
            names.setdefault(k.event.subject, f"“{data.name}”（{data.platform}）")
    return names


def charges_of(row: UnitResult) -> list[Charge]:
    """Return every charge of a result."""
    items = (*row.deductions, *row.bonuses)
    return [*row.vetoes, *(charge for item in items for charge in item.charges)]


def _charges(row: UnitResult, scheme: Scheme, names: Mapping[str, str]) -> Iterator[ChargeView]:
    names_of_codes, clauses = scheme.names, scheme.clause_texts()
    charged = [(veto.code, 0, veto) for veto in row.vetoes]
    charged += [(item.code, -1, charge) for item in row.deductions for charge in item.charges]
    charged += [(item.code, 1, charge) for item in row.bonuses for charge in item.charges]
    for item, sign, charge in charged:
        yield ChargeView(
            item="单项否决" if not sign else names_of_codes[item],
            name=names_of_codes[charge.code],
            clause=clauses[charge.code],
            points=sign * charge.points if sign else None,
            grounds=tuple(
                GroundView(
                    what=ground_words(ground, names),
                    day=ground.day,
                    document=ground.document,
                    facts=ground.facts,
                )
                for ground in charge.grounds
            ),
        )


def _points(row: UnitResult, items: Sequence[Any], code: str) -> int | None:
    if row.left is None:
        return None
    return next((item.points for item in items if item.code == code), 0)


def units_within(workspace: Workspace, roster: Sequence[AssessedUnit], scope: Scope) -> frozenset[str]:
    """Return the codes of the registered units of a roster in a scope: of an area, or what answers for a unit."""
    tree = unit_tree(workspace)
    if scope == Scope():
        return frozenset(unit.code for unit in roster if unit.code in tree)
    if scope.unit is not None:
        names = Belonging(roster, tree)
        named = tree.get(scope.unit)
        code = names.of_name(named.name if named else scope.unit)
        return frozenset({code} if code is not None else ())
    return frozenset(
        u.code for u in roster if (own := tree.get(u.code)) is not None and own.area == scope.area
    )
