"""Saved views: a list with its filters under a name, of one person alone."""

import re

import pytest

from pipeline.access.users import Role
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.city import NOW, copy_of
from tests.pipeline.console.signed_in import user_of

MINE, OTHERS = user_of(Role.CLERK), user_of(Role.CLERK, id_="u-other")
WHERE, QUERY = "/accounts", "area=%E4%B8%9C%E6%B1%9F%E5%8C%BA&sort=limit"


@pytest.fixture(scope="module")
def browser(city, tmp_path_factory):
    home = copy_of(city, tmp_path_factory.mktemp("views"))
    with console_of(home, MINE, OTHERS, now=NOW) as opened:
        yield opened


def test_a_list_is_kept_with_its_filters_and_opened_again(browser):
    """What narrows and orders it stays; pages and moments do not; the newest of a name counts."""
    browser.sign_in(MINE)
    assert "我的视图" not in browser.get(WHERE).text
    form = browser.get(f"{WHERE}?{QUERY}").text
    assert "存为视图" in form
    query = re.search(r'name="query" value="([^"]+)"', form)[1].replace("&amp;", "&")
    saved = browser.post(
        "/views", {"path": WHERE, "query": f"{query}&page=2&known_at=2026-09-01", "name": "东江"}
    )
    assert (303, f"{WHERE}?{QUERY}&done=view-saved") == (saved.status_code, saved.headers["location"])
    shown = browser.get(WHERE).text
    assert f'href="{WHERE}?{QUERY.replace("&", "&amp;")}">东江</a>' in shown
    opened = browser.get(f"{WHERE}?{QUERY}").text
    assert "删除视图" in opened
    assert "存为视图" not in opened
    assert "我的视图" not in browser.get(f"{WHERE}?known_at=2026-09-10").text
    browser.sign_in(OTHERS)
    assert "东江</a>" not in browser.get(WHERE).text
    browser.post("/views/remove", {"path": WHERE, "name": "东江"})
    browser.sign_in(MINE)
    assert "东江</a>" in browser.get(WHERE).text
    assert 303 == browser.post("/views/remove", {"path": WHERE, "name": "东江"}).status_code
    assert "东江</a>" not in browser.get(WHERE).text


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "", "/login", "/accounts?x=1"])
def test_a_view_leads_nowhere_else(browser, path):
    """A form cannot plant an address of strangers."""
    browser.sign_in(MINE)
    assert 404 == browser.post("/views", {"path": path, "query": "", "name": "x"}).status_code


def test_names_and_numbers_of_views_are_bounded(browser):
    """A blank or a long name is refused, and more views than anybody finds their way in."""
    browser.sign_in(MINE)
    for name in (" ", "很" * 21):
        assert 422 == browser.post("/views", {"path": "/tasks", "query": "", "name": name}).status_code
    for n in range(50):
        assert 303 == browser.post("/views", {"path": "/tasks", "query": "", "name": f"v{n}"}).status_code
    refused = browser.post("/views", {"path": "/tasks", "query": "", "name": "more"})
    assert (422, True) == (refused.status_code, "50" in text_of(refused.text))
