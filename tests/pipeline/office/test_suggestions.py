"""Suggestions of patrol: listed and shown as waiting, confirmed with what follows, or dismissed with a reason."""

from contextlib import closing
from pathlib import Path

import pytest

from events import patrol_ids
from events.codec import Event
from events.suspicion import AccountSuspected, Suspected
from pipeline.home.folder import Home
from tests.pipeline import small_city as c
from tests.pipeline.inputs import at
from tests.pipeline.program import asked, done, rows, xuncha

SEEN = at("2021-06-16 10:00")
RULE = "yellow-5-improper-content"


def suspect(home: Path, native: str, what: Suspected, shown: str) -> str:
    """Tell what a look saw; returns the id of the suggestion."""
    account = next(row["subject"] for row in _accounts(home) if row["native"] == native)
    event_id = patrol_ids.account_suspected(account, what, shown)
    with closing(Home(home).open_log()) as log:
        log.append(
            [Event(event_id, "feeds", account, SEEN, AccountSuspected(what=what, shown=shown, known="x"))]
        )
    return str(event_id)


def _accounts(home: Path) -> list[dict[str, str]]:
    found = asked(home, "sql", "SELECT DISTINCT subject FROM records WHERE type = 'account.opened'")["rows"]
    return [{"subject": row["subject"], "native": row["subject"].partition(":")[2]} for row in found]


@pytest.fixture
def suspecting(city: Path) -> tuple[Path, str, str]:
    """The small city, with a title that changed and an app that is not to be had."""
    return (
        city,
        suspect(city, c.POSTING, "title", "某市文旅发布"),
        suspect(city, c.SILENT, "unavailable", "404"),
    )


def test_a_suggestion_waits_until_a_person_judges_it(suspecting):
    """Issue Truth: in the list with what is shown, in `today` without it; the log holds a reference alone."""
    city, title, app = suspecting
    listed = {row["suspicion_id"]: row for row in rows(city, "suggestions", "list", "--state", "待确认")}
    assert {title, app} == listed.keys()
    assert ("title", "某市文旅发布", "open") == tuple(listed[title][k] for k in ("what", "shown", "state"))
    waiting = [w for w in asked(city, "today", "--on", "2021-06-18")["waiting"] if w["what"] == "suspicion"]
    assert {title[:8], app[:8]} == {w["number"] for w in waiting}
    stored = asked(city, "sql", "SELECT data FROM records WHERE type = 'account.suspected'")["rows"]
    assert all("某市文旅" not in row["data"] for row in stored)
    assert "名称不同" in xuncha(city, "suggestions", "list").out


@pytest.mark.slow
def test_a_confirmed_title_is_filed_as_a_change(suspecting):
    """Issue Truth: a person confirms, and the change follows by the filing; done again it adds nothing."""
    city, title, _ = suspecting
    told = asked(city, "suggestions", "confirm", title[:8], "--reason", "已核实")
    types = [event["type"] for event in told["events"]]
    assert types[-1] == "suspicion.settled"
    assert "account.changed" in types
    assert "某市文旅发布" in {row["name"] for row in rows(city, "accounts", "list")}
    assert [] == asked(city, "suggestions", "confirm", title)["events"]
    refused = xuncha(city, "suggestions", "dismiss", title, "--reason", "误")
    assert (1, True) == (refused.status, "has confirmed" in refused.err)


@pytest.mark.slow
def test_a_confirmed_suggestion_becomes_a_finding_only_where_a_person_names_the_rule(suspecting):
    """Definitions, Looks: a program's discovery is a suggestion, never a finding."""
    city, _, app = suspecting
    before = len(rows(city, "findings", "list"))
    assert 2 == xuncha(city, "suggestions", "confirm", app, "--rule", "no-such-rule").status
    done(city, "suggestions", "confirm", app, "--rule", RULE, "--reason", "无法下载")
    findings = rows(city, "findings", "list")
    assert before + 1 == len(findings)
    assert ("confirmed", "无法下载") == next(
        (row["state"], row["reason"])
        for row in rows(city, "suggestions", "list")
        if row["suspicion_id"] == app
    )


def test_a_dismissed_suggestion_waits_no_more(suspecting):
    """Issue Truth: with a reason, and not twice; an id that means none is told with where they stand."""
    city, title, _ = suspecting
    assert 2 == xuncha(city, "suggestions", "dismiss", title, "--reason", " ").status
    done(city, "suggestions", "dismiss", title, "--reason", "系统缩写")
    assert [] == asked(city, "suggestions", "dismiss", title, "--reason", "再次")["events"]
    assert title[:8] not in {w["number"] for w in asked(city, "today", "--on", "2021-06-18")["waiting"]}
    unknown = xuncha(city, "suggestions", "confirm", "ffff")
    assert (2, True) == (unknown.status, "suggestions list" in unknown.err)
