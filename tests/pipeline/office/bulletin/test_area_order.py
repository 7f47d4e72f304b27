"""Areas where the office says no order: as the registry got their first accounts, whatever partition holds them."""

from openpyxl import Workbook

from events.instants import FAR
from pipeline.home.folder import Home
from pipeline.home.registry import registry_now
from pipeline.home.workspace import open_workspace
from pipeline.office.bulletin.area_order import registered_areas
from tests.pipeline.inputs import sheet
from tests.pipeline.program import asked, done

AREAS = ("戊区", "丙区", "甲区", "丁区", "乙区")
HEADERS = ("账号ID", "账号名称", "平台", "主办单位", "地区")


def line(n, area):
    return (f"gh_{n:012x}", f"{area}发布", "微信订阅号", f"{area}人民政府办公室", area)


def areas_of(home):
    with open_workspace(Home(home)) as workspace:
        return registered_areas(workspace, registry_now(workspace).entries, FAR)


def test_areas_of_a_list_stand_in_the_order_of_its_rows(home, tmp_path):
    """A later list goes behind, an area that it names again keeps its place."""
    first = [line(n, area) for n, area in enumerate(AREAS)]
    done(home, "accounts", "import", sheet(tmp_path / "1.csv", HEADERS, *first))
    more = [line(9, "己区"), line(8, "甲区")]
    done(home, "accounts", "import", sheet(tmp_path / "2.csv", HEADERS, *more))
    assert (*AREAS, "己区") == areas_of(home)


def test_areas_of_a_ledger_stand_in_the_order_of_its_pages(home, tmp_path):
    """Of an intake by page and row, as its manifest has them."""
    book = Workbook()
    book.remove(book.active)
    for n, area in enumerate(AREAS):
        page = book.create_sheet(area)
        for row in (HEADERS, line(n, area)):
            page.append(row)
    book.save(tmp_path / "台账.xlsx")
    plan = asked(home, "intake", tmp_path / "台账.xlsx", "--received", "2026-07-01")
    done(home, "intake", "confirm", plan["plan"], "--accept-defaults")
    assert areas_of(home) == AREAS
