"""Who is fresh, stale or unknown at a check point, as known at a moment."""

import msgspec

from connectors.history.known_facts import KnownFacts
from events.facts import AccountFacts, Freshness, UnknownReason
from pipeline.scores.scoring import Question, population_facts
from pipeline.scores.steps import OnStep, untold
from projections.rules.freshness import judge_freshness, whole_days_silent


class Status(msgspec.Struct, frozen=True, gc=False):
    """How an account of the population stands."""

    facts: AccountFacts
    freshness: Freshness
    reason: UnknownReason | None  # why nobody can know
    silent_days: int | None  # whole days since the newest post; None without one


def statuses(known: KnownFacts, question: Question, on_step: OnStep = untold) -> list[Status]:
    """Return how every account of the population at T stood, as known at K, sorted by account id."""
    check_point = question.period.check_point
    return [
        Status(
            facts,
            *judge_freshness(facts, question.rules_of(facts).freshness, check_point),
            whole_days_silent(facts, check_point),
        )
        for facts in population_facts(known, question, on_step=on_step)
    ]
