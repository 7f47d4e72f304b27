"""The same file again: no record more, the number that was known is told, and doctor counts alike."""

from contextlib import closing
from pathlib import Path

import pytest

from connectors.history.sink import TOPICS
from pipeline.home.folder import Home
from tests.pipeline import small_city as c
from tests.pipeline.cli.test_commands_focus import FLAG_HEADERS
from tests.pipeline.cli.test_commands_reports import GOOD, HEADERS
from tests.pipeline.cli.test_commands_units import BUREAU, COUNTY, OFFICE, units
from tests.pipeline.cli.test_commands_upper_checks import UPPER
from tests.pipeline.inputs import sheet
from tests.pipeline.program import asked, done, rows

WHO = ("账号ID",)


def records(home: Path) -> list[list[int]]:
    """Return the ends of the log without marks of commands that only ask."""
    with closing(Home(home).open_embedded_log()) as log:
        return [log.end_offsets(topic) for topic in TOPICS]


def handed_in(folder: Path) -> dict[str, tuple[object, ...]]:
    """Return a command of every kind that takes a file, by what it counts as known the second time."""
    seen = (c.UNSEEN, "2021-06-17 09:00", "2021-06-16 10:00")
    post = (c.UNSEEN, "2021-06-15 10:00", "x1")
    flag = (c.POSTING, "2021-06-15", "某监测公司", "")
    upper = (c.POSTING, "省级", "2021-05-20", "合格", "", "省通报〔2021〕1号")
    stop = sheet(folder / "f.csv", ("账号ID", "备案类别", "生效时间"), (c.SERVICE, "关停", "2021-06-16"))
    return {
        "accounts": ("accounts", "import", c.registry(folder)),
        "units": ("units", "import", units(folder, OFFICE, BUREAU, COUNTY)),
        "findings": ("findings", "import", c.findings(folder)),
        "looks": ("looks", "import", sheet(folder / "l.csv", (*WHO, "检查时间", "最新发布时间"), seen)),
        "posts": ("posts", "import", sheet(folder / "p.csv", (*WHO, "发布时间", "文章ID"), post)),
        "flags": ("focus", "flag", sheet(folder / "k.csv", FLAG_HEADERS, flag)),
        "upper": ("upper-checks", "import", sheet(folder / "u.csv", UPPER, upper)),
        "filings": ("filings", "import", stop),
        "polls": ("polls", "replay", c.recorded_polls(folder)),
        "self-check": (
            *("reports", "import", sheet(folder / "z.csv", HEADERS, *GOOD), "--unit", c.OFFICE),
            *("--quarter", "2021Q2", "--received-at", "2021-06-17"),
        ),
    }


@pytest.mark.slow
def test_a_file_of_any_kind_twice_adds_no_record(city, tmp_path):
    """Every kind is handed in twice: the log ends where it ended, and each command says how much was known."""
    commands = handed_in(tmp_path)
    for words in commands.values():
        done(city, *words)
    before = records(city)
    told = {kind: asked(city, *words) for kind, words in commands.items()}
    assert before == records(city)
    assert [] == rows(city, "sql", "SELECT type FROM records WHERE topic = 'facts' AND repeats")
    assert 3 == told["polls"]["taken_before"]
    assert 0 == told["self-check"]["events"]
    known = {kind: told[kind]["known"] for kind in told if "known" in told[kind]}
    assert {
        "accounts": 5,
        "units": 3,
        "findings": 2,
        "looks": 2,
        "posts": 1,
        "flags": 1,
        "upper": 1,
        "filings": 2,
    } == known
    assert {0} == {told[kind]["events"] for kind in known if kind != "flags"}
    assert "known before: 2" in done(city, *commands["findings"]).out


def test_what_says_otherwise_is_on_record_once_and_doctor_counts_alike(city, tmp_path):
    """Of one id the first record counts; another one is appended and told, the same again is known."""
    first = (
        "upper-checks",
        "import",
        sheet(tmp_path / "a.csv", UPPER, (c.POSTING, "省级", "2021-05-20", "合格", "", "")),
    )
    other = (
        "upper-checks",
        "import",
        sheet(tmp_path / "b.csv", UPPER, (c.POSTING, "省级", "2021-05-20", "不合格", "其他", "")),
    )
    counts = [asked(city, *words) for words in (first, other, other, first)]
    assert [(1, 0, 0), (1, 0, 1), (0, 1, 0), (0, 1, 0)] == [
        (told["events"], told["known"], told["conflicts"]) for told in counts
    ]
    assert ["passed"] == [row["outcome"] for row in rows(city, "upper-checks", "list")]
    done(city, "rounds")  # brings the history up to the log
    found = {row["name"]: row for row in asked(city, "doctor")["rows"]}
    assert ("warning", "1 facts repeat an id, 1 of them with other content") == (
        found["repeats"]["state"],
        found["repeats"]["found"],
    )


def test_repeats_of_an_earlier_state_are_no_conflicts(city):
    """A finding that was taken twice differs in when it was taken, and in nothing that it says."""
    with closing(Home(city).open_embedded_log()) as log:
        value = next(
            r.value
            for p in range(log.partitions)
            for r in log.read("facts", p, 0, 9999)
            if b"finding.recorded" in r.value
        )
        again = value.replace(b'"handed_in_at":"20', b'"handed_in_at":"19', 1)
        assert again != value
        partition = next(
            p for p in range(log.partitions) for r in log.read("facts", p, 0, 9999) if r.value == value
        )
        with log.transaction():
            log.write("facts", {partition: [again]})
    done(city, "rounds")  # brings the history up to the log
    found = {row["name"]: row for row in asked(city, "doctor")["rows"]}
    assert ("ok", "1 facts repeat an id, 0 of them with other content") == (
        found["repeats"]["state"],
        found["repeats"]["found"],
    )
