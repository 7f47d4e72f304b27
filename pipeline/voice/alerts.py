"""Alerts and messages of sources as they were told, and the steps of the ladder in words."""

from typing import Any

from connectors.history import alerts
from connectors.notify.emergency_texts import STEP_NAMES
from connectors.notify.texts import level_name
from pipeline.home.workspace import Workspace

ALERT_TYPES = alerts.ALERT_TYPES
"""Types of what is told."""


def list_alerts(workspace: Workspace) -> list[dict[str, Any]]:
    """Return every alert by time; `delivered` names the channels that took it, whatever was withdrawn since."""
    return alerts.list_alerts(workspace.client)


def level_in_words(level: str) -> str:
    """Return what people call a step of the ladder, or of an emergency; one of another kind keeps its own name."""
    return STEP_NAMES.get(level) or level_name(level)
