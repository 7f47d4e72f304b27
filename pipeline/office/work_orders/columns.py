"""Columns of work orders, for commands and the page."""

from datetime import datetime
from typing import Any

from pipeline.home.registry import Registry
from pipeline.office.columns import ident, minute, text, word
from pipeline.office.work_orders.orders import LEVELS, STATES
from projections.work_orders.orders import WorkOrder

COLUMNS = (
    ident("number", "工单编号"),
    word("level", "层级", LEVELS),
    text("sender", "交办单位"),
    text("name", "账号"),
    text("unit", "承办单位"),
    minute("received_at", "收到时间"),
    minute("due_at", "期限"),
    word("state", "情况", STATES),
    minute("answered_at", "答复时间"),
)


def row_of(order: WorkOrder, registry: Registry, at: datetime) -> dict[str, Any]:
    """Return the row of a list."""
    entry = registry.entries.get(order.account)
    return {
        "number": order.number,
        "level": order.level,
        "sender": order.sender,
        "about": order.about,
        "account_id": order.account,
        "name": entry.name if entry else "",
        "unit": order.unit,
        "received_at": order.received_at,
        "due_at": order.due_at,
        "state": order.state(at),
        "answered_at": order.answered_at,
        "evidence": [one.sha256 for one in order.evidence],
    }
