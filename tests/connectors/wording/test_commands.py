"""Commands that make text of pictures and recordings: bounded in time and size, and nothing they print is repeated."""

import sys
import time

import pytest

from connectors.wording.commands import MAX_BYTES, CommandError, text_of


def run(tmp_path, program, *, within_s=20.0):
    """Run a program in Python over a file."""
    file = tmp_path / "-picture.png"
    file.write_bytes(b"x")
    return text_of((sys.executable, "-c", program, "{file}"), file, within_s=within_s)


def test_a_command_gets_the_path_and_its_output_is_the_text(tmp_path):
    """The path is absolute, so that no name of a file is an option; the environment is bare."""
    said = run(tmp_path, "import os,sys; print(sys.argv[1], *sorted(os.environ))")
    assert str(tmp_path / "-picture.png") in said
    assert {"LANG", "PATH"} <= set(said.split()[1:]) <= {"LANG", "PATH", "LC_CTYPE", "PWD"}


def test_without_a_place_for_it_the_path_comes_last(tmp_path):
    """As most programs want it."""
    file = tmp_path / "a.wav"
    file.touch()
    assert f"{file}\n" == text_of((sys.executable, "-c", "import sys; print(sys.argv[1])"), file, within_s=20)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("print('砼砹'); raise SystemExit(3)", "ended with 3"),
        (f"print('砼' * {MAX_BYTES})", "printed more than 4 MB"),
    ],
)
def test_a_command_that_fails_or_prints_without_end_is_told(tmp_path, program, said):
    """By its name and its end; what it printed is no message."""
    with pytest.raises(CommandError, match=said) as raised:
        run(tmp_path, program)
    assert "砼" not in str(raised.value)


def test_a_command_that_takes_too_long_is_ended_with_what_it_started(tmp_path):
    """The whole session goes, so that no child keeps the pipe open."""
    begin = time.monotonic()
    program = "import subprocess,sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    with pytest.raises(CommandError, match="took more than 1 s"):
        run(tmp_path, program, within_s=1.0)
    assert time.monotonic() - begin < 30


def test_a_command_that_is_not_there_is_told(tmp_path):
    """By its name."""
    with pytest.raises(CommandError, match="no-such-program cannot be started"):
        text_of(("/no-such-program",), tmp_path, within_s=1.0)
