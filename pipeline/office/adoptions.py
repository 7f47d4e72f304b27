"""Putting a ruleset in force: the office names the document of its city or province, and since when it checks by it."""

from datetime import UTC, date, datetime, time
from uuid import UUID

import msgspec

from connectors.history.knowledge import actors_of
from events import fact_ids, office_ids
from events.claim import folded, ruleset_adoption
from events.codec import Event
from events.fields import field
from events.instants import SHANGHAI, UtcDatetime
from events.messages import message
from events.ruleset import RulesetAdopted, RulesetProposed, subject_of_ruleset
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.claims import Wanted, claimed, known_acts
from pipeline.home.errors import UsageError
from pipeline.home.rulesets import find_ruleset
from pipeline.home.workspace import Workspace
from pipeline.office.two_persons import marks, require_two


class Adopt(msgspec.Struct, frozen=True):
    """A ruleset by `name` or `name@version`, the document that puts it in force, and its first day."""

    ruleset: str
    document: str  # 文号
    title: str
    on: date


class Adoption(msgspec.Struct, frozen=True):
    """A ruleset that the office put in force."""

    ruleset: str  # name@version
    document: str
    title: str
    since: UtcDatetime


def propose_adoption(workspace: Workspace, asked: Adopt, actor: Actor) -> Adoption:
    """Record that the office shall check by a ruleset; the same again records nothing. Raises as `adopt` does."""
    wanted = _settled(workspace, asked)
    proposals = _recorded(workspace, RulesetProposed, wanted.ruleset)
    newest = proposals[-1] if proposals else None
    if newest is not None and newest[1] == wanted:
        return wanted
    subject = subject_of_ruleset(wanted.ruleset)
    event_id = office_ids.ruleset_proposed(subject, newest[0] if newest else None)
    data = RulesetProposed(ruleset=wanted.ruleset, document=wanted.document, title=wanted.title)
    event = Event(event_id, OFFICE, subject, wanted.since, data, actor.origin())
    workspace.home.texts.refuse_in_facts([event])
    workspace.log.append([event])
    workspace.catch_up()
    return wanted


def list_proposals(workspace: Workspace) -> list[Adoption]:
    """Return the newest proposal of each ruleset that was not adopted so since."""
    adopted = [found for _, found in _recorded(workspace, RulesetAdopted)]
    newest = {found.ruleset: found for _, found in _recorded(workspace, RulesetProposed)}
    return [found for found in newest.values() if found not in adopted]


def adopt(workspace: Workspace, asked: Adopt, actor: Actor) -> Adoption:
    """Record that the office checks by a ruleset; the same again records nothing, another document takes its place.

    Somebody who signed in adopts what another person proposed (`propose_adoption`).

    Raises `UsageError` for a ruleset that there is not or a blank field, `ConflictError` where somebody else adopts it
    at the same time.
    """
    wanted = _settled(workspace, asked)
    label, document, title, since = wanted.ruleset, wanted.document, wanted.title, wanted.since
    adoptions = _recorded(workspace, RulesetAdopted, label)
    newest = adoptions[-1] if adoptions else None
    if newest is not None and newest[1] == wanted:
        return wanted
    before = newest[0] if newest else None
    proposed = [
        event_id for event_id, one in _recorded(workspace, RulesetProposed, label)[-1:] if one == wanted
    ]
    proposers = set(actors_of(workspace.client, proposed).values()) if proposed else set[str]()
    alone = require_two(workspace, "ruleset", proposers, actor)
    subject = subject_of_ruleset(label)
    data = RulesetAdopted(ruleset=label, document=document, title=title)
    event_id = fact_ids.ruleset_adopted(subject, before)
    event = Event(event_id, OFFICE, subject, since, data, actor.origin())
    workspace.home.texts.refuse_in_facts([event])
    purpose = f"{label} by {folded(document)} {folded(title)} on {asked.on}"
    with claimed(workspace, Wanted(ruleset_adoption(label, before), purpose)) as hold:
        act = msgspec.structs.replace(event, data=msgspec.structs.replace(data, claims=hold.ids))
        hold.append([*marks("ruleset", event_id, actor, alone=alone), act])
    workspace.catch_up()
    return wanted


def _settled(workspace: Workspace, asked: Adopt) -> Adoption:
    """Return what is asked, with the label of the ruleset; raises `UsageError` for a blank field."""
    label = find_ruleset(asked.ruleset, workspace.home.path).ruleset.label
    document, title = asked.document.strip(), asked.title.strip()
    for name, text, like in (
        ("document", document, "苏府办〔2019〕156号"),
        ("title", title, "政务新媒体检查指标"),
    ):
        if not folded(text):
            raise UsageError(
                message(
                    "{name_field} is blank; write it as the document has it: {like}",
                    name_field=field(name),
                    like=like,
                )
            )
    since = datetime.combine(asked.on, time(), SHANGHAI).astimezone(UTC)
    return Adoption(label, document, title, since)


def adoption_in_force(workspace: Workspace, label: str, at: datetime) -> Adoption | None:
    """Return the adoption that holds at a check point: of those whose day has come, the one recorded last."""
    come = [found for _, found in _recorded(workspace, RulesetAdopted, label) if found.since <= at]
    return come[-1] if come else None


def ruleset_in_force(workspace: Workspace, at: datetime) -> str | None:
    """Return the ruleset that the office checks by at a moment, None where none was put in force: the home's.

    Of the adoptions whose day has come, the one recorded last.
    """
    come = [found for _, found in _recorded(workspace, RulesetAdopted) if found.since <= at]
    return come[-1].ruleset if come else None


def indicators_title(workspace: Workspace, label: str, at: datetime) -> str:
    """Return what the office calls its indicators at a moment; of rules that no document put in force, their own title.

    Raises `NotFoundError` for rules that there are not.
    """
    adopted = adoption_in_force(workspace, label, at)
    return adopted.title if adopted is not None else find_ruleset(label, workspace.home.path).ruleset.title


def list_adoptions(workspace: Workspace) -> list[Adoption]:
    """Return every adoption as known now, in the order in which they were recorded."""
    return [found for _, found in _recorded(workspace, RulesetAdopted)]


def _recorded(
    workspace: Workspace, kind: type[RulesetAdopted | RulesetProposed], label: str | None = None
) -> list[tuple[UUID, Adoption]]:
    """Return proposals or adoptions, of one ruleset or of all, in the order in which they were recorded."""
    return [
        (k.event.id, Adoption(data.ruleset, data.document, data.title, k.event.time))
        for k in known_acts(workspace.known, (kind.type,))
        if isinstance(data := k.event.data, kind) and label in (None, data.ruleset)
    ]
