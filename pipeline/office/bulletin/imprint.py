"""The imprint of documents: what the office says of itself, and by which document it checks."""

from connectors.publish.templates import Style
from events.bulletin import Imprint
from events.fields import field
from events.messages import joined, message
from events.round import RoundAnnounced
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.adoptions import adoption_in_force
from pipeline.office.own_office import office_now


def imprint_now(workspace: Workspace, style: Style, announced: RoundAnnounced) -> Imprint:
    """Return what stands in documents of a round drafted now; `bulletin.toml` stands in for what was not said.

    A competent office has its own name alone: nothing stands in for that.
    """
    office, city = office_now(workspace, announced.office), not announced.office
    adopted = adoption_in_force(workspace, announced.ruleset, announced.check_point)
    return Imprint(
        office=office.name or (style.office if city else ""),
        letterhead=(style.letterhead if city else "") if office.letterhead is None else office.letterhead,
        areas=office.areas or style.conventions.areas,
        document=adopted.document if adopted else "",
        indicators=adopted.title if adopted else "",
    )


def unsaid_of(workspace: Workspace, style: Style, area: str = "") -> tuple[str, ...]:
    """Return which fields of the office a draft waits for: its name 落款 and the heading of its documents 版头.

    `area`: of the competent office of an area.
    """
    office = office_now(workspace, area)
    missing = []
    if not (office.name or (style.office and not area)):
        missing.append("name")
    if office.letterhead is None and (area or not style.letterhead):
        missing.append("letterhead")
    return tuple(missing)


def require_imprint(workspace: Workspace, style: Style, area: str = "") -> None:
    """Raise `UsageError` where a document would go out without the name of the office, or nobody said its heading."""
    missing = unsaid_of(workspace, style, area)
    if missing:
        raise UsageError(
            message(
                "the office has not said {missing} of its documents (落款、版头); say it once with"
                " `xuncha office set`, 江城市人民政府办公室 and 江城市人民政府办公室文件",
                missing=joined(" and ", map(field, missing)),
            )
        )
