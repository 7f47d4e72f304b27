from datetime import timedelta

import pytest

from connectors.history.alerts import list_alerts
from connectors.history.derived_events import read_derived
from connectors.history.sink import Sink
from events.alert import AlertRaised, AlertSkipped, AlertWithdrawn
from events.codec import Event
from events.ids import derived_id, partition_of
from events.round import ScoreProjected, ScoreWithdrawn
from tests.connectors.history.test_measures import CHECK_POINT

ACCOUNT = "wechat:1"
DAY = timedelta(days=1)


def alert(name="a", payload=AlertRaised, subject=ACCOUNT, at=CHECK_POINT):
    data = payload(level=name, opener_id=derived_id("o"), anchor_at=at, deadline=at, name="甲")
    return Event(derived_id(name), "xuncha", subject, at, data)


def withdrawal(event):
    data = AlertWithdrawn(corrects=event.id, reason="x")
    return Event(derived_id("alert.withdrawn", str(event.id)), "xuncha", event.subject, CHECK_POINT, data)


@pytest.fixture
def tell(history, log):
    """Write derived events one after another, and bring them into the history."""

    def write(*events):
        for event in events:
            with log.transaction():
                log.write_derived(partition_of(event.subject, log.partitions), [event])
        Sink(history, log).catch_up()

    return write


def told(client, *types, lane=0, lanes=1):
    found = read_derived(client, types or ("alert.raised", "alert.skipped"), lane=lane, lanes=lanes)
    return {t.event.id: (t.event, t.withdrawn) for t in found}


def test_the_first_record_of_an_id_counts(history, tell):
    """A later one, with other content too, is a duplicate."""
    tell(alert(), alert(at=CHECK_POINT + DAY), alert("b"))
    assert {e.id: (e, False) for e in (alert(), alert("b"))} == told(history)


def test_after_a_withdrawal_the_next_record_counts(history, tell):
    """Told, withdrawn, told anew, withdrawn again under the same id, and told once more."""
    skipped, later = alert(payload=AlertSkipped), alert(at=CHECK_POINT + DAY)
    tell(alert(), alert("b"), withdrawal(alert()))
    assert {alert().id: (alert(), True), alert("b").id: (alert("b"), False)} == told(history)
    tell(skipped, later)
    assert (skipped, False) == told(history)[skipped.id]
    tell(withdrawal(alert()))
    assert told(history)[alert().id][1]
    tell(later, alert())
    assert (later, False) == told(history)[later.id]


def test_a_score_is_withdrawn_as_an_alert_is(history, tell):
    """By a type of its own."""
    score = Event(derived_id("s"), "x", ACCOUNT, CHECK_POINT, ScoreProjected(ruleset="r@1", verdict="pass"))
    data = ScoreWithdrawn(corrects=score.id, reason="x")
    tell(score, Event(derived_id("w"), "x", ACCOUNT, CHECK_POINT, data))
    assert {score.id: (score, True)} == told(history, "score.projected")


def test_each_subject_is_told_in_one_lane(history, tell):
    """Wherever in the log its events stand."""
    alerts = [alert(str(n), subject=f"wechat:{n}") for n in range(20)]
    tell(*alerts)
    found = [told(history, lane=n, lanes=12) for n in range(12)]
    assert {e.id: partition_of(e.subject, 12) for e in alerts} == {
        event_id: n for n, lane in enumerate(found) for event_id in lane
    }


def test_a_withdrawn_alert_is_listed_as_such(history, tell):
    """It stands in the list with what was told; told anew, it stands as it was told last."""
    tell(alert(), alert("b"), withdrawal(alert()))
    shown = {row["alert_id"]: (row["type"], row["withdrawn"]) for row in list_alerts(history)}
    assert {str(alert().id): ("alert.raised", True), str(alert("b").id): ("alert.raised", False)} == shown
    tell(alert(payload=AlertSkipped))
    shown = {row["alert_id"]: (row["type"], row["withdrawn"]) for row in list_alerts(history)}
    assert ("alert.skipped", False) == shown[str(alert().id)]
