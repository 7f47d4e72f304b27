"""Users of a server: chDB has none to be made, but it knows their grants and the grammar."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from clickhouse_connect.driver.exceptions import ClickHouseError

from connectors.history.client import HistoryError, open_http
from connectors.history.users import SHORTEST_PASSWORD, apply_users, user_statements

ENOUGH = "p" * SHORTEST_PASSWORD
CONFIG = """
<clickhouse>
  <user_directories><users_xml><path>{path}</path></users_xml></user_directories>
  <profiles><default/></profiles>
  <quotas><default/></quotas>
  <users><default>
    <password/><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota>
    <grants>{grants}</grants>
  </default></users>
</clickhouse>
"""
WRITER = """
from connectors.history.client import HistoryError
from connectors.history.heads import read_heads, repair_views
from connectors.history.migrate import migrate
from connectors.history.migration_lock import migration_lock
from connectors.history.writer import Writer
from tests.connectors.history.test_writer import batch, a_post

with migration_lock(client):
    migrate(client)
repair_views(client)
Writer(client).store(batch([a_post(1)]))
print(read_heads(client, {}))
"""
READER = """
print(client.query("SELECT count() FROM xuncha.records").result_rows)
"""
ATTEMPTS = """
from clickhouse_connect.driver.exceptions import DatabaseError
for statement in {statements!r}:
    try:
        client.command(statement)
    except DatabaseError as e:
        if "ACCESS_DENIED" not in str(e):
            print(statement, str(e).splitlines()[0])
    else:
        print(statement, "was done")
"""
OUTWARD = (
    "SELECT * FROM file('/etc/passwd', LineAsString)",
    "SELECT * FROM url('http://127.0.0.1:1/', LineAsString, 'line String')",
    "SELECT * FROM s3('http://127.0.0.1:1/bucket/key', 'CSV', 'a String')",
    "SELECT * FROM remote('127.0.0.1:1', system.one)",
    "INSERT INTO FUNCTION file('stolen.csv') SELECT 1",
    "CREATE DATABASE elsewhere",
    "CREATE USER friend",
)
"""What neither of them may do. The scalar `file` knows no grant: a server shows by it only its folder of user files."""


def grants_of(role: str) -> list[str]:
    """Return the grants of a role without its name, as the settings file of a server takes them."""
    found = [s for s in user_statements() if re.fullmatch(rf"GRANT .* ON .* TO {role}", s, re.DOTALL)]
    assert found
    return [" ".join(s.removesuffix(f" TO {role}").split()) for s in found]


@pytest.fixture
def run_as(tmp_path: Path):
    """Run a program on chDB whose only user has the grants of a role."""

    def run(role: str, program: str) -> subprocess.CompletedProcess[str]:
        config = tmp_path / f"{role}.xml"
        grants = "".join(f"<query>{grant}</query>" for grant in grants_of(role))
        config.write_text(CONFIG.format(path=config, grants=grants))
        head = f"""
import clickhouse_connect
client = clickhouse_connect.get_client(
    interface="chdb", path="{tmp_path / "db"}?config-file={config}", tz_mode="aware")
client.command("CREATE DATABASE IF NOT EXISTS xuncha") if {role == "xuncha_writing"} else None
client.command("USE xuncha")
"""
        return subprocess.run(
            [sys.executable, "-c", head + program], capture_output=True, text=True, timeout=120, check=False
        )

    return run


def test_every_statement_is_one_that_the_engine_knows(embedded_history):
    """Read to the last word by the engine's own parser, with a text in the place of each password."""
    for statement in user_statements():
        literal = re.sub(r"\{\w+:String\}", "'password'", statement)
        assert embedded_history.query(f"EXPLAIN AST {literal}").result_rows


def test_no_password_stands_in_a_file():
    """Passwords are bound; what would be a literal is a placeholder of its own user."""
    secrets = [s for s in user_statements() if "IDENTIFIED" in s]
    assert len(secrets) == 4
    for statement in secrets:
        user = re.search(r"USER (?:IF NOT EXISTS )?(?:xuncha_)?(\w+)", statement)
        assert user is not None
        assert f"BY {{{user[1]}_password:String}}" in statement


def test_nobody_is_granted_more_than_the_database():
    """No grant on all databases, none of a source like FILE, URL, S3 or REMOTE, none to pass on."""
    grants = [s for s in user_statements() if s.startswith("GRANT") and " ON " in s]
    assert len(grants) == 2
    for grant in grants:
        assert "ON xuncha.* TO" in " ".join(grant.split())
        assert not re.search(r"\b(ALL|FILE|URL|S3|REMOTE|SOURCES|HDFS|SYSTEM|OPTION)\b", grant)


def test_the_writer_can_do_its_work_and_nothing_else(run_as):
    """Migrations, lock, inserts and repair run with its grants; no file, no net, no other database, no user."""
    done = run_as("xuncha_writing", WRITER)
    assert done.returncode == 0, done.stderr
    attempts = run_as("xuncha_writing", ATTEMPTS.format(statements=OUTWARD))
    assert (attempts.stdout, attempts.returncode) == ("", 0), attempts.stderr


def test_the_reader_reads(run_as):
    """It sees the tables; it neither writes nor looks elsewhere."""
    assert run_as("xuncha_writing", WRITER).returncode == 0
    seen = run_as("xuncha_reading", READER)
    assert seen.stdout.strip() == "[(1,)]", seen.stderr
    writing = (
        "INSERT INTO posts SELECT * FROM posts",
        "DROP TABLE posts",
        "ALTER TABLE posts DROP COLUMN offset",
    )
    attempts = run_as("xuncha_reading", ATTEMPTS.format(statements=(*OUTWARD, *writing)))
    assert (attempts.stdout, attempts.returncode) == ("", 0), attempts.stderr


def test_a_short_password_is_refused(embedded_history):
    """Before anything is made; the message names the user."""
    with pytest.raises(HistoryError, match="password of bi needs 12 characters"):
        apply_users(embedded_history, writer_password=ENOUGH, bi_password="p" * 11)


def test_a_database_without_users_says_so(embedded_history):
    """On chDB nobody can make users; the message names the statement, and no password."""
    with pytest.raises(HistoryError, match=r"refused `CREATE ROLE .* administrator") as caught:
        apply_users(embedded_history, writer_password=ENOUGH, bi_password="q" * SHORTEST_PASSWORD)
    assert ENOUGH not in str(caught.value)


@pytest.fixture
def server(request: pytest.FixtureRequest) -> dict[str, Any]:
    if not os.environ.get("CLICKHOUSE_URL"):
        pytest.skip("CLICKHOUSE_URL names no server")
    return request.getfixturevalue("real_server")


def test_users_of_a_real_server_are_held_to_their_limits(server):
    """Made twice without harm; the BI user reads, asks for no more than its limits, and writes nothing."""
    admin = open_http(**server)
    for _ in range(2):
        assert apply_users(admin, writer_password=ENOUGH + "w", bi_password=ENOUGH + "b") == [
            "xuncha_writer",
            "bi",
        ]
    admin.close()
    place = {"host": server["host"], "port": server["port"]}
    writer = open_http(**place, username="xuncha_writer", password=ENOUGH + "w")
    for statement in OUTWARD:
        with pytest.raises(ClickHouseError, match="ACCESS_DENIED"):
            writer.command(statement)
    writer.close()
