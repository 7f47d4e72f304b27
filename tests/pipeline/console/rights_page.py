"""docs/rights.md out of the table of rights: `python -m tests.pipeline.console.rights_page` writes it."""

from collections.abc import Iterable
from pathlib import Path

from pipeline.access.users import ROLE_TITLES, Role
from pipeline.console.rights import RIGHTS, Reach, Right

FILE = Path(__file__).parents[3] / "docs" / "rights.md"
_REACH = {Reach.ALL: "✓", Reach.AREA: "area", Reach.UNIT: "unit", Reach.OWN: "own", Reach.NAMES: "names"}
_HEAD = """# Rights: who may call which route

Made of the one table `RIGHTS` of `pipeline/console/rights.py`; a test compares this page with it, and another tries
every cell. A route without a row does not start. What a role may not see answers 404, as what is not there does; who
is not signed in is led to `/login`, or gets 401 where something is to be done. A page as JSON (`/api/v1/…`,
[api.md](api.md)) has the rights of the page.

✓ all, *area* accounts and units of its area, *unit* those of its unit, *own* what it handed in itself, *names* names
and links alone. *second* is the rule of two persons that the service keeps. Roles: {roles}.
"""


def page() -> str:
    """Return the page."""
    roles = ", ".join(f"{role} {title}" for role, title in ROLE_TITLES.items())
    lines = [_HEAD.format(roles=roles), _row(["route", *Role, "nobody signed in", "second"])]
    lines.append(_row(["---"] * (len(Role) + 3)))
    lines += [_row(_cells(*route, right)) for route, right in RIGHTS.items()]
    return "\n".join(lines) + "\n"


def _cells(method: str, path: str, right: Right) -> Iterable[str]:
    yield f"`{method} {path}`"
    for role in Role:
        if right.program:
            yield ""
        elif right.everybody or right.signed_in:
            yield "✓" if role not in right.who else _REACH[right.who[role]]
        else:
            yield _REACH[right.who[role]] if role in right.who else ""
    yield "by token" if right.program else "✓" if right.everybody else ""
    yield right.second


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    FILE.write_text(page(), "utf-8")
