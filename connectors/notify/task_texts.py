"""Chinese wording of reminders of rectification: how many tasks wait, until which day, and what to do."""

from events.rectification import RectificationAnnounced, ReminderStep

STEP_NAMES: dict[ReminderStep, str] = {
    "before": "整改即将到期",
    "due": "整改今天到期",
    "late": "整改已逾期",
}
"""What people call the step of a reminder."""

_REQUEST = "请登录答复整改情况，或交回整改情况表；已经书面答复的，请与办公室核对。"


def task_text(announced: RectificationAnnounced, name: str, unit: str) -> str:
    """Write a reminder to the people of a unit; it names one account, and of several how many there are."""
    head = f"{'【历史回放】' if announced.replay else ''}【整改提醒】{unit}："
    whose = f"账号“{name}”" if announced.accounts == 1 else f"“{name}”等{announced.accounts}个账号"
    day = f"{announced.due.year}年{announced.due.month}月{announced.due.day}日"
    match announced.step:
        case "before":
            when = f"须在{day}前（含当日）答复"
        case "due":
            when = f"今天（{day}）是答复的最后一天"
        case "late":
            when = f"答复期限{day}已过，仍未答复"
    return f"{head}{whose}有{announced.count}项问题需要整改，{when}。\n{_REQUEST}"
