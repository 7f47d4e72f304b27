"""Every bulletin that was drafted: how far it has come, under which number it went out, what corrected it."""

from datetime import date

import msgspec

from events.bulletin import BulletinDrafted, BulletinIssued, Edition
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.draft import known_bulletins
from projections.bulletin.corrections import corrections_of
from projections.rounds.state import subject_of

_ROUND = subject_of("")


class ListedBulletin(msgspec.Struct, frozen=True):
    """One bulletin that went out, or the newest draft of an edition that did not."""

    round: str
    edition: Edition
    stage: str
    number: str | None = None
    issued_on: date | None = None
    final: bool | None = None  # the signed and sealed file was handed in
    corrections: tuple[str, ...] = ()  # numbers under which corrections went out


def list_bulletins(workspace: Workspace) -> list[ListedBulletin]:
    """Return the bulletins by round, the issued ones of an edition before a draft that was made since."""
    known = known_bulletins(workspace)
    stages = {
        "bulletin.checked": "checked",
        "bulletin.submitted": "submitted",
        "bulletin.signed": "signed",
    }
    drafts: dict[tuple[str, Edition], ListedBulletin] = {}
    draft_ids: dict[object, tuple[str, Edition]] = {}
    issued: list[ListedBulletin] = []
    for k in known:
        data, name = k.event.data, k.event.subject.removeprefix(_ROUND)
        if isinstance(data, BulletinDrafted):
            place = name, data.edition
            draft_ids = {i: p for i, p in draft_ids.items() if p != place} | {k.event.id: place}
            drafts[place] = ListedBulletin(name, data.edition, "drafted")
        elif isinstance(data, BulletinIssued):
            corrections = (c.issued.number for c in corrections_of(known, k.event.id) if c.issued)
            issued.append(
                ListedBulletin(
                    name,
                    data.edition,
                    "issued",
                    data.number,
                    data.issued_on,
                    data.final is not None,
                    tuple(corrections),
                )
            )
            drafts.pop(draft_ids.pop(data.draft_id, ("", data.edition)), None)
        elif k.event.type in stages and (of := draft_ids.get(getattr(data, "draft_id", None))) is not None:
            drafts[of] = msgspec.structs.replace(drafts[of], stage=stages[k.event.type])
    return sorted([*issued, *drafts.values()], key=lambda b: (b.round, b.edition, b.stage != "issued"))


class WaitingCorrection(msgspec.Struct, frozen=True):
    """A correction that was drafted and that nobody signed yet."""

    round: str
    edition: Edition
    number: str  # of the bulletin


def corrections_to_sign(workspace: Workspace) -> list[WaitingCorrection]:
    """Return the corrections that wait for a signature."""
    known = known_bulletins(workspace)
    found = []
    for k in known:
        if not isinstance(data := k.event.data, BulletinIssued):
            continue
        newest = next(reversed(corrections_of(known, k.event.id)), None)
        if newest is not None and newest.signed is None and newest.issued is None:
            found.append(WaitingCorrection(k.event.subject.removeprefix(_ROUND), data.edition, data.number))
    return found
