"""`make patrol-load`: `python -m tests.patrol_load [--feeds N]`."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.patrol_load.outage import spread_after_outage
from tests.patrol_load.run import Load, patrol_under_load

MOST_MB, LEAST_PER_CPU_SECOND, MOST_IN_A_TENTH = 300, 500, 0.25


def main() -> None:
    """Patrol once, compare each feed with its fate, print the figures last; exit 1 if anything differs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--feeds", type=int, default=10_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xuncha-patrol-") as folder:
        load = patrol_under_load(Path(folder), asked.feeds)
    share = spread_after_outage(asked.feeds // 2)
    for wrong in load.wrong[:50]:
        _say(wrong)
    _say(
        f"after an outage of six hours the fullest tenth of the time in which all came back holds {share:.0%} of them"
    )
    _say(load.line)
    raise SystemExit(0 if _holds(load, share) else 1)


def _holds(load: Load, share: float) -> bool:
    figures = load.figures
    return (
        not load.wrong
        and not load.lost
        and not figures["loads_history"]
        and figures["peak_mb"] < MOST_MB
        and figures["looks"] / figures["cpu_seconds"] >= LEAST_PER_CPU_SECOND
        and share < MOST_IN_A_TENTH
    )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
