"""Rooms and the one way that imports go (docs/design.md, Rooms)."""

import ast
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
LIBRARIES_OF_PURE_ROOMS = {"events": {"msgspec"}, "projections": {"msgspec", "chinese_calendar"}}
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


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_go_one_way(room):
    """events <- projections <- pipeline and events <- connectors <- pipeline; the two middle rooms don't meet."""
    assert modules(room)
    for path in modules(room):
        strangers = imported(path) & (MAY_IMPORT.keys() - MAY_IMPORT[room])
        assert not strangers, f"{path.relative_to(ROOT)} imports {strangers}"


@pytest.mark.parametrize("room", LIBRARIES_OF_PURE_ROOMS)
def test_pure_rooms_have_no_clock_and_no_io(room):
    """Events and projections take values and return values: no library that reads a clock, a file or the net."""
    installed = {
        "structlog",
        "clickhouse_connect",
        "aiohttp",
        "typer",
        "rich",
        "lxml",
        "openpyxl",
        "docx",
        "docxtpl",
        "jinja2",
        "pyarrow",
        "stamina",
    }
    for path in modules(room):
        names = imported(path)
        assert not names & (installed - LIBRARIES_OF_PURE_ROOMS[room]), path
        assert not names & STANDARD_LIBRARY_WITH_EFFECTS, path
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


def test_one_place_gives_cells_their_values():
    """A text that goes out is never a formula: whoever writes a sheet has `connectors.text_cells` fill its cells."""
    (place,) = [p for p in modules("connectors") if p.name == "text_cells.py"]
    assert len(cells_written(place)) == 3
    for room in MAY_IMPORT:
        for path in modules(room):
            assert path == place or not cells_written(path), cells_written(path)
            assert "xlsxwriter" not in imported(path), path


def test_only_settings_failpoints_and_the_command_line_read_the_environment():
    """Settings are one frozen struct, read in one place."""
    allowed = {"pipeline/settings.py", "pipeline/failpoints.py", "pipeline/cli/__init__.py"}
    for room in MAY_IMPORT:
        for path in modules(room):
            name = str(path.relative_to(ROOT))
            if name in allowed or name.startswith("connectors/history/server/"):
                continue
            text = path.read_text("utf-8")
            assert "os.environ" not in text, name
            assert "getenv" not in text, name


def test_no_module_grows_without_a_second_look():
    """Nine in ten modules stay under 250 lines, none passes 400."""
    sizes = {p: len(p.read_text("utf-8").splitlines()) for room in MAY_IMPORT for p in modules(room)}
    large = [p.name for p, n in sizes.items() if n > 250]
    assert max(sizes.values()) <= LONGEST_MODULE
    assert len(large) <= len(sizes) / 10, large
