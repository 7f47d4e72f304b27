"""The burden ledger of a home: messages by day, unit and kind, out of the history."""

from datetime import UTC, date, datetime, time, timedelta

import msgspec

from connectors.history.composed import read_composed
from events.alert import AlertComposed
from events.instants import SHANGHAI
from pipeline.home.workspace import Workspace
from projections.voice.burden import Burden, burden


def list_burden(workspace: Workspace, first: date, last: date) -> list[Burden]:
    """Return what units got from the first to the last day, both included."""
    begin = datetime.combine(first, time(), SHANGHAI).astimezone(UTC)
    end = datetime.combine(last + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)
    return burden(
        (row["at"], msgspec.json.decode(row["body"], type=AlertComposed, strict=False))
        for row in read_composed(workspace.client, begin, end)
    )
