"""What the internal edition of a bulletin says of problems that came again although they were put right."""

from collections.abc import Sequence

import msgspec

from events.beside import BesideAccounts, BesideAnnex, BesideParagraph
from events.evidence import REFERENCE_ONLY
from events.figures import Figure
from projections.rounds.relapses import Relapse

LABELS = {
    "relapses": "整改后再次出现的问题数",
    "relapsed_accounts": "整改后再次出现问题的账号数",
}
"""Label by name of the figures of this part."""

ANNEX = "relapses_table"
_HOW = {"closed": "已销号", "answered": "已答复"}


class RelapsedRow(msgspec.Struct, frozen=True):
    """A problem that came again, with what people call its unit and the problem."""

    relapse: Relapse
    unit: str
    problem: str


def relapses_part(rows: Sequence[RelapsedRow]) -> BesideAccounts | None:
    """Return the part; None where nothing came again. Secret and harmful content is never told of."""
    listed = [row for row in rows if row.relapse.rule not in REFERENCE_ONLY]
    if not listed:
        return None
    accounts = sorted({row.relapse.row.account_id for row in listed})
    text = f"{{relapsed_accounts}}个账号的{{relapses}}个问题整改后再次出现，名单见附件{{{ANNEX}}}。"
    annex = BesideAnnex(
        name=ANNEX,
        title="整改后再次出现问题的政务新媒体名单",
        page="整改后再次出现",
        columns=("地区（单位）", "账号名称", "平台", "问题", "上次要求", "上次整改"),
        rows=tuple(_cells(row) for row in listed),
        widths=(30, 28, 16, 24, 26, 12),
    )
    return BesideAccounts(
        part="relapses",
        paragraphs=(BesideParagraph("problems", "整改后再次出现", text),),
        annexes=(annex,),
        figures=(
            Figure("relapses", len(listed)),
            Figure("relapsed_accounts", len(accounts), tuple(accounts)),
        ),
        labels=LABELS,
    )


def _cells(relapsed: RelapsedRow) -> tuple[str, ...]:
    row, before = relapsed.relapse.row, relapsed.relapse.before
    return (
        relapsed.unit,
        row.name,
        row.platform,
        relapsed.problem,
        before.basis or "交办",
        _HOW[relapsed.relapse.how],
    )
