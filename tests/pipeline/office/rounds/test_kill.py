"""kill -9 within the steps of a round: done again, each ends as if it had never been cut off."""

import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.pipeline import small_city as c
from tests.pipeline.office.rounds.steps import FREEZE, NAME, announced, fill, put, row_of, sheet_of
from tests.pipeline.program import asked, process, rows


def killed_at(home: Path, points: Sequence[str], *words: object) -> None:
    """Run a command once for each point, and kill it there."""
    for point in points:
        answer = process(home, *words, env={"XUNCHA_FAIL_POINT": point})
        assert -signal.SIGKILL == answer.status, f"{point} was never passed: {answer.err}"


def facts(home: Path, type_: str) -> list[str]:
    found = rows(home, "sql", f"SELECT toString(id) AS id FROM records WHERE type = '{type_}'")
    return [row["id"] for row in found]


@pytest.mark.slow
def test_a_round_killed_between_any_two_durable_steps_ends_like_any_other(city, tmp_path):
    """Draw, reading back with evidence, freeze and revision: nothing half, nothing twice."""
    announced(city, "--share", 0.5, "--include", c.POSTING, "--include", c.SERVICE)
    killed_at(city, ("draw.before_fact", "draw.after_fact"), "round", "draw", NAME)
    sample = asked(city, "round", "draw", NAME)
    assert 1 == len(facts(city, "sample.drawn"))

    path = sheet_of(city, tmp_path)
    (tmp_path / "1.png").write_bytes(b"picture")
    finding = {"looked_at": "2021-06-17 10:00", "rule": "发布商业广告", "evidence": "1.png"}
    fill(path, lambda page: put(page, row_of(page, f"wechat:{c.POSTING}"), **finding))
    read = ("round", "read", NAME, path, "--checker", "C1")
    before = facts(city, "finding.recorded")
    killed_at(city, ("evidence.before_rename", "evidence.after_rename", "sheet.before_facts"), *read)
    assert before == facts(city, "finding.recorded")
    killed_at(city, ("sheet.before_mark",), *read)
    assert [] == facts(city, "sheet.read")
    assert len(before) + 1 == len(facts(city, "finding.recorded"))
    killed_at(city, ("sheet.after_mark",), *read)
    told = asked(city, *read)
    assert told["again"]
    assert 1 == len(facts(city, "sheet.read"))
    assert sorted([*before, *told["findings"]]) == sorted(facts(city, "finding.recorded"))
    proof = asked(city, "evidence", "verify")
    assert (True, [], 1) == (proof["holds"], proof["unnamed"], len(proof["rows"]))
    assert 1 == len(list((city / "evidence").iterdir()))

    killed_at(
        city,
        ("round.before_manifest", "freeze.before_fact", "freeze.after_fact"),
        *FREEZE,
    )
    run = asked(city, *FREEZE)
    assert 1 == len(facts(city, "round.frozen"))
    assert len(sample["accounts"]) == run["checked"]
    assert asked(city, "verify", run["run_id"])["holds"]

    asked(city, "findings", "withdraw", told["findings"][0], "--reason", "误报", "--second", "分管主任")
    killed_at(city, ("revise.before_fact",), "round", "revise", NAME)
    assert [c.POSTING] == [row["account_id"] for row in asked(city, "round", "revise", NAME)["rows"]]
    assert 1 == len(facts(city, "round.revised"))


@pytest.mark.slow
def test_an_upheld_objection_killed_after_its_correction_is_completed(frozen_city):
    """Two subjects are not one transaction on every log: the correction comes first, and upholding again ends it."""
    finding = facts(frozen_city, "finding.recorded")[0]
    (account,) = [
        r["account_id"] for r in rows(frozen_city, "findings", "list") if r["finding_id"] == finding
    ]
    words = ("--account", account, "--finding", finding, "--reason", "非广告")
    objection = asked(frozen_city, "round", "object", NAME, *words)["objection_id"]
    upheld = ("round", "decide", objection, "--upheld", "--reason", "属实")
    killed_at(frozen_city, ("decide.after_correction",), *upheld)
    assert [] != facts(frozen_city, "finding.withdrawn")
    assert [] == facts(frozen_city, "objection.decided")
    other = process(frozen_city, "round", "decide", objection, "--rejected", "--reason", "属实")
    assert (1, True) == (other.status, "that stays; uphold objection" in other.complaint)
    decided = asked(frozen_city, *upheld)
    assert {decided["correction_id"]} == set(facts(frozen_city, "finding.withdrawn"))
    assert 1 == len(facts(frozen_city, "objection.decided"))
    assert [account] == [row["account_id"] for row in asked(frozen_city, "round", "revise", NAME)["rows"]]
