"""What the notifiers of a new log are told of the past."""

from uuid import UUID

from connectors.history.outcomes import ChannelSpan, Raised
from pipeline.upkeep.transfer.hand_over import outcomes_of

SPANS = {"console": ChannelSpan(100, 200), "webhook": ChannelSpan(150, 160)}
CHANNELS = ("console", "file", "webhook")


def told(raised_at: int, **outcomes: str) -> dict[str, str]:
    by_destination = {channel: {channel: outcome} for channel, outcome in outcomes.items()}
    raised = Raised(UUID(int=1), "wechat:1", raised_at, by_destination)
    handed = list(outcomes_of(raised, CHANNELS, SPANS))
    assert all(each.delivery.destination == each.delivery.channel for each in handed)
    return {each.delivery.channel: each.outcome for each in handed}


def test_an_outcome_stays_what_it_was():
    """What a channel took one by one, in a summary, or refused: the end of an alert depends on it."""
    found = told(150, console="delivered", webhook="failed")
    assert {"console": "delivered", "webhook": "failed", "file": "past"} == found
    assert "summary" == told(120, console="summary")["console"]


def test_each_destination_of_a_channel_keeps_its_own_outcome():
    """Who was told is not told again, and who was not yet still is; what is past is so for the whole channel."""
    raised = Raised(UUID(int=1), "wechat:1", 150, {"webhook": {"p1": "delivered", "p2": "failed"}})
    found = {each.delivery[1:]: each.outcome for each in outcomes_of(raised, CHANNELS[1:], SPANS)}
    past = ("file", "file")
    assert {past: "past", ("webhook", "p1"): "delivered", ("webhook", "p2"): "failed"} == found


def test_what_waits_for_a_channel_still_waits():
    """A channel that was behind is told what it lacks, from its own first message on."""
    assert {"file": "past"} == told(155)
    assert "webhook" not in told(190, console="delivered")


def test_the_past_of_a_new_channel_is_no_news():
    """What was raised before a channel began is not told there, now either."""
    assert "past" == told(120, console="delivered")["webhook"]
    assert "past" == told(120, console="delivered")["file"]


def test_what_nobody_was_told_is_told_to_all():
    """Alerts of the last moments of the old home have no outcome anywhere."""
    assert {} == told(201)


def test_a_home_that_never_told_anything_hands_over_nothing():
    """Its alerts are as new as they were."""
    raised = Raised(UUID(int=1), "wechat:1", 5, {})
    assert [] == list(outcomes_of(raised, CHANNELS, {}))
