"""A new kind of feed, a new kind of sheet and a new rule are what CONTRIBUTING lists, and nothing else has to know."""

from importlib import resources

import pytest
from openpyxl import load_workbook

from connectors.feeds import parser
from connectors.feeds.gather import Document, Entry
from connectors.feeds.parser import FORMATS, Format
from connectors.sheets import templates
from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.errors import SheetError
from connectors.sheets.kinds import KINDS
from connectors.sheets.kinds.shared import ACCOUNT, DAY, TIME_EN, TIME_ZH
from connectors.sheets.reading import latest_time, read_rows
from projections.rules.account_measures import MEASURES
from projections.rules.measures import Charge, Measure
from tests.pipeline import small_city as c
from tests.pipeline.inputs import at, polls, sheet
from tests.pipeline.program import asked, done, rows

RULE = """\
[[rules]]
code = "yellow-toy-no-telephone"
line = "yellow"
name = "未公开联系电话"
aliases = ["没有联系电话"]
clause = "某市政办〔2026〕1号 附件 扣分 1"
effect = "deduct"
by = "finding"
points_each = 3
max_points = 3
"""


def read_lines(text: bytes) -> Document:
    """Read a toy format: a line a post, its time, a tab and its title."""
    posts = [line.split("\t") for line in text.decode().splitlines()[1:]]
    return Document((_entry(time, title) for time, title in posts), "")


def _entry(time: str, title: str) -> Entry:
    return Entry((title,), (time,), (), title, "", lambda: "", lambda: b"")


def test_a_kind_of_feed_is_a_reader_and_its_entry_in_the_list(home, monkeypatch, tmp_path):
    """Polls of it are replayed as those of the others, and the account has its newest post from it."""
    monkeypatch.setattr(parser, "FORMATS", (Format((b"# posts",), read_lines), *FORMATS))
    done(home, "accounts", "import", c.registry(tmp_path))
    text = "# posts\n2021-06-16T09:30:00+08:00\tsecond\n2021-06-15T08:00:00+08:00\tfirst\n"
    done(home, "polls", "replay", polls(tmp_path / "polls", [(at("2021-06-17 08:00"), {c.POSTING: text})]))
    status = rows(home, "status", "--check-point", c.CHECK_POINT)
    (posting,) = [row for row in status if row["name"] == c.NAMES[c.POSTING]]
    assert ("fresh", "2021-06-16T09:30:00+08:00") == (posting["verdict"], posting["newest_post_at"])


TOY = SheetKind(
    "praise",
    "表扬",
    (
        *ACCOUNT,
        Column("praised_at", "表扬时间", ("表扬日期",), TIME_ZH, TIME_EN, DAY, "yes"),
        Column("by", "表扬单位", (), "发文单位", "Office that praises", "某省人民政府办公厅"),
    ),
)


def read_praise(path):
    """Read the rows of the toy kind: account, day, office."""
    latest = latest_time(at("2021-06-20 00:00"))

    def row(fields):
        fields.need("praised_at")
        account, day = fields.account(), fields.moment("praised_at", latest)
        return (account.name, day and day.at, fields.text("by"))

    return read_rows(path, TOY, row)


def test_a_kind_of_sheet_is_its_columns_and_a_reader(monkeypatch, tmp_path):
    """It has its template, its other headers are understood, and a bad cell is named by row and column."""
    monkeypatch.setattr(templates, "KINDS", (*KINDS, TOY))
    written = {path.stem: path for path in templates.write_templates(tmp_path / "templates")}
    header = [cell.value for cell in load_workbook(written["praise"])["表扬"][1]]
    assert {"账号名称", "表扬时间", "表扬单位"} <= set(header)
    headers = ("账号名称", "平台", "表扬日期", "表扬单位")
    good = sheet(tmp_path / "good.csv", headers, ("某市发布", "微信订阅号", "2021-06-01 08:00", "某省"))
    assert [("某市发布", at("2021-06-01 08:00"), "某省")] == list(read_praise(good))
    bad = sheet(tmp_path / "bad.csv", headers, ("某市发布", "微信订阅号", "六月", "某省"))
    with pytest.raises(SheetError, match=r"row 2.*表扬日期"):
        read_praise(bad)


def use_rule(home, tmp_path, rule):
    """Watch a home with the toy rule among Kunshan's, and record what its polls show."""
    text = (resources.files("infra") / "rulesets" / "jiangsu-kunshan-2019-162.toml").read_text("utf-8")
    ours = text.replace('name = "jiangsu-kunshan-2019-162"', 'name = "toy-2026"', 1)
    before, mark, after = ours.partition("[[rules]]")
    (home / "rulesets").mkdir(exist_ok=True)
    (home / "rulesets" / "toy-2026.toml").write_text(f"{before}{rule}\n{mark}{after}", "utf-8")
    settings = home / "xuncha.toml"
    settings.write_text(
        settings.read_text("utf-8").replace('"jiangsu-kunshan-2019-162', '"toy-2026'), "utf-8"
    )
    done(home, "rulesets", "check", home / "rulesets" / "toy-2026.toml")
    done(home, "accounts", "import", c.registry(tmp_path))
    done(home, "polls", "replay", c.recorded_polls(tmp_path))


def test_a_rule_that_people_judge_is_a_row_of_a_ruleset(home, tmp_path):
    """Findings name it by its Chinese names, a round deducts its points under its clause."""
    use_rule(home, tmp_path, RULE)
    found = sheet(
        tmp_path / "found.csv",
        ("账号ID", "问题", "发现时间", "发现单位"),
        (c.POSTING, "没有联系电话", "2021-06-01 10:00", "某监测公司"),
    )
    done(home, "findings", "import", found)
    run = asked(home, "score", "--check-point", c.CHECK_POINT)
    (row,) = [row for row in run["rows"] if row["name"] == c.NAMES[c.POSTING]]
    (deduction,) = row["deductions"]
    assert ("yellow-toy-no-telephone", 3, 97) == (deduction["rule"], deduction["points"], row["points"])
    assert "某市政办〔2026〕1号 附件 扣分 1" == deduction["clause"]


def test_a_measure_is_a_function_and_its_entry_in_the_table(home, monkeypatch, tmp_path):
    """A rule that names it is judged from facts by rounds, folds and pages alike; no finding is asked for."""

    def same_name(case):
        return Charge(1) if case.facts.name == c.NAMES[c.POSTING] else None

    monkeypatch.setitem(MEASURES, "same_name", Measure(same_name, title="名称"))
    use_rule(home, tmp_path, RULE.replace('by = "finding"', 'by = "same_name"'))
    run = asked(home, "score", "--check-point", c.CHECK_POINT)
    points = {row["name"]: row["points"] for row in run["rows"] if row["points"] is not None}
    assert 97 == points.pop(c.NAMES[c.POSTING])
    assert points
    assert 97 not in points.values()
