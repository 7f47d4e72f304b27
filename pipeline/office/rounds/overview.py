"""A round as its page shows it: sheets, what a freeze waits for, and the result as it stands; nothing is written."""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from threading import Lock

import msgspec

from events.check_sheet import SheetRead
from events.facts import Verdict, VerdictRow
from events.instants import FAR, from_micros
from pipeline.home.workspace import Workspace
from pipeline.office.rounds.freeze import Scored, find_kept, score_sample
from pipeline.office.rounds.guards import Unmet, unmet
from pipeline.office.rounds.sheets import round_ruleset
from pipeline.office.rounds.state import drawn_of
from pipeline.scores.worded import worded
from projections.rounds.state import RoundState, Stage, subject_of
from projections.rules.rulesets import Ruleset

_KEPT = 32
_scored: OrderedDict[tuple[str, str, str, datetime], Scored] = OrderedDict()
_lock = Lock()


class SheetLine(msgspec.Struct, frozen=True):
    """A check sheet that was handed out."""

    checker: str
    sheet_id: str
    accounts: int
    read_at: datetime | None = None  # the last time; None: not back yet
    looks: int = 0
    findings: int = 0


class Tally(msgspec.Struct, frozen=True):
    """What rows come to: of an area, or of all."""

    area: str
    checked: int
    passed: int
    failed: int
    unknown: int


class Standing(msgspec.Struct, frozen=True):
    """The rows of a round as they stand, and what they rest on."""

    rows: tuple[VerdictRow, ...]
    ruleset: Ruleset
    known_at: datetime
    final: bool  # they are those of the newest stored run


def sheet_lines(workspace: Workspace, state: RoundState, known_at: datetime = FAR) -> list[SheetLine]:
    """Return the sheets of the newest deal, by checker."""
    if not state.sheets:
        return []
    newest = state.sheets[-1].checkers
    read: dict[str, tuple[datetime, SheetRead]] = {}
    for k in workspace.known.read((SheetRead.type,), known_at):
        if k.event.subject == subject_of(state.name) and isinstance(k.event.data, SheetRead):
            read[k.event.data.sheet_id] = (from_micros(k.recorded_at), k.event.data)
    lines = []
    for sheet in (s for s in state.sheets if s.checkers == newest):
        line = SheetLine(sheet.checker, sheet.sheet_id, sheet.accounts)
        if sheet.sheet_id in read:
            at, data = read[sheet.sheet_id]
            line = msgspec.structs.replace(line, read_at=at, looks=data.looks, findings=data.findings)
        lines.append(line)
    return lines


def standing(workspace: Workspace, state: RoundState, known_at: datetime | None = None) -> Standing | None:
    """Return the rows of a round: of its newest run, else as K knows them (default: the newest closed moment).

    None where there is no sample yet, the check point has not passed, or the round is cancelled.
    """
    if state.newest is not None:
        _, rows = find_kept(workspace, state, state.newest)
        rules = worded(round_ruleset(workspace, state), rows, workspace.home.path)
        return Standing(tuple(rows), rules, state.newest.known_at, final=True)
    if state.stage is not Stage.DRAWN:
        return None
    known_at = workspace.known_at(known_at)
    if known_at < state.announced.check_point:
        return None
    found = provisional(workspace, state, known_at)
    return Standing(tuple(found.rows), found.rules, known_at, final=False)


def provisional(workspace: Workspace, state: RoundState, known_at: datetime) -> Scored:
    """Return the sample of a drawn round as scored at K, kept for whoever asks again: K is closed, so it stays."""
    key = (str(workspace.home.path), state.key, drawn_of(state).sample_sha256, known_at)
    with _lock:
        if key in _scored:
            _scored.move_to_end(key)
            return _scored[key]
    found = score_sample(workspace, state, known_at)
    with _lock:
        _scored[key] = found
        while len(_scored) > _KEPT:
            _scored.popitem(last=False)
    return found


def gate(workspace: Workspace, state: RoundState, found: Standing, now: datetime) -> tuple[Unmet, ...]:
    """Return what a freeze of the rows that stand would wait for."""
    return unmet(workspace, state, found.rows, found.ruleset, (), now)


def tallies(rows: Iterable[VerdictRow], areas: Sequence[str] = ()) -> list[Tally]:
    """Return what rows come to by area, in the order of `areas`, others behind by name."""
    by_area: dict[str, list[VerdictRow]] = defaultdict(list)
    for row in rows:
        by_area[row.area].append(row)
    order = {area: n for n, area in enumerate(areas)}
    return [
        tally(area, by_area[area]) for area in sorted(by_area, key=lambda a: (order.get(a, len(order)), a))
    ]


def tally(area: str, rows: Sequence[VerdictRow]) -> Tally:
    """Return what rows come to."""
    count = {v: sum(row.verdict is v for row in rows) for v in Verdict}
    return Tally(area, len(rows), count[Verdict.PASS], count[Verdict.FAIL], count[Verdict.UNKNOWN])
