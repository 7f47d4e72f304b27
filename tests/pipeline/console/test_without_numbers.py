"""An office that gives its accounts no numbers: whoever is named on a page is found from there all the same."""

import re

import pytest

from pipeline.access.users import Role
from pipeline.home.new_home import make_home
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.signed_in import user_of
from tests.pipeline.inputs import sheet
from tests.pipeline.program import done

CLERK = user_of(Role.CLERK)
ROUND = "langang-2026Q3"


@pytest.fixture(scope="module")
def harbour(tmp_path_factory):
    """Two accounts of a harbour city, of which one fell silent, and a round that found it so."""
    folder = tmp_path_factory.mktemp("harbour")
    home = make_home(folder / "home").path
    accounts = (
        ("账号ID", "账号名称", "平台", "主办单位", "地区"),
        ("lghy", "澜港海洋", "微信订阅号", "澜港市海洋与渔业局", "市直"),
        ("csz", "潮生镇", "微信订阅号", "潮生镇人民政府", "沙湾县"),
    )
    looks = (
        ("账号ID", "检查时间", "最新发布时间"),
        ("lghy", "2026-09-14 17:00", "2026-09-14 09:00"),
        ("csz", "2026-09-14 17:00", "2026-08-20 09:00"),
    )
    done(home, "accounts", "import", sheet(folder / "accounts.csv", *accounts))
    done(home, "looks", "import", sheet(folder / "looks.csv", *looks))
    done(home, "round", "announce", ROUND, "--check-point", "2026-09-14T18:00:00+08:00")
    done(home, "round", "draw", ROUND)
    done(home, "round", "freeze", ROUND, "--although", "书面告知")
    done(home, "run", "--until-idle")
    with console_of(home, CLERK) as browser:
        yield browser.sign_in(CLERK)


@pytest.mark.parametrize("page", [f"/rounds/{ROUND}/results", f"/rounds/{ROUND}/sample", "/focus"])
def test_a_list_leads_to_the_accounts_that_it_names(harbour, page):
    if page == "/focus":
        assert harbour.post("/focus/update").status_code == 303
    found = re.search(r'href="([^"]+)"[^>]*>潮生镇', harbour.get(page).text)
    account = harbour.get(found[1])
    assert (account.status_code, "潮生镇人民政府" in account.text) == (200, True)
    assert "编号 " not in text_of(account.text).partition("潮生镇人民政府")[2][:40]


def test_a_flag_of_an_account_without_a_number_can_be_taken_back(harbour):
    """The page of its stays is that of the list, by its id."""
    flag = {"account": "澜港海洋", "by": "海岚数据", "reason": "人员轮换", "at": "2026-09-12"}
    assert harbour.post("/focus/flag", flag).status_code == 303
    assert harbour.post("/focus/update").status_code == 303
    where = re.search(r'href="(/focus/[^"]+)"[^>]*>澜港海洋', harbour.get("/focus").text)[1]
    chosen = re.search(r'name="flag" value="([^"]+)"', harbour.get(where).text)[1]
    back = harbour.post(f"{where}/withdraw", {"flag": chosen, "reason": "反馈错了账号"})
    assert (back.status_code, "澜港海洋" in harbour.get("/focus").text) == (303, False)
