"""Planning a round: what is typed is read back in words before anything is announced."""

from datetime import date
from typing import Any

import msgspec
from litestar import Response, get, post

from events.fields import field, marked
from events.folding import fold
from events.messages import message
from events.quarters import parse_quarter
from events.round_plan import SamplePlan
from pipeline.console.pages.bulletin_words import read_day
from pipeline.console.problems import said_by
from pipeline.console.rights import Reach
from pipeline.console.times import read_moment
from pipeline.console.visit import Asked, Visit
from pipeline.console.words import day, long_moment
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.registry import find_account, registry_now
from pipeline.home.rulesets import find_ruleset
from pipeline.home.workspace import Workspace
from pipeline.office.adoptions import list_adoptions
from pipeline.office.own_office import DescribeOffice, describe_office, office_now
from pipeline.office.rounds import Announcement, announce
from pipeline.office.rounds.state import find_round, list_rounds
from projections.rules.period import quarter_of

_STRATA = {"area": "地区", "platform": "平台", "tier": "层级"}
_KINDS = {"full": "单项否决和扣分指标", "red_lines": "只查单项否决"}
_FIELDS = (
    "check_point",
    "start",
    "ruleset",
    "area",
    "kind",
    "scheme",
    "size",
    "include",
    "basis",
    "title",
    "office_name",
    "letterhead",
)
_LISTS = ("strata", "tiers")
_MOST_LINES = 500


class Plan(msgspec.Struct, frozen=True):
    """A plan as read from the form, and in words."""

    announcement: Announcement
    said: tuple[tuple[str, str], ...]


@get("/rounds/new", sync_to_thread=True)
def new_round(visit: Asked) -> Response[Any]:
    """Show the form of a plan."""
    return _form(visit)


@post("/rounds/new", sync_to_thread=True)
def plan_round(visit: Asked) -> Response[Any]:
    """Read a plan back, and announce it once it was confirmed."""
    try:
        with visit.workspace() as workspace:
            plan = _read(workspace, visit)
            if visit.form.text("confirmed"):
                if plan.announcement.office:
                    _describe(workspace, visit, plan.announcement.office)
                state = announce(workspace, plan.announcement, visit.actor)
                return visit.go(f"/rounds/{state.name}", done="round-announced")
    except (UsageError, ConflictError, ValueError) as error:
        return _form(visit, said_by(error))
    kept = [(name, visit.form.text(name)) for name in _FIELDS]
    kept += [(name, value) for name in _LISTS for value in visit.form.texts(name)]
    return visit.page("rounds/confirm.html", said=plan.said, kept=kept, title=plan.announcement.title)


def _form(visit: Visit, error: str = "") -> Response[Any]:
    with visit.workspace() as workspace:
        entries = registry_now(workspace).entries.values()
        rulesets = _rulesets(workspace)
        area = _own_area(workspace, visit)
        office = office_now(workspace, area) if area else None
    return visit.page(
        "rounds/new.html",
        status=422 if error else 200,
        said=error,
        areas=sorted({e.area for e in entries if e.area}),
        area=area,
        office=office,
        tiers=sorted({e.tier for e in entries if e.tier}),
        rulesets=rulesets,
        strata=tuple(_STRATA.items()),
        kinds=tuple(_KINDS.items()),
    )


def _own_area(workspace: Workspace, visit: Visit) -> str:
    """Return the area of a competent office that plans, as the registry writes it; empty for the city's office."""
    if visit.reach is not Reach.AREA or visit.grant is None:
        return ""
    scope = visit.grant.scope
    found = {entry.area for entry in registry_now(workspace).entries.values()}
    return next((area for area in sorted(found) if fold(area) == fold(scope)), scope)


def _describe(workspace: Workspace, visit: Visit, area: str) -> None:
    """Record how the documents of a competent office are signed and headed."""
    asked = DescribeOffice(visit.form.text("office_name"), visit.form.text("letterhead"))
    describe_office(workspace, asked, visit.actor, area)


def _rulesets(workspace: Workspace) -> list[tuple[str, str]]:
    """Return the rulesets to choose from, by label: those that the office put in force, else that of its settings."""
    adopted = {one.ruleset: f"{one.title}（{one.document}）" for one in list_adoptions(workspace)}
    if adopted:
        return list(reversed(adopted.items()))
    ruleset = find_ruleset(workspace.home.settings.ruleset, workspace.home.path).ruleset
    return [(ruleset.label, ruleset.title)]


def _read(workspace: Workspace, visit: Visit) -> Plan:
    """Read the form; raises `UsageError` and `ValueError` for what is wrong."""
    form = visit.form
    check_point = read_moment(form.text("check_point"), "check_point")
    rulesets = dict(_rulesets(workspace))
    label = form.text("ruleset") or next(iter(rulesets))
    kind = form.text("kind") or "full"
    own = _own_area(workspace, visit)
    area = own or form.text("area")
    if own and not form.text("office_name"):
        raise UsageError(message("{name} is blank", name=field("office_name")))
    start = _first_day(form.text("start"))
    period = quarter_of(check_point, None)
    window = period if start is None else quarter_of(check_point, f"{period.label}@{start.isoformat()}")
    registry = registry_now(workspace)
    include = [line.strip() for line in form.text("include").splitlines() if line.strip()][:_MOST_LINES]
    accounts = tuple(dict.fromkeys(find_account(registry, text) for text in include))
    basis = tuple(line.strip() for line in form.text("basis").splitlines() if line.strip())[:_MOST_LINES]
    sample = _sample(visit, accounts)
    quarter = parse_quarter(period.label).chinese
    title = form.text("title") or f"{quarter}{area or '全市'}政务新媒体检查"
    announcement = Announcement(
        name=_name(workspace, period.label),
        check_point=check_point,
        quarter=period.label,
        start=start,
        ruleset=label,
        kind="red_lines" if kind == "red_lines" else "full",
        area=area,
        office=own,
        title=title,
        sample=sample,
        basis=basis,
    )
    read_back = (
        ("名称", title),
        ("监测时间点", long_moment(check_point)),
        ("季度", quarter),
        ("检查时段", f"{day(window.start)}至监测时间点"),
        ("检查指标", rulesets.get(label, "待核实")),
        ("内容", _KINDS[announcement.kind]),
        ("范围", area or "全市"),
        ("抽样", _sample_words(sample)),
        ("必查账号", "、".join(registry.title(a) for a in accounts) or "重点关注账号必查，不另列"),
        ("依据", "、".join(basis) or "未填"),
        *((("落款", form.text("office_name")), ("版头", form.text("letterhead") or "无")) if own else ()),
    )
    return Plan(announcement, read_back)


def _first_day(text: str) -> date | None:
    """Return the first day of what is checked; None: that of the quarter. Raises `UsageError` for what is no day."""
    start = read_day(text) if text else None
    if text and start is None:
        raise UsageError(
            message("{start} {said!r} is no day; write 2026-09-20", start=field("start"), said=text)
        )
    return start


def _sample(visit: Visit, include: tuple[str, ...]) -> SamplePlan:
    form = visit.form
    scheme, size = form.text("scheme") or "all", form.text("size").removesuffix("%")
    fields: dict[str, Any] = {}
    if scheme != "all":
        if not size.replace(".", "", 1).isdecimal() or len(size) > len("100000"):
            raise UsageError(message("a sample has a number or a share: write 110, or 60 for percent"))
        fields["number" if scheme == "number" else "share"] = (
            int(float(size)) if scheme == "number" else float(size) / 100
        )
        fields["strata"] = [one for one in form.texts("strata") if one in _STRATA]
        fields["tiers_whole"] = form.texts("tiers")
        fields["include"] = list(include)
    try:
        return msgspec.convert(fields, SamplePlan)
    except msgspec.ValidationError as error:
        raise UsageError(marked(error)) from None


def _sample_words(sample: SamplePlan) -> str:
    if sample.everybody:
        return "全部账号"
    part = f"共 {sample.number} 个账号" if sample.number is not None else f"其余账号的 {sample.share:.0%}"
    whole = f"；{'、'.join(sample.tiers_whole)}全部检查" if sample.tiers_whole else ""
    strata = f"；按{'、'.join(_STRATA[one] for one in sample.strata)}分层" if sample.strata else ""
    return f"{part}{whole}{strata}；重点关注账号必查，种子抽样时得出"


def _name(workspace: Workspace, quarter: str) -> str:
    """Return a name that is free: that of the quarter, or with a number where a round has it."""
    taken = {state.name for state in list_rounds(workspace, texts=False)}
    first = find_round(workspace, quarter)
    if first is None or first.cancelled is not None:
        return quarter
    return next(name for n in range(2, len(taken) + 3) if (name := f"{quarter}-{n}") not in taken)


HANDLERS = [new_round, plan_round]
