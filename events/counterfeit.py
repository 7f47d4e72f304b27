"""Counterfeit accounts: suspected, verified, reported to the authorities, closed."""

from typing import ClassVar, Literal

from events.base import Payload
from events.evidence import Evidence

Authority = Literal["cyberspace", "police"]
"""网信 and 公安 (无锡市 2022 年第四季度通报, 三(二))."""


class CounterfeitSuspected(Payload, frozen=True):
    """An account was seen at `time` that seems to pretend to be one of the government."""

    type: ClassVar[str] = "counterfeit.suspected"

    given_id: str  # the id as it was written, or one derived from platform, name and whom it imitates
    name: str
    platform: str
    link: str = ""
    imitates: str = ""  # account id or name of a unit
    finder: str = ""
    note: str = ""
    evidence: tuple[Evidence, ...] = ()


class CounterfeitVerified(Payload, frozen=True):
    """The suspicion was checked at `time`."""

    type: ClassVar[str] = "counterfeit.verified"

    counterfeit: bool  # False: a genuine account, or one that pretends nothing
    note: str = ""
    evidence: tuple[Evidence, ...] = ()


class CounterfeitReported(Payload, frozen=True):
    """A verified counterfeit was reported to an authority at `time`."""

    type: ClassVar[str] = "counterfeit.reported"

    to: Authority
    receipt: str = ""
    evidence: tuple[Evidence, ...] = ()


class CounterfeitClosed(Payload, frozen=True):
    """The case ended at `time`: the account is gone, or there was none."""

    type: ClassVar[str] = "counterfeit.closed"

    outcome: str
    evidence: tuple[Evidence, ...] = ()
