"""The digest that an embedded home gives for facts: what every other runtime is compared with."""

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from connectors.history.client import open_embedded
from connectors.history.known_facts import KnownFacts
from connectors.history.migrate import migrate
from connectors.history.sink import Sink
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import FACTS
from events.base import Payload
from events.codec import Event
from events.instants import from_micros
from pipeline.home.rulesets import find_ruleset
from pipeline.scores.scoring import Question, make_run, verdicts
from projections.rules.period import quarter_of

_PARTITIONS = 16


def embedded_digest(
    facts: Sequence[Event[Payload]], check_point: datetime, ruleset: str, folder: Path
) -> tuple[str, int]:
    """Return the digest of all facts at a check point, and the number of accounts that were judged."""
    EmbeddedLog.make(folder / "log.sqlite", partitions=_PARTITIONS)
    with (
        closing(EmbeddedLog(folder / "log.sqlite")) as log,
        closing(open_embedded(folder / "history")) as client,
    ):
        migrate(client)
        log.append(facts)
        Sink(client, log).catch_up()
        known_at = max(r.recorded_at for p in range(_PARTITIONS) for r in log.read(FACTS, p, 0, 1 << 30))
        question = Question(quarter_of(check_point), from_micros(known_at), find_ruleset(ruleset))
        run = make_run(question, verdicts(KnownFacts(client), question))
    return run.digest, run.checked
