"""Who holds what can be done once, and which acts count: a pure fold of claims, releases and acts."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec.structs import replace

from events.catalogue import CATALOGUE
from events.claim import Act, ClaimMade, ClaimReleased
from events.known import Known

CLAIM_TYPES = (ClaimMade.type, ClaimReleased.type)
ACT_TYPES = tuple(sorted(name for name, payload in CATALOGUE.payloads.items() if issubclass(payload, Act)))
"""Types that may name claims."""


class ClaimState(StrEnum):
    """What became of a claim."""

    HELD = "held"  # nothing was done under it yet
    USED = "used"
    VOID = "void"  # made while another held
    RELEASED = "released"


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt at what can be done once."""

    id: UUID
    subject: str
    what: str
    purpose: str
    made_at: datetime
    state: ClaimState
    rival: UUID | None = None  # of a void one: the claim that held
    act: UUID | None = None  # of a used one: what was done
    reason: str = ""  # of a released one


class Claims(msgspec.Struct, frozen=True):
    """Claims as known at a moment of knowledge."""

    by_id: dict[UUID, Claim]
    holders: dict[str, UUID]  # by subject: the claim that holds, used or not
    void_acts: tuple[Known, ...]  # acts of which a claim does not hold; they count nowhere

    def holder(self, subject: str) -> Claim | None:
        """Return the claim that holds a thing, None while nobody's does."""
        found = self.holders.get(subject)
        return None if found is None else self.by_id[found]

    @property
    def waiting(self) -> tuple[Claim, ...]:
        """Claims that hold and were not used, oldest first."""
        held = (claim for claim in self.by_id.values() if claim.state is ClaimState.HELD)
        return tuple(sorted(held, key=lambda claim: claim.made_at))


def fold_claims(known: Iterable[Known]) -> Claims:
    """Return the claims that first records in log order tell of; other types are passed over.

    The first claim of a thing holds, and one made while another holds is void for ever. A release frees the thing, if
    nothing was done under the claim before it; what is done behind it does not count. A claim is good for one act,
    and an act counts if each of its claims is that. An act is taken no earlier than its claims: they lie in other
    partitions, where a broker's clock may be behind.
    """
    records = list(known)
    by_id: dict[UUID, Claim] = {}
    holders: dict[str, UUID] = {}
    void: list[Known] = []
    for k in _in_order(records):
        data, subject = k.event.data, k.event.subject
        if isinstance(data, ClaimMade):
            by_id[k.event.id] = _made(k, data, holders.get(subject))
            holders.setdefault(subject, k.event.id)
        elif isinstance(data, ClaimReleased):
            claim = by_id.get(data.claim_id)
            if claim is not None and claim.state is ClaimState.HELD and claim.subject == subject:
                del holders[subject]
                by_id[claim.id] = replace(claim, state=ClaimState.RELEASED, reason=data.reason)
        else:
            rests_on = [by_id.get(claim) for claim in data.claims]
            held = [claim for claim in rests_on if claim is not None and claim.state is ClaimState.HELD]
            if len(held) == len(rests_on):
                by_id |= {c.id: replace(c, state=ClaimState.USED, act=k.event.id) for c in held}
            else:
                void.append(k)
    return Claims(by_id, holders, tuple(void))


def _in_order(records: Iterable[Known]) -> list[Known]:
    """Return claims, releases, and acts that name claims, each of these behind the claims that it names."""
    taken = [
        k
        for k in records
        if isinstance(k.event.data, ClaimMade | ClaimReleased)
        or (isinstance(k.event.data, Act) and k.event.data.claims)
    ]
    made = {k.event.id: _place(k) for k in taken if isinstance(k.event.data, ClaimMade)}

    def place(k: Known) -> tuple[tuple[int, int, int], bool]:
        if not isinstance(k.event.data, Act):
            return _place(k), False
        return max([_place(k), *(made[claim] for claim in k.event.data.claims if claim in made)]), True

    return sorted(taken, key=place)


def counting(known: Iterable[Known]) -> list[Known]:
    """Return records without the acts that do not count, and without claims; `known` are first records in log order.

    What acts rest on has to be among them: the records of `CLAIM_TYPES`.
    """
    records = list(known)
    void = {id(k) for k in fold_claims(records).void_acts}
    return [k for k in records if id(k) not in void and k.event.type not in CLAIM_TYPES]


def _made(k: Known, data: ClaimMade, rival: UUID | None) -> Claim:
    return Claim(
        id=k.event.id,
        subject=k.event.subject,
        what=data.what,
        purpose=data.purpose,
        made_at=k.event.time,
        state=ClaimState.HELD if rival is None else ClaimState.VOID,
        rival=rival,
    )


def _place(k: Known) -> tuple[int, int, int]:
    return k.recorded_at, k.partition, k.offset
