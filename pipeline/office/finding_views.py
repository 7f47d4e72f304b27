"""Findings and objections as pages show them: with numbers for people, rechecks, and who may see them."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from connectors.history.knowledge import actors_of
from events.evidence import REFERENCE_ONLY, Evidence
from events.finding import (
    SEPARATE_CASE,
    FindingRechecked,
    FindingRecorded,
    FindingRectified,
    FindingServed,
    FindingWithdrawn,
)
from events.instants import FAR, SHANGHAI, from_micros
from events.known import Known
from pipeline.home.errors import NotFoundError
from pipeline.home.registry import registry_now
from pipeline.home.rulesets import find_ruleset, rule_names
from pipeline.home.workspace import Workspace
from pipeline.office.adoptions import list_adoptions
from pipeline.office.rounds.state import list_rounds
from pipeline.office.scope import Scope, accounts_within
from pipeline.office.two_persons import alone_among, is_person
from projections.rounds.state import Objection, RoundState

EVERYWHERE = Scope()
_TYPES = (
    FindingRecorded.type,
    FindingWithdrawn.type,
    FindingRechecked.type,
    FindingRectified.type,
    FindingServed.type,
)


class Remark(msgspec.Struct, frozen=True):
    """What somebody said of a finding: of a recheck whether it holds, of a withdrawal why."""

    at: datetime
    by: str  # code of a checker, or of who acted
    text: str
    holds: bool = True
    one_person: bool = False


class FindingView(msgspec.Struct, frozen=True, kw_only=True):
    """A finding as known now."""

    id: UUID
    number: str  # 2026-231: the place in the order of first recording within the year
    account_id: str
    account_number: str
    name: str
    platform: str
    owner: str
    area: str
    rule: str  # code
    rule_name: str
    severity: str
    noted: bool  # the rules of its time hold it against nobody: it is recorded alone
    count: int
    found_at: datetime
    date_only: bool
    recorded_at: datetime
    finder: str
    recorded_by: str  # code of the actor, empty: not told
    note: str
    case_number: str
    evidence: tuple[Evidence, ...]
    rechecks: tuple[Remark, ...]
    withdrawn: Remark | None
    rectified_at: datetime | None
    served_at: datetime | None
    served_until: datetime | None

    @property
    def separate(self) -> bool:
        """It is a separate case: nothing is said of it but its number."""
        return self.rule == SEPARATE_CASE

    @property
    def reference_only(self) -> bool:
        """Nothing about it is copied: its texts are references."""
        return self.separate or self.rule in REFERENCE_ONLY

    @property
    def state(self) -> str:
        """Return withdrawn, fails (whoever rechecked says so), holds, open, or taken: nobody signed in recorded it."""
        if self.withdrawn is not None:
            return "withdrawn"
        if not self.rechecks:
            return "open" if is_person(self.recorded_by) else "taken"
        return "holds" if self.rechecks[-1].holds else "fails"


class ObjectionView(msgspec.Struct, frozen=True, kw_only=True):
    """An objection as known now, with its round."""

    number: str  # 2026-07
    round: RoundState
    objection: Objection
    account_number: str
    name: str
    platform: str
    owner: str
    finding: FindingView | None  # None: against being called silent
    proposed_by: str
    decided_by: str
    one_person: bool


def finding_views(
    workspace: Workspace, scope: Scope = EVERYWHERE, known_at: datetime = FAR
) -> list[FindingView]:
    """Return the findings of a scope in the order of their recording, withdrawn ones too; numbers are those of all."""
    known = _in_order(workspace.known.read(_TYPES, known_at))
    recorded = [k for k in known if isinstance(k.event.data, FindingRecorded)]
    if not recorded:
        return []
    numbers = numbers_of(recorded)
    registry = registry_now(workspace)
    inside = accounts_within(workspace, registry, scope)
    names = rule_names(workspace.home.path)
    noted_at = _noted(workspace)
    ids = {k.event.id for k in known if not isinstance(k.event.data, FindingServed)}
    actors = actors_of(workspace.client, ids)
    later = _later_facts(known, actors, set(alone_among(workspace)))
    served = _served(known)
    views = []
    for k in recorded:
        event, data = k.event, k.event.data
        if not isinstance(data, FindingRecorded) or not (event.subject in inside or scope == EVERYWHERE):
            continue
        entry = registry.entries.get(event.subject)
        rechecks, withdrawn, rectified = later.get(event.id, ((), None, None))
        notice = served.get(event.id)
        views.append(
            FindingView(
                id=event.id,
                number=numbers[event.id],
                account_id=event.subject,
                account_number=registry.numbers.get(event.subject, ""),
                name=entry.name if entry else "",
                platform=entry.platform if entry else "",
                owner=entry.owner if entry else "",
                area=entry.area if entry else "",
                rule=data.rule,
                rule_name="另案处理" if data.rule == SEPARATE_CASE else names.get(data.rule, "其他问题"),
                severity=data.severity,
                noted=data.rule in noted_at(event.time),
                count=data.count,
                found_at=event.time,
                date_only=data.date_only,
                recorded_at=from_micros(k.recorded_at),
                finder=data.finder,
                recorded_by=actors.get(event.id, ""),
                note=data.note,
                case_number=data.case_number,
                evidence=data.evidence,
                rechecks=rechecks,
                withdrawn=withdrawn,
                rectified_at=rectified,
                served_at=notice[0] if notice else None,
                served_until=notice[1] if notice else None,
            )
        )
    return views


def _noted(workspace: Workspace) -> Callable[[datetime], frozenset[str]]:
    """Return what gives the rules that nobody loses anything by, under what the office checked by at a moment."""
    adoptions, home = list_adoptions(workspace), workspace.home
    known: dict[str, frozenset[str]] = {}

    def noted_at(at: datetime) -> frozenset[str]:
        come = [one.ruleset for one in adoptions if one.since <= at]
        label = come[-1] if come else home.settings.ruleset
        if label not in known:
            try:
                rules = find_ruleset(label, home.path).ruleset.rules
            except NotFoundError:
                rules = ()
            known[label] = frozenset(rule.code for rule in rules if rule.effect == "record")
        return known[label]

    return noted_at


def objection_views(
    workspace: Workspace, scope: Scope = EVERYWHERE, known_at: datetime = FAR
) -> list[ObjectionView]:
    """Return the objections of a scope in the order in which they were raised, with numbers of all."""
    found = [(state, one) for state in list_rounds(workspace, known_at=known_at) for one in state.objections]
    if not found:
        return []
    found.sort(key=lambda pair: (pair[1].raised_at, pair[1].id))
    numbers = _numbered([(one.id, one.raised_at) for _, one in found], digits=2)
    registry = registry_now(workspace)
    inside = accounts_within(workspace, registry, scope)
    findings = {view.id: view for view in finding_views(workspace, known_at=known_at)}
    acts = [one.proposal.event.id for _, one in found if one.proposal]
    acts += [one.decision_id for _, one in found if one.decision_id]
    actors = actors_of(workspace.client, acts) if acts else {}
    alone = alone_among(workspace)
    views = []
    for state, one in found:
        account = one.raised.account
        if not (account in inside or scope == EVERYWHERE):
            continue
        entry = registry.entries.get(account)
        decision = one.decision_id
        views.append(
            ObjectionView(
                number=numbers[one.id],
                round=state,
                objection=one,
                account_number=registry.numbers.get(account, ""),
                name=entry.name if entry else "",
                platform=entry.platform if entry else "",
                owner=entry.owner if entry else "",
                finding=findings.get(one.raised.finding_id) if one.raised.finding_id else None,
                proposed_by=actors.get(one.proposal.event.id, "") if one.proposal else "",
                decided_by=actors.get(decision, "") if decision else "",
                one_person=decision in alone,
            )
        )
    return views


def numbers_of(recorded: Iterable[Known]) -> dict[UUID, str]:
    """Return the numbers of findings: their place in the order of first recording within the Chinese year."""
    moments = [(k.event.id, from_micros(k.recorded_at)) for k in recorded]
    return _numbered(moments, digits=1)


def _numbered(recorded: Iterable[tuple[UUID, datetime]], digits: int) -> dict[UUID, str]:
    counts: dict[int, int] = {}
    numbers = {}
    for event_id, at in recorded:
        year = at.astimezone(SHANGHAI).year
        counts[year] = counts.get(year, 0) + 1
        numbers[event_id] = f"{year}-{counts[year]:0{digits}d}"
    return numbers


def _in_order(known: Iterable[Known]) -> list[Known]:
    return sorted(known, key=lambda k: (k.recorded_at, k.partition, k.offset))


def _later_facts(
    known: Iterable[Known], actors: dict[UUID, str], alone: set[UUID]
) -> dict[UUID, tuple[tuple[Remark, ...], Remark | None, datetime | None]]:
    """Return rechecks, withdrawal and rectification of findings."""
    later: dict[UUID, tuple[tuple[Remark, ...], Remark | None, datetime | None]] = {}
    for k in known:
        event_id, at, data = k.event.id, from_micros(k.recorded_at), k.event.data
        if isinstance(data, FindingRechecked):
            checks, gone, rectified = later.get(data.finding_id, ((), None, None))
            recheck = Remark(at, data.by, data.note, data.holds, event_id in alone)
            later[data.finding_id] = ((*checks, recheck), gone, rectified)
        elif isinstance(data, FindingWithdrawn):
            checks, gone, rectified = later.get(data.corrects, ((), None, None))
            later[data.corrects] = (
                checks,
                gone or Remark(at, actors.get(event_id, ""), data.reason),
                rectified,
            )
        elif isinstance(data, FindingRectified):
            checks, gone, rectified = later.get(data.finding_id, ((), None, None))
            later[data.finding_id] = (checks, gone, rectified or at)
    return later


def _served(known: Iterable[Known]) -> dict[UUID, tuple[datetime, datetime]]:
    """Return when units were first told of findings, and until when they may answer."""
    served: dict[UUID, tuple[datetime, datetime]] = {}
    for k in known:
        if isinstance(data := k.event.data, FindingServed):
            for charge in data.charges:
                for finding in charge.findings:
                    served.setdefault(finding, (k.event.time, data.answer_until))
    return served
