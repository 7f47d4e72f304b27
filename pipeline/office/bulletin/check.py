"""Checking: the documents are read back and held against figures recomputed from the stored rows."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from connectors.documents.errors import UnreadableDocumentError
from connectors.documents.reading import MAX_BYTES
from connectors.history.rounds import load_run
from connectors.publish.reading import Reading, read_bulletin
from connectors.publish.tables import annexes_of
from connectors.sheets.errors import SheetError
from connectors.sheets.files import read_file
from events import bulletin_ids
from events.bulletin import BulletinChecked, BulletinDrafted, BulletinIssued, Edition, PublishedFile
from events.messages import message
from pipeline.home.actor import Actor
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.burden import advice_on
from pipeline.office.bulletin.compose import Bulletin, composed_of, folder_of
from pipeline.office.bulletin.draft import drafted, known_bulletins, record
from pipeline.office.bulletin.preview import preview
from pipeline.office.bulletin.written import file_hash
from pipeline.office.rounds.verify import verify
from projections.bulletin.burden import Advice
from projections.bulletin.contradictions import contradictions
from projections.bulletin.read_back import beside_faults, compare, figures_read, said_of
from projections.bulletin.state import BulletinState
from projections.rounds.state import subject_of

_ROUND = subject_of("")


class Examination(msgspec.Struct, frozen=True):
    """What a check found; empty lists mean that the bulletin may go out."""

    round: str
    faults: tuple[str, ...]
    unknown: tuple[str, ...] = ()  # account ids without an override
    advice: tuple[Advice, ...] = ()  # of the rules that lighten burdens; it hinders nothing

    @property
    def holds(self) -> bool:
        return not self.faults and not self.unknown


def check(
    workspace: Workspace, name: str, actor: Actor, *, edition: Edition = "public", folder: Path | None = None
) -> Examination:
    """Check the newest draft of a round's bulletin; one without faults is recorded as checked.

    Unknown rows do not fail a draft: they are named, and the issue refuses them without an override.
    """
    found, state = look(workspace, name, edition=edition, folder=folder)
    if not found.faults:
        event_id = bulletin_ids.bulletin_checked(subject_of(name), state.draft_id)
        record(workspace, name, event_id, BulletinChecked(draft_id=state.draft_id), actor)
    return found


def look(
    workspace: Workspace, name: str, *, edition: Edition = "public", folder: Path | None = None
) -> tuple[Examination, BulletinState]:
    """Check the newest draft of a round's bulletin and record nothing; returns it, too."""
    state = drafted(workspace, name, edition)
    bulletin = composed_of(workspace, name, state.draft)
    found = examine(
        workspace, bulletin, state.draft.files, folder or folder_of(workspace.home, name, edition)
    )
    if state.draft.run_id != bulletin.content.provenance.run_id:
        fault = message(
            "the draft tells of run {run_id}, the round has a newer one; draft it again",
            run_id=state.draft.run_id,
        )
        found = msgspec.structs.replace(found, faults=(*found.faults, fault))
    return msgspec.structs.replace(found, advice=tuple(advice_on(preview(bulletin)))), state


def check_file(workspace: Workspace, path: Path) -> Examination:
    """Check one document against the run that it names; raises `UsageError` where no bulletin of that was drafted."""
    document = _content(path)
    reading = _read(path, document)
    run_id = reading.places.get("run_id", ("(none)",))[0]
    drafts = [
        (name, draft, issued) for name, draft, issued in _drafts(workspace) if str(draft.run_id) == run_id
    ]
    if not drafts:
        raise UsageError(
            message("{path}: names run {told}, of which no bulletin was drafted here", path=path, told=run_id)
        )
    sha256 = file_hash(document)
    own = [d for d in drafts if sha256 in {f.sha256 for f in (*d[1].files, *(d[2].files if d[2] else ()))}]
    name, draft, issued = (own or drafts)[-1]
    bulletin = composed_of(workspace, name, draft, draft.run_id).with_overrides(
        issued.overrides if issued else ()
    )
    whole = _read(path, document, bulletin)
    faults = [*_run_faults(workspace, bulletin), *_faults_of(path.name, whole, bulletin)]
    if not own:
        faults.append(_edited(path))
    return Examination(name, tuple(faults), _waiting(bulletin), tuple(advice_on(preview(bulletin))))


def _drafts(workspace: Workspace) -> list[tuple[str, BulletinDrafted, BulletinIssued | None]]:
    """Return every draft ever made, oldest first: its round, and what was issued of it."""
    known = known_bulletins(workspace)
    issued = {k.event.data.draft_id: k.event.data for k in known if isinstance(k.event.data, BulletinIssued)}
    return [
        (k.event.subject.removeprefix(_ROUND), k.event.data, issued.get(k.event.id))
        for k in known
        if isinstance(k.event.data, BulletinDrafted)
    ]


def examine(
    workspace: Workspace, bulletin: Bulletin, files: Iterable[PublishedFile], folder: Path
) -> Examination:
    """Check a run and the documents that tell of it: its digest, its figures, and all that `read_back` compares."""
    found = read_back(bulletin, files, folder)
    return msgspec.structs.replace(found, faults=(*_run_faults(workspace, bulletin), *found.faults))


def _run_faults(workspace: Workspace, bulletin: Bulletin) -> Iterable[str]:
    run_id = bulletin.content.provenance.run_id
    run = load_run(workspace.client, run_id)
    if run is None or not verify(workspace, run).holds:
        yield message(
            "run {run_id}: its stored rows do not have its digest; see `xuncha verify`", run_id=run_id
        )
    digits = bulletin.templates.style.conventions.digits
    yield from (
        message("the rows: {fault}", fault=fault)
        for fault in contradictions(bulletin.content.figures, digits)
    )


def read_back(bulletin: Bulletin, files: Iterable[PublishedFile], folder: Path) -> Examination:
    """Check documents against the rows: hashes, figures, annex, contradictions."""
    faults = []
    for file in files:
        path = folder / file.name
        document = _content(path)
        if file_hash(document) != file.sha256:
            faults.append(_edited(path))
        faults.extend(_faults_of(file.name, _read(path, document, bulletin), bulletin))
    return Examination(bulletin.round, tuple(faults), _waiting(bulletin))


def _faults_of(name: str, reading: Reading, bulletin: Bulletin) -> Iterable[str]:
    content = bulletin.content
    expected = said_of(content)
    yield from (f"{name}: {fault}" for fault in compare(reading.places, reading.annex, content, expected))
    yield from (f"{name}: {fault}" for fault in beside_faults(reading.beside, content))
    read = figures_read(reading.places, content.figures)
    digits = bulletin.templates.style.conventions.digits
    yield from (f"{name}: {fault}" for fault in contradictions(read, digits))


def _waiting(bulletin: Bulletin) -> tuple[str, ...]:
    let: set[str] = {override.account_id for override in bulletin.content.overrides}
    return tuple(account for account in bulletin.unknown if account not in let)


def _edited(path: Path) -> str:
    return message(
        "{path}: was edited by hand; change the template or the extras, and draft it again", path=path
    )


def _content(path: Path) -> bytes:
    try:
        return read_file(path, max_bytes=MAX_BYTES, smaller=message("hand in the bulletin alone"))
    except SheetError as e:
        raise UsageError(message("{error}, or draft the bulletin again", error=e)) from None


def _read(path: Path, content: bytes, bulletin: Bulletin | None = None) -> Reading:
    """Read a document; without its bulletin the annexes beside that of the accounts stay unread."""
    beside = annexes_of(bulletin.content) if bulletin else ()
    try:
        return read_bulletin(path.name, content, beside)
    except UnreadableDocumentError as e:
        raise UsageError(message("{path}: {error}", path=path, error=e)) from None
