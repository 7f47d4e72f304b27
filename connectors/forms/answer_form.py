"""The form on which a unit answers what it was told to put right (整改回执): a bordered table for each task."""

from collections.abc import Mapping

import msgspec

from connectors.sheets.columns import header_key

TITLE = "政务新媒体问题整改回执"
STATES = ("已整改", "整改中", "不属实")
LABELS: Mapping[str, str] = {
    "task_number": "整改编号",
    "owner": "主办单位",
    "name": "账号名称",
    "platform": "账号平台",
    "problem": "存在问题",
    "due": "答复时限",
    "measures": "整改情况",
    "state": "整改状态",
    "done_at": "完成日期",
    "evidence": "佐证材料",
}
"""What stands beside each label; the last four are filled in by the unit."""

FILLED_IN = ("measures", "state", "done_at", "evidence")
_KEYS = {header_key(label): key for key, label in LABELS.items()} | {
    header_key(label): key
    for label, key in {"整改措施": "measures", "完成时间": "done_at", "附件": "evidence"}.items()
}


class AskedTask(msgspec.Struct, frozen=True):
    """A task as the form prints it."""

    number: str
    owner: str
    name: str
    platform: str
    problem: str  # with what asks for it
    due: str  # 2026年9月10日; empty: no day


def key_of(text: str) -> str | None:
    """Return what a label stands for, None for any other text."""
    return _KEYS.get(header_key(text))
