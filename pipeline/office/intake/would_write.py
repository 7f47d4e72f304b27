"""What a yes to a plan would write, in words, and people as they are shown before it."""

from collections import Counter

from events.account import AccountChanged, AccountCorrected, AccountOpened
from events.assessment import AssessmentNoted
from events.base import Payload
from events.credentials import AccountDocumented
from events.finding import FindingRecorded
from events.interpretation import DocumentPublished, InterpretationPublished
from events.patrol import AccountPatrolled
from events.post import PostPublished
from events.rectification import RectificationAnswered
from events.report import ReportReceived, SelfCheckRecorded
from events.repost import RepostDone, RepostOrdered
from events.ruling import AccountClassed, AccountLined
from events.site import (
    ColumnDeclared,
    ColumnDropped,
    SiteChanged,
    SiteEnded,
    SiteFindingRecorded,
    SitePatrolled,
    SiteRegistered,
)
from events.unit import UnitChanged, UnitRegistered
from pipeline.office.intake.plan import Plan

_WRITTEN: tuple[tuple[type[Payload], str, str], ...] = (
    (AccountOpened, "新增", "个账号"),
    (UnitRegistered, "新增", "个单位"),
    (UnitChanged, "变更", "个单位"),
    (AccountPatrolled, "记录", "次检查"),
    (PostPublished, "记录", "条发文"),
    (FindingRecorded, "记录", "个问题"),
    (RectificationAnswered, "记录", "条整改反馈"),
    (SelfCheckRecorded, "记录", "个账号的自查结果"),
    (ReportReceived, "登记", "份自查报送"),
    (AccountClassed, "登记", "个账号的功能类别"),
    (AccountLined, "登记", "个账号的条线"),
    (AccountDocumented, "登记", "项账号证照"),
    (SiteRegistered, "新增", "个网站"),
    (SiteChanged, "变更", "个网站"),
    (SiteEnded, "登记", "个网站下线"),
    (ColumnDeclared, "登记", "个栏目"),
    (ColumnDropped, "取消", "个栏目"),
    (SitePatrolled, "记录", "次网站页面检查"),
    (SiteFindingRecorded, "记录", "个网站问题"),
    (DocumentPublished, "登记", "份文件"),
    (InterpretationPublished, "登记", "次解读"),
    (RepostOrdered, "下达", "项转载任务"),
    (RepostDone, "登记", "次转载"),
    (AssessmentNoted, "登记", "条考核材料"),
)


def would_write(plan: Plan) -> list[str]:
    """Return what a yes would write, in words: 新增 3 个账号, 修改 5 处; defaults count as answers."""
    drafts = plan.written(by_default=True)
    counts = Counter(type(draft.event.data) for draft in drafts)
    parts = [f"{verb} {counts[kind]} {noun}" for kind, verb, noun in _WRITTEN if counts[kind]]
    changed = counts[AccountChanged] + counts[AccountCorrected]
    if changed:
        settled = plan.settled(by_default=True)
        fields = sum(settled.issuperset(change.needs) for change in plan.changes)
        parts.insert(1 if counts[AccountOpened] else 0, f"修改 {max(fields, changed)} 处")
    known = {kind for kind, _, _ in _WRITTEN} | {AccountChanged, AccountCorrected}
    if others := sum(n for kind, n in counts.items() if kind not in known):
        parts.append(f"其他 {others} 条记录")
    settled = plan.settled(by_default=True)
    if people := sum(settled.issuperset(person.needs) for person in plan.people):
        parts.append(f"登记 {people} 名人员")
    if plan.gone:
        parts.append(f"撤回原报送中不再记载的 {len(plan.gone)} 条")
    return parts


def masked_name(name: str) -> str:
    """Return a name of a person with all but its first character hidden: 张**."""
    return name[:1] + "*" * (len(name) - 1) if len(name) > 1 else "*" * len(name)


def masked_phone(phone: str) -> str:
    """Return a number with its middle hidden: 161****2234; of a short one its end alone."""
    digits = [place for place, c in enumerate(phone) if c.isdecimal()]
    if len(digits) < 7:
        return "*" * len(phone)
    hidden = set(digits[3:-4]) if len(digits) > 8 else set(digits[:-3])
    return "".join("*" if place in hidden else c for place, c in enumerate(phone))
