from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.feeds.polls import Poll, PollsUnreadable, list_polls, poll_files

FIRST, SECOND, THIRD = "00_2021-06-16T172522", "01_2021-06-16T191717", "02_2021-06-16T213222"


def make(directory: Path, *names: str) -> Path:
    for name in names:
        (directory / name).mkdir(parents=True)
    return directory


@pytest.fixture
def poll(tmp_path: Path) -> Poll:
    return list_polls(make(tmp_path, FIRST))[0]


def test_polls_are_listed_by_time(tmp_path):
    """The name of a folder gives number and time, in +08:00; an empty folder is a poll too."""
    make(tmp_path, THIRD, FIRST, SECOND)
    (tmp_path / FIRST / "a.xml").write_text("<rss/>")
    assert list_polls(tmp_path) == [
        Poll(number=0, looked_at=datetime(2021, 6, 16, 9, 25, 22, tzinfo=UTC), folder=tmp_path / FIRST),
        Poll(number=1, looked_at=datetime(2021, 6, 16, 11, 17, 17, tzinfo=UTC), folder=tmp_path / SECOND),
        Poll(number=2, looked_at=datetime(2021, 6, 16, 13, 32, 22, tzinfo=UTC), folder=tmp_path / THIRD),
    ]


def test_plain_files_beside_the_folders_are_ignored(tmp_path):
    """A README or a table of accounts is no poll."""
    make(tmp_path, FIRST)
    (tmp_path / "README.md").write_text("notes")
    assert len(list_polls(tmp_path)) == 1


def test_all_strange_folders_are_named(tmp_path):
    """Names of another shape and impossible times are refused together, each by name."""
    make(tmp_path, FIRST, "backup", "01_2021-02-30T000000", "1_2021-06-16T191717")
    with pytest.raises(PollsUnreadable, match="rename it or move it away") as refused:
        list_polls(tmp_path)
    message = str(refused.value)
    assert all(
        name in message for name in (str(tmp_path), "backup", "01_2021-02-30T000000", "1_2021-06-16T191717")
    )
    assert FIRST not in message.replace(f"as {FIRST}", "")


def test_no_polls_are_refused(tmp_path):
    """A folder without polls is the wrong folder."""
    with pytest.raises(PollsUnreadable, match="no polls"):
        list_polls(tmp_path)


def test_a_missing_folder_is_refused(tmp_path):
    """A folder that does not exist is named."""
    with pytest.raises(PollsUnreadable, match="nowhere: no such folder"):
        list_polls(tmp_path / "nowhere")


def test_two_polls_with_one_time_are_refused(tmp_path):
    """Two looks at one moment can't be put in order."""
    make(tmp_path, FIRST, "01_2021-06-16T172522")
    with pytest.raises(PollsUnreadable, match="same time"):
        list_polls(tmp_path)


@pytest.mark.parametrize(
    "names", [("01_2021-06-16T172522", "00_2021-06-16T191717"), (FIRST, "00_2021-06-16T191717")]
)
def test_numbers_that_disagree_with_the_times_are_refused(tmp_path, names):
    """A number that goes back or stands twice means a wrong name."""
    make(tmp_path, *names)
    with pytest.raises(PollsUnreadable, match="do not follow the times"):
        list_polls(tmp_path)


def test_files_are_found_by_native_id(poll):
    """The file name without its suffix is the native id of the account; other files are not looked at."""
    names = ["b==.xml", "a.json", "c.RSS", "d.v2.atom", "notes.txt", "._a.xml"]
    for name in names:
        (poll.folder / name).touch()
    assert poll_files(poll) == {
        "a": poll.folder / "a.json",
        "b==": poll.folder / "b==.xml",
        "c": poll.folder / "c.RSS",
        "d.v2": poll.folder / "d.v2.atom",
    }


def test_two_files_of_one_account_are_refused(poll):
    """An account has one feed a poll."""
    (poll.folder / "a.xml").touch()
    (poll.folder / "a.json").touch()
    with pytest.raises(PollsUnreadable, match="'a' has 2 files"):
        poll_files(poll)


def test_links_that_lead_out_are_refused(poll, tmp_path):
    """A recorded poll can't make the reader open a file outside its folder."""
    secret = tmp_path / "secret.xml"
    secret.touch()
    (poll.folder / "a.xml").symlink_to(secret)
    with pytest.raises(PollsUnreadable, match=r"'a\.xml' is a link that leads out"):
        poll_files(poll)


def test_links_within_the_folder_are_followed(poll):
    """A feed that did not change may be a link to a file beside it."""
    (poll.folder / "a.xml").touch()
    (poll.folder / "b.xml").symlink_to("a.xml")
    assert set(poll_files(poll)) == {"a", "b"}


@pytest.mark.parametrize("target", ["gone.xml", "a.xml"])
def test_links_to_nothing_are_refused(poll, target):
    """A dangling link, or one to itself, is named and not an error while reading."""
    (poll.folder / "a.xml").symlink_to(target)
    with pytest.raises(PollsUnreadable, match=r"'a\.xml' is"):
        poll_files(poll)


def test_a_poll_that_is_a_link_leading_out_is_refused(tmp_path):
    """The folder of a poll lies where the polls lie."""
    make(tmp_path, "polls", "elsewhere")
    (tmp_path / "polls" / FIRST).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PollsUnreadable, match="leads out"):
        list_polls(tmp_path / "polls")
