"""Suggestions of reading review as lists show them: by entry and kind, and without a word of what was read."""

from collections.abc import Mapping
from typing import Any

import msgspec

from events.messages import message
from events.text_references import ERASED, NOT_FOUND
from events.wording import Kind, Where
from pipeline.home.beginnings import named_by
from pipeline.home.registry import registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.columns import NUMBER, Column, ident, minute, text, word
from projections.wording.suspicions import WORDING_TYPES, State, Suspected, suspected_of

KINDS: Mapping[Kind, str] = {
    "leader": "领导人姓名职务",
    "region": "国家地区称谓",
    "organ": "机构名称",
    "typo": "错别字",
    "banned": "禁用语",
    "other": "其他",
}
PLACES: Mapping[Where, str] = {"title": "标题", "body": "正文", "image": "图片", "speech": "音视频"}
STATES: Mapping[State, str] = {"open": "待核", "confirmed": "属实", "dismissed": "已排除"}
SEVERITIES = {"red": "红线1", "yellow": "黄线5"}
MATCHES = {"exact": "相同", "near": "近似"}
COLUMNS: tuple[Column, ...] = (
    NUMBER,
    text("name", "账号名称"),
    text("platform", "平台"),
    text("owner", "主办单位"),
    word("where", "位置", PLACES),
    word("kind", "类别", KINDS),
    word("severity", "建议", SEVERITIES),
    word("match", "匹配", MATCHES),
    text("entry", "条目"),
    minute("read_at", "读取时间"),
    word("state", "状态", STATES),
    minute("settled_at", "核定时间"),
    ident("suspicion_id", "编号ID"),
)
"""Neither what stands there nor its link: a list is exported, and what is exported is kept."""


class Passage(msgspec.Struct, frozen=True):
    """What was read, for whoever judges it; None: ninety days are over, or it lies elsewhere."""

    snippet: str | None
    link: str | None


def suspected_now(workspace: Workspace, *, texts: bool = False) -> list[Suspected]:
    """Return every suggestion as known now, by time; without `texts` what was read stays in the text store."""
    return suspected_of(workspace.known.read(WORDING_TYPES, texts=texts))


def find_suspected(workspace: Workspace, which: str, *, texts: bool = False) -> Suspected:
    """Return the suggestion whose id begins so; raises `NotFoundError`."""
    known = suspected_now(workspace, texts=texts)
    return named_by(known, which, lambda one: (one.id,), message("suggestion"), "xuncha review list")


def list_wording(workspace: Workspace) -> list[dict[str, Any]]:
    """Return a row a suggestion, by time; of which account by `subject`."""
    registry = registry_now(workspace)
    rows = []
    for one in suspected_now(workspace):
        entry = registry.entries.get(one.account_id)
        settlement = one.settlement
        rows.append(
            {
                "suspicion_id": str(one.id),
                "number": registry.numbers.get(one.account_id),
                "account_id": entry.given_id if entry else one.account_id,
                "name": entry.name if entry else "",
                "platform": entry.platform if entry else "",
                "owner": entry.owner if entry else "",
                "entry": one.data.entry,
                "kind": one.data.kind,
                "severity": one.data.severity,
                "match": "near" if one.data.near else "exact",
                "where": one.data.where,
                "source": one.source,
                "read_at": one.read_at,
                "state": one.state,
                "settled_at": one.settled_at,
                "by_context": str(one.by_context) if one.by_context else None,
                "finding_id": str(settlement.finding) if settlement and settlement.finding else None,
                "subject": one.account_id,
            }
        )
    return rows


def read_passages(workspace: Workspace, which: str) -> Passage:
    """Return what was read of a suggestion; the reading is a line in the access log of texts."""
    suspicion = find_suspected(workspace, which, texts=True).data
    return Passage(_there(suspicion.snippet), _there(suspicion.link))


def _there(text_: str) -> str | None:
    return text_ if text_ and text_ not in (ERASED, NOT_FOUND) else None
