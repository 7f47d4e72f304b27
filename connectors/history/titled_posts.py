"""Posts within a span that came with a title: the title and link as the log has them, references to the text store."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec
from clickhouse_connect.driver.client import Client

from events.instants import from_micros, to_micros

_SQL = """
SELECT toString(id), subject, toUnixTimestamp64Micro(time), JSONExtractString(data, 'title') AS title,
       JSONExtractString(data, 'link') AS link
FROM records
WHERE topic = 'facts' AND type = 'post.published' AND subject IN {accounts:Array(String)} AND title != ''
  AND time BETWEEN fromUnixTimestamp64Micro({first:Int64}, 'UTC') AND fromUnixTimestamp64Micro({last:Int64}, 'UTC')
  AND id NOT IN (SELECT post_id FROM post_voids WHERE void_from = toDateTime64(0, 6, 'UTC'))
ORDER BY time, id, recorded_at LIMIT 1 BY id
"""


class TitledPost(msgspec.Struct, frozen=True):
    """A post with a title."""

    post_id: UUID
    account: str
    published_at: datetime
    title: str
    link: str


def titled_posts(
    client: Client, accounts: Collection[str], first: datetime, last: datetime
) -> list[TitledPost]:
    """Return the posts of accounts in [first, last] that have a title and were not withdrawn, by time."""
    rows = client.query(
        _SQL,
        parameters={"accounts": sorted(accounts), "first": to_micros(first), "last": to_micros(last)},
    ).result_rows
    return [
        TitledPost(UUID(post), account, from_micros(int(at)), title, link)
        for post, account, at, title, link in rows
    ]
