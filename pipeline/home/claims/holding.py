"""Holding what can be done once, while it is done."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from uuid import UUID

import msgspec

from connectors.log.port import FACTS
from events.base import Payload
from events.claim import ClaimMade, ClaimReleased, Thing
from events.codec import CODEC, Event, UnreadableEventError
from events.envelope import Record
from events.fields import field
from events.ids import partition_of
from events.instants import local_iso
from events.known import Known, first_records
from events.messages import message
from pipeline.home.claims.attempts import Attempt, alone, forget_attempt, kept_attempt, new_attempt
from pipeline.home.claims.release import released
from pipeline.home.errors import BusyError, ConflictError
from pipeline.home.failpoints import fail_point
from pipeline.home.workspace import Workspace
from projections.rounds.claims import ACT_TYPES, CLAIM_TYPES, Claim, Claims, ClaimState, fold_claims

WITHIN_S = 20.0
"""How long a claim may take to come back from the log, and a command of this home to let go of a thing."""

_POLL_S = 0.02
_BATCH_RECORDS = 10_000


class Wanted(msgspec.Struct, frozen=True):
    """What is claimed, and what for; the same purpose again is the same attempt, going on."""

    thing: Thing
    purpose: str


class Hold:
    """Claims that hold; the act is appended through it and names `ids`."""

    def __init__(self, workspace: Workspace, won: Sequence["_Claiming"]) -> None:
        self._current = workspace
        self._won = won
        self.is_acting = False

    @property
    def ids(self) -> tuple[UUID, ...]:
        """The claims that the act names."""
        return tuple(claiming.id for claiming in self._won)

    def append(self, events: Sequence[Event[Payload]]) -> None:
        """Append the act, or what goes with it; raises `ConflictError` where a claim was released meanwhile."""
        for claiming in self._won:
            claiming.require_held()
        fail_point("claim.before_act")
        self.is_acting = True
        self._current.log.append(events)
        fail_point("claim.after_act")


@contextmanager
def claimed(workspace: Workspace, *wanted: Wanted) -> Iterator[Hold]:
    """Hold things for an act; raises `ConflictError` where somebody else holds one, `BusyError` where nobody knows.

    1. One after another in the order of their subjects, alike for everybody: of rivals for several things one gets all.
    2. The attempt is kept; its claim is written, and the log read until the claim has come back: its place decides.
    3. The act follows, naming its claims. A process that is killed leaves its attempt, and the same command goes on.
    4. Where the act is not done, for a reason that is known, its claims are released.
    """
    with ExitStack() as locks:
        won: dict[str, _Claiming] = {}
        hold: Hold | None = None
        try:
            for one in sorted(wanted, key=lambda w: w.thing.subject):
                locks.enter_context(alone(workspace.home, one.thing, wait_s=WITHIN_S))
                claiming = _Claiming(workspace, one)
                claiming.win()
                won[one.thing.subject] = claiming
            hold = Hold(workspace, [won[one.thing.subject] for one in wanted])
            yield hold
        except BusyError:
            raise
        except Exception:  # and no interrupt, behind which the same command goes on
            if hold is None or not hold.is_acting:  # else the log may have taken the act
                for claiming in won.values():
                    claiming.let_go()
            raise
        for claiming in won.values():
            forget_attempt(workspace.log, claiming.thing)


class _Claiming:
    """One claim of this process: the records of its thing, from the history up to where the log was read."""

    def __init__(self, workspace: Workspace, wanted: Wanted) -> None:
        self._current, self._log = workspace, workspace.log
        self.thing, self._purpose = wanted.thing, wanted.purpose
        self._partition = partition_of(self.thing.subject, self._log.partitions)
        self._next_offset = workspace.position[self._partition]
        self._known = self._of_history(CLAIM_TYPES)
        self._tail: list[Known] = []
        self._acts: list[Known] = []  # read once there are releases, or an attempt was kept
        self._releases = 0
        self.id = UUID(int=0)  # nobody's, until the attempt is made

    def win(self) -> None:
        """Claim the thing, or go on with this home's own attempt; raises `ConflictError` or `BusyError`."""
        self._read_on()
        claims = self._claims_now()
        attempt = self._kept(claims)
        if attempt is None:
            holder = claims.holder(self.thing.subject)
            if holder is not None:
                raise self._conflict(holder)
            attempt = new_attempt(self._log, self.thing, self._purpose)
        self.id = attempt.id
        if self.id not in claims.by_id:
            fail_point("claim.before_claim")
            self._log.append([attempt.event(self.thing)])
            fail_point("claim.after_claim")
        self._read_own()
        self.require_held()

    def require_held(self) -> None:
        """Raise `ConflictError` where the claim does not hold, as the log says now."""
        self._read_on()
        claims = self._claims_now()
        if claims.by_id[self.id].state is ClaimState.HELD:
            return
        forget_attempt(self._log, self.thing)
        holder = claims.holder(self.thing.subject)
        if holder is None:
            raise ConflictError(
                message(
                    "{what}: the office released this claim meanwhile; look, and begin anew",
                    what=self.thing.what,
                )
            )
        raise self._conflict(holder)

    def let_go(self) -> None:
        """Release the claim: what it was for is not done."""
        self._log.append(
            [released(self.thing.subject, self.id, message("not done: the command ended before its act"))]
        )
        forget_attempt(self._log, self.thing)

    def _kept(self, claims: Claims) -> Attempt | None:
        """Return this home's own attempt where it can go on: for the same purpose, not lost, and nothing done yet."""
        kept = kept_attempt(self._log, self.thing)
        if kept is None:
            return None
        if kept.id in claims.by_id:
            # The command may have been killed behind its act: a second act would be void.
            self._read_acts()
            if self._claims_now().by_id[kept.id].state is not ClaimState.HELD:
                forget_attempt(self._log, self.thing)
                return None
        return kept if kept.purpose == self._purpose else None

    def _read_own(self) -> None:
        deadline = time.monotonic() + WITHIN_S
        while self.id not in self._claims_now().by_id:
            if time.monotonic() > deadline:
                raise BusyError(
                    message(
                        "{what}: claim {id} was written and did not come back from the log within"
                        " {within_s:.0f} s; it stays, and nobody has won yet: do the same again later",
                        what=self.thing.what,
                        id=self.id,
                        within_s=WITHIN_S,
                    )
                )
            before = self._next_offset
            self._read_on()
            if self._next_offset == before:
                time.sleep(_POLL_S)

    def _read_on(self) -> None:
        """Read what the log has behind the last record read, up to its end."""
        while records := self._log.read(FACTS, self._partition, self._next_offset, _BATCH_RECORDS):
            self._take(records)
            if len(records) < _BATCH_RECORDS:
                return

    def _take(self, records: Sequence[Record]) -> None:
        floor = max((k.recorded_at for k in (*self._known, *self._tail)), default=0)
        for record in records:
            self._next_offset = record.offset + 1
            try:
                event = CODEC.decode(record.value)
            except UnreadableEventError:
                continue
            if event.subject == self.thing.subject and isinstance(event.data, ClaimMade | ClaimReleased):
                # read from the middle, a running maximum has lost its beginning
                at = max(record.recorded_at, floor)
                self._tail.append(Known(record.partition, record.offset, at, event))

    def _claims_now(self) -> Claims:
        """Return the claims of the thing as read up to now."""
        records = [*self._known, *self._tail]
        releases = sum(isinstance(k.event.data, ClaimReleased) for k in records)
        if releases > self._releases:  # one behind an act does nothing
            self._read_acts()
            self._releases = releases
        records += self._acts
        return fold_claims(first_records(records))

    def _read_acts(self) -> None:
        """Read what was done under claims; it lies in other partitions."""
        self._current.catch_up()
        self._acts = self._of_history(ACT_TYPES)

    def _of_history(self, types: Sequence[str]) -> list[Known]:
        known = self._current.known.read(types)
        if types is ACT_TYPES:
            return known
        return [k for k in known if k.event.subject == self.thing.subject]

    def _conflict(self, holder: Claim) -> ConflictError:
        records = first_records([*self._known, *self._tail, *self._of_history(ACT_TYPES)])
        winner = fold_claims(records).by_id[holder.id]
        who = message(
            "{purpose}, which claimed it at {made_at} (claim {id})",
            purpose=winner.purpose,
            made_at=local_iso(winner.made_at),
            id=winner.id,
        )
        if winner.act is not None:
            return ConflictError(
                message(
                    "{what} is taken by {who} and did it (fact {act}); nothing was done",
                    what=self.thing.what,
                    who=who,
                    act=winner.act,
                )
            )
        return ConflictError(
            message(
                "{what} is taken by {who}; nothing was done. If that was cut off, the same"
                " command goes on where it began, or the office lets go of it: xuncha claims"
                " release {id} {reason} …",
                what=self.thing.what,
                who=who,
                id=str(winner.id)[:8],
                reason=field("reason"),
            )
        )
