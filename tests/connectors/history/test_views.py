import msgspec
import pytest

from connectors.history.sink import Sink
from events.alert import AlertDelivered, AlertDeliveryFailed, AlertRaised
from events.codec import Event
from events.finding import FindingRecorded, FindingRectified, FindingWithdrawn
from events.ids import derived_id, fact_id
from events.instants import FAR, HOUR_US, SECOND_US, SHANGHAI, from_micros, to_micros
from events.known import first_records
from events.patrol import AccountPatrolled, PatrolFailed, SweepCompleted
from events.post import PostDeleted, PostPublished, PostWithdrawn
from projections.registry.population import registry_at
from tests.connectors.history.random_history import RandomHistory
from tests.connectors.history.test_measures import CHECK_POINT, append_hourly, decoded


@pytest.fixture(scope="module")
def batches():
    return list(RandomHistory(5, CHECK_POINT).batches(12))


@pytest.fixture
def filled(embedded_history, log, batches):
    """Fill a history with random facts, many of them told again; returns it with the first records."""
    append_hourly(log, batches)
    Sink(embedded_history, log).catch_up()
    return embedded_history, first_records(decoded(log))


def of_type(known, *types):
    return [k.event for k in known if isinstance(k.event.data, types)]


def test_accounts_are_the_registry_as_the_rounds_know_it(filled):
    """Open accounts of the view are those of the Python registry, field by field."""
    history, known = filled
    columns = "account_id, given_id, name, platform, owner, tier, area, opened_at"
    rows = history.query(
        f"SELECT {columns} FROM accounts WHERE closed_at IS NULL ORDER BY account_id"
    ).result_rows
    expected = [
        (account, e.given_id, e.name, e.platform, e.owner, e.tier, e.area, e.opened_at)
        for account, e in sorted(registry_at(known, FAR).items())
    ]
    assert rows == expected
    (closed,) = history.query("SELECT count() FROM accounts WHERE closed_at IS NOT NULL").first_row
    assert closed > 0


def live_posts(known):
    void = {(e.subject, e.data.corrects) for e in of_type(known, PostWithdrawn)}
    void |= {(e.subject, e.data.post_id) for e in of_type(known, PostDeleted)}
    return [p for p in of_type(known, PostPublished) if (p.subject, p.id) not in void]


def test_live_posts_are_first_records_that_nothing_voids(filled):
    """A deletion or withdrawal counts if it is of the account itself."""
    history, known = filled
    rows = history.query("SELECT account_id, post_id, published_at FROM live_posts").result_rows
    assert sorted(rows) == sorted((p.subject, p.id, p.time) for p in live_posts(known))


def test_weekly_updates_count_posts_and_moments(filled):
    """By account and Chinese week."""
    history, known = filled
    weeks: dict[tuple[str, object], list[int]] = {}
    for post in live_posts(known):
        day = post.time.astimezone(SHANGHAI).date()
        monday = day.fromordinal(day.toordinal() - day.weekday())
        weeks.setdefault((post.subject, monday), []).append(-(-to_micros(post.time) // SECOND_US))
    rows = history.query("SELECT account_id, week, posts, updates FROM weekly_updates").result_rows
    assert sorted(rows) == sorted((*key, len(s), len(set(s))) for key, s in weeks.items())


def test_daily_looks_count_looks_of_a_source(filled):
    """By Chinese day; failed and damaged ones apart."""
    history, known = filled
    days: dict[tuple[object, str], list[Event]] = {}
    for look in of_type(known, AccountPatrolled, PatrolFailed):
        days.setdefault((look.time.astimezone(SHANGHAI).date(), look.source), []).append(look)
    expected = sorted(
        (
            *key,
            len(looks),
            len({e.subject for e in looks}),
            sum(isinstance(e.data, PatrolFailed) for e in looks),
            sum(isinstance(e.data, PatrolFailed) and e.data.reason == "damaged_feed" for e in looks),
            sum(isinstance(e.data, AccountPatrolled) and e.data.proves_silence for e in looks),
        )
        for key, looks in days.items()
    )
    assert sorted(history.query("SELECT * FROM daily_looks").result_rows) == expected


def test_findings_say_whether_they_still_count(filled, log):
    """Withdrawn and rectified ones are flagged, not left out."""
    history, known = filled
    finding = of_type(known, FindingRecorded)[0]
    mended = FindingRectified(finding_id=finding.id)
    log.append([Event(fact_id("t", finding.subject, "mended"), "t", finding.subject, CHECK_POINT, mended)])
    Sink(history, log).catch_up()
    withdrawn = {e.data.corrects for e in of_type(known, FindingWithdrawn)}
    rows = history.query(
        "SELECT finding_id, account_id, rule, severity, count, found_at, withdrawn, rectified FROM findings"
    ).result_rows
    assert sorted(rows) == sorted(
        (
            e.id,
            e.subject,
            e.data.rule,
            e.data.severity,
            e.data.count,
            e.time,
            e.id in withdrawn,
            e.id == finding.id,
        )
        for e in of_type(known, FindingRecorded)
    )
    assert withdrawn


def test_sweeps_stand_once_though_each_partition_holds_them(filled):
    """With the posts of all hours, and the newest hour."""
    history, known = filled
    sweeps = {e.id: e for e in of_type(known, SweepCompleted)}.values()
    rows = history.query(
        "SELECT source, swept_at, looked, failed, new_posts, newest_hour, lag_s FROM sweeps"
    ).result_rows
    expected = [
        (
            e.subject,
            e.time,
            e.data.looked,
            e.data.failed,
            sum(e.data.new_posts.values()),
            from_micros(max(e.data.new_posts) * HOUR_US) if e.data.new_posts else None,
            e.data.lag_s,
        )
        for e in sweeps
    ]
    assert sorted(rows, key=lambda r: r[:2]) == sorted(expected, key=lambda r: r[:2])


def test_the_alert_history_knows_who_was_told(embedded_history, log):
    """Once per alert, with the channels that took it and those that refused it."""
    data = AlertRaised(
        level="day-10", opener_id=derived_id("o"), anchor_at=CHECK_POINT, deadline=CHECK_POINT, owner="某局"
    )
    raised = Event(derived_id("a"), "xuncha", "wechat:1", CHECK_POINT, data)
    quiet = Event(
        derived_id("b"),
        "xuncha",
        "wechat:1",
        CHECK_POINT,
        msgspec.structs.replace(data, level="limit", replay=True),
    )

    def told(channel, kind, **more):
        answer = kind(message_id=raised.id, channel=channel, destination=channel, **more)
        return Event(derived_id(channel, kind.type), "notifier", "wechat:1", CHECK_POINT, answer)

    with log.transaction():
        log.write_derived(1, [raised, quiet, raised])
        log.write_derived(1, [told("webhook", AlertDelivered), told("console", AlertDelivered)])
        log.write_derived(1, [told("file", AlertDeliveryFailed, reason="full", attempts=3)])
    Sink(embedded_history, log).catch_up()
    rows = embedded_history.query(
        "SELECT alert_id, type, account_id, owner, level, at, deadline, silent_since, replay, delivered_to, refused_by"
        " FROM alert_history ORDER BY level"
    ).result_rows
    when = (CHECK_POINT, CHECK_POINT, CHECK_POINT)
    about = ("alert.raised", "wechat:1", "某局")
    assert rows == [
        (raised.id, *about, "day-10", *when, False, ["console", "webhook"], ["file"]),
        (quiet.id, *about, "limit", *when, True, [], []),
    ]


def test_no_view_judges_or_reads_the_wall_clock(embedded_history):
    """Promise 8: verdict columns come only from stored runs; FINAL and now() stand nowhere."""
    views = embedded_history.query(
        "SELECT name, as_select FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%View'"
    ).result_rows
    assert len(views) >= 13
    for name, select in views:
        assert " FINAL" not in select.upper(), name
        assert "now(" not in select.lower(), name
        of_stored_runs = "verdict_rows" in select or ".verdicts AS" in select  # a view of those rows
        assert "verdict" not in select.lower() or of_stored_runs, name
