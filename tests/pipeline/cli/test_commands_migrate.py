"""`xuncha migrate` against a history server that has nothing yet."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.history.client import DATABASE, open_http
from connectors.history.migrate import load_migrations
from connectors.history.server.spawn import Server, start_server
from tests.pipeline.program import Answer, done, xuncha

TOKEN = "migrate-" + "t" * 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("history")
    with start_server(folder / "chdb", token=TOKEN, state_dir=folder / "state") as server:
        yield server


def _drop(server: Server) -> None:
    with open_http("127.0.0.1", server.port, username="xuncha", password=TOKEN) as cleaner:
        cleaner.command(f"DROP DATABASE {DATABASE} SYNC")


@pytest.fixture
def home(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a home whose history is on the server, which is empty."""
    _drop(server)
    monkeypatch.setenv("HISTORY_TOKEN", TOKEN)
    home = tmp_path / "home"
    done(home, "init")
    with (home / "xuncha.toml").open("a") as settings:
        settings.write(
            f'\n[clickhouse]\nurl = "http://127.0.0.1:{server.port}"\n'
            'user = "xuncha"\npassword_from = "HISTORY_TOKEN"\n'
        )
    return home


def databases(server: Server) -> set[str]:
    with open_http("127.0.0.1", server.port, username="xuncha", password=TOKEN, create=False) as client:
        return {name for (name,) in client.query("SELECT name FROM system.databases").result_rows}


def states(answer: Answer) -> set[str]:
    return {row["state"] for row in answer.rows}


@pytest.mark.slow
def test_migrations_are_shown_rehearsed_and_applied(home, server):
    """Status and dry run change nothing; then all are applied, and a second time there is nothing to do."""
    names = [m.name for m in load_migrations()]
    _drop(server)
    assert states(done(home, "migrate", "--status", "--json")) == {"pending"}
    rehearsed = done(home, "migrate", "--dry-run")
    assert all(f"-- {name}" in rehearsed.out for name in names)
    assert "CREATE TABLE records" in rehearsed.out
    assert DATABASE not in databases(server)
    assert states(done(home, "migrate", "--status", "--json")) == {"pending"}
    assert done(home, "migrate", "--json").json["applied"] == names
    shown = done(home, "migrate", "--status", "--json")
    assert states(shown) == {"applied"}
    assert [row["name"] for row in shown.rows] == names
    assert done(home, "migrate", "--json").json["applied"] == []
    assert done(home, "migrate", "--dry-run").out == ""


@pytest.mark.slow
def test_a_migration_under_way_is_told_and_can_be_forced(home, server):
    """The message names holder and time; --force-unlock says whose lock it took."""
    other = '{"host":"elsewhere","pid":7,"since":"2021-06-01T00:00:00Z"}'
    with open_http("127.0.0.1", server.port, username="xuncha", password=TOKEN) as client:
        client.command(f"CREATE TABLE migration_lock (held UInt8) ENGINE = Memory COMMENT '{other}'")
    locked = xuncha(home, "migrate")
    assert locked.status == 2
    assert "process 7 on elsewhere since 2021-06-01T08:00:00+08:00" in locked.complaint
    forced = done(home, "migrate", "--force-unlock", "--json").json
    assert forced["unlocked"].startswith("process 7 on elsewhere")
    assert len(forced["applied"]) == len(load_migrations())


@pytest.mark.slow
def test_users_need_passwords_from_the_environment(home, monkeypatch):
    """Both, different, and of some length; chDB itself knows no users, and says so."""
    assert "XUNCHA_WRITER_PASSWORD holds no password" in xuncha(home, "migrate", "--users").complaint
    monkeypatch.setenv("XUNCHA_WRITER_PASSWORD", "same-password")
    monkeypatch.setenv("XUNCHA_BI_PASSWORD", "same-password")
    assert "passwords of their own" in xuncha(home, "migrate", "--users").complaint
    monkeypatch.setenv("XUNCHA_BI_PASSWORD", "another-password")
    refused = xuncha(home, "migrate", "--users")
    assert refused.status == 2
    assert "the server refused `CREATE ROLE" in refused.complaint
    assert "another-password" not in refused.err
    assert xuncha(home, "migrate", "--users", "--status").status == 2
