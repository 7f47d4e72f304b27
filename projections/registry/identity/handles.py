"""Handles of the accounts that are known: what their cards say, and the names that they bore before."""

from collections.abc import Iterable, Mapping

from events.account import NATIONAL_CODE_COLUMNS, AccountChanged, AccountOpened
from events.known import Known
from projections.registry.cards import AccountCard
from projections.registry.identity.statement import FormerName, KnownAccount
from projections.registry.identity.twins import Twin, with_names


def former_names(known: Iterable[Known]) -> dict[str, tuple[FormerName, ...]]:
    """Return the names that accounts bore before, with the time at which each ended.

    `known` are the first records of account events in log order. A name that was told again for the same time was
    corrected: nobody bore it.
    """
    borne: dict[str, list[tuple[object, str]]] = {}
    former: dict[str, list[FormerName]] = {}
    for k in sorted(known, key=lambda k: k.event.time):
        data = k.event.data
        name = data.name if isinstance(data, AccountOpened | AccountChanged) else None
        if not name:
            continue
        names = borne.setdefault(k.event.subject, [])
        if names and names[-1][1] != name and names[-1][0] != k.event.time:
            former.setdefault(k.event.subject, []).append(FormerName(names[-1][1], k.event.time))
        if names and names[-1][0] == k.event.time:
            names[-1] = (k.event.time, name)
        else:
            names.append((k.event.time, name))
    return {subject: tuple(ended) for subject, ended in former.items()}


def known_accounts(
    cards: Mapping[str, AccountCard],
    former: Mapping[str, tuple[FormerName, ...]],
    merged: Mapping[str, Iterable[Twin]] = {},
) -> list[KnownAccount]:
    """Return every account with its handles, those of its twins among them."""
    former = with_names(former, merged)
    return [
        KnownAccount(
            subject=subject,
            name=card.name,
            former_names=former.get(subject, ()),
            merged_ids=tuple(name for twin in merged.get(subject, ()) for name in twin.ids),
            platform=card.platform,
            owner=card.owner,
            given_id=card.given_id,
            national_code=next((c for title in NATIONAL_CODE_COLUMNS if (c := card.extra.get(title))), ""),
            link=card.link,
            area=card.area,
            opened_at=card.opened_at,
            closed_at=card.closed_at,
        )
        for subject, card in cards.items()
    ]
