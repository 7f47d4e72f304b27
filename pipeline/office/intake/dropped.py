"""A folder into which papers are dropped: each new one becomes a plan once, and waits for somebody's yes."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from connectors.papers.folder import files_at
from connectors.people.intake_memory import IntakeMemory
from connectors.sheets.errors import SheetError
from events.days import chinese_day
from events.messages import message
from pipeline.home.errors import UsageError, of_system
from pipeline.home.failpoints import fail_point
from pipeline.home.people import open_people
from pipeline.home.workspace import Workspace
from pipeline.office.intake.papers import TakeIn, plan_intake
from pipeline.office.intake.stored import StoredPlan
from pipeline.office.intake.world import World
from projections.intakes.state import IntakeStage

TAKEN_FOLDER = "已收"  # within the folder: where files go that are stored, if that is wanted
SETTLED = timedelta(seconds=3)  # since the last change of a file that is taken to be whole
MOST_AT_ONCE = 50  # files of one pass; the others come with the next


_LEFT_ASIDE = frozenset({"too_deep", "lock_file", "hidden_file"})  # within an archive: nobody meant these


class DroppedFile(msgspec.Struct, frozen=True):
    """A file and what became of it; its name may tell of people and stays out of the log."""

    name: str
    fate: Literal["planned", "refused", "growing", "moved"]
    plan: str = ""  # id of the plan, which waits in `today`
    rows: int = 0  # that the plan would take
    questions: int = 0  # that are open
    why: str = ""


class _Mark(msgspec.Struct, frozen=True):
    """By which a file is known to be the same as before, without being read."""

    size: int
    changed_ns: int
    inode: int


class _Known(msgspec.Struct, frozen=True):
    """Digests of papers that came in before."""

    seen: frozenset[str]  # in a plan or an intake, undone ones among them
    stored: frozenset[str]  # in an intake that stands


class DropFolder:
    """Watches a folder; used by one process, pass by pass.

    Nothing is confirmed, changed or removed. A file that is known by its bytes makes no second plan, whatever it is
    called and whoever planned it; a process that dies between plan and note finds the plan. With `move_taken` a file
    goes into a folder below once an intake that stands holds its bytes.
    """

    def __init__(self, folder: Path, *, move_taken: bool = False) -> None:
        """Take the folder; raises `UsageError` where it is none."""
        if not folder.is_dir():
            raise UsageError(message("{folder} is no folder", folder=folder))
        self._folder = folder
        self._move_taken = move_taken
        self._before: dict[str, _Mark] = {}  # as the last pass saw it
        self._done: dict[str, _Mark] = {}  # read, and known or planned or refused

    def has_work(self, now: datetime) -> bool:
        """Tell whether a pass would read a file; cheap, and without the workspace."""
        return any(True for _ in self._new(now)) or (self._move_taken and bool(self._marks()))

    def take_up(self, workspace: Workspace, now: datetime) -> list[DroppedFile]:
        """Plan what is new and whole; return what became of each file that was not as it was at the last pass."""
        marks = self._marks()
        growing = [n for n in marks if self._done.get(n) != marks[n] and not self._is_whole(n, marks[n], now)]
        new = list(self._new(now))[:MOST_AT_ONCE]
        known = _known(workspace) if new or self._move_taken else _Known(frozenset(), frozenset())
        found = [one for name, mark in new if (one := self._plan(workspace, name, mark, known, now))]
        found += [DroppedFile(name, "growing") for name in growing if self._before.get(name) != marks[name]]
        if self._move_taken:
            found += self._move(known)
        self._before = marks
        return found

    def _marks(self) -> dict[str, _Mark]:
        """Return the files of the folder, the oldest first; no links, folders, hidden files or locks."""
        found = []
        for path in self._folder.iterdir():
            if path.name.startswith((".", "~$")) or path.is_symlink():
                continue
            try:
                status = path.stat()
            except FileNotFoundError:
                continue
            if path.is_file():
                found.append(
                    (status.st_mtime_ns, path.name, _Mark(status.st_size, status.st_mtime_ns, status.st_ino))
                )
        return {name: mark for _, name, mark in sorted(found, key=lambda one: one[:2])}

    def _new(self, now: datetime) -> Iterator[tuple[str, _Mark]]:
        for name, mark in self._marks().items():
            if self._done.get(name) != mark and self._is_whole(name, mark, now):
                yield name, mark

    def _is_whole(self, name: str, mark: _Mark, now: datetime) -> bool:
        """Tell whether nobody writes a file any more: not changed for seconds, or since the last pass."""
        changed = datetime.fromtimestamp(mark.changed_ns / 1e9, UTC)
        return now - changed >= SETTLED or self._before.get(name) == mark

    def _plan(
        self, workspace: Workspace, name: str, mark: _Mark, known: _Known, now: datetime
    ) -> DroppedFile | None:
        path = self._folder / name
        try:
            if (digests := _digests(path)) and digests <= known.seen:
                self._done[name] = mark
                return None
            plan = plan_intake(workspace, TakeIn((path,), chinese_day(now)))
        except (SheetError, UsageError) as error:
            self._done[name] = mark
            return DroppedFile(name, "refused", why=str(error))
        except OSError as error:  # tried again at each pass, told once
            again = self._before.get(name) == mark
            return None if again else DroppedFile(name, "refused", why=of_system(error))
        fail_point("intake.after_planned")
        self._done[name] = mark
        rows = sum(row.fate == "taken" for row in plan.rows)
        return DroppedFile(name, "planned", plan.id, rows, len(plan.open_questions()))

    def _move(self, known: _Known) -> Iterator[DroppedFile]:
        """Move files whose bytes are stored, one by one; what was replaced meanwhile goes back."""
        for name in self._marks():
            path, target = self._folder / name, self._folder / TAKEN_FOLDER / name
            if not (digests := _digests(path)) or not digests <= known.stored:
                continue
            target.parent.mkdir(exist_ok=True)
            if target.exists():
                target = target.with_stem(f"{target.stem} {min(digests)[:8]}")
            path.rename(target)
            if _digests(target) != digests:
                target.rename(path)
                continue
            self._done.pop(name, None)
            yield DroppedFile(name, "moved")


def _digests(path: Path) -> frozenset[str]:
    """Return the digests of the papers at a path, an archive unpacked; empty where one cannot be read."""
    handed = files_at(path)
    if any(file.left_out is not None and file.left_out.code not in _LEFT_ASIDE for file in handed):
        return frozenset()
    return frozenset(hashlib.sha256(file.content).hexdigest() for file in handed if file.left_out is None)


def _known(workspace: Workspace) -> _Known:
    with closing(open_people(workspace.home)) as store:
        plans = [msgspec.json.decode(body, type=StoredPlan) for body in IntakeMemory(store).plans().values()]
    intakes = World(workspace).intakes.values()
    opened = {file.sha256 for intake in intakes for file in intake.opened.files}
    papers = {file.sha256 for plan in plans for file in plan.papers}
    attachments = {file.sha256 for plan in plans for file in plan.attachments}
    taken = (intake for intake in intakes if intake.stage is IntakeStage.TAKEN)
    stored = frozenset(file.sha256 for intake in taken for file in intake.opened.files)
    return _Known(frozenset(opened | papers | attachments), stored)
