"""Figures of a bulletin: values by name with the rows behind them, and the lists that stand beside them."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from events.platform_groups import FIVE_GROUPS, PlatformGroup

Value = int | str | None
"""A count or days; a rate as printed (`92.7%`); None where nothing was judged."""

NOTHING = "—"
"""What documents print for None."""


class Part(msgspec.Struct, frozen=True, gc=False):
    """The value of a figure for one tier, platform group, area, rule or account."""

    key: str
    value: Value
    rows: tuple[str, ...] = ()  # account ids that it was derived from


class Figure(msgspec.Struct, frozen=True, gc=False):
    """A named figure: one value, or a value for each part."""

    name: str
    value: Value = None
    rows: tuple[str, ...] = ()  # account ids that it was derived from
    parts: tuple[Part, ...] | None = None  # None: one value


class Figures(msgspec.Struct, frozen=True):
    """All figures of a bulletin, in the order of the catalogue."""

    all: tuple[Figure, ...]

    def __getitem__(self, name: str) -> Figure:
        for figure in self.all:
            if figure.name == name:
                return figure
        raise KeyError(name)

    def count(self, name: str) -> int:
        """Return the value of a figure that counts."""
        value = self[name].value
        if not isinstance(value, int):
            raise TypeError(f"figure {name} is no count")
        return value

    def parts(self, name: str) -> tuple[Part, ...]:
        """Return the parts of a figure that has them."""
        return self[name].parts or ()

    def by_place(self) -> Iterator[tuple[str, str, Value]]:
        """Yield (place, key, value) of every value; a place is `checked` or `checked_by_tier.0`."""
        for figure in self.all:
            if figure.parts is None:
                yield figure.name, "", figure.value
            for i, part in enumerate(figure.parts or ()):
                yield f"{figure.name}.{i}", part.key, part.value

    def plain(self) -> dict[str, Value | dict[str, Value]]:
        """Return the figures as JSON has them: by name, and by key where there are parts."""
        return {
            f.name: f.value if f.parts is None else {part.key: part.value for part in f.parts}
            for f in self.all
        }


def account_place(number: int | str) -> str:
    """Return the place of an account that the text names by the number of its row in the annex: `account.3`."""
    return f"account.{number}"


def printed(value: Value) -> str:
    """Return a value as documents print it."""
    return NOTHING if value is None else str(value)


class Conventions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a place counts and rounds; everything else follows from rows."""

    digits: int = 1  # of rates
    groups: tuple[PlatformGroup, ...] = FIVE_GROUPS
    tiers: tuple[str, ...] = ("市级部门和单位", "县级市（区）")  # their order; others follow
    areas: tuple[str, ...] = ()  # their order; others follow
    slow_days: int = 7  # silence that is named beside the red line
    series_rounds: int = 8  # rounds shown in the chart of pass rates


class AnnexRow(msgspec.Struct, frozen=True, gc=False):
    """One account of the annex: 序号, 地区（单位）, 账号名称, 平台, 突出问题, 是否单项否决, 是否在检查范围内."""

    number: int
    unit: str
    name: str
    platform: str
    problem: str
    veto: bool
    checked: bool  # in the checked population; others are listed and not counted


class InternalRow(msgspec.Struct, frozen=True, gc=False):
    """What the internal version adds to an account of the annex."""

    number: int
    account_id: str
    name: str
    verdict: str
    points: int | None
    days_silent: int | None
    finders: tuple[str, ...]
    notes: tuple[str, ...]
    evidence: tuple[UUID, ...]


class Series(msgspec.Struct, frozen=True):
    """Values of a chart; `unit` is 天 or %."""

    name: str
    title: str
    unit: str
    kind: Literal["line", "bars"]
    points: tuple[tuple[str, float], ...]


class NamedAccount(msgspec.Struct, frozen=True, gc=False):
    """An account as the text of a bulletin names it."""

    account_id: str
    name: str
    platform: str
    unit: str
    days: int | None = None
    number: int = 0  # its row of the annex; 0: it has none


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """What a bulletin's figures belong to (design promise 3)."""

    round: str
    run_id: UUID
    ruleset: str
    ruleset_title: str
    documents: tuple[str, ...]
    check_point: datetime
    known_at: datetime
    digest: str
    seed_by_hand: int | None = None  # of the sample; None: it comes from the log, or nobody was drawn
    indicators: str = ""  # 《title》（文号） of the document that puts the ruleset in force; empty: none does

    @property
    def ruleset_words(self) -> str:
        """Return the ruleset as people name it: its title, and which version of it."""
        return f"{self.ruleset_title}，第{self.ruleset.rpartition('@')[2]}版"


class Finish(msgspec.Struct, frozen=True, kw_only=True):
    """What issuing adds: number 文号, date, signing office, copies; a draft has none of them."""

    number: str = ""
    issued_on: date | None = None
    signed_by: str = ""  # office and role, never a person
    copy_to: tuple[str, ...] = ()
    one_person: tuple[str, ...] = ()  # steps of two persons that one person took, as the office lets it
