"""Sheets of several weeks that come together say what they would have said one after the other."""

from openpyxl import Workbook

from tests.copied import copied
from tests.pipeline.program import asked, opened, rows

WEEKS = {"丙.xlsx": "2026-08-17", "乙.xlsx": "2026-08-24", "甲.xlsx": "2026-08-31"}
"""Days of looking, by names that sort the other way round."""
NEWEST = {
    "澜川发布": ("2026-08-16 09:00", "2026-08-23 09:00", "2026-08-30 09:00"),
    "澜川公安": (
        "2026-08-05 10:20",
        "2026-08-22 10:20",
        "2026-08-05 10:20",
    ),  # the second is another account's
}
UNITS = {"澜川发布": "澜川市人民政府办公室", "澜川公安": "澜川市公安局"}


def papers(folder, silent=None):
    """Write the three sheets; `silent` are days without a post that the second one says of 澜川公安."""
    folder.mkdir()
    for number, (name, day) in enumerate(WEEKS.items()):
        book = Workbook()
        book.active.append([f"政务新媒体周巡查表（截至{day} 17:30）"])
        book.active.append(["账号名称", "平台", "单位", "最新发文时间", "最长间隔（天）", "未更新天数"])
        for account, newest in NEWEST.items():
            told = silent if (number, account) == (1, "澜川公安") else None
            book.active.append([account, "新浪微博", UNITS[account], newest[number], 6, told])
        book.save(folder / name)
    return folder


def seen(home):
    """Return what stands of looks and posts."""
    with opened(home) as workspace:
        known = workspace.known.read(("account.patrolled", "post.published"))
    return sorted((k.event.subject, k.event.time, repr(k.event.data)) for k in known)


def test_weeks_at_once_are_weeks_one_by_one(registry, tmp_path):
    """A look knows the look before it, and a newest post that a later sheet does not show contradicts that one."""
    folder = papers(tmp_path / "papers")
    single = copied(registry, tmp_path / "single")
    for name in WEEKS:
        plan = asked(single, "intake", folder / name, "--received", "2026-09-01")
        asked(single, "intake", "confirm", plan["plan"], "--accept-defaults")
    alone = plan["contradictions"]
    together = asked(registry, "intake", folder, "--received", "2026-09-01")
    asked(registry, "intake", "confirm", together["plan"], "--accept-defaults")
    assert [(row["row"], row["why"]) for row in alone] == [(4, "older_than_known")]
    assert [(row["row"], row["why"]) for row in together["contradictions"]] == [(4, "older_than_known")]
    assert seen(registry) == seen(single)


def test_an_account_that_waits_for_an_answer_is_not_left_out(registry, tmp_path):
    """Days and date of its row contradict each other: that is asked, and nobody is told that the sheet lacks it."""
    book = Workbook()
    book.active.append(["政务新媒体周巡查表（截至2026-08-31 17:30）"])
    book.active.append(["账号名称", "平台", "单位", "最新发文时间", "未更新天数"])
    for number, row in enumerate(rows(registry, "accounts", "list")):
        book.active.append(
            [row["name"], row["platform"], row["owner"], "2026-08-30 09:00", 9 if number == 0 else 1]
        )
    book.save(tmp_path / "all.xlsx")
    plan = asked(registry, "intake", tmp_path / "all.xlsx", "--received", "2026-09-01")
    (question,) = [q for q in plan["questions"] if q["why"] == "days_differ"]
    assert (question["says"]["days"], question["says"]["newest"][:10]) == ("9", "2026-08-30")
    assert plan["not_listed"] == []
