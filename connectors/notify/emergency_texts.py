"""Chinese wording of messages about emergencies: what happened, and what to do at once; never what was posted."""

from datetime import datetime

from connectors.notify.texts import NAME_LIMIT, clock_time
from events.emergency import HIJACKED, EmergencyAnnounced

_REQUESTS = {
    False: "请立即撤下相关内容并保留证据，不转发、不评论，撤下后立即反馈。",
    True: "请立即取回账号、修改密码；无法取回的，联系平台冻结账号。处理后立即反馈。",
}
"""What a unit is asked; True: its account is in other hands."""


STEP_NAMES = {
    "confirmed": "已核实，请立即处置",
    "still_there": "复核时仍在",
    "verified": "已处置到位",
    "dismissed": "已解除",
}
"""What people call a step that is announced."""


def emergency_text(announced: EmergencyAnnounced, name: str, owner: str, at: datetime) -> str:
    """Write a step of an emergency to whoever has to act on it."""
    head = f"{'【历史回放】' if announced.replay else ''}【应急处置】"
    account = f"{owner}：您单位主办的账号“{name}”" if owner else f"账号“{name}”"
    found = f"{account}于{clock_time(announced.suspected_at)}发现{announced.problem or '严重问题'}"
    request = _REQUESTS[announced.rule == HIJACKED]
    match announced.step:
        case "confirmed":
            return f"{head}{found}，已经第二人核实。\n{request}"
        case "still_there":
            return f"{head}{found}，{clock_time(at)}复核时问题仍在。\n{request}"
        case "verified":
            return (
                f"{head}{found}，{clock_time(at)}经核实已处置到位。\n请继续做好后续工作，并按要求配合复盘。"
            )
        case "dismissed":
            return f"{head}{found}，经核实不作应急处置，现予解除，无需再处理。"


def with_phone_list(text: str, entries: list[tuple[str, str, str]]) -> str:
    """Return a message with the people to be called: role, name and phone of each."""
    if not entries:
        return f"{text}\n人员库中没有该单位人员的电话，请通过其他途径联系。"
    lines = (f"{role} {name[:NAME_LIMIT]} {phone}" for role, name, phone in entries)
    return "\n".join([text, "联系电话：", *lines])
