"""Checks of websites: what came out at a check point as known at a moment, kept row by row."""

from typing import ClassVar, Literal

import msgspec

from events.claim import Act
from events.instants import UtcDatetime
from events.site import SiteKind

SiteVerdict = Literal["passed", "failed", "unknown"]

SITE_CHECK_PREFIX = "site-check:"


class SiteCharge(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule that a site broke at the check point."""

    rule: str  # code
    count: int = 1
    points: int = 0  # deducted; 0 of a rule that fails the site
    fails: bool = False
    columns: tuple[str, ...] = ()  # names of the columns that it is about


class SiteRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came out for one site."""

    site: str  # subject
    name: str
    kind: SiteKind
    unit: str
    verdict: SiteVerdict
    tier: str = ""
    area: str = ""
    charges: tuple[SiteCharge, ...] = ()
    not_judged: tuple[str, ...] = ()  # codes of rules for which proof is missing
    overdue: tuple[str, ...] = ()  # names of all overdue columns, whether or not they are enough to fail
    empty: tuple[str, ...] = ()  # names of all empty columns


class SiteCheckFrozen(Act, frozen=True):
    """A check of all sites of the registry was kept; the subject is `site-check:<name>`."""

    type: ClassVar[str] = "site_check.frozen"

    name: str
    check_point: UtcDatetime
    known_at: UtcDatetime
    ruleset: str  # name@version
    ruleset_sha256: str
    rows: tuple[SiteRow, ...]
    digest: str  # of the rows
    manifest_hash: str  # of check point, known-at, ruleset and digest
