"""What a reader noticed in a sheet reaches the person, and the script."""

from openpyxl import Workbook

from tests.pipeline import small_city as c
from tests.pipeline.program import done, xuncha

LOOK = ("2021-06-17 09:00", "2021-06-16")
SHEETS = {
    ("accounts", "import"): (("账号ID", "账号名称", "平台"), ("n1", "某市新号", "抖音")),
    ("filings", "import"): (("账号ID", "备案类别", "生效时间"), (c.POSTING, "注销", "2021-06-10")),
    ("findings", "import"): (("账号ID", "问题", "发现时间"), (c.POSTING, "发布商业广告", "2021-06-10")),
    ("looks", "import"): (("账号ID", "检查时间", "最新发布时间"), (c.POSTING, *LOOK)),
    ("posts", "import"): (("账号ID", "发布时间"), (c.POSTING, "2021-06-10 09:00")),
    ("units", "import"): (("单位代码", "单位名称", "单位类别"), ("u1", "某局", "主办单位")),
    ("focus", "flag"): (("账号ID", "反馈时间", "反馈单位"), (c.POSTING, "2021-06-10", "某监测公司")),
    ("people", "import"): (("单位", "角色", "姓名"), ("某局", "主要领导", "张某")),
    ("upper-checks", "import"): (
        ("账号ID", "检查层级", "检查时间", "检查结果"),
        (c.POSTING, "省级", "2021-06-10", "合格"),
    ),
    ("registry", "reconcile"): (("账号名称", "平台"), ("某市新号", "抖音")),
}


def test_every_command_tells_what_its_reader_noticed(city, tmp_path):
    """A page that was not read, and a hidden row: under `notes` of the JSON, and in words."""
    for (group, word), rows in SHEETS.items():
        told = xuncha(city, group, word, workbook(tmp_path / f"{group}.xlsx", rows), "--json").json
        noticed = [(note["kind"], note["page"]) for note in told["notes"]]
        assert [("page_not_read", "说明"), ("hidden_rows", "")] == noticed, group
    answer = done(city, "accounts", "import", tmp_path / "accounts.xlsx").out
    assert "注意 note: page 说明: was not read: it has no header of accounts" in answer
    assert "注意 note: hidden rows were read: 2" in answer


def workbook(path, rows):
    """Write rows on a page with a hidden one, and a page of instructions behind it."""
    book = Workbook()
    page = book.worksheets[0]
    for row in rows:
        page.append(row)
    page.row_dimensions[2].hidden = True
    book.create_sheet("说明").append(("填报说明",))
    book.save(path)
    return path
