"""`make serve-crash`: `python -m tests.serve_crash [--kills N] [--seed N]`."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tests.serve_crash.run import Plan, run


def main() -> None:
    """Run the kill test once and print its verdict as the last line; exit 1 unless all holds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="xuncha-serve-"))
    _say(f"log of the processes: {folder}/serve.log; the folder stays unless all holds")
    verdict = run(Plan(asked.kills, asked.seed), folder, _say)
    if verdict.holds:
        shutil.rmtree(folder)
    _say(verdict.line())
    raise SystemExit(0 if verdict.holds else 1)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
