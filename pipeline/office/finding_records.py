"""Recording a finding by hand: one account, one rule, when, and the files that show it."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec

from connectors.sheets.errors import BadValueError
from events import fact_ids
from events.codec import Event
from events.days import chinese_day
from events.evidence import REFERENCE_ONLY, Evidence
from events.fields import field, marked
from events.finding import FindingRecorded, Severity, as_recorded
from events.instants import local_iso
from events.messages import Message, message
from events.sources import SHEETS
from pipeline.home.actor import Actor, signed
from pipeline.home.appending import append_new
from pipeline.home.errors import UsageError
from pipeline.home.evidence import keep_file
from pipeline.home.folder import Home
from pipeline.home.registry import find_alone
from pipeline.home.rulesets import find_ruleset
from pipeline.home.workspace import Workspace
from pipeline.office.rounds.check_facts import rule_settler
from projections.rules.rulesets import Rule, Ruleset

MOST_FILES = 10
MOST_BYTES = 20 << 20
"""Of one file; larger ones come with a check sheet."""

KINDS: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    (".png", (b"\x89PNG\r\n\x1a\n",)),
    (".jpg", (b"\xff\xd8\xff",)),
    (".gif", (b"GIF87a", b"GIF89a")),
    (".webp", (b"RIFF",)),
    (".pdf", (b"%PDF-",)),
    (".mp4", (b"\x00\x00\x00",)),
)
"""Kinds of files that are taken, by how they begin; their names say nothing."""


class Piece(msgspec.Struct, frozen=True):
    """A file as somebody hands it in."""

    name: str
    content: bytes


class RecordFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A finding as a person tells it."""

    account: str  # as people name it
    rule: str  # name, alias or code
    found_at: datetime
    date_only: bool = False  # found on a day, whose end stands for it
    severity: Severity | None = None  # None: that of the rule
    count: int = 1
    finder: str = ""  # code of a checker; empty: the actor
    note: str = ""
    reference: str = ""  # of red lines 2 and 3: where it is kept
    pieces: tuple[Piece, ...] = ()
    ruleset: str = ""  # empty: the home's


def checkable(ruleset: Ruleset) -> list[Rule]:
    """Return the rules that a person may find broken; silence is judged from looks and posts alone."""
    return [rule for rule in ruleset.rules if rule.line == "yellow" or rule.by == "finding"]


def record_finding(workspace: Workspace, asked: RecordFinding, actor: Actor) -> UUID:
    """Record a finding; the same again changes nothing. Returns its id.

    Of red line 2 a separate case 另案处理 is recorded, without text or file; of red line 3 a reference. Raises
    `UsageError` for text or files of these, for a time that is still to come, and for files of another kind or size.
    """
    home = workspace.home
    ruleset = find_ruleset(asked.ruleset or home.settings.ruleset, home.path).ruleset
    account = find_alone(workspace, asked.account)
    try:
        code, line = rule_settler(ruleset, checkable(ruleset))(asked.rule, asked.severity)
    except BadValueError as e:
        raise UsageError(
            message("{rule} {text!r} {problem}", rule=field("rule"), text=asked.rule, problem=marked(e))
        ) from None
    now = datetime.now(UTC)
    begun = chinese_day(asked.found_at) <= chinese_day(now) if asked.date_only else asked.found_at <= now
    if not begun:
        raise UsageError(
            message(
                "{found_at} {time} is still to come",
                found_at=field("found_at"),
                time=local_iso(asked.found_at),
            )
        )
    if not 1 <= asked.count <= 1_000_000:
        raise UsageError(message("{count} is at least 1", count=field("count")))
    note, reference = asked.note.strip(), asked.reference.strip()
    refuse_copies_of(code, note, asked.pieces, reference)
    home.texts.refuse({"note": note, "reference": reference})
    files = keep_pieces(home, asked.pieces, asked.found_at)
    refers = (Evidence(reference=reference, taken_at=asked.found_at),) if reference else ()
    finder = asked.finder or actor.code
    data = FindingRecorded(
        rule=code,
        severity=line,
        count=asked.count,
        finder=finder,
        note=note,
        date_only=asked.date_only,
        handed_in_at=now,
        evidence=(*files, *refers),
    )
    event_id = fact_ids.finding_recorded(account, code, asked.found_at, finder, note)
    event = Event(event_id, SHEETS, account, asked.found_at, as_recorded(data))
    append_new(workspace, signed([event], actor))
    workspace.catch_up()
    return event_id


def refuse_copies_of(code: str, note: str, pieces: tuple[Piece, ...], reference: str) -> None:
    """Refuse text and files about secrets and harmful content, and a reference elsewhere; raises `UsageError`."""
    if code not in REFERENCE_ONLY:
        if reference:
            raise UsageError(
                message(
                    "{reference} is for findings of secret or harmful content alone; write a note instead",
                    reference=field("reference"),
                )
            )
        return
    if pieces or note:
        raise UsageError(
            message(
                "nothing about it is copied; leave {note} and files out, and name"
                " with {reference} where it is kept",
                note=field("note"),
                reference=field("reference"),
            )
        )


def keep_pieces(home: Home, pieces: tuple[Piece, ...], taken_at: datetime) -> tuple[Evidence, ...]:
    """Keep files handed in as evidence, durable on return; raises `UsageError` for their number, size or kind."""
    if len(pieces) > MOST_FILES:
        raise UsageError(
            message("{number} files; {most} are taken at once", number=len(pieces), most=MOST_FILES)
        )
    for piece in pieces:
        if (wrong := wrong_piece(piece)) is not None:
            raise UsageError(wrong)
    kept = []
    with tempfile.TemporaryDirectory() as folder:
        for number, piece in enumerate(pieces):
            path = Path(folder) / f"{number}{kind_of_file(piece.content)}"
            path.write_bytes(piece.content)
            kept.append(keep_file(home, path, taken_at))
    return tuple(kept)


def wrong_piece(piece: Piece) -> Message | None:
    """Return why a file is not taken as evidence, None where it is."""
    if len(piece.content) > MOST_BYTES:
        return message("{name} is larger than {most} MB", name=piece.name, most=MOST_BYTES >> 20)
    if kind_of_file(piece.content) is None:
        return message("{name} is no picture, PDF or video that is taken as evidence", name=piece.name)
    return None


def kind_of_file(content: bytes) -> str | None:
    """Return the ending that says what a file is, None for a kind that is not taken."""
    for ending, beginnings in KINDS:
        if content.startswith(beginnings) and _fits(ending, content):
            return ending
    return None


def _fits(ending: str, content: bytes) -> bool:
    if ending == ".webp":
        return content[8:12] == b"WEBP"
    return ending != ".mp4" or content[4:8] == b"ftyp"
