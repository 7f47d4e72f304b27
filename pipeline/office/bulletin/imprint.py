"""The imprint of documents: what the office says of itself, and by which document it checks."""

from datetime import datetime

from connectors.publish.templates import Style
from events.bulletin import Imprint
from events.fields import field
from events.messages import joined, message
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.adoptions import adoption_in_force
from pipeline.office.own_office import office_now


def imprint_now(workspace: Workspace, style: Style, ruleset: str, check_point: datetime) -> Imprint:
    """Return what stands in documents drafted now; `bulletin.toml` stands in for what the office did not say."""
    office = office_now(workspace)
    adopted = adoption_in_force(workspace, ruleset, check_point)
    return Imprint(
        office=office.name or style.office,
        letterhead=style.letterhead if office.letterhead is None else office.letterhead,
        areas=office.areas or style.conventions.areas,
        document=adopted.document if adopted else "",
        indicators=adopted.title if adopted else "",
    )


def unsaid_of(workspace: Workspace, style: Style) -> tuple[str, ...]:
    """Return which fields of the office a draft waits for: its name 落款 and the heading of its documents 版头."""
    office = office_now(workspace)
    missing = []
    if not (office.name or style.office):
        missing.append("name")
    if office.letterhead is None and not style.letterhead:
        missing.append("letterhead")
    return tuple(missing)


def require_said(workspace: Workspace, style: Style) -> None:
    """Raise `UsageError` where a document would go out without the name of the office, or nobody said its heading."""
    missing = unsaid_of(workspace, style)
    if missing:
        raise UsageError(
            message(
                "the office has not said {missing} of its documents (落款、版头); say it once with"
                " `xuncha office set`, 江城市人民政府办公室 and 江城市人民政府办公室文件",
                missing=joined(" and ", map(field, missing)),
            )
        )
