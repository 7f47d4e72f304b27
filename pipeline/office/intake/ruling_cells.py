"""What a ledger says of an account beside its registry: its class, the line that it belongs to, papers that it has."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

import msgspec

from connectors.papers.paper import Reason
from connectors.papers.vocabulary import vocabulary
from events import ruling_ids
from events.codec import Event
from events.credentials import AccountDocumented
from events.days import chinese_day
from events.folding import fold
from events.ruling import AccountClass, AccountClassed, AccountLined
from events.sources import OFFICE
from pipeline.office.intake.building import Building, Item, PageOf
from pipeline.office.intake.moments import beginning_of
from pipeline.office.intake.plan import Change, ChangeKind, Draft
from pipeline.office.rulings.classes import CLASSES
from projections.registry.credentials import PAPERS


class _CellChange(msgspec.Struct, frozen=True):
    """What a row says of an account, and what stood before."""

    field: str
    before: str
    after: str
    event: Event[Any]


def plan_rulings(building: Building, of: PageOf, item: Item, subject: str, needs: tuple[str, ...]) -> None:
    """Note what a row says of class, line and papers of its account; it holds from the day that the paper speaks for.

    What was said of a later day stands: the paper is the older one. A blank cell says nothing.
    """
    since = beginning_of(chinese_day(of.stated_at))
    title = building.title(subject)
    for one in (*_rulings(building, of, item, subject, since), *_papers(building, item, subject, since)):
        building.drafts.append(Draft(item.at, building.standing(one.event), needs=needs))
        kind: ChangeKind = "change" if one.before else "fill"
        day = chinese_day(since).isoformat()
        building.changes.append(
            Change(item.at, subject, title, one.field, one.before, one.after, kind, day, needs)
        )


def _rulings(
    building: Building, of: PageOf, item: Item, subject: str, since: datetime
) -> Iterator[_CellChange]:
    basis = of.page.context.title or of.page.title
    stated_at = building.received_at
    word, line = item.record.text("account_class"), item.record.text("line").strip()
    code = cast("AccountClass | None", vocabulary().meanings["account_class"].get(fold(word)))
    if word and code is None:
        building.hints.append((item.at, Reason("class_unknown", {"account_class": word})))
    known = building.year.rulings.get((subject, AccountClassed.type))
    held: str = known.data.account_class if known and isinstance(known.data, AccountClassed) else ""
    if code is not None and held != code and _is_newer(known, since):
        event_id = ruling_ids.account_classed(subject, code, since, known.id if known else None)
        classed = AccountClassed(account_class=code, basis=basis, told_at=stated_at)
        event: Event[Any] = Event(event_id, OFFICE, subject, since, classed)
        yield _CellChange("account_class", CLASSES.get(held, ""), CLASSES[code], event)
    known = building.year.rulings.get((subject, AccountLined.type))
    held = known.data.line if known and isinstance(known.data, AccountLined) else ""
    if line and held != line and _is_newer(known, since):
        event_id = ruling_ids.account_lined(subject, line, since, known.id if known else None)
        lined = AccountLined(line=line, basis=basis, told_at=stated_at)
        yield _CellChange("line", held, line, Event(event_id, OFFICE, subject, since, lined))


def _papers(building: Building, item: Item, subject: str, since: datetime) -> Iterator[_CellChange]:
    """Yield which papers a row says that its account has or lacks; a cell that says neither is the paper's number."""
    for credential, name in PAPERS.items():
        field = f"paper_{credential}"
        text = item.record.text(field).strip()
        if not text:
            continue
        has = vocabulary().meanings["has"].get(fold(text))
        held, number = has != "no", "" if has else text
        known = building.year.papers.get((subject, credential))
        same = known is not None and known.data.held == held and number in ("", known.data.number)
        if same or not _is_newer(known, since):
            continue
        event_id = ruling_ids.account_documented(subject, credential, since, held=held)
        data = AccountDocumented(credential=credential, held=held, number=number)
        before = "" if known is None else "有" if known.data.held else "没有"
        after = f"{name}：{number or ('有' if held else '没有')}"
        yield _CellChange(field, before, after, Event(event_id, OFFICE, subject, since, data))


def _is_newer(known: Event[Any] | None, since: datetime) -> bool:
    return known is None or known.time <= since
