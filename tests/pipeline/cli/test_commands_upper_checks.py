"""Commands of checks from above, on a small city."""

from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.program import asked, done, rows, xuncha

UPPER = ("账号ID", "检查层级", "检查时间", "检查结果", "不合格原因", "依据文件")


def test_results_of_upper_checks_are_kept(city, tmp_path):
    """昆政办发〔2019〕162号 annex 3: level, result and cause, as an assessment counts them; twice is once."""
    path = sheet(
        tmp_path / "u.xlsx",
        UPPER,
        (c.POSTING, "省级", "2021-05-20", "合格", "", "省通报〔2021〕1号"),
        (c.SILENT, "国务院办公厅", "2021-06-01", "不合格", "严重错误", ""),
    )
    for _ in range(2):
        assert 2 == asked(city, "upper-checks", "import", path)["rows"]
    told = rows(city, "upper-checks", "list")
    assert [("province", "passed", None), ("state_council", "failed", "serious_error")] == [
        (r["level"], r["outcome"], r["cause"]) for r in told
    ]
    assert "严重错误" in done(city, "upper-checks", "list").out


def test_a_wrong_sheet_of_upper_checks_is_refused(city, tmp_path):
    """A failure needs its cause, a pass has none, one check of an account stands once."""
    path = sheet(
        tmp_path / "u.xlsx",
        UPPER,
        (c.POSTING, "省级", "2021-05-20", "不合格", "", ""),
        (c.SILENT, "县级", "2021-05-20", "合格", "其他", ""),
    )
    answer = xuncha(city, "upper-checks", "import", path)
    assert 2 == answer.status
    for place in ("column 不合格原因 (E2)", "column 检查层级 (B3)", "column 不合格原因 (E3)"):
        assert place in answer.complaint, place
    twice = sheet(tmp_path / "v.csv", UPPER, *[(c.POSTING, "省级", "2021-05-20", "合格", "", "")] * 2)
    assert "is the check of row 2 again" in xuncha(city, "upper-checks", "import", twice).complaint
    assert [] == rows(city, "upper-checks", "list")
