"""Check sheets: handed out, filled in as people do, read back whole or not at all."""

import hashlib

import msgspec
import pytest
from openpyxl import load_workbook

from connectors.sheets.check_sheets.writer import HEADER_ROW
from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.office.rounds.steps import COLUMN, FREEZE, NAME, announced, fill, put, row_of
from tests.pipeline.program import asked, by_account, done, rows, xuncha

POSTING, SILENT, UNSEEN, SERVICE = (
    f"wechat:{c.POSTING}",
    f"wechat:{c.SILENT}",
    "weibo:A3",
    f"wechat:{c.SERVICE}",
)
WITH_ADVERTISING = 100 - 2 - 10  # improper content was found before; advertising costs 10 once
PICTURE = b"\x89PNG picture"


def read(home, path, checker="C1"):
    return asked(home, "round", "read", NAME, path, "--checker", checker)


def refused(home, path, checker="C1"):
    """Return the complaint about a sheet, of which nothing was taken."""
    before = rows(home, "sql", "SELECT count() AS n FROM records WHERE type != 'log.marked'")
    answer = xuncha(home, "round", "read", NAME, path, "--checker", checker)
    assert 2 == answer.status, answer.out
    assert before == rows(home, "sql", "SELECT count() AS n FROM records WHERE type != 'log.marked'")
    assert not (home / "evidence").exists()
    return answer.complaint


def test_the_sample_is_dealt_among_the_checkers(drawn_city, tmp_path):
    """Each account stands on one sheet, the parts differ by one at most, and the same deal is the same sheets."""
    words = ("round", "sheets", NAME, "--folder", tmp_path, "--checkers")
    first = rows(drawn_city, *words, 2)
    assert [("C1", 3), ("C2", 2)] == [(r["checker"], r["accounts"]) for r in first]
    listed = []
    for row in first:
        page = load_workbook(row["file"]).worksheets[0]
        listed += [r[COLUMN["account_id"] - 1].value for r in page.iter_rows(min_row=HEADER_ROW + 1)]
    assert sorted([POSTING, SILENT, SERVICE, UNSEEN]) == sorted(i for i in listed if i and "derived" not in i)
    assert [{**row, "kept": True} for row in first] == rows(drawn_city, *words, 2)
    shown = asked(drawn_city, "round", "show", NAME)["sheets"]
    assert [r["sheet_id"] for r in first] == [s["sheet_id"] for s in shown if s["accounts"] < 5]


def test_handing_out_again_leaves_what_was_filled_in(drawn_city, checked):
    """A sheet of the same mark stays byte for byte, and the command says so."""
    fill(checked, lambda page: put(page, row_of(page, SILENT), looked_at="2021-06-17 09:00"))
    before = checked.read_bytes()
    (row,) = rows(drawn_city, "round", "sheets", NAME, "--folder", checked.parent)
    assert row["kept"]
    assert before == checked.read_bytes()
    assert "是" in done(drawn_city, "round", "sheets", NAME, "--folder", checked.parent).out


@pytest.mark.parametrize("other", ["another deal", "no sheet"])
def test_another_file_in_the_place_of_a_sheet_is_refused(drawn_city, checked, other):
    """It is named and left as it is, and no other sheet is written either."""
    if other == "no sheet":
        checked.write_bytes(b"minutes of a meeting")
    before = checked.read_bytes()
    answer = xuncha(drawn_city, "round", "sheets", NAME, "--folder", checked.parent, "--checkers", "C2,C1")
    assert 2 == answer.status
    assert checked.name in answer.complaint
    assert "move it, or name another --folder" in answer.complaint
    assert before == checked.read_bytes()
    assert [checked] == list(checked.parent.glob("*.xlsx"))


def test_a_sheet_has_locked_accounts_drop_downs_and_a_hidden_mark(checked):
    """Whoever fills it in cannot change what it is about, and chooses rules from a list."""
    page = load_workbook(checked).worksheets[0]
    row = row_of(page, POSTING)
    assert page.protection.sheet
    assert page.column_dimensions["A"].hidden
    assert page.cell(row, 1).value.startswith(f"{NAME}/C1/")
    locked = {key for key, n in COLUMN.items() if page.cell(row, n).protection.locked}
    assert {"mark", "account_id", "name", "platform", "owner"} == locked
    lists = {str(v.sqref).partition(":")[0]: v.formula1 for v in page.data_validations.dataValidation}
    assert {"指标!$A$2:$A$18", '"单项否决,扣分"', "$B$4:$B$8"} == set(lists.values())
    rules = [r[0].value for r in load_workbook(checked)["指标"].iter_rows(min_row=2)]
    assert "发布商业广告" in rules
    assert "监测时间点前2周内无更新" not in rules


@pytest.mark.slow
def test_looks_findings_and_evidence_of_a_sheet_become_facts(drawn_city, checked):
    """A look proves who posts; a finding has its checker's code, and its picture is kept under its hash."""

    def by_hand(page):
        put(page, row_of(page, UNSEEN), looked_at="2021-06-18 10:00", newest_post_at="2021年6月16日")
        put(
            page, row_of(page, POSTING), looked_at="2021-06-18 10:05", newest_post_at="2021-06-16 08:30",
            rule="发布商业广告", count="２", found_at="2021-06-16 10:05", evidence="1.png", note="横幅\u200b广告",
        )  # fmt: skip

    told = read(drawn_city, fill(checked, by_hand))
    assert (2, 1, 3) == (told["looks"], len(told["findings"]), len(told["unchecked"]))
    found = next(r for r in rows(drawn_city, "findings", "list") if r["finding_id"] == told["findings"][0])
    assert ("C1", "yellow-6-advertising", 2, "横幅广告") == tuple(
        found[k] for k in ("finder", "rule", "count", "note")
    )
    assert "2021-06-16T10:05:00+08:00" == found["found_at"]
    kept = drawn_city / "evidence" / hashlib.sha256(PICTURE).hexdigest()
    assert PICTURE == kept.read_bytes()
    run = by_account(asked(drawn_city, *FREEZE)["rows"])
    assert "pass" == run[c.UNSEEN]["verdict"]
    assert WITH_ADVERTISING == run[c.POSTING]["points"]
    assert asked(drawn_city, "evidence", "verify")["holds"]


@pytest.mark.slow
def test_a_finding_on_the_day_of_the_check_point_counts(drawn_city, checked):
    """A date alone stands at the check point, flagged, and costs its points (design section 3, Findings)."""
    fill(checked, lambda page: put(page, row_of(page, POSTING), looked_at="2021-06-17", rule="发布商业广告"))
    told = read(drawn_city, checked)
    (finding,) = (r for r in rows(drawn_city, "findings", "list") if r["finding_id"] in told["findings"])
    assert c.CHECK_POINT == finding["found_at"]
    run = by_account(asked(drawn_city, *FREEZE)["rows"])
    assert WITH_ADVERTISING == run[c.POSTING]["points"]
    dated = (
        "SELECT count() AS n FROM records WHERE data LIKE '%date_only\":true%' AND type = 'finding.recorded'"
    )
    assert [{"n": 1}] == rows(drawn_city, "sql", dated)


def test_a_finding_after_the_check_point_is_refused(drawn_city, checked):
    """It would count in no score of the round; the complaint says between which times it would."""
    fill(checked, lambda page: put(page, row_of(page, POSTING), looked_at="2021-06-18", rule="发布商业广告"))
    assert "after 2021-04-01 00:00:00 and not after 2021-06-17 12:00:00" in refused(drawn_city, checked)


@pytest.mark.slow
def test_the_name_of_an_evidence_file_does_not_enter_the_log(drawn_city, checked):
    """Design promise 11: a file may be called after a person; hash and kind of file are what is told."""
    (checked.parent / "1.png").rename(checked.parent / "张三-1.png")
    finding = {"looked_at": "2021-06-17 10:05", "rule": "发布商业广告", "evidence": "张三-1.png"}
    read(drawn_city, fill(checked, lambda page: put(page, row_of(page, POSTING), **finding)))
    assert [] == rows(drawn_city, "sql", "SELECT id FROM records WHERE data LIKE '%张三%'")
    (kept,) = asked(drawn_city, "evidence", "verify")["rows"]
    assert (hashlib.sha256(PICTURE).hexdigest(), "image/png") == (kept["sha256"], kept["media_type"])


@pytest.mark.parametrize("what", ["a link", "a link to a file beside the sheet", "a folder"])
def test_evidence_that_is_no_plain_file_is_refused(drawn_city, checked, tmp_path, what):
    """A folder comes from other hands: a link in it could bring in any file of the machine."""
    picture = checked.parent / "1.png"
    picture.unlink()
    if what == "a folder":
        picture.mkdir()
    else:
        outside = tmp_path if what == "a link" else checked.parent
        (outside / "private.png").write_bytes(b"private")
        picture.symlink_to(outside / "private.png")
    finding = {"looked_at": "2021-06-17 10:05", "rule": "发布商业广告", "evidence": "1.png"}
    fill(checked, lambda page: put(page, row_of(page, POSTING), **finding))
    assert "is a link or a folder, and no file beside the sheet" in refused(drawn_city, checked)


def test_a_blank_line_more_is_still_the_same_sheet(drawn_city, checked):
    """What a sheet says does not depend on the rows that it stands in."""
    fill(checked, lambda page: put(page, row_of(page, SILENT), looked_at="2021-06-17 09:00"))
    first = read(drawn_city, checked)
    fill(checked, lambda page: page.insert_rows(HEADER_ROW + 1))
    assert {**first, "again": True} == read(drawn_city, checked)


def test_the_same_sheet_twice_changes_nothing(drawn_city, checked):
    """The second reading says so, and no fact is written; a changed picture is another sheet, and refused."""
    fill(
        checked,
        lambda page: put(
            page, row_of(page, POSTING), looked_at="2021-06-17 10:05", rule="发布商业广告", evidence="1.png"
        ),
    )
    first = read(drawn_city, checked)
    stored = rows(drawn_city, "sql", "SELECT id FROM records ORDER BY partition, offset")
    assert {**first, "again": True} == read(drawn_city, checked)
    assert stored == rows(drawn_city, "sql", "SELECT id FROM records ORDER BY partition, offset")
    (checked.parent / "1.png").write_bytes(PICTURE + b" retouched")
    answer = xuncha(drawn_city, "round", "read", NAME, checked, "--checker", "C1")
    assert "was recorded before with another count or other evidence" in answer.complaint


def test_one_account_can_have_several_findings(drawn_city, checked):
    """Further findings stand in the blank rows below, with the account id alone."""

    def by_hand(page):
        put(page, row_of(page, POSTING), looked_at="2021-06-17 10:05", rule="发布商业广告")
        put(
            page, HEADER_ROW + 6, account_id=POSTING, rule="严重表述错误", severity="扣分",
            found_at="2021-06-10 09:00", note="标题",
        )  # fmt: skip

    told = read(drawn_city, fill(checked, by_hand))
    listed = {r["finding_id"]: r["rule"] for r in rows(drawn_city, "findings", "list")}
    assert ["yellow-6-advertising", "yellow-5-improper-content"] == [listed[i] for i in told["findings"]]


def test_every_wrong_cell_is_named_and_nothing_is_taken(drawn_city, checked):
    """Issue 5: a check sheet with a wrong row is refused whole, each wrong cell named."""

    def by_hand(page):
        put(page, row_of(page, POSTING), looked_at="18/06/2021", rule="没有的指标", count="两处")
        put(page, row_of(page, SILENT), newest_post_at="2021-06-16", note="没有问题却有备注")
        put(page, row_of(page, UNSEEN), looked_at="2021-06-17", rule="发布商业广告", evidence="../secret.png")
        put(page, row_of(page, SERVICE), name="别的账号", looked_at="2021-06-18", newest_post_at="2021-06-19")
        put(
            page,
            HEADER_ROW + 6,
            account_id="wechat:other",
            rule="监测时间点前2周内无更新",
            found_at="2021-06-10",
        )
        page.cell(HEADER_ROW + 7, 1, f"{NAME}/C9/0000000000000000")
        put(
            page,
            HEADER_ROW + 7,
            account_id=POSTING,
            rule="发布商业广告",
            severity="单项否决",
            found_at="2021-06-10",
        )
        put(page, row_of(page, SILENT) + 40, rule="发布商业广告", found_at="2021-06-10")

    fill(checked, by_hand)
    complaint = refused(drawn_city, checked)
    for named in (
        "is not a date that can be read", "is no rule of this round", "is not a whole number",
        "stands without 检查时间", "“没有问题却有备注” stands without a 问题", "is no file beside the sheet",
        "does not go with the account id of the row", "is later than the look", "is not on this sheet",
        "is judged from looks and posts", "is not the mark of this sheet", "that is a yellow line", "is empty",
    ):  # fmt: skip
        assert named in complaint, named
    assert f"(G{HEADER_ROW + 6})" not in complaint
    assert "column 发现时间" not in complaint


@pytest.mark.slow
def test_a_sheet_of_another_round_or_another_checker_is_refused(drawn_city, checked, tmp_path):
    """The mark says whose sheet it is, and of which round."""
    fill(checked, lambda page: put(page, row_of(page, SILENT), looked_at="2021-06-18"))
    assert "is the sheet of checker C1" in refused(drawn_city, checked, "C2")
    announced(drawn_city, name="other")
    asked(drawn_city, "round", "draw", "other")
    done(drawn_city, "round", "sheets", "other", "--folder", tmp_path / "other")
    other = fill(
        tmp_path / "other" / "other-C1.xlsx",
        lambda page: put(page, row_of(page, SILENT), looked_at="2021-06-18"),
    )
    assert f"was not handed out for round {NAME}" in refused(drawn_city, other)
    assert "lacks the column 检查单编号" in refused(
        drawn_city, sheet(tmp_path / "own.xlsx", ("账号ID", "检查时间"), (SILENT, "2021-06-18"))
    )


def test_a_sheet_saved_as_csv_is_read_as_well(drawn_city, checked, tmp_path):
    """The mark stands in every row, so a CSV file saved from the workbook is still that sheet."""
    fill(checked, lambda page: put(page, row_of(page, SILENT), looked_at="2021-06-18 09:00"))
    page = load_workbook(checked).worksheets[0]
    lines = [[cell.value for cell in row] for row in page.iter_rows()]
    path = sheet(tmp_path / "saved.csv", lines[0], *lines[1:])
    assert (1, 0) == (read(drawn_city, path)["looks"], len(read(drawn_city, path)["findings"]))


@pytest.mark.parametrize("rule", ["泄露国家秘密", "red-3-harmful-content"])
def test_secret_or_harmful_content_is_known_by_reference_alone(drawn_city, checked, rule):
    """Domain section 2, red lines 2 and 3: no file, no text, no hash; what was given is refused and not dropped."""
    words = {"looked_at": "2021-06-17 09:00", "rule": rule}
    fill(checked, lambda page: put(page, row_of(page, POSTING), **words, evidence="1.png", note="原文如下"))
    complaint = refused(drawn_city, checked)
    assert 2 == complaint.count("secret or harmful content is never copied")
    assert "column 证据编号" in complaint
    assert "原文如下" not in complaint
    words |= {"evidence": None, "note": None, "reference": "保密柜-2021-07"}
    fill(checked, lambda page: put(page, row_of(page, POSTING), **words))
    read(drawn_city, checked)
    found = rows(drawn_city, "sql", "SELECT data FROM records WHERE type = 'finding.recorded'")
    kept = [t["text"] for t in rows(drawn_city, "texts", "list") if t["type"] == "finding.recorded"]
    if rule == "red-3-harmful-content":
        assert any(f'"rule":"{rule}"' in fact["data"] for fact in found)
        assert "保密柜-2021-07" in kept
    else:  # definitions, Severe cases: a case with a number, and nobody sees which
        cases = [fact["data"] for fact in found if "separate-case" in fact["data"]]
        handed_in = msgspec.json.decode(cases[0])["handed_in_at"]
        assert [
            f'{{"rule":"separate-case","severity":"red","handed_in_at":"{handed_in}","case_number":"保密柜-2021-07"}}'
        ] == cases
        assert "保密柜-2021-07" not in kept
        assert not any("secrets" in fact["data"] for fact in found)
    assert not (drawn_city / "evidence").exists()


def test_a_checker_is_a_code_and_never_a_name(drawn_city, tmp_path):
    """Design promise 11: names of people do not enter the log."""
    words = ("round", "sheets", NAME, "--folder", tmp_path, "--checkers")
    for checkers in ("张三", "C1,C1", "C1,李四", "C 1"):
        assert 2 == xuncha(drawn_city, *words, checkers).status, checkers
    assert [] == list(tmp_path.glob("*.xlsx"))


def test_evidence_that_was_changed_or_lost_is_told(drawn_city, checked):
    """`evidence verify` holds the files against the hashes of the log, and exits 1."""
    fill(
        checked,
        lambda page: put(
            page, row_of(page, POSTING), looked_at="2021-06-17 10:05", rule="发布商业广告", evidence="1.png"
        ),
    )
    read(drawn_city, checked)
    (kept,) = (drawn_city / "evidence").iterdir()
    kept.write_bytes(b"retouched")
    answer = xuncha(drawn_city, "evidence", "verify", "--json")
    assert (1, ["damaged"]) == (answer.status, [r["state"] for r in answer.rows])
    kept.rename(kept.with_name("0" * 64))
    answer = xuncha(drawn_city, "evidence", "verify", "--json")
    assert (1, ["missing"], ["0" * 64]) == (
        answer.status,
        [r["state"] for r in answer.rows],
        answer.json["unnamed"],
    )
