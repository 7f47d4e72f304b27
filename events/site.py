"""Websites: what the registry says of a site and its columns, and what looks, visits and people saw of them.

国办秘函〔2019〕19号 judges a site by the age of its columns, by whether it opens and by how it answers. The subject of
every fact here is the site.
"""

from datetime import date
from typing import Annotated, ClassVar, Literal

import msgspec

from events.base import Payload
from events.evidence import SECRETS, Evidence
from events.instants import UtcDatetime
from events.patrol import LagSeconds

SITE_PREFIX = "site:"

SiteKind = Literal["government", "institution"]
"""A government website (政府网站), and the site of a public institution (事业单位网站)."""

ColumnClass = Literal["news", "notice", "policy", "service_statistics", "message_replies", "other"]
"""What a column is for: 动态要闻, 通知公告, 政策文件, 办事统计, 留言公开; `other` has no limit unless declared."""

Suspected = Literal[
    "missing_tag", "site_code", "unavailable", "dead_link", "hijacked_link", "outside_link", "unlisted_column"
]
"""What looks wrong: a mandatory tag missing, another 网站标识码, not to be had, a link that leads nowhere, elsewhere
than it did, or outside of government; a column that nobody declared."""

Count = Annotated[int, msgspec.Meta(ge=0)]
LimitDays = Annotated[int, msgspec.Meta(ge=1, le=3660)]


def site_subject(domain: str) -> str:
    """Return the subject of events about a site: `site:<domain>`, in small letters."""
    return SITE_PREFIX + domain.strip().rstrip(".").lower()


class SiteRegistered(Payload, frozen=True):
    """A site stands in the registry from `time` on; registering it again states it anew in full."""

    type: ClassVar[str] = "site.registered"

    name: str
    kind: SiteKind
    unit: str  # name of the unit that runs it (主办单位)
    home_url: str
    site_code: str = ""  # 网站标识码; empty: not known
    tier: str = ""
    area: str = ""


class SiteChanged(Payload, frozen=True):
    """Facts of a site changed at `time`; None means unchanged."""

    type: ClassVar[str] = "site.changed"

    name: str | None = None
    kind: SiteKind | None = None
    unit: str | None = None
    home_url: str | None = None
    site_code: str | None = None
    tier: str | None = None
    area: str | None = None
    reason: str = ""


class SiteEnded(Payload, frozen=True):
    """A site was taken down, or joined to another, at `time`."""

    type: ClassVar[str] = "site.ended"

    reason: str = ""


class ColumnDeclared(Payload, frozen=True):
    """A column of the site is watched from `time` on; declaring its id again states it anew in full."""

    type: ClassVar[str] = "column.declared"

    column_id: str  # unique within the site, and never shown
    name: str
    url: str
    column_class: ColumnClass
    limit_days: LimitDays | None = None  # a limit of its own; None: that of its class


class ColumnDropped(Payload, frozen=True):
    """A column is no longer there at `time`, or no longer watched."""

    type: ClassVar[str] = "column.dropped"

    column_id: str
    reason: str = ""


class ColumnEntries(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a look saw of one column; a column that did not load has none."""

    column_id: str
    entries: Count  # items on its pages; 0: it is empty
    dated: Count = 0  # those of them whose date could be read, or that are no newer than the newest of these
    newest_at: UtcDatetime | None = None  # newest entry that is dated; None: none is
    newest_date_only: bool = False  # known by its day: the last second of it
    shows_all: bool = False  # every entry of the column was read


class SitePatrolled(Payload, frozen=True):
    """A look at a site at `time` that worked: its home page, and the columns that loaded.

    One fact holds the columns of one look; of what it shows it proves silence up to its time, less the lag.
    """

    type: ClassVar[str] = "site.patrolled"

    newest_at: UtcDatetime | None = None  # newest dated item of the home page; None: none could be read
    newest_date_only: bool = False
    columns: tuple[ColumnEntries, ...] = ()
    lag_s: LagSeconds = 0
    proves_silence: bool = (
        True  # False: dates of some items could not be read, so that one of them may be newer
    )
    by_hand: bool = False  # a person looked


class AvailabilitySampled(Payload, frozen=True):
    """Visits of the home page over one Chinese day; recorded at its end, or when the last visit was made."""

    type: ClassVar[str] = "availability.sampled"

    day: date
    visits: Count
    failures: Count  # visits in which the page was not open within the limit
    first_at: UtcDatetime
    last_at: UtcDatetime
    limit_s: Annotated[int, msgspec.Meta(ge=1, le=600)] = 15
    causes: dict[str, int] = {}  # failures by cause: dns, connect, tls, timeout, status, blank, blocked


class SiteMessageSampled(Payload, frozen=True):
    """Somebody looked at `time` whether a message to the site was answered (互动回应)."""

    type: ClassVar[str] = "site.message_sampled"

    reference: str  # number or address of the message on the site
    asked_at: UtcDatetime
    answered_at: UtcDatetime | None = None  # None: no answer by `time`
    valid: bool = True  # False: nothing that the site has to answer
    quality: Literal["", "good", "poor", "wrong"] = ""  # of the answer; empty: not judged


class SiteFindingRecorded(Payload, frozen=True):
    """A checker found at `time` that a site broke a rule, `count` times."""

    type: ClassVar[str] = "site_finding.recorded"

    rule: str  # code of the rule
    count: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1
    finder: str = ""
    note: str = ""
    page: str = ""  # address of the page that shows it
    date_only: bool = False
    evidence: tuple[Evidence, ...] = ()


class SiteSuspected(Payload, frozen=True):
    """A look at `time` saw something of a site that a person has to look at; ended by `suspicion.settled`."""

    type: ClassVar[str] = "site.suspected"

    what: Suspected
    page: str = ""  # address of the page that shows it; empty: the home page
    url: str = ""  # the link that is meant
    detail: str = ""  # as the page shows it: text of the link, tag, code


SITE_SECRETS = "site-veto-security"
"""Rule of 安全泄密: like red lines 2 and 3 it takes no text, page or evidence."""

_SEVERE = frozenset((SECRETS, SITE_SECRETS))


def as_recorded(data: SiteFindingRecorded) -> SiteFindingRecorded:
    """Return what the log takes of a finding: of one about security or secrets the rule and the count alone."""
    if data.rule not in _SEVERE:
        return data
    return SiteFindingRecorded(rule=data.rule, count=data.count, date_only=data.date_only)
