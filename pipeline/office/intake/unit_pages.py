"""Pages of units: new units, and what a page states otherwise about known ones."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from msgspec.structs import replace

from connectors.papers.paper import CellAside, Reason, Record
from connectors.sheets.cells import machine
from connectors.sheets.errors import SheetErrors
from connectors.sheets.rows import UnitRow
from connectors.sheets.vocabulary import UNIT_WORDS
from events.base import Payload
from events.closeness import distance
from events.codec import Event
from events.folding import fold, fold_owner
from events.ids import is_made_up, mint_subject
from events.unit import UnitChanged, UnitKind, unit_subject
from pipeline.office.intake.building import NEW, Building, Item, PageOf
from pipeline.office.intake.plan import Change, Draft, Fate, Title
from pipeline.office.intake.settling import LEAVE_OUT
from pipeline.office.intake.source import Source
from pipeline.office.units import code_among, codes_by_name, unit_events
from projections.registry.units import Unit

_USUAL_KIND: UnitKind = "owner"


def plan_units(building: Building, source: Source, of: PageOf) -> None:
    """Plan a page of units by the rules of `units import`; a page without codes knows a unit by its name."""
    planned: dict[int, tuple[Item, UnitRow, tuple[str, ...]]] = {}
    tree = building.world.tree | building.registered
    named = {fold_owner(item.record.text("owner")) for item in of.items}
    for item in of.items:
        code, needs = _code(building, source, item, tree, named)
        if code == LEAVE_OUT:
            building.note(item.at, of.page, item.record, "doubtful", needs=needs)
            continue
        kind, asked = _kind(building, of, item, tree.get(code))
        needs = (*needs, *asked)
        row = _unit_row(building, item.record, code, kind, tree.get(code))
        first = next((o for _, o, _ in planned.values() if o.code == code or _is_same_unit(o, row)), None)
        if first is not None:
            told = _says_otherwise(first, row)
            why = Reason("unit_twice", {"row": str(first.row)}) if told else None
            fate: Fate = "contradicting" if told else "duplicate"
            building.note(item.at, of.page, item.record, fate, needs=needs, why=why)
            continue
        planned[item.at.row] = (item, row, needs)
    codes = codes_by_name([row for _, row, _ in planned.values()], tree)
    placed = {n: _below_known(of, item, row, needs, codes) for n, (item, row, needs) in planned.items()}
    events, unfit = _events(building, [row for _, row, _ in placed.values()], tree, of)
    for number, (item, row, needs) in placed.items():
        if number in unfit:
            why = Reason("unit_unfit", {"problem": unfit[number]})
            building.note(item.at, of.page, item.record, "refused", needs=needs, why=why)
            continue
        known = tree.get(row.code)
        building.note(
            item.at, of.page, item.record, "taken", needs=needs, found_by=NEW if known is None else "name"
        )
        building.persons(item, "", needs)
        for event in events:
            if event.subject == unit_subject(row.code):
                building.drafts.append(Draft(item.at, building.standing(event)))
                building.changes += _changes(item, known, event, needs)
        if known is None:
            building.registered[row.code] = _unit(row, of)


def _below_known(
    of: PageOf, item: Item, row: UnitRow, needs: tuple[str, ...], codes: Mapping[str, str]
) -> tuple[Item, UnitRow, tuple[str, ...]]:
    """Set a unit above aside that nobody knows: a government stands above its office and is in no such list."""
    if not row.parent or code_among(codes, row.parent) is not None:
        return item, row, needs
    letter = next((c.letter for c in of.page.columns if "competent_office" in c.fields), "")
    cell = CellAside("parent", letter, row.parent, Reason("unit_above_unknown"))
    record = replace(item.record, set_aside=(*item.record.set_aside, cell))
    return replace(item, record=record), replace(row, parent=""), needs


def _is_same_unit(one: UnitRow, other: UnitRow) -> bool:
    """Tell two rows of one unit without codes: the name twice on a page is no second unit."""
    return (
        is_made_up(one.code)
        and is_made_up(other.code)
        and (fold_owner(one.name), fold(one.area)) == (fold_owner(other.name), fold(other.area))
    )


def _says_otherwise(first: UnitRow, again: UnitRow) -> bool:
    """Tell whether a unit's second row says what its first one does not; a blank says nothing."""
    fields = ("kind", "tier", "area", "parent")
    return any((value := getattr(again, field)) and value != getattr(first, field) for field in fields)


def _code(
    building: Building, source: Source, item: Item, tree: Mapping[str, Unit], named: set[str]
) -> tuple[str, tuple[str, ...]]:
    """Return the code of the unit that a row means: as written, of the unit of its name, or one made for it.

    A code that is not known is a unit of its own, unless the unit of this name came without one.
    A unit one character apart of the same area that no row names may have been renamed: that is asked.
    """
    record, needs = item.record, item.needs
    stated, name = machine(record.text("owner_code")), fold_owner(record.text("owner"))
    if stated in tree:
        return stated, needs
    names = building.world.units
    tree = {code: unit for code, unit in tree.items() if not stated or is_made_up(code)}
    same = {unit.code for unit in tree.values() if fold_owner(unit.name) == name}
    found = same or {code for code in names.former_code_of.get(name, ()) if code in tree}
    if len(found) == 1:
        return next(iter(found)), needs
    near = [
        unit
        for unit in tree.values()
        if fold(unit.area) == fold(record.text("area"))
        and fold_owner(unit.name) not in named
        and distance(fold_owner(unit.name), name, 1) == 1
    ]
    if len(near) == 1:
        question = building.asker.ask(
            item.at,
            Reason("unit_near", {"unit": near[0].name}),
            field="owner",
            cell=record.text("owner"),
            answers=(near[0].name, NEW, LEAVE_OUT),
            default=near[0].name,
        )
        needs = (*needs, question.id)
        if question.settled in (None, LEAVE_OUT):
            return LEAVE_OUT, needs
        if question.settled != NEW:
            return near[0].code, needs
    at = item.at
    minted = mint_subject("unit", None, source.digest(at), source.attempt(at), at.page, at.row)
    return stated or minted.partition(":")[2], needs


def _kind(building: Building, of: PageOf, item: Item, known: Unit | None) -> tuple[UnitKind, tuple[str, ...]]:
    """Return the kind of a unit; words that tell none are asked about once a page, a blank keeps what is known."""
    stated = item.record.text("unit_kind")
    kind = UNIT_WORDS.get(stated)
    if kind is not None:
        return cast(UnitKind, kind), ()
    if known is not None:
        return known.kind, ()
    kinds = tuple(dict.fromkeys(UNIT_WORDS.values()))
    question = building.asker.ask(
        of.at,
        Reason("unit_kind_unclear", {"kind": stated}) if stated else Reason("unit_kind_unsaid"),
        field="unit_kind",
        cell=stated,
        answers=kinds,
        default=_USUAL_KIND,
        about=stated,
    )
    building.asker.waits(question, item.at.row)
    settled = question.settled if question.settled in kinds else _USUAL_KIND
    return cast(UnitKind, settled), (question.id,)


def _unit_row(building: Building, record: Record, code: str, kind: UnitKind, known: Unit | None) -> UnitRow:
    """Return what a row says of a unit; a former name says nothing new."""
    name = record.text("owner")
    former = building.world.units.former_code_of.get(fold_owner(name), frozenset())
    if known is not None and code in former and not record.text("owner_code"):
        name = known.name
    return UnitRow(
        row=record.row,
        code=code,
        name=name,
        kind=kind,
        tier=record.text("tier"),
        area=record.text("area"),
        parent=record.text("competent_office"),
        duties=(),
        representative="",
        since=None,
        ended_at=None,
    )


def _events(
    building: Building, rows: Sequence[UnitRow], tree: Mapping[str, Unit], of: PageOf
) -> tuple[list[Event[Payload]], dict[int, str]]:
    """Return the events of the rows that fit into the tree, and by row why the others do not."""
    unfit: dict[int, str] = {}
    while True:
        fit = [row for row in rows if row.row not in unfit]
        try:
            return unit_events(Path(of.page.title), fit, tree, building.world.registry, of.stated_at), unfit
        except SheetErrors as e:
            unfit |= {error.row: str(error.problem) for error in e.errors}


def _changes(
    item: Item, known: Unit | None, event: Event[Payload], needs: tuple[str, ...]
) -> Iterable[Change]:
    """Yield what a row states otherwise about a known unit."""
    if known is None or not isinstance(event.data, UnitChanged):
        return
    title = Title(known.name, "", "")
    for field in ("name", "kind", "tier", "area", "parent"):
        after: Any = getattr(event.data, field)
        if after is not None:
            day = event.time.date().isoformat()
            before = getattr(known, field)
            yield Change(item.at, event.subject, title, field, before, after, "change", day, needs)


def _unit(row: UnitRow, of: PageOf) -> Unit:
    return Unit(code=row.code, name=row.name, kind=row.kind, tier=row.tier, area=row.area, since=of.stated_at)
