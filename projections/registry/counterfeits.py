"""Counterfeit accounts at a moment: how far each case has come, and which step may follow."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from events.base import Payload
from events.counterfeit import (
    Authority,
    CounterfeitClosed,
    CounterfeitReported,
    CounterfeitSuspected,
    CounterfeitVerified,
)
from events.evidence import Evidence
from events.instants import local_iso
from events.known import Known

COUNTERFEIT_TYPES = (
    "counterfeit.suspected",
    "counterfeit.verified",
    "counterfeit.reported",
    "counterfeit.closed",
)
"""Types of events that cases follow from."""

AUTHORITIES: dict[Authority, str] = {"cyberspace": "网信", "police": "公安"}
"""Who must be told before a case is closed (无锡市 2022 年第四季度通报 三(二))."""


class CounterfeitState(StrEnum):
    """How far a case has come: 发现, 核实, 通报, 关闭."""

    SUSPECTED = "suspected"
    VERIFIED = "verified"
    CLEARED = "cleared"  # verified, and no counterfeit
    REPORTED = "reported"  # told to all authorities
    CLOSED = "closed"


class Counterfeit(msgspec.Struct, frozen=True, kw_only=True):
    """One case."""

    account_id: str
    name: str
    platform: str
    link: str
    imitates: str
    finder: str
    state: CounterfeitState
    suspected_at: datetime
    last_at: datetime
    steps: int = 1  # taken about this account, those of its earlier cases included
    verified_at: datetime | None = None
    reported: dict[Authority, datetime] = {}
    closed_at: datetime | None = None
    outcome: str = ""
    note: str = ""
    evidence: tuple[Evidence, ...] = ()


_STATE = CounterfeitState
_NOT_SUSPECTED = "还没有发现记录 nobody has suspected this account; begin with `suspect`"
_OPEN = "已有未关闭的记录 a case is open for this account"
_VERIFIED = "已经核实 it is verified already"
_REFUSED: dict[tuple[CounterfeitState, type[Payload]], str] = {
    **{(state, CounterfeitSuspected): _OPEN for state in _STATE if state is not _STATE.CLOSED},
    **{
        (state, CounterfeitVerified): _VERIFIED
        for state in (_STATE.VERIFIED, _STATE.CLEARED, _STATE.REPORTED)
    },
    (
        _STATE.SUSPECTED,
        CounterfeitReported,
    ): "尚未核实，不能通报 it is not verified; verify it before reporting it",
    (_STATE.CLEARED, CounterfeitReported): "核实不是假冒，不能通报 it was verified to be no counterfeit",
    (
        _STATE.SUSPECTED,
        CounterfeitClosed,
    ): "尚未核实，不能关闭 it is not verified; verify it before closing it",
    (_STATE.VERIFIED, CounterfeitClosed): "尚未向网信和公安都通报 it is not reported to both authorities yet",
    **{
        (_STATE.CLOSED, step): _NOT_SUSPECTED
        for step in (CounterfeitVerified, CounterfeitReported, CounterfeitClosed)
    },
}
"""Steps that a state does not let follow, with the reason."""


def counterfeits_at(known: Iterable[Known], at: datetime) -> dict[str, Counterfeit]:
    """Return every case as of T by account id; a suspicion after a closing begins a new case.

    Steps count in the order of their time; one in the wrong order, which no command writes, changes nothing.
    """
    cases: dict[str, Counterfeit] = {}
    for k in sorted((k for k in known if k.event.time <= at), key=lambda k: k.event.time):
        event, data = k.event, k.event.data
        case = cases.get(event.subject)
        if wrong_step(case, data, event.time) is None:
            cases[event.subject] = _after(case, event.subject, data, event.time)
    return cases


def wrong_step(case: Counterfeit | None, step: Payload, at: datetime) -> str | None:
    """Say why a step cannot follow, in Chinese and English; None where it can."""
    if case is not None and at < case.last_at:
        return f"早于上一步 lies before the last step ({local_iso(case.last_at)})"
    if isinstance(step, CounterfeitReported) and case is not None and step.to in case.reported:
        return f"已向{AUTHORITIES[step.to]}通报 it was reported to them already"
    if case is not None:
        return _REFUSED.get((case.state, type(step)))
    return None if isinstance(step, CounterfeitSuspected) else _NOT_SUSPECTED


def _after(case: Counterfeit | None, subject: str, step: Payload, at: datetime) -> Counterfeit:
    if isinstance(step, CounterfeitSuspected):
        return Counterfeit(
            account_id=subject,
            name=step.name,
            platform=step.platform,
            link=step.link,
            imitates=step.imitates,
            finder=step.finder,
            state=CounterfeitState.SUSPECTED,
            suspected_at=at,
            last_at=at,
            steps=case.steps + 1 if case is not None else 1,
            note=step.note,
            evidence=step.evidence,
        )
    if case is None:
        raise ValueError(f"{step.type} cannot begin a case")
    replace = msgspec.structs.replace
    if isinstance(step, CounterfeitVerified):
        state = CounterfeitState.VERIFIED if step.counterfeit else CounterfeitState.CLEARED
        case = replace(case, state=state, verified_at=at, note=step.note or case.note)
    elif isinstance(step, CounterfeitReported):
        reported = {**case.reported, step.to: at}
        state = CounterfeitState.REPORTED if AUTHORITIES.keys() <= reported.keys() else case.state
        case = replace(case, state=state, reported=reported)
    elif isinstance(step, CounterfeitClosed):
        case = replace(case, state=CounterfeitState.CLOSED, closed_at=at, outcome=step.outcome)
    evidence = getattr(step, "evidence", ())
    return replace(case, last_at=at, steps=case.steps + 1, evidence=case.evidence + evidence)
