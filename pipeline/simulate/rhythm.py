"""Who posts how: the habit of each account of a simulated city, and the moments at which it posts."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from events.days import midnight_before
from events.instants import SHANGHAI
from events.messages import message
from events.platforms import SERVICE_ACCOUNT
from pipeline.home.errors import UsageError
from pipeline.simulate.chance import number, shuffled, stream
from pipeline.simulate.place import Between, Habit, Place
from pipeline.simulate.registry import SimAccount

_SLOW_DAYS = (14, 18)  # so that some week is always missed, however the weeks are counted
_SERVICE_DAYS = (6, 6)  # four or five times a month, as far as a service account may send
_FIRST_HOUR, _HOURS = (
    8,
    12,
)  # posts appear from 08:00 up to 20:00, so days apart differ by less than half a day
_DAY = timedelta(days=1)
_HALF_A_DAY = timedelta(hours=12)
_TWO_WEEKS = timedelta(days=14)


class Posting(msgspec.Struct, frozen=True, kw_only=True):
    """How one account posts."""

    days: tuple[int, int]  # from post to post
    flagged_at: datetime | None = None  # the monitoring firm told of a risk
    slow_until: datetime | None = None
    last_post: datetime | None = None
    pause: Between | None = None

    def publishing(self, check_point: datetime) -> bool:
        """Tell whether the account has something to read: posts in the two weeks before a check point."""
        return self.last_post is None or self.last_post >= check_point - _TWO_WEEKS

    @property
    def regular(self) -> bool:
        """Whether the account never lets a week pass."""
        return self.slow_until is None and self.last_post is None and self.pause is None


def posting_of(place: Place, accounts: Sequence[SimAccount], seed: int) -> dict[str, Posting]:
    """Return how each account posts; the seed deals the rhythms and chooses whom a habit is about.

    A habit that names nobody is about accounts that no other habit has, none of them service accounts: these may be
    silent for more than a week without being late. Raises `UsageError` where there are too few.
    """
    rhythms = [rhythm.days for rhythm in place.rhythms for _ in range(rhythm.share)]
    posting = {
        a.account_id: Posting(
            days=_SERVICE_DAYS
            if a.platform == SERVICE_ACCOUNT
            else rhythms[number(seed, "rhythm", a.account_id) % len(rhythms)]
        )
        for a in accounts
    }
    named = {a.name for a in place.named}
    free = {a.account_id: a for a in accounts if a.platform != SERVICE_ACCOUNT and a.name not in named}
    for n, habit in enumerate(place.habits):
        chosen = [a.account_id for a in accounts if a.name in habit.names]
        fitting = [i for i, a in free.items() if habit.tier in ("", a.tier)]
        others = shuffled(fitting, seed, "habit", str(n))[: habit.accounts]
        if len(others) < habit.accounts:
            raise UsageError(
                message(
                    "habit {n} is about {accounts} accounts, but {others_count} are left",
                    n=n + 1,
                    accounts=habit.accounts,
                    others_count=len(others),
                )
            )
        for account in (*chosen, *others):
            free.pop(account, None)
            posting[account] = _with_habit(posting[account], habit, account, seed)
    return posting


def post_times(posting: Posting, account: str, since: datetime, until: datetime, seed: int) -> list[datetime]:
    """Return when an account posts, the oldest first; no two posts of a regular one lie a week apart."""
    chance = stream(seed, "posts", account)
    times = []
    day = midnight_before(since) + chance.randrange(posting.days[1]) * _DAY
    while day <= until:
        seconds = _FIRST_HOUR * 3600 + chance.randrange(_HOURS * 3600)
        times.append(day + timedelta(seconds=seconds))
        slow = posting.slow_until is not None and day < posting.slow_until
        following = day + chance.randint(*(_SLOW_DAYS if slow else posting.days)) * _DAY
        if slow and posting.slow_until is not None and following > posting.slow_until:
            following = max(midnight_before(posting.slow_until), day + _DAY)
        day = following
    last = posting.last_post
    if last is not None:
        times = [*(t for t in times if t < last), last]
    if posting.pause is not None:
        begin, end = posting.pause
        times = [t for t in times if not begin <= t < end]
    return [t for t in times if since < t <= until]


def _with_habit(posting: Posting, habit: Habit, account: str, seed: int) -> Posting:
    return msgspec.structs.replace(
        posting,
        flagged_at=habit.flagged_at,
        slow_until=_between(habit.slow_until, seed, "slow", account),
        last_post=_between(habit.last_post, seed, "last", account),
        pause=habit.pause,
    )


def _between(moments: Between | None, seed: int, *words: str) -> datetime | None:
    """Return a moment between two, at a whole second and not before eight in the morning, as far as that fits."""
    if moments is None:
        return None
    begin, end = moments
    at = begin + timedelta(seconds=number(seed, *words) % (int((end - begin).total_seconds()) + 1))
    if at.astimezone(SHANGHAI).hour < _FIRST_HOUR:
        at = min(midnight_before(at) + _HALF_A_DAY, end)
    return at
