"""Commands that look at feeds, and at what became of them."""

import pytest

from tests.pipeline import small_city as c
from tests.pipeline.inputs import at, feed, feed_file, polls, sheet
from tests.pipeline.program import asked, by_account, done, rows, xuncha

LOOKED = "2021-06-17T11:00:00+08:00"


def test_a_replay_counts_what_it_did(registered, tmp_path):
    """Polls, accounts, looks (one an account a poll from the first that shows it), new posts, dead letters."""
    told = asked(registered, "polls", "replay", c.recorded_polls(tmp_path))
    counts = {
        "polls": 3,
        "taken_before": 0,
        "accounts": 3,
        "looks": 9,
        "new_posts": 131,
        "dead_letters": 0,
        "notes": [],
    }
    assert counts == told


def test_polls_that_were_taken_are_passed_over(registered, tmp_path):
    """A replay of a folder that has grown takes what is new; one of a folder that has not does nothing."""
    folder = c.recorded_polls(tmp_path)
    done(registered, "polls", "replay", folder)
    assert (0, 3, 0) == _taken(asked(registered, "polls", "replay", folder))
    later = folder / "03_2021-06-17T150000"
    later.mkdir()
    feed_file(later / f"{c.SILENT}.xml", at("2021-06-17 14:00"))
    assert (1, 3, 1) == _taken(asked(registered, "polls", "replay", folder))


def test_a_replay_imports_the_registry_that_it_is_given(home, tmp_path):
    """--accounts FILE spares the import; --source and --lag name who looked and what it proves."""
    folder = polls(tmp_path / "polls", [(at("2021-06-17 08:00"), {c.SILENT: [at("2021-05-01 08:00")]})])
    words = ("--accounts", c.registry(tmp_path), "--source", "third-party", "--lag", "24h")
    assert 1 == asked(home, "polls", "replay", folder, *words)["new_posts"]
    assert ["third-party"] == [row["source"] for row in rows(home, "sources")]
    row = by_account(rows(home, "status", "--check-point", "2021-06-17T08:00:00+08:00"))[c.SILENT]
    assert ("stale", "2021-06-16T08:00:00+08:00") == (row["verdict"], row["proven_until"])


def test_polls_as_history_write_no_ticks(registered, tmp_path):
    """--as-history takes the facts of polls that are older than the home's clock, without ticks."""
    folder = c.recorded_polls(tmp_path)
    done(registered, "polls", "replay", folder, "--as-history")
    assert [{"n": 0}] == rows(
        registered, "sql", "SELECT count() AS n FROM records WHERE type = 'clock.ticked'"
    )
    assert (
        "stale" == by_account(rows(registered, "status", "--check-point", c.CHECK_POINT))[c.SILENT]["verdict"]
    )


def test_files_may_be_named_by_the_whole_account_id(home, tmp_path):
    """A poll file is found by the account id of the registry as well as by its native part."""
    path = sheet(
        tmp_path / "a.csv",
        ("account_id", "name", "platform"),
        ("douyin:A1", "某市发布", "抖音"),
        ("A2", "甲", "抖音"),
    )
    posts = [at("2021-06-16 08:00")]
    folder = polls(tmp_path / "polls", [(at("2021-06-17 08:00"), {"douyin:A1": posts, "A2": posts})])
    assert 2 == asked(home, "polls", "replay", folder, "--accounts", path)["new_posts"]
    status = by_account(rows(home, "status", "--check-point", c.CHECK_POINT))
    assert {"douyin:A1": "fresh", "A2": "fresh"} == {i: row["verdict"] for i, row in status.items()}


def test_a_single_feed_is_a_look(city, tmp_path):
    """`feed read` takes the posts and the look; the same file again brings no new post."""
    path = feed_file(tmp_path / "a.xml", at("2021-06-17 10:00"), at("2021-05-01 10:00"))
    words = ("feed", "read", path, "--account", c.UNSEEN, "--looked-at", LOOKED)
    assert {"new_posts": 2, "trusted": True, "dead_letters": 0} == asked(city, *words)
    assert 0 == asked(city, *words)["new_posts"]
    row = by_account(rows(city, "status", "--check-point", c.CHECK_POINT))[c.UNSEEN]
    assert ("fresh", "2021-06-17T10:00:00+08:00", LOOKED) == (
        row["verdict"],
        row["newest_post_at"],
        row["last_trusted_look_at"],
    )


def test_one_bad_item_is_a_dead_letter_and_the_good_ones_stand(city, tmp_path):
    """An item without a date becomes a dead letter that is listed, shown, and replayed once the file is mended."""
    good = feed([at("2021-06-17 10:00")])
    path = tmp_path / "a.xml"
    path.write_text(good.replace("</channel>", "<item><guid>bad</guid></item></channel>"))
    words = ("feed", "read", path, "--account", c.UNSEEN, "--looked-at", LOOKED)
    answer = xuncha(city, *words, "--strict", "--json")
    assert (1, {"new_posts": 1, "trusted": False, "dead_letters": 1}) == (answer.status, answer.json)
    assert 0 == xuncha(city, "dead-letters").status
    assert 1 == xuncha(city, "dead-letters", "--strict").status
    (letter,) = rows(city, "dead-letters", "list")
    assert (str(path), "item 2") == (letter["origin"], letter["place"])
    shown = asked(city, "dead-letters", "show", letter["id"])
    assert "bad" in shown["raw"]
    assert 1 == xuncha(city, "dead-letters", "replay").status
    path.write_text(good)
    assert {"replayed": 1, "still_bad": 0} == asked(city, "dead-letters", "replay", letter["id"])
    assert 0 == xuncha(city, "dead-letters", "list", "--strict").status


def test_sources_show_their_last_look_and_their_last_new_post(shared_city):
    """The three polls: the last one brought nothing new."""
    (row,) = rows(shared_city, "sources")
    swept = {
        "source": "recorded-polls",
        "accounts": 3,
        "last_look_at": c.CHECK_POINT,
        "last_new_post_at": "2021-06-17T08:00:00+08:00",
        "stalled": False,
        "stalled_since": None,
        "seen_lag_s": None,
        "is_late": False,
    }
    assert swept == {key: row[key] for key in swept}
    assert ("", None, None) == (row["kind"], row["quota_left"], row["last_good_look_at"])


def _taken(told):
    return told["polls"], told["taken_before"], told["new_posts"]


@pytest.mark.slow
def test_a_mended_file_proves_what_the_unreadable_one_could_not(registered, tmp_path):
    """The look that failed and the one read again are two facts; folds and rounds agree on the second."""
    path = tmp_path / "feed.xml"
    path.write_text("<html>not now</html>", "utf-8")
    words = ("feed", "read", path, "--account", c.SILENT, "--looked-at", LOOKED)
    assert 1 == xuncha(registered, *words, "--strict").status
    assert "unknown" == by_account(rows(registered, "status", "--check-point", LOOKED))[c.SILENT]["verdict"]
    feed_file(path, at("2021-05-01 08:00"))
    done(registered, "dead-letters", "replay")
    assert "stale" == by_account(rows(registered, "status", "--check-point", LOOKED))[c.SILENT]["verdict"]
    done(registered, "run", "--until-idle")
    assert "limit" in {row["level"] for row in rows(registered, "alerts") if row["type"] == "alert.raised"}


def test_a_file_that_fails_again_is_a_letter_again(registered, tmp_path):
    """A later look at the same broken file is not hidden behind the letter of an earlier one."""
    path = tmp_path / "feed.xml"
    path.write_text("<html>not now</html>", "utf-8")
    for looked_at in (LOOKED, "2021-06-17T12:00:00+08:00"):
        words = ("feed", "read", path, "--account", c.SILENT, "--looked-at", looked_at)
        assert 1 == xuncha(registered, *words, "--strict").status
    assert 2 == len(rows(registered, "dead-letters"))


def test_a_cut_feed_is_a_letter_of_its_own(registered, tmp_path):
    """Nothing is dropped in silence: damage that left no bad item behind is told as well."""
    path = tmp_path / "feed.xml"
    feed_file(path, at("2021-06-16 08:00"), at("2021-06-15 08:00"))
    path.write_bytes(path.read_bytes()[:-25])
    told = asked(registered, "feed", "read", path, "--account", c.SILENT, "--looked-at", LOOKED)
    assert (False, 1) == (told["trusted"], told["dead_letters"])


def test_nobody_has_looked_in_the_future(registered, tmp_path):
    """A look that no later fact could take back is refused, in a feed and in a folder of polls."""
    path = tmp_path / "feed.xml"
    feed_file(path, at("2021-06-16 08:00"))
    words = ("feed", "read", path, "--account", c.SILENT, "--looked-at", "2099-01-01T00:00:00+08:00")
    assert (2, True) == (xuncha(registered, *words).status, "future" in xuncha(registered, *words).err)
    folder = polls(tmp_path / "polls", [(at("2099-01-01 08:00"), {})])
    answer = xuncha(registered, "polls", "replay", folder)
    assert (2, True) == (answer.status, "future" in answer.err)


def test_another_ruleset_folds_anew_and_tells_nobody_twice(registered, tmp_path):
    """A ladder of other steps begins from the first record; alerts keep their ids."""
    done(registered, "polls", "replay", c.recorded_polls(tmp_path))
    done(registered, "run", "--until-idle")
    before = (registered / "alerts.jsonl").read_text("utf-8")
    (registered / "xuncha.toml").write_text('ruleset = "suzhou-practice-2023"\n', "utf-8")
    done(registered, "run", "--until-idle")
    assert before == (registered / "alerts.jsonl").read_text("utf-8")
