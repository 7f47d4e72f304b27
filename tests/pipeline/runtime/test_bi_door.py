"""The door for BI tools of a home: opened by its settings, for unmodified clients, with a token that nobody guesses."""

import re
import socket
from pathlib import Path

import pytest

from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.runtime.embedded.history_server import HistoryServer, bi_door
from tests.pipeline.small_city import build

PAGE = (Path(__file__).parents[3] / "docs" / "bi.md").read_text("utf-8")
TOKEN = "t" * 40


@pytest.mark.slow
def test_the_door_of_a_home_answers_pandas_as_the_page_says(tmp_path):
    """The settings open it; the code of the page runs with its port and token."""
    home = tmp_path / "home"
    build(home, tmp_path)
    (tmp_path / "token").write_text(TOKEN + "\n")
    (home / "xuncha.toml").write_text(
        f'[bi]\ntoken = "file:{tmp_path}/token"\nport = {_free_port()}\n', "utf-8"
    )
    server = HistoryServer(Home(home))
    try:
        server.look()
        code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
        assert code is not None
        said: dict[str, object] = {"TOKEN": TOKEN}
        exec(code[1].replace("8124", str(Home(home).settings.bi.port)), said)  # noqa: S102 (the page's own)
        client = said["client"]
        assert client.query("SELECT count() FROM bi_accounts").result_rows == [(5,)]
        assert client.query("SELECT count() FROM bi_findings").result_rows == [(2,)]
        assert client.query("SELECT count() FROM bi_weekly_updates WHERE updates > 0").result_rows[0][0] > 10
    finally:
        server.stop()


@pytest.mark.parametrize("token", ["", "short", "with blank " + "x" * 40, "令" * 40])
def test_a_weak_token_opens_no_door(tmp_path, token):
    """The settings are refused before anything listens; the message names the reference and not the token."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "log.sqlite").touch()
    (tmp_path / "token").write_text(token, "utf-8")
    (home / "xuncha.toml").write_text(f'[bi]\ntoken = "file:{tmp_path}/token"\n', "utf-8")
    with pytest.raises(UsageError, match=r"\[bi\] token") as caught:
        bi_door(Home(home))
    assert not token or token not in str(caught.value)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
