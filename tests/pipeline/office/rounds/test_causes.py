"""Why rows of a round changed: what they rest on and nothing else that happened meanwhile."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from events.account import AccountChanged, AccountClosed
from events.base import Payload
from events.codec import Event
from events.finding import FindingRecorded, FindingWithdrawn
from events.ids import fact_id
from events.post import PostDeleted, PostPublished, PostWithdrawn
from tests.pipeline import small_city as c
from tests.pipeline.inputs import at, polls
from tests.pipeline.office.rounds.steps import NAME, frozen
from tests.pipeline.program import asked, done, opened, rows
from tests.pipeline.runtime.test_frozen_source import BUSY, CROSSING, FROZEN, STALE, lively, registry

SERVICE = f"wechat:{c.SERVICE}"
T = datetime.fromisoformat(c.CHECK_POINT)


def told(home, *facts: tuple[str, datetime, Payload]) -> list[str]:
    """Append facts about an account; returns their ids."""
    events = [
        Event(fact_id("office", subject, f"{n}:{data}"), "office", subject, when.astimezone(UTC), data)
        for n, (subject, when, data) in enumerate(facts)
    ]
    with opened(home) as workspace:
        workspace.log.append(events)
    return [str(event.id) for event in events]


def revised(home):
    """Revise; returns the ids of the causes of each changed row."""
    return {
        row["account_id"]: [f["event_id"] for f in row["causes"]]
        for row in asked(home, "round", "revise", NAME)["rows"]
    }


def post_of(home, account, days):
    """Return the id of the post of an account so many whole days before the check point."""
    sql = f"SELECT toString(event_id) AS id, published_at FROM posts WHERE account_id = '{account}'"
    return next(UUID(r["id"]) for r in rows(home, "sql", sql) if at_days(r["published_at"]) == days)


def at_days(published):
    return (T - datetime.fromisoformat(published)).days


def test_what_a_row_does_not_rest_on_is_no_cause(frozen_city):
    """A new name, a closing after T, findings of another quarter, a deletion after T: none of them changed the row."""
    (finding,) = [
        r["finding_id"] for r in rows(frozen_city, "findings", "list") if r["account_id"] == c.SERVICE
    ]
    newest = post_of(frozen_city, SERVICE, 3)
    old = FindingRecorded(rule="yellow-6-advertising", severity="yellow")
    (earlier,) = told(frozen_city, (SERVICE, T - timedelta(days=300), old))
    (withdrawn, *_) = told(
        frozen_city,
        (SERVICE, T, FindingWithdrawn(corrects=UUID(finding), reason="误报")),
        (SERVICE, T, FindingWithdrawn(corrects=UUID(earlier), reason="误报")),
        (SERVICE, T - timedelta(days=9), AccountChanged(name="某市文旅")),
        (SERVICE, T + timedelta(days=2), AccountClosed(reason="整合")),
        (SERVICE, T + timedelta(days=2), PostDeleted(post_id=newest)),
        (SERVICE, T + timedelta(days=1), PostPublished()),
    )
    assert {c.SERVICE: [withdrawn]} == revised(frozen_city)


def test_posts_that_change_points_are_causes_though_no_row_names_them(frozen_city):
    """昆政办发〔2019〕162号 annex 2: a week without an update takes points; its posts turned out to be none."""
    account = f"wechat:{c.POSTING}"
    week = [post_of(frozen_city, account, days) for days in range(21, 28)]
    void = [(account, T, PostWithdrawn(corrects=post, reason="误录")) for post in week]
    too_early = (account, T - timedelta(days=200), PostPublished())
    assert {c.POSTING: told(frozen_city, *void, too_early)[:7]} == revised(frozen_city)


@pytest.mark.slow
def test_a_row_that_a_stall_changed_names_the_sweep_that_declared_it(tmp_path):
    """Nothing was learnt about the account: a later sweep showed that the source had stopped."""
    home = tmp_path / "home"
    quiet = {STALE: [at("2021-05-01 08:00")], CROSSING: [FROZEN - timedelta(days=14) + timedelta(minutes=30)]}
    looks = [
        (t, {f"P{n:03}": lively(n, t) for n in range(BUSY)} | quiet)
        for t in (FROZEN - timedelta(days=d) for d in (2, 1, 0))
    ]
    later = [FROZEN + timedelta(hours=h) for h in (1, 6, 10, 14, 24)]
    done(home, "init", "--partitions", 4)
    done(home, "accounts", "import", registry(tmp_path))
    done(home, "polls", "replay", polls(tmp_path / "before", [*looks, (later[0], {})]))
    frozen(home, "--check-point", later[0].isoformat())
    done(home, "polls", "replay", polls(tmp_path / "polls", [*looks, *((t, {}) for t in later)]))
    changed = {row["account_id"]: row for row in asked(home, "round", "revise", NAME)["rows"]}
    row = changed[CROSSING]
    assert ("fail (red-5-silent)", "unknown (source_stalled)") == (row["before"], row["after"])
    (cause,) = row["causes"]
    (stalled,) = rows(home, "sources")
    assert ("sweep.completed", stalled["source"]) == (cause["type"], cause["source"])


@pytest.mark.slow
def test_an_event_of_a_revision_holds_no_more_than_twenty_causes_of_a_row(city):
    """A log takes no record of unbounded size; the rest are counted, and the command shows all of them."""
    data = FindingRecorded(rule="yellow-6-advertising", severity="yellow")
    found = told(city, *[(SERVICE, T - timedelta(days=1, minutes=n), data) for n in range(25)])
    frozen(city)
    told(city, *[(SERVICE, T, FindingWithdrawn(corrects=UUID(i), reason="误报")) for i in found])
    (causes,) = revised(city).values()
    assert 25 == len(causes)
    (fact,) = rows(city, "sql", "SELECT data FROM records WHERE type = 'round.revised'")
    (change,) = msgspec.json.decode(fact["data"])["changes"]
    assert (20, 5) == (len(change["causes"]), change["more_causes"])
