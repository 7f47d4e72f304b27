"""What a bulletin says of websites: figures from rows, names of units with their columns, and whom it does not name."""

from events.site import SITE_SECRETS
from events.site_check import SiteCharge, SiteRow
from projections.sites.bulletin_part import websites_part
from projections.sites.figures import figures_of

NAMES = {"site-veto-columns": "栏目不更新", SITE_SECRETS: "安全泄密"}


def row(unit, verdict="passed", kind="government", **told):
    return SiteRow(f"site:{unit}.example", f"{unit}网站", kind, unit, verdict, **told)


def failed(unit, *rules, **told):
    return row(unit, "failed", charges=tuple(SiteCharge(rule, fails=True) for rule in rules), **told)


OLD = [
    row("市教育局", overdue=("调查征集",)),
    row("市资规局", overdue=("调查征集",)),
    row("市文旅广体局", overdue=("全域旅游", "文化艺术"), empty=("专题",)),
]


def part(rows, edition="public"):
    return websites_part(rows, NAMES, edition, 2)


def value(told, name):
    return next(figure.value for figure in told.figures if figure.name == name)


def texts(told):
    return {paragraph.section: paragraph.text for paragraph in told.paragraphs}


def test_without_a_check_there_is_no_part():
    """Bulletins of offices that check no websites stay as they were."""
    assert part([]) is None


def test_all_passed_and_columns_are_named_by_unit():
    """湘潭 2022Q3 一(二), 二(二): 40 + 4 sites, 100 %, and columns that were not updated, of whom."""
    rows = [row(f"单位{n}") for n in range(37)] + [row(f"院{n}", kind="institution") for n in range(4)] + OLD
    told = part(rows)
    assert (value(told, "websites_government"), value(told, "websites_institution")) == (40, 4)
    assert value(told, "websites_pass_rate") == "100.00%"
    said = texts(told)["problems"]
    assert "市教育局、市资规局网站“调查征集”栏目超期未更新" in said
    assert "市文旅广体局网站“全域旅游”、“文化艺术”栏目超期未更新，“专题”栏目为空白栏目" in said
    assert not told.annexes


def test_nothing_wrong_leaves_no_paragraph_of_problems():
    """A list of problems without one would be an empty heading."""
    assert list(texts(part([row("甲局")]))) == ["overall"]


def test_sites_that_failed_stand_in_an_annex():
    """With the rules that they broke, by their names; the rate counts them."""
    told = part([*OLD, failed("甲局", "site-veto-columns", overdue=("要闻",))])
    assert value(told, "websites_pass_rate") == "75.00%"
    assert told.annexes[0].rows == (("甲局", "甲局网站", "栏目不更新"),)
    assert "甲局网站不合格，见附件" in texts(told)["problems"]


def test_a_site_that_failed_for_security_is_counted_and_not_named_in_public():
    """Definitions, Public editions: red lines about secrets have no row, and one line says so."""
    rows = [row("乙局"), failed("甲局", SITE_SECRETS, overdue=("要闻",))]
    public, internal = part(rows), part(rows, "internal")
    assert value(public, "websites_failed") == value(internal, "websites_failed") == 1
    assert "甲局" not in str(public)
    assert "另有{websites_not_named}家不公开列名" in texts(public)["overall"]
    assert internal.annexes[0].rows == (("甲局", "甲局网站", "安全泄密"),)


def test_unknown_sites_are_said_and_leave_the_rate_alone():
    """What nobody proved is no failure, and no success either."""
    told = part([row("甲局"), row("乙局", "unknown")])
    assert value(told, "websites_pass_rate") == "100.00%"
    assert "无法判定{websites_unknown}家" in texts(told)["overall"]
    assert value(part([row("乙局", "unknown")]), "websites_pass_rate") is None


def test_figures_are_of_the_rows():
    """Columns by unit, sites with nothing against them, failed ones first."""
    told = figures_of([*OLD, row("甲局"), failed("丙局", "site-veto-columns")])
    assert told.columns_by_unit()["市文旅广体局"] == ("全域旅游", "文化艺术", "专题")
    assert told.without_fault == ("甲局网站",)
    assert told.problems[0].unit == "丙局"
