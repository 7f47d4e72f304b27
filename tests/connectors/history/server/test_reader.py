"""Hostile SQL of the read-only user, and what the kernel forbids even to the writer."""

import pytest

HOSTILE = [
    "SELECT file('/etc/passwd')",
    "SELECT `fi\\x6ce`('/etc/passwd')",
    "SELECT \"file\"('/etc/passwd')",
    "SELECT /**/ FILE /**/ ('/etc/passwd')",
    "SELECT * APPLY(file) FROM (SELECT '/etc/passwd')",
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
    "SELECT * FROM remote('127.0.0.1', 'system', 'one')",
    "SELECT * FROM sqlite('/tmp/a.db', 'b')",
    "SELECT * FROM s3('http://127.0.0.1:1/b/k', 'CSV')",
    "SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
    "SELECT * FROM executable('id', 'TSV', 'x String')",
    "SELECT * FROM python('x')",
    "SELECT * FROM merge('system', '^processes$')",
    "SELECT * FROM cluster('default', system, processes)",
    "SELECT 1 INTO OUTFILE '/tmp/xuncha-hostile'",
    "SELECT 1 INTO/**/OUTFILE '{file}.out'",
    "SELECT 1 /* ' */ INTO OUTFILE '{file}.out' -- '",
    "SELECT $$'$$ INTO OUTFILE '{file}.out'",
    "EXPLAIN SELECT 1 into\toutfile '{file}.out'",
    "SELECT * FROM default.`{file}`",
    'SELECT * FROM "default".`{name}`',
    "SELECT 1 IN default.{name}",
    "SELECT * FROM `{file}`",
    "SELECT * FROM loop('default', '{file}')",
    "SELECT hasColumnInTable('default', '{file}', 'c1')",
    "SELECT 1 SETTINGS output_format_schema = '/tmp/xuncha-hostile' FORMAT CapnProto",
    "SELECT 1 SETTINGS readonly = 0",
    "SELECT 1 SETTINGS max_execution_time = 0",
    "SELECT 1 SETTINGS max_execution_time = DEFAULT",
    "SELECT 1 SETTINGS `max_result_rows` = 2",
    "SELECT 1 SETTINGS optimize_read_in_order, max_result_rows = 0",
    "SELECT * FROM (SELECT 1 SETTINGS max_threads = 2)",
    "WITH x AS (SELECT 1 SETTINGS max_threads = 2) SELECT * FROM x",
    "SELECT 1 WHERE 1 IN (SELECT 1 SETTINGS/**/max_threads = 2)",
    "SELECT * FROM view(SELECT 1 SETTINGS max_threads = 2)",
    "(SELECT 1) UNION ALL (SELECT 2 SETTINGS max_threads = 2)",
    "EXPLAIN SELECT 1 SETTINGS max_threads = 2",
    "SELECT 1 SETTINGS output_format_json_quote_64bit_integers = 1 FORMAT JSON",
    "KILL QUERY WHERE 1",
    "SET readonly = 0",
    "SET ROLE NONE",
    "USE system",
    "SELECT 1; DROP TABLE h.facts",
    "SELECT 1; SELECT 2",
    "SELECT * FROM system.processes",
    "SELECT * FROM `system`.`query_log`",
    "SELECT * FROM system . server_settings",
    "SELECT x.name FROM system.disks AS x",
    "SELECT * FROM {t:Identifier}",
    "SHOW PROCESSLIST",
    "SHOW GRANTS",
    "SHOW ACCESS",
    "INSERT INTO h.facts VALUES (9, 'z')",
    "INSERT INTO h.facts FORMAT CSV 9,z",
    "INSERT INTO FUNCTION file('/tmp/xuncha-hostile', 'CSV', 'a Int8') SELECT 1",
    "CREATE TABLE h.evil (a Int8) ENGINE = Memory",
    "CREATE TEMPORARY TABLE evil (a Int8)",
    "DROP TABLE h.facts",
    "ALTER TABLE h.facts DELETE WHERE 1",
    "TRUNCATE TABLE h.facts",
    "SYSTEM SHUTDOWN",
    "BACKUP DATABASE h TO File('/tmp/xuncha-hostile')",
    "ATTACH TABLE h.evil FROM '/etc' (a String) ENGINE = File(LineAsString)",
    "CREATE FUNCTION f AS x -> x",
    "GRANT ALL ON *.* TO default",
    "SELECT sleep(3)",
    "EXPLAIN SELECT file('/etc/passwd')",
    "DESCRIBE TABLE file('/etc/passwd', 'LineAsString')",
    "WITH file AS f SELECT 1",
]
HARMLESS = [
    "SELECT url FROM h.facts ORDER BY id LIMIT 1",
    "WITH x AS (SELECT max(id) AS m FROM h.facts) SELECT m FROM x",
    "(SELECT 1) UNION ALL (SELECT 2)",
    "SELECT 'file(''/etc/passwd'') and system.processes' AS `the file's name`",
    "SHOW TABLES FROM h",
    "SHOW CREATE TABLE h.facts",
    "DESCRIBE TABLE h.facts",
    "EXISTS TABLE h.facts",
    "EXPLAIN SELECT * FROM h.facts",
    "SELECT name, value, readonly FROM system.settings LIMIT 10000",
    "SELECT name FROM system.tables WHERE database = 'h'",
    "SELECT air FROM (SELECT 1 AS air)",
    "SELECT 'INTO OUTFILE ''a/b.csv''' AS `into outfile`, outfile FROM (SELECT 1 AS outfile)",
    "SELECT SETTINGS, b = 1 FROM (SELECT 1 AS SETTINGS, 2 AS b) WHERE SETTINGS = 1 ORDER BY SETTINGS DESC",
    "SELECT SETTINGS.a FROM (SELECT 1 AS a) AS SETTINGS CROSS JOIN (SELECT 2 AS c) AS settings",
    "SELECT 'SETTINGS max_threads = 2' AS a -- SETTINGS max_threads = 2",
    "SELECT $$it's$$ /* ' INTO OUTFILE */ AS a -- into outfile",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_sql_of_the_reader_is_refused(door, text):
    """Refused with a code, in the URL and in the body; the facts and the files stay what they were."""
    secret = door.folder / "secret"
    secret.write_text("root:x")
    text = text.replace("{file}", str(secret)).replace("{name}", secret.name)
    before = sorted(path.name for path in door.folder.iterdir())
    params = {"param_t": "system.processes"}
    for status, headers, body in (
        door.ask("POST", params, text.encode(), user="reader"),
        door.ask("GET", params | {"query": text}, user="reader"),
    ):
        assert status >= 400, body
        assert int(headers["X-ClickHouse-Exception-Code"]) in {62, 115, 164, 497}, body
        assert b"root:" not in body
    assert door.ask("GET", {"query": "SELECT count() FROM h.facts"})[2] == b"2\n"
    assert before == sorted(path.name for path in door.folder.iterdir())


@pytest.mark.parametrize("database", ["", "default"])
def test_a_bare_name_of_the_reader_is_no_file(door, database):
    """Without a database a name is looked for where there are no files, unlike in chDB's own `default`."""
    query = "SELECT currentDatabase()"
    assert door.ask("GET", {"query": query, "database": database})[2] == b"default\n"
    assert (
        door.ask("GET", {"query": query, "database": database}, user="reader")[2] == b"information_schema\n"
    )


@pytest.mark.parametrize("text", HARMLESS)
def test_what_a_reader_needs_passes(door, text):
    """Reading facts and their description works, and words in strings are only words."""
    status, _, body = door.ask("POST", {}, text.encode(), user="reader")
    assert status == 200, body


@pytest.mark.parametrize(
    "params",
    [
        {"readonly": "0"},
        {"max_memory_usage": "0"},
        {"output_format_schema": "x"},
        {"allow_introspection_functions": "1"},
        {"database": "system"},
        {"config-file": "x"},
    ],
)
def test_the_reader_sends_only_harmless_settings(door, params):
    """Whatever could loosen a limit is refused by name."""
    status, headers, _ = door.ask("GET", params | {"query": "SELECT 1"}, user="reader")
    assert status >= 400
    assert headers["X-ClickHouse-Exception-Code"] in {"115", "497"}


def test_limits_of_the_reader_can_be_lowered_but_not_lifted(door):
    """0 means no limit to ClickHouse and the server's limit here."""
    query = "SELECT getSetting('max_execution_time'), getSetting('max_result_rows'), getSetting('readonly')"
    asked = {"query": query, "max_execution_time": "0", "max_result_rows": "10"}
    assert door.ask("GET", asked, user="reader")[2] == b"30\t10\t1\n"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM numbers(1000001)",
        "(SELECT * FROM numbers(1000001))",
        "SELECT arrayJoin(range(1000001))",
        "SELECT 1 AS x ORDER BY x WITH FILL FROM 1 TO 1000002",
    ],
)
def test_too_many_rows_are_an_error_for_the_reader(door, query):
    """A result above the limit is refused, not cut; one that is a single block, too."""
    status, headers, _ = door.ask("GET", {"query": query}, user="reader")
    assert (status, headers["X-ClickHouse-Exception-Code"]) == (500, "396")


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "SELECT file('/etc/passwd')",
        "SELECT * FROM file('/proc/self/environ', 'LineAsString')",
        "SELECT 1 INTO OUTFILE '/tmp/xuncha-hostile'",
        "SELECT * FROM url('http://127.0.0.1:{port}/ping', 'LineAsString')",
    ],
)
def test_the_kernel_confines_even_the_writer(door, text):
    """With Landlock no statement reaches files outside of the folder, programs or the net."""
    if not door.server.confined:
        pytest.skip("this kernel has no Landlock")
    status, _, body = door.ask(
        "POST", {"http_max_tries": "1"}, text.replace("{port}", str(door.port)).encode()
    )
    assert status >= 400
    assert b"Permission denied" in body
