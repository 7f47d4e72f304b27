"""Objections of owner units: to a finding, or to being called silent."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from connectors.history.rounds import load_rows
from events import round_ids
from events.evidence import REFERENCE_ONLY
from events.facts import Freshness
from events.fields import field
from events.finding import FindingRecorded
from events.known import Known
from events.messages import message
from events.objection import ObjectionRaised
from pipeline.home.actor import Actor
from pipeline.home.beginnings import named_by
from pipeline.home.errors import UsageError
from pipeline.home.evidence import keep_file
from pipeline.home.registry import find_alone
from pipeline.home.workspace import Workspace
from pipeline.office.findings import find_finding, is_withdrawn
from pipeline.office.rounds.sample import sample_of
from pipeline.office.rounds.state import (
    list_rounds,
    load_round,
    refusal,
    require_stage,
    round_event,
)
from pipeline.office.rounds.wording import text_for_log
from projections.rounds.state import Objection, RoundState, Stage, subject_of


def object_to_finding(
    workspace: Workspace,
    name: str,
    account: str,
    finding: str,
    reason: str,
    files: Sequence[Path] = (),
    *,
    actor: Actor,
    reference: str = "",
) -> Objection:
    """Record an objection to a finding of an account of the sample; the same again changes nothing."""
    state = load_round(workspace, name)
    require_stage(state, message("objected to"), Stage.DRAWN, Stage.FROZEN)
    account_id = _checked_account(workspace, state, account)
    found = find_finding(workspace, finding)
    _require_open(workspace, account_id, found, files)
    reason = text_for_log(found, reason.strip(), reference, "reason")
    ground = ObjectionRaised(account=account_id, ground="finding", finding_id=found.event.id, reason=reason)
    return _raised(workspace, state, ground, files, actor)


def object_to_silence(
    workspace: Workspace,
    name: str,
    account: str,
    reason: str,
    files: Sequence[Path] = (),
    *,
    actor: Actor,
) -> Objection:
    """Record an objection to being called silent, which the round must have done; the same again changes nothing."""
    state = load_round(workspace, name)
    require_stage(state, message("objected to for silence"), Stage.FROZEN)
    account_id = _checked_account(workspace, state, account)
    if state.newest is None:
        raise refusal(state, message("objected to for silence"))
    rows = load_rows(workspace.client, state.newest.run_id)
    row = next((row for row in rows if row.account_id == account_id), None)
    if row is None or row.freshness is not Freshness.STALE:
        raise UsageError(
            message(
                "round {name} does not call {account} silent; object to a finding with {finding},"
                " see `xuncha explain`",
                name=name,
                account=account,
                finding=field("finding"),
            )
        )
    ground = ObjectionRaised(account=account_id, ground="silence", reason=reason)
    return _raised(workspace, state, ground, files, actor)


def find_objection(workspace: Workspace, text: str) -> tuple[RoundState, Objection]:
    """Return the objection whose id begins with `text`, and its round; raises `NotFoundError`."""
    objections = ((state, one) for state in list_rounds(workspace) for one in state.objections)
    return named_by(objections, text, lambda found: (found[1].id,), message("objection"), "xuncha round show")


def _checked_account(workspace: Workspace, state: RoundState, account: str) -> str:
    account_id = find_alone(workspace, account)
    if account_id not in sample_of(workspace, state).accounts:
        raise UsageError(
            message(
                "{account} is not in the sample of round {name}; `xuncha round draw {name} {json}` lists it",
                account=account,
                name=state.name,
                json=field("json"),
            )
        )
    return account_id


def _require_open(workspace: Workspace, account_id: str, found: Known, files: Sequence[Path]) -> None:
    """Refuse a finding of another account, one that is withdrawn, and files where nothing may be copied."""
    data = found.event.data
    if found.event.subject != account_id:
        raise UsageError(
            message(
                "finding {id} is about {subject}, not about {account_id}",
                id=found.event.id,
                subject=found.event.subject,
                account_id=account_id,
            )
        )
    if is_withdrawn(workspace, found):
        raise UsageError(
            message("finding {id} is withdrawn already; there is nothing to object to", id=found.event.id)
        )
    if files and isinstance(data, FindingRecorded) and data.rule_code in REFERENCE_ONLY:
        raise UsageError(
            message(
                "finding {id} is about {rule_code}: its evidence is never copied; name with"
                " {reference} where it is kept",
                id=found.event.id,
                rule_code=data.rule_code,
                reference=field("reference"),
            )
        )


def _raised(
    workspace: Workspace, state: RoundState, ground: ObjectionRaised, files: Sequence[Path], actor: Actor
) -> Objection:
    if not ground.reason.strip():
        raise UsageError(
            message(
                "{reason} is empty; say why the unit objects (about secret or harmful content: {reference})",
                reason=field("reason"),
                reference=field("reference"),
            )
        )
    now = datetime.now(UTC)
    data = replace(ground, evidence=tuple(keep_file(workspace.home, path, now) for path in files))
    objection_id = round_ids.objection_raised(
        subject_of(state.name),
        data.account,
        data.finding_id,
        data.reason,
        (e.sha256 for e in data.evidence),
        state.telling,
    )
    known = next((o for o in state.objections if o.id == objection_id), None)
    if known is not None:
        return known
    workspace.log.append([round_event(state.name, objection_id, now, data, actor)])
    return Objection(objection_id, now, data)
