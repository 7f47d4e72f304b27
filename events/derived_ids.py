"""The ids of what follows from other facts, each by its recipe, so that raising it again is a duplicate."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from events.ids import derived_id


def alert_raised(account: str, opener: UUID, level: str, after: UUID | None = None) -> UUID:
    """Name an alert, raised or skipped, by what opened its episode and its level; `after`: the withdrawal before it."""
    again = () if after is None else (str(after),)
    return derived_id("alert", account, str(opener), level, *again)


def alert_held(account: str, opener: UUID, level: str) -> UUID:
    """Name a step that was passed while people had asked for silence: a step of an episode is held once."""
    return derived_id("alert.held", account, str(opener), level)


def emergency_announced(emergency: UUID, step: str, cause: UUID) -> UUID:
    """Name what people are to be informed of by the step and the fact that it rests on."""
    return derived_id("emergency", str(emergency), step, str(cause))


def alert_cleared(account: str, opener: UUID) -> UUID:
    """Name the end of an episode's alert by what opened it."""
    return derived_id("alert.cleared", account, str(opener))


def alert_withdrawn(corrects: UUID) -> UUID:
    """Name the withdrawal of an alert or of a message about a source: there is one."""
    return derived_id("alert.withdrawn", str(corrects))


def alert_delivered(message: UUID, channel: str, destination: str) -> UUID:
    """Name a delivery by its message and destination; a channel's only destination is called as the channel is."""
    return derived_id("alert.delivered", str(message), *_address(channel, destination))


def alert_delivery_failed(message: UUID, channel: str, destination: str) -> UUID:
    """Name the end of all tries to deliver a message by its destination."""
    return derived_id("alert.delivery_failed", str(message), *_address(channel, destination))


def alert_composed(channel: str, destination: str, unit: str, messages: Iterable[UUID]) -> UUID:
    """Name a message to a destination by what it tells, in any order."""
    return derived_id("alert.composed", channel, destination, unit, *sorted(str(one) for one in messages))


def alert_unreached(account: str, cause: str) -> UUID:
    """Name the notice that nobody was reached about a silence, by its opener, or an emergency, by its message.

    There is one of each, however many steps reach nobody.
    """
    return derived_id("alert.unreached", account, cause)


def _address(channel: str, destination: str) -> tuple[str, ...]:
    return (channel,) if destination == channel else (channel, destination)


def alert_summary(alerts: Iterable[UUID]) -> UUID:
    """Name a summary message by the alerts that it sums up in any order."""
    return derived_id("summary", *sorted(str(alert) for alert in alerts))


def source_stalled(source: str, since: datetime) -> UUID:
    """Name a stall of a source by its beginning."""
    return derived_id("source.stalled", source, since.isoformat())


def stall_declared(source: str, since: datetime, at: datetime) -> UUID:
    """Name a stall that a person declared by its beginning and when that was said: the source may stall after all."""
    return derived_id("source.stalled", source, since.isoformat(), f"declared:{at.isoformat()}")


def stall_lifted(source: str, since: datetime, at: datetime) -> UUID:
    """Name the lifting of a stall by its beginning and when that was said."""
    return derived_id("source.recovered", source, since.isoformat(), f"lifted:{at.isoformat()}")


def source_recovered(source: str, since: datetime) -> UUID:
    """Name the end of a stall by its beginning."""
    return derived_id("source.recovered", source, since.isoformat())


def source_impaired(source: str, what: str, since: datetime) -> UUID:
    """Name what is wrong with a source by what it is and its beginning."""
    return derived_id("source.impaired", source, what, since.isoformat())


def source_restored(source: str, what: str, since: datetime) -> UUID:
    """Name the end of what was wrong with a source by its beginning."""
    return derived_id("source.restored", source, what, since.isoformat())


def score_projected(account: str, check_point: datetime, ruleset: str) -> UUID:
    """Name a provisional score by midnight and the label of the ruleset."""
    return derived_id("score.projected", account, check_point.isoformat(), ruleset)


def score_withdrawn(corrects: UUID) -> UUID:
    """Name the withdrawal of a provisional score: there is one."""
    return derived_id("score.withdrawn", str(corrects))


def task(basis: UUID, account: str, problem: str) -> UUID:
    """Name what a unit has to put right by the bulletin or order that asks for it, the account and the problem."""
    return derived_id("task", str(basis), account, problem)


def run(manifest_hash: str) -> UUID:
    """Name a run by its manifest: the same question gives the same run."""
    return derived_id("run", manifest_hash)


def round_scored(run_id: UUID) -> UUID:
    """Name the event that a run was scored: there is one."""
    return derived_id("round.scored", str(run_id))
