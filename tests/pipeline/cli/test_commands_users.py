"""Users and tokens through the commands, and the two commands that serve pages."""

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from pipeline.home.new_home import make_home
from tests.fork_server import ROOT
from tests.pipeline.program import asked, done, rows, xuncha

PASSWORD = "纸鸢 河灯 三月 石桥"  # noqa: S105
DEADLINE_S = 90


@pytest.fixture
def home(tmp_path):
    return make_home(tmp_path / "home").path


def test_a_user_is_added_invited_and_listed(home):
    """The link is printed, the list has roles in words, JSON their codes; no hash of a password is in either."""
    said = done(
        home, "users", "add", "WangWu", "--name", "王五", "--role", "主办单位", "--about", "某市教育局"
    )
    assert re.search(r" /invite/[\w-]{43}\n前面加上网页的地址", said.out)
    again = asked(home, "users", "invite", "wangwu")
    assert re.fullmatch(r"/invite/[\w-]{43}", again["path"])
    (user,) = rows(home, "users", "list")
    assert (user["login"], user["name"], user["state"]) == ("wangwu", "王五", "未设密码")
    assert user["grants"] == [{"role": "owner", "scope": "某市教育局", "waits": False}]
    assert "主办单位（某市教育局）" in done(home, "users", "list").out
    done(home, "users", "password", "wangwu", "--password", PASSWORD)
    shown = done(home, "users", "list", "--json").out
    assert rows(home, "users", "list")[0]["state"] == "正常"
    assert "argon2" not in shown
    assert PASSWORD not in shown


def test_where_the_pages_have_an_address_the_link_is_whole(home):
    (home / "xuncha.toml").write_text('[console]\nurl = "https://xuncha.langang.example"\n', "utf-8")
    said = done(home, "users", "add", "shen", "--name", "沈某", "--role", "审计人员").out
    assert re.search(r" https://xuncha\.langang\.example/invite/[\w-]{43}\n", said)
    assert "前面加上" not in said


def test_roles_come_and_go(home):
    """By title or by code; what is not there is told."""
    asked(home, "users", "add", "lisi", "--name", "李四", "--role", "clerk")
    done(home, "users", "grant", "lisi", "--role", "签发人")
    assert {g["role"] for g in rows(home, "users", "list")[0]["grants"]} == {"clerk", "signer"}
    done(home, "users", "revoke", "lisi", "--role", "signer")
    refused = xuncha(home, "users", "revoke", "lisi", "--role", "signer")
    assert (refused.status, "has no such role" in refused.complaint) == (2, True)
    unknown = xuncha(home, "users", "grant", "lisi", "--role", "国王")
    assert (unknown.status, "write one of" in unknown.complaint) == (2, True)
    about = xuncha(home, "users", "grant", "lisi", "--role", "owner")
    assert (about.status, "--about: say what the role is about" in about.complaint) == (2, True)
    nobody = xuncha(home, "users", "disable", "nobody")
    assert (nobody.status, "nobody signs in as 'nobody'" in nobody.complaint) == (2, True)


def test_the_last_administrator_is_not_disabled(home):
    done(home, "users", "add", "zhang", "--name", "张", "--role", "admin")
    refused = xuncha(home, "users", "disable", "zhang")
    assert (refused.status, "nobody would be left" in refused.complaint) == (2, True)
    done(home, "users", "add", "li", "--name", "李", "--role", "admin")
    done(home, "users", "disable", "zhang")
    assert [u["disabled"] for u in rows(home, "users", "list")] == [False, True]
    done(home, "users", "disable", "zhang", "--enable")
    assert not any(u["disabled"] for u in rows(home, "users", "list"))


def test_a_token_is_printed_once_and_revoked(home):
    """Kinds by code or title; the list has no secret."""
    words = ("--kind", "look", "--kind", "发布内容", "--source", "monitor-2", "--days", 30)
    made = asked(home, "tokens", "add", "监测平台", *words)
    assert made["token"].startswith("xct_")
    (one,) = rows(home, "tokens", "list")
    assert (one["kinds"], one["scopes"], one["state"]) == (
        ["监测记录", "发布内容"],
        ["数据来源：monitor-2"],
        "有效",
    )
    assert made["token"] not in done(home, "tokens", "list", "--json").out
    done(home, "tokens", "revoke", made["token_id"])
    assert rows(home, "tokens", "list")[0]["state"] == "已吊销"
    assert xuncha(home, "tokens", "revoke", "t-none").status == 2
    assert xuncha(home, "tokens", "add", "x y", "--kind", "king").status == 2


@pytest.mark.parametrize("command", ["console", "serve"])
def test_a_proxy_is_an_address_and_no_wildcard(shared_home, command):
    """A wildcard would believe every browser."""
    refused = xuncha(shared_home, command, "--behind-https", "--proxy", "*")
    assert (refused.status, "write the address of the proxy" in refused.complaint) == (2, True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.slow
def test_serve_makes_a_home_runs_it_and_shows_pages(tmp_path):
    """From nothing to the code of the first run on the terminal; a signal ends all of it."""
    port, home = free_port(), tmp_path / "new"
    command = [sys.executable, "-m", "pipeline.cli", "--home", str(home), "serve", "--port", str(port)]
    with (tmp_path / "said").open("w+b") as said:
        running = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)
        try:
            deadline = time.monotonic() + DEADLINE_S
            while True:
                assert time.monotonic() < deadline, (tmp_path / "said").read_text("utf-8")
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/setup", timeout=5) as page:
                        text = page.read().decode()
                    break
                except OSError:
                    time.sleep(0.2)
        finally:
            running.send_signal(signal.SIGTERM)
            status = running.wait(DEADLINE_S)
    shown = (tmp_path / "said").read_text("utf-8")
    code = (home / "setup-code").read_text("ascii")
    assert "首次使用" in text
    assert f"安装码 setup code: {code}" in shown
    assert f"http://127.0.0.1:{port}/setup" in shown
    assert code not in text
    assert status == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
