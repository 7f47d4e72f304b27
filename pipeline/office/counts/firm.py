"""The acceptance sheet of the monitoring firm (验收表): its quality in a quarter, and how the accounts were covered."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from connectors.history.weeks_looked_at import weeks_looked_at
from events.fields import marked
from events.quarters import parse_quarter
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.columns import number, share, text
from pipeline.office.finding_views import finding_views
from projections.counts.firm import QUALITY_TYPES, Coverage, FirmQuality, finders, firm_quality
from projections.registry.cards import ACCOUNT_TYPES, cards_at
from projections.rules.period import WEEK

COLUMNS = (
    text("firm", "监测单位"),
    text("quarter", "季度"),
    number("findings", "反馈问题"),
    number("false_alarms", "误报"),
    number("withdrawn", "其中核减"),
    number("missed", "漏报"),
    number("delay_median_h", "反馈用时中位数（小时）"),
    number("delay_longest_h", "最长反馈用时（小时）"),
    share("coverage", "账号巡查覆盖率"),
    number("planned", "应巡查账号周数"),
    number("looked", "已巡查账号周数"),
)


class Acceptance(msgspec.Struct, frozen=True):
    """What a quarter's acceptance sheet holds."""

    quarter: str
    coverage: Coverage  # by whoever looks; a look does not say for which firm
    firms: tuple[FirmQuality, ...]

    def rows(self) -> list[dict[str, object]]:
        """Return a row a firm."""
        shared = {
            "coverage": self.coverage.share,
            "planned": self.coverage.planned,
            "looked": self.coverage.looked,
        }
        return [{**msgspec.structs.asdict(one), **shared} for one in self.firms]


def acceptance(
    workspace: Workspace, quarter: str, at: datetime, firms: Sequence[str] | None = None
) -> Acceptance:
    """Return the quality of firms by name, or of all who found something, in a quarter up to T; raises `UsageError`."""
    try:
        named = parse_quarter(quarter)
    except ValueError as e:
        raise UsageError(marked(e)) from None
    known = workspace.known.read(QUALITY_TYPES)
    names = finders(known, named) if firms is None else firms
    end = min(named.end, at)
    weeks = max((end - named.start) // WEEK, 0)
    until = named.start + weeks * WEEK
    cards = cards_at(workspace.known.read(ACCOUNT_TYPES), until)
    planned = {
        account
        for account, card in cards.items()
        if card.closed_at is None and (card.opened_at is None or card.opened_at <= named.start)
    }
    looked = weeks_looked_at(workspace.client, named.start, until) if weeks else {}
    covered = sum(count for account, count in looked.items() if account in planned)
    return Acceptance(
        named.label, Coverage(len(planned) * weeks, covered), tuple(firm_quality(known, names, named))
    )


def firms_of(workspace: Workspace, hands: Collection[str]) -> list[str]:
    """Return under which names findings were handed in by actors, or sources, of these codes."""
    views = finding_views(workspace)
    return sorted({v.finder for v in views if v.finder and (v.recorded_by in hands or v.finder in hands)})
