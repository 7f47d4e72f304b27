import msgspec
import pytest

from connectors.history import migrate as migrate_module
from connectors.history.client import HistoryError
from connectors.history.migrate import load_migrations, migrate


@pytest.mark.slow
def test_migrations_apply_once_and_are_recorded(empty_history):
    """In order of their numbers, with name and hash; the second time there is nothing to do."""
    migrations = load_migrations()
    assert migrate(empty_history) == [m.name for m in migrations]
    assert migrate(empty_history) == []
    rows = empty_history.query(
        "SELECT version, name, sha256 FROM schema_migrations ORDER BY version"
    ).result_rows
    assert rows == [(m.version, m.name, m.sha256) for m in migrations]


def test_numbers_of_migrations_rise_without_gap():
    """A file that was forgotten, or two of one number, would be seen here."""
    assert [m.version for m in load_migrations()] == list(range(1, len(load_migrations()) + 1))


def test_a_file_changed_after_it_was_applied_is_refused(history, monkeypatch):
    """The message names the file and says what to do instead; nothing is run."""
    first, *rest = load_migrations()
    edited = msgspec.structs.replace(first, sha256="0" * 64, statements=("DROP TABLE records",))
    monkeypatch.setattr(migrate_module, "load_migrations", lambda: [edited, *rest])
    with pytest.raises(HistoryError, match=rf"{first.name} changed .* new migration"):
        migrate(history)
    assert history.command("EXISTS TABLE records") == 1


class Crashing:
    """A client whose program dies after some commands."""

    def __init__(self, client, commands):
        self._client, self._left = client, commands

    def __getattr__(self, name):
        return getattr(self._client, name)

    def command(self, statement):
        if not self._left:
            raise ZeroDivisionError(statement)
        self._left -= 1
        return self._client.command(statement)


@pytest.mark.slow
def test_a_crash_between_any_two_statements_is_survived(embedded_history):
    """Whatever part had run, the next start completes it, and the schema is the one of an undisturbed start."""
    client = embedded_history
    wanted = schema_of(client)
    statements = sum(len(m.statements) for m in load_migrations())
    for done in (1, statements // 2, statements - 1):
        for name, engine in client.query(
            "SELECT name, engine FROM system.tables WHERE database = currentDatabase()"
            " ORDER BY engine NOT LIKE '%View'"
        ).result_rows:
            client.command(f"DROP {'VIEW' if engine.endswith('View') else 'TABLE'} {name} SYNC")
        with pytest.raises(ZeroDivisionError):
            migrate(Crashing(client, 1 + done))
        assert migrate(client)[-1] == load_migrations()[-1].name
        assert schema_of(client) == wanted


def schema_of(client):
    return client.query(
        "SELECT name, as_select, comment FROM system.tables WHERE database = currentDatabase() ORDER BY name"
    ).result_rows


def test_tables_keep_what_they_acknowledge(embedded_history):
    """Power loss: parts and folders are synced with each insert; repeated tokens are known for a while.

    A table that holds a least or a greatest value for each of its keys needs no token: inserted twice, its rows say
    the same as inserted once.
    """
    rows = embedded_history.query(
        "SELECT name, engine_full FROM system.tables WHERE database = currentDatabase()"
        " AND engine LIKE '%MergeTree' AND name != 'schema_migrations'"
    ).result_rows
    assert len(rows) >= 7
    without_token = {name for name, _ in rows if is_of_extremes(embedded_history, name)}
    assert without_token == {"coverage"}
    for name, engine in rows:
        for setting in (
            *(() if name in without_token else ("non_replicated_deduplication_window",)),
            "fsync_after_insert = 1",
            "fsync_part_directory = 1",
        ):
            assert setting in engine, f"{name} lacks {setting}"


def is_of_extremes(client, table):
    """Whether rows of one key become one, and each column beside the key keeps the least or the greatest value."""
    ((engine,),) = client.query(
        "SELECT engine FROM system.tables WHERE database = currentDatabase() AND name = {t:String}",
        parameters={"t": table},
    ).result_rows
    kinds = client.query(
        "SELECT type FROM system.columns WHERE database = currentDatabase() AND table = {t:String}"
        " AND NOT is_in_sorting_key",
        parameters={"t": table},
    ).result_rows
    extreme = ("SimpleAggregateFunction(min,", "SimpleAggregateFunction(max,")
    return engine == "AggregatingMergeTree" and all(kind.startswith(extreme) for (kind,) in kinds)
