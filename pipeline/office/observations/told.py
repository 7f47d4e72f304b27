"""What programs tell, row by row, and what is answered to each."""

from collections.abc import Set as AbstractSet
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

MOST_ROWS = 1000
"""Rows of one batch."""

_Text = Annotated[str, Meta(max_length=200)]
_Long = Annotated[str, Meta(max_length=2000)]
_When = Annotated[
    str,
    Meta(
        min_length=8,
        max_length=40,
        description="A time, 2026-09-18T08:30:00+08:00, or a day, 2026-09-18; without a zone it is Chinese time.",
        examples=["2026-09-18T08:30:00+08:00"],
    ),
]


class NamedAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which account a row is about: id, number for people, or name and platform, with the owner if several fit."""

    id: _Text = ""  # as the platform or the registry writes it
    number: Annotated[str, Meta(pattern="^[0-9]{0,9}$")] = ""
    name: _Text = ""
    platform: _Text = ""
    owner: _Text = ""


class PostTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="post"):
    """A post was published."""

    account: NamedAccount
    at: _When
    key: _Text = ""  # id of the post on its platform
    link: _Long = ""


class LookTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="look"):
    """Somebody looked at an account, and this was its newest post."""

    account: NamedAccount
    at: _When
    newest_post_at: Annotated[str, Meta(max_length=40)] = ""
    shows: Literal["posts", "none", "cleared"] = "posts"  # none: no post at all; cleared: all were taken down
    longest_gap_days: Annotated[float, Meta(ge=0, le=366)] | None = None
    updates_28d: Annotated[int, Meta(ge=0, le=100_000)] | None = None


class FindingTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="finding"):
    """A rule was broken."""

    account: NamedAccount
    at: _When
    rule: Annotated[str, Meta(min_length=1, max_length=200)]  # code or name of a rule of the ruleset in force
    severity: Literal["red", "yellow"] | None = None
    count: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    finder: _Text = ""
    note: _Long = ""
    reference: _Text = ""  # where evidence is kept that may not be copied


class SpottedTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="account"):
    """An account was seen that the registry does not have."""

    id: Annotated[str, Meta(min_length=1, max_length=200)]
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    platform: Annotated[str, Meta(min_length=1, max_length=200)]
    at: _When
    owner: _Text = ""
    finder: _Text = ""


Observation = PostTold | LookTold | FindingTold | SpottedTold


class Unreadable(msgspec.Struct, frozen=True):
    """A row that is none of them."""

    field: str
    problem: str


class HintTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An account may show something new; no fact comes of it, but a look sooner."""

    account: NamedAccount
    at: _When


class Allowed(msgspec.Struct, frozen=True):
    """What a token lets in: kinds of rows, and about what; an empty set does not narrow."""

    kinds: AbstractSet[str]  # post, look, finding, account, hint
    areas: AbstractSet[str] = frozenset()
    units: AbstractSet[str] = frozenset()  # a unit, and those below it
    finders: AbstractSet[str] = frozenset()  # as which findings and spotted accounts are told


class Accepted(msgspec.Struct, frozen=True, tag_field="status", tag="accepted"):
    """A row that stands; the same row again is the same fact."""

    index: int  # in the batch, from 0
    id: UUID  # of the fact


class Refused(msgspec.Struct, frozen=True, tag_field="status", tag="refused"):
    """A row of which nothing was taken."""

    index: int
    field: str
    value: str  # what is there, cut; empty where it may tell of a person
    problem: str
    remedy: str


class Noted(msgspec.Struct, frozen=True, tag_field="status", tag="accepted"):
    """A hint that was taken; the same hint again changes nothing."""

    index: int  # in the batch, from 0


class TakenHints(msgspec.Struct, frozen=True):
    """What became of hints: an answer for each, in order."""

    rows: tuple[Noted | Refused, ...]


class Taken(msgspec.Struct, frozen=True):
    """What became of a batch: an answer for each row, in order."""

    rows: tuple[Accepted | Refused, ...]
