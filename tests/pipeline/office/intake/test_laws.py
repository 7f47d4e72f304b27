"""Laws of plans: every row of data has one fate, whatever stands in a file, and the same paper twice brings nothing."""

from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.log.port import FACTS
from pipeline.home.actor import OFFICE
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from pipeline.office.intake.confirm import Confirm, confirm
from pipeline.office.intake.papers import TakeIn, plan_intake
from tests.connectors.papers.second_city import workbook
from tests.connectors.papers.test_laws import GRIDS
from tests.copied import copied

RECEIVED = date(2026, 9, 1)
FATES = {"taken", "doubtful", "contradicting", "refused", "duplicate"}
HEADERS = (
    ["账号名称", "平台", "主办单位", "开设时间", "账号状态"],
    ["账号名称", "平台", "最新发布时间", "监测时间"],
    ["账号名称", "平台", "问题类别", "发现时间", "数量"],
    ["单位名称", "单位性质", "层级", "上级主管单位"],
    ["账号名称", "标题", "发布时间", "稿件链接"],
)
CELLS = {
    "账号名称": ("澜川发布", "青屏文旋", "石渡普法", "新号甲", "新号乙", "新号乙、新号丙", None),
    "平台": ("新浪微博", "抖音", "微信订阅号", "订月号", "抖音、快手", None),
    "主办单位": ("澜川市人民政府办公室", "石渡区司法局", "某某局", None),
    "开设时间": ("2019-03-05", "2020年4月", "2061-01-01", None),
    "账号状态": ("正常", "已关停", "已关停（2026年5月1日）", None),
    "最新发布时间": ("2026-08-30 10:53", "2026-08-31", "2026-07-01", "无", "不详", None),
    "监测时间": ("2026-08-31 17:30", "2026-08-31", "2026-08-24"),
    "问题类别": ("错别字", "2周内无更新", "页面打不开", "某种问题"),
    "发现时间": ("2026-08-20", "8月21日", None),
    "数量": (1, 3, None),
    "单位名称": ("澜川市人民政府办公室", "石渡区司法局", "石渡区司发局", "某某局"),
    "单位性质": ("主办单位", "主管单位", "事业单位", None),
    "层级": ("市级部门和单位", None),
    "上级主管单位": ("澜川市人民政府办公室", "不知道的委", None),
    "标题": ("甲", "乙"),
    "发布时间": ("2026-08-01 10:00", "2026-08-01", "2026年8月", "某天"),
    "稿件链接": ("https://example.invalid/1", "https://example.invalid/2", None),
}
TABLES = st.sampled_from(HEADERS).flatmap(
    lambda header: st.lists(
        st.tuples(*(st.sampled_from(CELLS[column]) for column in header)), min_size=1, max_size=8
    ).map(lambda lines: [header, *lines])
)
SLOW = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
NUMBER = count(1)


@pytest.fixture(scope="module")
def workspace(with_registry, tmp_path_factory):
    home = copied(with_registry, tmp_path_factory.mktemp("laws") / "home")
    with open_workspace(Home(home)) as opened:
        yield opened


def planned(workspace, folder, **pages):
    path = folder / f"{next(NUMBER)}.xlsx"
    path.write_bytes(workbook(**pages))
    return plan_intake(workspace, TakeIn((path,), RECEIVED))


@pytest.mark.slow
@SLOW
@given(tables=st.lists(TABLES | GRIDS, min_size=1, max_size=2))
def test_every_row_of_data_has_one_fate(workspace, tmp_path_factory, tables):
    """Taken, doubtful, contradicting, refused and duplicate are together the rows of data; facts come of no others."""
    folder = tmp_path_factory.mktemp("papers")
    plan = planned(workspace, folder, **{f"表{n}": table for n, table in enumerate(tables)})
    data = [
        (page.title, row.number) for page in plan.files[0].pages for row in page.rows if row.sort == "data"
    ]
    told = {(row.at.page, row.at.row): row.fate for row in plan.rows}
    assert sorted(told) == sorted(data)
    assert set(told.values()) <= FATES
    taken = {row.at for row in plan.rows if row.fate in ("taken", "doubtful")}
    of_rows = [draft for draft in plan.drafts if draft.at.row]
    assert {draft.at for draft in of_rows} <= taken


@pytest.mark.slow
@settings(SLOW, max_examples=10)
@given(table=TABLES)
def test_the_same_statements_twice_are_no_event(workspace, tmp_path_factory, table):
    """Once a paper was taken in, other paper that says the same brings no fact, and the log stays as it is."""
    folder = tmp_path_factory.mktemp("papers")
    plan = planned(workspace, folder, 表=table)
    if not plan.written(by_default=True):
        return
    confirm(workspace, Confirm(plan.id, accept_defaults=True), OFFICE)
    before = workspace.log.end_offsets(FACTS)
    again = confirm(workspace, Confirm(plan.id, accept_defaults=True), OFFICE)
    assert (again.taken_before, workspace.log.end_offsets(FACTS)) == (True, before)
    assert planned(workspace, folder, 表=[*table, [], ["注：另一份"]]).written(by_default=True) == []
