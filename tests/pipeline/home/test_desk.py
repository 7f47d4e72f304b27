"""The desk: services find in the read model what they would find in the history, and open that only where they must."""

import threading
import time
from contextlib import closing, contextmanager

import pytest

from connectors.people.person import Caller, PersonGiven, Placed
from connectors.people.sqlite import SqlitePeople
from events.catalogue import CATALOGUE
from events.instants import FAR, from_micros
from pipeline.home import folder
from pipeline.home.actor import OFFICE
from pipeline.home.desk import Desks, open_desk
from pipeline.home.errors import ConflictError, NotFoundError, UnreachableError
from pipeline.home.folder import Home
from pipeline.home.people import FILE_NAME as PEOPLE_FILE
from pipeline.home.read_model import KEPT
from pipeline.home.registry import find_alone, registry_now
from pipeline.home.workspace import open_workspace
from pipeline.office.account_numbers import number_accounts
from pipeline.office.answers.acts import Acknowledge, acknowledge
from pipeline.office.filings.desk import cases_at
from pipeline.office.units import unit_tree
from tests.copied import copied
from tests.pipeline import small_city
from tests.pipeline.program import done


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    place = tmp_path_factory.mktemp("desk")
    small_city.build(place / "home", place)
    done(place / "home", "accounts", "number")
    return place / "home"


@pytest.fixture
def city(made, tmp_path):
    return Home(copied(made, tmp_path / "home"))


@pytest.mark.slow
def test_it_knows_what_the_history_knows(made):
    """Facts of every kept type, at several moments of knowledge, of all subjects and of some."""
    home = Home(made)
    with open_workspace(home) as workspace, open_desk(home) as desk:
        moments = sorted({k.recorded_at for k in workspace.known.read(tuple(KEPT))})
        assert len(moments) > 3
        for at in (FAR, *map(from_micros, moments[:: len(moments) // 3])):
            for type_ in sorted(KEPT & CATALOGUE.payloads.keys()):
                expected = [_told(k) for k in workspace.known.read((type_,), at)]
                assert [_told(k) for k in desk.known.read((type_,), at)] == expected
        few = sorted({k.event.subject for k in workspace.known.read(("account.opened",))})[:2]
        expected = [_told(k) for k in workspace.known.read(("account.opened",), subjects=few)]
        with open_desk(home) as fresh:
            assert [_told(k) for k in fresh.known.read(("account.opened",), subjects=few)] == expected
        assert registry_now(desk) == registry_now(workspace)
        assert desk.offered() == workspace.offered()
        assert not desk.has_history


def _told(k):
    return k.partition, k.offset, k.recorded_at, k.event.id, k.event.subject, k.event.time, k.event.data


def test_pages_of_the_registry_never_open_the_history(city):
    """Whoever asks for accounts, units and filings alone needs no engine."""
    with open_desk(city) as desk:
        registry_now(desk)
        unit_tree(desk)
        cases_at(desk, FAR)
        account = find_alone(desk, small_city.POSTING)
        assert find_alone(desk, "0001") in desk.model.registered([find_alone(desk, "0001")])
        assert desk.model.registered([account])[account].name == small_city.NAMES[small_city.POSTING]
        with pytest.raises(NotFoundError):
            find_alone(desk, "9999")
        assert not desk.has_history


def test_posts_open_it_at_their_first_use(city):
    """The history is whole then."""
    with open_desk(city) as desk:
        assert desk.client.query("SELECT count() FROM posts").result_rows[0][0] > 0
        assert desk.has_history


def test_who_has_the_history_open_gets_it_again(city, monkeypatch):
    """What waits for itself waits for good; another thread waits, and is refused after its time."""
    monkeypatch.setattr(folder, "_WAIT_S", 0.2)

    def held():
        with pytest.raises(UnreachableError), city.history():
            pass

    with city.history() as (client, owned), city.history() as (again, owned_again):
        assert (again is client, owned, owned_again) == (True, True, False)
        other = threading.Thread(target=held)
        other.start()
        other.join()
    with city.history() as (client, owned):
        assert owned
        assert client.query("SELECT count() FROM records").first_row


def test_an_act_is_there_at_the_next_desk(city):
    """What was written is read by the next request, without the history."""
    with _opened(city) as desks:
        with desks.open(city) as desk:
            account = find_alone(desk, small_city.SILENT)
            acknowledge(desk, Acknowledge(small_city.SILENT), OFFICE)
            assert not desk.has_history
        with desks.open(city) as desk:
            facts = desk.known.read(("alert.acknowledged",), subjects=[account])
            assert len(facts) == 1
            assert desk.actors_of([facts[0].event.id]) == {facts[0].event.id: OFFICE.code}


def test_two_at_once_do_what_can_be_done_once_once(city):
    """Claims hold over the read model: of desks that number the same accounts one does it."""
    done(city.path, "accounts", "import", _more(city))
    outcomes, start = [], threading.Barrier(4)
    with _opened(city) as desks:

        def number() -> None:
            start.wait()
            try:
                with desks.open(city) as desk:
                    outcomes.append(number_accounts(desk, OFFICE).given)
            except ConflictError as e:
                outcomes.append(e)

        threads = [threading.Thread(target=number) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with desks.open(city) as desk:
            numbers = registry_now(desk).numbers
            assert len(set(numbers.values())) == len(numbers) == len(registry_now(desk).entries)
    assert len(outcomes) == 4


def _more(city):
    path = city.path.parent / "more.csv"
    path.write_text(
        "账号ID,账号名称,平台,主办单位\n" + "\n".join(f"m{n},某县{n},抖音,某局{n}" for n in range(30))
    )
    return path


def test_a_desk_of_a_pool_costs_next_to_nothing(city):
    """Once open, the next request finds log and model as they are."""
    with _opened(city) as desks:
        with desks.open(city):
            pass
        begin = time.thread_time()
        for _ in range(20):
            with desks.open(city):
                pass
        assert (time.thread_time() - begin) / 20 < 0.01


def test_a_model_made_anew_meanwhile_is_seen(city):
    """Another process rebuilds it: what was kept of the former one is not used."""
    with _opened(city) as desks:
        with desks.open(city) as desk:
            before = registry_now(desk)
        done(city.path, "readmodel", "rebuild")
        with desks.open(city) as desk:
            assert registry_now(desk) == before
        done(city.path, "accounts", "import", _more(city))
        with desks.open(city) as desk:
            assert len(registry_now(desk).entries) == len(before.entries) + 30


@contextmanager
def _opened(home):
    del home
    desks = Desks()
    try:
        yield desks
    finally:
        desks.close()


def test_the_store_of_people_stays_open_until_another_file_stands_there(city):
    """Every page counts papers and reports; what a copy brings that was put in place is seen at once."""
    desks = Desks()
    with closing(desks):
        with desks.open(city) as desk:
            known = desk.people.names()
        with desks.open(city) as desk:
            first = desk.people
        with desks.open(city) as desk:
            assert desk.people is first
            assert desk.people.names() == known
        with closing(SqlitePeople(city.path / "copy.sqlite")) as copy:
            copy.put([Placed("测试局", "liaison", PersonGiven("张某甲"))], Caller("office", "copied"))
        (city.path / "copy.sqlite").replace(city.path / PEOPLE_FILE)
        with desks.open(city) as desk:
            assert desk.people is not first
            assert desk.people.names() == ["张某甲"]
