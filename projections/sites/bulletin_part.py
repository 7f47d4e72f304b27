"""What a bulletin says of websites: how many were checked, the pass rate, and which columns of whom are overdue."""

from collections.abc import Mapping, Sequence

from events.beside import BesideAccounts, BesideAnnex, BesideParagraph
from events.bulletin import Edition
from events.figures import Figure
from events.site import SITE_SECRETS
from events.site_check import SiteRow
from projections.rules.digest import pass_rate
from projections.sites.figures import SiteProblem, figures_of

LABELS = {
    "websites_checked": "检查网站数",
    "websites_government": "检查政府网站数",
    "websites_institution": "检查事业单位网站数",
    "websites_passed": "合格网站数",
    "websites_failed": "不合格网站数",
    "websites_unknown": "无法判定网站数",
    "websites_pass_rate": "网站合格率",
    "websites_with_old_columns": "有栏目超期未更新或空白的网站数",
    "websites_not_named": "不公开列名的不合格网站数",
}
"""Label by name of the figures of this part."""

_COLUMNS = 6
_PROBLEMS = 12


def websites_part(
    rows: Sequence[SiteRow], rule_names: Mapping[str, str], edition: Edition, digits: int
) -> BesideAccounts | None:
    """Return the part over the rows of a check that was kept; None where it has none.

    A site that failed for security is counted, and a public edition does not name it (definitions, Public editions).
    """
    if not rows:
        return None
    totals = figures_of(rows)
    hidden = [p for p in totals.problems if edition != "internal" and SITE_SECRETS in p.rules]
    named = [p for p in totals.problems if p not in hidden]
    failed = [p for p in named if p.failed]
    old = [p for p in named if p.overdue or p.empty]
    figures = (
        Figure("websites_checked", totals.checked),
        Figure("websites_government", totals.by_kind["government"]),
        Figure("websites_institution", totals.by_kind["institution"]),
        Figure("websites_passed", totals.passed),
        Figure("websites_failed", totals.failed),
        Figure("websites_unknown", totals.unknown),
        Figure("websites_pass_rate", pass_rate(totals.passed, totals.failed, digits)),
        Figure("websites_with_old_columns", len(old)),
        Figure("websites_not_named", len(hidden)),
    )
    return BesideAccounts(
        part="websites",
        paragraphs=tuple(_paragraphs(old, failed, bool(hidden), totals.unknown > 0)),
        annexes=(_annex(failed, rule_names),) if failed else (),
        figures=figures,
        labels=LABELS,
    )


def _paragraphs(
    old: Sequence[SiteProblem], failed: Sequence[SiteProblem], is_hidden: bool, is_open: bool
) -> list[BesideParagraph]:
    unknown = "无法判定{websites_unknown}家，" if is_open else ""
    hidden = "不合格网站中，另有{websites_not_named}家不公开列名。" if is_hidden else ""
    overall = (
        "本季度共检查网站{websites_checked}家，其中政府网站{websites_government}家、"
        "事业单位网站{websites_institution}家。合格{websites_passed}家，不合格{websites_failed}家，"
        f"{unknown}合格率为{{websites_pass_rate}}。{hidden}"
    )
    found = [BesideParagraph("overall", "政府网站检查情况", overall)]
    if old or failed:
        sentences = [_sentence(columns, sites) for columns, sites in _by_columns(old).items()]
        more = f"；其余{len(sentences) - _PROBLEMS}类情况略" if len(sentences) > _PROBLEMS else ""
        text = "；".join(sentences[:_PROBLEMS]) + more
        if failed:
            text = f"{text}；" if text else text
            text += "、".join(_name(p) for p in failed) + "网站不合格，见附件"
        found.append(BesideParagraph("problems", "政府网站内容保障不到位", f"{text}。"))
    return found


def _by_columns(
    problems: Sequence[SiteProblem],
) -> dict[tuple[tuple[str, ...], tuple[str, ...]], list[SiteProblem]]:
    """Return problems by the columns that they are about: sites with the same ones are named together."""
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], list[SiteProblem]] = {}
    for problem in problems:
        found.setdefault((problem.overdue, problem.empty), []).append(problem)
    return found


def _sentence(columns: tuple[tuple[str, ...], tuple[str, ...]], sites: Sequence[SiteProblem]) -> str:
    overdue, empty = columns
    what = [f"{_quoted(overdue)}超期未更新"] if overdue else []
    what += [f"{_quoted(empty)}为空白栏目"] if empty else []
    return "、".join(_name(site) for site in sites) + "网站" + "，".join(what)


def _quoted(columns: Sequence[str]) -> str:
    quoted = "".join(f"“{name}”" for name in columns[:_COLUMNS]).replace("”“", "”、“")
    return f"{quoted}等栏目" if len(columns) > _COLUMNS else f"{quoted}栏目"


def _name(problem: SiteProblem) -> str:
    return problem.unit or problem.site.removesuffix("网站")


def _annex(failed: Sequence[SiteProblem], rule_names: Mapping[str, str]) -> BesideAnnex:
    return BesideAnnex(
        name="websites_failed_table",
        title="检查发现不合格的网站名单",
        page="网站",
        columns=("单位", "网站名称", "突出问题"),
        rows=tuple(
            (p.unit, p.site, "；".join(rule_names.get(code, code) for code in p.rules)) for p in failed
        ),
        widths=(24, 32, 44),
    )
