"""Where the program begins: an interruption while its libraries are still being imported ends it without a word."""

import signal


def main() -> None:
    """Run the command line."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    from pipeline.cli import main as run  # noqa: PLC0415 (this is what takes a second)

    signal.signal(signal.SIGINT, before)
    run()
