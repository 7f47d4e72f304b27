"""网站 in the console: the list and a site by rights, suggestions, findings, and checks that are kept."""

import re

import pytest

from pipeline.access.users import Role
from tests.copied import copied
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.page_lint import Page
from tests.pipeline.console.signed_in import user_of
from tests.pipeline.inputs import at
from tests.pipeline.office.sites import town as w

NOW = at("2022-10-01 00:00")
CLERK, SIGNER, AUDITOR, ADMIN = map(user_of, (Role.CLERK, Role.SIGNER, Role.AUDITOR, Role.ADMIN))
COMPETENT = user_of(Role.COMPETENT, "某市")
ELSEWHERE = user_of(Role.COMPETENT, "某县", "u-elsewhere")
OWNER = user_of(Role.OWNER, "某市水利局")
GATE = user_of(Role.OWNER, "某市政府办", "u-gate")
FIRM = user_of(Role.FIRM, "sites")
USERS = (CLERK, SIGNER, AUDITOR, ADMIN, COMPETENT, ELSEWHERE, OWNER, GATE, FIRM)


@pytest.fixture(scope="module")
def town(home_model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site-pages")
    copied(home_model, folder / "home")
    w.build(folder / "home", folder)
    return folder / "home"


@pytest.fixture(scope="module")
def seen(town):
    with console_of(town, *USERS, now=NOW) as browser:
        yield browser


@pytest.fixture
def desk(town, tmp_path):
    copied(town, tmp_path / "home")
    with console_of(tmp_path / "home", *USERS, now=NOW) as browser:
        yield browser


def names(page: str) -> set[str]:
    return {name for name in ("某市政府门户网站", "某市水利局网站", "某市医院网站") if name in page}


def test_the_list_says_how_each_site_stands(seen):
    """Verdict, broken rules, overdue columns; the counts above sum to the sites."""
    page = text_of(seen.sign_in(CLERK).get("/sites").text)
    assert len(names(page)) == 3
    assert "合格 1 不合格 1 无法判定 1" in page
    assert "栏目不更新" in page
    assert names(text_of(seen.get("/sites?verdict=failed").text)) == {"某市水利局网站"}


@pytest.mark.parametrize(
    ("user", "expected"),
    [(COMPETENT, 2), (ELSEWHERE, 0), (OWNER, 1), (AUDITOR, 3), (SIGNER, 3)],
    ids=lambda value: getattr(value, "id", value),
)
def test_everybody_sees_the_sites_of_their_reach(seen, user, expected):
    """An area, a unit, or all; the file of the list holds what the list shows."""
    browser = seen.sign_in(user)
    assert len(names(text_of(browser.get("/sites").text))) == expected
    assert len(names(browser.get("/sites.csv").content.decode("utf-8-sig"))) == expected
    assert browser.get(f"/sites/{w.OLD}").status_code == (200 if user is not ELSEWHERE else 404)
    assert browser.get(f"/sites/{w.UNSEEN}").status_code == (200 if expected == 3 else 404)


@pytest.mark.parametrize("user", [ADMIN, FIRM], ids=lambda user: user.id)
def test_who_has_no_part_in_sites_finds_no_page(seen, user):
    """As if there were none."""
    assert seen.sign_in(user).get("/sites").status_code == 404
    assert seen.get(f"/sites/{w.OLD}").status_code == 404
    assert seen.get("/site-checks").status_code == 404


def test_a_site_shows_its_columns_and_its_week(seen):
    """Age and limit of each column, the overdue ones first, and seven days of visits."""
    page = text_of(seen.sign_in(OWNER).get(f"/sites/{w.OLD}").text)
    assert "超期未更新" in page
    assert re.search(r"政策 超期未更新 政策文件 2022-01-10 263 6个月", page)
    assert "9月24日 20 0" in page
    assert "疑似线索" not in page
    unseen = text_of(seen.sign_in(CLERK).get(f"/sites/{w.UNSEEN}").text)
    assert "没有检查过" in unseen
    assert "次数不足" in unseen


def test_pages_of_sites_keep_to_the_forms_of_the_house(seen):
    """Labels, tokens, headings; addresses of websites are the only words that are no Chinese."""
    browser = seen.sign_in(CLERK)
    for path in ("/sites", f"/sites/{w.OLD}", "/site-checks"):
        page = Page(browser.get(path).text)
        assert not page.faults, path


def test_a_site_at_another_moment_is_the_one_of_that_moment(seen):
    """Before it was known nothing was; nobody acts in the past."""
    page = text_of(seen.sign_in(CLERK).get(f"/sites/{w.OLD}?at=2022-09-20").text)
    assert "登记问题" not in page
    assert "无法判定" in page


def test_open_suggestions_stand_on_the_days_page_and_on_that_of_the_unit(desk):
    """A unit hears how many of which sort, and not where; what was dismissed stands on neither."""
    assert "网站线索待确认" in desk.sign_in(CLERK).get("/today").text
    assert "某市政府门户网站 ：链接到非政府网站 1 处" in text_of(desk.sign_in(GATE).get("/my").text)
    assert "网站待核实" not in desk.sign_in(OWNER).get("/my").text
    page = desk.sign_in(CLERK).get(f"/sites/{w.GOOD}").text
    chosen = re.search(r'name="suspicion" value="([^"]+)"', page)[1]
    desk.post(f"/sites/{w.GOOD}/dismiss", {"suspicion": chosen, "reason": "友好城市网站"})
    assert "网站线索待确认" not in desk.get("/today").text
    assert "网站待核实" not in desk.sign_in(GATE).get("/my").text


def test_a_suggestion_is_dismissed_with_a_reason(desk):
    """Without one it is refused, and the form keeps what was written."""
    page = desk.sign_in(CLERK).get(f"/sites/{w.GOOD}").text
    chosen = re.search(r'name="suspicion" value="([^"]+)"', page)[1]
    path = f"/sites/{w.GOOD}/dismiss"
    assert desk.post(path, {"suspicion": chosen, "reason": ""}).status_code == 422
    assert desk.post(path, {"suspicion": "none", "reason": "x"}).status_code == 422
    assert desk.post(path, {"suspicion": chosen, "reason": "友好城市网站"}).status_code == 303
    after = text_of(desk.get(f"/sites/{w.GOOD}").text)
    assert "没有待确认的线索" in after
    assert "已排除 链接到非政府网站 合作伙伴" in after


def test_a_confirmed_suggestion_counts_once_it_names_a_rule(desk):
    """A competent office judges what is seen in its area; an owner does not."""
    page = desk.sign_in(COMPETENT).get(f"/sites/{w.GOOD}").text
    chosen = re.search(r'name="suspicion" value="([^"]+)"', page)[1]
    sent = {"suspicion": chosen, "reason": "已核实", "rule": "site-veto-no-channel"}
    assert desk.sign_in(OWNER).post(f"/sites/{w.OLD}/confirm", sent).status_code == 404
    assert desk.sign_in(ELSEWHERE).post(f"/sites/{w.GOOD}/confirm", sent).status_code == 404
    assert desk.sign_in(COMPETENT).post(f"/sites/{w.OLD}/confirm", sent).status_code == 422
    assert desk.post(f"/sites/{w.GOOD}/confirm", sent).status_code == 303
    assert "不合格" in text_of(desk.get(f"/sites/{w.GOOD}").text)


def test_a_clerk_records_what_was_found(desk):
    """Nobody else does; of a leak of secrets text is refused."""
    path, sent = (
        f"/sites/{w.GOOD}/finding",
        {"rule": "site-veto-security", "note": "某页", "at": "2022-09-30"},
    )
    for user in (COMPETENT, OWNER, AUDITOR, SIGNER):
        assert desk.sign_in(user).post(path, sent).status_code == 404
    assert desk.sign_in(CLERK).post(path, sent).status_code == 422
    assert desk.post(path, {**sent, "note": ""}).status_code == 303
    assert "安全泄密" in text_of(desk.get(f"/sites/{w.GOOD}").text)


def test_what_was_found_today_counts_today(desk):
    """The day alone is written into the form; the page shows it at once, and not from midnight on."""
    sent = {"rule": "site-veto-security", "note": "", "at": "10月1日"}
    assert desk.sign_in(CLERK).post(f"/sites/{w.GOOD}/finding", sent).status_code == 303
    assert "不合格" in text_of(desk.get(f"/sites/{w.GOOD}").text)


def test_a_check_is_kept_shown_and_verified(desk):
    """By the clerk, once a name; all of the office and the auditor read it, areas and owners do not."""
    sent = {"name": "2022年第三季度", "check_point": "2022-09-30"}
    assert desk.sign_in(SIGNER).post("/site-checks/keep", sent).status_code == 404
    answer = desk.sign_in(CLERK).post("/site-checks/keep", sent)
    assert answer.status_code == 303
    page = text_of(desk.get(answer.headers["location"]).text)
    assert "检查网站 3 合格 1 不合格 1 无法判定 1" in page
    assert "合格率 50.00%" in page
    assert "某市水利局：" in page
    again = desk.post("/site-checks/keep", sent)
    assert again.status_code == 409
    assert 'value="2022年第三季度"' in again.text
    checked = desk.sign_in(AUDITOR).post("/site-checks/2022年第三季度/verify")
    assert "重新验证一致" in desk.get(checked.headers["location"]).text
    for user in (COMPETENT, OWNER):
        assert desk.sign_in(user).get("/site-checks").status_code == 404
        assert desk.get("/site-checks/2022年第三季度").status_code == 404
    assert desk.sign_in(CLERK).get("/site-checks/none").status_code == 404
