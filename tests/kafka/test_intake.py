"""Intakes on Kafka: the same sheets taken in and undone give the same rows and digests as in a folder."""

import signal
from pathlib import Path
from typing import Any

import pytest

from tests.kafka.contents import until
from tests.pipeline.office.intake.jiangzhou import LAST_LOOK, take_ledger, take_week
from tests.pipeline.program import asked, done, rows

BROUGHT = ("page", "row", "name", "platform", "owner", "type", "known_before", "withdrawn")


def went_through(home: Path) -> list[Any]:
    """Take the ledger and two weeks in, undo the second one; return what each step answers."""
    told = [take_ledger(home), take_week(home, "0810"), take_week(home, "0817")]
    found: list[Any] = [[(t["new_facts"], t["known_facts"], t["people"]) for t in told]]
    with_both = asked(home, "score", *LAST_LOOK)
    number = told[-1]["intake"]
    undone = asked(home, "intake", "undo", number, "--reason", "报错了周次")
    found.append((undone["withdrawn"], undone["kept"], undone["people"]))
    after = asked(home, "score", *LAST_LOOK)
    found += [with_both["digest"], after["digest"], after["rows"]]
    found.append(asked(home, "score", *LAST_LOOK, "--known-at", with_both["known_at"])["digest"])
    listed = rows(home, "intake", "list")
    found.append([(row["kinds"], row["facts"], row["stage"]) for row in listed])
    shown = rows(home, "intake", "show", number)
    found.append(sorted(tuple(row[key] for key in BROUGHT) for row in shown))
    return found


@pytest.mark.slow
def test_intake_and_undo_are_the_same_on_kafka_and_in_a_folder(bare_cluster, start_worker, tmp_path):
    """Runtime and number of partitions change neither verdicts nor digests, nor what an intake or an undo answers."""
    from connectors.kafka.topics import apply_topics

    done(tmp_path / "folder", "init", "--partitions", 4)
    in_folder = went_through(tmp_path / "folder")
    apply_topics(bare_cluster, partitions=2)
    run = start_worker(bare_cluster, "run", "--no-ticks")
    until((run.home / "run" / "door.json").exists)
    assert in_folder == went_through(run.home)
    _, _, with_both, after, _, with_both_again, *_ = in_folder
    assert with_both == with_both_again != after
    run.send(signal.SIGTERM)
    assert 0 == run.code()
