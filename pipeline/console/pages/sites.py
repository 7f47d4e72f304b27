"""网站: how each site stands, its columns with age and limit, a week of visits, findings, and what is suspected."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from events.instants import FAR
from pipeline.console.exports import exports
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.pages.filings import may
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import Refusal, refusing
from pipeline.console.times import read_past, read_when
from pipeline.console.visit import Asked, Visit
from pipeline.home.errors import NotFoundError
from pipeline.home.site_rulesets import NamedSiteRuleset, find_site_ruleset
from pipeline.office.columns import ident, number, text, word
from pipeline.office.sites.findings import RecordSiteFinding, checkable, record_site_finding
from pipeline.office.sites.suspicions import (
    ConfirmSiteSuspicion,
    DismissSiteSuspicion,
    confirm_site_suspicion,
    dismiss_site_suspicion,
)
from pipeline.office.sites.views import SiteView, site_list, site_view
from pipeline.office.sites.words import (
    CLASSES,
    KINDS,
    MISSING,
    STATES,
    SUSPECTED,
    SUSPICION_STATES,
    VERDICTS,
    limit_words,
)

_TAGS = {"passed": "ok", "failed": "bad", "unknown": "warn"}
STATE_TAGS = {"overdue": "bad", "empty": "bad", "unknown": "warn", "fresh": "ok", "unlimited": "plain"}
LIST = ListPage(
    title="网站",
    path="/sites",
    columns=(
        PageColumn(text("name", "网站名称"), href=lambda row: f"/sites/{row['domain']}", phone="pa"),
        PageColumn(ident("domain", "域名"), only_exported=True),
        PageColumn(
            word("verdict", "结果", VERDICTS),
            tag=lambda row: _TAGS[row["verdict"]],
            phone="pb",
            keeps_line=True,
        ),
        PageColumn(text("unit", "主办单位"), phone="pc"),
        PageColumn(word("kind", "类别", KINDS), keeps_line=True, phone="pd"),
        PageColumn(text("area", "地区"), keeps_line=True),
        PageColumn(text("broken_zh", "突出问题"), sorts=False),
        PageColumn(number("points", "扣分"), numeric=True),
        PageColumn(text("overdue", "超期未更新的栏目"), sorts=False),
        PageColumn(text("empty", "空白栏目"), sorts=False),
        PageColumn(text("not_judged_zh", "无法判定的指标"), sorts=False),
    ),
    filters=(
        Filter("verdict", "结果", tuple(VERDICTS.items())),
        Filter("kind", "类别", tuple(KINDS.items())),
    ),
    search=("name", "unit", "domain"),
    search_hint="名称、单位",
    none_title="还没有登记网站",
    none_next="由市政府办公室导入网站名录和栏目名录。",
)


def rules_of(visit: Visit) -> NamedSiteRuleset:
    """Return the ruleset that pages judge websites by."""
    return find_site_ruleset("", visit.home.path)


def _rows(visit: Visit) -> list[Row]:
    rules = rules_of(visit)
    with visit.workspace() as workspace:
        return site_list(workspace, rules, visit.scope, _moment(visit), visit.known_at or FAR)


def _moment(visit: Visit) -> datetime:
    return visit.at or visit.now


@get("/sites", sync_to_thread=True)
def list_page(visit: Asked) -> Response[Any]:
    """Show how the sites stand."""
    rows = _rows(visit)
    counts = [
        {
            "word": label,
            "value": sum(row["verdict"] == code for row in rows),
            "url": visit.url("/sites", page=None, verdict=code),
            "current": visit.ask("verdict") == code,
            "red": code == "failed" and any(row["verdict"] == code for row in rows),
        }
        for code, label in VERDICTS.items()
    ]
    return visit.page(
        "sites/list.html",
        listing=LIST.shown(visit, rows),
        counts=counts,
        ruleset=rules_of(visit).ruleset.title,
        may_check=may(visit, "GET", "/site-checks"),
    )


@get("/sites/{domain:str}", sync_to_thread=True)
def site_page(visit: Asked, domain: FromPath[str]) -> Response[Any]:
    """Show one site."""
    return _page(visit, domain, Refusal())


@post("/sites/{domain:str}/finding", sync_to_thread=True)
def take_finding(visit: Asked, domain: FromPath[str]) -> Response[Any]:
    """Take what a person found wrong with a site."""
    form = visit.form
    view = _view(visit, domain)
    with refusing() as refusal:
        found = RecordSiteFinding(
            site=view.standing.facts.site.subject,
            rule=form.text("rule"),
            found=read_past(form.text("at"), visit.now),
            note=form.text("note"),
            page=form.text("page"),
        )
        with visit.workspace() as workspace:
            record_site_finding(workspace, found, visit.actor)
    if refusal:
        return _page(visit, domain, refusal)
    return visit.go(f"/sites/{domain}", done="site-finding")


@post("/sites/{domain:str}/confirm", sync_to_thread=True)
def confirm_suspicion(visit: Asked, domain: FromPath[str]) -> Response[Any]:
    """Say that a suggestion is right; with a rule it becomes a finding."""
    form = visit.form
    with refusing() as refusal:
        chosen = _chosen(visit, domain, refusal)
        if chosen:
            when = read_when("", visit.now)
            asked = ConfirmSiteSuspicion(chosen, when, form.text("reason"), form.text("rule"))
            with visit.workspace() as workspace:
                confirm_site_suspicion(workspace, asked, visit.actor)
    if refusal:
        return _page(visit, domain, refusal)
    return visit.go(f"/sites/{domain}", done="suggestion-confirmed")


@post("/sites/{domain:str}/dismiss", sync_to_thread=True)
def dismiss_suspicion(visit: Asked, domain: FromPath[str]) -> Response[Any]:
    """Say that a suggestion means nothing."""
    with refusing() as refusal:
        chosen = _chosen(visit, domain, refusal)
        if chosen:
            when = read_when("", visit.now)
            asked = DismissSiteSuspicion(chosen, when, visit.form.text("reason"))
            with visit.workspace() as workspace:
                dismiss_site_suspicion(workspace, asked, visit.actor)
    if refusal:
        return _page(visit, domain, refusal)
    return visit.go(f"/sites/{domain}", done="suggestion-dismissed")


def _chosen(visit: Visit, domain: str, refusal: Refusal) -> str:
    """Return the suggestion that the form names, if it is one about this site that still waits."""
    waiting = {row["suspicion_id"] for row in _view(visit, domain).suspicions if row["state"] == "open"}
    chosen = visit.form.text("suspicion")
    if chosen in waiting:
        return chosen
    refusal.refuse("请选择一条待确认的线索。")
    return ""


def _view(visit: Visit, domain: str) -> SiteView:
    rules = rules_of(visit)
    try:
        with visit.workspace() as workspace:
            return site_view(workspace, rules, visit.scope, domain, _moment(visit), visit.known_at or FAR)
    except NotFoundError:
        raise no_such_page() from None


def _page(visit: Visit, domain: str, refusal: Refusal) -> Response[Any]:
    view = _view(visit, domain)
    ruleset = rules_of(visit).ruleset
    past = visit.at is not None or visit.known_at is not None
    judges = may(visit, "POST", "/sites/{domain}/confirm")
    rules = [(rule.code, rule.name) for rule in checkable(ruleset)]
    waiting = [row for row in view.suspicions if row["state"] == "open"]
    return visit.page(
        "sites/site.html",
        status=refusal.status,
        site=view.standing.facts.site,
        row=view.row,
        verdict=VERDICTS[view.row["verdict"]],
        verdict_tag=_TAGS[view.row["verdict"]],
        kind=KINDS[view.row["kind"]],
        columns=[
            {
                **row,
                "class_word": CLASSES[row["column_class"]],
                "state_word": STATES[row["state"]],
                "state_tag": STATE_TAGS[row["state"]],
                "limit": limit_words(row["limit_days"], row["limit_months"]),
                "missing_word": MISSING.get(row["missing"], ""),
            }
            for row in view.columns
        ],
        visits=view.visits,
        asked_visits=view.visits[0]["asked"] if view.visits else 0,
        findings=view.findings,
        waiting=[
            (
                row["suspicion_id"],
                f"{SUSPECTED[row['what']]} {row['detail']}".strip(),
                " ".join(part for part in (row["url"], row["page"]) if part),
            )
            for row in waiting
        ],
        settled=[
            {**row, "what_word": SUSPECTED[row["what"]], "state_word": SUSPICION_STATES[row["state"]]}
            for row in view.suspicions
            if row["state"] != "open"
        ],
        sees_suspicions=may(visit, "GET", "/site-checks") or judges,
        rules=rules,
        may_judge=judges and not past,
        may_find=not past and may(visit, "POST", "/sites/{domain}/finding"),
        sent=visit.form,
        refused=refusal.said,
    )


HANDLERS = [
    list_page,
    *exports(LIST, _rows),
    site_page,
    take_finding,
    confirm_suspicion,
    dismiss_suspicion,
]
