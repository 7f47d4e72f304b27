import structlog

from connectors.notify.channel import Channel
from connectors.notify.log_lines import LogChannel
from tests.connectors.notify.conftest import a_message


def test_a_message_is_one_line_of_the_log():
    """With its id, so that a repetition can be seen, and its text; line breaks are the log's to escape."""
    message = a_message(1)
    with structlog.testing.capture_logs() as logs:
        LogChannel().deliver(message)
    (line,) = logs
    assert ("message", "info") == (line["event"], line["log_level"])
    assert (str(message.id), message.text) == (line["message_id"], line["text"])
    assert (message.kind, message.account_id, message.replay) == (
        line["kind"],
        line["account_id"],
        line["replay"],
    )


def test_it_is_the_console_and_takes_replays():
    """What was told to the console is not told again when its form changes."""
    channel: Channel = LogChannel()
    assert ("console", True) == (channel.name, channel.replays)
