"""规则 in the console: what a ruleset says, and who puts one in force."""

import re

import pytest

from pipeline.access.users import Role
from tests.pipeline.console.browsing import NOW, console_of, text_of
from tests.pipeline.console.city import BY_ID, RULES, copy_of
from tests.pipeline.console.signed_in import user_of
from tests.pipeline.program import done

CLERK, SIGNER = user_of(Role.CLERK), user_of(Role.SIGNER)
BOTH = user_of(Role.SIGNER, id_="u-clerk")  # the same person, with the other role
OWNER = user_of(Role.OWNER, "某局")
USERS = (CLERK, SIGNER, OWNER)
OTHER = "/rulesets/wuxi-practice-2022@1"
FORM = {"document": "江府办〔2026〕31号", "title": "江州市检查指标（2027 版）", "on": "2027年1月1日"}


@pytest.fixture(scope="module")
def seen(city):
    with console_of(city, *USERS, now=NOW) as browser:
        yield browser


@pytest.fixture
def desk(city, tmp_path):
    with console_of(copy_of(city, tmp_path), *USERS, now=NOW) as browser:
        yield browser


def test_the_list_names_the_office_own_title_and_document(seen):
    page = text_of(seen.sign_in(OWNER).get("/rulesets").text)
    assert "江州市政务新媒体检查指标 在用 江府办〔2026〕3号，2026年1月1日起" in page
    assert RULES not in page


def test_a_ruleset_says_its_rules_with_points_and_clauses(seen):
    page = text_of(seen.sign_in(CLERK).get(f"/rulesets/{RULES}@1").text)
    assert "泄露国家秘密 单项否决 不合格 由检查人员判定 昆政办发〔2019〕162号" in page
    assert "red-" not in page
    assert "yellow-" not in page


def test_a_ruleset_that_is_not_there_is_no_page(seen):
    for label in ("nothing", "..%2Fsettings", "suzhou-practice-2023@9"):
        assert seen.sign_in(CLERK).get(f"/rulesets/{label}").status_code == 404


def test_one_proposes_and_another_puts_in_force(desk):
    assert desk.sign_in(SIGNER).post(f"{OTHER}/propose", FORM).status_code == 404
    early = desk.post(f"{OTHER}/adopt")
    assert early.status_code == 422
    assert desk.sign_in(CLERK).post(f"{OTHER}/propose", FORM).status_code == 303
    assert "待批准" in desk.get("/rulesets").text
    assert "待批准启用" not in desk.get("/today").text
    assert desk.post(f"{OTHER}/adopt").status_code == 404
    waiting = desk.sign_in(SIGNER).get("/today").text
    assert f"检查指标待批准启用 1 {FORM['title']}" in text_of(waiting)
    assert re.search(rf'href="{OTHER}[^"]*" class="row"', waiting)
    done = desk.post(f"{OTHER}/adopt")
    assert done.status_code == 303, text_of(done.text)
    assert "待批准启用" not in desk.get("/today").text
    page = text_of(desk.get("/rulesets").text)
    assert "待启用 江府办〔2026〕31号，2027年1月1日起" in page


def test_who_proposed_does_not_put_in_force(city, tmp_path):
    home = copy_of(city, tmp_path)
    with console_of(home, CLERK, now=NOW) as browser:
        assert browser.sign_in(CLERK).post(f"{OTHER}/propose", FORM).status_code == 303
    with console_of(home, BOTH, now=NOW) as browser:
        refused = browser.sign_in(BOTH).post(f"{OTHER}/adopt")
        assert refused.status_code == 422
        assert "须由另一人办理" in text_of(refused.text)


def test_a_proposal_without_a_document_is_shown_again(desk):
    refused = desk.sign_in(CLERK).post(f"{OTHER}/propose", {**FORM, "document": " "})
    assert refused.status_code == 422
    assert 'value="江州市检查指标（2027 版）"' in refused.text


def test_pages_say_which_accounts_have_rules_of_their_own(city, tmp_path):
    """The ruleset names them to who may see them, the account its rules and its class; an owner sees its own alone."""
    home = copy_of(city, tmp_path)
    since = ("--since", "2026-01-01", "--basis", "江府办〔2026〕9号")
    done(home, "rulesets", "assign", "minhou-practice-2025", "--account", "jz02", *since)
    done(home, "accounts", "class", "服务类", "jz02", *since)
    mine, stranger = (
        user_of(Role.OWNER, BY_ID["jz02"].owner),
        user_of(Role.OWNER, BY_ID["jz12"].owner, id_="u-2"),
    )
    with console_of(home, CLERK, mine, stranger, now=NOW) as browser:
        for user, sees in ((CLERK, True), (mine, True), (stranger, False)):
            page = text_of(browser.sign_in(user).get("/rulesets/minhou-practice-2025@1").text)
            assert sees == ("另行规定适用的账号" in page and "江府办〔2026〕9号" in page), user.id
        page = text_of(browser.sign_in(CLERK).get("/accounts/0006").text)
        assert "账号类别 服务类" in page
        assert "适用指标 闽侯县检查做法（2025年）（另行规定）" in page
        assert "适用指标 闽侯县" not in text_of(browser.get("/accounts/0007").text)
