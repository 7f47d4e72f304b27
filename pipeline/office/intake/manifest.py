"""The manifest of an intake: each row that was taken, and the facts that it states, those known before among them."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import msgspec

from connectors.papers.paper import Layout
from events.base import Payload
from events.codec import Event
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.evidence import FOLDER, keep_content
from pipeline.home.folder import Home
from pipeline.office.intake.plan import Address, Draft, Plan, layout_of
from pipeline.office.intake.stored import StoredPlan


class Stated(msgspec.Struct, frozen=True, omit_defaults=True):
    """A fact that a row states."""

    id: UUID
    type: str
    subject: str
    known: bool = False  # the log held it before


class ManifestRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """A row by its file, page and number."""

    file: str  # SHA-256
    page: str
    row: int
    facts: tuple[Stated, ...]
    layout: Layout = "rows"  # of its page


class Manifest(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an intake states, row by row; it tells of no person."""

    rows: tuple[ManifestRow, ...]
    mended: tuple[str, ...] = ()  # cells that say otherwise than the file, each by its file, page and name
    set_aside: tuple[str, ...] = ()  # rows that somebody left out by name, likewise

    @property
    def facts(self) -> list[Stated]:
        """Return every fact that the intake states."""
        return [fact for row in self.rows for fact in row.facts]


def manifest_of(
    plan: Plan, drafts: Iterable[Draft], placements: Sequence[Event[Payload]], stored: StoredPlan
) -> Manifest:
    """Return the manifest of the facts that a plan states; who is responsible follows from several rows.

    What somebody mended is told by its place alone: the words may be a person's.
    """
    rows: dict[tuple[int, str, int], list[Stated]] = {}
    for draft in drafts:
        is_known = draft.is_known and draft.event.id not in plan.kept  # what it took over falls with it
        stated = Stated(draft.event.id, draft.event.type, draft.event.subject, is_known)
        rows.setdefault((draft.at.file, draft.at.page, draft.at.row), []).append(stated)
    manifest_rows = [
        ManifestRow(
            plan.files[file].sha256, page, row, tuple(facts), layout_of(plan.files, Address(file, page))
        )
        for (file, page, row), facts in rows.items()
    ]
    if placements:
        placed = tuple(Stated(event.id, event.type, event.subject) for event in placements)
        manifest_rows.append(ManifestRow("", "", 0, placed))
    return Manifest(
        tuple(manifest_rows),
        mended=tuple(
            _place(plan, f"{key}!{cell}")
            for key, s in sorted(stored.settled.items())
            for cell in sorted(s.mended)
        ),
        set_aside=tuple(_place(plan, key) for key in sorted(stored.set_aside)),
    )


def _place(plan: Plan, key: str) -> str:
    """Return a place of a plan with the digest of its file."""
    file, _, rest = key.partition("!")
    return f"{plan.files[int(file)].sha256[:12]} {rest}"


def keep_manifest(home: Home, manifest: Manifest) -> str:
    """Keep a manifest with the evidence, durable on return; returns its hash."""
    content = msgspec.json.encode(manifest)
    sha256 = hashlib.sha256(content).hexdigest()
    keep_content(home, sha256, content)
    return sha256


def read_manifest(home: Home, sha256: str, number: str) -> Manifest:
    """Return a manifest; raises `UsageError` where its file is gone or was changed."""
    path = home.path / FOLDER / sha256
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        content = b""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise UsageError(
            message(
                "the manifest of intake {number} is missing or damaged: {path}; put it back from"
                " a backup of the evidence",
                number=number,
                path=path,
            )
        )
    return msgspec.json.decode(content, type=Manifest)


def stated_by_others(manifests: Mapping[str, Manifest], number: str) -> set[UUID]:
    """Return the facts that other intakes state."""
    return {fact.id for other, manifest in manifests.items() if other != number for fact in manifest.facts}
