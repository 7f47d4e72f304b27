"""Comparing a round at two moments of knowledge: what changed, why, and when it was learnt; nothing is written."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from connectors.history.rounds import load_run
from events.bulletin import BulletinIssued
from events.facts import VerdictRow
from events.fields import field
from events.instants import SHANGHAI
from events.messages import message
from events.round import RoundFrozen, RoundRevised
from events.runs import Run
from pipeline.home.claims import known_acts
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.rounds.freeze import find_kept
from pipeline.office.rounds.overview import provisional
from pipeline.scores.diff import Change, diff_rows
from projections.rounds.state import RoundState, subject_of

FROZEN, NOW, REVISION = "frozen", "now", "rev-"
_MOST_LISTED = 20


class Side(msgspec.Struct, frozen=True):
    """A round as known at one moment."""

    key: str  # frozen, rev-1 …, now, or the moment itself
    title: str
    run: Run
    rows: tuple[VerdictRow, ...]
    stored: bool


class Moment(msgspec.Struct, frozen=True):
    """A moment to choose: a run, an issued bulletin, or something that was learnt."""

    key: str
    at: datetime
    title: str
    sub: str = ""
    strong: bool = False


class Comparison(msgspec.Struct, frozen=True):
    """Two sides and what differs."""

    before: Side
    after: Side
    verdicts: tuple[Change, ...]  # the verdict changed
    points: tuple[Change, ...]  # points or deductions alone
    others: int  # rows of which only newest post or evidence differ: they change no result
    same: int

    @property
    def unexplained(self) -> tuple[Change, ...]:
        """Changes without a fact that explains them."""
        return tuple(change for change in (*self.verdicts, *self.points) if not change.causes)


def side_of(workspace: Workspace, state: RoundState, key: str, moment: datetime | None = None) -> Side:
    """Return a round at a moment: `frozen`, `rev-N`, `now`, or `moment`.

    Raises `UsageError` for a run that there is not, and a moment before the check point or that is not closed.
    """
    stored = _stored(state).get(key)
    if stored is not None:
        run, rows = find_kept(workspace, state, stored)
        return Side(key, title_of(key), run, tuple(rows), stored=True)
    if key == NOW:
        known_at = workspace.offered()
    elif moment is not None:
        known_at = workspace.known_at(moment)
    else:
        raise UsageError(
            message("{known_at} {key!r} is no moment of this round", known_at=field("known_at"), key=key)
        )
    scored = provisional(workspace, state, known_at)
    return Side(key, title_of(key), scored.run(), tuple(scored.rows), stored=False)


def title_of(key: str) -> str:
    """Return what a side is called."""
    if key == FROZEN:
        return "定稿"
    if key == NOW:
        return "当前数据"
    return f"修订 {key.removeprefix(REVISION)}" if key.startswith(REVISION) else key


def default_sides(state: RoundState) -> tuple[str, str]:
    """Return what is compared where nobody says: the freeze with the newest revision, else with now."""
    return FROZEN, f"{REVISION}{len(state.revisions)}" if state.revisions else NOW


def compared(workspace: Workspace, before: Side, after: Side) -> Comparison:
    """Return what differs between two sides of one round."""
    changes = diff_rows(workspace, before.run, before.rows, after.run, after.rows)
    verdicts = tuple(c for c in changes if _verdict(c.before) != _verdict(c.after))
    points = tuple(c for c in changes if c not in verdicts and _held(c.before) != _held(c.after))
    accounts = {row.account_id for row in (*before.rows, *after.rows)}
    others = len(changes) - len(verdicts) - len(points)
    return Comparison(before, after, verdicts, points, others, len(accounts) - len(verdicts) - len(points))


def moments(workspace: Workspace, state: RoundState, changes: Sequence[Change]) -> list[Moment]:
    """Return the moments to choose from, oldest first: runs, bulletins, what was learnt between, and now."""
    found = [
        Moment(key, recorded.known_at, title_of(key), _rate(workspace, recorded), strong=True)
        for key, recorded in _stored(state).items()
    ]
    found += [
        Moment(_written(k.event.time), k.event.time, "通报印发", data.number)
        for k in known_acts(workspace.known, (BulletinIssued.type,))
        if k.event.subject == subject_of(state.name) and isinstance(data := k.event.data, BulletinIssued)
    ]
    learnt: dict[datetime, set[str]] = defaultdict(set)
    for change in changes:
        for fact in change.causes[-1:]:
            learnt[_minute_behind(fact["recorded_at"])].add(change.name)
    for at in sorted(learnt)[-_MOST_LISTED:]:
        names = sorted(learnt[at])
        more = f"等 {len(names)} 个账号" if len(names) > 2 else ""
        found.append(Moment(_written(at), at, "得知新情况", "、".join(names[:2]) + more))
    found.append(Moment(NOW, workspace.offered(), title_of(NOW), strong=True))
    return sorted(found, key=lambda moment: moment.at)


def _written(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _minute_behind(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _stored(state: RoundState) -> dict[str, RoundFrozen | RoundRevised]:
    runs: dict[str, RoundFrozen | RoundRevised] = {}
    if state.frozen is not None:
        runs[FROZEN] = state.frozen
    return runs | {f"{REVISION}{n}": revision for n, revision in enumerate(state.revisions, start=1)}


def _rate(workspace: Workspace, recorded: RoundFrozen | RoundRevised) -> str:
    run = load_run(workspace.client, recorded.run_id)
    return f"检查 {run.checked} 个，不合格 {run.failed} 个" if run else ""


def _verdict(row: VerdictRow | None) -> object:
    return None if row is None else row.verdict


def _held(row: VerdictRow | None) -> object:
    if row is None:
        return None
    return row.reason, row.points, [(d.clause, d.count) for d in row.deductions]
