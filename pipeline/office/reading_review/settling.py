"""A person judges what the lexicon suspects: confirmed it becomes a finding, dismissed it does not come back.

The settlement comes first, and names the finding that follows: of two clerks the first one counts, and whoever repeats
an act that was cut off completes it.
"""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from events import fact_ids, wording_ids
from events.base import Payload
from events.codec import Event
from events.fields import field
from events.finding import FindingRecorded, FindingWithdrawn, Severity, as_recorded
from events.messages import message
from events.moments import Moment
from events.sources import OFFICE, SHEETS
from events.withdrawal import FactWithdrawn
from events.wording import WordingSettled
from pipeline.home.actor import Actor, signed
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.rulesets import ruleset_of
from pipeline.home.workspace import Workspace
from pipeline.office.observation_withdrawals import WithdrawFinding, withdraw_finding
from pipeline.office.reading_review.listing import find_suspected
from pipeline.office.taking_back import RevisionDue, TakeBack
from projections.rules.rulesets import Ruleset
from projections.wording.suspicions import Suspected

FIGURE = "wording_errors"
"""What a ruleset calls the figure of the rule that a wrong wording breaks."""


class ConfirmWording(msgspec.Struct, frozen=True):
    """That a suggestion is right."""

    suspicion: str  # id, or its beginning
    when: Moment
    reason: str = ""  # becomes the note of the finding
    severity: Severity | None = None  # None: as the lexicon suggests


class DismissWording(msgspec.Struct, frozen=True):
    """That a suggestion is none; with `everywhere` the same context is always right."""

    suspicion: str
    when: Moment
    reason: str = ""
    everywhere: bool = False


class UndoWording(msgspec.Struct, frozen=True):
    """That a suggestion was settled wrongly: it waits again, and a finding that followed is withdrawn."""

    suspicion: str
    reason: str
    second: str = ""  # who agrees, where a frozen round knew the finding


class SettledWording(msgspec.Struct, frozen=True):
    """What became of a suggestion."""

    suspicion: UUID
    account_id: str
    state: str
    finding: UUID | None = None
    events: tuple[Event[Payload], ...] = ()
    revisions_due: tuple[RevisionDue, ...] = ()


def confirm_wording(workspace: Workspace, asked: ConfirmWording, actor: Actor) -> SettledWording:
    """Confirm a suggestion, which becomes a finding of the wording rule at the time when it was read.

    Raises `NotFoundError`, `ConflictError` where somebody dismissed it, and `UsageError` where the rules of the home
    have no such rule.
    """
    one = find_suspected(workspace, asked.suspicion)
    _refuse_other(one, "confirmed")
    events: list[Event[Payload]] = []
    if one.settlement is None:
        code, line = _rule(ruleset_of(workspace.home), asked.severity or one.data.severity)
        void = _withdrawn_findings(workspace)
        reason = asked.reason.strip()
        data = WordingSettled(
            suspicion=one.id,
            outcome="confirmed",
            by=actor.code,
            rule=code,
            severity=line,
            finding=fact_ids.standing(void, lambda n: _finding_id(one, code, actor.code, reason, n)),
            reason=reason,
        )
        events += _settle(workspace, one, data, asked.when.at, actor)
    one = find_suspected(workspace, str(one.id), texts=True)
    _refuse_other(one, "confirmed")
    events += _complete(workspace, one)
    finding = one.settlement.finding if one.settlement else None
    return SettledWording(one.id, one.account_id, "confirmed", finding, tuple(events))


def dismiss_wording(workspace: Workspace, asked: DismissWording, actor: Actor) -> SettledWording:
    """Dismiss a suggestion; raises `NotFoundError`, and `ConflictError` where somebody confirmed it."""
    one = find_suspected(workspace, asked.suspicion)
    _refuse_other(one, "dismissed")
    events: list[Event[Payload]] = []
    if one.settlement is None:
        data = WordingSettled(
            suspicion=one.id,
            outcome="dismissed",
            by=actor.code,
            everywhere=asked.everywhere,
            reason=asked.reason.strip(),
        )
        events += _settle(workspace, one, data, asked.when.at, actor)
        _refuse_other(find_suspected(workspace, str(one.id)), "dismissed")
    return SettledWording(one.id, one.account_id, "dismissed", None, tuple(events))


def undo_wording(workspace: Workspace, asked: UndoWording, actor: Actor) -> SettledWording:
    """Take a settlement back; the finding goes first, so that a repeat completes what was cut off.

    Raises `UsageError` without a reason, where nobody settled it, and where a frozen round knew the finding and no
    second person agrees.
    """
    if not asked.reason.strip():
        raise UsageError(message("{reason} is empty; say what was wrong", reason=field("reason")))
    one = find_suspected(workspace, asked.suspicion)
    if one.settlement is None or one.settlement_id is None or one.settled_at is None:
        if one.by_context is not None:
            raise UsageError(
                message(
                    "its context was said to be always right; undo the suggestion {first}",
                    first=str(one.by_context)[:8],
                )
            )
        raise UsageError(message("nobody has settled this suggestion; there is nothing to undo"))
    due: tuple[RevisionDue, ...] = ()
    finding = one.settlement.finding
    if finding in _valid_findings(workspace):
        why = TakeBack(asked.reason, asked.second)
        due = withdraw_finding(workspace, WithdrawFinding(str(finding), why), actor).revisions_due
    data = FactWithdrawn(
        corrects=one.settlement_id,
        of_type=WordingSettled.type,
        its_time=one.settled_at,
        reason=asked.reason.strip(),
    )
    event_id = fact_ids.withdrawn(one.account_id, one.settlement_id)
    event: Event[Payload] = Event(event_id, SHEETS, one.account_id, datetime.now(UTC), data, actor.origin())
    workspace.log.append([event])
    workspace.catch_up()
    return SettledWording(one.id, one.account_id, "open", finding, (event,), due)


def _refuse_other(one: Suspected, outcome: str) -> None:
    """Refuse a suggestion that somebody settled otherwise; one that its context settled is still to be judged."""
    if one.settlement is None or one.state == outcome:
        return
    if one.state == "confirmed":
        raise ConflictError(message("somebody has confirmed the suggestion; undo that first"))
    raise ConflictError(message("somebody has dismissed the suggestion; undo that first"))


def _settle(
    workspace: Workspace, one: Suspected, data: WordingSettled, at: datetime, actor: Actor
) -> list[Event[Payload]]:
    known = workspace.known.read((FactWithdrawn.type,), texts=False)
    void = {k.event.data.corrects for k in known if k.event.data.of_type == WordingSettled.type}
    event_id = fact_ids.standing(
        void, lambda n: wording_ids.wording_settled(one.account_id, one.id, telling=n)
    )
    event: Event[Payload] = Event(event_id, OFFICE, one.account_id, at, data, actor.origin())
    workspace.log.append([event])
    workspace.catch_up()
    return [event]


def _complete(workspace: Workspace, one: Suspected) -> list[Event[Payload]]:
    """Record the finding that a settlement names, unless it is there."""
    settlement = one.settlement
    if settlement is None or settlement.finding is None or settlement.severity is None:
        return []
    known = workspace.known.read((FindingRecorded.type, FindingWithdrawn.type), texts=False)
    if any(k.event.id == settlement.finding for k in known):
        return []
    data = FindingRecorded(
        rule=settlement.rule,
        severity=settlement.severity,
        finder=one.settled_by,
        note=settlement.reason,
        handed_in_at=datetime.now(UTC),
    )
    event: Event[Payload] = Event(settlement.finding, SHEETS, one.account_id, one.read_at, as_recorded(data))
    events = signed([event], Actor(one.settled_by))
    workspace.log.append(events)
    workspace.catch_up()
    return list(events)


def _finding_id(one: Suspected, code: str, finder: str, reason: str, telling: int) -> UUID:
    return fact_ids.finding_recorded(one.account_id, code, one.read_at, finder, reason, telling=telling)


def _rule(ruleset: Ruleset, severity: Severity) -> tuple[str, Severity]:
    """Return the code and line of the rule that a wrong wording breaks."""
    for code in sorted(ruleset.counted_in(FIGURE)):
        rule = ruleset.rule(code)
        found = ruleset.code_on_line(rule, severity) if rule is not None else None
        if found is not None:
            return found, severity
    raise UsageError(
        message(
            "{ruleset} has no rule for a wording of this severity; record a finding by hand, or choose the other one",
            ruleset=ruleset.label,
        )
    )


def _withdrawn_findings(workspace: Workspace) -> set[UUID]:
    known = workspace.known.read((FindingWithdrawn.type,), texts=False)
    return {k.event.data.corrects for k in known if isinstance(k.event.data, FindingWithdrawn)}


def _valid_findings(workspace: Workspace) -> set[UUID]:
    known = workspace.known.read((FindingRecorded.type,), texts=False)
    recorded = {k.event.id for k in known if isinstance(k.event.data, FindingRecorded)}
    return recorded - _withdrawn_findings(workspace)
