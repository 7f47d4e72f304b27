"""A city as the public meets it: accounts with numbers, one closed, counterfeits in every state, hostile names."""

from datetime import UTC, datetime
from pathlib import Path

from tests.pipeline.inputs import sheet
from tests.pipeline.program import done

NOW = datetime(2023, 3, 1, 1, tzinfo=UTC)
HEADERS = ("账号ID", "账号名称", "平台", "主办单位", "地区", "开设时间", "账号链接")
HOSTILE = '江州"><script>alert(1)</script>'
FORMULA = '=HYPERLINK("http://x.example","点我")'
OFFICE = "江州市人民政府办公室"
SETTINGS = """
[public]
title = "江州市政务新媒体名录（示例）"
url = "https://xmt.example.gov.cn/base"
publisher = "江州市人民政府办公室"
contact = "0500-1234"
mail = "xmt@example.gov.cn"
reports_an_hour = 3
reports_a_day = 20
reply_days = 3
"""


def build_public_city(folder: Path) -> Path:
    """Make the home."""
    home = folder / "home"
    rows = [
        (
            "jz-fb",
            "江州发布",
            "微信公众号",
            OFFICE,
            "市本级",
            "2020-01-01",
            "https://mp.weixin.qq.com/mp/home?__biz=AA==",
        ),
        ("jz-wb", "江州发布", "新浪微博", OFFICE, "市本级", "2020-01-01", "javascript:alert(1)"),
        (
            "jz-sw",
            "江州商务",
            "微信公众号",
            "江州市商务局",
            "市本级",
            "2020-01-01",
            "https://www.example.com/u/1/",
        ),
        ("jz-xs", HOSTILE, "抖音", "东湖区人民政府办公室", "东湖区", "2020-01-01", ""),
        ("jz-fm", FORMULA, "快手", "西山区教育局", "西山区", "2020-01-01", ""),
        ("jz-zc", "江州商务之窗", "微信公众号", "江州市商务局", "市本级", "2020-01-01", ""),
        ("jz-ft", "江州未来", "抖音", "江州市商务局", "市本级", "2024-01-01", ""),
    ]
    done(home, "init", "--partitions", 2)
    done(home, "accounts", "import", sheet(folder / "accounts.csv", HEADERS, *rows))
    done(home, "accounts", "number")
    close = sheet(
        folder / "close.csv",
        ("账号名称", "平台", "备案类别", "生效时间", "申请原因"),
        ("江州商务之窗", "微信公众号", "注销", "2022-06-01", "整合"),
    )
    done(home, "filings", "import", close)
    _counterfeit(home, "江州商务服务中心", "2023-01-03", steps=3)
    _counterfeit(home, "江州便民", "2023-01-04", steps=1)
    _counterfeit(home, "江州悬疑", "2023-01-05", steps=0)
    _counterfeit(home, "江州清白", "2023-01-06", steps=-1)
    (home / "xuncha.toml").write_text(SETTINGS, "utf-8")
    return home


def _counterfeit(home: Path, name: str, day: str, steps: int) -> None:
    """Suspect an account, verify it (or clear it, for -1), and hand it to so many authorities."""
    common = ("--at", day)
    done(
        home,
        "counterfeits",
        "suspect",
        "--name",
        name,
        "--platform",
        "抖音",
        "--link",
        f"https://dy.example/{day}",
        *common,
    )
    if steps:
        said = "--counterfeit" if steps > 0 else "--genuine"
        done(home, "counterfeits", "verify", name, said, *common)
    for to in ("cyberspace", "police")[: max(0, steps - 1)]:
        done(home, "counterfeits", "report", name, "--to", to, *common)
