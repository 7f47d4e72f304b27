"""Files as they came: given back to whoever handed them in, to the office with a reason that the access log keeps."""

from contextlib import closing

import msgspec

from events.messages import message
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.people import called, open_people
from pipeline.home.typed_numbers import typed_number
from pipeline.home.uploads import read_upload
from pipeline.home.workspace import Workspace
from pipeline.office.intake.papers import memory_of
from pipeline.office.intake.sender import Sender
from pipeline.office.intake.stored import StoredPlan
from projections.intakes.state import IntakeState


class Original(msgspec.Struct, frozen=True):
    """Which file of a plan somebody wants, by its place from 0, and why."""

    plan: str
    file: str
    reason: str = ""


class OriginalFile(msgspec.Struct, frozen=True):
    """A file as it came."""

    name: str
    content: bytes


def read_original(
    workspace: Workspace, asked: Original, viewer: Sender, state: IntakeState | None = None
) -> OriginalFile:
    """Return a file of a plan, or of the intake that it became once the plan is kept no more.

    Whoever is of the office says why: a paper holds names and numbers, and each reading of them is logged. Raises
    `NotFoundError` for a file that is none, `UsageError` without a reason and for one that was erased, `PeopleError`
    for a reason that tells of people.
    """
    with memory_of(workspace) as memory:
        body = memory.plan(asked.plan)
    if body is not None:
        stored = msgspec.json.decode(body, type=StoredPlan)
        files = [(paper.name, paper.sha256) for paper in stored.papers]
        files += [(attached.name, attached.sha256) for attached in stored.attachments]
    elif state is not None:
        files = [(f"{file.sha256[:12]}", file.sha256) for file in state.opened.files]
    else:
        files = []
    place = typed_number(asked.file)
    if place is None or place >= len(files):
        raise NotFoundError(message("there is no such file"))
    name, sha256 = files[place]
    if viewer.is_office:
        if not asked.reason.strip():
            raise UsageError(message("say why: the paper tells of people"))
        with closing(open_people(workspace.home)) as store:
            store.note_paper(sha256, called(asked.reason.strip(), viewer.actor or None))
    return OriginalFile(name, read_upload(workspace.home, sha256))
