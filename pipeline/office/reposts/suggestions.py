"""Posts that may be the repost of a piece, by their titles: a suggestion, which a person confirms or lets be.

Titles lie in the text store where an office keeps them; where it does not, nothing is suggested.
"""

from datetime import datetime, timedelta

import msgspec

from connectors.history.titled_posts import TitledPost, titled_posts
from events.folding import fold
from events.instants import UtcDatetime
from pipeline.home.workspace import Workspace
from pipeline.office.columns import ACCOUNT, NUMBER, Column, minute, text
from pipeline.office.reposts.listing import Reposts
from projections.policy.reposts import RepostOrder

SHORTEST = 8
"""Letters that a title has at the least to be looked for within another one."""

_BEFORE, _BEHIND = timedelta(days=14), timedelta(days=7)
COLUMNS: tuple[Column, ...] = (
    NUMBER,
    *ACCOUNT,
    minute("published_at", "发布时间"),
    text("title", "标题", wraps=True),
    text("link", "链接"),
)


class SuggestedRepost(msgspec.Struct, frozen=True, kw_only=True):
    """A post of an account that did not hand in a repost."""

    account_id: str
    number: str | None  # 编号
    name: str
    platform: str
    owner: str
    published_at: UtcDatetime
    title: str
    link: str


def suggested_reposts(
    workspace: Workspace, reposts: Reposts, order: RepostOrder, now: datetime
) -> list[SuggestedRepost]:
    """Return posts around an order whose title says that of the piece, of accounts that did not hand one in."""
    open_ = [one.account for one in reposts.standings(order) if one.carried is None]
    if not open_:
        return []
    last = min(order.told.due_at + _BEHIND, now)
    found = titled_posts(workspace.client, open_, min(order.ordered_at, order.told.due_at) - _BEFORE, last)
    texts = workspace.home.kept_texts.told(
        {text for post in found for text in (post.title, post.link) if text}
    )
    population, numbers = reposts.population(order), reposts.numbers()
    return [
        SuggestedRepost(
            account_id=post.account,
            number=numbers.get(post.account),
            name=population[post.account].name,
            platform=population[post.account].platform,
            owner=population[post.account].owner,
            published_at=post.published_at,
            title=texts[post.title],
            link=texts.get(post.link, ""),
        )
        for post in _first_of_each(
            found, {p.post_id for p in found if says(texts[p.title], order.told.title)}
        )
    ]


def says(title: str, wanted: str) -> bool:
    """Tell whether a title is that of a piece, or holds it: reposts are headed 转发｜ or bear the source's name."""
    ours, theirs = fold(wanted), fold(title)
    return ours == theirs or (len(ours) >= SHORTEST and ours in theirs)


def _first_of_each(posts: list[TitledPost], kept: set[object]) -> list[TitledPost]:
    first: dict[str, TitledPost] = {}
    for post in posts:
        if post.post_id in kept:
            first.setdefault(post.account, post)
    return list(first.values())
