"""A home that moves takes its rounds along: samples, runs, evidence."""

import pytest

from events.text_references import NOT_FOUND
from tests.pipeline import small_city as c
from tests.pipeline.office.rounds.steps import FREEZE, NAME, announced, fill, put, row_of
from tests.pipeline.program import asked, done


@pytest.mark.slow
def test_a_round_goes_on_in_the_home_it_moved_to(drawn_city, checked, tmp_path):
    """Sample, seed and run are proven again from the moved facts, and the evidence files are there."""
    finding = {"looked_at": "2021-06-17 10:00", "rule": "发布商业广告", "evidence": "1.png"}
    fill(checked, lambda page: put(page, row_of(page, f"wechat:{c.POSTING}"), **finding))
    told = asked(drawn_city, "round", "read", NAME, checked, "--checker", "C1")
    run = asked(drawn_city, *FREEZE)
    announced(drawn_city, "--share", 0.5, name="share")
    share = asked(drawn_city, "round", "draw", "share")
    done(drawn_city, "export", tmp_path / "export")
    new = tmp_path / "new"
    done(new, "init", "--partitions", 3)
    done(new, "import", tmp_path / "export")
    drawn = asked(drawn_city, "round", "draw", NAME)
    without_texts = {"although": NOT_FOUND}  # texts do not travel with the facts
    assert {**drawn, **without_texts} == asked(new, "round", "draw", NAME)
    assert run == asked(new, *FREEZE)
    assert share == asked(new, "round", "draw", "share")
    assert asked(new, "verify", run["run_id"])["holds"]
    proof = asked(new, "evidence", "verify")
    assert (True, told["findings"]) == (proof["holds"], [row["fact_id"] for row in proof["rows"]])
    done(new, "findings", "withdraw", told["findings"][0], "--reason", "误报", "--second", "分管主任")
    assert [c.POSTING] == [row["account_id"] for row in asked(new, "round", "revise", NAME)["rows"]]
