"""Rounds of a quarter, from announcement to close, and the scores that follow from facts."""

from typing import ClassVar, Literal
from uuid import UUID

import msgspec

from events.base import Payload
from events.bulletin import Override
from events.claim import Act
from events.instants import UtcDatetime
from events.round_plan import SamplePlan, Stratum

RoundKind = Literal["full", "red_lines"]
Guard = Literal[
    "sheet_out", "objection_open", "not_rechecked", "account_unknown", "not_served", "answer_open"
]
"""What a freeze waits for: a sheet not read, an objection not decided, a finding of a signed-in person that no other
checked again, an account that nobody could judge, a unit that was not told of a failing row, one that may answer.
"""


class RoundAnnounced(Act, frozen=True):
    """The office announced a round; the subject is `round:<name>`."""

    type: ClassVar[str] = "round.announced"
    version: ClassVar[int] = 2

    title: str
    quarter: str
    check_point: UtcDatetime
    ruleset: str  # name@version
    sample: SamplePlan
    ruleset_sha256: str = ""  # of the file of the ruleset; the round is scored with no other
    area: str = ""  # only accounts of this area; empty: every account of the registry
    office: str = (
        ""  # area whose competent office (主管单位) runs it under its own name; empty: the city's office
    )
    kind: RoundKind = "full"
    basis: tuple[str, ...] = ()  # documents that the round rests on


class SampleDrawn(Act, frozen=True):
    """The sample was drawn from the population at the check point as known at `known_at`.

    The members are not in it: the plan gives them again from the facts known then.
    """

    type: ClassVar[str] = "sample.drawn"
    version: ClassVar[int] = 2

    known_at: UtcDatetime
    population: int
    population_sha256: str  # over the sorted account ids
    sample: int
    sample_sha256: str  # over the sorted account ids
    focus: int = 0  # members that the focus list brought in or confirmed
    strata: tuple[Stratum, ...] = ()
    seed: str = (
        ""  # of the draw, from the last records of every partition at `known_at`; empty: that of the plan
    )


class FreezeProposed(Payload, frozen=True):
    """A clerk proposes to freeze though something is not as it has to be; another person agrees, or does not.

    The newest one of a round counts.
    """

    type: ClassVar[str] = "round.freeze_proposed"

    although: str  # why all the same
    unmet: tuple[Guard, ...] = ()  # what was open when it was proposed
    overrides: tuple[Override, ...] = ()  # accounts that would stay unknown


class RoundFrozen(Act, frozen=True):
    """The sample was scored and the run stored; this run never changes."""

    type: ClassVar[str] = "round.frozen"
    version: ClassVar[int] = 3

    run_id: UUID
    known_at: UtcDatetime
    digest: str
    manifest_hash: str
    unmet: tuple[Guard, ...] = ()  # what was not as it has to be before a freeze
    although: str = ""  # why the office went on all the same; empty where nothing was unmet
    overrides: tuple[Override, ...] = ()  # accounts that the office lets stay unknown


class RevisedRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """An account whose row a revision changed: verdict and reason before and after, and the facts learnt since."""

    account: str
    before: str  # empty: it had no row
    after: str  # empty: it has none any more
    causes: tuple[UUID, ...] = ()  # the first ones
    more_causes: int = 0  # how many stand not in `causes`


class RoundRevised(Payload, frozen=True):
    """Later knowledge changed rows of a frozen round; this is its next run, and the frozen one stays."""

    type: ClassVar[str] = "round.revised"

    run_id: UUID
    previous: UUID  # the run that it revises
    known_at: UtcDatetime
    digest: str
    manifest_hash: str
    changed: int
    changes: tuple[RevisedRow, ...] = ()  # the first ones by account id; all of them follow from the two runs


class RoundCarried(Payload, frozen=True):
    """What would make a published result worse counts in the next quarter and no more in this round."""

    type: ClassVar[str] = "round.carried"

    account: str
    quarter: str  # in which it counts
    reason: str
    finding_id: UUID | None = None  # withdrawn here; None: the row as a whole, whatever makes it worse
    counts_as: UUID | None = None  # the finding as which it counts in that quarter
    known_at: UtcDatetime | None = None  # of a row: it stays as it was known then, unless it gets better


class RoundBasisWithdrawn(Payload, frozen=True):
    """Facts that the run of a frozen round knew are about to be withdrawn: a revision is due."""

    type: ClassVar[str] = "round.basis_withdrawn"

    facts: tuple[UUID, ...]  # the first ones
    reason: str
    second: str  # the second person: a person id or the code of a role, another than the actor
    more_facts: int = 0  # how many stand not in `facts`


class RoundCancelled(Act, frozen=True):
    """The office called a round off before its freeze: it counts for no quarter, and its name is free again."""

    type: ClassVar[str] = "round.cancelled"

    reason: str


class RoundClosed(Payload, frozen=True):
    """The round is over: nothing is checked, objected to or revised any more."""

    type: ClassVar[str] = "round.closed"

    reason: str = ""


class ScoreProjected(Payload, frozen=True):
    """The provisional verdict of an account changed; `time` is the whole hour that it holds for."""

    type: ClassVar[str] = "score.projected"
    derived: ClassVar[bool] = True

    ruleset: str
    verdict: str
    reason: str = ""
    points: int | None = None


class ScoreWithdrawn(Payload, frozen=True):
    """The provisional verdict `corrects` does not follow from the facts; the next record of that id counts instead."""

    type: ClassVar[str] = "score.withdrawn"
    derived: ClassVar[bool] = True

    corrects: UUID
    reason: str


class RoundScored(Payload, frozen=True):
    """A round was scored and its rows stored; `time` is the check point."""

    type: ClassVar[str] = "round.scored"
    derived: ClassVar[bool] = True

    run_id: UUID
    known_at: UtcDatetime
    ruleset: str
    checked: int
    failed: int
    unknown: int
    digest: str
    manifest_hash: str
