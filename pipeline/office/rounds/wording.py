"""What may be said in the log about a finding: a text, or where nothing may be copied, a reference alone."""

import re

from events.evidence import REFERENCE_ONLY
from events.fields import field
from events.finding import FindingRecorded
from events.known import Known
from events.messages import message
from pipeline.home.errors import UsageError

_REFERENCE = re.compile(r"\S{1,64}")


def text_for_log(finding: Known | None, text: str, reference: str, named: str) -> str:
    """Return what enters the log about a finding: the text of the field `named`, or `见` and the reference.

    Raises `UsageError` for a text about secrets or harmful content, which is not repeated, and for a reference
    elsewhere (domain section 2, red lines 2 and 3).
    """
    data = finding.event.data if finding is not None else None
    if finding is None or not isinstance(data, FindingRecorded) or data.rule_code not in REFERENCE_ONLY:
        if reference:
            raise UsageError(
                message(
                    "{reference} is for findings of secret or harmful content alone; write"
                    " {named_field} instead",
                    reference=field("reference"),
                    named_field=field(named),
                )
            )
        return text
    if text:
        raise UsageError(
            message(
                "finding {id} is about {rule_code}: nothing about it is copied into the log;"
                " leave {named_field} out and name with {reference} where it is kept",
                id=finding.event.id,
                rule_code=data.rule_code,
                named_field=field(named),
                reference=field("reference"),
            )
        )
    if reference and _REFERENCE.fullmatch(reference) is None:
        raise UsageError(
            message(
                "{reference} is the number under which it is kept: up to 64 characters without a space",
                reference=field("reference"),
            )
        )
    return f"见{reference}" if reference else ""
