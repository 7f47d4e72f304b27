"""What a round waits for before it is frozen: sheets, objections, accounts nobody could judge, units not told."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from connectors.history.knowledge import actors_of
from events.bulletin import Override
from events.check_sheet import SheetHandedOut
from events.facts import Verdict, VerdictRow
from events.fields import field
from events.finding import FindingRechecked, FindingRecorded, FindingServed, FindingWithdrawn
from events.instants import local_iso, to_micros
from events.known import Known, first_records
from events.messages import Message, joined, message
from events.round import Guard
from pipeline.home.errors import UsageError
from pipeline.home.registry import find_account, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.rounds.sample import sample_of
from pipeline.office.two_persons import is_person
from projections.accounts.findings import counts_in
from projections.rounds.served import Notice, answerable_until, charges_of, not_covered, notices_of
from projections.rounds.state import RoundState
from projections.rules.period import quarter_of
from projections.rules.rulesets import Ruleset

_MOST_LISTED = 10
GUARDS: dict[Guard, str] = {
    "sheet_out": message("check sheets are out"),
    "objection_open": message("objections are open"),
    "not_rechecked": message("findings are not rechecked"),
    "account_unknown": message("accounts are unknown"),
    "not_served": message("units were not told of failing rows"),
    "answer_open": message("units may still answer"),
}


class Unmet(msgspec.Struct, frozen=True):
    """One thing that a freeze waits for, with what it is about in words."""

    guard: Guard
    about: tuple[str, ...]


def unmet(
    workspace: Workspace,
    state: RoundState,
    rows: Iterable[VerdictRow],
    ruleset: Ruleset,
    overrides: Iterable[Override],
    now: datetime,
) -> tuple[Unmet, ...]:
    """Return what a freeze of these rows would have to wait for."""
    overridden = {override.account_id for override in overrides}
    unknown = [r for r in rows if r.verdict is Verdict.UNKNOWN and r.account_id not in overridden]
    failing = [row for row in rows if row.verdict is Verdict.FAIL]
    not_notified, answering = notified_in_time(notices(workspace, state), failing, ruleset, now)
    title = registry_now(workspace).title
    found: tuple[tuple[Guard, list[str]], ...] = (
        ("sheet_out", [f"{sheet.sheet_id} ({sheet.checker})" for sheet in sheets_out(state)]),
        ("objection_open", [f"{str(o.id)[:8]} {title(o.raised.account)}" for o in state.undecided]),
        ("not_rechecked", [title(k.event.subject) for k in not_rechecked(workspace, state)]),
        ("account_unknown", [title(row.account_id) for row in unknown]),
        ("not_served", [title(row.account_id) for row in not_notified]),
        ("answer_open", [f"{title(row.account_id)} until {local_iso(until)}" for row, until in answering]),
    )
    return tuple(Unmet(guard, tuple(about)) for guard, about in found if about)


def notices(workspace: Workspace, state: RoundState) -> dict[str, tuple[Notice, ...]]:
    """Return what units were told for a round, by account."""
    return notices_of(first_records(workspace.known.read((FindingServed.type,))), state.key)


def notified_in_time(
    notified: dict[str, tuple[Notice, ...]], rows: Iterable[VerdictRow], ruleset: Ruleset, now: datetime
) -> tuple[list[VerdictRow], list[tuple[VerdictRow, datetime]]]:
    """Return the rows of which their unit was not told, and those that it may still answer, with until when."""
    not_notified, answering = [], []
    for row in rows:
        charges, heard = charges_of(row, ruleset), notified.get(row.account_id, ())
        if not_covered(charges, heard):
            not_notified.append(row)
        elif (until := answerable_until(charges, heard, now)) is not None:
            answering.append((row, until))
    return not_notified, answering


def sheets_out(state: RoundState) -> list[SheetHandedOut]:
    """Return the sheets that did not come back; another deal among checkers takes the place of the one before it."""
    read = {r.sheet_id for r in state.reads}
    newest = state.sheets[-1].checkers if state.sheets else ()
    return [s for s in state.sheets if s.checkers == newest and s.sheet_id not in read]


def findings_of(workspace: Workspace, state: RoundState) -> list[Known]:
    """Return the findings that count in a drawn round and stand: of its sample, in its period."""
    if state.drawn is None:
        return []
    known = workspace.known.read((FindingRecorded.type, FindingWithdrawn.type))
    gone = {k.event.data.corrects for k in known if isinstance(k.event.data, FindingWithdrawn)}
    period = quarter_of(state.announced.check_point, state.announced.quarter)
    counting = [
        k
        for k in known
        if isinstance(data := k.event.data, FindingRecorded)
        and k.event.id not in gone
        and counts_in(to_micros(k.event.time), data.date_only, period)
    ]
    if not counting:
        return []
    sample = frozenset(sample_of(workspace, state).accounts)
    return [k for k in counting if k.event.subject in sample]


def not_rechecked(workspace: Workspace, state: RoundState) -> list[Known]:
    """Return the findings that wait for a second person: nobody looked again, or who did says that they do not hold.

    Findings of people who signed in; those of the command line and of before have no second person to wait for.
    """
    found = findings_of(workspace, state)
    if not found:
        return []
    actors = actors_of(workspace.client, [k.event.id for k in found])
    holds = rechecked(workspace)
    return [k for k in found if is_person(actors.get(k.event.id, "")) and not holds.get(k.event.id, False)]


def rechecked(workspace: Workspace) -> dict[UUID, bool]:
    """Return what the last recheck of each finding says, as known now."""
    rechecks = sorted(workspace.known.read((FindingRechecked.type,)), key=lambda k: (k.recorded_at, k.offset))
    return {d.finding_id: d.holds for k in rechecks if isinstance(d := k.event.data, FindingRechecked)}


def refusal_of(state: RoundState, found: Sequence[Unmet]) -> UsageError:
    """Return the error of a freeze that has to wait; it names all of what for."""
    remedies: dict[Guard, Message] = {
        "sheet_out": message(
            "read them back: xuncha round read {name} FILE {checker} …",
            name=state.name,
            checker=field("checker"),
        ),
        "objection_open": message(
            "decide them: xuncha round decide OBJECTION {upheld} or {rejected}",
            upheld=field("upheld"),
            rejected=field("rejected"),
        ),
        "not_rechecked": message("let another person recheck them, withdraw false alarms"),
        "account_unknown": message(
            "have somebody look, or let one stay unknown: {override} ACCOUNT=REASON",
            override=field("override"),
        ),
        "not_served": message("tell them: xuncha round serve {name}", name=state.name),
        "answer_open": message("wait for the end of their days"),
    }
    lines = [
        message(
            "{guard} ({number}): {about}; {remedy}",
            guard=GUARDS[one.guard],
            number=len(one.about),
            about=_few(one.about),
            remedy=remedies[one.guard],
        )
        for one in found
    ]
    return UsageError(
        joined(
            "\n",
            (
                message("{name} is not frozen yet:", name=state.name),
                *lines,
                message(
                    "freeze it then, or go on all the same: {although} REASON",
                    although=field("although"),
                ),
            ),
        )
    )


def overrides_of(workspace: Workspace, texts: Sequence[str]) -> tuple[Override, ...]:
    """Read `ACCOUNT=REASON` of the command line; raises `UsageError` for an unknown account or a missing reason."""
    registry = registry_now(workspace)
    overrides = []
    for text in texts:
        account, _, reason = text.rpartition("=")
        if not account:
            account, reason = reason, ""
        if not reason.strip():
            raise UsageError(
                message(
                    "{override} {text!r} has no reason; write ACCOUNT=REASON",
                    override=field("override"),
                    text=text,
                )
            )
        overrides.append(Override(find_account(registry, account), reason.strip()))
    return tuple(overrides)


def _few(about: Sequence[str]) -> str:
    more = message(" … {about_count} in all", about_count=len(about)) if len(about) > _MOST_LISTED else ""
    return joined("", ("、".join(about[:_MOST_LISTED]), more))
