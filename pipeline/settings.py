"""Settings of a home: one frozen struct, read from `xuncha.toml`, and nowhere else."""

import os
from pathlib import Path
from typing import Annotated

import msgspec

from pipeline.errors import UsageError

FILE_NAME = "xuncha.toml"

_Minutes = Annotated[int, msgspec.Meta(ge=1, le=1440)]


class Webhook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An HTTP endpoint that takes alerts as JSON."""

    url: str
    allow_private: bool = False  # may stand at a private or loopback address
    header_from: str = ""  # environment variable whose value is sent as the Authorization header


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an operator may choose for a home."""

    ruleset: str = "jiangsu-kunshan-2019-162"  # the rules of ladder, provisional score and default rounds
    tick_minutes: _Minutes = 60
    webhook: Webhook | None = None


DEFAULT_TEXT = """\
# Settings of this xuncha home; every line may be left out.

# Rules of the ladder of alerts, the provisional score, and rounds that name no other (see `xuncha rulesets`).
ruleset = "jiangsu-kunshan-2019-162"

# Minutes between the clock ticks that `xuncha run` writes into the log.
tick_minutes = 60

# Alerts go to the console and to alerts.jsonl; a webhook takes them as JSON, too.
# [webhook]
# url = "https://alerts.example.org/xuncha"
# allow_private = false
# header_from = "XUNCHA_WEBHOOK_AUTHORIZATION"
"""


def load_settings(home: Path) -> Settings:
    """Read a home's settings; raises `UsageError` naming the file and the field."""
    path = home / FILE_NAME
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Settings)
    except FileNotFoundError:
        return Settings()
    except (msgspec.MsgspecError, UnicodeDecodeError) as e:
        raise UsageError(f"{path}: {e}") from None


def environment_value(name: str) -> str | None:
    """Return a secret that settings name; the one place besides the command line that reads the environment."""
    return os.environ.get(name)
