"""Our registry against the sheet of the national system: what only one of them has, and what differs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from events.days import chinese_day
from events.folding import fold, fold_name, fold_owner
from events.national import RUNNING, STOPPED, NationalEntry
from events.platforms import platform_slug
from projections.registry.cards import AccountCard
from projections.rules.digest import pass_rate

COMPARED = ("name", "platform", "owner", "supervisor", "tier", "area", "link", "opened_on", "state")
"""Fields that are compared, where both sides fill them in."""

_FOLDINGS = {"name": fold_name, "owner": fold_owner, "supervisor": fold_owner, "tier": fold, "area": fold}


class Difference(msgspec.Struct, frozen=True):
    """One field that the two sides tell differently."""

    account_id: str
    name: str
    field: str
    ours: str
    theirs: str


class Reconciliation(msgspec.Struct, frozen=True):
    """What comes of comparing two lists."""

    ours_only: tuple[NationalEntry, ...]
    theirs_only: tuple[NationalEntry, ...]
    differences: tuple[Difference, ...]
    same: int  # accounts on both sides without a difference

    @property
    def agrees(self) -> bool:
        return not (self.ours_only or self.theirs_only or self.differences)

    @property
    def entries(self) -> int:
        """Accounts on either side, each once."""
        wrong = {(d.account_id, d.name) for d in self.differences}
        return self.same + len(wrong) + len(self.ours_only) + len(self.theirs_only)

    @property
    def accuracy(self) -> str | None:
        """Share of entries that agree, in percent (济南市 2025 second quarter: 录入准确率); None where there is none.

        Which side is wrong a comparison does not say, so this is a suggestion of what to look up.
        """
        return pass_rate(self.same, self.entries - self.same)


def national_entries(cards: Iterable[AccountCard]) -> list[NationalEntry]:
    """Return the registry as the national system lists it, closed accounts too, by platform and name."""
    entries = [
        NationalEntry(
            given_id=card.given_id,
            name=card.name,
            platform=card.platform,
            owner=card.owner,
            supervisor=card.supervisor,
            tier=card.tier,
            area=card.area,
            link=card.link,
            opened_on=chinese_day(card.opened_at).isoformat() if card.opened_at else "",
            state=STOPPED if card.closed_at else RUNNING,
        )
        for card in cards
    ]
    return sorted(entries, key=lambda e: (e.platform, e.name, e.given_id))


def reconcile_national(ours: Sequence[NationalEntry], theirs: Sequence[NationalEntry]) -> Reconciliation:
    """Compare by the id on the platform, then by the name on it; a blank cell differs from nothing.

    An account of ours that is closed and that the other side lacks is no difference: it was cancelled there, too.
    """
    pairs = _pairs(ours, theirs)
    paired = set(pairs.values())
    differences: list[Difference] = []
    ours_only: list[NationalEntry] = []
    same = 0
    for index, our in enumerate(ours):
        if index not in pairs:
            if our.state != STOPPED:
                ours_only.append(our)
            continue
        found = _differences(our, theirs[pairs[index]])
        differences.extend(found)
        same += not found
    theirs_only = tuple(their for index, their in enumerate(theirs) if index not in paired)
    return Reconciliation(tuple(ours_only), theirs_only, tuple(differences), same)


def _pairs(ours: Sequence[NationalEntry], theirs: Sequence[NationalEntry]) -> dict[int, int]:
    """Return which of theirs belongs to which of ours: first by id, then by name where an id is missing."""
    pairs: dict[int, int] = {}
    for key in ("given_id", "name"):
        free: dict[tuple[str, str], list[int]] = defaultdict(list)
        taken = set(pairs.values())
        for index, their in enumerate(theirs):
            if index not in taken and getattr(their, key):
                free[_handle(their, key)].append(index)
        for index, our in enumerate(ours):
            found = free.get(_handle(our, key), [])
            if index in pairs or not found:
                continue
            if key == "given_id" or not (our.given_id and theirs[found[0]].given_id):
                pairs[index] = found.pop(0)
    return pairs


def _differences(our: NationalEntry, their: NationalEntry) -> list[Difference]:
    return [
        Difference(our.given_id, our.name, field, mine, theirs)
        for field in COMPARED
        if (mine := getattr(our, field))
        and (theirs := getattr(their, field))
        and not _alike(field, mine, theirs)
    ]


def _handle(entry: NationalEntry, key: str) -> tuple[str, str]:
    value: str = getattr(entry, key)
    return platform_slug(entry.platform), fold_name(value) if key == "name" else value


def _alike(field: str, one: str, other: str) -> bool:
    """Tell values that differ in the way they are written alone."""
    folding = _FOLDINGS.get(field)
    return one == other if folding is None else folding(one) == folding(other)
