"""What a home that runs does each hour by itself: it reminds units of rectification that waits."""

from collections.abc import Callable

from pipeline.home.folder import Home


def reminding(home: Home) -> Callable[[], object]:
    """Return what is to be done each hour; nothing of it is imported before."""

    def remind() -> object:
        from pipeline.office.rectification.reminders import remind_by_itself  # noqa: PLC0415 (rarely needed)

        return remind_by_itself(home)

    return remind
