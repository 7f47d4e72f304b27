"""Codes that tables show in words; JSON keeps the codes."""

from collections.abc import Mapping

SEVERITIES: Mapping[str, str] = {"red": "单项否决", "yellow": "扣分"}
