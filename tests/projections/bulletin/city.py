"""Hand-made rows of a round, for tests of figures at their edges."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from events.facts import FindingFact, Freshness, RegistryEntry, Verdict, VerdictRow
from projections.bulletin.material import BulletinRound, Material, ScoredRound
from tests.projections.rulebooks import SUZHOU

CHECK_POINT = datetime(2023, 2, 20, 16, tzinfo=UTC)
"""Midnight after 20 February 2023, Chinese time."""

CITY, COUNTY = "市级部门和单位", "县级市（区）"
DAY = timedelta(days=1)
FAILED = {"verdict": Verdict.FAIL, "points": None}


def row(number: int, **fields: Any) -> VerdictRow:
    """Return the row of an account that passed with full marks, where nothing else is said."""
    defaults: dict[str, Any] = {
        "account_id": f"wechat:{number:03d}",
        "given_id": str(number),
        "name": f"某号{number}",
        "verdict": Verdict.PASS,
        "reason": "",
        "freshness": Freshness.FRESH,
        "newest_post_at": CHECK_POINT - DAY,
        "whole_days_silent": 1,
        "points": 100,
        "deductions": (),
        "evidence": (),
        "proven_until": CHECK_POINT,
        "owner": f"某局{number}",
        "tier": CITY,
        "area": "市级",
        "platform": "微信订阅号",
    }
    return VerdictRow(**(defaults | fields))


def silent(number: int, days: int, **fields: Any) -> VerdictRow:
    """Return the row of an account that failed by silence."""
    told = {
        "reason": "red-5-silent",
        "freshness": Freshness.STALE,
        "newest_post_at": CHECK_POINT - days * DAY,
        "whole_days_silent": days,
    }
    return row(number, **(FAILED | told | fields))


def unknown(number: int, **fields: Any) -> VerdictRow:
    """Return the row of an account that nobody could judge."""
    told = {"verdict": Verdict.UNKNOWN, "reason": "never_looked", "freshness": Freshness.UNKNOWN}
    return row(
        number, **(told | {"newest_post_at": None, "whole_days_silent": None, "points": None} | fields)
    )


EARLIER = ScoredRound(
    name="moushi-2023Q1-first",
    quarter="2023Q1",
    check_point=CHECK_POINT - 30 * DAY,
    full_points=None,
    rows=(),
)
"""A round of the same year before this one, so that the year has a roll of full marks."""


def finding(number: int, rule: str, count: int = 1) -> FindingFact:
    """Return a finding; its id follows from account and rule."""
    severity = "red" if rule.startswith("red") else "yellow"
    return FindingFact(uuid5(UUID(int=number), rule), rule, severity, count, CHECK_POINT - DAY)


def material(*rows: VerdictRow, findings: tuple[FindingFact, ...] = (), **fields: Any) -> Material:
    """Return the material of a round over these rows; each finding belongs to the row whose evidence names it."""
    population = {
        r.account_id: RegistryEntry(
            r.given_id, r.name, r.platform, r.owner, r.tier, r.area, CHECK_POINT - 900 * DAY, UUID(int=7)
        )
        for r in rows
    }
    of_account = {r.account_id: tuple(f for f in findings if f.id in r.evidence) for r in rows}
    a_round = BulletinRound(
        name="moushi-2023Q1",
        title="关于2023年第一季度全市政务新媒体检查情况的通报",
        area="全市",
        quarter="2023Q1",
        period_start=datetime(2022, 12, 31, 16, tzinfo=UTC),
        check_point=CHECK_POINT,
        known_at=CHECK_POINT + DAY,
        run_id=UUID(int=99),
        digest="9f86d081884c7d65",
        basis=("国办秘函〔2019〕19号",),
        tiers_whole=(CITY,),
    )
    defaults: dict[str, Any] = {
        "round": a_round,
        "ruleset": SUZHOU,
        "population": population,
        "rows": tuple(rows),
        "findings": of_account,
    }
    return Material(**(defaults | fields))
