"""The read model: made again from the log it is what it grew to be, and it knows what the folds know."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

import pytest

from connectors.log.connection import HomeCursor
from connectors.log.fold_states import load_states
from connectors.readmodel.port import ReadModelStore
from connectors.readmodel.postgres import PostgresReadModel
from connectors.readmodel.sqlite import SqliteReadModel
from events.account import AccountOpened
from events.codec import Event
from events.instants import FAR
from events.sources import SHEETS
from pipeline.home.folder import Home
from pipeline.home.new_home import make_home
from pipeline.home.read_model import ReadModel, open_read_model
from pipeline.home.rulesets import ruleset_of
from pipeline.office.today.picture import AskToday, today
from pipeline.runtime.embedded.runner import Runner
from projections.accounts.shard import Shard
from projections.patrol.account_line import line_of
from projections.patrol.states import CARD_TYPES
from projections.registry.cards import cards_at
from tests.pipeline.generated_home import generated_facts, opened
from tests.pipeline.inputs import sheet
from tests.pipeline.program import done

PARTITIONS = 3


@pytest.mark.parametrize("seed", range(4))
def test_made_again_it_is_what_it_grew_to_be(tmp_path, seed):
    """A model that took the log in portions, while folds derived alerts beside it, equals one made in one go."""
    home = make_home(tmp_path / "home", partitions=PARTITIONS)
    with (
        closing(SqliteReadModel(home.read_model_path, "life")) as grown,
        closing(SqliteReadModel(tmp_path / "other.sqlite", "life")) as made_again,
    ):
        _grow(home, seed, grown, made_again)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_made_again_on_postgresql_it_is_what_it_grew_to_be(tmp_path, seed, postgres, database):
    """It is the same model on PostgreSQL, row by row the one of a folder."""
    home = make_home(tmp_path / "home", partitions=PARTITIONS)
    with (
        closing(PostgresReadModel(postgres.url(database), "life")) as grown,
        closing(SqliteReadModel(tmp_path / "other.sqlite", "life")) as made_again,
    ):
        _grow(home, seed, grown, made_again)
        former = grown.content()
        grown.clear("life")
        with opened(home.path) as log:
            ReadModel(log, grown).catch_up()
        assert grown.content() == former


def _grow(home: Home, seed: int, store: ReadModelStore, other: ReadModelStore) -> None:
    facts = generated_facts(seed)
    with opened(home.path) as log:
        grown, runner = ReadModel(log, store), Runner(log, ruleset_of(home))
        for begin in range(0, len(facts), 17):
            log.append([*facts[begin : begin + 17], *facts[begin : begin + 17 : 7]])
            if begin % 2:
                runner.catch_up()
            grown.catch_up()
        runner.catch_up()
        grown.catch_up()
        ReadModel(log, other).catch_up()
        assert store.content() == other.content()
        assert store.content()["accounts"]


@pytest.mark.parametrize("seed", range(6, 10))
def test_it_knows_of_accounts_what_the_folds_know(tmp_path, seed):
    """Lines are those of the states that raise alerts, and an alert is open where such a state has it open."""
    home = _folded(tmp_path, seed)
    with open_read_model(home) as model, opened(home.path) as log:
        cards = cards_at(model.known(CARD_TYPES), FAR)
        expected, alerts = {}, set()
        for partition in range(log.partitions):
            shard = Shard(partition, ruleset_of(home), load_states(log.db, partition))
            for account in cards:
                state = shard.state(account)
                if state is not None:
                    expected[account] = line_of(state, cards[account])
                if state is not None and state.open_alerts:
                    alerts.add(account)
        assert {line.account_id: line for line in model.lines()} == expected
        assert model.alerts().keys() == alerts
        assert model.health() == shard.sources


def test_a_damaged_or_foreign_file_is_made_anew(city):
    """Nothing in it is worth more than the log: a file that is none, or of another log, makes no difference."""
    done(city, "run", "--until-idle")
    home = make_home(city)
    with open_read_model(home) as model:
        lines = model.lines()
    assert lines
    home.read_model_path.write_bytes(b"no database at all" * 100)
    with open_read_model(home) as model:
        assert model.lines() == lines
    with closing(sqlite3.connect(home.read_model_path)) as db, db:
        db.execute("UPDATE life SET log = 'another'")
        db.execute("DELETE FROM accounts")
    with open_read_model(home) as model:
        assert model.lines() == lines


def test_a_log_put_back_from_an_older_copy_is_read_anew(city, tmp_path):
    """The log lost what the model had taken, and went on otherwise: the model is that of the log as it is."""
    home = make_home(city)
    saved = shutil.copy(home.log_path, tmp_path / "saved.sqlite")
    header = ("账号ID", "账号名称", "平台", "主办单位")
    done(city, "accounts", "import", sheet(tmp_path / "lost.csv", header, ("b1", "某市气象", "抖音", "某局")))
    with open_read_model(home) as model:
        assert "某市气象" in {line.name for line in model.lines()}
    for file in city.glob("log.sqlite*"):
        file.unlink()
    shutil.copy(saved, home.log_path)
    with open_read_model(home) as model:
        assert "某市气象" not in {line.name for line in model.lines()}


def test_a_page_asks_as_much_of_a_city_as_of_a_nation(tmp_path):
    """A model that is current is read in a fixed number of statements, however many accounts there are."""
    asked = []
    for accounts in (50, 400):
        home = make_home(tmp_path / str(accounts), partitions=PARTITIONS)
        with opened(home.path) as log:
            log.append([_opening(n) for n in range(accounts)])
        with open_read_model(home):
            pass
        statements: list[str] = []
        with patch.object(HomeCursor, "execute", _noting(statements)):
            found = today(home, AskToday(datetime(2025, 9, 28, tzinfo=UTC)))
        assert found.accounts == accounts
        asked.append(len(statements))
    assert asked[0] == asked[1]


def _opening(n: int) -> Event[AccountOpened]:
    data = AccountOpened(given_id=f"a{n}", name=f"账号{n}", platform="微信订阅号", owner="某局")
    return Event(UUID(int=n), SHEETS, f"wechat:a{n}", datetime(2025, 1, 1, tzinfo=UTC), data)


def _noting(statements: list[str]) -> Callable[..., HomeCursor]:
    """Return `execute` as it is, noting what it is asked."""
    execute = HomeCursor.execute

    def noted(cursor: HomeCursor, statement: str, *values: object) -> HomeCursor:
        statements.append(statement)
        return execute(cursor, statement, *values)

    return noted


def test_a_kill_between_batches_leaves_a_whole_one(tmp_path):
    """A batch commits with its position: one that fails halfway is taken again as if nothing had been."""
    home = _folded(tmp_path, 1)
    with opened(home.path) as log, closing(SqliteReadModel(home.read_model_path, "life")) as store:
        cut = ReadModel(log, store)
        store.move = _fail  # type: ignore[method-assign]
        with pytest.raises(ZeroDivisionError):
            cut.catch_up()
        del store.move
        assert store.content()["accounts"] == []
        cut.catch_up()
        with closing(SqliteReadModel(tmp_path / "other.sqlite", "life")) as other:
            ReadModel(log, other).catch_up()
            assert store.content() == other.content()


def _folded(folder: Path, seed: int) -> Home:
    """Make a home whose folds have taken a generated history."""
    home = make_home(folder / "home", partitions=PARTITIONS)
    with opened(home.path) as log:
        log.append(generated_facts(seed))
        Runner(log, ruleset_of(home)).catch_up()
    return home


def _fail(*_: object) -> None:
    raise ZeroDivisionError
