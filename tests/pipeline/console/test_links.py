"""Signed links: one account, one matter, three days; nothing but 知悉 without signing in."""

from datetime import timedelta
from uuid import UUID

import pytest

from pipeline.access.links import LIVES, make_link
from pipeline.access.users import Role
from pipeline.home.folder import Home
from pipeline.home.read_model import open_read_model
from pipeline.voice.links import links_of, opener_in, purpose_of
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.city import NOW, OWNER_UNIT, copy_of
from tests.pipeline.console.signed_in import user_of
from tests.pipeline.program import asked

OWNER = user_of(Role.OWNER, OWNER_UNIT)


@pytest.fixture
def desk(city, tmp_path):
    home = copy_of(city, tmp_path)
    with console_of(home, OWNER, now=NOW) as browser:
        browser.home = home
        yield browser


@pytest.fixture
def alert(desk):
    """The open alert of some account, and the account."""
    with open_read_model(Home(desk.home)) as model:
        return model.open_alerts()[0]


def token_of(desk, alert, *, account="", purpose="", until=NOW + LIVES):
    opener = str(UUID(bytes=alert.opener))
    return make_link(Home(desk.home), purpose or purpose_of(opener), account or alert.subject, until)


def test_a_link_shows_its_account_and_lets_press_known_alone(desk, alert):
    """No name and number of anybody stands there, and everything else leads to the sign-in."""
    url = f"/s/{token_of(desk, alert)}"
    page = desk.sign_in(None).get(url)
    assert page.status_code == 200
    assert page.headers["x-robots-tag"].startswith("noindex")
    words = text_of(page.text)
    assert "知悉" in words
    assert "登录办理" in words
    assert not any(name in words for name in ("张某", "李某", "010-", "138"))
    assert desk.client.post(f"{url}/known", follow_redirects=False).status_code == 303
    assert f'action="{url}/known"' not in desk.get(url).text
    sql = "SELECT actor FROM records WHERE type = 'alert.acknowledged' ORDER BY recorded_at DESC LIMIT 1"
    assert asked(desk.home, "sql", sql)["rows"] == [{"actor": "link"}]
    for page in ("/my", "/today", "/accounts"):
        assert desk.get(page).headers["location"].startswith("/login")


@pytest.mark.parametrize("wrong", ["", "x", "ab.cd", "A" * 5000, "..%2Fxuncha.toml"])
def test_what_nobody_made_opens_nothing(desk, wrong):
    answer = desk.sign_in(None).get(f"/s/{wrong or 'none'}")
    assert answer.status_code == 404


def test_a_link_dies_after_three_days_and_with_its_matter(desk, alert):
    """Another account, another silence, another purpose and another home open nothing either."""
    with open_read_model(Home(desk.home)) as model:
        other = next(a for a in model.open_alerts() if a.subject != alert.subject)
    dead = (
        token_of(desk, alert, until=NOW - timedelta(seconds=1)),
        token_of(desk, alert, account=other.subject),
        token_of(desk, alert, purpose=purpose_of(str(UUID(int=7)))),
        token_of(desk, alert, purpose="reset"),
        token_of(desk, alert)[:-2] + "AA",
    )
    for token in dead:
        answer = desk.sign_in(None).get(f"/s/{token}")
        assert (answer.status_code, "链接已失效" in answer.text) == (404, True)
        assert desk.client.post(f"/s/{token}/known", follow_redirects=False).status_code == 404


def test_messages_carry_links_where_the_settings_say_where_the_console_is(city, tmp_path):
    home = copy_of(city, tmp_path)
    assert links_of(Home(home))("a", "o", NOW) == ""
    settings = home / "xuncha.toml"
    settings.write_text(
        settings.read_text("utf-8") + '\n[console]\nurl = "https://xuncha.example"\n', "utf-8"
    )
    link = links_of(Home(home))
    assert link("", "", NOW) == "https://xuncha.example/my"
    assert link("a", "o", NOW).startswith("https://xuncha.example/s/")
    assert opener_in(purpose_of("o")) == "o"
    assert opener_in("reset") is None
