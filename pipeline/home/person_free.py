"""Texts of a form that go into the log, which forgets nothing (design, promise 11)."""

from collections.abc import Mapping

from connectors.forms.form import identifies_person
from events.fields import field
from events.messages import message
from pipeline.home.errors import UsageError

FIELDS = frozenset(
    {"description", "section", "reason", "owner_opinion", "office_opinion", "note", "outcome", "finder"}
)
"""Fields of free text; those beside these name accounts and units."""


def refuse_people(texts: Mapping[str, object]) -> None:
    """Refuse texts with any number or address of a person, or a signature; raises `UsageError` naming the field."""
    for name, text in texts.items():
        if name in FIELDS and isinstance(text, str) and identifies_person(name, text):
            raise UsageError(
                message(
                    "{name_field} holds a number or an address of a person, or a signature, and the"
                    " log forgets nothing; put people into `xuncha people` and write the role",
                    name_field=field(name),
                )
            )
