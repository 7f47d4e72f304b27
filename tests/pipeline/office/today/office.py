"""A small office before 国庆 2025: six accounts, looked at by hand; 28 September is the third last working day."""

from pathlib import Path

from tests.pipeline.inputs import sheet
from tests.pipeline.program import done

DAY = "2025-09-28"
ACCOUNTS = (
    ("江城发布", "微信订阅号", "江城市人民政府办公室", "江城市"),
    ("江城教育", "新浪微博", "江城市教育局", "江城市"),
    ("甲区发布", "微信订阅号", "甲区人民政府办公室", "甲区"),
    ("甲区水务", "抖音", "甲区水务局", "甲区"),
    ("乙区文旅", "抖音", "乙区文化和旅游局", "乙区"),
    ("乙区民政", "微信订阅号", "乙区民政局", "乙区"),
)
LOOKS = (
    ("江城发布", "微信订阅号", "2025-09-26 10:00", "2025-09-26 09:00"),  # fresh over the holiday
    ("江城教育", "新浪微博", "2025-09-26 10:10", "2025-09-15 15:00"),  # fails tomorrow
    ("甲区发布", "微信订阅号", "2025-09-26 10:20", "2025-09-20"),  # fails within 国庆
    ("甲区水务", "抖音", "2025-09-26 10:30", "2025-09-10 10:00"),  # over the limit
    ("乙区文旅", "抖音", "2025-09-19 10:00", "2025-09-12 10:00"),  # nobody looked since its limit
)
"""The last account was never looked at."""


def build(home: Path, folder: Path) -> None:
    """Bring the sheets into a home."""
    rows = [(*account, "2020-01-01") for account in ACCOUNTS]
    header = ("账号名称", "平台", "主办单位", "地区", "开设时间")
    done(home, "accounts", "import", sheet(folder / "accounts.csv", header, *rows))
    header = ("账号名称", "平台", "检查时间", "最新发布时间")
    done(home, "looks", "import", sheet(folder / "looks.csv", header, *LOOKS))
