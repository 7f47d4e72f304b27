"""Check sheets: the sample dealt among checkers, one workbook each; the same deal gives the same sheets."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from connectors.sheets.check_sheets.reader import read_mark
from connectors.sheets.check_sheets.sheet import SheetAccount, SheetRule
from connectors.sheets.errors import SheetError
from events import round_ids
from events.check_sheet import SheetHandedOut
from events.facts import RegistryEntry
from events.fields import field
from events.messages import message
from pipeline.home.actor import Actor
from pipeline.home.errors import UsageError
from pipeline.home.rulesets import find_ruleset
from pipeline.home.workspace import Workspace
from pipeline.office.example_files import marked
from pipeline.office.rounds.freeze import applied
from pipeline.office.rounds.sample import sample_of
from pipeline.office.rounds.state import drawn_of, load_round, require_stage, round_event
from pipeline.scores.scoring import population_at
from projections.rounds.state import RoundState, Stage, subject_of
from projections.rules.digest import accounts_hash
from projections.rules.rulesets import Rule, Ruleset

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{0,63}")
_LINES = {"red": "单项否决", "yellow": "扣分"}


class HandedOut(msgspec.Struct, frozen=True):
    """A sheet as written for a checker."""

    checker: str
    sheet_id: str
    accounts: int
    path: Path
    kept: bool  # the file was there already, perhaps filled in, and was left as it is


def read_checkers(text: str) -> tuple[str, ...]:
    """Return the checkers that a person means: a number (C1, C2, …) or their codes, separated by commas.

    Raises `UsageError` for a name: events hold codes and person ids, never names.
    """
    if re.fullmatch(r"[1-9]\d{0,2}", text, re.ASCII):
        return tuple(f"C{n}" for n in range(1, int(text) + 1))
    checkers = tuple(part.strip() for part in text.split(","))
    for checker in checkers:
        check_code(checker)
    if len(set(checkers)) < len(checkers):
        raise UsageError(
            message("{checkers} {text}: a checker stands twice", checkers=field("checkers"), text=text)
        )
    return checkers


def check_code(checker: str) -> None:
    """Refuse what may be a person's name where only a code or a person id may stand; raises `UsageError`."""
    if _CODE.fullmatch(checker) is None:
        raise UsageError(
            message(
                "{checker!r} is no code of a checker; write a code like C1 or a person id: names"
                " do not enter the log",
                checker=checker,
            )
        )


def hand_out(
    workspace: Workspace, name: str, checkers: Sequence[str], folder: Path, actor: Actor
) -> list[HandedOut]:
    """Write a sheet for each checker and record who got which; the same checkers again get the same sheets.

    A file of the same mark is left as it is: it may be filled in. Any other file in its place is refused, and then
    nothing is written.
    """
    workspace.home.texts.refuse({"checkers": ",".join(checkers)})
    state = load_round(workspace, name)
    require_stage(state, message("handed out"), Stage.DRAWN, Stage.FROZEN)
    entries = entries_of(workspace, state)
    if len(checkers) > len(entries):
        raise UsageError(
            message(
                "{checkers_count} checkers for a sample of {entries_count} accounts; name fewer",
                checkers_count=len(checkers),
                entries_count=len(entries),
            )
        )
    dealt = deal(entries, checkers)
    handed, events, by_checker = [], [], {}
    for checker, accounts in dealt.items():
        data, path = handed_out(state.key, checkers, checker, accounts), folder / f"{name}-{checker}.xlsx"
        handed.append(HandedOut(checker, data.sheet_id, data.accounts, path, _is_there(path, data.sheet_id)))
        by_checker[checker] = data
        event_id = round_ids.sheet_handed_out(subject_of(name), data.sheet_id)
        events.append(round_event(name, event_id, datetime.now(UTC), data, actor))
    folder.mkdir(parents=True, exist_ok=True)
    for sheet in handed:
        if not sheet.kept:
            rows = [account_of(account, entries[account]) for account in dealt[sheet.checker]]
            part = sheet.path.with_suffix(".part")
            part.write_bytes(sheet_content(workspace, state, by_checker[sheet.checker], rows))
            part.replace(sheet.path)  # a kill leaves no half a sheet, which the next run would refuse
    known = {sheet.sheet_id for sheet in state.sheets}
    workspace.log.append([e for e, h in zip(events, handed, strict=True) if h.sheet_id not in known])
    return handed


def sheet_content(
    workspace: Workspace, state: RoundState, sheet: SheetHandedOut, rows: Sequence[SheetAccount]
) -> bytes:
    """Return the workbook of a sheet."""
    from connectors.sheets.check_sheets.writer import check_sheet  # noqa: PLC0415 (openpyxl is slow to import)

    rules = [_sheet_rule(rule) for rule in checkable_rules(workspace, state)]
    title = f"{state.announced.title} 检查单（{sheet.checker}，{len(rows)} 个账号）"
    return marked(workspace.home, check_sheet(title, sheet.sheet_id, rows, rules))


def deal(entries: Mapping[str, RegistryEntry], checkers: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Deal accounts in parts that differ by one at most; neighbours by area and owner stay together."""
    ordered = sorted(entries, key=lambda a: (entries[a].area, entries[a].owner, a))
    whole, left = divmod(len(ordered), len(checkers))
    dealt, begin = {}, 0
    for place, checker in enumerate(checkers):
        end = begin + whole + (place < left)
        dealt[checker] = tuple(ordered[begin:end])
        begin = end
    return dealt


def handed_out(key: str, checkers: Sequence[str], checker: str, accounts: Iterable[str]) -> SheetHandedOut:
    """Return the fact of a sheet; its id follows from the key of the round, checkers and accounts."""
    accounts = tuple(accounts)
    hashed = accounts_hash(accounts)
    what = msgspec.json.encode((key, checkers, checker, hashed))
    return SheetHandedOut(
        sheet_id=f"{key}/{checker}/{hashlib.sha256(what).hexdigest()[:16]}",
        checker=checker,
        checkers=tuple(checkers),
        accounts=len(accounts),
        accounts_sha256=hashed,
    )


def names_on(workspace: Workspace, state: RoundState, sheet: SheetHandedOut) -> dict[str, str]:
    """Return the accounts of a sheet with their names, dealt again; raises `UsageError` where they are others."""
    entries = entries_of(workspace, state)
    accounts = deal(entries, sheet.checkers)[sheet.checker]
    if accounts_hash(accounts) != sheet.accounts_sha256:
        raise UsageError(
            message(
                "sheet {sheet_id}: the facts of its round deal other accounts than were handed"
                " out; the log or the history is not whole: see `xuncha doctor`",
                sheet_id=sheet.sheet_id,
            )
        )
    return {account: entries[account].name for account in accounts}


def round_ruleset(workspace: Workspace, state: RoundState) -> Ruleset:
    """Return the rules of a round as its kind applies them."""
    return applied(find_ruleset(state.announced.ruleset, workspace.home.path), state.announced.kind).ruleset


def checkable_rules(workspace: Workspace, state: RoundState) -> list[Rule]:
    """Return the rules that a person may find broken; silence is judged from looks and posts alone."""
    return [
        rule
        for rule in round_ruleset(workspace, state).rules
        if rule.line == "yellow" or rule.by == "finding"
    ]


def _is_there(path: Path, sheet_id: str) -> bool:
    """Tell whether a sheet lies there already; raises `UsageError` for a file that is not this sheet."""
    if not path.exists():
        return False
    try:
        mark = read_mark(path)
    except SheetError as e:
        raise UsageError(
            message(
                "{path} is there and is no check sheet that can be read; move it, or name another"
                " {folder} ({problem})",
                path=path,
                folder=field("folder"),
                problem=e.problem,
            )
        ) from None
    if mark != sheet_id:
        raise UsageError(
            message(
                "{path} is there and is sheet {mark}, not {sheet_id}; move it, or name another {folder}",
                path=path,
                mark=mark,
                sheet_id=sheet_id,
                folder=field("folder"),
            )
        )
    return True


def entries_of(workspace: Workspace, state: RoundState) -> dict[str, RegistryEntry]:
    """Return what the registry said of the sample when it was drawn."""
    sample, known_at = sample_of(workspace, state), drawn_of(state).known_at
    population = population_at(workspace.known, state.announced.check_point, known_at)
    return {account: population[account] for account in sample.accounts}


def account_of(account_id: str, entry: RegistryEntry) -> SheetAccount:
    """Return an account as a sheet shows it."""
    return SheetAccount(account_id, entry.name, entry.platform, entry.owner)


def _sheet_rule(rule: Rule) -> SheetRule:
    return SheetRule(rule.code, rule.name, _LINES[rule.line], rule.clause)
