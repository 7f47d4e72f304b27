"""Pages of ledgers: rows that open an account, rows that state something else about a known one, and who is missing."""

from msgspec.structs import replace

from connectors.papers.paper import Reason, Stated
from events.account import AccountOpened
from pipeline.office.intake.building import NEW, TAKE, Building, Item, PageOf
from pipeline.office.intake.ledgers import Ledger
from pipeline.office.intake.plan import Missing, Question, Title
from pipeline.office.intake.ruling_cells import plan_rulings
from pipeline.office.intake.same_rows import same_row
from pipeline.office.intake.settling import LEAVE_OUT
from projections.registry.identity.page import of_strangers
from projections.registry.identity.statement import Doubt, Match, Step

NAMES_SHARE = 0.6
"""Share of the open accounts of its area that a ledger names before it speaks of absence (intake design 5.6)."""


def plan_ledger(building: Building, ledger: Ledger, of: PageOf) -> None:
    """Plan a ledger; absence closes no account, and a page of strangers is asked about as a whole."""
    of = _same_rows(building, ledger, of)
    strangers = _strangers(building, of)
    named: set[str] = set()
    ownerless = 0
    for item in of.items:
        if item.match.same_as is not None:
            building.row(item, of.page, "duplicate", item.needs, subject=item.match.subject or "")
            continue
        subject, needs = building.meant(item, opens=True)
        if subject == NEW and strangers is not None:
            needs = (*needs, strangers.id)
            building.asker.waits(strangers, item.at.row)
        if subject == LEAVE_OUT or (
            subject == NEW and strangers is not None and strangers.settled == LEAVE_OUT
        ):
            building.row(item, of.page, "doubtful", needs, why=strangers.why if strangers else None)
            continue
        subject, found_by = _taken(building, ledger, of, item, subject, needs)
        named.add(subject)
        ownerless += found_by == NEW and not item.record.text("owner")
        building.row(item, of.page, "taken", needs, subject=subject, found_by=found_by)
        plan_rulings(building, of, item, subject, needs)
        building.persons(item, subject, needs)
    if ownerless:
        building.hints.append((of.at, Reason("owners_lacking", {"rows": str(ownerless)})))
    _find_missing(building, of, named)


def _taken(
    building: Building, ledger: Ledger, of: PageOf, item: Item, subject: str, needs: tuple[str, ...]
) -> tuple[str, str]:
    """Note the facts of a row that is taken; returns its account, and `new` for one that it opens."""
    if subject == NEW:
        subject, draft = ledger.opening(item.at, item.record, of.stated_at)
        building.open(subject, draft, needs)
        building.drafts += ledger.closing(item.at, item.record, subject, None, of.stated_at)
        return subject, NEW
    if subject in building.world.reopening:
        _, draft = ledger.opening(item.at, item.record, of.stated_at, subject)
        building.drafts += [draft, *ledger.closing(item.at, item.record, subject, None, of.stated_at)]
        return subject, ""
    card = building.world.cards.get(subject)
    if card is not None:
        changes, drafts = ledger.stated(item.at, item.record, card, of.stated_at)
        building.changes += changes
        building.drafts += drafts
        building.drafts += ledger.closing(item.at, item.record, subject, card.closed_at, of.stated_at)
    return subject, ""


def _same_rows(building: Building, ledger: Ledger, of: PageOf) -> PageOf:
    """Let a row that is in doubt mean the account of the row of a replaced paper that differs in one cell alone."""
    known = building.world.reopening
    if not known:
        return of
    taken = {item.match.subject for item in of.items if item.match.subject is not None}
    items = []
    for item in of.items:
        meant = None
        if item.match.subject is None and item.match.same_as is None:
            _, draft = ledger.opening(item.at, item.record, of.stated_at)
            assert isinstance(draft.event.data, AccountOpened)  # noqa: S101 (what an opening is)
            meant = same_row(draft.event.data, known, taken)
        if meant is not None:
            taken.add(meant)
        items.append(item if meant is None else replace(item, match=Match(meant, Step.NAME)))
    return replace(of, items=items)


def _strangers(building: Building, of: PageOf) -> Question | None:
    """Ask whether a page of which half the accounts are new is one of another area."""
    statements = [item.statement for item in of.items]
    matches = [item.match for item in of.items]
    if not of_strangers(statements, matches, building.world.accounts):
        return None
    new = sum(m.doubt is Doubt.NOT_REGISTERED for m in matches)
    reason = Reason("mostly_new", {"new": str(new), "rows": str(len(statements))})
    return building.asker.ask(of.at, reason, answers=(TAKE, LEAVE_OUT), default=LEAVE_OUT)


def _find_missing(building: Building, of: PageOf, named: set[str]) -> None:
    """Name the open accounts of its area that a ledger leaves out, if it names most of them."""
    areas = {area for record in of.page.records if (area := record.text("area"))}
    if isinstance(of.page.context.area, Stated):
        areas.add(str(of.page.context.area.value))
    known = [c for c in building.world.cards.values() if c.closed_at is None and c.area in areas]
    left_out = [c for c in known if c.account_id not in named]
    if known and len(known) - len(left_out) >= NAMES_SHARE * len(known):
        building.missing += [
            Missing(c.account_id, Title(c.name, c.platform, c.owner), of.page.title) for c in left_out
        ]
