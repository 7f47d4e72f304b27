"""`changes`: verdicts and why, openings, closings, findings since a moment; nothing else."""

from datetime import UTC, datetime

import pytest

from pipeline.home.new_home import make_home
from pipeline.home.workspace import open_workspace
from pipeline.office.today.changes import Kind, changes_since
from tests.pipeline.inputs import sheet
from tests.pipeline.kept_engine import kept_engine
from tests.pipeline.office.today import office
from tests.pipeline.program import asked, done


@pytest.mark.slow
def test_only_what_changed_is_told(city, tmp_path):
    """Each account is judged as known then and as known now; what stayed as it was is left out."""
    home = make_home(city)
    with kept_engine(), open_workspace(home) as workspace:
        since = workspace.close_moment()
    header = ("账号名称", "平台", "检查时间", "最新发布时间")
    now = datetime.now(UTC)
    looked = f"{now:%Y-%m-%d %H:%M}+00:00"
    look = sheet(tmp_path / "look.csv", header, ("江城发布", "微信订阅号", looked, "2025-09-26 09:00"))
    done(city, "looks", "import", look)
    new = ("丙区发布", "微信订阅号", "丙区人民政府办公室", "丙区", "2021-01-01")
    header = ("账号名称", "平台", "主办单位", "地区", "开设时间")
    done(city, "accounts", "import", sheet(tmp_path / "new.csv", header, new))
    header = ("账号名称", "平台", "问题", "发现时间", "数量")
    row = ("甲区发布", "微信订阅号", "严重表述错误", f"{now:%Y-%m-%d}", 2)
    done(city, "findings", "import", sheet(tmp_path / "findings.csv", header, row))
    with kept_engine(), open_workspace(home) as workspace:
        found = changes_since(workspace, since, datetime.now(UTC))
    told = [(row.kind, row.name, row.before, row.after) for row in found.rows]
    assert told == [
        (Kind.VERDICT, "江城发布", "无法判定", "不合格"),
        (Kind.VERDICT, "甲区发布", "无法判定", "不合格"),
        (Kind.OPENED, "丙区发布", "", "无法判定"),
        (Kind.FOUND, "甲区发布", "", ""),
    ]
    assert "2025-09-26 09:00" in found.rows[0].why
    assert found.rows[1].why.startswith("严重表述错误")


@pytest.mark.slow
def test_a_day_before_everything_shows_every_account_as_new(city):
    """The command takes a day; what is known of each account now is told with it."""
    rows = asked(city, "changes", "--since", "2020-01-01")["rows"]
    assert {row["kind"] for row in rows} == {"opened"}
    assert len(rows) == len(office.ACCOUNTS)
    said = done(city, "changes", "--since", "last-week").out
    assert "以来的变化" in said
