"""Users of a server: chDB has none to be made, but it knows their grants and the grammar."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from clickhouse_connect.driver.exceptions import ClickHouseError

from connectors.history.client import HistoryError, open_http
from connectors.history.users import (
    SHORTEST_PASSWORD,
    AreaUser,
    apply_users,
    area_statements,
    user_statements,
)

ENOUGH = "p" * SHORTEST_PASSWORD
CONFIG = """
<clickhouse>
  <user_directories><users_xml><path>{path}</path></users_xml></user_directories>
  <profiles><default/></profiles>
  <quotas><default/></quotas>
  <users><default>
    <password/><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota>
    <grants>{grants}</grants><databases><xuncha>{filters}</xuncha></databases>
  </default><keeper>
    <password/><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota>
    <grants><query>GRANT SELECT ON xuncha.*</query></grants>
  </keeper></users>
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
VIEWS = """
from importlib import resources
from connectors.history.migrate import statements_of
made_by = ("0014_bi", "0015_bi_quarters", "0017_bi_year", "0018_ruled_deadlines", "0020_deadlines_of_earlier_bulletins")
for file in made_by:
    for statement in statements_of(resources.files("infra") / "clickhouse" / f"{file}.sql"):
        if "VIEW bi_" in statement:
            name = statement.split("VIEW ")[1].split()[0]
            client.command(f"DROP VIEW {name}")
            client.command(statement.replace("DEFINER = CURRENT_USER", "DEFINER = keeper"))
client.command('''
    INSERT INTO occasional_records (topic, id, type, subject, time, data) VALUES
    ('facts', generateUUIDv4(), 'account.opened', 'weibo:1', now64(6), '{"name": "甲一", "area": "甲区"}'),
    ('facts', generateUUIDv4(), 'account.opened', 'weibo:2', now64(6), '{"name": "乙一", "area": "乙区"}'),
    ('facts', generateUUIDv4(), 'finding.recorded', 'weibo:1', now64(6), '{"rule": "separate-case"}'),
    ('facts', generateUUIDv4(), 'finding.recorded', 'weibo:1', now64(6), '{"rule": "a", "note": "n"}'),
    ('facts', generateUUIDv4(), 'finding.recorded', 'weibo:2', now64(6), '{"rule": "b"}')''')
"""
AREA_READER = """
for query in (
    "SELECT name FROM bi_accounts ORDER BY name",
    "SELECT count() FROM bi_accounts",
    "SELECT name FROM bi_accounts WHERE area != '甲区' OR 1 = 1",
    "SELECT rule FROM bi_findings",
    "SELECT max(name) FROM bi_accounts",
    "SELECT a.name FROM bi_accounts AS a RIGHT JOIN bi_findings AS f ON 1 = 1",
):
    print(client.query(query).result_rows)
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

    def run(
        role: str, program: str, more: Sequence[str] = (), filters: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        config = tmp_path / f"{role}.xml"
        grants = "".join(f"<query>{grant}</query>" for grant in (*grants_of(role), *more))
        held = "".join(f"<{n}><filter>{escape(f)}</filter></{n}>" for n, f in (filters or {}).items())
        config.write_text(CONFIG.format(path=config, grants=grants, filters=held))
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
    assert len(grants) == 12
    for grant in grants:
        whole, of_area = "ON xuncha.* TO", r"^GRANT SELECT ON xuncha\.bi_\w+ TO xuncha_area_reading$"
        assert whole in " ".join(grant.split()) or re.match(of_area, grant)
        assert not re.search(r"\b(ALL|FILE|URL|S3|REMOTE|SOURCES|HDFS|SYSTEM|OPTION)\b", grant)


@pytest.mark.slow
def test_the_writer_can_do_its_work_and_nothing_else(run_as):
    """Migrations, lock, inserts and repair run with its grants; no file, no net, no other database, no user."""
    done = run_as("xuncha_writing", WRITER)
    assert done.returncode == 0, done.stderr
    attempts = run_as("xuncha_writing", ATTEMPTS.format(statements=OUTWARD))
    assert (attempts.stdout, attempts.returncode) == ("", 0), attempts.stderr


@pytest.mark.slow
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


def policies_of(area: str) -> dict[str, str]:
    """Return the filter of each view that a user of an area has."""
    statements = area_statements(AreaUser("bi_test", area, ENOUGH))
    found = [re.search(r"ON xuncha\.(\w+) USING (.*) TO bi_test$", s, re.DOTALL) for s in statements]
    return {one[1]: one[2] for one in found if one is not None}


@pytest.mark.slow
def test_who_sees_one_area_sees_no_row_of_another(run_as):
    """Not by a count, a condition or a join either; tables below the views are out of reach, separate cases too."""
    assert run_as("xuncha_writing", WRITER).returncode == 0
    made = run_as("xuncha_writing", VIEWS, more=["GRANT SET DEFINER ON *"])
    assert made.returncode == 0, made.stderr
    seen = run_as("xuncha_area_reading", AREA_READER, filters=policies_of("甲区"))
    assert seen.stdout.splitlines() == [
        "[('甲一',)]",
        "[(1,)]",
        "[('甲一',)]",
        "[('a',)]",
        "[('甲一',)]",
        "[('甲一',)]",
    ], seen.stderr
    beyond = (*OUTWARD, "SELECT * FROM accounts", "SELECT * FROM records", "SELECT * FROM occasional_records")
    attempts = run_as("xuncha_area_reading", ATTEMPTS.format(statements=beyond), filters=policies_of("甲区"))
    assert (attempts.stdout, attempts.returncode) == ("", 0), attempts.stderr


@pytest.mark.parametrize(
    "area", ["甲区' OR 1 = 1 --", "\\\\' OR ''='", "a\\", "$user", "x'; DROP TABLE records"]
)
def test_the_name_of_an_area_is_a_text(embedded_history, area):
    """Whatever stands in it; and every statement is one that the engine knows."""
    for statement in area_statements(AreaUser("bi_test", area, ENOUGH)):
        literal = re.sub(r"\{\w+:String\}", "'password'", statement)
        assert embedded_history.query(f"EXPLAIN AST {literal}").result_rows
    for condition in policies_of(area).values():
        literal = condition.removeprefix("area = ")
        assert embedded_history.query(f"SELECT {literal}").result_rows == [(area,)]


@pytest.mark.parametrize("name", ["bi", "bi_", "bi_X", "default", "bi_a b", "bi_a; DROP", "xuncha_writer"])
def test_a_user_of_an_area_has_a_name_of_its_kind(name):
    """No other user is touched, and no name is more than a name."""
    with pytest.raises(HistoryError, match="bi_ with small letters"):
        area_statements(AreaUser(name, "甲区", ENOUGH))


def test_a_view_for_tools_has_its_policy_for_everybody(embedded_history):
    """Each has an area, rights of its maker, a grant and a policy of either kind; none was forgotten."""
    views = {
        name
        for (name,) in embedded_history.query(
            "SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE 'bi\\_%'"
        ).result_rows
    }
    assert len(views) == 10
    assert policies_of("甲区").keys() == views
    said = " ".join(user_statements())
    for view in views:
        assert f"ON xuncha.{view} TO xuncha_area_reading" in said
        assert f"ON xuncha.{view} USING 1 TO xuncha_reading" in said
        shown = embedded_history.command(f"SHOW CREATE VIEW {view}")
        assert "SQL SECURITY DEFINER" in shown
        assert "`area`" in shown


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
