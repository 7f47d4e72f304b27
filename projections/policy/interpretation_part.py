"""What a bulletin says of policy interpretation: paragraphs, figures, and the annex of documents that fall short."""

from collections.abc import Sequence
from datetime import datetime

from events.beside import BesideAccounts, BesideAnnex, BesideParagraph
from events.days import chinese_day
from events.figures import Figure
from projections.policy.interpretation import Document, InterpretationRule, praised_units, short_of
from projections.rules.digest import pass_rate

LABELS = {
    "documents_normative": "规范性文件数",
    "documents_in_quarter": "本季度发布的规范性文件数",
    "documents_met": "解读形式达到要求的规范性文件数",
    "documents_short": "未按要求完成政策解读的规范性文件数",
    "share_documents_met": "规范性文件按要求解读的比例",
}
"""Label by name of the figures of this part."""

ANNEX = "documents_short_table"
_UNITS = 6


def interpretation_part(
    documents: Sequence[Document], rule: InterpretationRule, period_start: datetime, digits: int
) -> BesideAccounts | None:
    """Return the part over the documents known at a check point; None where no normative document is known.

    The annex lists every document that falls short, whenever it was published (湘潭 2022Q3, annex 2).
    """
    normative = [d for d in documents if d.told.normative]
    if not normative:
        return None
    first = chinese_day(period_start)
    fresh = [d for d in normative if d.told.published_on >= first]
    short = short_of(normative, rule)
    met = len(normative) - len(short)
    figures = (
        Figure("documents_normative", len(normative)),
        Figure("documents_in_quarter", len(fresh)),
        Figure("documents_met", met),
        Figure("documents_short", len(short)),
        Figure("share_documents_met", pass_rate(met, len(short), digits)),
    )
    return BesideAccounts(
        part="interpretation",
        paragraphs=tuple(_paragraphs(short, fresh, rule)),
        annexes=(_annex(short, rule),) if short else (),
        figures=figures,
        labels=LABELS,
    )


def _paragraphs(
    short: Sequence[Document], fresh: Sequence[Document], rule: InterpretationRule
) -> list[BesideParagraph]:
    overall = (
        "已登记规范性文件{documents_normative}件，其中本季度发布{documents_in_quarter}件；"
        "按要求完成解读的{documents_met}件，占{share_documents_met}。"
    )
    found = [BesideParagraph("overall", "政策解读工作", overall)]
    praised = praised_units(fresh, rule)
    used = {form for d in fresh if d.told.unit in praised for form in d.forms}
    if praised:
        forms = "、".join(form.title for form in rule.forms if form.code in used)
        text = f"{_named(praised)}采用{forms}等多种形式进行政策解读。"
        found.append(BesideParagraph("practices", "多种形式解读政策", text))
    if short:
        units = _named(list(dict.fromkeys(d.told.unit for d in short)))
        text = (
            f"{units}未按要求完成规范性文件解读工作，涉及规范性文件{{documents_short}}件，"
            f"未落实每件规范性文件解读形式不少于{rule.needed}种的要求，见附件{{{ANNEX}}}。"
        )
        found.append(BesideParagraph("problems", "政策解读不到位", text))
    return found


def _named(units: Sequence[str]) -> str:
    return "、".join(units[:_UNITS]) + ("等单位" if len(units) > _UNITS else "")


def _annex(short: Sequence[Document], rule: InterpretationRule) -> BesideAnnex:
    return BesideAnnex(
        name=ANNEX,
        title="未按要求完成政策解读的规范性文件名单",
        page="政策解读",
        columns=("文号", "标题", "问题", "牵头起草部门"),
        rows=tuple((d.told.number, d.told.title, d.problem(rule), d.told.unit) for d in short),
        widths=(21, 42, 34, 16),
    )
