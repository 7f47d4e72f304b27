"""The embedded histories that a thread has open in this process."""

import threading
from pathlib import Path

from clickhouse_connect.driver.client import Client


class _Opened(threading.local):
    def __init__(self) -> None:
        self.by_path: dict[Path, Client] = {}


OPENED = _Opened()
"""By folder of the home; each thread sees its own."""
