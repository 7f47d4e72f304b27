"""Pages of looks: what each row saw, what contradicts what is known, and whom nobody looked at."""

from collections.abc import Mapping, Sequence

from connectors.papers.paper import Reason
from connectors.papers.vocabulary import vocabulary
from events.folding import fold
from pipeline.office.intake.building import TAKE, Building, Item, PageOf
from pipeline.office.intake.ledger_pages import NAMES_SHARE
from pipeline.office.intake.plan import Missing, Question, Title
from pipeline.office.intake.settling import LEAVE_OUT
from pipeline.office.intake.sighting import (
    Sighting,
    Sightings,
    contradiction,
    is_of_another_week,
    sighting_of,
)
from pipeline.office.intake.world import NewestPost
from projections.registry.cards import AccountCard

_LEFT_OUT = ("不在", "不含", "不包括", "除外", "未纳入")
"""Words of a note that leaves accounts out of a sheet."""


def plan_looks(building: Building, sightings: Sightings, of: PageOf) -> None:
    """Plan a sheet of looks; a row that shows an older post than one known is set aside, a page of them asked about."""
    meant: list[tuple[Item, tuple[str, ...], str, Sighting]] = []
    for item in of.items:
        if item.match.same_as is not None:
            building.row(item, of.page, "duplicate", item.needs, subject=item.match.subject or "")
            continue
        subject, needs = building.meant(item, opens=False)
        look = sighting_of(item.record, of.page)
        if subject == LEAVE_OUT:
            building.row(item, of.page, "doubtful", needs)
        elif look is None:
            building.row(item, of.page, "refused", needs, subject=subject, why=Reason("no_time_of_look"))
        else:
            meant.append((item, needs, subject, look))
    seen = {subject: look for _, _, subject, look in meant}
    known = sightings.known_newest(seen)
    why = {subject: _against(look, known.get(subject)) for subject, look in seen.items()}
    week = _other_week(building, of, why)
    for item, needs, subject, look in meant:
        asked = needs
        if week is not None:
            asked = (*needs, week.id)
            building.asker.waits(week, item.at.row)
        if (reason := why[subject]) is not None:
            building.row(item, of.page, "contradicting", asked, subject=subject, why=reason)
            continue
        building.row(item, of.page, "taken", asked, subject=subject, why=week.why if week else None)
        if week is None or week.settled != LEAVE_OUT:
            building.drafts += sightings.facts(item.at, subject, look)
    _find_unseen(building, of, set(seen))


def _against(look: Sighting, known: NewestPost | None) -> Reason | None:
    """Return what speaks against a look: a newer post that is known, or any post where it saw none."""
    if look.newest is None and known is not None:
        return Reason("none_seen", {"known": known.at.date().isoformat()})
    return contradiction(look, known)


def _other_week(building: Building, of: PageOf, why: Mapping[str, Reason | None]) -> Question | None:
    """Ask whether a page is of another week, where too many of its rows are older than what is known."""
    older = sum(reason is not None for reason in why.values())
    rows = len(of.page.records)
    if not is_of_another_week(older, rows):
        return None
    reason = Reason("other_week", {"rows": str(older), "of": str(rows)})
    return building.asker.ask(of.at, reason, answers=(TAKE, LEAVE_OUT), default=LEAVE_OUT)


def _find_unseen(building: Building, of: PageOf, seen: set[str]) -> None:
    """Name the open accounts that nobody looked at this time, where the page names most of them.

    One that a row names which waits for an answer was looked at.
    """
    open_ones = {s: c for s, c in building.world.cards.items() if c.closed_at is None}
    waiting = {
        fold(row.record.text("name"))
        for row in building.rows
        if (row.at.file, row.at.page) == (of.at.file, of.at.page) and row.needs
    }
    left_out = sorted(s for s in open_ones.keys() - seen if fold(open_ones[s].name) not in waiting)
    if not open_ones or len(open_ones) - len(left_out) < NAMES_SHARE * len(open_ones):
        return
    notes = [row.text for row in of.page.rows if row.sort == "note"]
    for subject in left_out:
        card = open_ones[subject]
        why = Reason("said_by_note") if _left_out_by_note(card, notes) else None
        building.missing.append(
            Missing(subject, Title(card.name, card.platform, card.owner), of.page.title, why)
        )


def _left_out_by_note(card: AccountCard, notes: Sequence[str]) -> bool:
    """Tell whether a note below the table says that it leaves out an account, or all of its platform."""
    text = fold(" ".join(note for note in notes if any(word in note for word in _LEFT_OUT)))
    platforms = (spelling for spelling, p in vocabulary().platforms.items() if p.name == card.platform)
    return bool(text) and (fold(card.name) in text or any(spelling in text for spelling in platforms))
