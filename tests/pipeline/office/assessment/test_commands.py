"""Commands of the yearly assessment over the simulated year."""

import pytest

from tests.pipeline.program import done, rows, xuncha


@pytest.fixture(scope="module")
def looked_at(seed_folder):
    return seed_folder / "home"


@pytest.mark.slow
def test_schemes_years_and_results_are_listed(looked_at):
    """Each list says by which scheme, as of when, and of each unit its points by item."""
    assert ["kunshan-2019-162@1"] == [row["scheme"] for row in rows(looked_at, "assessment", "schemes")]
    (year,) = rows(looked_at, "assessment", "list")
    assert (2020, "drafted", 0) == (year["year"], year["stage"], year["open_objections"])
    results = {row["code"]: row for row in rows(looked_at, "assessment", "show", "2020")}
    assert 50 == len(results)
    assert (30, 59, "failed") == tuple(results["KS13"][name] for name in ("checks", "total", "outcome"))
    assert (["upper_other"], None) == (results["KS06"]["vetoes"], results["KS06"]["total"])


@pytest.mark.slow
def test_a_unit_is_shown_with_every_ground(looked_at):
    """Each point has its clause, its day and the paper or fact that says so."""
    grounds = rows(looked_at, "assessment", "show", "2020", "--unit", "昆山市科学技术局")
    (late,) = [row for row in grounds if row["points"] == "-10"]
    assert ("2020-07-21", "昆政办函〔2020〕61号") == (late["day"], late["document"])
    assert "应于 2020-07-20 前整改，2020-07-21 才答复" in late["what"]
    said = done(looked_at, "assessment", "show", "2020", "--unit", "KS20").out
    assert "开设备案：各项合计 21 分，按本项 20 分计" in said


def test_what_is_suspected_counts_for_nothing(looked_at):
    """Three accounts of one unit on one platform are a suggestion, until somebody hands in a row of them."""
    found = rows(looked_at, "assessment", "suspected", "--check-point", "2020-12-31")
    assert ("KS42", "similar_accounts") in {(row["code"], row["measure"]) for row in found}
    assert "waiting" in {row["state"] for row in rows(looked_at, "assessment", "notes", "2020")}


def test_a_year_in_its_midst_is_reckoned_without_a_draft(looked_at):
    """With a check point the year is shown as known now, and nothing is written."""
    shown = rows(looked_at, "assessment", "show", "2020", "--check-point", "2020-06-30")
    assert 100 == next(row["left"] for row in shown if row["code"] == "KS08")
    assert 1 == len(rows(looked_at, "assessment", "list"))


def test_a_sheet_of_rows_is_taken_whole_or_not_at_all(home, tmp_path):
    """Each bad row is named; the same sheet again adds nothing."""
    head = "单位,事项,时间,次数,依据文件,备注"
    sheet = tmp_path / "材料.csv"
    rows_of = [head, "昆山市水务局,市级表彰,2020-09-17,2,市级通报庚,", "某局,弄虚作假,2020-09-18,,核查记录,"]
    sheet.write_text("\n".join(rows_of), "utf-8-sig")
    before = len(rows(home, "assessment", "notes"))
    refused = xuncha(home, "assessment", "import", sheet)
    assert 2 == refused.status
    assert "某局" in refused.err
    assert before == len(rows(home, "assessment", "notes"))
    sheet.write_text("\n".join(rows_of[:2]), "utf-8-sig")
    assert 1 == xuncha(home, "assessment", "import", sheet, "--json").json["events"]
    assert 0 == xuncha(home, "assessment", "import", sheet, "--json").json["events"]
    (row,) = [n for n in rows(home, "assessment", "notes") if n["document"] == "市级通报庚"]
    assert (2020, "KS30", "praise_city", 2) == tuple(row[k] for k in ("year", "code", "measure", "count"))


@pytest.mark.slow
def test_rows_objections_and_sheets_go_by_command(home, tmp_path):
    """From a row that is handed in to the files of a draft that was told."""
    praise = ("--measure", "praise_city", "--at", "2020-09-17", "--document", "某通报", "--json")
    row = xuncha(home, "assessment", "note", "2020", "--unit", "KS30", *praise).json
    done(home, "assessment", "review", row["short"], "--accept")
    done(home, "assessment", "draft", "2020", "--check-point", "2021-01-31")
    shown = {one["code"]: one["total"] for one in rows(home, "assessment", "show", "2020")}
    assert 111 == shown["KS30"]
    done(home, "assessment", "tell", "2020", "--until", "2100-01-01")
    told = ("--unit", "KS27", "--item", "checks", "--reason", "已寄出", "--json")
    objection = xuncha(home, "assessment", "object", "2020", *told).json["objection_id"]
    done(home, "assessment", "decide", objection[:8], "--outcome", "rejected", "--reason", "签收日为四月一日")
    (one,) = rows(home, "assessment", "objections", "2020")
    assert ("rejected", "抽查检查") == (one["outcome"], one["item"])
    assert "may object until" in xuncha(home, "assessment", "finalize", "2020").complaint
    assert xuncha(home, "assessment", "verify", "2020", "--json").json["holds"]
    done(home, "assessment", "sheet", "2020", tmp_path / "kaohe.docx", "--unit", "KS27")
    assert {"kaohe.docx", "kaohe.xlsx"} <= {path.name for path in tmp_path.iterdir()}
    done(home, "assessment", "withdraw-note", row["short"], "--reason", "另有所指")
    assert row["note_id"] not in {n["note_id"] for n in rows(home, "assessment", "notes")}
