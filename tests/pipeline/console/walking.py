"""Every route of the console with what the city has to fill its path: what tests walk."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from litestar import Litestar

from pipeline.console.app import routes_of
from tests.pipeline.console import city as c
from tests.pipeline.program import asked, rows

_PARAMETER = re.compile(r"\{(\w+)\}")
NOBODY = "none-0"
"""A value that names nothing."""


class Filled(NamedTuple):
    """A route and an address of it."""

    method: str
    template: str
    path: str
    is_known: bool  # the address names something that is there


def routes(app: Litestar) -> Iterator[tuple[str, str]]:
    """Yield method and template of every route."""
    return ((method, path) for method, path in routes_of(app) if method != "HEAD")


def names_in(home: Path) -> dict[tuple[str, str], str]:
    """Return what the city has, by the first part of a path and the name of a parameter."""
    (intake,) = [row["intake"] for row in rows(home, "intake", "list")]
    finding = next(r["finding_id"] for r in rows(home, "findings", "list") if r["account_id"] == "jz07")
    objection = asked(home, "round", "show", c.ROUND)["objections"][0]["objection_id"]
    filing = str(rows(home, "filings", "list")[0]["id"])
    number = numbers_in(home)["jz02"]
    run = rows(home, "rounds")[0]["run_id"]
    return {
        ("accounts", "number"): number,
        ("p", "number"): number,
        ("in", "number"): intake,
        ("findings", "number"): finding,
        ("findings", "finding"): finding,
        ("objections", "number"): objection,
        ("objections", "objection"): objection,
        ("filings", "number"): filing,
        ("rounds", "name"): c.ROUND,
        ("bulletins", "name"): c.LAST_ROUND,
        ("bulletins", "round"): c.LAST_ROUND,
        ("reports", "quarter"): "2026Q3",
        ("sources", "source"): "recorded-polls",
        ("rulesets", "name"): c.RULES,
        ("runs", "run"): run,
        ("units", "code"): "JZ-ZFB",
        ("units", "unit"): "JZ-ZFB",
        ("bulletins", "ending"): "docx",
    }


def numbers_in(home: Path) -> dict[str, str]:
    """Return the numbers for people of the accounts, by the id that the ledger gave."""
    return {row["account_id"].rpartition(":")[2]: row["number"] for row in rows(home, "accounts", "list")}


def filled(method: str, template: str, names: Mapping[tuple[str, str], str]) -> Filled:
    """Return an address of a route; what the city does not have is a name of nothing."""
    area = template.split("/")[1]
    known = True

    def value(found: re.Match[str]) -> str:
        nonlocal known
        named = names.get((area, found[1]))
        known = known and named is not None
        return named or NOBODY

    path = _PARAMETER.sub(value, template)
    return Filled(method, template, path, known)
