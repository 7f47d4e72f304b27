from datetime import timedelta
from uuid import UUID, uuid5

import msgspec
import pytest

from events.alert import AlertCleared, AlertRaised, AlertSkipped, AlertWithdrawn
from events.codec import Event
from events.ids import derived_id
from events.instants import to_micros
from events.known import Told
from events.patrol import SourceStalled
from events.round import ScoreProjected, ScoreWithdrawn
from projections.accounts.reconciliation import Difference, differences, repairs_of, suspects
from tests.projections.facts import ACCOUNT, CHECK_POINT, DAY

RULES, OTHERS = "rules@1", "rules@2"
OPENER = UUID(int=7)
K = CHECK_POINT


def event(data, name="", subject=ACCOUNT, at=CHECK_POINT):
    return Event(uuid5(UUID(int=0), name or data.type), "xuncha", subject, at, data)


def raised(ruleset=RULES, payload=AlertRaised, at=CHECK_POINT):
    data = payload(level="day-10", opener_id=OPENER, anchor_at=at, deadline=at, ruleset=ruleset, name="甲")
    return event(data, "alert", at=at)


CLEARED = event(AlertCleared(level="day-10", opener_id=OPENER, by=UUID(int=8), owner="某局", replay=True))
STALLED = event(SourceStalled(since=CHECK_POINT, expected_posts=30.0, accounts=128), subject="polls")
SCORED = event(ScoreProjected(ruleset=RULES, verdict="pass", points=96))


def told(*events, at=K, withdrawn=False):
    return [Told(e, to_micros(at), withdrawn) for e in events]


def found(expected, known):
    return [d.kind for d in differences(expected, known, RULES)]


def doubted(expected, known):
    return suspects(expected, known, RULES, K)


def test_what_was_told_as_it_must_be_is_no_difference():
    """Nothing more, nothing less, in whatever order."""
    events = [raised(), CLEARED, STALLED, SCORED]
    assert [] == found(events, told(*reversed(events)))
    assert [] == doubted(events, told(*events))


@pytest.mark.parametrize("lost", [raised(), CLEARED, STALLED, SCORED], ids=lambda e: e.type)
def test_what_must_be_and_was_not_told_is_missing(lost):
    """It is mended by the very event, under its own id."""
    (difference,) = differences([lost], [], RULES)
    assert Difference("missing", lost, None) == difference
    assert [lost] == repairs_of(difference, K)


def test_what_must_be_and_was_withdrawn_is_told_again():
    """Whoever withdrew it: the next record of the id counts."""
    (difference,) = differences([SCORED], told(SCORED, withdrawn=True), RULES)
    assert "withdrawn" == difference.kind
    assert [SCORED] == repairs_of(difference, K)


@pytest.mark.parametrize(
    ("expected", "other"),
    [
        (raised(), raised(payload=AlertSkipped)),
        (raised(), raised(at=CHECK_POINT + timedelta(seconds=1))),
        (SCORED, event(msgspec.structs.replace(SCORED.data, verdict="fail", points=None))),
        (SCORED, event(msgspec.structs.replace(SCORED.data, points=95))),
        (CLEARED, msgspec.structs.replace(CLEARED, time=CHECK_POINT - DAY)),
    ],
)
def test_an_id_that_says_something_else_is_withdrawn_and_told_anew(expected, other):
    """Another type, time or verdict under the same id."""
    (difference,) = differences([expected], told(other), RULES)
    assert ("altered", expected, other) == (difference.kind, difference.expected, difference.told)
    withdrawal, again = repairs_of(difference, K)
    assert (other.id, "与事实不符", expected) == (withdrawal.data.corrects, withdrawal.data.reason, again)


def test_a_name_that_was_written_otherwise_is_no_difference():
    """Names and wording may change from release to release, and an alert stays the same alert."""
    other = msgspec.structs.replace(raised(), data=msgspec.structs.replace(raised().data, name="乙"))
    assert [] == found([raised()], told(other))


@pytest.mark.parametrize("invented", [raised(), CLEARED, STALLED, SCORED], ids=lambda e: e.type)
def test_what_was_told_by_the_moment_and_does_not_follow_is_suspect(invented):
    """Not what was told after it, and not what was withdrawn: that is settled."""
    assert [invented] == doubted([], told(invented))
    assert [] == doubted([], told(invented, at=K + timedelta(microseconds=1)))
    assert [] == doubted([], told(invented, withdrawn=True))


def test_what_other_rules_told_is_theirs():
    """An alert of another ruleset and its end are not judged, and a score is not; that an id was told counts."""
    score = event(msgspec.structs.replace(SCORED.data, ruleset=OTHERS))
    assert [] == doubted([], told(raised(OTHERS), CLEARED, score))
    assert [] == found([raised()], told(raised(OTHERS, AlertSkipped)))
    assert [CLEARED] == doubted([raised()], told(raised(), CLEARED))


def test_a_withdrawal_names_what_it_is_about():
    """An alert with level, opener and names, for who tells people; its id follows from the id that it corrects."""
    (of_alert,) = repairs_of(Difference("wrong", None, CLEARED), K)
    assert derived_id("alert.withdrawn", str(CLEARED.id)) == of_alert.id
    assert (ACCOUNT, K, "xuncha") == (of_alert.subject, of_alert.time, of_alert.source)
    assert of_alert.data == AlertWithdrawn(
        corrects=CLEARED.id,
        reason="事实中没有依据",
        level="day-10",
        opener_id=OPENER,
        owner="某局",
        replay=True,
    )
    (of_source,) = repairs_of(Difference("wrong", None, STALLED), K)
    assert ("polls", "", None) == (of_source.subject, of_source.data.level, of_source.data.opener_id)
    (of_score,) = repairs_of(Difference("wrong", None, SCORED), K)
    assert derived_id("score.withdrawn", str(SCORED.id)) == of_score.id
    assert ScoreWithdrawn(corrects=SCORED.id, reason="事实中没有依据") == of_score.data
