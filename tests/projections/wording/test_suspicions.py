"""What was suspected and what people made of it, and how well the lexicon does, from facts alone."""

from datetime import timedelta
from uuid import UUID

from events.codec import Event
from events.finding import FindingWithdrawn
from events.known import Known
from events.wording import WordingSettled, WordingSuspected
from projections.wording.figures import precisions, recalls
from projections.wording.suspicions import suspected_of, withdrawn_findings
from tests.pipeline.inputs import at

NOON = at("2023-02-20 12:00")
FINDING = UUID(int=900)


def suspected(number, *, entry="w1", context="c1", after_h=0):
    data = WordingSuspected(
        entry=entry, commitment="x", kind="typo", severity="red", near=False, where="title", post="p", context=context
    )  # fmt: skip
    when = NOON + timedelta(hours=after_h)
    return Known(0, number, number, Event(UUID(int=number), "feeds", "test:a", when, data))


def settled(number, of, outcome, *, everywhere=False, finding=None):
    data = WordingSettled(
        suspicion=UUID(int=of),
        outcome=outcome,
        by="office",
        everywhere=everywhere,
        rule="r1",
        finding=finding,
    )
    return Known(0, number, number, Event(UUID(int=number), "office", "test:a", NOON, data))


def states(*known):
    return {one.id.int: one.state for one in suspected_of(known)}


def test_the_first_answer_counts():
    """Of two clerks the first one in the log; the suggestion itself counts as it was told first."""
    known = [suspected(1), suspected(2), settled(3, 1, "dismissed"), settled(4, 1, "confirmed")]
    assert {1: "dismissed", 2: "open"} == states(*known)


def test_a_context_settles_its_entry_alone():
    """The same entry in the same context, whenever it was read; another entry, or other words around, stay open."""
    known = [
        suspected(1),
        suspected(2, after_h=-5),
        suspected(3, entry="w2"),
        suspected(4, context="c2"),
        settled(5, 1, "dismissed", everywhere=True),
    ]
    assert {1: "dismissed", 2: "dismissed", 3: "open", 4: "open"} == states(*known)
    by = {one.id.int: one.by_context for one in suspected_of(known)}
    assert (None, UUID(int=1)) == (by[1], by[2])
    assert "confirmed" == states(*known, settled(6, 2, "confirmed", finding=FINDING))[2]  # judged by itself


def test_precision_and_recall():
    """Confirmed of judged, without findings that were withdrawn; found of all that stand."""
    known = [
        suspected(1),
        suspected(2),
        suspected(3),
        settled(4, 1, "confirmed", finding=FINDING),
        settled(5, 2, "dismissed"),
    ]
    found = suspected_of(known)
    (one,) = precisions({"typo": found}, frozenset())
    assert (3, 1, 1, 1, 0.5) == (one.suspected, one.open, one.confirmed, one.dismissed, one.share)
    (rule,) = recalls(found, {FINDING: "r1", UUID(int=901): "r1", UUID(int=902): "r2"}, ["r1"])
    assert (1, 1, 0.5) == (rule.found, rule.missed, rule.share)
    withdrawal = Event(
        UUID(int=7), "sheets", "test:a", NOON, FindingWithdrawn(corrects=FINDING, reason="误报")
    )
    withdrawn = withdrawn_findings([Known(0, 7, 7, withdrawal)])
    (one,) = precisions({"typo": found}, withdrawn)
    assert (0, 2, 0.0) == (one.confirmed, one.dismissed, one.share)
    (empty,) = precisions({"typo": []}, frozenset())
    assert empty.share is None
    assert recalls([], {}, ["r1"])[0].share is None
