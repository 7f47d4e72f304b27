"""`make voice-crash`: `python -m tests.voice_crash [--kills N] [--alerts N] [--seed N] [--only embedded|kafka]`."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tests.kafka_broker import Broker
from tests.voice_crash.run import Counted, Plan, run_embedded, run_on_kafka

EMBEDDED = {"takes_s": 0.015, "lives_s": 0.5}
ON_KAFKA = {"takes_s": 0.05, "lives_s": 3.0}
"""On Kafka what was told is recorded every two seconds, in a folder after each message."""


def main() -> None:
    """Run both forms and print a line for each; exit 1 unless nobody missed one and none came twice that may not."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--alerts", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("embedded", "kafka"))
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="xuncha-voice-"))
    _say(f"logs of the processes: {folder}/*/*.log; the folder stays unless all holds")
    found: dict[str, Counted] = {}
    if asked.only != "kafka":
        plan = Plan(asked.kills, asked.alerts, seed=asked.seed, **EMBEDDED)
        found["embedded"] = run_embedded(plan, folder / "embedded", _say)
    if asked.only != "embedded":
        plan = Plan(asked.kills, asked.alerts, seed=asked.seed, **ON_KAFKA)
        broker = Broker(folder / "broker")
        broker.start()
        try:
            found["kafka"] = run_on_kafka(plan, folder / "kafka", broker, _say)
        finally:
            broker.remove()
    holds = all(counted.holds for counted in found.values())
    if holds:
        shutil.rmtree(folder)
    for runtime, counted in found.items():
        _say(counted.line(runtime))
    raise SystemExit(0 if holds else 1)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
