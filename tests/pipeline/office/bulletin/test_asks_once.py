"""`bulletin draft` at a terminal asks for what stands below and above documents, once."""

import os
import pty
import subprocess
import sys

import pytest

from tests.pipeline import small_city as c
from tests.pipeline.office.bulletin.conftest import ROUND
from tests.pipeline.program import asked, done

pytestmark = pytest.mark.source_tree


def typed(home, words, answers):
    """Run a command at a terminal of its own and type the answers; returns its status."""
    terminal, side = pty.openpty()
    command = [sys.executable, "-m", "pipeline.cli", "--home", str(home), *words]
    with subprocess.Popen(command, stdin=side, stdout=side, stderr=side, close_fds=True) as running:
        os.close(side)
        os.write(terminal, "".join(f"{answer}\n" for answer in answers).encode())
        try:
            while os.read(terminal, 4096):
                pass
        except OSError:  # the other side is gone
            pass
        os.close(terminal)
        return running.wait(60)


@pytest.mark.slow
def test_a_draft_at_a_terminal_asks_for_name_and_heading_once(city):
    """What is answered is said for every later document; an empty heading means none."""
    freeze = ("freeze", ROUND, "--although", "试点")
    for step in (("announce", ROUND, "--check-point", c.CHECK_POINT), ("draw", ROUND), freeze):
        done(city, "round", *step)
    assert 0 == typed(city, ("bulletin", "draft", ROUND), ("某市政府办公室", ""))
    said = asked(city, "office", "show")
    assert ("某市政府办公室", "") == (said["name"], said["letterhead"])
    assert 0 == typed(city, ("bulletin", "draft", ROUND), ())
