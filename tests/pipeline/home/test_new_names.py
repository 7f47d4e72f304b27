"""New names and ids in every way that takes one; what the log knows already goes on."""

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from events.account import AccountOpened
from events.codec import Event
from events.ids import fact_id
from pipeline.home.folder import Home
from tests.pipeline import small_city as c
from tests.pipeline.cli.test_wrong_input import refused
from tests.pipeline.inputs import at, feed_file, sheet
from tests.pipeline.program import asked, done, rows, xuncha

LIST = ("账号ID", "账号名称", "平台", "主办单位")
LONG = "长" * 101


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("../../a", "某市甲", "抖音", "某局"), ("账号ID", "../../a", "which no file name may")),
        (("NUL", "某市甲", "抖音", "某局"), ("账号ID", "Windows")),
        (("x" * 129, "某市甲", "抖音", "某局"), ("账号ID", "129 characters")),
        (("douyin:a/b", "某市甲", "抖音", "某局"), ("账号ID", "which no file name may")),
        (("N1", LONG, "抖音", "某局"), ("账号名称", "101 characters")),
        (("N1", "某市甲", "平" * 101, "某局"), ("平台", "101 characters")),
    ],
)
def test_a_list_with_an_unfit_id_or_name_is_refused_whole(shared_city, tmp_path, row, words):
    """Row and column are named, and nothing of the list is taken; as a registry for polls it is refused alike."""
    path = sheet(tmp_path / "a.csv", LIST, ("GOOD", "某市好", "抖音", "某局"), row)
    answer = xuncha(shared_city, "accounts", "import", path)
    refused(answer, "a.csv", "row 3", *words)
    assert "GOOD" not in {r["account_id"] for r in rows(shared_city, "accounts", "list")}
    refused(xuncha(shared_city, "polls", "replay", c.recorded_polls(tmp_path), "--accounts", path), "row 3")


def test_filings_forms_and_sightings_give_no_unfit_name_either(shared_city, tmp_path):
    """An opening, a change of name, an application, an account that was seen, one that imitates."""
    head = ("账号ID", "账号名称", "平台", "主办单位", "备案类别", "生效时间")
    opening = sheet(tmp_path / "f.csv", head, ("a|b", "某市甲", "抖音", "某局", "开设", "2021-06-01"))
    refused(xuncha(shared_city, "filings", "import", opening), "row 2", "which no file name may")
    at_ = ("--at", "2021-06-01")
    new = ("--platform", "抖音", "--owner", "某局", *at_)
    refused(xuncha(shared_city, "filings", "apply", "--name", LONG, *new), "101 characters")
    refused(
        xuncha(shared_city, "filings", "apply", "--name", "甲", "--id", "a/b", *new), "which no file name may"
    )
    seen = ("--platform", "抖音", "--finder", "某监测公司", *at_)
    refused(xuncha(shared_city, "registry", "spot", "--name", "甲\x07", *seen), "U+0007")


@pytest.mark.parametrize("name", ["..", "a/b", "CON", "aux.1", "a\u202eb", "x" * 65, "a.", "-\n"])
def test_a_round_has_a_name_that_fits_its_files(shared_city, tmp_path, name):
    """Sheets are called by the round: nothing that is a path, a device, or cannot be seen."""
    plan = tmp_path / "plan.toml"
    plan.write_text(f"name = {json.dumps(name)}\ncheck_point = {c.CHECK_POINT}\n", "utf-8")
    refused(xuncha(shared_city, "round", "announce", "--plan", plan), "is no name of a round")


@pytest.mark.parametrize("name", ["", "a/b", "nul", "x" * 65, "a\u200bb"])
def test_a_new_source_has_a_fit_name(shared_city, tmp_path, name):
    """Of recorded polls and of single feeds."""
    polls = c.recorded_polls(tmp_path)
    refused(xuncha(shared_city, "polls", "replay", polls, "--source", name), "--source")
    feed = feed_file(tmp_path / "f.xml", at("2021-06-10 08:00"))
    words = ("feed", "read", feed, "--account", c.UNSEEN, "--looked-at", c.CHECK_POINT, "--source", name)
    refused(xuncha(shared_city, *words), "--source")


def test_what_the_log_knows_goes_on(city, tmp_path):
    """An account and a source of before these rules: listed, imported again, looked at."""
    _known_before(city, "a/b", LONG)
    known = {row["account_id"]: row for row in rows(city, "accounts", "list")}
    assert LONG == known["a/b"]["name"]
    path = sheet(tmp_path / "a.csv", LIST, ("a/b", LONG, "抖音", "某局"))
    assert 1 == asked(city, "accounts", "import", path)["events"]
    assert 0 == asked(city, "accounts", "import", path)["events"]
    feed = feed_file(tmp_path / "f.xml", at("2021-06-10 08:00"))
    done(city, "feed", "read", feed, "--account", "a/b", "--looked-at", c.CHECK_POINT, "--source", "old/one")


def _known_before(home: Path, native: str, name: str) -> None:
    """Write what an earlier program took: an opening, and that a source has looked."""
    with closing(Home(home).open_embedded_log()) as log:
        subject = f"douyin:{native}"
        data = AccountOpened(given_id=native, name=name, platform="抖音")
        when = datetime(2021, 1, 1, tzinfo=UTC)
        log.append([Event(fact_id("sheets", subject, "opened:"), "sheets", subject, when, data)])
        log.db.execute(
            "INSERT INTO seen_items (source, account_id, item) VALUES ('old/one', ?, ?)", (subject, b"x")
        )
