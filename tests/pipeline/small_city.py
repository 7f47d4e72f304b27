"""A small city: five accounts, three polls and two findings, for tests that need a home with something in it."""

from datetime import timedelta
from pathlib import Path

from tests.pipeline.inputs import at, daily, polls, sheet
from tests.pipeline.program import done

CHECK_POINT = "2021-06-17T12:00:00+08:00"
POSTING, SILENT, UNSEEN, SERVICE = "QTE=", "QTI=", "A3", "A4"
NAMES = {POSTING: "某市发布", SILENT: "某市交通", UNSEEN: "某市体育", SERVICE: "某市旅游"}
DERIVED_NAME = "某市教育"
HEADERS = ("账号ID", "账号名称", "平台", "主办单位", "开设时间", "负责人", "备案号")
OFFICE = "某市人民政府办公室"


def registry(folder: Path) -> Path:
    """Write the registry; the last account has no id."""
    platforms = {POSTING: "微信订阅号", SILENT: "微信订阅号", UNSEEN: "新浪微博", SERVICE: "微信服务号"}
    known = [(i, NAMES[i], platforms[i], OFFICE, "2020-01-01", "", "备2020") for i in NAMES]
    return sheet(
        folder / "accounts.csv", HEADERS, *known, ("", DERIVED_NAME, "抖音", "某市教育局", "", "", "")
    )


def recorded_polls(folder: Path) -> Path:
    """Write three polls: one account posts daily, one fell silent on 20 May, a service account has four updates."""
    check_point = at("2021-06-17 12:00")
    daily_posts = daily(at("2021-04-01 08:00"), 76)
    updates = [check_point - timedelta(days=d) for d in (3, 10, 17, 24)]
    first = {POSTING: daily_posts, SILENT: daily(at("2021-04-01 09:00"), 50), SERVICE: updates}
    second = {POSTING: [*daily_posts, at("2021-06-16 08:30")]}
    return polls(
        folder / "polls",
        [(at("2021-06-16 08:00"), first), (at("2021-06-17 08:00"), second), (check_point, {})],
    )


def findings(folder: Path) -> Path:
    """Write two findings: improper content of the posting account, advertising of the service account."""
    return sheet(
        folder / "findings.csv",
        ("账号ID", "问题", "发现时间", "发现单位"),
        (POSTING, "yellow-5-improper-content", "2021-06-01 10:00", "某监测公司"),
        (SERVICE, "发布商业广告", "2021-06-02 10:00", "某监测公司"),
    )


def build(home: Path, folder: Path) -> None:
    """Make the home and bring everything in."""
    done(home, "init", "--partitions", 4)
    done(home, "accounts", "import", registry(folder))
    done(home, "polls", "replay", recorded_polls(folder))
    done(home, "findings", "import", findings(folder))
    done(home, "run", "--until-idle")
