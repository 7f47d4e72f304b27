"""What the people of a simulated city hand in: rows of the same sheets that an office imports."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from connectors.sheets.flags import FlagRow
from connectors.sheets.interpretations import InterpretationRow
from connectors.sheets.rows import AccountRef, AccountRow, PostRow, UnitRow
from events.instants import SHANGHAI
from pipeline.office.imports import Span
from pipeline.simulate.place import Interpreted, Place
from pipeline.simulate.registry import SimAccount, SimRegistry
from pipeline.simulate.rhythm import Posting, post_times

_FLAG = "存在内容更新不及时风险"
_WHOLE_LIMIT = timedelta(days=15)
"""Rows prove silence only where they are complete over the whole limit before a check point: no month ends there."""


def unit_rows(registry: SimRegistry, since: datetime) -> list[UnitRow]:
    """Return the sheet of units, those above first."""
    return [
        UnitRow(
            row=n,
            code=unit.code,
            name=unit.name,
            kind=unit.kind,
            tier=unit.tier,
            area=unit.area,
            parent=unit.parent,
            duties=unit.duties,
            representative=registry.representatives.get(unit.code, ""),
            since=since,
            ended_at=None,
        )
        for n, unit in enumerate(registry.units, start=1)
    ]


def account_rows(registry: SimRegistry) -> list[AccountRow]:
    """Return the sheet of accounts that were filed."""
    supervisors = _supervisors(registry)
    return [
        AccountRow(
            row=n,
            given_id=account.native_id,
            name=account.name,
            platform=account.platform,
            owner=account.owner,
            supervisor=supervisors[account.owner],
            tier=account.tier,
            area=account.area,
            opened_at=account.opened_at,
            opened_at_date_only=False,
            description="",
            extra={},
            people={},
        )
        for n, account in enumerate((a for a in registry.accounts if a.filed), start=1)
    ]


def hand_ins(place: Place) -> list[Span]:
    """Return the spans of what the firm hands in: month by month, and up to each check point."""
    points = [planned.check_point for planned in place.rounds]
    cuts = {place.records_from, *points}
    at = _next_month(place.begins)
    while at < points[-1]:
        if all(abs(point - at) > _WHOLE_LIMIT for point in points):
            cuts.add(at)
        at = _next_month(at)
    ends = sorted(cut for cut in cuts if cut > place.begins)
    return [Span(start, end) for start, end in itertools.pairwise([place.begins, *ends])]


def posts_handed_in(
    place: Place, posting: Mapping[str, Posting], seed: int
) -> Iterator[tuple[Span, list[PostRow]]]:
    """Give each span with the sheet of posts in it; before `records_from` only of accounts that the firm flagged."""
    until = place.rounds[-1].check_point
    times = {a: post_times(how, a, _known_from(place, how), until, seed) for a, how in posting.items()}
    for span in hand_ins(place):
        yield (
            span,
            post_rows({a: t for a, t in times.items() if _known_from(place, posting[a]) <= span.start}, span),
        )


def post_rows(times: Mapping[str, Sequence[datetime]], span: Span) -> list[PostRow]:
    """Return the sheet of what every account posted within a span, or that it posted nothing."""
    rows: list[PostRow] = []
    for account, posted in times.items():
        within = [at for at in posted if span.start < at <= span.until]
        ref = AccountRef(account, None, None, None)
        rows += [
            PostRow(len(rows) + n, ref, at, date_only=False, native_key=None)
            for n, at in enumerate(within or [None], start=1)
        ]
    return rows


def flag_rows(place: Place, posting: Mapping[str, Posting]) -> list[FlagRow]:
    """Return the sheet of risks that the monitoring firm told of, by time."""
    flagged = sorted((p.flagged_at, account) for account, p in posting.items() if p.flagged_at is not None)
    return [
        FlagRow(n, AccountRef(account, None, None, None), at, date_only=False, by=place.firm, reason=_FLAG)
        for n, (at, account) in enumerate(flagged, start=1)
    ]


def spotted(accounts: Iterable[SimAccount]) -> list[SimAccount]:
    """Return the accounts that stand in no registry."""
    return [account for account in accounts if not account.filed]


def _known_from(place: Place, posting: Posting) -> datetime:
    return place.records_from if posting.flagged_at is None else place.begins


def _supervisors(registry: SimRegistry) -> dict[str, str]:
    """Return the office above the unit of each name; the top has none."""
    names = {unit.code: unit.name for unit in registry.units}
    return {unit.name: names.get(unit.parent, "") for unit in registry.units}


def _next_month(at: datetime) -> datetime:
    first = at.astimezone(SHANGHAI).replace(day=1)
    return (first + timedelta(days=32)).replace(day=1)


def document_rows(documents: Iterable[Interpreted]) -> list[InterpretationRow]:
    """Return the sheet of documents: a row for each form, and one for a document that nobody explained."""
    rows = [
        InterpretationRow(
            row=0,
            number=one.number,
            title=one.title,
            unit=one.unit,
            published_on=one.published_on,
            normative=True,
            form=form,
            url="",
            interpreted_on=(one.interpreted_on or one.published_on) if form else None,
        )
        for one in documents
        for form in one.forms or (None,)
    ]
    return [replace(row, row=number) for number, row in enumerate(rows, 2)]
