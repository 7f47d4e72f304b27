"""Suggestions of reading review: told once, confirmed as a finding, dismissed for good, taken back (issue Year, 7)."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.home.folder import Home
from pipeline.home.wording_texts import KEPT, forget_old_snippets
from tests.connectors.wording.words import WRONG
from tests.pipeline import small_city as c
from tests.pipeline.office.reading_review.review_home import (
    BANNED,
    FIRST,
    GOOD,
    SECOND,
    listed,
    read,
    titles,
    with_lexicon,
)
from tests.pipeline.program import asked, done, rows, xuncha


@pytest.fixture
def reviewed(city, tmp_path):
    """The small city, one sheet of titles read: two suggestions."""
    told = read(with_lexicon(city), titles(tmp_path, FIRST, SECOND, GOOD))
    assert 2 == len(told["suspicions"])
    return city


def test_a_text_read_again_suggests_nothing_new(reviewed, tmp_path):
    """Told once a post, place and entry: a second reading, another file of the same post, finds it known."""
    told = read(reviewed, titles(tmp_path, FIRST, SECOND, GOOD, name="again.csv"))
    assert ([], 2) == (told["suspicions"], told["known"])
    found = {row["entry"]: row for row in listed(reviewed, "--state", "待核")}
    assert ("title", "organ", "red", "exact") == tuple(
        found["w-001"][key] for key in ("where", "kind", "severity", "match")
    )
    assert ("body", "banned", "yellow") == tuple(found["w-002"][key] for key in ("where", "kind", "severity"))
    assert c.NAMES[c.POSTING] == found["w-001"]["name"]
    waiting = [w for w in asked(reviewed, "today", "--on", "2021-06-18")["waiting"] if w["what"] == "wording"]
    assert 1 == len(waiting)  # of an account once


def test_a_confirmed_suggestion_is_a_finding_of_the_wording_rule(reviewed):
    """昆政办发〔2019〕162号: red line 1 if grave, yellow line 5 if not; who confirms says which."""
    first, second = sorted(listed(reviewed), key=lambda row: row["entry"])
    before = len(rows(reviewed, "findings", "list"))
    told = asked(reviewed, "review", "confirm", first["suspicion_id"][:8], "--reason", "名称有误")
    assert ["wording.settled", "finding.recorded"] == [event["type"] for event in told["events"]]
    assert [] == asked(reviewed, "review", "confirm", first["suspicion_id"])["events"]
    done(reviewed, "review", "confirm", second["suspicion_id"])
    found = {row["finding_id"]: row for row in rows(reviewed, "findings", "list")}
    assert before + 2 == len(found)
    one = found[told["finding_id"]]
    assert ("red-1-wording", "red", "名称有误", "office") == tuple(
        one[key] for key in ("rule", "severity", "note", "finder")
    )
    yellow = next(row for row in listed(reviewed) if row["entry"] == "w-002")["finding_id"]
    assert "yellow-5-improper-content" == found[yellow]["rule"]
    refused = xuncha(reviewed, "review", "dismiss", first["suspicion_id"])
    assert (1, True) == (refused.status, "has confirmed" in refused.complaint)


def test_who_confirms_may_say_another_line(reviewed):
    """What the lexicon suggests decides nothing."""
    first = min(listed(reviewed), key=lambda row: row["entry"])
    told = asked(reviewed, "review", "confirm", first["suspicion_id"], "--severity", "黄线5")
    rules = {row["finding_id"]: row["rule"] for row in rows(reviewed, "findings", "list")}
    assert "yellow-5-improper-content" == rules[told["finding_id"]]


def test_a_dismissed_suggestion_does_not_come_back(reviewed, tmp_path):
    """Same account, post, place and entry: whoever reads it again suggests nothing."""
    first = min(listed(reviewed), key=lambda row: row["entry"])
    done(reviewed, "review", "dismiss", first["suspicion_id"])
    told = read(reviewed, titles(tmp_path, FIRST, name="again.xlsx"))
    assert [] == told["suspicions"]
    assert "dismissed" == min(listed(reviewed), key=lambda row: row["entry"])["state"]


@pytest.mark.slow
def test_a_context_that_is_always_right_settles_what_stands_in_it(reviewed, tmp_path):
    """With --everywhere the same words around it are right in any post; other words around it are not."""
    first = min(listed(reviewed), key=lambda row: row["entry"])
    done(reviewed, "review", "dismiss", first["suspicion_id"], "--everywhere")
    same = (c.SERVICE, FIRST[1], "", "https://example.cn/9")
    other = (c.SERVICE, f"请看{WRONG}新规", "", "https://example.cn/10")
    read(reviewed, titles(tmp_path, same, other, name="more.xlsx"))
    of_service = [row for row in listed(reviewed) if row["account_id"] == c.SERVICE]
    assert {"dismissed", "open"} == {row["state"] for row in of_service}
    by_context = next(row for row in of_service if row["state"] == "dismissed")
    assert first["suspicion_id"] == by_context["by_context"]
    refused = xuncha(reviewed, "review", "undo", by_context["suspicion_id"], "--reason", "误")
    assert first["suspicion_id"][:8] in refused.complaint
    done(reviewed, "review", "undo", first["suspicion_id"], "--reason", "误")
    assert {"open"} == {row["state"] for row in listed(reviewed)}


@pytest.mark.slow
def test_a_settlement_taken_back_takes_its_finding_along(reviewed):
    """Anything that can go wrong can be taken back; confirmed again it is another finding that stands."""
    first = min(listed(reviewed), key=lambda row: row["entry"])["suspicion_id"]
    one = asked(reviewed, "review", "confirm", first)["finding_id"]
    assert "open" == asked(reviewed, "review", "undo", first, "--reason", "核定有误")["state"]
    withdrawn = {row["finding_id"]: row["withdrawn"] for row in rows(reviewed, "findings", "list")}
    assert withdrawn[one]
    refused = xuncha(reviewed, "review", "undo", first, "--reason", "再撤")
    assert (2, True) == (refused.status, "nobody has settled" in refused.complaint)
    again = asked(reviewed, "review", "confirm", first)["finding_id"]
    withdrawn = {row["finding_id"]: row["withdrawn"] for row in rows(reviewed, "findings", "list")}
    assert (True, False) == (withdrawn[one], withdrawn[again])


def test_what_was_read_is_forgotten_after_ninety_days(reviewed):
    """Issue Year, 7: the snippet lies in the erasable store for ninety days; the suggestion and its end stay."""
    first = min(listed(reviewed), key=lambda row: row["entry"])["suspicion_id"]
    shown = xuncha(reviewed, "review", "show", first).out
    assert (f"⟦{WRONG}⟧" in shown, FIRST[3] in shown) == (True, True)
    home, now = Home(reviewed), datetime.now(UTC)
    assert 0 == forget_old_snippets(home, now + KEPT - timedelta(minutes=10))
    assert 4 == forget_old_snippets(home, now + KEPT)  # two snippets, two links
    assert 0 == forget_old_snippets(home, now + KEPT)
    assert "原文已不可查" in xuncha(reviewed, "review", "show", first).out
    assert WRONG.encode() not in (reviewed / "people.sqlite").read_bytes()
    assert 2 == len(listed(reviewed))


def test_precision_and_recall_are_told_by_kind_and_rule(reviewed):
    """Precision: confirmed of judged, a withdrawn finding is a false alarm; recall: of all findings that stand."""
    first, second = sorted(listed(reviewed), key=lambda row: row["entry"])
    confirmed = asked(reviewed, "review", "confirm", first["suspicion_id"])["finding_id"]
    done(reviewed, "review", "dismiss", second["suspicion_id"])
    by = {(row["by"], row["key"]): row for row in rows(reviewed, "review", "figures")}
    assert ("100.0%", "0.0%") == (by["kind", "organ"]["precision"], by["kind", "banned"]["precision"])
    assert (0, "100.0%") == (by["rule", "red-1-wording"]["missed"], by["rule", "red-1-wording"]["recall"])
    yellow = by["rule", "yellow-5-improper-content"]
    assert (1, "0.0%") == (yellow["missed"], yellow["recall"])  # one that a firm found
    done(reviewed, "findings", "withdraw", confirmed, "--reason", "误报")
    by = {(row["by"], row["key"]): row for row in rows(reviewed, "review", "figures")}
    assert "0.0%" == by["entry", "w-001"]["precision"]
    assert BANNED not in str(by)
