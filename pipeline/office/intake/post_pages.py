"""Pages of posts: each row one post of a known account, under its link or its time."""

from datetime import datetime
from uuid import UUID

from connectors.papers.paper import Reason, Record
from connectors.papers.paper_time import PaperTime
from events import fact_ids
from events.codec import Event
from events.days import chinese_day
from events.instants import local_iso
from events.post import PostPublished
from events.sources import SHEETS
from pipeline.office.intake.building import Building, Item, PageOf
from pipeline.office.intake.moments import moment_of
from pipeline.office.intake.plan import Draft
from pipeline.office.intake.settling import LEAVE_OUT


def plan_posts(building: Building, of: PageOf) -> None:
    """Plan a page of posts; one key has one time, and a page proves no silence: it does not say that it is complete."""
    rows: list[tuple[Item, tuple[str, ...], Event[PostPublished]]] = []
    for item in of.items:
        subject, needs = building.meant(item, opens=False)
        published = item.record.time("published_at")
        if subject == LEAVE_OUT:
            building.row(item, of.page, "doubtful", needs)
        elif published is None or published.precision == "month":
            building.row(item, of.page, "refused", needs, subject=subject, why=Reason("not_a_time"))
        else:
            rows.append((item, needs, _post(building, item.record, subject, published)))
    known = building.world.facts(post.id for _, _, post in rows)
    first: dict[UUID, Event[PostPublished]] = {}
    for item, needs, post in rows:
        before = known.get(post.id) or first.setdefault(post.id, post)
        if not _is_same(before, post):
            why = Reason("post_time_differs", {"known": _local(before.time)})
            building.row(item, of.page, "contradicting", needs, subject=post.subject, why=why)
        elif before is not post and post.id not in known:
            building.row(item, of.page, "duplicate", needs, subject=post.subject)
        else:
            building.row(item, of.page, "taken", needs, subject=post.subject)
            building.drafts.append(Draft(item.at, post))


def _post(building: Building, record: Record, subject: str, published: PaperTime) -> Event[PostPublished]:
    at = moment_of(published)
    key = _link(record) or fact_ids.post_key_of_time(at)
    post_id = fact_ids.standing(
        building.world.void, lambda telling: fact_ids.post_published(SHEETS, subject, key, telling=telling)
    )
    return Event(post_id, SHEETS, subject, at, PostPublished(date_only=published.clock is None))


def _link(record: Record) -> str:
    """Return the address of a post: behind its title or in a cell of its own."""
    return record.links.get("post_link") or record.text("post_link") or record.links.get("post_title", "")


def _is_same(one: Event[PostPublished], other: Event[PostPublished]) -> bool:
    """Tell whether two tellings of a post agree in time, as far as both know it."""
    if one.data.date_only or other.data.date_only:
        return chinese_day(one.time) == chinese_day(other.time)
    return one.time == other.time


def _local(at: datetime) -> str:
    return local_iso(at) or ""
