"""Acts of the desk on Kafka: merged and taken apart, called off, adopted, carried on and corrected as in a folder."""

import signal
from pathlib import Path
from typing import Any

import pytest

from tests.kafka.contents import until
from tests.pipeline import small_city as c
from tests.pipeline.claims.office import OVERRIDES
from tests.pipeline.inputs import sheet
from tests.pipeline.program import asked, done, rows

ROUND, TWIN = "city-2021Q2", "gh_twin00000001"
AT = ("--check-point", c.CHECK_POINT)
SECOND = ("--second", "分管主任")


def scored(home: Path) -> tuple[Any, ...]:
    """Return digest and rows of the city at its check point."""
    told = asked(home, "score", *AT)
    return told["digest"], told["rows"]


def went_through(home: Path, folder: Path) -> list[Any]:
    """Bring the small city in and do what a desk does; return what each step answers, but for ids and moments."""
    folder.mkdir()
    done(home, "accounts", "import", c.registry(folder))
    done(home, "polls", "replay", c.recorded_polls(folder), "--as-history")
    twin = (TWIN, "某市交通局", "微信订阅号", c.OFFICE)
    done(home, "accounts", "import", sheet(folder / "twin.csv", c.HEADERS[:4], twin))
    look = (TWIN, "2021-06-16 10:00", "2021-06-15 09:00")
    done(home, "looks", "import", sheet(folder / "l.csv", ("账号ID", "检查时间", "最新发布时间"), look))
    found = [scored(home)]
    merged = asked(home, "accounts", "merge", TWIN, "--into", c.SILENT, "--reason", "同一账号", "--although")
    found += [(merged["moved"], merged["withdrawn"]), scored(home)]
    apart = asked(home, "accounts", "separate", TWIN, "--reason", "确为两个账号")
    found += [(apart["moved"], apart["withdrawn"]), scored(home)]
    done(home, "rulesets", "adopt", "jiangsu-kunshan-2019-162", "--document", "某办〔2020〕1号", "--title", "指标",
         "--on", "2020-01-01")  # fmt: skip
    done(home, "office", "set", "--name", "某办", "--letterhead", "某办文件")
    for last in ("cancel", "freeze"):
        done(home, "round", "announce", ROUND, *AT, "--seed", 7)
        found.append(asked(home, "round", "draw", ROUND)["accounts"])
        if last == "cancel":
            done(home, "round", "cancel", ROUND, "--reason", "方案有误")
    run = asked(home, "round", "freeze", ROUND, "--although", "试点")
    problem = (c.SERVICE, "发布商业广告", "2021-06-10 10:00")
    findings = sheet(folder / "f.csv", ("账号ID", "问题", "发现时间"), problem)
    (finding,) = asked(home, "findings", "import", findings)["findings"]
    carried = asked(home, "round", "carry", ROUND, "--finding", finding, "--reason", "通报后发现")
    found += [run["digest"], carried["quarter"], asked(home, "verify", run["run_id"])["holds"]]
    for step in ("draft", "check"):
        done(home, "bulletin", step, ROUND, "--out", folder / "out")
    issue = ("--number", "某办〔2021〕2号", "--on", "2021-07-01", "--out", folder / "out")
    done(home, "bulletin", "issue", ROUND, *issue, *OVERRIDES)
    found.append([(row["number"], row["stage"]) for row in rows(home, "round", "list") if "number" in row])
    found.append(asked(home, "claims", "list", "--waiting")["rows"])
    return found


@pytest.mark.slow
def test_acts_of_the_desk_are_the_same_on_kafka_and_in_a_folder(bare_cluster, start_worker, tmp_path):
    """Runtime and number of partitions change neither rows and digests nor what an act answers."""
    from connectors.kafka.topics import apply_topics

    done(tmp_path / "folder", "init", "--partitions", 4)
    in_folder = went_through(tmp_path / "folder", tmp_path / "papers")
    apply_topics(bare_cluster, partitions=2)
    run = start_worker(bare_cluster, "run", "--no-ticks")
    until((run.home / "run" / "door.json").exists)
    assert in_folder == went_through(run.home, tmp_path / "papers-of-kafka")
    before, merge, merged, _, apart, *_ = in_folder
    assert before[0] != merged[0]
    assert [row["verdict"] for row in before[1]] == [row["verdict"] for row in apart[1]]
    assert merge[0] > 0
    run.send(signal.SIGTERM)
    assert 0 == run.code()
