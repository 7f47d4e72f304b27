"""Pages of reposts: the tasks that the office gives, and which account carried which piece."""

import re

from connectors.papers.paper import Reason
from connectors.papers.time_words import BadTimeError, read_time
from connectors.papers.vocabulary import vocabulary
from events import policy_ids
from events.codec import Event
from events.folding import fold
from events.moments import Moment
from events.repost import RepostOrdered, repost_subject
from events.sources import OFFICE
from pipeline.office.intake.building import Building, Item, PageOf
from pipeline.office.intake.filled_rows import said
from pipeline.office.intake.moments import moment_of
from pipeline.office.intake.plan import Draft
from pipeline.office.intake.settling import LEAVE_OUT
from pipeline.office.reposts.acts import repost_done
from pipeline.office.reposts.sources import unlisted

_LINKS = ("repost_link", "link", "post_link")
_BETWEEN = re.compile(r"[、，,；;\s]+")


class _Refused(Exception):  # noqa: N818 (control flow within this module)
    """A row is not taken."""

    def __init__(self, code: str, **parts: str) -> None:
        self.why = Reason(code, parts)


def plan_repost_tasks(building: Building, of: PageOf) -> None:
    """Plan a list of tasks, as `reposts order` takes them one by one; a number stands for one task."""
    for item in of.items:
        try:
            data = _task(building, item)
        except _Refused as refused:
            building.note(item.at, of.page, item.record, "refused", needs=item.needs, why=refused.why)
            continue
        subject = repost_subject(data.number)
        building.note(item.at, of.page, item.record, "taken", needs=item.needs)
        event = Event(policy_ids.repost_ordered(subject), OFFICE, subject, of.stated_at, data)
        building.drafts.append(Draft(item.at, building.standing(event)))
        building.year.orders[subject] = data
        building.needs_of_order[subject] = item.needs


def plan_reposts(building: Building, of: PageOf) -> None:
    """Plan a list of reposts: which account carried the piece of which task, and when."""
    for item in of.items:
        subject, needs = building.meant(item, opens=False)
        if subject == LEAVE_OUT:
            building.row(item, of.page, "doubtful", needs)
            continue
        order = repost_subject(item.record.text("repost_number"))
        needs = (*needs, *building.needs_of_order.get(order, ()))
        carried = item.record.time("reposted_at") or item.record.time("done_at")
        why = None
        if order not in building.year.orders:
            why = Reason("no_repost_task", {"number": item.record.text("repost_number")})
        elif carried is None or carried.precision == "month":
            why = Reason("not_a_time")
        if why is not None or carried is None:
            building.row(item, of.page, "refused", needs, subject=subject, why=why)
            continue
        when = Moment(moment_of(carried), date_only=carried.clock is None)
        event = repost_done(order, subject, said(item.record, _LINKS), when)
        building.row(item, of.page, "taken", needs, subject=subject)
        building.drafts.append(Draft(item.at, building.standing(event)))


def _task(building: Building, item: Item) -> RepostOrdered:
    record = item.record
    try:
        due = read_time(said(record, ("repost_due", "deadline")), None)
    except BadTimeError as e:
        raise _Refused(e.code) from None
    if due.precision == "month":
        raise _Refused("not_a_time")
    areas, tiers = _scope(building, record.text("repost_scope"))
    sources = tuple(part for part in _BETWEEN.split(record.text("repost_sources")) if part)
    if unit := unlisted(sources, building.world.repost_sources):
        raise _Refused("source_unlisted", unit=unit)
    data = RepostOrdered(
        number=record.text("repost_number").strip(),
        title=record.text("name"),
        due_at=moment_of(due),
        source_units=sources,
        link=said(record, _LINKS),
        areas=areas,
        tiers=tiers,
    )
    before = building.year.orders.get(repost_subject(data.number))
    if before is not None and before != data:
        raise _Refused("task_differs", number=data.number)
    return data


def _scope(building: Building, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the areas and tiers that a cell names; blank, or a word for everybody, means all accounts.

    A word that no account has would ask nobody: the row is refused.
    """
    everybody = {fold(word) for word in vocabulary().words.values.everybody}
    cards = building.world.cards.values()
    areas = {fold(card.area): card.area for card in cards if card.area}
    tiers = {fold(card.tier): card.tier for card in cards if card.tier}
    words = [word for word in _BETWEEN.split(text) if word and fold(word) not in everybody]
    unknown = [word for word in words if fold(word) not in areas and fold(word) not in tiers]
    if unknown:
        raise _Refused("scope_unknown", scope=unknown[0])
    return (
        tuple(areas[fold(word)] for word in words if fold(word) in areas),
        tuple(tiers[fold(word)] for word in words if fold(word) in tiers and fold(word) not in areas),
    )
