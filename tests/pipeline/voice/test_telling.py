from datetime import UTC, datetime, timedelta

import pytest

from connectors.log.deliveries import Delivery
from connectors.notify.channel import DeliveryError
from connectors.notify.message import Message, message_of, summary_of
from events.alert import AlertDelivered, AlertDeliveryFailed
from events.codec import Event
from events.ids import derived_id
from pipeline.voice.telling import (
    is_news,
    is_old,
    is_repetition,
    outcome_event,
    summed_up,
    told_before,
    withdrawn_by,
)
from tests.pipeline.derived import NOW, cleared, raised, stalled, withdrawn


def message(event) -> Message:
    found = message_of(event, limit_days=14)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("event", "late", "old"),
    [
        (raised("A"), timedelta(hours=6), False),
        (raised("A"), timedelta(hours=6, microseconds=1), True),
        (cleared("A"), timedelta(days=30), False),
        (stalled(), timedelta(days=30), False),
    ],
    ids=["at six hours", "later than six hours", "an end", "a source"],
)
def test_only_alerts_raised_more_than_six_hours_late_are_old(event, late, old):
    """Design section 3, Alerts: older than 6 h when raised; ends and sources are told by themselves, however late."""
    assert old is is_old(message(event), NOW + late)


def test_an_end_names_the_alert_of_its_level():
    """By the id that the fold gave the alert, so that the outcome of that alert can be looked up."""
    assert raised("A", level="day-12").id == told_before(message(cleared("A", level="day-12")))
    assert raised("A").id != told_before(message(cleared("A", level="day-12")))
    assert raised("A").id == told_before(message(withdrawn("A"))) == withdrawn_by(message(withdrawn("A")))
    assert withdrawn_by(message(cleared("A"))) is None
    assert told_before(message(raised("A"))) is None
    assert told_before(message(stalled())) is None


@pytest.mark.parametrize(
    ("outcome", "news"), [("delivered", True), ("summary", False), ("failed", False), (None, False)]
)
def test_an_end_is_news_to_whoever_was_told_the_alert_by_itself(outcome, news):
    """Not to a channel that refused it, had it in a summary, or begins later."""
    outcomes = {raised("A").id: outcome}
    assert news is is_news(message(cleared("A")), outcomes.get)
    assert news is is_news(message(withdrawn("A")), outcomes.get)


def test_alerts_and_sources_are_always_news():
    """They end nothing."""
    assert is_news(message(raised("A")), {}.get)
    assert is_news(message(stalled()), {}.get)


@pytest.mark.parametrize(
    ("first", "news"), [("summary", False), ("delivered", True), ("failed", True), (None, True)]
)
def test_an_alert_raised_anew_is_no_news_where_its_withdrawal_was_none(first, news):
    """Who had it in a summary was not told that it was withdrawn, and would hear the same again."""
    alert = raised("A")
    data, taken_back = alert.data, derived_id("alert.withdrawn", str(alert.id))
    anew_id = derived_id("alert", alert.subject, str(data.opener_id), data.level, str(taken_back))
    anew = message(Event(anew_id, alert.source, alert.subject, alert.time, data))
    outcomes = {alert.id: first}
    assert news is is_news(anew, outcomes.get)
    assert is_repetition(anew, outcomes.get) is not news
    assert not is_repetition(message(alert), outcomes.get)


def test_a_summary_tells_of_the_ends_of_its_own_alerts():
    """Whoever reads it learns how many are over; the id is that of the alerts, with or without their ends."""
    alerts = [message(raised(account)) for account in "ABC"]
    ends = [message(event) for event in (withdrawn("A"), cleared("B"), cleared("C"), cleared("D"))]
    summary, tells = summed_up(alerts, [*alerts, *ends])
    assert [*alerts, *ends[:3]] == tells
    assert summary_of(alerts).id == summary.id
    assert summary.text == (
        summary_of(alerts).text
        + "\n其中2个账号已恢复更新或关停，无需再处理。\n其中1条经核对有误，已撤回，无需据此处理。"
    )


def test_a_summary_of_lasting_silence_speaks_of_no_ends():
    """Nothing is added where nothing ended."""
    alerts = [message(raised("A"))]
    assert (summary_of(alerts), alerts) == summed_up(alerts, [message(cleared("B"))])


def test_an_outcome_is_recorded_under_one_id_a_delivery():
    """Told twice, as after a crash, it is a duplicate; what was refused is another event than what was taken."""
    alert = raised("A")
    at = datetime(2026, 1, 1, tzinfo=UTC)

    def recorded(channel="file", destination="", outcome="delivered", error=None):
        delivery = Delivery(alert.id, channel, destination or channel)
        return outcome_event(delivery, subject="A", at=at, outcome=outcome, error=error)

    assert AlertDelivered(message_id=alert.id, channel="file", destination="file") == recorded().data
    assert (
        AlertDelivered(message_id=alert.id, channel="file", destination="file", summary=True)
        == recorded(outcome="summary").data
    )
    assert (
        derived_id("alert.delivered", str(alert.id), "file")
        == recorded().id
        == recorded(outcome="summary").id
    )
    refused = recorded(outcome="failed", error=DeliveryError("no", permanent=True, unknown=False, attempts=3))
    assert (
        AlertDeliveryFailed(message_id=alert.id, channel="file", destination="file", reason="no", attempts=3)
        == refused.data
    )
    assert 4 == len({recorded().id, recorded("webhook").id, recorded(destination="p1").id, refused.id})
