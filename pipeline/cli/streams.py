"""Standard output and error, whatever they are connected to. Nothing slow is imported here."""

import io
import os
import sys


def ready_streams() -> None:
    """Let every message be written: to a stream that was closed, and in an encoding that lacks its characters."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, io.StringIO())
        elif hasattr(stream := getattr(sys, name), "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def forget_output() -> None:
    """Let nothing more be written to standard output, so that the interpreter does not complain when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
