import stat
import threading

import pytest

from pipeline.access.links import FILE_NAME, Link, make_link, read_link, rotate_key
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.new_home import make_home
from tests.pipeline.access.people import NOW, later
from tests.pipeline.program import asked, done

ACCOUNT = "wechat:MjM5OTY3Mzk2Mg=="


def test_a_link_says_account_purpose_and_end(home):
    token = make_link(home, "due", ACCOUNT, later(days=3))
    assert read_link(home, token, later(days=2)) == Link("due", ACCOUNT, later(days=3))
    assert read_link(home, token, later(days=3)) is None


@pytest.mark.parametrize("change", ["", "x", "swap", "long", "none"])
def test_a_link_that_nobody_made_says_nothing(home, change):
    """Cut, changed, signed by another home: all the same."""
    token = make_link(home, "due", ACCOUNT, later(days=3))
    body, _, signature = token.rpartition(".")
    other = make_link(home, "due", "weibo:1", later(days=3)).rpartition(".")[0]
    forged = {
        "": "",
        "x": token[:-1],
        "swap": f"{other}.{signature}",
        "long": body + "A" * 5000 + "." + signature,
        "none": f"{body}.",
    }[change]
    assert read_link(home, forged, NOW) is None


def test_another_home_reads_no_link_of_this_one(home, tmp_path):
    token = make_link(home, "due", ACCOUNT, later(days=3))
    assert read_link(make_home(tmp_path / "other"), token, NOW) is None


def test_the_key_is_its_owners_and_one_for_all_who_begin_at_once(home):
    """Two processes that make the first link at once use the same key."""
    tokens = []
    threads = [
        threading.Thread(target=lambda: tokens.append(make_link(home, "due", ACCOUNT, later(days=3))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert stat.S_IMODE((home.path / FILE_NAME).stat().st_mode) == 0o600
    assert all(read_link(home, token, NOW) for token in tokens)
    assert len(tokens) == 8


def test_links_outlive_a_new_key_and_not_two_of_them_for_ever(home):
    """A new key signs; the last two before it are still read."""
    old = make_link(home, "due", ACCOUNT, later(days=3))
    rotate_key(home)
    new = make_link(home, "due", ACCOUNT, later(days=3))
    assert read_link(home, old, NOW)
    assert read_link(home, new, NOW)
    for _ in range(3):
        rotate_key(home)
    assert read_link(home, old, NOW) is None


def test_a_command_draws_a_new_key(home):
    """Links go on, or are over at once where the old key is in wrong hands."""
    old = make_link(home, "due", ACCOUNT, later(days=3))
    assert {"new_key": True, "former_links_end": False} == asked(home.path, "links", "new-key")
    assert read_link(home, old, NOW)
    done(home.path, "links", "new-key", "--at-once")
    assert read_link(home, old, NOW) is None
    assert read_link(home, make_link(home, "due", ACCOUNT, later(days=3)), NOW)


def test_one_key_for_several_machines(home, monkeypatch):
    """The settings name it; one that is too short is refused."""
    monkeypatch.setenv("LINK_KEY", "k" * 40)
    (home.path / "xuncha.toml").write_text('[console]\nlink_key = "env:LINK_KEY"\n', "utf-8")
    opened = Home(home.path)
    token = make_link(opened, "due", ACCOUNT, later(days=3))
    assert read_link(opened, token, NOW)
    assert not (home.path / FILE_NAME).exists()
    with pytest.raises(UsageError, match="the key is what env:LINK_KEY holds"):
        rotate_key(opened)
    monkeypatch.setenv("LINK_KEY", "short")
    with pytest.raises(UsageError, match="holds no key of 32 characters"):
        make_link(opened, "due", ACCOUNT, later(days=3))


def test_a_damaged_key_file_is_named(home):
    (home.path / FILE_NAME).write_text("[]", "utf-8")
    with pytest.raises(UsageError, match=r"links\.key is damaged"):
        make_link(home, "due", ACCOUNT, later(days=3))
