"""Ledgers and lists of accounts: new accounts, and what a paper states otherwise about known ones."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from connectors.papers.paper import Reason, Record
from connectors.papers.paper_time import PaperTime
from events.account import AccountChanged, AccountClosed, AccountCorrected, AccountOpened
from events.closeness import distance
from events.codec import Event
from events.folding import fold, fold_name
from events.ids import mint_subject
from events.platforms import platform_family, platform_slug, wechat_kind
from events.sources import SHEETS
from events.text_references import is_gone
from pipeline.office.intake.asking import Asker
from pipeline.office.intake.moments import moment_of, paper_time
from pipeline.office.intake.plan import Address, Change, ChangeKind, Draft, Title
from pipeline.office.intake.source import Source
from projections.registry.cards import AccountCard
from projections.registry.identity.owners import Owners, UnitNames, compare_owners
from projections.registry.identity.statement import own_id

_TEXTS = {
    "name": "name",
    "owner": "owner",
    "competent_office": "supervisor",
    "tier": "tier",
    "area": "area",
    "functions": "description",
    "link": "link",
    "section": "section",
    "operator": "operator",
    "verified_as": "verified_as",
}
"""Fields of a paper that the registry holds as text, and what it calls them."""

_ALIKE: Mapping[str, Callable[[str], str]] = {"name": fold_name}
_CLOSED = frozenset({"stopped", "cancelled", "moved"})
_ASKED_BY_PAGE = frozenset({"tier", "area"})
CORRECTION: ChangeKind = "correction"
RENAMED: ChangeKind = "change"
OTHER = "other_account"


class Ledger:
    """Plans the rows of ledgers of one intake."""

    def __init__(
        self, source: Source, asker: Asker, units: UnitNames, stating: Mapping[tuple[str, str], Event[Any]]
    ) -> None:
        self._source = source
        self._asker = asker
        self._units = units
        self._stating = stating

    def opening(
        self, at: Address, record: Record, stated_at: datetime, subject: str = ""
    ) -> tuple[str, Draft]:
        """Return the subject of a new account and the fact that opens it; without a day it is open since ever.

        `subject` is given for one that is opened anew.
        """
        platform = record.platform.name if record.platform is not None else ""
        native = record.text("account_id").strip()
        slug = platform_slug(platform)
        subject = subject or (
            native
            if native.startswith(f"{slug}:")
            else mint_subject(
                slug,
                native or None,
                self._source.digest(at),
                self._source.attempt(at),
                at.page,
                at.row,
                record.part,
            )
        )
        opened = record.time("opened_at")
        texts: dict[str, Any] = {ours: record.text(theirs) for theirs, ours in _TEXTS.items()}
        data = AccountOpened(
            given_id=native or subject.partition(":")[2],
            platform=platform,
            opened_at=None if opened is None else moment_of(opened),
            date_only=opened is not None and opened.clock is None,
            by_month=opened is not None and opened.precision == "month",
            **texts,
        )
        event = Event(
            self._source.fact_id(subject, at, "opened"), SHEETS, subject, data.opened_at or stated_at, data
        )
        return subject, Draft(at, event)

    def closing(
        self, at: Address, record: Record, subject: str, known: datetime | None, stated_at: datetime
    ) -> list[Draft]:
        """Return the closing that a row tells of an account that is open: on its day, or by the date of the paper."""
        if record.text("state") not in _CLOSED or known is not None:
            return []
        closed_at = record.time("closed_at")
        at_time = moment_of(closed_at) if closed_at is not None else stated_at
        event_id = self._source.fact_id(subject, at, "closed")
        data = AccountClosed(reason=record.text("close_reason"))
        return [Draft(at, Event(event_id, SHEETS, subject, at_time, data))]

    def stated(
        self, at: Address, record: Record, card: AccountCard, stated_at: datetime
    ) -> tuple[list[Change], list[Draft]]:
        """Return what a row states otherwise about a known account, and the facts that would say so.

        A blank that is filled in holds from the beginning, a correction as the statement that was wrong, a change from
        the date of the paper (intake design 5.2).
        """
        title = Title(card.name, card.platform, card.owner)
        changes = [
            self._change(at, record, card, title, field, before, after, stated_at)
            for field, before, after in _differences(record, card, self._units)
        ]
        return changes, self._facts(at, record, card, changes, stated_at)

    def _change(
        self,
        at: Address,
        record: Record,
        card: AccountCard,
        title: Title,
        field: str,
        before: str,
        after: str,
        stated_at: datetime,
    ) -> Change:
        subject = card.account_id
        if not before:
            return Change(at, subject, title, field, before, after, "fill", "beginning")
        opening = isinstance(self._stating[subject, field].data, AccountOpened)
        corrected = Change(
            at, subject, title, field, before, after, CORRECTION, "beginning" if opening else "corrected"
        )
        question = self._question(at, record, card, field, before, after)
        if question is None:
            return corrected
        self._asker.waits(question, at.row) if question.at.row == 0 else None
        kind = RENAMED if question.settled == RENAMED else CORRECTION
        return msgspec.structs.replace(
            corrected,
            kind=kind,
            holds_from=stated_at.date().isoformat() if kind == "change" else corrected.holds_from,
            needs=(question.id,),
        )

    def _question(
        self, at: Address, record: Record, card: AccountCard, field: str, before: str, after: str
    ) -> Any:
        """Return what has to be asked about a difference, None where it is told and taken as a correction."""
        difference = {"field": field, "before": before, "after": after}
        if field in _ASKED_BY_PAGE:
            page = msgspec.structs.replace(at, row=0, part=0)
            return self._asker.ask(
                page,
                Reason("field_differs", difference),
                field=field,
                answers=(CORRECTION, RENAMED),
                default=CORRECTION,
                about=f"{before}\x1f{after}",
            )
        if field == "platform" and platform_family(before) != platform_family(after):
            return self._asker.ask(
                at,
                Reason("platform_differs", difference),
                field=field,
                cell=after,
                answers=(CORRECTION, OTHER),
            )
        slip = distance(fold(before), fold(after), 1) <= 1
        if field == "owner":
            owners = compare_owners(after, before, self._units, record.text("area") or card.area)
            slip = owners in (Owners.SAME, Owners.FOLLOWS, Owners.SLIP)
        former = field == "name" and fold_name(record.text("former_name")) == fold_name(before)
        if field in ("name", "owner") and (former or not slip):
            return self._asker.ask(
                at,
                Reason("field_differs", difference),
                field=field,
                cell=after,
                answers=(CORRECTION, RENAMED),
                default=RENAMED if former else None,
            )
        return None

    def _facts(
        self, at: Address, record: Record, card: AccountCard, changes: list[Change], stated_at: datetime
    ) -> list[Draft]:
        """Return a correction for each statement that was wrong, and one change; apart by the answers they wait for."""
        grouped: dict[tuple[UUID | None, tuple[str, ...]], list[Change]] = defaultdict(list)
        for change in changes:
            wrong = self._stating[card.account_id, change.field].id if change.kind != "change" else None
            grouped[wrong, change.needs].append(change)
        drafts = []
        for (wrong, needs), of_one in grouped.items():
            values: dict[str, Any] = {change.field: change.after for change in of_one}
            if "opened_at" in values and (opened := record.time("opened_at")) is not None:
                values |= {
                    "opened_at": moment_of(opened),
                    "date_only": opened.clock is None,
                    "by_month": opened.precision == "month",
                }
            what = f"{'changed' if wrong is None else wrong}:{','.join(sorted(values))}"
            if wrong is None:
                data: Any = AccountChanged(**values)
                time = stated_at
            else:
                data = AccountCorrected(corrects=wrong, reason="", **values)
                time = self._stating[card.account_id, of_one[0].field].time
            event_id = self._source.fact_id(card.account_id, at, what)
            drafts.append(Draft(at, Event(event_id, SHEETS, card.account_id, time, data), needs=needs))
        return drafts


def _differences(record: Record, card: AccountCard, units: UnitNames) -> list[tuple[str, str, str]]:
    """Return field, value that is known and value of the row, where they differ; a blank cell says nothing."""
    found = []
    for theirs, ours in _TEXTS.items():
        before, after = getattr(card, ours), record.text(theirs).strip()
        alike = _ALIKE.get(ours, fold)
        if after and not is_gone(before) and alike(before) != alike(after):
            if (
                ours == "owner"
                and before
                and compare_owners(after, before, units, card.area)
                in (
                    Owners.SAME,
                    Owners.FOLLOWS,
                )
            ):
                continue
            found.append((ours, before, after))
    if record.platform is not None and _platform_differs(card.platform, record.platform.name):
        found.append(("platform", card.platform, record.platform.name))
    native = record.text("account_id").strip()
    if native and not own_id(card.given_id, card.platform):
        found.append(("given_id", "", native))
    opened = record.time("opened_at")
    if opened is not None and (before := _opening_differs(card, opened)) is not None:
        found.append(("opened_at", before, str(opened)))
    return found


def _platform_differs(before: str, after: str) -> bool:
    """Tell platforms apart; 微信公众号 alone says nothing of the kind of account."""
    if platform_family(before) != platform_family(after):
        return True
    kind = wechat_kind(after)
    return bool(kind) and kind != wechat_kind(before)


def _opening_differs(card: AccountCard, opened: PaperTime) -> str | None:
    """Return the opening that is known where a paper tells another one, as far as both are known; "" for none."""
    if card.opened_at is None:
        return ""
    known = paper_time(card.opened_at, by_day=card.date_only, by_month=card.by_month)
    if known == opened:
        return None
    months = (known.day.year, known.day.month), (opened.day.year, opened.day.month)
    if opened.precision == "month" and months[0] == months[1]:
        return None  # what is known is finer
    return str(known)
