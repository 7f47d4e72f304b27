"""整改后复发: a problem that was put right and is there again, and what is none."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from events.facts import Deduction, Freshness, Verdict, VerdictRow
from projections.rounds.relapses import relapses_of
from projections.rounds.relapses_part import RelapsedRow, relapses_part
from projections.rounds.tasks import Task

CHECK = datetime(2023, 6, 30, 4, tzinfo=UTC)
BEFORE = CHECK - timedelta(days=60)
WORDING = "red-1-wording"


def task(**changes):
    told = {
        "id": UUID(int=1),
        "account_id": "a",
        "unit": "某局",
        "rule": WORDING,
        "count": 1,
        "findings": (),
        "basis": "某办〔2023〕2号",
        "begun_on": date(2023, 3, 25),
        "due": None,
        "answered_at": BEFORE,
    }
    return Task(**told | changes)


def row(rule=WORDING, account="a"):
    return VerdictRow(
        account_id=account,
        given_id=account,
        name="甲",
        verdict=Verdict.FAIL,
        reason=rule,
        freshness=Freshness.FRESH,
        newest_post_at=CHECK,
        whole_days_silent=0,
        points=None,
        deductions=(Deduction(rule, "某条", 1, 100, ()),),
        evidence=(),
        owner="某局",
        area="甲县",
        platform="抖音",
    )


@pytest.mark.parametrize(
    ("changes", "how"),
    [
        ({}, "answered"),
        ({"held": True, "rechecked_at": BEFORE}, "closed"),
        ({"held": True, "rechecked_at": CHECK + timedelta(seconds=1), "answered_at": None}, None),
        ({"answered_at": None}, None),
        ({"answered_at": CHECK}, "answered"),
        ({"answered_at": CHECK + timedelta(seconds=1)}, None),
        ({"begun_on": date(2022, 6, 30)}, "answered"),  # 365 days before
        ({"begun_on": date(2022, 6, 29)}, None),
        ({"begun_on": date(2023, 6, 30)}, None),  # of the same day
        ({"rule": "yellow-9-functions"}, None),
        ({"account_id": "b"}, None),
    ],
)
def test_what_was_put_right_by_the_check_and_is_there_again_is_a_relapse(changes, how):
    """Within the year of repeats.py; what still waited was never put right."""
    found = relapses_of([row()], [task(**changes)], CHECK)
    assert [how] * (how is not None) == [one.how for one in found]


def test_the_newest_bulletin_counts():
    """An earlier one that was answered does not hide that the newest still waits."""
    newest = task(id=UUID(int=2), basis="某办〔2023〕9号", begun_on=date(2023, 5, 1), answered_at=None)
    assert [] == relapses_of([row()], [task(), newest], CHECK)


def test_the_part_names_accounts_and_never_secret_content():
    """Definitions 4: rules whose evidence is a reference alone are not told of, not even internally as a relapse."""
    told = relapses_of([row(), row(account="b")], [task(), task(account_id="b")], CHECK)
    part = relapses_part([RelapsedRow(one, "甲县（某局）", "表述错误") for one in told])
    assert [2, 2] == [figure.value for figure in part.figures]
    assert ("甲县（某局）", "甲", "抖音", "表述错误", "某办〔2023〕2号", "已答复") == part.annexes[0].rows[0]
    secret = relapses_of([row("red-2-secrets")], [task(rule="red-2-secrets")], CHECK)
    assert len(secret) == 1
    assert relapses_part([RelapsedRow(one, "", "") for one in secret]) is None
