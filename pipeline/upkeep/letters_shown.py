"""Dead letters in words of people: which source and account, where it stood, why, and what is to be done."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from connectors.log.dead_letters import ERASED, DeadLetter
from connectors.log.port import FACTS
from events.instants import parse_instant
from events.messages import message
from pipeline.home.errors import NotFoundError
from pipeline.home.registry import Registry, registry_now
from pipeline.home.workspace import Workspace

MOST_LETTER_BYTES = 4_000

_WHY: Mapping[str, str] = {
    "undated": "没有发布时间",
    "unreadable_date": "发布时间无法识别",
    "in_future": "发布时间在检查时间之后",
    "unkeyed": "没有可区分的链接或编号",
    "conflict": "同一条内容前后不一致",
    "notice": "是登录提示，不是发布的内容",
    "damaged": "内容不完整",
    "not_a_file": "文件不存在",
    "empty": "没有内容",
    "too_large": "内容过大",
    "too_many": "条目过多",
    "too_deep": "嵌套过深",
    "entities": "含不安全的引用",
    "encoding": "文字编码无法识别",
    "html": "是网页，不是内容列表",
    "not_xml": "格式有误",
    "not_json": "格式有误",
    "no_connection": "连接不上",
    "refused_address": "地址不允许访问",
    "too_slow": "响应太慢",
    "redirects": "多次跳转",
    "answered": "来源返回错误",
    "not_allowed": "来源不允许读取",
    "no_feed": "读到的不是内容列表",
    "log_in": "需要登录",
    "quota": "来源额度用完",
    "gone": "来源已不存在",
}


class LetterView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that could not be read."""

    id: int
    source: str  # name; empty: a record of the log
    account: str  # as people call it; empty: not of one
    place: str
    why: str
    looked_at: datetime | None
    noted_at: datetime | None
    state: str  # waiting, replayed, erased
    can_replay: bool
    next_step: str


def letters_shown(
    workspace: Workspace, letters: Iterable[DeadLetter], source: str | None = None
) -> list[LetterView]:
    """Return letters for people, the newest first; `source`: only those of one source."""
    registry = registry_now(workspace)
    views = [
        _view(letter, registry)
        for letter in letters
        if source is None or letter.context.get("source", "") == source
    ]
    return views[::-1]


def letter_view(
    workspace: Workspace, letters: Iterable[DeadLetter], letter_id: int, source: str | None = None
) -> tuple[LetterView, str]:
    """Return a letter and what its bytes say, cut; raises `NotFoundError` for none, and for one of another source."""
    for letter in letters:
        if letter.id == letter_id and (source is None or letter.context.get("source", "") == source):
            text = letter.raw[:MOST_LETTER_BYTES].decode("utf-8", "replace")
            return _view(letter, registry_now(workspace)), text
    raise NotFoundError(message("there is no dead letter {number}", number=letter_id))


def _view(letter: DeadLetter, registry: Registry) -> LetterView:
    is_erased, of_log = ERASED in letter.context, letter.origin == FACTS
    state = "erased" if is_erased else "waiting" if letter.waits else "replayed"
    from_file = not of_log and Path(letter.origin).is_absolute()
    can_replay = state == "waiting" and (of_log or from_file)
    account = letter.context.get("account_id", "")
    looked = letter.context.get("looked_at")
    return LetterView(
        id=letter.id,
        source=letter.context.get("source", ""),
        account=registry.title(account) if account in registry.entries else "",
        place=_place(letter),
        why="已删除" if is_erased else _why(letter.reason),
        looked_at=None if looked is None else parse_instant(looked),
        noted_at=letter.noted_at,
        state=state,
        can_replay=can_replay,
        next_step=_next(state, of_log=of_log, from_file=from_file),
    )


def _place(letter: DeadLetter) -> str:
    if letter.origin == FACTS:
        return "系统记录"
    kind, _, number = letter.place.partition(" ")
    if kind == "item":
        return f"第 {number} 条" if number else "其中一条"
    return "整个列表"


def _why(reason: str) -> str:
    """Return a reason in words: the code before its detail, which is no text for people."""
    code = reason.partition(":")[0].strip().replace(" ", "_").lower()
    return _WHY.get(code, "内容无法识别")


def _next(state: str, *, of_log: bool, from_file: bool) -> str:
    if state != "waiting":
        return ""
    if of_log:
        return "升级程序后重新读取"
    return "放好更正后的文件，再重新读取" if from_file else "来源更正后，下次检查会自动读到"
