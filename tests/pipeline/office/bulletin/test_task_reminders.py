"""Reminders of rectification: a fact when their day comes, one message of it, once across kills and runs."""

import json

import pytest

from tests.pipeline import small_city as c
from tests.pipeline.office.rounds.test_kill import facts, killed_at
from tests.pipeline.program import asked, done, rows, xuncha

REMIND = ("rectification", "remind", "--on")
DUE, LATE = "2021-07-15", "2021-07-16"


def told(home):
    done(home, "run", "--until-idle")
    lines = (home / "alerts.jsonl").read_text("utf-8").splitlines()
    return [m for m in map(json.loads, lines) if m["kind"] == "task"]


@pytest.mark.slow
def test_a_unit_is_told_once_of_each_step_across_kills(issued):
    """Killed before and behind its fact, asked again, run again: one fact and one message a unit and step."""
    assert [] == rows(issued, *REMIND, "2021-07-09")
    dry = asked(issued, *REMIND, DUE, "--dry-run")
    assert (dry["new"], facts(issued, "rectification.reminded")) == (len(dry["rows"]), [])
    killed_at(issued, ("remind.before_facts",), *REMIND, DUE)
    assert facts(issued, "rectification.reminded") == []
    killed_at(issued, ("remind.after_facts",), *REMIND, DUE)
    assert 0 == asked(issued, *REMIND, DUE)["new"]
    first = told(issued)
    assert len(first) == len(dry["rows"]) == len(facts(issued, "rectification.reminded"))
    assert "今天（2021年7月15日）是答复的最后一天" in next(m["text"] for m in first if m["owner"] == c.OFFICE)
    done(issued, *REMIND, DUE)
    assert first == told(issued)


def test_who_answered_is_not_reminded(issued):
    """Behind the last day those that still wait are, and never again."""
    units = {row["unit"]: row["tasks"] for row in rows(issued, *REMIND, LATE, "--dry-run")}
    done(issued, "rectification", "answer", c.SILENT, "--text", "已恢复更新")
    after = {row["unit"]: row["tasks"] for row in rows(issued, *REMIND, LATE)}
    assert after.get(c.OFFICE, 0) == units[c.OFFICE] - 1
    assert 0 == asked(issued, *REMIND, "2021-07-19")["new"]
    assert "is still to come" in xuncha(issued, *REMIND, "2099-01-01").complaint
