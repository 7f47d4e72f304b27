"""The tree of units as of a moment."""

from datetime import UTC, datetime
from typing import Any

from events.codec import Event
from events.ids import fact_id
from events.known import first_records
from events.unit import UnitChanged, UnitEnded, UnitRegistered, unit_subject
from events.withdrawal import FactWithdrawn
from projections.registry.units import (
    line_of,
    representatives,
    tree_faults,
    units_at,
    units_by_name,
    walk_tree,
)
from tests.projections.facts import known


def day(number: int) -> datetime:
    return datetime(2023, 1, number, tzinfo=UTC)


def event(code: str, data: Any, at: datetime = day(1)) -> Event[Any]:  # noqa: B008 (a constant)
    subject = unit_subject(code)
    return Event(fact_id("t", subject, f"{data}{at}"), "t", subject, at, data)


def unit(code: str, parent: str = "", at: datetime = day(1), **fields: Any) -> Event[Any]:  # noqa: B008
    told = {"name": f"单位{code}", "kind": "owner", "parent": parent, **fields}
    return event(code, UnitRegistered(**told), at)


def units(*events: Event[Any], at: datetime = day(20)) -> Any:  # noqa: B008 (a constant)
    return units_at(known(*events), at)


def test_a_change_counts_from_its_own_time_on():
    """Who asks about an earlier day gets the name of that day."""
    events = (unit("a"), event("a", UnitChanged(name="新局"), day(10)))
    assert ["单位a", "新局"] == [units(*events, at=day(n))["a"].name for n in (9, 10)]


def test_what_was_told_of_a_unit_by_mistake_is_taken_back():
    """A registration, a change or an end that was withdrawn never was."""
    renamed, ended = event("a", UnitChanged(name="新局"), day(5)), event("a", UnitEnded(), day(9))

    def back(wrong: Event[Any]) -> Event[Any]:
        data = FactWithdrawn(corrects=wrong.id, of_type=wrong.type, its_time=wrong.time, reason="笔误")
        return event("a", data, day(10))

    def as_known(*facts: Event[Any]) -> Any:
        records = known(*facts)
        return units_at(first_records(records, records[-1].recorded_at), day(20))

    assert as_known(unit("a"), renamed, ended) == {}
    assert as_known(unit("a"), renamed, ended, back(ended), back(renamed)) == as_known(unit("a"))
    assert as_known(unit("a"), renamed, back(unit("a"))) == {}


def test_a_unit_that_ended_is_there_until_then():
    """It is not yet there before it began."""
    events = (unit("a", at=day(5)), event("a", UnitEnded(), day(10)))
    assert [[], ["a"], []] == [[*units(*events, at=day(n))] for n in (4, 9, 10)]


def test_a_parent_that_nobody_knows_is_a_fault():
    """The fault names the unit and the code that it wrote."""
    (fault,) = tree_faults(units(unit("a", "x")))
    assert ("a", "parent") == (fault.code, fault.field)
    assert "(x)" in fault.problem


def test_every_unit_of_a_circle_is_named_and_no_other():
    """a under b under c under a; d below them is in order."""
    faults = tree_faults(units(unit("a", "b"), unit("b", "c"), unit("c", "a"), unit("d", "a")))
    assert ["a", "b", "c"] == sorted(fault.code for fault in faults)
    assert "a → b → c → a" in next(f.problem for f in faults if f.code == "a")


def test_a_unit_above_itself_is_a_circle():
    """The shortest circle has one unit."""
    assert ["a"] == [fault.code for fault in tree_faults(units(unit("a", "a")))]


def test_an_area_has_one_representative_account():
    """Two units of an area may name the same account; another one is a fault of both."""
    first = unit("a", area="某市", representative="wechat:1")
    same, other = (unit(c, area="某市", representative=f"wechat:{n}") for c, n in (("b", 1), ("c", 2)))
    assert [] == tree_faults(units(first, same))
    assert ["a", "c"] == [fault.code for fault in tree_faults(units(first, other))]
    assert {"某市": "wechat:1"} == representatives(units(first, same))


def test_the_tree_is_walked_from_the_top():
    """Each unit stands under the one above it, in the order of codes."""
    found = walk_tree(units(unit("b", "a"), unit("a"), unit("d", "b"), unit("c", "a"), unit("e")))
    assert [(0, "a"), (1, "b"), (2, "d"), (1, "c"), (0, "e")] == [(depth, u.code) for depth, u in found]


def test_the_line_of_a_unit_ends_at_the_top_or_in_a_circle():
    """A circle, which no sheet lets in, ends the line as well."""
    tree = units(unit("a", "b"), unit("b"), unit("x", "y"), unit("y", "x"))
    assert ["a", "b"] == [u.code for u in line_of("a", tree)]
    assert ["x", "y"] == [u.code for u in line_of("x", tree)]


def test_two_units_of_one_name_are_kept_apart():
    """Accounts name their owner by its name: whoever asks sees that two bear it."""
    found = units_by_name(units(unit("a", name="教育局"), unit("b", name="教育局"), unit("c")))
    assert {"教育局": 2, "单位c": 1} == {name: len(same) for name, same in found.items()}
