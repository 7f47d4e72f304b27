"""What waits for whoever signs: bulletins, freezes with gaps, and indicators that somebody proposed."""

from pipeline.access.users import Role
from pipeline.console.day import TodoRow
from pipeline.console.pages.bulletins import bulletins_to_sign
from pipeline.console.visit import Visit
from pipeline.office.adoptions import list_proposals
from pipeline.office.rounds.state import list_rounds
from projections.rounds.state import Stage


def rows_to_agree(visit: Visit) -> list[TodoRow]:
    """Return what waits for the signature or the yes of whoever asks, as links to where it is given; else nothing."""
    found = [_row("通报待签发", [(title, url) for title, _, url in bulletins_to_sign(visit)], "/bulletins")]
    if visit.user is not None and visit.user.grant(Role.SIGNER):
        with visit.workspace() as workspace:
            rounds = [
                (state.announced.title, f"/rounds/{state.name}")
                for state in list_rounds(workspace, texts=False)
                if state.stage is Stage.DRAWN and state.proposal is not None and not state.announced.office
            ]
            rules = [(one.title, f"/rulesets/{one.ruleset}") for one in list_proposals(workspace)]
        found += [_row("缺项定稿待同意", rounds, "/rounds"), _row("检查指标待批准启用", rules, "/rulesets")]
    return [row for row in found if row.value]


def _row(title: str, waiting: list[tuple[str, str]], several: str) -> TodoRow:
    sub = waiting[0][0] + (" 等" if len(waiting) > 1 else "") if waiting else ""
    return TodoRow(
        title=title,
        value=len(waiting),
        sub=sub,
        url=waiting[0][1] if len(waiting) == 1 else several,
    )
