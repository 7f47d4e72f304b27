"""What a bulletin says of reposts: who carried everything in time, how many did not, and the roll of the former."""

from collections.abc import Sequence

import msgspec

from events.beside import BesideAccounts, BesideAnnex, BesideParagraph
from events.figures import Figure
from projections.rules.digest import pass_rate

LABELS = {
    "repost_orders": "到期的转载任务数",
    "reposts_asked": "应转载次数",
    "reposts_done": "按时转载次数",
    "reposts_not_done": "未按时转载次数",
    "share_reposts_done": "按时转载率",
    "reposts_praised": "按时完成全部转载任务的账号数",
    "reposts_behind": "有转载任务未按时完成的账号数",
}
"""Label by name of the figures of this part."""

ANNEX = "reposts_praised_table"
_NAMED = 3


class PraisedRow(msgspec.Struct, frozen=True):
    """An account of the roll."""

    unit: str
    name: str
    platform: str
    pieces: int


class RepostCounts(msgspec.Struct, frozen=True):
    """What is counted of the orders that fell due in a period."""

    orders: int
    asked: int
    done: int
    behind: int  # accounts that carried something late or not at all


def reposts_part(counts: RepostCounts, praised: Sequence[PraisedRow], digits: int) -> BesideAccounts | None:
    """Return the part; None where no order fell due. 无锡 2022Q4: “宜兴发改（微信公众号）”等30个政务新媒体."""
    if not counts.orders or not counts.asked:
        return None
    not_done = counts.asked - counts.done
    figures = (
        Figure("repost_orders", counts.orders),
        Figure("reposts_asked", counts.asked),
        Figure("reposts_done", counts.done),
        Figure("reposts_not_done", not_done),
        Figure("share_reposts_done", pass_rate(counts.done, not_done, digits)),
        Figure("reposts_praised", len(praised)),
        Figure("reposts_behind", counts.behind),
    )
    paragraphs = []
    if praised:
        named = "、".join(f"“{row.name}”（{row.platform}）" for row in praised[:_NAMED])
        text = (
            f"本季度转载任务{{repost_orders}}项，{named}等{{reposts_praised}}个政务新媒体按时完成全部转载任务，"
            f"名单见附件{{{ANNEX}}}。"
        )
        paragraphs.append(BesideParagraph("practices", "积极转载权威信息", text))
    if not_done:
        text = (
            "本季度{repost_orders}项转载任务应转载{reposts_asked}次，按时转载{reposts_done}次，占{share_reposts_done}；"
            "{reposts_behind}个账号有任务未按时完成，共{reposts_not_done}次。"
        )
        paragraphs.append(BesideParagraph("problems", "转载权威信息不及时", text))
    annex = BesideAnnex(
        name=ANNEX,
        title="按时完成全部转载任务的政务新媒体名单",
        page="转载",
        columns=("地区（单位）", "账号名称", "平台", "完成任务数"),
        rows=tuple((row.unit, row.name, row.platform, str(row.pieces)) for row in praised),
        widths=(38, 38, 20, 12),
    )
    return BesideAccounts(
        part="reposts",
        paragraphs=tuple(paragraphs),
        annexes=(annex,) if praised else (),
        figures=figures,
        labels=LABELS,
    )
