"""昆政办发〔2019〕162号 二(三): accounts that hardly anybody keeps."""

from datetime import timedelta
from typing import Any

from projections.registry.checks import CHECKS, run_checks
from projections.registry.checks.view import CheckParameters, PostFigures, RegistryView
from tests.projections.registry.checks.views import AT, DAY, US, card, hits


def found(**figures: Any) -> int:
    told: dict[str, Any] = {
        "newest_post_at": AT - timedelta(days=61),
        "recent_posts": 3,
        "covered": True,
        "proven_until": AT,
    }
    return len(hits("low_and_unkept", card("1"), figures={"wechat:1": PostFigures(**(told | figures))}))


def test_little_and_long_ago_is_a_hit():
    """Three posts in ninety days, the last more than sixty days before the last look; our assumptions."""
    assert 1 == found()
    assert 0 == found(recent_posts=4)
    assert 1 == found(newest_post_at=AT - 60 * DAY - US)
    assert 0 == found(newest_post_at=AT - 60 * DAY)


def test_what_is_not_proven_is_no_hit():
    """Never seen is not unkept: silence must be proven, and posts known without a gap."""
    assert 0 == found(proven_until=None)
    assert 0 == found(covered=False)
    assert 0 == found(proven_until=AT - 30 * DAY)
    assert 0 == len(hits("low_and_unkept", card("1")))


def test_an_account_that_never_posted_is_silent_since_its_opening():
    """Where the day of the opening is not known, nothing is said."""
    figures = {"wechat:1": PostFigures(None, 0, covered=True, proven_until=AT)}
    assert 1 == len(hits("low_and_unkept", card("1"), figures=figures))
    assert [] == hits("low_and_unkept", card("1", opened_at=None), figures=figures)


def test_every_check_runs_and_an_empty_registry_has_no_hits():
    """The checks are total."""
    assert 16 == len(CHECKS)
    assert [] == run_checks(RegistryView(at=AT, cards={}, units={}), CheckParameters())
