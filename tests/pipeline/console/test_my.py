"""我的账号: a unit sees its own accounts alone; its card changes in place as it acts."""

import re

import pytest

from pipeline.access.users import Grant, Role, User
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.city import NOW, OWNER_UNIT, copy_of
from tests.pipeline.console.signed_in import user_of

OWNER = user_of(Role.OWNER, OWNER_UNIT)
TRAFFIC = User("u-traffic", "traffic", "王五", (Grant(Role.OWNER, "江州市交通运输局"),))
NOBODY = User("u-nobody", "nobody", "赵六", (Grant(Role.OWNER, "没有账号的单位"),))
NOWHERE = user_of(Role.COMPETENT, "没有账号的县", "u-nowhere")
CLERK = user_of(Role.CLERK)
USERS = (OWNER, TRAFFIC, NOBODY, NOWHERE, CLERK)


@pytest.fixture(scope="module")
def looking(city):
    with console_of(city, *USERS, now=NOW) as browser:
        yield browser


@pytest.fixture
def desk(city, tmp_path):
    with console_of(copy_of(city, tmp_path), *USERS, now=NOW) as browser:
        yield browser


def cards(page):
    return re.findall(r'<form method="post" action="/my/([^/"]+)/known">', page)


def test_a_unit_sees_what_it_has_to_do_and_nobody_else_does(looking):
    page = looking.sign_in(OWNER).get("/my")
    assert page.status_code == 200
    words = text_of(page.text)
    assert "今天到期" in words
    assert "确无更新需要的，可申请整合或关停" in words
    assert "两周无更新" not in words
    assert "交通" not in words
    assert len(cards(page.text)) == 1
    assert looking.sign_in(CLERK).get("/my").status_code == 404
    assert "没有本单位主办的账号" in looking.sign_in(NOBODY).get("/my").text


def test_what_was_given_to_the_unit_stands_there_with_its_days(looking):
    """A problem of a bulletin that waits for an answer, and the score of the last round as it was given."""
    words = text_of(looking.sign_in(TRAFFIC).get("/my").text)
    assert "要整改的问题" in words
    assert "逾期 65 天" in words
    assert "上次检查得分" in words


def test_a_list_of_nothing_has_nothing_to_narrow(looking):
    """A unit without letters sees no filter; where a word found nothing it is there to be changed."""
    empty = looking.sign_in(OWNER).get("/supervision").text
    assert ("没有提醒函和督办单" in empty, 'role="search" aria-label="筛选' in empty) == (True, False)
    assert 'role="search" aria-label="筛选' in looking.get("/supervision?q=江州").text
    assert 'role="search" aria-label="筛选' in looking.get("/accounts").text


@pytest.mark.parametrize(
    "path", ["/accounts", "/interaction", "/findings", "/audit", "/my", "/tasks", "/sites"]
)
@pytest.mark.parametrize("user", [NOBODY, NOWHERE], ids=["unit", "area"])
def test_whose_accounts_are_not_in_the_ledger_yet_sees_empty_pages(looking, user, path):
    """A unit, or an area, that was given its user before its ledger: what the menu offers is there."""
    answer = looking.sign_in(user).get(path)
    assert answer.status_code == (404 if (user, path) == (NOWHERE, "/my") else 200)
    assert not re.search(r'href="/accounts/\d|江州|东江|西山', answer.text.replace("江州市", ""))


def test_on_the_page_of_its_account_a_unit_says_first_that_it_posted(looking):
    """The office sees first whom it may call."""
    main = re.compile(r'<a class="btn go" href="(#\w+)">')
    assert main.findall(looking.sign_in(OWNER).get("/accounts/0006").text) == ["#told"]
    assert main.findall(looking.sign_in(CLERK).get("/accounts/0006").text) == ["#call"]


def test_the_card_changes_in_place_as_the_unit_acts(desk):
    account = cards(desk.sign_in(OWNER).get("/my").text)[0]
    for user in (TRAFFIC, NOBODY):
        assert desk.sign_in(user).post(f"/my/{account}/known").status_code == 404
    assert desk.sign_in(OWNER).post(f"/my/{account}/known").status_code == 303
    page = desk.get("/my").text
    assert cards(page) == []
    assert 'class="done">知悉' in page
    refused = desk.post(f"/my/{account}/posted", {"link": ""})
    assert (refused.status_code, 'role="alert"' in refused.text) == (422, True)
    assert desk.post(f"/my/{account}/later", {"until": "某天", "reason": "x"}).status_code == 422
    assert desk.post(f"/my/{account}/known", csrf="").status_code == 403


def test_an_account_that_nobody_has_is_not_there(desk):
    for wrong in ("9999", "..%2F..", "x" * 300):
        assert desk.sign_in(OWNER).post(f"/my/{wrong}/known").status_code == 404
