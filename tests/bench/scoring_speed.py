"""Seconds to score a round, against the database's bare scan of the same columns."""

import resource
import shutil
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import msgspec

from connectors.history.client import open_embedded
from connectors.history.known_facts import KnownFacts
from connectors.history.migrate import migrate
from pipeline.home.rulesets import find_ruleset
from pipeline.scores.scoring import Question, make_run, verdicts
from projections.rules.period import quarter_of
from tests.bench.generate import QUARTER_END, fill_quarter

_SCAN = (
    """SELECT sum(account_key), sum(toUnixTimestamp64Micro(published_at)), sum(toUnixTimestamp64Micro(recorded_at)),
       max(event_id) FROM posts""",
    """SELECT sum(account_key), sum(toUnixTimestamp64Micro(looked_at)), sum(toUnixTimestamp64Micro(recorded_at)),
       sum(proves_silence), sum(lag_s) FROM looks""",
)


def main() -> None:
    """Measure a size and print JSON: seconds, baseline, memory."""
    accounts, posts_each = int(sys.argv[1]), int(sys.argv[2])
    folder = Path(tempfile.mkdtemp(prefix="xuncha-bench-"))
    try:
        client = open_embedded(folder / "history")
        migrate(client)
        begin = time.perf_counter()
        fill_quarter(client, accounts, posts_each, looks_a_day=4)
        filled = time.perf_counter() - begin
        for table in ("posts", "looks"):
            client.command(f"OPTIMIZE TABLE {table} FINAL")
        named = find_ruleset("jiangsu-kunshan-2019-162")
        question = Question(quarter_of(QUARTER_END), QUARTER_END + timedelta(days=2), named)
        scan, score, digest, rows = [], [], "", 0
        for _ in range(3):
            begin = time.perf_counter()
            for query in _SCAN:
                client.query(query)
            scan.append(time.perf_counter() - begin)
            begin = time.perf_counter()
            scored = verdicts(KnownFacts(client), question)
            digest, rows = make_run(question, scored).digest, len(scored)
            score.append(time.perf_counter() - begin)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        told = {
            "accounts": rows,
            "fill_s": filled,
            "scan_s": min(scan),
            "score_s": min(score),
            "peak_mb": memory,
        }
        sys.stdout.buffer.write(msgspec.json.encode({**told, "digest": digest}) + b"\n")
        client.close()
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
