"""Lines of accounts, built by hand for tests of an edge."""

from datetime import datetime
from typing import Any

from events.instants import SHANGHAI, to_micros
from projections.patrol.account_line import AccountLine, Seen
from projections.patrol.workdays import Workdays
from projections.rules.ladder import Ladder
from tests.projections.rulebooks import NATIONAL

LADDER = Ladder(NATIONAL)
WORKDAYS = Workdays()


def at(text: str) -> int:
    """Return a moment in Chinese time, `2025-09-28 09:00`, in microseconds."""
    return to_micros(moment(text))


def moment(text: str) -> datetime:
    """Return a moment in Chinese time."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def seen(looked_at: int, source: str = "sheets", lag: int = 0) -> Seen:
    """Return a look, by hand where it is one of sheets."""
    return Seen(source, looked_at, looked_at - lag, source == "sheets")


def line(
    account: str = "wechat:a", *, anchor: int | None, look: Seen | None = None, **fields: Any
) -> AccountLine:
    """Return the line of an account that posted last at its anchor."""
    told: dict[str, Any] = {
        "given_id": account,
        "name": "江城发布",
        "platform": "微信订阅号",
        "owner": "江城市人民政府办公室",
        "supervisor": "",
        "tier": "",
        "area": "江城市",
        "roles": (),
        "opened_at": None,
        "closed_at": None,
        "newest_at": anchor,
        "newest_by_day": False,
        "anchor": anchor,
        "shown_at": 0,
        "looks": () if look is None else (look,),
        "looked": look is not None,
    }
    return AccountLine(account_id=account, **(told | fields))
