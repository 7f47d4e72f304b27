"""Filing forms that tests write and read back."""

from datetime import date
from typing import Any

from connectors.forms.form import FilingForm, FormOpinion
from connectors.people.person import PersonGiven
from connectors.people.roles import Role

PEOPLE = {
    Role.MAIN_LEADER: PersonGiven("张某某", "局长", "0512-12345678"),
    Role.LEADER_IN_CHARGE: PersonGiven("李某", "副局长", "0512-12345679"),
    Role.CHIEF_EDITOR: PersonGiven("王某", "办公室主任", "13800000000"),
    Role.STAFF_1: PersonGiven("赵某", "科员", ""),
    Role.STAFF_2: PersonGiven("欧阳某某", "", "0512-12345671"),
}


def form(**fields: Any) -> FilingForm:
    """Return a form with every cell filled in."""
    told: dict[str, Any] = {
        "kind": "opened",
        "name": "某市出行",
        "platform": "微信订阅号",
        "owner": "某市交通运输局",
        "given_id": "gh_0123456789ab",
        "description": "发布交通政策、路况等信息，提供公交查询。",
        "link": "https://example.cn/s/1",
        "section": "政务公开科",
        "reason": "方便群众查询",
        "effective_on": date(2023, 1, 20),
        "people": PEOPLE,
        "owner_opinion": FormOpinion("同意开设。", True, date(2023, 1, 11)),
        "office_opinion": FormOpinion("不同意，请先整合。", False, date(2023, 1, 12)),
    }
    return FilingForm(**(told | fields))


BLANK = FilingForm(kind="cancelled", name="某市出行", platform="抖音", owner="某局")
