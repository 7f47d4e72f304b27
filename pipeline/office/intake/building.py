"""A plan while it is made: what pages have in common, whatever their kind."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from connectors.papers.paper import ReadFile, ReadPage, Reason, Record, Stated
from connectors.papers.paper_time import PaperTime
from connectors.people.person import PersonGiven, Placed
from events import fact_ids
from events.account import AccountOpened
from events.codec import Event
from events.folding import fold_name
from pipeline.office.intake.asking import Asker
from pipeline.office.intake.moments import beginning_of, moment_of
from pipeline.office.intake.plan import (
    Address,
    Attachment,
    Change,
    Draft,
    Fate,
    Missing,
    PlannedPerson,
    PlannedRow,
    Title,
)
from pipeline.office.intake.sender import Sender
from pipeline.office.intake.settling import LEAVE_OUT
from pipeline.office.intake.world import World
from pipeline.office.intake.year_world import YearWorld
from projections.registry.identity.statement import Doubt, KnownAccount, Match, Statement
from projections.registry.units import Unit

NEW, TAKE = "new", "take"

_BETWEEN_PHONES = "、"


class Item(msgspec.Struct, frozen=True):
    """A row whose doubts are settled: what it says, what that rests on, and which account it means."""

    at: Address
    record: Record
    needs: tuple[str, ...]  # ids of questions
    statement: Statement
    match: Match


class PageOf(msgspec.Struct, frozen=True):
    """A page with its rows, ready to be planned."""

    at: Address  # of the page: row 0
    page: ReadPage
    items: Sequence[Item]
    stated_at: datetime  # the date that the paper speaks for


def all_phones(phones: Iterable[str]) -> str:
    """Return phones as the people store holds them: each once, in the order they were told."""
    return _BETWEEN_PHONES.join(dict.fromkeys(phone for phone in phones if phone))


class Building:
    """Rows, facts, changes and people of one plan as they are found."""

    def __init__(
        self,
        world: World,
        files: Sequence[ReadFile],
        asker: Asker,
        received: date,
        attachments: Sequence[Attachment] = (),
        set_aside: frozenset[str] = frozenset(),
        sender: Sender = Sender(),  # noqa: B008 (frozen)
    ) -> None:
        self.world = world
        self.year = YearWorld(world)
        self.files = files
        self.asker = asker
        self.received_at = beginning_of(received)
        self.attachments = attachments
        self.set_aside = set_aside  # rows by `row_key` that a person sets aside
        self.sender = sender
        self.tied: set[str] = set()  # hashes of the attachments that go with an answer
        self.rows: list[PlannedRow] = []
        self.drafts: list[Draft] = []
        self.changes: list[Change] = []
        self.people: list[PlannedPerson] = []
        self.missing: list[Missing] = []
        self.hints: list[tuple[Address, Reason]] = []
        self.opened: dict[str, KnownAccount] = {}
        self.registered: dict[str, Unit] = {}  # units that this plan would register, by code
        self.needs_of_site: dict[str, tuple[str, ...]] = {}  # of sites that this plan tells of
        self.needs_of_order: dict[str, tuple[str, ...]] = {}  # of orders that it would give
        self._needs_of_opened: dict[str, tuple[str, ...]] = {}

    @property
    def reporter(self) -> str:
        """The unit that hands in for itself; empty: the papers say who reports."""
        return self.sender.scope if self.sender.role == "owner" else ""

    def stated_at(self, page: ReadPage) -> datetime:
        """Return the date that a paper speaks for; without one the day on which it came."""
        stated = page.context.sheet_date or page.context.looked_at
        value = stated.value if isinstance(stated, Stated) else None
        return moment_of(value) if isinstance(value, PaperTime) else self.received_at

    def title(self, subject: str) -> Title:
        """Return what people call an account, one that this plan would open among them."""
        opened = self.opened.get(subject)
        if opened is not None:
            return Title(opened.name, opened.platform, opened.owner)
        return self.world.title(subject)

    def open(self, subject: str, draft: Draft, needs: tuple[str, ...]) -> None:
        """Note an account that would be opened, so that later pages find it."""
        data = draft.event.data
        assert isinstance(data, AccountOpened)  # noqa: S101 (what an opening is)
        self.opened[subject] = KnownAccount(
            subject=subject,
            name=data.name,
            platform=data.platform,
            owner=data.owner,
            given_id=data.given_id,
            link=data.link,
            area=data.area,
            opened_at=data.opened_at,
        )
        self._needs_of_opened[subject] = needs
        self.drafts.append(draft)

    def meant(self, item: Item, *, opens: bool) -> tuple[str, tuple[str, ...]]:
        """Return the account that a row means, `new` or `leave_out`, and all questions on which the row rests.

        A near name is offered as the account that is meant in all likelihood, where it is the only one, and so is the
        account whose name the row tells as its former one; nothing else has a default.
        """
        found = item.match
        if found.subject is not None:
            return found.subject, (*item.needs, *self._needs_of_opened.get(found.subject, ()))
        if opens and found.doubt is Doubt.NOT_REGISTERED:
            return NEW, item.needs
        titles = {str(self.title(subject)): subject for subject in found.candidates}
        likely = next(iter(titles)) if found.doubt is Doubt.NEAR and len(titles) == 1 else None
        if found.doubt is Doubt.RENAMED and (former := fold_name(item.record.text("former_name"))):
            likely = next((t for t, s in titles.items() if fold_name(self.title(s).name) == former), None)
        question = self.asker.ask(
            item.at,
            Reason(str(found.doubt or Doubt.NOT_REGISTERED)),
            field="name",
            cell=item.record.text("name") or item.record.text("account_id"),
            answers=(*titles, *((NEW,) if opens else ()), LEAVE_OUT),
            default=likely,
        )
        needs = (*item.needs, question.id)
        settled = question.settled
        if settled is None or settled == LEAVE_OUT:
            return LEAVE_OUT, needs
        subject = titles.get(settled, NEW)
        return subject, (*needs, *self._needs_of_opened.get(subject, ()))

    def row(
        self,
        item: Item,
        page: ReadPage,
        fate: Fate,
        needs: tuple[str, ...],
        *,
        subject: str = "",
        found_by: str = "",
        why: Reason | None = None,
    ) -> None:
        """Note what becomes of a row."""
        found = item.match
        doubt = None if found.doubt in (None, Doubt.NOT_REGISTERED) else Reason(str(found.doubt))
        self.note(
            item.at,
            page,
            item.record,
            fate,
            needs=needs,
            subject=subject,
            found_by=found_by or str(found.by or found.doubt or ""),
            why=why or doubt,
        )

    def note(
        self,
        at: Address,
        page: ReadPage,
        record: Record,
        fate: Fate,
        *,
        needs: tuple[str, ...] = (),
        subject: str = "",
        found_by: str = "",
        why: Reason | None = None,
    ) -> None:
        """Note what becomes of a record; one that waits for an answer is in doubt, whatever its default."""
        if fate == "taken" and self.asker.is_open(needs):
            fate = "doubtful"
        reasons = (*record.refusals, *record.contradictions, *record.doubts)
        why = why or (reasons[0].why if reasons else None)
        account = self.title(subject) if subject else None
        needs = tuple(dict.fromkeys(needs))
        self.rows.append(
            PlannedRow(at, page.kind, record, fate, subject, account, found_by, why, needs, record.hints)
        )

    def persons(self, item: Item, subject: str, needs: tuple[str, ...]) -> None:
        """Note the people of a row, for the unit that it names or that its account is known to belong to."""
        unit = item.record.text("owner") or (self.title(subject).owner if subject else "")
        if item.record.people and not unit:
            self.hints.append((item.at, Reason("people_without_unit")))
        for person in item.record.people:
            given = PersonGiven(
                person.name,
                person.post,
                all_phones((person.phone, person.office_phone)),
                person.wecom,
                person.dingtalk,
                person.feishu,
                person.mail,
            )
            if unit and not given.is_blank:
                accounts = (subject,) if subject else ()
                self.people.append(PlannedPerson(item.at, Placed(unit, person.role, given), accounts, needs))

    def standing(self, event: Event[Any]) -> Event[Any]:
        """Return a fact under the first of its ids that was not withdrawn."""
        while event.id in self.world.void:
            withdrawal = fact_ids.withdrawn(event.subject, event.id)
            event = replace(
                event, id=fact_ids.recorded_again(event.source, event.subject, event.id, withdrawal)
            )
        return event

    def mark_known(self) -> None:
        """Mark the facts that the log holds: the same paper twice, or another one that says the same."""
        held: Mapping[Any, Any] = self.world.facts({draft.event.id for draft in self.drafts})
        seen: set[Any] = set()
        marked = []
        for draft in self.drafts:
            is_known = draft.event.id in held or draft.event.id in seen
            marked.append(msgspec.structs.replace(draft, is_known=is_known))
            seen.add(draft.event.id)
        self.drafts = marked
