"""江州, an invented city in the middle of its third quarter: what every page of the console has something to show of.

Forty accounts of units in three areas. The second quarter is closed by an issued bulletin; the round of the third has
one of two check sheets back, and an objection waits. It was recorded as it happened (`city_story.py`), so that
`known_at` tells days apart.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from events.sources import SHEETS
from pipeline.access.users import Role
from tests.copied import copied
from tests.pipeline.console.browsing import NOW
from tests.pipeline.console.signed_in import user_of
from tests.pipeline.inputs import at
from tests.tidy_history import tidy

__all__ = ["NOW"]
OFFICE = "江州市人民政府办公室"
CITY, EAST, WEST = "江州市", "东江区", "西山县"
AREAS = (CITY, EAST, WEST)
LAST_ROUND, ROUND = "jiangzhou-2026Q2", "jiangzhou-2026Q3"
RULES = "suzhou-practice-2023"
BULLETIN = "江府办〔2026〕18号"
FIRM = "江州舆情监测中心"
MUNICIPAL, COUNTY = "市级部门和单位", "县级市（区）"
_BUREAUS = ("教育局", "公安局", "交通运输局", "卫生健康委员会", "文化和旅游局", "水务局", "民政局")
_SHORT = dict(zip(_BUREAUS, ("教育", "公安", "交通", "健康", "文旅", "水务", "民政"), strict=True))
_PLATFORMS = ("微信订阅号", "新浪微博", "抖音", "微信服务号", "视频号")


class Account(NamedTuple):
    """A row of the ledger."""

    native: str
    name: str
    platform: str
    owner: str
    tier: str
    area: str


def _accounts() -> Iterator[Account]:
    wanted = {CITY: 16, EAST: 12, WEST: 12}
    number = 0
    for area in AREAS:
        tier = MUNICIPAL if area == CITY else COUNTY
        units = [f"{area}人民政府办公室", *(f"{area}{bureau}" for bureau in _BUREAUS)]
        for n in range(wanted[area]):
            unit = units[n % len(units)]
            short = "发布" if unit.endswith("办公室") else _SHORT[unit.removeprefix(area)]
            number += 1
            platform = _PLATFORMS[0] if n < len(units) else _PLATFORMS[1 + n % 4]
            yield Account(f"jz{number:02}", f"{area[:2]}{short}", platform, unit, tier, area)


ACCOUNTS = tuple(_accounts())
BY_ID = {account.native: account for account in ACCOUNTS}
BY_FEED = tuple(f"jz{n}" for n in (*range(17, 31), 32, 34, 35, 37, 39, 40))
"""Accounts below the city that feeds show; the source stalled on Wednesday."""
NEVER_SEEN = ("jz15", "jz16")
"""Nobody looked at these since the summer: unknown."""
NEWEST = {
    "jz05": at("2026-08-30 10:05"),  # over the limit
    "jz31": at("2026-09-01 15:20"),  # over the limit
    "jz38": at("2026-09-03 08:40"),  # over the limit
    "jz02": at("2026-09-04 16:27"),  # red: today at 16:27
    "jz10": at("2026-09-05 10:11"),  # Saturday
    "jz33": at("2026-09-06 11:00"),  # Sunday
    "jz36": at("2026-09-07 09:30"),
}
"""When accounts that are to be reminded posted last; the others posted within the week."""
SILENT_BEFORE = {"jz12": at("2026-05-20 09:00"), "jz35": at("2026-05-28 15:00")}
"""Last posts before the check of the second quarter of the two that failed for silence."""
OWNER_UNIT = BY_ID["jz02"].owner
USERS = {
    Role.CLERK: user_of(Role.CLERK),
    Role.SIGNER: user_of(Role.SIGNER),
    Role.COMPETENT: user_of(Role.COMPETENT, EAST),
    Role.OWNER: user_of(Role.OWNER, OWNER_UNIT),
    Role.FIRM: user_of(Role.FIRM, SHEETS),
    Role.CHECKER: user_of(Role.CHECKER, "C2"),
    Role.AUDITOR: user_of(Role.AUDITOR),
    Role.ADMIN: user_of(Role.ADMIN),
}
"""Somebody of each role."""
_ROOT = Path(__file__).parents[3]
_TESTS = ("tests/pipeline/console/city.py", "tests/pipeline/console/city_story.py", "tests/tidy_history.py")
_SOURCES = {".py", ".toml", ".sql", ".po", ".xml"}


def copy_of(city: Path, folder: Path) -> Path:
    """Return a copy of the city for a test that writes."""
    copied(city, folder / "city")
    return folder / "city"


def city_in(folder: Path) -> Path:
    """Return a copy of the city in a folder; it is made once for a state of the program, which takes a while."""
    from tests.pipeline.console.city_story import build_city

    kept = _kept()
    kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        model = kept / _state_of_program()
        if not model.exists():
            for former in (path for path in kept.iterdir() if path.is_dir()):
                shutil.rmtree(former)
            with tempfile.TemporaryDirectory(dir=kept) as making:
                home = build_city(Path(making))
                tidy(home / "history")
                home.rename(model)
        return copy_of(model, folder)


def _kept() -> Path:
    root = Path(os.environ.get("PYTEST_DEBUG_TEMPROOT") or tempfile.gettempdir())
    tree = hashlib.sha256(str(_ROOT).encode()).hexdigest()[:12]
    return root / f"xuncha-city-{os.getuid()}-{tree}"


def _state_of_program() -> str:
    """Return a hash of everything that the city follows from: all but the console, which only shows it."""
    found = hashlib.sha256()
    for room in ("events", "projections", "connectors", "pipeline", "infra", *_TESTS):
        path = _ROOT / room
        for file in sorted(p for p in path.rglob("*") if p.suffix in _SOURCES) if path.is_dir() else [path]:
            if not file.is_relative_to(_ROOT / "pipeline" / "console"):
                found.update(f"{file}\0".encode() + file.read_bytes())
    return found.hexdigest()[:24]
