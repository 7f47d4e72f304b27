"""Texts of a command line that go into the log, which forgets nothing (design, promise 11)."""

from collections.abc import Mapping

from connectors.forms.form import tells_of
from pipeline.home.errors import UsageError

OPTIONS = {
    "description": "--purpose",
    "section": "--section",
    "reason": "--reason",
    "owner_opinion": "--text",
    "office_opinion": "--text",
    "note": "--note",
    "outcome": "--outcome",
    "finder": "--finder",
}
"""Options by the field that they fill; fields beside these name accounts and units."""


def refuse_people(texts: Mapping[str, object]) -> None:
    """Refuse texts with any number or address of a person, or a signature; raises `UsageError` naming the option."""
    for field, text in texts.items():
        if field in OPTIONS and isinstance(text, str) and tells_of(field, text):
            raise UsageError(
                f"{OPTIONS[field]} holds a number or an address of a person, or a signature, and the log forgets"
                " nothing; put people into `xuncha people` and write the role"
            )
