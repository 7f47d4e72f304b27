"""适用规则, 条线, 备案材料 in the console: a clerk says them by clicks, each role sees its own."""

import pytest

from pipeline.access.users import Role
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from pipeline.office.rulings.places import laid_down
from pipeline.office.rulings.views import list_ruled
from tests.pipeline.console.browsing import NOW, console_of, text_of
from tests.pipeline.console.city import EAST, WEST, copy_of
from tests.pipeline.console.signed_in import user_of

CLERK, AUDITOR = user_of(Role.CLERK), user_of(Role.AUDITOR)
COMPETENT, OWNER = user_of(Role.COMPETENT, EAST), user_of(Role.OWNER, f"{WEST}水务局")
USERS = (CLERK, AUDITOR, COMPETENT, OWNER)
MINHOU = "minhou-practice-2025@1"
BASIS = {"since": "2026-09-01", "basis": "西政办〔2026〕9号"}


@pytest.fixture
def home(city, tmp_path):
    return copy_of(city, tmp_path)


@pytest.fixture
def desk(home):
    with console_of(home, *USERS, now=NOW) as browser:
        yield browser.sign_in(CLERK)


@pytest.mark.slow
def test_a_county_is_judged_by_its_own_rules(desk, home):
    """Laid down for the county: its accounts follow, those of others do not, and general rules hold again."""
    asked = {"ruleset": MINHOU, "area": WEST, **BASIS}
    for wrong in ({"area": ""}, {"unit": f"{WEST}水务局"}, {"basis": ""}, {"since": "2026-12-24"}):
        assert 422 == desk.post("/rulings", {**asked, **wrong}).status_code
    assert "全部账号适用通用指标" in text_of(desk.get("/rulings").text)
    assert 303 == desk.post("/rulings", asked).status_code
    page = text_of(desk.get("/rulings").text)
    assert f"{WEST} （地区）" in page or f"{WEST}（地区）" in page
    assert MINHOU not in page
    with open_workspace(Home(home)) as workspace:
        assert {WEST} == {row.area for row in list_ruled(workspace)}
        assert [WEST] == [one.name for one in laid_down(workspace).values()]
    assert "闽侯县检查做法" in desk.get("/rulings.csv").text
    assert "全部账号适用通用指标" in text_of(desk.sign_in(COMPETENT).get("/rulings").text)
    assert 404 == desk.post("/rulings", asked).status_code
    assert 200 == desk.sign_in(AUDITOR).get("/rulings").status_code
    assert 404 == desk.sign_in(OWNER).get("/rulings").status_code
    assert (
        303
        == desk.sign_in(CLERK).post("/rulings", {**asked, "ruleset": "", "since": "2026-09-10"}).status_code
    )
    with open_workspace(Home(home)) as workspace:
        assert [] == list_ruled(workspace)


def test_classes_and_original_pieces_are_taken_down(desk):
    """One line an account, by number or name; a number that is none is refused."""
    asked = {"class": "service", "accounts": "0001\n西山水务", **BASIS}
    for wrong in ({"class": ""}, {"accounts": ""}, {"accounts": "没有的账号"}):
        assert 422 == desk.post("/rulings/class", {**asked, **wrong}).status_code
    assert 303 == desk.post("/rulings/class", asked).status_code
    assert 2 == len(desk.get("/rulings.csv?account_class=service").text.strip().splitlines()) - 1
    originals = {"account": "0001", "month": "2026-08", "count": "3"}
    assert 422 == desk.post("/rulings/originals", {**originals, "count": "几"}).status_code
    assert 422 == desk.post("/rulings/originals", {**originals, "month": "八月"}).status_code
    assert 303 == desk.post("/rulings/originals", originals).status_code


def test_lines_stand_beside_areas_and_each_account_counts_once(desk):
    """Accounts of a unit go to a line; the tree of lines and that of areas have the same sum."""
    asked = {"line": "水务", "unit": f"{WEST}水务局", **BASIS}
    assert 422 == desk.post("/rulings/lines", {**asked, "accounts": "0001"}).status_code
    assert 303 == desk.post("/rulings/lines", asked).status_code
    page = text_of(desk.get("/rulings/lines").text)
    assert "水务" in page
    assert "不属于条线" in page
    sums = []
    for tree in ("line", "area"):
        lines = desk.get(f"/rulings/lines.csv?tree={tree}").text.strip().splitlines()[1:]
        sums.append(sum(int(line.split(",")[1]) for line in lines))
    assert sums == [40, 40]
    frozen = text_of(desk.get("/rulings/lines?tree=area&round=jiangzhou-2026Q2").text)
    assert WEST in frozen
    assert 404 == desk.sign_in(COMPETENT).get("/rulings/lines").status_code


def test_a_paper_is_held_or_lacking(desk):
    """A paper that is lacking has no number; a competent office sees those of its area."""
    asked = {"account": "西山水务", "credential": "news_licence", "has": "lacking"}
    assert 422 == desk.post("/rulings/papers", {**asked, "number": "12"}).status_code
    assert 422 == desk.post("/rulings/papers", {**asked, "credential": ""}).status_code
    assert 303 == desk.post("/rulings/papers", asked).status_code
    assert "新闻信息服务许可 没有" in text_of(desk.get("/rulings/papers").text)
    assert "还没有登记备案材料" in text_of(desk.sign_in(COMPETENT).get("/rulings/papers").text)
