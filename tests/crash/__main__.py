"""`make crash`: `python -m tests.crash [--kills N] [--events N] [--accounts N] [--seed N]`."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tests.crash.run import Plan, run


def main() -> None:
    """Run the kill test once and print its verdict as the last line; exit 1 if anything differs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--accounts", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="xuncha-crash-"))
    _say(f"logs of the processes: {folder}/*.log; the folder stays unless all holds")
    plan = Plan(kills=asked.kills, events=asked.events, accounts=asked.accounts, seed=asked.seed)
    verdict = run(plan, folder, say=_say)
    if verdict.holds:
        shutil.rmtree(folder)
    _say(verdict.line())
    raise SystemExit(0 if verdict.holds else 1)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
