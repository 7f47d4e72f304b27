"""A copy of a home is what it was copied from, and another."""

import os

import pytest

from tests.copied import copied


def test_a_copy_has_content_mode_and_times(tmp_path):
    """To the nanosecond; links stay links, and empty folders and files come along."""
    home = tmp_path / "home"
    (home / "parts" / "empty").mkdir(parents=True)
    files = {"log.sqlite": b"x" * 3_000_000, "parts/data.bin": b"y", "parts/none": b""}
    for number, (name, content) in enumerate(files.items()):
        (home / name).write_bytes(content)
        (home / name).chmod(0o600 + number)
        os.utime(home / name, ns=(number, 1_600_000_000_123_456_789 + number))
    (home / "last").symlink_to("parts")
    copy = copied(home, tmp_path / "in" / "another")
    assert (copy / "last").readlink() == (home / "last").readlink()
    assert sorted(p.relative_to(home) for p in home.rglob("*")) == sorted(
        p.relative_to(copy) for p in copy.rglob("*")
    )
    for name, content in files.items():
        made, found = ((folder / name).stat() for folder in (home, copy))
        assert content == (copy / name).read_bytes()
        assert (made.st_mode, made.st_mtime_ns) == (found.st_mode, found.st_mtime_ns)
        assert made.st_ino != found.st_ino


def test_nothing_is_written_over(tmp_path):
    """A home that is there is a mistake of the test."""
    (tmp_path / "home").mkdir()
    with pytest.raises(FileExistsError):
        copied(tmp_path, tmp_path / "home")
