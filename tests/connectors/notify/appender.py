"""Append messages 0, 1, 2 … to a file, and say each number once its line is taken: a process to kill."""

import sys
from pathlib import Path

from connectors.notify.jsonl_file import FileChannel
from tests.connectors.notify.conftest import a_message

path, count = Path(sys.argv[1]), int(sys.argv[2])
channel = FileChannel(path)
for number in range(count):
    channel.deliver(a_message(number))
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()
