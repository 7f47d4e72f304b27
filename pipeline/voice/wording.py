"""The words of one message that tells of several accounts of a unit, and of a card that is renewed in its place."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from connectors.notify import texts
from connectors.notify.message import Message
from pipeline.voice.links import Links, no_links
from projections.voice.cards import Composition, Item
from projections.voice.matter import Matter
from projections.voice.routing import Directory, Route

MOST = 20
"""Accounts that a message names; it says how many more there are."""


def worded(
    message_id: UUID,
    composition: Composition,
    route: Route,
    directory: Directory,
    now: datetime,
    links: Links = no_links,
) -> Message:
    """Write the message of a composition to one destination.

    What stands alone keeps its own text, for which the ids of what is told are one and the same. `links` leads the
    people of the owner unit to what waits; whoever is told of other units' accounts signs in by themselves.
    """
    matters = composition.matters
    first = matters[0]
    alone = len(matters) == 1 and len(composition.items) <= 1 and not composition.renews
    alone = alone or first.kind == "emergency"
    as_it_is = alone and first.kind != "alert"
    text = first.text if as_it_is else "\n".join(_lines(composition, route, directory, now, links))
    return Message(
        id=message_id,
        kind=first.kind if alone else "digest",  # type: ignore[arg-type] # the kinds of messages
        at=max(matter.at for matter in matters),
        account_id=first.account_id if alone else "",
        name=first.name if alone else "更新提醒",
        owner=first.owner if len({m.owner for m in matters}) == 1 else "",
        level=first.level if alone else "",
        audience=route.reason,
        text=text,
        replay=False,
        details={"count": str(len(matters)), "renews": "1" if composition.renews else ""},
    )


def _lines(
    composition: Composition, route: Route, directory: Directory, now: datetime, links: Links
) -> list[str]:
    """Write what is open, what has ended, what was withdrawn, then what is no matter of one account."""
    items = composition.items
    news = {(m.account_id, m.opener_id) for m in composition.matters if m.kind == "alert"}
    # What was told before and is no news stands on a card that is renewed, and not in a new message.
    listed = [
        i for i in items if composition.renews or i.state != "open" or (i.account_id, i.opener_id) in news
    ]
    owners = {m.owner for m in composition.matters if m.owner}
    own = owners == {route.unit}
    open_items = [item for item in listed if item.state == "open"]
    lines = []
    if open_items:
        passed = any(item.step == "limit" for item in open_items)
        whose = f"{route.unit}：您单位主办的" if own else f"{route.unit}：" if route.unit else ""
        head = "超期提醒" if passed else "更新提醒"
        if len(open_items) == 1:
            lines.append(
                f"【{head}】{whose}{_account(open_items[0], composition, directory, now, own=own)}。{texts.REQUEST}"
            )
        else:
            lines.append(f"【{head}】{whose}以下{len(open_items)}个账号需要更新。{texts.REQUEST}")
            lines += _numbered(open_items, composition, directory, now, own=own)
        lines += _evidence(open_items)
        lines += _link(open_items, links, now) if own else []
    if ended := [item.name for item in listed if item.state == "ended"]:
        lines.append(f"【提醒解除】{_names(ended)}已恢复更新或已关停，无需再处理。")
    if void := [item.name for item in listed if item.state == "void"]:
        lines.append(f"【提醒撤回】{_names(void)}的提醒经核对有误，现予撤回，无需据此处理。")
    lines += [m.text for m in composition.matters if m.kind not in ("alert", "cleared", "withdrawn")]
    return lines or [m.text for m in composition.matters]


def _numbered(
    items: Sequence[Item], composition: Composition, directory: Directory, now: datetime, *, own: bool
) -> list[str]:
    lines = [
        f"{n}. {_account(item, composition, directory, now, own=own)}"
        for n, item in enumerate(items[:MOST], start=1)
    ]
    if len(items) > MOST:
        lines.append(f"另有{len(items) - MOST}个账号未列出，请用 xuncha alerts 查看。")
    return lines


def _account(item: Item, composition: Composition, directory: Directory, now: datetime, *, own: bool) -> str:
    """Write one account in a line: which, on which platform, how many days, until which day."""
    platform = directory.platforms.get(item.account_id, "")
    owner = "" if own else _owner_of(item, composition.matters)
    name = f"{owner}账号“{item.name}”{f'（{texts.one_line(platform)}）' if platform else ''}"
    if item.silent_since is None or item.limit_at is None:
        return name
    days = texts.silent_days(item.silent_since, item.at)
    when = texts.asked_until(item.limit_at, max(item.at, now), passed=item.step == "limit")
    return f"{name}已{days}天未更新{when}"


def _owner_of(item: Item, matters: Sequence[Matter]) -> str:
    return next((m.owner for m in matters if m.account_id == item.account_id), "")


def _evidence(items: Sequence[Item]) -> list[str]:
    """Write the minute from which on nothing new was seen, as evidence, where one account is meant."""
    known = "如近期已有更新，或账号已关停，请告知巡查人员核实，谢谢。"
    if len(items) != 1 or items[0].silent_since is None:
        return [known]
    since, until = texts.clock_time(items[0].silent_since), texts.clock_time(items[0].at)
    return [f"依据：自{since}起未见新内容，截至{until}。{known}"]


def _link(items: Sequence[Item], links: Links, now: datetime) -> list[str]:
    """Write where one account is seen and 知悉 pressed without signing in, or where several are seen by who does."""
    if len(items) == 1:
        link = links(items[0].account_id, items[0].opener_id, now)
        return [f"查看并知悉（3天内有效，请勿转发）：{link}"] if link else []
    link = links("", "", now)
    return [f"登录查看：{link}"] if link else []


def _names(names: Sequence[str]) -> str:
    quoted = "、".join(f"“{name}”" for name in names[:MOST])
    return f"账号{quoted}{f'等{len(names)}个' if len(names) > MOST else ''}"


REASONS: Mapping[str, str] = {
    "staff": "工作人员",
    "section": "科室负责人",
    "leader_in_charge": "分管领导",
    "main_leader": "主要领导",
    "on_duty": "值班人员",
    "substitute": "替班人员",
    "group": "本单位群",
    "told_before": "已收到该提醒的人",
    "competent_office": "主管单位",
    "city_office": "市政府办公室",
}
"""Why somebody is told, for people."""
