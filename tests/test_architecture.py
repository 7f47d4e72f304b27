"""Rooms and the one way that imports go (docs/design.md, Rooms)."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.source_tree
MAY_IMPORT = {
    "events": {"events"},
    "projections": {"projections", "events"},
    "connectors": {"connectors", "events"},
    "pipeline": {"pipeline", "projections", "connectors", "events"},
}
ROOMS = {
    "projections": {
        "rules": set(),
        "sources": {"rules"},
        "registry": {"rules"},
        "rounds": {"rules"},
        "intakes": set(),
        "interactions": set(),
        "focus": {"rules"},
        "reports": {"registry"},
        "year": {"rules", "registry", "reports", "rounds"},
        "policy": {"rules", "registry"},
        "accounts": {"rules", "registry", "sources"},
        "patrol": {"rules", "registry", "sources", "accounts"},
        "bulletin": {"rules"},
        "wording": set(),
        "voice": {"rules", "registry", "patrol"},
        "counts": {"rules", "focus", "rounds"},
        "sites": {"rules", "registry"},
        "advice": {"registry"},
        "work_orders": {"rules"},
    },
    "connectors": {
        "storage": set(),
        "delimited_text": set(),
        "text_cells": {"delimited_text"},
        "feeds": set(),
        "web": set(),
        "notify": {"web"},
        "sources": {"feeds", "web"},
        "sites": {"feeds", "sources", "web"},
        "transfer": set(),
        "log": {"storage"},
        "kafka": {"log"},
        "history": {"log", "storage"},
        "databases": {"storage"},
        "readmodel": {"databases", "log"},
        "people": {"databases"},
        "patrolstore": {"databases", "sources"},
        "signin": {"databases"},
        "texts": {"people"},
        "sheets": {"people", "text_cells"},
        "word": {"sheets"},
        "papers": {"forms", "sheets", "word"},
        "forms": {"people", "sheets", "text_cells", "word"},
        "documents": {"sheets", "text_cells", "word"},
        "publish": {"documents"},
        "wording": {"sheets"},
        "assessments": {"documents"},
        "letters": {"documents"},
    },
    "pipeline": {
        "home": set(),
        "scores": {"home"},
        "patrol": {"home"},
        "voice": {"home", "access"},
        "office": {"home", "scores", "patrol"},
        "runtime": {"home", "patrol", "voice"},
        "upkeep": {"home", "patrol", "voice", "runtime"},
        "access": {"home"},
        "console": {"home", "access", "scores", "patrol", "voice", "office", "upkeep", "simulate"},
        "simulate": {"home", "office", "patrol"},
        "cli": {
            "home",
            "access",
            "scores",
            "patrol",
            "voice",
            "office",
            "runtime",
            "upkeep",
            "simulate",
            "console",
        },
        "demo": {"home", "cli"},
    },
}
"""Which rooms of a package a room may import; one that is missing here is a fault (docs/design.md, Rooms)."""

LIBRARIES = {
    "events": {"msgspec"},
    "projections": {"msgspec", "chinese_calendar", "pypinyin"},
    "connectors": {"openpyxl"},
    "connectors/assessments": {"msgspec"},
    "connectors/databases": {"msgspec", "psycopg"},
    "connectors/documents": {"docx", "docxtpl", "jinja2", "lxml", "markupsafe", "msgspec", "openpyxl"},
    "connectors/feeds": {"lxml", "msgspec"},
    "connectors/forms": {"docx", "msgspec", "openpyxl"},
    "connectors/history": {
        "aiohttp",
        "backports",
        "chdb",
        "clickhouse_connect",
        "lz4",
        "msgspec",
        "numpy",
        "pyarrow",
        "structlog",
    },
    "connectors/letters": {"msgspec"},
    "connectors/kafka": {"aiokafka", "kafka", "msgspec", "stamina", "structlog"},
    "connectors/log": {"msgspec"},
    "connectors/notify": {"aiohttp", "apprise", "msgspec", "requests", "rich", "stamina", "structlog"},
    "connectors/papers": {"lxml", "msgspec", "xlrd"},
    "connectors/patrolstore": {"msgspec"},
    "connectors/people": {"msgspec", "opencc", "psycopg"},
    "connectors/publish": {"msgspec"},
    "connectors/readmodel": {"psycopg"},
    "connectors/sites": {"lxml", "msgspec"},
    "connectors/sources": {"lxml", "msgspec"},
    "connectors/sheets": {"docx", "msgspec", "openpyxl"},
    "connectors/signin": {"authlib", "joserfc", "msgspec", "requests"},
    "connectors/texts": {"msgspec"},
    "connectors/transfer": {"msgspec", "pyarrow"},
    "connectors/web": {"aiohappyeyeballs", "aiohttp", "msgspec", "protego", "yarl"},
    "connectors/word": {"lxml", "msgspec"},
    "connectors/wording": {"ahocorasick", "msgspec", "opencc", "pypinyin"},
    "pipeline/access": {"argon2", "itsdangerous", "msgspec"},
    "pipeline/console": {"jinja2", "litestar", "markupsafe", "msgspec", "segno", "structlog", "uvicorn"},
    "pipeline/cli": {"msgspec", "rich", "structlog", "typer"},
    "pipeline/demo": {"msgspec"},
    "pipeline/home": {"clickhouse_connect", "msgspec", "polib", "prometheus_client", "rich", "structlog"},
    "pipeline/office": {"msgspec"},
    "pipeline/patrol": {"aiohttp", "msgspec", "structlog", "uvloop"},
    "pipeline/runtime": {
        "aiokafka",
        "clickhouse_connect",
        "faust",
        "mode",
        "msgspec",
        "stamina",
        "structlog",
    },
    "pipeline/scores": {"clickhouse_connect", "msgspec"},
    "pipeline/simulate": {"msgspec"},
    "pipeline/upkeep": {"clickhouse_connect", "msgspec", "pyarrow"},
    "pipeline/voice": {"msgspec", "structlog"},
}
"""Every library beside the standard one that a room may import, and no other."""

PURE = ("events", "projections")
STANDARD_LIBRARY_WITH_EFFECTS = {
    "os",
    "time",
    "socket",
    "subprocess",
    "sqlite3",
    "logging",
    "pathlib",
    "random",
}
LONGEST_MODULE = 400


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add((node.module or "").partition(".")[0])
    return names


@pytest.mark.slow
@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_go_one_way(room):
    """events <- projections <- pipeline and events <- connectors <- pipeline; the two middle rooms don't meet."""
    assert modules(room)
    for path in modules(room):
        strangers = imported(path) & (MAY_IMPORT.keys() - MAY_IMPORT[room])
        assert not strangers, f"{path.relative_to(ROOT)} imports {strangers}"


@pytest.mark.parametrize("room", ["pipeline/cli", "pipeline/console"])
def test_whoever_asks_imports_no_connector(room):
    """CLI and console parse, call and show, functions that import on demand among them: what they call is a service."""
    for path in modules(room):
        assert "connectors" not in imported(path), path.relative_to(ROOT)


def room_of(path: Path) -> str:
    """Return the room of a module as LIBRARIES names it."""
    first, *rest = path.relative_to(ROOT).parts
    return f"{first}/{rest[0]}" if first in ("connectors", "pipeline") and len(rest) > 1 else first


def rooms_imported(path: Path, package: str) -> set[str]:
    """Return the rooms of a package that a module imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith(f"{package}.")}


@pytest.mark.slow
@pytest.mark.parametrize("package", ROOMS)
def test_rooms_have_one_way_down(package):
    """A folder or a module beside them is a room of the table, and imports only those that the table gives it."""
    rooms = ROOMS[package]
    for path in modules(package):
        room = path.relative_to(ROOT / package).with_suffix("").parts[0]
        if room == "__init__":
            continue
        assert room in rooms, f"{path.relative_to(ROOT)} lies in a room that the table does not know"
        strangers = rooms_imported(path, package) - {room} - rooms[room]
        assert not strangers, f"{path.relative_to(ROOT)} imports {strangers}"


def test_the_table_of_rooms_has_no_circle():
    """Each room stands above all that it may import, so the table itself is one way."""
    for rooms in ROOMS.values():
        below: set[str] = set()
        for room in sorted(rooms, key=lambda r: len(_all_below(rooms, r))):
            assert rooms[room] <= below, room
            below.add(room)


def _all_below(rooms: dict[str, set[str]], room: str) -> set[str]:
    return set().union(*({r} | _all_below(rooms, r) for r in rooms[room]))


@pytest.mark.slow
def test_a_library_is_where_it_belongs():
    """A room imports the libraries of its line and no others, and no line names one that nobody imports."""
    found: dict[str, set[str]] = {room: set() for room in LIBRARIES}
    for package in MAY_IMPORT:
        for path in modules(package):
            libraries = imported(path) - MAY_IMPORT.keys() - {"infra"} - sys.stdlib_module_names
            room = room_of(path)
            assert libraries <= LIBRARIES.get(room, set()), path.relative_to(ROOT)
            found.setdefault(room, set()).update(libraries)
    found.pop("pipeline")  # its __init__.py
    assert found == LIBRARIES


@pytest.mark.parametrize("room", PURE)
def test_pure_rooms_have_no_clock_and_no_io(room):
    """Events and projections take values and return values: no library that reads a clock, a file or the net."""
    for path in modules(room):
        assert not imported(path) & STANDARD_LIBRARY_WITH_EFFECTS, path
        assert "datetime.now(" not in path.read_text("utf-8"), path


PAGES = {"page", "sheet", "worksheet"}


def cells_written(path: Path) -> list[str]:
    """Return the lines of a module that give a cell of a sheet a value, or write a file of delimited text."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            attributes = {t.attr for t in targets if isinstance(t, ast.Attribute)}
            on_self = any(isinstance(t, ast.Attribute) and ast.unparse(t.value) == "self" for t in targets)
            names = {ast.unparse(t.value) for t in targets if isinstance(t, ast.Subscript)}
            if (attributes & {"value", "data_type", "hyperlink"} and not on_self) or names & PAGES:
                found.append(f"{path.name}:{node.lineno}")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called, of = node.func.attr, ast.unparse(node.func.value)
            with_value = called == "cell" and len(node.args) + len(node.keywords) > 2
            if with_value or (called == "append" and of in PAGES) or (of == "csv" and "riter" in called):
                found.append(f"{path.name}:{node.lineno}")
    return found


@pytest.mark.slow
def test_one_place_gives_cells_their_values():
    """A text that goes out is never a formula: workbooks by `connectors.text_cells`, lines by `delimited_text`."""
    places = {ROOT / "connectors" / "text_cells.py": 5, ROOT / "connectors" / "delimited_text.py": 1}
    for room in MAY_IMPORT:
        for path in modules(room):
            assert len(cells_written(path)) == places.get(path, 0), cells_written(path)
            assert "xlsxwriter" not in imported(path), path


def test_only_settings_failpoints_and_the_command_line_read_the_environment():
    """Settings are one frozen struct, read in one place."""
    allowed = {
        "pipeline/home/settings.py",
        "pipeline/home/failpoints.py",
        "pipeline/cli/__init__.py",
        "pipeline/cli/reader.py",
    }
    for room in MAY_IMPORT:
        for path in modules(room):
            name = str(path.relative_to(ROOT))
            if name in allowed or name.startswith("connectors/history/server/"):
                continue
            text = path.read_text("utf-8")
            assert "os.environ" not in text, name
            assert "getenv" not in text, name


OPTION = re.compile(r"(?<![\w-])--[a-zA-Z]")
SPEAKS_THE_COMMAND_LINE = ("pipeline/cli/", "pipeline/demo/")
BUILDS_COMMAND_LINES = {
    "pipeline/runtime/embedded/owner.py": "starts the patrol",
    "pipeline/runtime/kafka/supervisor.py": "starts processes of xuncha",
    "connectors/history/server/spawn.py": "starts the server",
    "connectors/history/server/__main__.py": "reads the command line of the server",
}
"""Modules that name options to programs, and why; none of it is a text for people."""


def texts_in(tree: ast.AST) -> list[tuple[int, str]]:
    """Return the texts of a module with their lines, without docstrings; a letter stands for what is put into one."""
    docs = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    texts = []
    for node in ast.walk(tree):
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        if isinstance(node, ast.JoinedStr | ast.Constant) and id(node) not in docs:
            text = "".join(str(p.value) if isinstance(p, ast.Constant) else "x" for p in parts)
            texts.append((node.lineno, text))
    return texts


@pytest.mark.slow
def test_services_name_fields_and_no_options():
    """A text says `field("post_link")`; what shows it says how its reader fills that in."""
    found: dict[str, list[str]] = {}
    for room in MAY_IMPORT:
        for path in modules(room):
            name = path.relative_to(ROOT).as_posix()
            texts = texts_in(ast.parse(path.read_text("utf-8")))
            places = [f"line {line}: {text}" for line, text in texts if OPTION.search(text)]
            if places and not name.startswith(SPEAKS_THE_COMMAND_LINE):
                found[name] = places
    assert found.keys() == BUILDS_COMMAND_LINES.keys(), {
        name: places for name, places in found.items() if name not in BUILDS_COMMAND_LINES
    }


NUMBERED = ("office/filings/views.py",)
"""Modules that count what was ever told: numbers of filings are never used again, those of withdrawn ones neither."""


@pytest.mark.slow
def test_who_reads_known_facts_keeps_the_first_ones_that_stand():
    """A module that reads facts from the history passes them through what knows of withdrawals."""
    readers = [
        path
        for path in modules("pipeline")
        if "read_known" in path.read_text("utf-8")
        and "read_known"
        in (names := {n.id for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Name)})
        and not names & {"first_records", "standing"}
        and not path.as_posix().endswith(NUMBERED)
    ]
    assert readers == []


def test_no_module_grows_without_a_second_look():
    """Nine in ten modules stay under 250 lines, none passes 400."""
    sizes = {p: len(p.read_text("utf-8").splitlines()) for room in MAY_IMPORT for p in modules(room)}
    large = [p.name for p, n in sizes.items() if n > 250]
    assert max(sizes.values()) <= LONGEST_MODULE
    assert len(large) <= len(sizes) / 10, large
