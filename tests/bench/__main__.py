"""`make bench`: speed and memory on this machine, each figure beside a baseline of the same run."""

import os
import platform
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

from tests.bench.pipeline_speed import ACCOUNTS, measure

EVENTS = 200_000
SIZES = ((1_000, 200), (10_000, 200), (100_000, 200))
GROWTH = (1_000, 10_000, 100_000)
COMPARED_EVENTS, COMPARED_ACCOUNTS = 100_000, 20_000
TODAY = 100_000
LOOKS = 4_000
INGESTED = 50_000
PLANNED = (1_000, 100_000)
TITLES = 100_000


def main() -> None:
    """Print the machine, then every figure with its ratio to the baseline."""
    say(f"machine: {platform.machine()}, {os.cpu_count()} cores, {cpu_model()}, {platform.python_version()}")
    say(f"\n{EVENTS:,} events over {ACCOUNTS:,} accounts, 16 partitions, one process")
    rates = measure(EVENTS)
    baseline = rates["decode (baseline)"]
    for name, rate in rates.items():
        say(f"  {name:24}{rate:12,.0f} events/s {baseline / rate:8.1f} x the time of the baseline")
    say(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    for accounts, posts in SIZES:
        say(f"\na round over {accounts:,} accounts, {accounts * posts:,} posts, {accounts * 360:,} looks")
        told = apart("scoring_speed", accounts, posts)
        say(
            f"  score {told['score_s']:.2f} s; bare scan of the same columns {told['scan_s']:.2f} s;"
            f" ratio {told['score_s'] / told['scan_s']:.1f}; peak memory {told['peak_mb']:,.0f} MB;"
            f" {told['score_s'] / accounts * 1e6:.0f} us an account"
        )
        say(f"  digest {told['digest']}")
    grow()
    compare()
    told = apart("patrol_speed", LOOKS)
    say(f"\n{LOOKS:,} feeds looked at over TLS, each on a new connection")
    say(f"  patrol {told['patrol_per_s']:,.0f} looks a CPU-second, peak memory {told['peak_mb']:,.0f} MB")
    for name, what in (
        ("bare_per_s", "a bare aiohttp loop"),
        ("feedparser_per_s", "the same with feedparser"),
    ):
        say(f"  {what} {told[name]:,.0f}; ratio {told[name] / told['patrol_per_s']:.1f}")
    told = apart("today_speed", TODAY)
    say(f"\nthe page of a day over {TODAY:,} accounts")
    ratio = told["today_s"] / told["bare_s"]
    say(f"  page {told['today_s']:.2f} s, {told['needs']:,} accounts on it")
    say(f"  bare reading of the lines {told['bare_s']:.2f} s; ratio {ratio:.1f}")
    say(f"  read model made in {told['catch_up_s']:.0f} s")
    told = apart("console_speed", TODAY)
    say(
        f"\npages of the console over {TODAY:,} accounts, {told['users']} people on open connections, then all at once"
    )
    clicked = told["clicked"]
    say(
        f"  a click every one to three seconds: p50 {clicked['p50_ms']:.0f} ms, p95 {clicked['p95_ms']:.0f} ms"
    )
    bare = told["pages"].pop("bare answer")
    for name, took in told["pages"].items():
        say(
            f"  {name:26} p95 {took['p95_ms']:6.0f} ms, CPU {took['cpu_ms']:5.1f} ms a request;"
            f" ratio to a bare answer {took['cpu_ms'] / bare['cpu_ms']:.0f}"
        )
    say(f"  bare answer p95 {bare['p95_ms']:.0f} ms; memory of the console {told['memory_mb']:.0f} MB")
    told = apart("ingest_speed", INGESTED)
    say(f"\n{told['posts']:,} posts handed in over HTTP, in batches of 1,000, beside the owner of the home")
    say(f"  {told['http_per_s']:,.0f} facts/s; server and client {told['per_cpu_s']:,.0f} facts a CPU-second")
    ratio = told["bare_per_s"] / told["http_per_s"]
    say(f"  decoded and appended alone {told['bare_per_s']:,.0f} facts/s; ratio {ratio:.1f}")
    told = apart("lexicon_speed", TITLES)
    say(f"\n{TITLES:,} titles read with a lexicon of 5,000 entries, every other one near")
    say(
        f"  {TITLES / told['scanned_s']:,.0f} titles/s; automata built in {told['built_s']:.1f} s; {told['hits']} hits"
    )
    ratio = told["scanned_s"] / told["plain_s"]
    say(f"  a plain search for each form {TITLES / told['plain_s']:,.0f} titles/s; ratio {ratio:.2f}")
    weigh_pages()
    for accounts in PLANNED:
        told = apart("planner_speed", accounts)
        say(f"\nlooks at {accounts:,} accounts by plan, over one lane")
        say(
            f"  taken, planned and put back {told['look_s'] * 1e6:.0f} us; a bare heap"
            f" {told['bare_s'] * 1e6:.1f} us; ratio {told['look_s'] / told['bare_s']:.0f}"
        )
        say(
            f"  filled {told['fill_s'] * 1e6:.0f} us an account; forecast of three days {told['forecast_s']:.2f} s"
        )


def grow() -> None:
    """Print what an event costs, and an account holds, at three numbers of accounts."""
    say(
        "\na day of six events each in a folder, midnight included; processor time an event, memory an account"
    )
    for accounts in GROWTH:
        told = apart("growth_speed", accounts)
        say(
            f"  {accounts:>7,} accounts: append {told['append_us']:5.1f} us, folds {told['folds_us']:5.1f} us,"
            f" history {told['history_us']:5.1f} us; {told['held_mb'] * 1000 / accounts:.1f} KB"
        )


def compare() -> None:
    """Print what other libraries take for parts of the work; they are in the group `bench` of pyproject.toml."""
    told = apart("fold_comparison", COMPARED_EVENTS, ACCOUNTS)
    say(
        f"\n{COMPARED_EVENTS:,} events in memory, processor time: {told['ours_per_s']:,.0f} events/s through our folds"
    )
    bytewax = told["bytewax_per_s"]
    say(f"  Bytewax, keeps the newest post of each account: {_rate(bytewax, told['ours_per_s'])}")
    told = apart("round_comparison", COMPARED_ACCOUNTS, 200)
    say(f"\nposts of a round over {COMPARED_ACCOUNTS:,} accounts, processor time: {told['history_s']:.2f} s")
    for name in ("DuckDB", "Polars"):
        took = told[f"{name.lower()}_s"]
        of_ours = "not installed" if took is None else f"{took:.2f} s; ratio {told['history_s'] / took:.2f}"
        say(f"  {name} over Parquet files, the same answer: {of_ours}")


def _rate(rate: float | None, ours: float) -> str:
    return "not installed" if rate is None else f"{rate:,.0f} events/s; ratio {rate / ours:.1f}"


def weigh_pages() -> None:
    """Print what pages weigh in a browser, beside the budgets of the console."""
    if shutil.which("chromium") is None:
        say("\npages in a browser: left out, there is no Chromium")
        return
    say(
        "\npages in a browser, its processor slowed four times; budgets: 45 KB, 4 requests and 1 later, 2,500, 1,000 ms"
    )
    for path, told in apart("page_weight").items():
        say(
            f"  {path:28}{told['bytes'] / 1000:6.1f} KB, of it page {told['html'] / 1000:4.1f} KB;"
            f" {told['requests']} requests, later {told['later_requests']};"
            f" {told['elements']:,} elements; first paint {told['paint_ms']:,.0f} ms"
        )


def apart(module: str, *sizes: int) -> dict[str, Any]:
    """Measure in a process of its own; returns what it prints."""
    command = [sys.executable, "-m", f"tests.bench.{module}", *map(str, sizes)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    told: dict[str, Any] = msgspec.json.decode(done.stdout)
    return told


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def cpu_model() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown CPU"
    )


if __name__ == "__main__":
    main()
