from datetime import UTC, datetime
from uuid import UUID, uuid5

from connectors.notify.message import Message

ROOT = UUID("00000000-0000-4000-8000-000000000001")


def a_message(number: int = 0, **changes: object) -> Message:
    """Make a message; the same number makes the same id."""
    values: dict[str, object] = {
        "id": uuid5(ROOT, str(number)),
        "kind": "alert",
        "at": datetime(2021, 6, 13, 1, tzinfo=UTC),
        "account_id": f"wechat:gh_{number}",
        "name": f"某市发布{number}",
        "owner": "某市某局",
        "level": "day-10",
        "audience": "operator",
        "text": "【更新提醒】第一行\n第二行",
        "replay": False,
        "details": {"ruleset": "national/1"},
    }
    return Message(**{**values, **changes})  # type: ignore[arg-type]
