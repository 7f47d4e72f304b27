"""Cells that must stay empty beside secrets and harmful content: nothing of these is copied into the log."""

from msgspec.structs import replace

from connectors.sheets.fields import RowFields
from events.evidence import REFERENCE_ONLY
from events.messages import message


def refuse_copies(fields: RowFields, rule: str | None, *keys: str) -> None:
    """Refuse text and files where the rule lets only a reference in; the error does not repeat them either."""
    if rule not in REFERENCE_ONLY:
        return
    for key in keys:
        if fields.cell(key) is not None:
            fields.refuse(
                key,
                message("must stay empty: secret or harmful content is never copied"),
                message(
                    "clear it; 证据编号 of a check sheet or of the findings says where the evidence is kept"
                ),
            )
            fields.errors[-1] = replace(fields.errors[-1], value="")
