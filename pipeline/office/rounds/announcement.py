"""Announcing a round: its plan is settled once, and never changes under its name."""

import hashlib
import re
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
from msgspec.structs import replace

from events import round_ids
from events.claim import round_name
from events.fields import marked
from events.instants import UtcDatetime, in_calendar
from events.messages import joined, message
from events.names import unfit_label
from events.quarters import bare_quarter
from events.round import RoundAnnounced, RoundKind
from events.round_plan import SamplePlan
from pipeline.home.actor import Actor
from pipeline.home.claims import Wanted, claimed
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.registry import find_account, registry_now
from pipeline.home.rulesets import find_ruleset
from pipeline.home.toml_files import read_toml
from pipeline.home.workspace import Workspace
from pipeline.office.rounds.sample import require_drawable
from pipeline.office.rounds.state import find_round, load_round, round_event
from projections.rounds.state import RoundState, subject_of
from projections.rules.period import quarter_of

_NAME = re.compile(r"[\w.\-]{1,64}")


class Announcement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the office says of a round before it begins; accounts may be named as people write them."""

    name: str
    check_point: UtcDatetime
    quarter: str = ""  # empty: that of the check point
    start: date | None = None  # first day of what is checked, where that is not the quarter's
    ruleset: str = ""  # name or name@version; empty: the home's
    kind: RoundKind = "full"
    area: str = ""
    office: str = ""  # area whose competent office runs it
    title: str = ""
    sample: SamplePlan = SamplePlan()
    basis: tuple[str, ...] = ()


def read_announcement(path: Path) -> Announcement:
    """Read a plan from TOML; raises `UsageError` naming the file and the field."""
    return read_toml(
        path, Announcement, hint=message("a plan has name, check_point, quarter, ruleset and [sample]")
    )


def announce(workspace: Workspace, announcement: Announcement, actor: Actor) -> RoundState:
    """Announce a round; the same plan again changes nothing, another plan under the name is refused.

    So is a plan that the accounts known now cannot fulfil: a name is used up by its first plan, unless that round is
    cancelled.
    """
    name = announcement.name
    state = find_round(workspace, name)
    if state is None and (_NAME.fullmatch(name) is None or unfit_label(name)):
        why = unfit_label(name) or message("holds other characters")
        raise UsageError(
            message(
                "{name!r} is no name of a round: it {why}; write letters, digits, dots and"
                " dashes: suzhou-2023Q1",
                name=name,
                why=why,
            )
        )
    data = _settled(workspace, announcement)
    if state is None or state.cancelled is not None:
        telling = 1 if state is None else state.telling + 1
        require_drawable(workspace, name, data)
        purpose = f"the announcement of {name} with plan {_digest(data)}"
        with claimed(workspace, Wanted(round_name(name, telling), purpose)) as hold:
            event_id = round_ids.round_announced(subject_of(name), telling)
            with_claims = replace(data, claims=hold.ids)
            hold.append([round_event(name, event_id, datetime.now(UTC), with_claims, actor)])
        workspace.catch_up()
        state = load_round(workspace, name)
    announced = replace(state.announced, claims=())
    if announced != data:
        fields = [f for f in data.__struct_fields__ if getattr(announced, f) != getattr(data, f)]
        raise ConflictError(
            message(
                "round {name} is announced already with another {fields}; a plan does not change:"
                " announce it under another name",
                name=name,
                fields=joined(", ", fields),
            )
        )
    return state


def _digest(data: RoundAnnounced) -> str:
    return hashlib.sha256(msgspec.json.encode(data)).hexdigest()[:16]


def _settled(workspace: Workspace, announcement: Announcement) -> RoundAnnounced:
    """Return the announcement with names resolved and defaults filled in."""
    named = find_ruleset(announcement.ruleset or workspace.home.settings.ruleset, workspace.home.path)
    try:
        in_calendar(announcement.check_point)
        period = quarter_of(announcement.check_point, announcement.quarter or None)
        if announcement.start is not None:
            label = f"{bare_quarter(period.label)}@{announcement.start.isoformat()}"
            period = quarter_of(announcement.check_point, label)
    except ValueError as e:
        raise UsageError(marked(e)) from None
    plan = announcement.sample
    if plan.include:
        registry = registry_now(workspace)
        found = sorted({find_account(registry, text) for text in plan.include})
        plan = replace(plan, include=tuple(found))
    return RoundAnnounced(
        title=announcement.title or f"{announcement.area}{bare_quarter(period.label)}政务新媒体检查",
        area=announcement.area,
        office=announcement.office,
        quarter=period.label,
        check_point=announcement.check_point.astimezone(UTC),
        ruleset=named.ruleset.label,
        ruleset_sha256=named.sha256,
        kind=announcement.kind,
        sample=plan,
        basis=announcement.basis,
    )
