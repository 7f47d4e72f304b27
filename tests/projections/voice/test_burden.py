"""The burden ledger: messages by day, unit and kind."""

from datetime import date, timedelta
from uuid import UUID

from events.alert import AlertComposed
from projections.voice.burden import Burden, burden
from tests.projections.voice.matters import AT, UNIT


def composed(to, *kinds, renewed=False, pilot=False):
    return AlertComposed(
        channel="wecom",
        destination=to,
        unit=UNIT,
        reason="staff",
        tells=(UUID(int=1),),
        kinds=kinds,
        renewed=renewed,
        pilot=pilot,
    )


def test_messages_are_counted_by_day_unit_and_kind():
    """New ones apart from changes; the most that one person got stands beside the sum."""
    found = burden(
        [
            (AT, composed("p", "alert")),
            (AT, composed("p", "alert", pilot=True)),
            (AT, composed("q", "alert")),
            (AT, composed("q", "alert", renewed=True)),
            (AT + timedelta(days=1), composed("p", "alert", "cleared")),
        ]
    )
    day = date(2026, 9, 16)
    assert [
        Burden(day, UNIT, "alert", messages=3, renewed=1, people=2, most=2, pilot=1),
        Burden(day + timedelta(days=1), UNIT, "alert+cleared", 1, 0, 1, 1, 0),
    ] == found
