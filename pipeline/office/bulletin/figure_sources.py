"""Where a figure of a bulletin comes from: the accounts that it was derived from, as they were judged."""

import msgspec

from connectors.history.rounds import load_rows
from events.figures import Value
from pipeline.home.registry import registry_now
from pipeline.home.typed_numbers import typed_number
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.compose import Bulletin


class FigureAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account behind a figure."""

    account_id: str
    number: str | None  # 编号, None: it has none
    name: str
    platform: str
    owner: str
    verdict: str  # empty: the run did not judge it
    points: int | None


class FigureSource(msgspec.Struct, frozen=True):
    """A figure with the accounts that it was derived from."""

    place: str
    label: str
    key: str  # of a figure with parts
    value: Value
    accounts: tuple[FigureAccount, ...]


def source_of(workspace: Workspace, bulletin: Bulletin, place: str) -> FigureSource | None:
    """Return where a figure comes from, None for a place that the bulletin does not have."""
    name, _, number = place.partition(".")
    figure = next((f for f in bulletin.content.figures.all if f.name == name), None)
    if figure is None:
        return None
    label = bulletin.content.labels.get(name, "")
    if figure.parts is None:
        if number:
            return None
        return FigureSource(place, label, "", figure.value, _accounts(workspace, bulletin, figure.rows))
    at = typed_number(number)
    if at is None or at >= len(figure.parts):
        return None
    part = figure.parts[at]
    return FigureSource(place, label, part.key, part.value, _accounts(workspace, bulletin, part.rows))


def _accounts(
    workspace: Workspace, bulletin: Bulletin, accounts: tuple[str, ...]
) -> tuple[FigureAccount, ...]:
    registry = registry_now(workspace)
    rows = load_rows(workspace.client, bulletin.content.provenance.run_id)
    judged = {row.account_id: row for row in rows}
    found = []
    for account in accounts:
        row = judged.get(account) or registry.entries.get(account)
        found.append(
            FigureAccount(
                account_id=account,
                number=registry.numbers.get(account),
                name=row.name if row else "",
                platform=row.platform if row else "",
                owner=row.owner if row else "",
                verdict=str(judged[account].verdict) if account in judged else "",
                points=judged[account].points if account in judged else None,
            )
        )
    return tuple(found)
