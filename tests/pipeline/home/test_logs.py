"""Logs of processes: one JSON object a line, of ours and of the libraries."""

import json
import subprocess
import sys

from tests.pipeline.program import ROOT, environment

PROGRAM = """
import logging, warnings
import structlog
from pipeline.home.logs import configure_process_logs

configure_process_logs()
structlog.get_logger("ours").info("something happened", place="某市")
for n in range(3):
    logging.getLogger("library").warning("no broker %s", n)
logging.getLogger("library").warning("another thing")
logging.getLogger("library").info("not worth a line")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("other").exception("it broke")
"""


def test_every_line_is_a_json_object_and_a_library_does_not_repeat_itself():
    """The same warning with other figures comes once in a while; what libraries merely tell is left out."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment(), capture_output=True, check=True
    )
    lines = [json.loads(line) for line in done.stderr.decode().splitlines()]
    told = [(line["level"], line.get("logger"), line["event"]) for line in lines]
    assert told == [
        ("info", None, "something happened"),
        ("warning", "library", "no broker 0"),
        ("warning", "library", "another thing"),
        ("error", "other", "it broke"),
    ]
    assert "某市" == lines[0]["place"]
    assert "ZeroDivisionError" in lines[3]["exception"]
    assert b"" == done.stdout


AGAIN = """
import structlog
from structlog.testing import capture_logs
from pipeline.home.logs import configure_logs, configure_process_logs

configure_logs()
log = structlog.get_logger()
log.info("the first set-up")
configure_process_logs()
with capture_logs() as logs:
    log.info("the second")
print(logs)
"""


def test_a_logger_in_use_follows_a_later_set_up():
    """A logger keeps the list of processors it began with: there is one list, whoever sets up what."""
    done = subprocess.run(
        [sys.executable, "-c", AGAIN], cwd=ROOT, env=environment(), capture_output=True, check=True
    )
    assert b"the second" in done.stdout
    assert b"the second" not in done.stderr
