"""A forked process is one like any other: its parent, end, streams, folder, environment and command line."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fork_server import Process, run
from tests.pipeline.program import WITHIN_S, environment

SLEEPER = "import sys, time; print('ready', flush=True); time.sleep(600)"


def has_ended(pid):
    """Whether a process is gone, or nobody has asked for its end yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def python(program, *words, **how):
    return run(
        [sys.executable, "-c", program, *words],
        timeout=WITHIN_S,
        env=environment(**how.pop("env", {})),
        **how,
    )


def test_it_is_forked_and_finds_the_program_imported():
    """What importing leaves is there already, and no engine of a history."""
    said = python("import sys; print('pipeline.home.workspace' in sys.modules, 'chdb' in sys.modules)")
    assert "True False\n" == said.stdout


def test_it_has_the_parent_folder_environment_words_and_streams_of_its_own(tmp_path):
    """As if it had been started: nothing of the server shows."""
    program = (
        "import os, sys, time\n"
        "print(os.getppid(), os.getcwd(), os.environ['XUNCHA_TEST'], sys.argv, time.tzname[0], __name__)\n"
        "print(len(os.listdir('/proc/self/fd')), len(os.listdir('/proc/self/task')), file=sys.stderr)"
    )
    said = python(program, "词", cwd=tmp_path, env={"XUNCHA_TEST": "1", "TZ": "Asia/Shanghai"})
    assert f"{os.getpid()} {tmp_path} 1 ['-c', '词'] CST __main__\n" == said.stdout
    assert "4 1\n" == said.stderr, "three streams, and the folder that is listed"


@pytest.mark.parametrize(
    ("program", "status", "said"),
    [
        ("", 0, ""),
        ("raise SystemExit", 0, ""),
        ("raise SystemExit(2)", 2, ""),
        ("raise SystemExit('no')", 1, "no\n"),
        ("raise ValueError('no')", 1, "ValueError: no\n"),
        ("import atexit, sys; atexit.register(sys.stderr.write, 'bye')", 0, "bye"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL, ""),
    ],
)
def test_it_ends_as_a_started_one_does(program, status, said):
    """With the status of its program, a traceback of what nobody caught, and what it registered for its end."""
    ended = python(program)
    assert status == ended.returncode
    assert ended.stderr.endswith(said)
    assert bool(ended.stderr) == bool(said)


def test_it_is_killed_alone_and_shows_its_words_meanwhile():
    """The server goes on; others find a process by its command line."""
    with Process(
        [sys.executable, "-c", SLEEPER, "a home"], env=environment(), stdout=subprocess.PIPE
    ) as started:
        assert started.stdout is not None
        assert b"ready\n" == started.stdout.readline()
        assert b"\0a home\0" in Path(f"/proc/{started.pid}/cmdline").read_bytes()
        started.kill()
        assert -signal.SIGKILL == started.wait(WITHIN_S)
    assert 0 == python("").returncode


def test_what_only_a_start_reads_gives_a_start():
    """Another seed of hashes, another locale: an interpreter that was started cannot take them."""
    program = "import sys; print('pipeline' in sys.modules, sys.flags.hash_randomization)"
    assert "False 0\n" == python(program, env={"PYTHONHASHSEED": "0"}).stdout


def test_one_that_starts_others_is_their_parent_and_its_server_ends_with_it():
    """As `xuncha run` starts its history: forked just so, and a child of its own."""
    program = (
        "import os, subprocess, sys, time\n"
        "child = \"import os, sys; print(os.getppid(), 'pipeline.cli.program' in sys.modules); sys.exit(7)\"\n"
        "ended = subprocess.run([sys.executable, '-c', child], stdout=subprocess.PIPE, text=True)\n"
        "print(ended.stdout == f'{os.getpid()} True\\n', ended.returncode, flush=True)\n"
        "time.sleep(600)"
    )
    line = [sys.executable, "-c", program, "run"]
    with Process(line, env=environment(), stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        assert "True 7\n" == started.stdout.readline()
        (server,) = Path(f"/proc/{started.pid}/task/{started.pid}/children").read_text("utf-8").split()
        started.kill()
    deadline = time.monotonic() + WITHIN_S
    while not has_ended(server):
        assert time.monotonic() < deadline
        time.sleep(0.01)
