"""What the scorer needs of an account, and what it says: the values that cross rooms."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from events.finding import Severity
from events.looks import Stretch
from events.platforms import SERVICE_ACCOUNT
from events.ruling import BY_UPDATES


class Freshness(StrEnum):
    """Whether an account kept posting, as far as anybody looked (design section 3)."""

    FRESH = "fresh"
    STALE = "stale"
    UNKNOWN = "unknown"


class UnknownReason(StrEnum):
    """Why silence can be neither proved nor denied."""

    NEVER_LOOKED = "never_looked"
    NOT_LOOKED_SINCE = "not_looked_since"
    SOURCE_STALLED = "source_stalled"
    NOT_PROVEN_YET = "not_proven_yet"
    NO_POST_NO_OPENING_DATE = "no_post_no_opening_date"
    DAMAGED_FEED = "damaged_feed"
    EMPTIED = "emptied"
    CONTRADICTED = "contradicted"


class Verdict(StrEnum):
    """Outcome of a check."""

    PASS = "pass"  # noqa: S105 (a verdict, not a password)
    FAIL = "fail"
    UNKNOWN = "unknown"


class FindingFact(msgspec.Struct, frozen=True, order=True, gc=False):
    """A finding that counts: in the period of the check point and not withdrawn."""

    id: UUID
    rule: str
    severity: Severity
    count: int
    found_at: datetime


class AccountFacts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """All that a verdict about one account at a check point may rest on."""

    account_id: str
    given_id: str = ""  # the id as its sheet wrote it
    name: str = ""
    platform: str = ""
    owner: str = ""
    tier: str = ""
    area: str = ""
    opened_at: datetime | None = None  # None: open since before the records
    opened_id: UUID | None = None
    newest_post_at: datetime | None = None  # newest live post up to the check point
    newest_post_id: UUID | None = None
    newest_by_day: bool = False  # its source named a day: the limit is counted from the end of that day
    contradicted_until: datetime | None = None  # the newest post contradicts looks before it was first shown
    proven_until: datetime | None = (
        None  # silence is proven up to here, lag taken off, at most the check point
    )
    look_id: UUID | None = None  # the look that proves it
    last_trusted_look_at: datetime | None = None
    looked: bool = False  # a look stands, be it in vain
    in_stall: bool = False  # a later look would have proven more, were its source not stalled
    damaged: bool = False  # the newest look failed on a damaged feed
    emptied: bool = False  # the newest look found a list without items where items had been seen
    covered: tuple[Stretch, ...] = ()  # posts are known over these; asked for where a week lacks its update
    weeks_with_posts: int = 0  # bit k-1: (T - 7k d, T - 7(k-1) d] had its update
    updates: int = 0  # distinct times of posts in the service account's days before the check point
    counted: tuple[datetime, int] | None = None  # by a person up to a moment and by posts since: updates
    findings: tuple[FindingFact, ...] = ()
    ruleset: str = ""  # name@version that rules the account; '': that of whoever asks
    account_class: str = ""  # publishing, service or transaction; '': not known
    originals: tuple[
        tuple[str, int], ...
    ] = ()  # months (2025-04) whose original pieces were counted, in order


class Deduction(msgspec.Struct, frozen=True, gc=False):
    """Points taken by one rule, or a red line that fails the account (points 0)."""

    rule: str
    clause: str
    count: int
    points: int
    evidence: tuple[UUID, ...] = ()


class VerdictRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The verdict about one account at a check point, with what it rests on."""

    account_id: str
    given_id: str
    name: str
    verdict: Verdict
    reason: str  # the red line that fails it, why it is unknown, or ''
    freshness: Freshness
    newest_post_at: datetime | None
    whole_days_silent: int | None
    points: int | None  # None: failed by a red line, unknown, or a ruleset without points
    deductions: tuple[Deduction, ...]
    evidence: tuple[UUID, ...]  # newest post or opening, look, findings; sorted
    proven_until: datetime | None = None
    last_trusted_look_at: datetime | None = None
    owner: str = ""
    tier: str = ""
    area: str = ""
    platform: str = ""
    ruleset: str | UnsetType = UNSET  # name@version where it is not that of the run
    weeks_not_judged: int | None = None  # neither a post nor coverage settles them; None: not judged by weeks


class RegistryEntry(msgspec.Struct, frozen=True, gc=False):
    """What the registry says of an account of the population at a check point."""

    given_id: str
    name: str
    platform: str
    owner: str
    tier: str
    area: str
    opened_at: datetime | None
    opened_id: UUID
    ruleset: str = ""
    account_class: str = ""
    line: str = ""  # of a ministry
    originals: tuple[tuple[str, int], ...] = ()


class PostMeasures(msgspec.Struct, frozen=True, gc=False):
    """Posts of an account reduced to what the scorer needs; see `AccountFacts` for the fields."""

    newest_at: datetime | None = None
    newest_id: UUID | None = None
    newest_by_day: bool = False
    weeks: int = 0
    updates: int = 0


class LookMeasures(msgspec.Struct, frozen=True, gc=False):
    """Looks at an account reduced to what the scorer needs; see `AccountFacts` for the fields."""

    proven_until: datetime | None = None
    look_id: UUID | None = None
    last_trusted_at: datetime | None = None
    looked: bool = False
    void_at: datetime | None = None  # the newest trusted look that a stall made void
    damaged_at: datetime | None = None  # the newest look at a damaged feed
    emptied_at: datetime | None = None  # the newest look at a list that had lost its items
    covered: tuple[Stretch, ...] = ()
    weeks: int = 0  # bit k-1: looks by hand say that the week had its update
    counted: tuple[datetime, int] | None = None  # a person counted: up to when, and the updates of 28 days


def assemble(
    account_id: str,
    entry: RegistryEntry,
    posts: PostMeasures,
    looks: LookMeasures,
    findings: tuple[FindingFact, ...],
    contradicted_until: datetime | None = None,
) -> AccountFacts:
    """Put the parts together, wherever each was reduced."""
    last = looks.last_trusted_at
    counts = counts_updates(entry.platform, entry.account_class)
    return AccountFacts(
        account_id=account_id,
        given_id=entry.given_id,
        name=entry.name,
        platform=entry.platform,
        owner=entry.owner,
        tier=entry.tier,
        area=entry.area,
        opened_at=entry.opened_at,
        opened_id=entry.opened_id,
        newest_post_at=posts.newest_at,
        newest_post_id=posts.newest_id,
        newest_by_day=posts.newest_by_day,
        contradicted_until=contradicted_until,
        proven_until=looks.proven_until,
        look_id=looks.look_id,
        last_trusted_look_at=last,
        looked=looks.looked,
        in_stall=looks.void_at is not None and (last is None or looks.void_at > last),
        damaged=looks.damaged_at is not None and (last is None or looks.damaged_at > last),
        emptied=looks.emptied_at is not None and (last is None or looks.emptied_at > last),
        covered=looks.covered,
        weeks_with_posts=posts.weeks | looks.weeks,
        updates=posts.updates if counts else 0,
        counted=looks.counted if counts else None,
        findings=findings,
        ruleset=entry.ruleset,
        account_class=entry.account_class,
        originals=entry.originals,
    )


def counts_updates(platform: str, account_class: str) -> bool:
    """Tell whether some ruleset may judge an account by its updates over a month, so that they are counted."""
    return platform == SERVICE_ACCOUNT or account_class in BY_UPDATES
