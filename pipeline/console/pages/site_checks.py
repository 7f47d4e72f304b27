"""网站检查: checks of websites that are kept, their rows, and keeping one."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from pipeline.console.exports import exports
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.pages.filings import may
from pipeline.console.pages.sites import LIST as SITES
from pipeline.console.pages.sites import rules_of
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import Refusal, refusing
from pipeline.console.times import read_moment
from pipeline.console.visit import Asked, Visit
from pipeline.home.errors import NotFoundError
from pipeline.home.site_rulesets import find_site_ruleset
from pipeline.office.columns import ident, minute, number, text
from pipeline.office.sites.checks import (
    FreezeSiteCheck,
    find_site_check,
    freeze_site_check,
    list_site_checks,
    row_of_check,
    verify_site_check,
)
from pipeline.office.sites.words import KINDS, VERDICTS

LIST = ListPage(
    title="网站检查",
    path="/site-checks",
    columns=(
        PageColumn(ident("name", "检查名称"), href=lambda row: f"/site-checks/{row['name']}", phone="pa"),
        PageColumn(minute("check_point", "监测时间点"), keeps_line=True, phone="pc"),
        PageColumn(number("checked", "检查网站"), numeric=True),
        PageColumn(number("government", "政府网站"), numeric=True),
        PageColumn(number("institution", "事业单位网站"), numeric=True),
        PageColumn(number("passed", "合格"), numeric=True),
        PageColumn(number("failed", "不合格"), numeric=True),
        PageColumn(number("unknown", "无法判定"), numeric=True),
        PageColumn(text("pass_rate", "合格率"), numeric=True, phone="pb"),
        PageColumn(minute("frozen_at", "定稿时间"), keeps_line=True, phone="pd"),
    ),
    search=("name",),
    search_hint="名称",
    sort="-check_point",
    none_title="还没有网站检查",
    none_next="定稿后，各网站的结果保存不变，供通报引用。",
)


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        return list_site_checks(workspace)


@get("/site-checks", sync_to_thread=True)
def list_page(visit: Asked) -> Response[Any]:
    """Show the checks that were kept."""
    return _page(visit, Refusal())


@post("/site-checks/keep", sync_to_thread=True)
def keep(visit: Asked) -> Response[Any]:
    """Judge all sites and keep what comes out."""
    form = visit.form
    name = form.text("name")
    with refusing() as refusal:
        typed = form.text("check_point")
        at = read_moment(typed, "check_point") if typed else visit.now
        with visit.workspace() as workspace:
            freeze_site_check(workspace, FreezeSiteCheck(name, at), visit.actor)
    if refusal:
        return _page(visit, refusal)
    return visit.go(f"/site-checks/{name}", done="site-check-kept")


@get("/site-checks/{name:str}", sync_to_thread=True)
def check_page(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Show the rows of a check."""
    try:
        with visit.workspace() as workspace:
            check = find_site_check(workspace, name)
    except NotFoundError:
        raise no_such_page() from None
    frozen, figures = check.frozen, check.figures
    try:
        ruleset = find_site_ruleset(frozen.ruleset, visit.home.path).ruleset
    except NotFoundError:
        ruleset = None  # its rows stay readable
    rows = [row_of_check(row, ruleset) for row in frozen.rows]
    page = ListPage(
        title=f"网站检查 {frozen.name}",
        path=f"/site-checks/{frozen.name}",
        columns=tuple(column for column in SITES.columns if not column.only_exported),
        filters=(
            Filter("verdict", "结果", tuple(VERDICTS.items())),
            Filter("kind", "类别", tuple(KINDS.items())),
        ),
        search=("name", "unit"),
        search_hint="名称、单位",
    )
    rate = figures.pass_rate
    return visit.page(
        "sites/check.html",
        listing=page.shown(visit, rows),
        name=frozen.name,
        check_point=frozen.check_point,
        known_at=frozen.known_at,
        ruleset=ruleset.title if ruleset else frozen.ruleset,
        counts=[
            {"word": "检查网站", "value": figures.checked},
            {"word": "合格", "value": figures.passed},
            {"word": "不合格", "value": figures.failed, "red": figures.failed > 0},
            {"word": "无法判定", "value": figures.unknown},
        ],
        pass_rate=f"{float(rate) * 100:.2f}%" if rate is not None else "",
        columns_by_unit=figures.columns_by_unit(),
        may_verify=may(visit, "POST", "/site-checks/{name}/verify"),
    )


@post("/site-checks/{name:str}/verify", sync_to_thread=True)
def verify(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Judge a check again from the facts, and say whether it comes out the same."""
    try:
        with visit.workspace() as workspace:
            done = verify_site_check(workspace, name)
    except NotFoundError:
        raise no_such_page() from None
    outcome = "same" if done.same else "differs" if done.rules_known else "no-rules"
    return visit.go(f"/site-checks/{name}", done=f"site-check-{outcome}")


def _page(visit: Visit, refusal: Refusal) -> Response[Any]:
    return visit.page(
        "sites/checks.html",
        status=refusal.status,
        listing=LIST.shown(visit, _rows(visit)),
        may_keep=may(visit, "POST", "/site-checks/keep"),
        ruleset=rules_of(visit).ruleset.title,
        sent=visit.form,
        refused=refusal.said,
    )


HANDLERS = [list_page, *exports(LIST, _rows), keep, check_page, verify]
