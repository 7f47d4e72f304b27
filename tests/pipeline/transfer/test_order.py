"""Facts of several partitions in one line: what a log of another size may take."""

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from connectors.history.rebuilt import Rebuilt
from events.ids import partition_of
from pipeline.upkeep.transfer.order import in_line

SUBJECTS = [f"wechat:{n}" for n in range(6)]
LINES = st.lists(st.sampled_from([*SUBJECTS, ""]), max_size=60)  # "" is a broadcast


def a_fact(number: int, subject: str, partition: int, recorded_at: int) -> Rebuilt:
    return Rebuilt(
        partition,
        number,
        recorded_at,
        number.to_bytes(16, "big"),
        subject or "clock",
        broadcast=not subject,
        readable=True,
        value=str(number).encode(),
    )


def split(line: list[str], partitions: int, numbers: count) -> list[list[Rebuilt]]:
    """Return what a log of some partitions makes of a line; three records share a moment."""
    placed: list[list[Rebuilt]] = [[] for _ in range(partitions)]
    for number, subject in zip(numbers, line, strict=False):
        for p in range(partitions) if not subject else [partition_of(subject, partitions)]:
            placed[p].append(a_fact(number, subject, p, number // 3))
    return placed


def seen_by(facts: list[Rebuilt], subject: str) -> list[bytes]:
    """Return what a subject's fold reads: its own facts and the broadcasts."""
    return [f.value for f in facts if f.broadcast or f.subject == subject]


@given(line=LINES, partitions=st.integers(1, 5))
def test_every_subject_keeps_its_order_among_the_broadcasts(line, partitions):
    """Whatever the number of partitions: each fact comes once, and a subject's fold reads the very same."""
    placed = split(line, partitions, count())
    found = list(in_line([[iter(p) for p in placed]]))
    wanted = split(line, 1, count())[0]
    assert sorted(f.value for f in wanted) == sorted(f.value for f in found)
    for subject in SUBJECTS:
        assert seen_by(wanted, subject) == seen_by(found, subject)


@given(line=LINES, partitions=st.integers(2, 5), data=st.data())
def test_broadcasts_in_different_orders_hold_nothing_up(line, partitions, data):
    """Two writers may reach partitions in different orders, or one of them not at all: every fact comes once."""
    placed = split(line, partitions, count())
    for facts in placed:
        for n in [n for n, f in enumerate(facts) if f.broadcast]:
            if data.draw(st.booleans()):
                facts.insert(data.draw(st.integers(0, len(facts) - 1)), facts.pop(n))
    gone = data.draw(st.integers(0, partitions - 1))
    placed[gone] = [f for f in placed[gone] if not f.broadcast]
    found = [f.value for f in in_line([[iter(p) for p in placed]])]
    assert sorted({f.value for facts in placed for f in facts}) == sorted(found)
    for facts in placed:
        own = [f.value for f in facts if not f.broadcast]
        assert own == [v for v in found if v in own]


def test_a_broadcast_of_an_earlier_life_comes_once():
    """A log that moved to more partitions holds its broadcasts in places where they repeat nothing."""
    before = [[a_fact(0, "", 0, 0), a_fact(1, "wechat:1", 0, 1)]]
    after = [[a_fact(0, "", 0, 9), a_fact(2, "wechat:1", 0, 9)], [a_fact(0, "", 1, 9)]]
    lives = [[iter(p) for p in life] for life in (before, after)]
    assert [b"0", b"1", b"2"] == [f.value for f in in_line(lives)]
