import gzip
import hashlib
import re

import pytest

from pipeline.access.users import Role
from pipeline.console.csrf import masked, same_token
from pipeline.console.rendering import ASSETS, asset_url, assets
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.signed_in import user_of

ADMIN = user_of(Role.ADMIN)
HTMX = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
"""Of dist/htmx.min.js of htmx.org 4.0.1, as its package has it."""


@pytest.fixture(scope="module")
def browser(city):
    with console_of(city, ADMIN) as opened:
        yield opened.sign_in(ADMIN)


def test_htmx_is_the_released_file():
    """What runs in every browser is what its authors released, byte for byte."""
    assert hashlib.sha256((ASSETS / "htmx.min.js").read_bytes()).hexdigest() == HTMX


def test_a_first_visit_stays_within_its_budget(browser):
    """At most 45 KB packed and four requests, of which a list of 50 rows takes 15 KB at most."""
    page = browser.get("/parts").text
    loaded = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)
    assert len(loaded) + 1 <= 4
    packed = len(gzip.compress(page.encode(), 5))
    assert packed <= 15 << 10
    assert (
        packed + sum(len(one.packed) for one in assets().values() if f"/assets/{one.name}" in loaded)
        <= 45 << 10
    )


def test_assets_are_sent_packed_to_whom_can_unpack_them(browser):
    url = asset_url("console.css")
    assert browser.get(url, headers={"accept-encoding": "gzip"}).headers["content-encoding"] == "gzip"
    plain = browser.get(url, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == assets()["console.css"].content


def test_pages_have_no_style_and_no_script_of_their_own(browser):
    page = browser.get("/parts").text
    assert " style=" not in page
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\son[a-z]+=", page)


def test_the_token_of_a_form_is_another_in_every_answer(browser):
    """A compressed answer tells by its length what stands in it twice, so the token is never the same text twice."""
    tokens = {re.search(r'name="_csrf" value="([^"]+)"', browser.get("/parts").text)[1] for _ in range(3)}
    assert len(tokens) == 3
    assert all(same_token(token, "csrf-of-a-test") for token in tokens)


@pytest.mark.parametrize("sent", ["", "m.", "m.!!", "m.YQ==", "x", "m." + "A" * 4000, "乱"])
def test_what_is_no_token_opens_nothing(sent):
    assert not same_token(sent, "csrf-of-a-test")


def test_a_masked_token_of_another_session_opens_nothing():
    assert not same_token(masked("csrf-of-others"), "csrf-of-a-test")


def test_a_list_keeps_its_filters_while_it_is_sorted_and_paged(browser):
    page = browser.get("/parts?state=red&sort=-days&q=示例").text
    assert "已筛选" in page
    assert re.search(r'aria-sort="descending"><a href="/parts\?[^"]*state=red[^"]*sort=days"', page)
    assert "12 条" in text_of(page)
    second = browser.get("/parts?page=2").text
    assert "第 51–60 条，共 60 条" in text_of(second)


def test_a_list_says_when_nothing_fits(browser):
    page = text_of(browser.get("/parts?q=没有的").text)
    assert "没有符合筛选的记录" in page
    assert "清除筛选" in page


@pytest.mark.parametrize(
    "asked", ["page=0", "page=99999999999999", "page=-1", "page=二", "sort=nothing", "state=x"]
)
def test_a_list_takes_any_address(browser, asked):
    assert browser.get(f"/parts?{asked}").status_code == 200


def test_an_export_has_all_pages_of_what_is_shown(browser):
    found = browser.get("/parts.csv?state=red&sort=days")
    lines = found.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 13
    assert found.headers["content-type"].startswith("text/csv")


def test_large_print_is_a_class_of_the_page(browser):
    browser.client.cookies.set("large", "1")
    try:
        assert '<html lang="zh-CN" class="large">' in browser.get("/parts").text
    finally:
        browser.sign_in(ADMIN)


def test_a_look_at_the_past_wears_its_band_and_keeps_its_moment(browser):
    page = browser.get("/parts?known_at=2023-02-01").text
    assert "只能查看，不能办理" in page
    assert re.search(r'href="/parts\?[^"]*known_at=2023-02-01[^"]*sort=', page)
    assert '<input type="hidden" name="known_at" value="2023-02-01">' in page


def test_parts_are_for_the_administrator_alone(city):
    clerk = user_of(Role.CLERK)
    with console_of(city, clerk) as browser:
        assert browser.sign_in(clerk).get("/parts").status_code == 404
