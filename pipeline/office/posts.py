"""Posts that were observed wrongly: found by id, or by account and time, and withdrawn."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from connectors.history.observations import ObservedPost, post_of_id, posts_between
from events import fact_ids
from events.base import Payload
from events.codec import Event
from events.fields import field
from events.instants import SHANGHAI, local_iso
from events.messages import joined, message
from events.moments import Moment
from events.post import PostWithdrawn
from events.sources import SHEETS
from pipeline.home.errors import NotFoundError
from pipeline.home.registry import find_alone
from pipeline.home.workspace import Workspace

_WITHIN_DAY = timedelta(days=1, seconds=-1)


def find_post(workspace: Workspace, post_id: str) -> ObservedPost:
    """Return the post of an id; raises `NotFoundError` where there is none."""
    try:
        found = post_of_id(workspace.client, UUID(post_id))
    except ValueError:
        found = None
    if found is None:
        raise NotFoundError(
            message(
                "no post {post_id!r}; write its whole id, or name it by {account} and {at}",
                post_id=post_id,
                account=field("account"),
                at=field("at"),
            )
        )
    return found


def find_post_at(workspace: Workspace, account: str, at: Moment) -> ObservedPost:
    """Return the one post of an account at a time or on a day; raises `NotFoundError` where none or several are."""
    account_id = find_alone(workspace, account)
    first = at.at - _WITHIN_DAY if at.date_only else at.at
    last = at.at + timedelta(seconds=1, microseconds=-1) if at.date_only else at.at
    found = posts_between(workspace.client, account_id, first, last)
    if len(found) == 1:
        return found[0]
    when = (
        message("on {astimezone:%Y-%m-%d}", astimezone=at.at.astimezone(SHANGHAI))
        if at.date_only
        else message("at {at}", at=local_iso(at.at))
    )
    if not found:
        raise NotFoundError(
            message(
                "{account} has no post {when} that still counts; correct {at}, or name the post by its id",
                account=account,
                when=when,
                at=field("at"),
            )
        )
    ids = joined(", ", (f"{post.id} ({local_iso(post.published_at)})" for post in found[:5]))
    raise NotFoundError(
        message(
            "{account} has {found_count} posts {when}; name one by its id: {ids}",
            account=account,
            found_count=len(found),
            when=when,
            ids=ids,
        )
    )


def post_withdrawal(post: ObservedPost, reason: str) -> Event[Payload]:
    """Return the withdrawal of a post, void from the start; a post is withdrawn once, whoever does it again."""
    event_id = fact_ids.withdrawn(post.account_id, post.id)
    data = PostWithdrawn(corrects=post.id, reason=reason)
    return Event(event_id, SHEETS, post.account_id, datetime.now(UTC), data)
