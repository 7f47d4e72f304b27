"""A look at one feed file: its facts, its memory and its dead letters commit together."""

from datetime import UTC, datetime
from pathlib import Path

from connectors.log.port import Log
from connectors.log.seen_items import remember, seen_items
from events.fields import field
from events.instants import local_iso
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.new_names import require_fit_source
from pipeline.patrol.look import Look, Source, look_at_file
from pipeline.patrol.showing import FindPosts


def look_at_feed(
    log: Log,
    source: Source,
    account_id: str,
    path: Path,
    looked_at: datetime,
    find: FindPosts,
    *,
    reports_again: bool = False,
) -> Look:
    """Read a feed file and append what it shows; the same file again appends only the look.

    `reports_again` says again what could not be read and was told before.
    Raises `UsageError` for a look in the future, which no later fact could take back.
    """
    require_fit_source(log.db, source.name)
    if looked_at > datetime.now(UTC):
        raise UsageError(
            message(
                "{looked_at} {looked_at_2} lies in the future; write when the feed was fetched",
                looked_at=field("looked_at"),
                looked_at_2=local_iso(looked_at),
            )
        )
    with log.transaction():
        seen = seen_items(log.db, source.name, account_id)
        if reports_again:
            seen.bad.clear()
        look = look_at_file(source, account_id, path, looked_at, seen, find)
        log.write_facts(look.events)
        remember(log.db, source.name, account_id, look.learnt)
        for letter in look.letters:
            log.note_letter(letter)
        fail_point("feed.before_commit")
    fail_point("feed.after_commit")
    return look
