"""A day's work as one process: `python -m tests.pipeline.sequence FOLDER`, to be killed and started again.

Each command that ended is acknowledged in a file; a process that is started again begins with the first command
that was not. What the last command says is the answer.
"""

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from tests.pipeline.inputs import daily, feed, feed_file, polls, sheet
from tests.pipeline.program import done

ACKNOWLEDGED, ANSWER, HOME = "acknowledged", "answer.json", "home"
POSTING, SILENT = "P", ("S0", "S1", "S2", "S3")
MINUTE = timedelta(minutes=1)


def make_input(folder: Path, now: datetime) -> None:
    """Write the files that the commands take in: silent accounts that passed the limit an hour ago, one that posts."""
    folder.mkdir(parents=True, exist_ok=True)
    registered = [(i, f"某市{i}", "微信订阅号") for i in (POSTING, *SILENT)]
    sheet(folder / "accounts.csv", ("账号ID", "账号名称", "平台"), *registered)
    found_at = (now - timedelta(days=3)).isoformat()
    sheet(folder / "findings.csv", ("账号ID", "问题", "发现时间"), (POSTING, "发布商业广告", found_at))
    last = now - timedelta(days=14, hours=1)
    shown: dict[str, list[datetime] | str] = {
        account: daily(last - timedelta(days=20) - n * MINUTE, 21) for n, account in enumerate(SILENT)
    }
    posts = daily(now - timedelta(days=40), 38)
    bad_item = feed([*posts, now - 50 * MINUTE], prefix=POSTING).replace(
        "</channel>", "<item><guid>x</guid></item></channel>"
    )
    looks = [(now - timedelta(days=1), {**shown, POSTING: posts}), (now - 40 * MINUTE, {POSTING: bad_item})]
    polls(folder / "polls", [*looks, (now - 30 * MINUTE, {})])
    feed_file(folder / "feed.xml", now - 20 * MINUTE)
    (folder / "now").write_text(now.isoformat())


def commands(folder: Path) -> list[tuple[object, ...]]:
    """Return the commands; the silent accounts are told of in a summary and one by one, one posts and is cleared."""
    now = (folder / "now").read_text()
    return [
        ("init", "--partitions", 3),
        ("accounts", "import", folder / "accounts.csv"),
        ("polls", "replay", folder / "polls"),
        ("findings", "import", folder / "findings.csv"),
        ("run", "--until-idle"),
        ("feed", "read", folder / "feed.xml", "--account", SILENT[0], "--looked-at", now),
        ("run", "--until-idle"),
        ("score", "--check-point", now, "--json"),
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
