"""Codes of interaction tests in words."""

from collections.abc import Mapping

from events.interaction import Channel, Quality, QuestionKind

CHANNELS: Mapping[Channel, str] = {
    "message": "私信",
    "comment": "评论留言",
    "menu": "菜单",
    "mailbox": "信箱",
    "site_message": "网站留言",
    "online": "在线咨询",
    "hotline": "电话",
}
KINDS: Mapping[QuestionKind, str] = {
    "consult": "咨询",
    "service": "办事",
    "complaint": "投诉",
    "suggestion": "建议",
    "correction": "纠错",
}
QUALITIES: Mapping[Quality, str] = {"good": "答复到位", "poor": "答非所问或敷衍", "wrong": "答复有误"}
STATES: Mapping[str, str] = {
    "planned": "待提问",
    "late": "逾期未提问",
    "asked": "待答复",
    "answered": "已答复",
    "suspected": "疑似互动回应差",
    "confirmed": "已确认",
    "dismissed": "已排除",
}
STEPS: Mapping[str, str] = {
    "planned": "列入计划",
    "asked": "提问",
    "answered": "答复",
    "judged": "核定",
    "broken": "发现无法使用",
}
FUNCTION_STATES: Mapping[str, str] = {
    "announced": "已公告，不计",
    "suspected": "疑似功能无法使用",
    "confirmed": "已确认",
    "dismissed": "已排除",
}
