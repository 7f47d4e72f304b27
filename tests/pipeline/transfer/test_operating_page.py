"""What docs/operate.md tells operators to type, typed as it stands there, on the layout of one machine.

No history server and no ClickHouse: the history lies in the home, and nothing runs while the log is moved, restored or
upgraded.
"""

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from connectors.history.lanes import lives_of
from connectors.log.port import FACTS
from pipeline.home.folder import Home
from tests.pipeline.program import asked, done, rows, xuncha
from tests.pipeline.transfer.moving import FACTS_SQL, exported, facts, scored, told
from tests.pipeline.transfer.test_kafka_move import running, until

if TYPE_CHECKING:
    from connectors.kafka.cluster import Cluster  # imports kafka-python, whose warning is let pass in tests

PAGE = Path(__file__).parents[3] / "docs" / "operate.md"
pytestmark = pytest.mark.source_tree


def commands(heading: str) -> list[str]:
    """Return the lines of the shell blocks under a heading."""
    (section,) = re.findall(
        rf"^{re.escape(heading)}\n(.*?)(?=^#+ |\Z)", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", section, re.DOTALL | re.MULTILINE)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


def settle(home: Path, cluster: "Cluster") -> None:
    """Write the settings of a home whose log is on Kafka and whose history lies in it."""
    home.mkdir()
    settings = f'[kafka]\nbootstrap = "{cluster.bootstrap}"\nprefix = "{cluster.prefix}"\n'
    (home / "xuncha.toml").write_text(settings, "utf-8")


@pytest.fixture
def follow(bare_cluster: "Cluster", tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Type what stands under a heading; each line has to succeed."""
    monkeypatch.chdir(tmp_path)

    def type_in(heading: str) -> None:
        lines = commands(heading)
        assert lines
        for line in lines:
            program, *words = shlex.split(line)
            if program == "rm":
                subprocess.run([program, *words], cwd=tmp_path, check=True)
                continue
            assert (program, words[0]) == (".venv/bin/xuncha", "--home")
            # A test's log has a prefix of its own.
            answer = xuncha(Path(words[1]), *(bare_cluster.prefix if w == "xuncha" else w for w in words[2:]))
            assert answer.status == 0, f"{line}: {answer.err or answer.out}"

    return type_in


def held(home: Path) -> list[dict[str, str]]:
    """Return the facts that the history of a home holds, which nobody fills."""
    with Home(home).history(unfilled=True) as (client, _):
        names = ("id", "type", "subject", "time", "data")
        return [dict(zip(names, row, strict=True)) for row in client.query(FACTS_SQL).result_rows]


def logged(home: Path) -> int:
    with closing(Home(home).open_log()) as log:
        return sum(len(log.read(FACTS, p, 0, 1 << 30)) for p in range(log.partitions))


def move(city: Path, new: Path, cluster: "Cluster", follow: Callable[[str], None]) -> None:
    """Move the embedded city to Kafka, and let the new home bear its name."""
    settle(new, cluster)
    follow("### Move from embedded to Kafka")
    city.rename(city.with_name("old"))
    new.rename(city)


def rebuild(city: Path, follow: Callable[[str], None]) -> None:
    shutil.rmtree(city / "history")
    follow("### Rebuild ClickHouse from the log")


def restore(follow: Callable[[str], None]) -> None:
    follow("### Restore a lost log")


@pytest.mark.slow
def test_the_page_is_followed_on_one_machine(city, bare_cluster, tmp_path, follow):
    """Moved, its history rebuilt, its log restored, upgraded: after each step facts and rounds are all there."""
    run = scored(city)
    known = facts(city)
    move(city, tmp_path / "new", bare_cluster, follow)
    assert known == held(city)
    in_log = logged(city)
    shutil.copytree("city-export", "city-backup")
    rebuild(city, follow)
    assert known == held(city)
    assert in_log == logged(city), "a rebuild appends nothing"
    restore(follow)
    assert (known, in_log) == (held(city), logged(city))
    follow("## Upgrade")
    with Home(city).history(unfilled=True) as (client, _):
        assert 1 == len(lives_of(client)), "what was restored is told by the life that it had"
        assert [run["run_id"]] == [str(r) for (r,) in client.query("SELECT run_id FROM runs").result_rows]


@pytest.mark.long
def test_the_page_is_followed_on_one_machine_that_works_in_between(city, bare_cluster, tmp_path, follow):
    """Between the steps everything runs: old rounds verify, new ones agree, nobody is told twice."""
    run = scored(city)
    move(city, tmp_path / "new", bare_cluster, follow)
    work(city, run)
    before = told(city)
    with running(city, "run", "--no-ticks"):
        until(lambda: Home(city).door() is not None)
        done(city, "run", "--until-idle")
        exported(city, Path("city-backup"))
    rebuild(city, follow)
    work(city, run)
    restore(follow)
    work(city, run)
    follow("## Upgrade")
    work(city, run)
    assert before == told(city)


def work(city: Path, run: dict[str, object]) -> None:
    """Run everything until nothing is left to do, and look at what is shown."""
    with running(city, "run", "--no-ticks"):
        until(lambda: Home(city).door() is not None)
        done(city, "run", "--until-idle")
        assert asked(city, "verify", str(run["run_id"]))["holds"]
        assert run["digest"] == scored(city)["digest"]
        assert rows(city, "alerts")
