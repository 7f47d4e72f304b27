"""How rows of records that are no events are told from the others: dead letters, and types of a later release."""

from uuid import UUID

UNREADABLE = "unreadable"
"""Type of a dead letter."""

UNKNOWN = "unknown"
"""Begins the type of a record that this release does not know; its schema stands behind."""

NO_ID = UUID(int=0).bytes
"""Id of a dead letter; it is nobody's repeat."""
