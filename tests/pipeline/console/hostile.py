"""江州 with names and texts that somebody chose to break pages, exports and files."""

from pathlib import Path

from tests.pipeline.console import city as c
from tests.pipeline.console.city_story import load_program
from tests.pipeline.console.clock import clock_at
from tests.pipeline.inputs import sheet
from tests.pipeline.program import done

TAG = "<b onmouseover=alert(1)>"
BREAKS = '"><img src=x onerror=alert(2)>'
FORMULA = "=HYPERLINK(1)"
NAMES = {
    "hx1": f"江州{TAG}",
    "hx2": f"江州{BREAKS}",
    "hx3": FORMULA,
    "hx4": "@SUM(1)",
    "hx5": "江州';alert(3)//",
}
SIGNS = ("<b onmouseover", "<img src=x", "alert(3)//'", "<script>alert")
"""What stands in a page if anything of it was not escaped."""


def build_hostile(city: Path, folder: Path) -> Path:
    """Make a copy of the city in which accounts, findings, filings and cases bear such texts."""
    home = c.copy_of(city, folder)
    load_program()
    unit = c.BY_ID["jz04"].owner
    listed = [(native, name, "新浪微博", unit, "市级部门和单位", c.CITY) for native, name in NAMES.items()]
    header = ("账号ID", "账号名称", "平台", "主办单位", "层级", "地区")
    with clock_at(c.NOW):
        done(home, "accounts", "import", sheet(folder / "hostile.csv", header, *listed))
        done(home, "accounts", "number")
        found = [(native, "发布商业广告", "2026-09-16 10:00", TAG, BREAKS) for native in NAMES]
        header = ("账号ID", "问题", "发现时间", "发现单位", "备注")
        done(home, "findings", "import", sheet(folder / "found.csv", header, *found), "--ruleset", c.RULES)
        for text in (TAG, BREAKS, FORMULA):
            apply = ("--platform", "抖音", "--owner", unit, "--purpose", text, "--reason", text)
            done(home, "filings", "apply", "--name", f"新{text}", *apply, "--at", "2026-09-16 10:00")
        suspect = ("--platform", "抖音", "--imitates", "jz01", "--at", "2026-09-16")
        done(home, "counterfeits", "suspect", "--name", f"假{TAG}", *suspect)
        done(home, "emergencies", "suspect", "jz29", "--problem", "严重表述错误", "--note", BREAKS)
        done(
            home,
            "focus",
            "flag",
            "--account",
            "jz30",
            "--at",
            "2026-09-16 09:00",
            "--by",
            TAG,
            "--reason",
            BREAKS,
        )
        done(home, "alerts", "snooze", "jz36", "--until", "2026-09-19 09:00", "--reason", BREAKS)
        done(home, "run", "--until-idle")
    return home
