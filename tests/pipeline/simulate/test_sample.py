"""`xuncha sample`: sheets of an invented city, laid out as offices do, that go in by the intake."""

from datetime import date
from pathlib import Path

import pytest

from connectors.papers.reading import read_paper
from pipeline.simulate.sample import (
    FINDINGS,
    LEDGER,
    MISTAKES,
    README,
    SELF_CHECK,
    TWIN,
    TYPO,
    WEEKS,
    WRONG_TIME,
    WRONG_WEEK,
    write_sample,
)
from tests.copied import copied
from tests.pipeline.program import asked, done, rows, xuncha

RECEIVED = date(2025, 6, 30)
CHECK_POINT = ("--check-point", "2025-06-30T09:00:00+08:00")


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The sheets of the city."""
    return write_sample(tmp_path_factory.mktemp("sample") / "云汀").folder


@pytest.fixture(scope="module")
def city(tmp_path_factory, sample):
    """A home into which the ledger went."""
    home = tmp_path_factory.mktemp("city") / "home"
    done(home, "init")
    taken(home, sample / LEDGER)
    return home


def planned(home: Path, *files: Path) -> dict:
    return asked(home, "intake", *files, "--received", RECEIVED, "--ruleset", "suzhou-practice-2023")


def taken(home: Path, *files: Path, answers: tuple[str, ...] = ()) -> dict:
    return asked(home, "intake", "confirm", planned(home, *files)["plan"], *answers)


def verdicts(home: Path) -> list[tuple[object, ...]]:
    told = asked(home, "score", *CHECK_POINT, "--ruleset", "suzhou-practice-2023")["rows"]
    keys = ("name", "platform", "verdict", "newest_post_at", "points")
    return sorted(tuple(row[key] for key in keys) for row in told)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes(sample, tmp_path):
    """Another seed gives another city; every file is told of in the page beside them."""
    again = contents(write_sample(tmp_path / "again").folder)
    assert contents(sample) == again
    other = contents(write_sample(tmp_path / "other", seed=2).folder)
    assert other.keys() == again.keys()
    assert other[LEDGER] != again[LEDGER]
    told = again[README].decode()
    for name in again.keys() - {README}:
        folder, _, file = name.rpartition("/")
        assert (folder if folder == WEEKS else file) in told


def test_every_page_is_read_row_by_row(sample):
    """Titles, two-row headers, merged owners, totals and notes: nothing is asked, no cell set aside."""
    for path in (
        sample / LEDGER,
        *sorted((sample / WEEKS).iterdir()),
        sample / FINDINGS,
        sample / SELF_CHECK,
    ):
        for page in read_paper(path.name, path.read_bytes(), RECEIVED).pages:
            assert (page.read, page.questions) == (True, ()), path.name
            assert all(total.agrees for total in page.totals)
            assert {record.fate for record in page.records} == {"taken"}
            assert not [record for record in page.records if record.set_aside]
    ledger = read_paper(LEDGER, (sample / LEDGER).read_bytes(), RECEIVED)
    assert [page.header_rows for page in ledger.pages] == [(3, 4)] * 4
    assert sum(len(page.records) for page in ledger.pages) == 40


def test_people_of_the_city_have_numbers_that_nobody_has(sample):
    """The prefix 161 is given out to no operator, and each unit has a person of its own."""
    ledger = read_paper(LEDGER, (sample / LEDGER).read_bytes(), RECEIVED)
    people = [person for page in ledger.pages for record in page.records for person in record.people]
    phones = {person.phone for person in people}
    assert {phone[:3] for phone in phones} == {"161"}
    assert len(phones) == len({record.text("owner") for page in ledger.pages for record in page.records})


@pytest.mark.slow
def test_the_sheets_lead_to_a_verdict_on_every_account(city, sample, tmp_path):
    """Ledger, weeks, problems and self-check go in as they are; two fell silent, and no account stays unknown."""

    home = copied(city, tmp_path / "home")
    assert taken(home, sample / WEEKS)["left_out"] == []
    told = taken(home, sample / FINDINGS, sample / SELF_CHECK)
    assert told["left_out"] == []
    outcomes = [verdict for _, _, verdict, *_ in verdicts(home)]
    assert (len(outcomes), outcomes.count("fail"), outcomes.count("unknown")) == (40, 3, 0)


@pytest.mark.slow
def test_a_sheet_of_the_wrong_week_is_undone_or_asked(city, sample, tmp_path):
    """Before the right sheet it is taken and undone; after it the page is asked about, and left out by default."""

    home, clean = copied(city, tmp_path / "home"), copied(city, tmp_path / "clean")
    number = taken(home, sample / WRONG_WEEK)["intake"]
    done(home, "intake", "undo", number, "--reason", "内容是上一周的")
    for each in (home, clean):
        taken(each, sample / WEEKS)
    assert verdicts(clean) == verdicts(home)
    (question,) = planned(home, sample / WRONG_WEEK)["questions"]
    assert (question["why"], question["default"]) == ("other_week", "leave_out")


@pytest.mark.slow
def test_a_wrong_time_of_looking_refuses_what_came_later(city, sample):
    """The title is a week early: rows with newer posts are refused by name, and nothing was stored."""
    plan = planned(city, sample / WRONG_TIME)
    assert {row["why"] for row in plan["refused"]} == {"after_the_look"}
    assert len(plan["refused"]) > 30


def test_a_typo_is_shown_as_a_correction_and_undone(city, sample, tmp_path):
    """The account bears its name again, and its id all the time."""

    home = copied(city, tmp_path / "home")
    before = rows(home, "accounts", "list")
    plan = planned(home, sample / TYPO)
    (change,) = plan["changes"]
    assert (change["before"], change["after"], change["kind"]) == ("石桥发布", "石挢发布", "correction")
    number = asked(home, "intake", "confirm", plan["plan"])["intake"]
    assert before != rows(home, "accounts", "list")
    done(home, "intake", "undo", number, "--reason", "名称打错一个字")
    assert before == rows(home, "accounts", "list")


def test_a_twin_is_asked_and_undone(city, sample, tmp_path):
    """Whether it is the known account is asked; one that was opened all the same leaves no trace."""

    home = copied(city, tmp_path / "home")
    before = rows(home, "accounts", "list")
    plan = planned(home, sample / TWIN)
    (question,) = plan["questions"]
    assert question["why"] == "near"
    told = asked(home, "intake", "confirm", plan["plan"], "--answer", f"{question['id']}=new")
    assert len(before) + 1 == len(rows(home, "accounts", "list"))
    done(home, "intake", "undo", told["intake"], "--reason", "同一账号报了两次")
    assert before == rows(home, "accounts", "list")


def test_the_command_says_what_comes_next_and_needs_no_home(tmp_path):
    """It writes the folder and nothing else."""
    folder = tmp_path / "云汀"
    told = xuncha(tmp_path / "home", "sample", folder)
    assert f"xuncha intake {folder / LEDGER}" in told.out
    assert not (tmp_path / "home").exists()
    assert (folder / MISTAKES).is_dir()
