"""A day's work as one process: `python -m tests.pipeline.sequence FOLDER`, to be killed and started again.

Each command that ended is acknowledged in a file; a process that is started again begins with the first command
that was not. What the last command says is the answer.
"""

import os
import sys
from pathlib import Path

from tests.pipeline import small_city as c
from tests.pipeline.inputs import at, feed_file
from tests.pipeline.program import done

ACKNOWLEDGED, ANSWER, HOME = "acknowledged", "answer.json", "home"


def make_input(folder: Path) -> None:
    """Write the files that the commands take in."""
    c.registry(folder)
    c.findings(folder)
    c.recorded_polls(folder)
    spoilt = folder / "polls" / "01_2021-06-17T080000" / f"{c.SERVICE}.xml"
    spoilt.write_text("<html>404</html>", "utf-8")
    feed_file(folder / "feed.xml", at("2021-06-17 12:30"))


def commands(folder: Path) -> list[tuple[object, ...]]:
    """Return the commands; the silent account crosses the limit, is told of, posts and is cleared."""
    looked_at = "2021-06-17T13:00:00+08:00"
    return [
        ("init", "--partitions", 4),
        ("accounts", "import", folder / "accounts.csv"),
        ("polls", "replay", folder / "polls"),
        ("findings", "import", folder / "findings.csv"),
        ("run", "--until-idle"),
        ("feed", "read", folder / "feed.xml", "--account", c.SILENT, "--looked-at", looked_at),
        ("run", "--until-idle"),
        ("score", "--check-point", looked_at, "--json"),
    ]


def main() -> None:
    folder = Path(sys.argv[1])
    with (folder / ACKNOWLEDGED).open("a+") as file:
        file.seek(0)
        ended = len(file.readlines())
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        for words in commands(folder)[ended:]:
            answer = done(folder / HOME, *words)
            (folder / ANSWER).write_text(answer.out, "utf-8")
            file.write("done\n")
            file.flush()
            os.fsync(file.fileno())


if __name__ == "__main__":
    main()
