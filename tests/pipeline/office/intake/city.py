"""The papers of an invented city, taken in one after another as an office would."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.pipeline.program import asked

FOLDER = Path(__file__).parents[3] / "fixtures" / "intake"
NAMES = sorted(path.name for path in FOLDER.iterdir() if path.suffix not in (".json", ".md"))
LEDGER, REGION, WEEK_35, WEEK_36, FINDINGS, SELF_CHECK, CORRECTED = NAMES
RULESET = {FINDINGS: ("--ruleset", "suzhou-practice-2023")}


@cache
def expected(name: str) -> dict[str, Any]:
    """Return what a careful clerk would take from a paper."""
    return json.loads((FOLDER / name).with_suffix(".expected.json").read_text("utf-8"))


@cache
def accounts() -> dict[str, dict[str, str]]:
    """Return name, platform and owner of each account by the key that the expectations use."""
    told = [*expected(LEDGER)["records"], *expected(REGION)["records"]]
    return {r["account"]: {field: r[field] for field in ("name", "platform", "owner")} for r in told}


def planned(home: Path, name: str, *words: object) -> dict[str, Any]:
    """Return the plan of a paper."""
    received = ("--received", expected(name)["received"])
    return asked(home, "intake", FOLDER / name, *received, *RULESET.get(name, ()), *words)


def taken(home: Path, name: str) -> dict[str, Any]:
    """Take a paper in, with the default of each question."""
    return asked(home, "intake", "confirm", planned(home, name)["plan"], "--accept-defaults")
