"""A home whose disk is full, closed, limited or damaged: each in words of its own, and whole again afterwards."""

import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from connectors.history.client import open_embedded
from connectors.log.schema import connect
from pipeline.home.folder import Home
from tests.pipeline import small_city as c
from tests.pipeline.home.test_older_log import put_back
from tests.pipeline.inputs import sheet
from tests.pipeline.program import WITHIN_S, asked, by_account, done, environment, rows, xuncha
from tests.pipeline.transfer.moving import scored, told

HEADERS = ("账号ID", "账号名称", "平台")
PAGE = 4096


def many(folder: Path, count: int = 3000) -> Path:
    """Write a sheet that takes some hundred kilobytes of a log."""
    return sheet(folder / "many.csv", HEADERS, *((f"M{n}", f"某市号{n}", "抖音") for n in range(count)))


def refused(home: Path, *words: object) -> str:
    answer = xuncha(home, *words)
    assert 2 == answer.status
    assert "Traceback" not in answer.err
    assert "restor" not in answer.err
    return answer.err


UNSHARED = ["unshare", *(["--user", "--map-root-user"] if os.geteuid() else []), "--mount"]


def in_a_room_of_its_own(script: str, *words: object) -> list[str]:
    """Run a shell script that may mount what it likes; returns what it printed, skips where nobody may."""
    probe = [*UNSHARED, "mount", "-t", "tmpfs", "none", "/mnt"]
    if shutil.which("unshare") is None or subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a file system, not even in a name space of its own")
    ended = subprocess.run(
        [*UNSHARED, "sh", "-euc", script, "sh", *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment(PYTHON=sys.executable),
        timeout=WITHIN_S,
        check=False,
    )
    assert 0 == ended.returncode, ended.stderr
    return ended.stdout.splitlines()


SAY = """
say() { "$PYTHON" -m pipeline.cli --home "$@" > "$out" 2>&1 && code=0 || code=$?; echo "$code $(tail -n 1 "$out")"; }
out=$(mktemp)
"""


@pytest.mark.slow
def test_a_disk_that_is_full_for_the_log_and_for_the_history(city, tmp_path):
    """A real one of 8 MiB: refused, with nothing of it written; with room again the same command does it."""
    script = (
        SAY
        + """
        mount -t tmpfs -o size=8m none "$1"; cp -a "$2" "$1/city"; home=$1/city
        head -c 20m /dev/zero > "$1/fill" 2> /dev/null || true
        say "$home" accounts list
        rm "$1/fill"; free=$(df --output=avail "$1" | tail -n 1)
        head -c "$((free - 600))k" /dev/zero > "$1/fill"
        say "$home" accounts import "$3"
        rm "$1/fill"
        say "$home" accounts import "$3"
        free=$(df --output=avail "$1" | tail -n 1); head -c "$((free - 100))k" /dev/zero > "$1/fill"
        say "$home" accounts list
        rm "$1/fill"
        say "$home" run --until-idle
        """
    )
    (tmp_path / "disk").mkdir()
    full, half_full, there, behind, stored = in_a_room_of_its_own(
        script, tmp_path / "disk", city, many(tmp_path)
    )
    for answer, file in ((full, "log.sqlite"), (half_full, "log.sqlite"), (behind, "")):
        assert answer.startswith("2 xuncha: the disk of ")
        assert f"{file} is full; what was being written is undone" in answer
    assert there.startswith("0 ")
    assert "3000" in there
    assert stored.startswith("0 ")


@pytest.mark.slow
def test_a_folder_that_is_mounted_read_only(city):
    """Every command says so, with the file; a new home there, too."""
    script = (
        SAY
        + """
        mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"
        say "$1" accounts list
        say "$1" run --until-idle
        say "$1/new" init
        """
    )
    for answer in in_a_room_of_its_own(script, city):
        assert re.match(r"2 xuncha: \S+ cannot be written: it is read-only", answer)


@contextmanager
def limited(size: int) -> Iterator[None]:
    """Let this process write no file beyond a size, as `ulimit -f` does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.slow
def test_a_limit_for_the_size_of_files(city, tmp_path):
    """Nothing is taken in; once the limit is lifted all of it is."""
    file = many(tmp_path)
    with limited((city / "log.sqlite").stat().st_size + 50_000):
        told = refused(city, "accounts", "import", file)
    assert "log.sqlite may not grow any more" in told
    assert "ulimit -f" in told
    assert "M7" not in by_account(rows(city, "accounts", "list"))
    assert 3000 == asked(city, "accounts", "import", file)["events"]


def root_of(home: Path, table: str) -> int:
    with closing(connect(home / "log.sqlite")) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        return int(page)


def leaf_of_records(home: Path) -> int:
    """Return a page that holds records alone."""
    content = (home / "log.sqlite").read_bytes()
    pages = [n for n in range(len(content) // PAGE) if b"specversion" in content[n * PAGE : (n + 1) * PAGE]]
    return pages[len(pages) // 2] + 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page_of", "words"),
    [
        (lambda _: 1, ("accounts", "list")),
        (lambda home: root_of(home, "records"), ("accounts", "list")),
        (leaf_of_records, ("--clock-is-right", "export")),
        (lambda home: root_of(home, "fold_states"), ("run", "--until-idle")),
    ],
)
def test_a_damaged_page_of_the_log_is_told(city, tmp_path, page_of, words):
    """By whoever reads it, and by `doctor`; the history still holds the facts, and a new log begins with them."""
    if words[-1] == "export":
        shutil.rmtree(city / "history")
        (city / "history").mkdir()
        words = (*words, tmp_path / "export")
    page, content = page_of(city), bytearray((city / "log.sqlite").read_bytes())
    content[(page - 1) * PAGE : page * PAGE] = bytes(PAGE)
    (city / "log.sqlite").write_bytes(content)
    said = refused(city, *words)
    assert re.search(r'log\.sqlite is damaged: .*docs/operate\.md, "A damaged file"', said)
    found = {row["name"]: row for row in xuncha(city, "doctor", "--json").rows}["file of the log"]
    assert ("wrong", True) == (found["state"], "log.sqlite is damaged" in found["found"])


def test_states_that_cannot_be_decoded_are_folded_anew(city):
    """They follow from the log; what was told keeps its ids, and nobody is told twice."""
    before = told(city)
    assert before
    with closing(connect(city / "log.sqlite")) as db:
        states = dict(db.execute("SELECT part, max(key) FROM fold_states WHERE key != '' GROUP BY part"))
        assert states
        for partition, key in states.items():
            where = (partition, key)
            db.execute("UPDATE fold_states SET state = x'93ff00' WHERE part = ? AND key = ?", where)
    again = asked(city, "run", "--until-idle")
    assert again["delivered"] == 0
    assert again["folded"] > 0
    assert before == told(city)
    with closing(connect(city / "log.sqlite")) as db:
        assert (0,) == db.execute("SELECT count(*) FROM fold_states WHERE state = x'93ff00'").fetchone()


def part_of(home: Path, table: str) -> Path:
    """Return the file of the data of a table's largest part; those that were merged are still beside it."""
    with closing(open_embedded(home / "history")) as client:
        path = client.command(
            "SELECT path FROM system.parts WHERE active AND database = 'xuncha' AND table = {t:String}"
            " ORDER BY bytes_on_disk DESC LIMIT 1",
            parameters={"t": table},
        )
    return Path(str(path)) / "data.bin"


@pytest.mark.slow
@pytest.mark.parametrize("torn", [False, True])
def test_a_damaged_part_of_the_history_is_told_and_filled_again(city, tmp_path, torn):
    """A byte that turned fails its sum when it is read; of a torn part the engine would go on without its rows."""
    run = scored(city)
    damaged = part_of(city, "records")
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 0xFF
    damaged.write_bytes(content[: len(content) // 2] if torn else content)
    said = refused(city, "export", tmp_path / "export")
    assert re.search(r'history is damaged: .*docs/operate\.md, "A damaged file"', said)
    found = {row["name"]: row for row in xuncha(city, "doctor", "--json").rows}
    assert "wrong" == found["database" if torn else "files of the history"]["state"]
    (city / "history").rename(city / "aside")
    (city / "history").mkdir()
    assert c.SILENT in by_account(rows(city, "accounts", "list"))
    again = asked(city, "score", "--check-point", c.CHECK_POINT, "--known-at", run["known_at"])
    assert run["digest"] == again["digest"]


def test_an_error_of_a_file_outside_the_home_is_no_fault_of_it(city, tmp_path):
    """A file that is not there stays a wrong use, and a log that is put back is not called damaged."""
    assert 2 == xuncha(city, "accounts", "import", tmp_path / "none.csv").status
    saved = tmp_path / "saved"
    shutil.copy(Home(city).log_path, saved)
    put_back(saved, city)
    done(city, "accounts", "list")
