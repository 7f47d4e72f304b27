"""Migrations of the people store, for which texts are stored, too."""

from connectors.migrations import Schema
from connectors.people.person import PeopleError
from events.messages import message

_SCHEMA = Schema("people", message("the people store"), PeopleError)

migrations_for = _SCHEMA.migrations_for
is_current = _SCHEMA.is_current
migrate = _SCHEMA.migrate
