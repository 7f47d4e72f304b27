"""What was read around a hit is forgotten after ninety days, whether somebody judged it or not."""

from datetime import datetime, timedelta

from connectors.texts.store import TextStore
from events.wording import WordingSuspected
from pipeline.home.folder import Home
from pipeline.home.kept_texts import opened
from pipeline.home.people import called

KEPT = timedelta(days=90)


def forget_old_snippets(home: Home, now: datetime) -> int:
    """Erase snippets and links of suggestions that were kept ninety days; returns how many texts went.

    Facts keep their references. The access log has each text that went.
    """
    if not home.kept_texts.is_there:
        return 0
    with opened(home) as database:
        store = TextStore(database)
        old = store.older(WordingSuspected.type, now - KEPT)
        return sum(store.erase(old, called("kept for 90 days 阅评期满", "xuncha")).values()) if old else 0
