"""The way of a year's results: drafted, told to the units, objected to, decided, final; and verified later."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

import msgspec

from events import assessment_ids
from events.assessment import (
    AssessmentDecided,
    AssessmentDrafted,
    AssessmentFinalized,
    AssessmentObjected,
    AssessmentTold,
    UnitResult,
    subject_of_year,
)
from events.base import Payload
from events.claim import assessment_of, objection_decision
from events.codec import Event
from events.days import chinese_day
from events.evidence import Evidence
from events.fields import field
from events.messages import joined, message
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new, filed_again
from pipeline.home.beginnings import named_by
from pipeline.home.claims import Wanted, claimed
from pipeline.home.errors import ConflictError, NotFoundError, UsageError
from pipeline.home.evidence import keep_file
from pipeline.home.workspace import Workspace
from pipeline.office.assessment.results import AskYear, YearResults, reckon
from pipeline.office.assessment.schemes import find_scheme
from pipeline.office.assessment.years import list_years
from pipeline.office.two_persons import marks, require_second
from projections.year.assessment import results_digest
from projections.year.state import Draft, Objection, YearState


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a draft that was reckoned again at its own T and K."""

    draft: Draft
    stored: bool  # the stored rows give the stored digest
    same: bool | None  # the facts give it again; None: its scheme or roster is not here as it was
    differing: tuple[str, ...] = ()  # codes of units that came out otherwise

    @property
    def holds(self) -> bool:
        return self.stored and self.same is not False


class Object(msgspec.Struct, frozen=True, kw_only=True):
    """An objection of a unit to the newest draft that it was told."""

    year: int
    unit: str  # code or name
    item: str = ""  # code of a veto, item or bonus; empty: the whole result
    reason: str
    files: tuple[Path, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Decide(msgspec.Struct, frozen=True):
    """How an objection is decided."""

    objection: str  # beginning of its id
    outcome: Literal["upheld", "rejected"]
    reason: str


def load_year(workspace: Workspace, year: int) -> YearState:
    """Return the state of a year; raises `NotFoundError` where nothing was drafted."""
    state = list_years(workspace).get(year)
    if state is None:
        raise NotFoundError(
            message(
                "no assessment of {year} was drafted; `xuncha assessment draft {year}` does it", year=year
            )
        )
    return state


def draft(workspace: Workspace, asked: AskYear, actor: Actor) -> Draft:
    """Reckon the results of a year as known now, and record them; results that did not change are no new draft.

    Raises as `reckon` does, and `UsageError` for a check point that is still to come.
    """
    if asked.at > datetime.now(UTC):
        raise UsageError(
            message(
                "{at} is still to come; a draft is about what happened",
                at=field("at"),
            )
        )
    results = reckon(workspace, asked, workspace.close_moment())
    data = AssessmentDrafted(
        year=asked.year,
        check_point=results.at,
        known_at=results.known_at,
        scheme=results.scheme.scheme.label,
        scheme_sha256=results.scheme.sha256,
        roster=results.roster.roster.name,
        roster_sha256=results.roster.sha256,
        digest=results.digest,
        rows=results.rows,
    )
    before = list_years(workspace).get(asked.year)
    newest = before.newest if before else None
    if newest is not None and _is_same_draft(newest.data, data):
        return newest
    made_of = f"{data.scheme_sha256}:{data.roster_sha256}:{results.at.isoformat()}:{data.digest}"
    subject = subject_of_year(asked.year)
    event_id = assessment_ids.assessment_drafted(subject, made_of, newest.id if newest else None)
    _append(workspace, event_id, asked.year, data, actor)
    return load_year(workspace, asked.year).newest


def tell(workspace: Workspace, year: int, until: date, actor: Actor) -> Draft:
    """Record that the units were told the newest draft, and until when they may object; told again nothing changes."""
    state = load_year(workspace, year)
    newest = state.newest
    if newest.told_at is not None:
        if newest.until != until:
            raise ConflictError(
                message(
                    "the draft was told with objections until {until}; another day needs another draft",
                    until=newest.until,
                )
            )
        return newest
    if until < chinese_day(newest.drafted_at):
        raise UsageError(message("{until} is before the draft", until=until))
    event_id = assessment_ids.assessment_told(subject_of_year(year), newest.id)
    data = AssessmentTold(draft_id=newest.id, until=until)
    _append(workspace, event_id, year, data, actor)
    return load_year(workspace, year).newest


def object_to(workspace: Workspace, asked: Object, actor: Actor) -> Objection:
    """Record an objection of a unit; the same again changes nothing.

    Raises `UsageError` where the draft was not told, its days are past, the unit or item is none of it, or nothing is
    said.
    """
    state = load_year(workspace, asked.year)
    newest, reason, now = state.newest, asked.reason.strip(), datetime.now(UTC)
    row = find_row(newest.data.rows, asked.unit)
    if newest.told_at is None or newest.until is None:
        raise UsageError(message("the draft of {year} was not told to the units yet", year=asked.year))
    if chinese_day(now) > newest.until:
        raise UsageError(message("objections were taken until {until}", until=newest.until))
    scheme = find_scheme(newest.data.scheme, workspace.home.path).scheme
    codes = [part.code for part in (*scheme.vetoes, *scheme.items, *scheme.bonuses)]
    if asked.item and asked.item not in codes:
        raise UsageError(
            message("no item {item!r}; there are: {codes}", item=asked.item, codes=joined(", ", codes))
        )
    if not reason:
        raise UsageError(message("{reason} is empty; say why the unit objects", reason=field("reason")))
    workspace.home.texts.refuse({"reason": reason})
    evidence = (*asked.evidence, *(keep_file(workspace.home, path, now) for path in asked.files))
    content = (reason, *sorted({e.sha256 for e in evidence}))
    subject = subject_of_year(asked.year)
    event_id = assessment_ids.assessment_objected(subject, newest.id, row.unit, asked.item, content)
    data = AssessmentObjected(
        draft_id=newest.id, unit=row.unit, item=asked.item, reason=reason, evidence=evidence
    )
    event = Event(event_id, OFFICE, subject, now, data, actor.origin())
    (event,) = filed_again(workspace.known, [event])
    append_new(workspace, [event])
    workspace.catch_up()
    return next(o for o in load_year(workspace, asked.year).objections if o.id == event.id)


def decide(workspace: Workspace, asked: Decide, actor: Actor) -> Objection:
    """Decide on an objection; the same again changes nothing. An upheld one is followed by another draft.

    Who raised it does not decide (rule of two persons "decide"). Raises `ConflictError` where it was decided otherwise.
    """
    year, one = find_objection(workspace, asked.objection)
    reason = asked.reason.strip()
    if one.outcome is not None:
        if one.outcome == asked.outcome:
            return one
        raise ConflictError(message("the objection was decided already, otherwise"))
    if not reason:
        raise UsageError(message("{reason} is empty; say why it is decided so", reason=field("reason")))
    workspace.home.texts.refuse({"reason": reason})
    alone = require_second(workspace, "decide", set(workspace.actors_of([one.id]).values()), actor)
    subject = subject_of_year(year)
    event_id = assessment_ids.assessment_decided(subject, one.id)
    with claimed(workspace, Wanted(objection_decision(one.id), f"{asked.outcome} {one.id}")) as hold:
        data = AssessmentDecided(objection_id=one.id, outcome=asked.outcome, reason=reason, claims=hold.ids)
        event = Event(event_id, OFFICE, subject, datetime.now(UTC), data, actor.origin())
        hold.append([*marks("decide", event_id, actor, alone=alone), event])
    workspace.catch_up()
    return find_objection(workspace, str(one.id))[1]


def finalize(workspace: Workspace, year: int, actor: Actor, today: date | None = None) -> Draft:
    """Make the newest draft the result of the year; made final again nothing changes.

    Who drafted it does not make it final (rule of two persons "sign"). A later draft takes its place by a claim that
    names it. Raises `UsageError` where the draft was not told, its days are not past, objections are open, or one that
    was upheld waits for another draft; `ConflictError` where the rows do not verify.
    """
    state = load_year(workspace, year)
    newest = state.newest
    if newest.finalized_at is not None:
        return newest
    _require_heard(state, today or chinese_day(datetime.now(UTC)))
    if not verify(workspace, year).holds:
        raise ConflictError(message("the draft does not verify; draft again, and tell the units"))
    alone = require_second(workspace, "sign", set(workspace.actors_of([newest.id]).values()), actor)
    subject = subject_of_year(year)
    event_id = assessment_ids.assessment_finalized(subject, newest.id)
    former = state.final.final_id if state.final else None
    with claimed(workspace, Wanted(assessment_of(year, former), f"draft {newest.id}")) as hold:
        data = AssessmentFinalized(draft_id=newest.id, claims=hold.ids)
        event = Event(event_id, OFFICE, subject, datetime.now(UTC), data, actor.origin())
        hold.append([*marks("sign", event_id, actor, alone=alone), event])
    workspace.catch_up()
    return load_year(workspace, year).newest


def verify(workspace: Workspace, year: int) -> Verified:
    """Reckon the newest draft again at its own check point and known-at, and compare; nothing is written."""
    newest = load_year(workspace, year).newest
    data = newest.data
    stored = results_digest(data.rows) == data.digest
    again = _again(workspace, data)
    if again is None:
        return Verified(draft=newest, stored=stored, same=None)
    before = {row.unit: row for row in data.rows}
    now = {row.unit: row for row in again.rows}
    differing = tuple(sorted(u for u in before.keys() | now.keys() if before.get(u) != now.get(u)))
    return Verified(draft=newest, stored=stored, same=again.digest == data.digest, differing=differing)


def find_row(rows: Sequence[UnitResult], text: str) -> UnitResult:
    """Return the result of a unit by code or name; raises `NotFoundError`."""
    for row in rows:
        if text in (row.unit, row.name):
            return row
    raise NotFoundError(
        message("{text!r} is no unit that is assessed; `xuncha assessment show` lists them", text=text)
    )


def find_objection(workspace: Workspace, text: str) -> tuple[int, Objection]:
    """Return the objection whose id begins with a text, and its year; raises `NotFoundError`."""
    every = [(year, one) for year, state in list_years(workspace).items() for one in state.objections]
    return named_by(
        every, text, lambda found: (found[1].id,), message("objection"), "xuncha assessment objections"
    )


def _require_heard(state: YearState, today: date) -> None:
    newest = state.newest
    if newest.told_at is None or newest.until is None:
        raise UsageError(
            message("the draft of {year} was not told to the units; tell them first", year=state.year)
        )
    if state.open_objections:
        raise UsageError(message("{count} objections wait for a decision", count=len(state.open_objections)))
    if state.unheard:
        raise UsageError(message("an objection was upheld; draft again, and tell the units"))
    if today <= newest.until:
        raise UsageError(message("the units may object until {until}", until=newest.until))


def _is_same_draft(before: AssessmentDrafted, now: AssessmentDrafted) -> bool:
    same = ("check_point", "scheme_sha256", "roster_sha256", "digest")
    return all(getattr(before, name) == getattr(now, name) for name in same)


def _again(workspace: Workspace, data: AssessmentDrafted) -> YearResults | None:
    """Return the results at the T and K of a draft, None where its scheme or roster is not here as it was."""
    try:
        asked = AskYear(data.year, data.check_point, data.scheme, data.roster)
        results = reckon(workspace, asked, data.known_at)
    except NotFoundError:
        return None
    hashes = (results.scheme.sha256, results.roster.sha256)
    return results if hashes == (data.scheme_sha256, data.roster_sha256) else None


def _append(workspace: Workspace, event_id: UUID, year: int, data: Payload, actor: Actor) -> None:
    subject = subject_of_year(year)
    event = Event(event_id, OFFICE, subject, datetime.now(UTC), data, actor.origin())
    append_new(workspace, filed_again(workspace.known, [event]))
    workspace.catch_up()
