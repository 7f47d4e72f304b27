"""Provisional scores of a partition: judged at each Chinese midnight, told where they changed."""

from events import derived_ids
from events.base import Payload
from events.codec import Event
from events.instants import from_micros
from events.round import ScoreProjected
from events.sources import XUNCHA
from projections.accounts.standing import full_score_until
from projections.accounts.state import facts_of
from projections.accounts.working_copies import WorkingCopies
from projections.registry.rulings import rulings_at
from projections.rules.period import quarter_of
from projections.rules.rulebook import Rulebook, rulebook_of
from projections.rules.rulesets import Ruleset
from projections.rules.scorer import judge
from projections.sources.health import SourceHealth


class Provisional:
    """Remembers which scores stand, so that a midnight asks the scorer only where the answer may be another.

    What it remembers is not stored: without it every account is judged, with the same result.
    """

    def __init__(self, rules: Ruleset | Rulebook) -> None:
        self._rulebook = rulebook_of(rules)
        self._full_until: dict[str, int] = {}

    def forget(self, account_id: str) -> None:
        """Judge an account again at the next midnight, whatever stood before."""
        self._full_until.pop(account_id, None)

    def project(
        self, states: WorkingCopies, health: dict[str, SourceHealth], midnight: int
    ) -> list[Event[Payload]]:
        """Judge every account of the population at a midnight (microseconds), and return what changed."""
        rulebook, full_until = self._rulebook, self._full_until
        period = quarter_of(from_micros(midnight))
        derived: list[Event[Payload]] = []
        for account_id in sorted(i for i in states if full_until.get(i, -1) < midnight):
            state = states.look_up(account_id)
            if state is None or not state.in_population(midnight):
                continue
            ruleset = rulebook.default
            if state.rulings:
                ruleset = rulebook.of(rulings_at(state.rulings, midnight).ruleset)
            judged = judge(facts_of(state, health, ruleset, period, with_ids=False), ruleset, period)
            outcome = (str(judged.verdict), judged.reason, judged.points)
            if state.projected != outcome:
                states.touch(account_id).projected = outcome
                event_id = derived_ids.score_projected(account_id, period.check_point, ruleset.folding)
                data = ScoreProjected(
                    ruleset=ruleset.folding, verdict=outcome[0], reason=outcome[1], points=outcome[2]
                )
                derived.append(Event(event_id, XUNCHA, account_id, period.check_point, data))
            full_until[account_id] = full_score_until(state, ruleset, period)
        return derived
