"""What the office says of itself: the name and heading of its documents, and the order of its areas."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from events import fact_ids
from events.codec import Event
from events.fields import field
from events.messages import message
from events.office import OfficeDescribed, office_subject
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace


class DescribeOffice(msgspec.Struct, frozen=True):
    """What is said anew; None leaves what was said before."""

    name: str | None = None  # 落款
    letterhead: str | None = None  # 版头; empty: documents have none
    areas: tuple[str, ...] | None = None
    example: bool = False  # what is here is invented; said once it stays


def office_now(workspace: Workspace, area: str = "") -> OfficeDescribed:
    """Return what the office says of itself as known now, or the competent office of an area; defaults: nothing is."""
    return _newest(workspace, area)[1]


def is_example(workspace: Workspace) -> bool:
    """Tell whether what this home holds is invented, which pages, documents and messages then say."""
    return office_now(workspace).example


def describe_office(
    workspace: Workspace, asked: DescribeOffice, actor: Actor, area: str = ""
) -> OfficeDescribed:
    """Record what the office says of itself, or the competent office of an area; the same again records nothing.

    Raises `UsageError` for a blank name.
    """
    if asked.name is not None and not asked.name.strip():
        raise UsageError(
            message(
                "{name} is blank; write the office as it stands below its documents: 江城市人民政府办公室",
                name=field("name"),
            )
        )
    given = {
        name: value
        for name in ("name", "letterhead", "areas")
        if (value := _stripped(getattr(asked, name))) is not None
    }
    if asked.example:
        workspace.home.example_path.touch()
    before, known = _newest(workspace, area)
    data = msgspec.structs.replace(known, **given, example=known.example or asked.example)
    if data == known:
        return known
    values, subject = msgspec.to_builtins(data), office_subject(area)
    event_id = (
        fact_ids.competent_office_described(subject, before, values)
        if area
        else fact_ids.office_described(before, values)
    )
    event = Event(event_id, OFFICE, subject, datetime.now(UTC), data, actor.origin())
    workspace.home.texts.refuse_in_facts([event])
    workspace.log.append([event])
    workspace.catch_up()
    return office_now(workspace, area)


def _newest(workspace: Workspace, area: str) -> tuple[UUID | None, OfficeDescribed]:
    found = [
        (k.event.id, k.event.data)
        for k in workspace.known.read((OfficeDescribed.type,))
        if isinstance(k.event.data, OfficeDescribed) and k.event.subject == office_subject(area)
    ]
    return found[-1] if found else (None, OfficeDescribed())


def _stripped(value: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(filter(None, map(str.strip, value))))
    return None if value is None else value.strip()
