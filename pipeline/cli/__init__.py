"""The command line: thin commands over the services of `pipeline`. It begins here, and `program` is all of it."""

import signal
import sys
import threading

from pipeline.cli.streams import forget_output, ready_streams


def main() -> None:
    """Run the command line, whose libraries take most of the time that a short command takes.

    Who asks what there is does not wait for them, and an interruption meanwhile ends without a word.
    """
    if sys.argv[1:] == ["--help"]:
        _show_help()
        return
    if threading.current_thread() is threading.main_thread():
        before = signal.signal(signal.SIGINT, signal.SIG_DFL)
        from pipeline.cli.program import main as run  # noqa: PLC0415 (see above)

        signal.signal(signal.SIGINT, before)
    else:
        from pipeline.cli.program import main as run  # noqa: PLC0415 (see above)
    run()


def _show_help() -> None:
    from pipeline.cli.help_page import help_page  # noqa: PLC0415 (no other command needs it)

    ready_streams()
    try:
        sys.stdout.write(help_page())
        sys.stdout.flush()
    except BrokenPipeError:
        forget_output()
